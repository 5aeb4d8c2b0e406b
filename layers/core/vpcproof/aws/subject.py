"""What a Config rule stands for: one rule, or all rules that judge a resource type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ..errors import ParameterError, UnknownRuleError
from ..model.facts import Fact
from ..model.resource_type import ResourceType
from ..rules.registry import CORE_RULES, Rule, all_rules, find_rule

# In `InputParameters`, beside a resource type: which of its rules.
RULE_SET = "ruleSet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The rules that a Config rule judges its resources by, under the name that it gives them.

    The name is that of the one rule, or the resource type, all of whose rules judge together: each
    resource then gets the worst of their verdicts.
    """

    name: str
    resource_type: ResourceType
    rules: tuple[Rule, ...]

    @property
    def judges_together(self) -> bool:
        """Whether the verdicts on a resource become one, though there be one rule only."""
        return self.name == self.resource_type

    @property
    def collected(self) -> frozenset[Fact]:
        """The kinds of facts to read, once for all of the rules."""
        return frozenset().union(*(rule.collected for rule in self.rules))

    @property
    def parameters(self) -> frozenset[str]:
        """The names of the parameters that it may be given.

        Those of a resource type are the same whichever of its rules are chosen: a choice of rules
        should not need another set of parameters.
        """
        rules = _rules_of(self.resource_type) if self.judges_together else self.rules
        return frozenset().union(*(rule.parameters for rule in rules))


def subject_of(name: str, rule_set: str | None) -> Subject:
    """What the members `rule` and `ruleSet` of a Config rule's `InputParameters` ask for.

    Raises UnknownRuleError or ParameterError that tells what there is.
    """
    if "::" in name:
        return _all_of_type(name, "all" if rule_set is None else rule_set)
    rule = find_rule(name)
    if rule_set is not None:
        raise ParameterError(
            f"{RULE_SET}={rule_set!r} is not allowed beside the rule {name}: it chooses among the "
            "rules of a resource type"
        )
    return Subject(name=name, resource_type=rule.resource_type, rules=(rule,))


def _all_of_type(name: str, rule_set: str) -> Subject:
    if name not in list(ResourceType):
        raise UnknownRuleError(
            f"no rule judges the resource type {name!r}; those judged: {', '.join(ResourceType)}"
        )
    kind = ResourceType(name)
    sets = _sets_of(kind)
    if rule_set not in sets:
        raise ParameterError(
            f"parameter {RULE_SET}={rule_set!r} is not allowed; allowed for {kind}: "
            f"{', '.join(sets)}"
        )
    return Subject(name=kind.value, resource_type=kind, rules=sets[rule_set])


def _sets_of(kind: ResourceType) -> Mapping[str, tuple[Rule, ...]]:
    """The sets that hold a rule of the type, with the rules that they hold."""
    every = _rules_of(kind)
    core = tuple(rule for rule in every if rule.name in CORE_RULES)
    return MappingProxyType({"core": core, "all": every} if core else {"all": every})


def _rules_of(kind: ResourceType) -> tuple[Rule, ...]:
    return tuple(rule for rule in all_rules().values() if rule.resource_type is kind)
