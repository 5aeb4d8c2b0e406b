"""What every format renders: the report of one run, where its facts came from, words for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from ..engine import Evaluation, Report
from ..model.verdict import Compliance, Severity
from ..remediation.plan import Plan
from ..remediation.prove import Judged
from ..rules.registry import Rule
from .baseline import Comparison
from .network import Network


def _nothing() -> Mapping[Any, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where the facts came from; what the source does not say is None."""

    kind: str
    account: str | None = None
    region: str | None = None
    partition: str | None = None

    @property
    def is_live(self) -> bool:
        """Whether the facts were read from AWS itself, where a gap is filled by a permission."""
        return self.kind == "live"


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """One run, complete.

    `names` are the Name tags of resources by id, `advice` says by rule how to fix what it finds,
    `rules` are those that judged, and `unjudged` those of them that had nothing to judge because
    their resources were not read. `captured_at` is when the facts were read. `baseline` compares
    with an earlier run, where there was one. `network` is there for the formats that draw it.
    `fixes` are plans proven to repair a finding, by its rule and resource, where they were asked
    for.
    """

    report: Report
    source: Source
    names: Mapping[str, str] = field(default_factory=_nothing)
    advice: Mapping[str, str] = field(default_factory=_nothing)
    rules: Mapping[str, Rule] = field(default_factory=_nothing)
    unjudged: tuple[str, ...] = ()
    captured_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    baseline: Comparison | None = None
    network: Network | None = None
    fixes: Mapping[Judged, Plan] = field(default_factory=_nothing)

    def is_known(self, evaluation: Evaluation) -> bool:
        """Whether this is a finding that the baseline has, too."""
        return self.baseline is not None and evaluation in self.baseline.known

    def title(self, rule: str) -> str:
        """The desired state that a rule asks for, or its name where it is not at hand."""
        return self.rules[rule].title if rule in self.rules else rule


def summary_line(evaluations: Iterable[Evaluation]) -> str:
    """The verdicts counted in one line, the worst first: `2 findings (1 high, 1 low), 5 compliant`.

    Findings are always named, none of them included; other verdicts only where there are any.
    """
    judged = list(evaluations)
    if not judged:
        return "nothing to judge"
    broken = [each.severity for each in judged if each.compliance is Compliance.NON_COMPLIANT]
    by_severity = [
        f"{broken.count(severity)} {severity}" for severity in Severity if severity in broken
    ]
    counts = [f"{_counted(len(broken), 'finding')} ({', '.join(by_severity)})" if broken else ""]
    counts += [
        f"{number} {verdict.lower().replace('_', ' ')}"
        for verdict in (Compliance.UNDETERMINED, Compliance.COMPLIANT, Compliance.NOT_APPLICABLE)
        if (number := sum(each.compliance is verdict for each in judged))
    ]
    return ", ".join([counts[0] or "no findings", *counts[1:]])


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
