"""Questions about facts that changes rest on: asked when planning, and before applying again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from ..model.snapshot import Snapshot
from .change import Expectation


def expect(snapshot: Snapshot, question: str, *of: str) -> Expectation:
    """The answer of today, to be found again later."""
    return Expectation(question=question, of=of, answer=_QUESTIONS[question](snapshot, *of))


def holds(snapshot: Snapshot, expectation: Expectation) -> bool:
    """Whether the answer is still the same; something that is gone has no answer."""
    question = _QUESTIONS.get(expectation.question)
    if question is None:
        return False
    try:
        answer = question(snapshot, *expectation.of)
    except KeyError:
        return False
    return bool(answer == expectation.answer)


def _endpoints(snapshot: Snapshot, vpc_id: str, service_name: str, endpoint_type: str) -> list[str]:
    return sorted(
        each.id
        for each in snapshot.endpoints_of(vpc_id)
        if each.service_name == service_name
        and each.type == endpoint_type
        and each.state not in {"deleting", "deleted"}
    )


def _groups_named(snapshot: Snapshot, vpc_id: str, name: str) -> list[str]:
    groups = snapshot.security_groups.values()
    return sorted(each.id for each in groups if each.vpc_id == vpc_id and each.name == name)


def _dns_attributes(snapshot: Snapshot, vpc_id: str) -> dict[str, bool | None]:
    vpc = snapshot.vpcs[vpc_id]
    return {"enableDnsSupport": vpc.dns_support, "enableDnsHostnames": vpc.dns_hostnames}


_QUESTIONS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "endpoints": _endpoints,
        "security groups of the name": _groups_named,
        "DNS attributes": _dns_attributes,
        "ingress": lambda facts, group: sorted(map(str, facts.security_groups[group].ingress)),
        "state": lambda facts, endpoint: facts.vpc_endpoints[endpoint].state,
        "subnets": lambda facts, endpoint: sorted(facts.vpc_endpoints[endpoint].subnet_ids),
        "security groups": lambda facts, endpoint: sorted(facts.vpc_endpoints[endpoint].group_ids),
        "route tables": lambda facts, endpoint: sorted(
            facts.vpc_endpoints[endpoint].route_table_ids
        ),
        "private DNS": lambda facts, endpoint: facts.vpc_endpoints[endpoint].private_dns_enabled,
    }
)
