"""Tables of situations, and what every table of a rule is asked.

A rule's test file is one class with a table; the questions come from `RuleTable`:

- does each situation get its verdict;
- does a fact that was not read ever turn into a verdict (it must not);
- does a gap in another VPC change anything (it must not).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

from vpcproof.engine import Evaluation
from vpcproof.model.facts import Fact, Gap
from vpcproof.model.snapshot import Snapshot
from vpcproof.model.verdict import Compliance
from vpcproof.rules.registry import find_rule

from tests.networks import judge, without

C = Compliance.COMPLIANT
NC = Compliance.NON_COMPLIANT
NA = Compliance.NOT_APPLICABLE
U = Compliance.UNDETERMINED


@dataclass(frozen=True)
class Situation:
    """One row: its number in the handbook's table (`-` where it has none), and what must come out.

    `mentions` are texts the annotation must contain. `without` says what becomes of the verdict
    where a fact is not read, for facts that the general law does not hold for in this row.
    """

    row: str
    words: str
    network: Snapshot
    resource: str
    expected: Compliance
    mentions: tuple[str, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    without: Mapping[Fact, Compliance] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.row}: {self.words}"

    def judged_by(self, rule: str, network: Snapshot | None = None) -> Evaluation:
        return judge(rule, self.resource, network or self.network, **self.parameters)


class RuleTable:
    """The questions every rule's table is asked.

    `immaterial` names the facts without which a compliant verdict may stand, each with the reason.
    """

    rule: ClassVar[str]
    situations: ClassVar[tuple[Situation, ...]]
    immaterial: ClassVar[Mapping[Fact, str]] = {}

    def test_the_verdict(self, situation: Situation):
        evaluation = situation.judged_by(self.rule)
        assert evaluation.compliance is situation.expected, evaluation.annotation
        for text in situation.mentions:
            assert text in evaluation.annotation

    def test_an_unread_fact_proves_nothing(self, situation: Situation, fact: Fact):
        lacking = without(situation.network, fact, keep=situation.resource)
        evaluation = situation.judged_by(self.rule, lacking)
        assert evaluation.compliance in self._possible(situation, fact), evaluation.annotation

    def test_a_gap_of_another_vpc_changes_nothing(self, situation: Situation):
        elsewhere = tuple(
            Gap(fact=fact, reason="AccessDenied", vpc_id="vpc-elsewhere") for fact in Fact
        )
        beside = replace(situation.network, gaps=(*situation.network.gaps, *elsewhere))
        assert situation.judged_by(self.rule, beside) == situation.judged_by(self.rule)

    def _possible(self, situation: Situation, fact: Fact) -> set[Compliance]:
        if fact in situation.without:
            return {situation.without[fact]}
        if situation.expected is C and fact not in self.immaterial:
            return {U}
        return {situation.expected, U}


def rows_and_facts(table: type[RuleTable]) -> Iterator[tuple[Situation, Fact]]:
    """Every situation with every fact that the rule says it reads."""
    for situation in table.situations:
        for fact in sorted(find_rule(table.rule).facts, key=lambda each: each.name):
            if not any(gap.fact is fact for gap in situation.network.gaps):
                yield situation, fact
