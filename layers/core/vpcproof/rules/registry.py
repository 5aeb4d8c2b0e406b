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

# Which kind of fact lists the resources of a type: without it there is nothing to judge.
LISTED_BY: Mapping[ResourceType, Fact] = MappingProxyType(
    {
        ResourceType.VPC: Fact.VPCS,
        ResourceType.SUBNET: Fact.SUBNETS,
        ResourceType.VPC_ENDPOINT: Fact.VPC_ENDPOINTS,
        ResourceType.SECURITY_GROUP: Fact.SECURITY_GROUPS,
        ResourceType.ROUTE_TABLE: Fact.ROUTE_TABLES,
        ResourceType.NETWORK_ACL: Fact.NETWORK_ACLS,
        ResourceType.INSTANCE_CONNECT_ENDPOINT: Fact.INSTANCE_CONNECT_ENDPOINTS,
    }
)

# The rule set `core`: whether endpoints are there, work, for whom, and for nobody else.
CORE_RULES = (
    "route-table-has-gateway-endpoint-routes",
    "security-group-admits-endpoint-clients",
    "security-group-endpoint-ingress-restricted",
    "subnet-reaches-ssm",
    "vpc-dns-resolves-endpoints",
    "vpc-endpoint-admits-workloads",
    "vpc-endpoint-available",
    "vpc-endpoint-gateway-routes-complete",
    "vpc-endpoint-private-dns-effective",
    "vpc-required-endpoints-present",
    "vpc-ssm-endpoints-complete",
)

# Rules that say nothing but where a probe is deployed.
PROBE_RULES = ("subnet-probe-reaches-ssm",)

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
        """The kinds of facts that decide its verdicts."""
        return self.needs | self.reads

    @property
    def collected(self) -> frozenset[Fact]:
        """The kinds of facts to read before judging: besides its own, what it judges and whose.

        A VPC tells its owner, who alone sees the endpoints of a shared VPC, and its scope tag.
        """
        return self.facts | {LISTED_BY[self.resource_type], Fact.VPCS}

    @property
    def actions(self) -> tuple[str, ...]:
        """The IAM actions that collect them."""
        return tuple(sorted({action for fact in self.collected for action in fact.actions}))


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
            reads=frozenset(reads) - frozenset(needs),
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


@cache
def every_fact() -> frozenset[Fact]:
    """The kinds of facts that all rules together read."""
    return frozenset(fact for each in all_rules().values() for fact in each.collected)


def find_rule(name: str) -> Rule:
    """One rule by name; raises UnknownRuleError with the nearest names."""
    rules = all_rules()
    if name in rules:
        return rules[name]
    near = get_close_matches(name, rules, n=3)
    hint = f"; did you mean {', '.join(near)}?" if near else ""
    raise UnknownRuleError(f"no rule is named {name!r}{hint} (`vpcproof rules` lists all)")
