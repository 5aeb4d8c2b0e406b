"""Why a finding has no safe repair, in words for the person who has to decide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from ..engine import Evaluation
from ..model.verdict import Compliance
from ..rules.registry import all_rules
from .repair import Obstacle

_OWNERS_CHOICE: Mapping[str, str] = MappingProxyType(
    {
        "instance-connect-endpoint-reaches-instances": "who may connect to instances is their "
        "owner's to say",
        "network-acl-permits-endpoint-traffic": "a network ACL filters all traffic of its subnets, "
        "more than is judged here",
        "route-table-endpoint-route-effective": "somebody made the route that stands against it",
        "route-table-has-no-blackhole": "where the traffic is to go instead is not in the facts",
        "security-group-egress-reaches-endpoints": "what workloads may reach is their owner's to "
        "say",
        "security-group-sources-live": "whom the dead source stood for is not in the facts",
        "subnet-probe-reaches-ssm": "what a probe saw and no setting shows has to be looked for",
        "vpc-central-endpoints-reachable": "the hub is not repaired from a VPC that it serves",
        "vpc-endpoint-available": "an endpoint in this state has to be deleted and created anew",
        "vpc-endpoint-policy-permits-required-access": "what a policy permits is its owner's to "
        "say",
        "vpc-endpoint-policy-restricted": "what a policy permits is its owner's to say",
        "vpc-endpoint-service-name-valid": "the service of an endpoint cannot be changed",
    }
)


def repairable_rules() -> tuple[str, ...]:
    """The rules whose findings plans can repair, in the order of their names."""
    return tuple(name for name in all_rules() if name not in _OWNERS_CHOICE)


def why_unrepaired(
    evaluation: Evaluation, obstacles: Iterable[Obstacle], after: Evaluation | None
) -> tuple[str, ...]:
    """The reasons, each once: what was not read, what stood in the way, or what is left to do.

    `after` is the verdict on the same resource when all changes of the plan have been made.
    """
    if evaluation.compliance is Compliance.UNDETERMINED:
        return (f"not determined: {evaluation.annotation}",)
    if after is not None and after.compliance is Compliance.UNDETERMINED:
        return (f"what is known to be wrong is repaired; the rest: {after.annotation}",)
    reasons = [each.reason for each in obstacles if each.about.covers(evaluation)]
    if not reasons:
        left = (after or evaluation).annotation
        reasons = [_OWNERS_CHOICE.get(evaluation.rule, f"no repair is known: {left}")]
    return tuple(dict.fromkeys(reasons))
