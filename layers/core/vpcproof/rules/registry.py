"""The registry: a rule is a function with metadata, named after its file."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType
from typing import Any

from ..errors import UnknownRuleError
from ..model.facts import Fact
from ..model.parameters import PARAMETERS, SCOPE_PARAMETERS, Parameters
from ..model.resource_type import ResourceType
from ..model.snapshot import Snapshot
from ..model.verdict import Severity, Verdict

Judge = Callable[[Any, Snapshot, Parameters], Verdict]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: what it is about, which facts it needs, and how it judges one resource.

    Without a fact of `needs` every verdict is UNDETERMINED. Facts of `reads` are read too, but only
    some resources depend on them: `judge` itself says UNDETERMINED where one is missing.
    """

    name: str
    resource_type: ResourceType
    severity: Severity
    needs: frozenset[Fact]
    reads: frozenset[Fact]
    parameters: tuple[str, ...]
    judge: Judge
    documentation: str

    @property
    def title(self) -> str:
        """The desired state in one sentence: the first line of the rule's module."""
        return self.documentation.strip().partition("\n")[0]

    @property
    def facts(self) -> frozenset[Fact]:
        """All kinds of facts to collect before judging."""
        return self.needs | self.reads

    @property
    def actions(self) -> tuple[str, ...]:
        """The IAM actions that collect them."""
        return tuple(sorted({action for fact in self.facts for action in fact.actions}))


_registered: dict[str, Rule] = {}


def rule(
    *,
    resource_type: ResourceType,
    severity: Severity,
    needs: Iterable[Fact],
    reads: Iterable[Fact] = (),
    parameters: Iterable[str] = (),
) -> Callable[[Judge], Judge]:
    """Register a judge under the name of its module: `vpc_endpoint_available` in kebab case."""

    def register(judge: Judge) -> Judge:
        module = importlib.import_module(judge.__module__)
        name = judge.__module__.rpartition(".")[2].replace("_", "-")
        if name in _registered:
            raise ValueError(f"two judges for the rule {name}")
        taken = (*parameters, *SCOPE_PARAMETERS)
        if unknown := set(taken) - set(PARAMETERS):
            raise ValueError(f"rule {name} takes unknown parameters {sorted(unknown)}")
        _registered[name] = Rule(
            name=name,
            resource_type=resource_type,
            severity=severity,
            needs=frozenset(needs),
            reads=frozenset(reads).union({Fact.VPCS}) - frozenset(needs),
            parameters=taken,
            judge=judge,
            documentation=module.__doc__ or "",
        )
        return judge

    return register


@cache
def all_rules() -> Mapping[str, Rule]:
    """Every rule by name, in name order."""
    package = importlib.import_module(__package__ or "vpcproof.rules")
    for module in pkgutil.iter_modules(package.__path__):
        if module.name != "registry":
            importlib.import_module(f"{package.__name__}.{module.name}")
    return MappingProxyType(dict(sorted(_registered.items())))


def find_rule(name: str) -> Rule:
    """One rule by name; raises UnknownRuleError with the nearest names."""
    rules = all_rules()
    if name in rules:
        return rules[name]
    near = get_close_matches(name, rules, n=3)
    hint = f"; did you mean {', '.join(near)}?" if near else ""
    raise UnknownRuleError(f"no rule is named {name!r}{hint} (`vpcproof rules` lists all)")
