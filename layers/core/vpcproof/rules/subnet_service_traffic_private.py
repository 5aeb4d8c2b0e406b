"""Traffic of a subnet for the services it needs goes through VPC endpoints.

## Why it matters
A NAT gateway hides a missing endpoint: everything works, each byte is billed, and the traffic
leaves by public addresses that security reviews were told it would not use. It happens silently
when private DNS is off or a route table lacks the prefix-list route.

## How to fix
Create the missing endpoint, turn on its private DNS, or add the route table to the gateway
endpoint.

## Known limits
Judged are the services of the parameter `services` and those that have an endpoint in the VPC.
A service that the subnet does not reach at all has no traffic to be private.
"""

from ..analysis.endpoints import service_of
from ..analysis.path import Path, PathClass
from ..analysis.paths import path
from ..analysis.requirements import required_services
from ..analysis.scope import subnets_in_scope
from ..model.facts import Fact
from ..model.parameters import Parameters
from ..model.resource_type import ResourceType
from ..model.snapshot import Snapshot
from ..model.verdict import (
    Evidence,
    Severity,
    Verdict,
    compliant,
    non_compliant,
    not_applicable,
    undetermined,
)
from ..model.vpc import Subnet
from .registry import rule
from .subnet_reaches_ssm import PATH_FACTS, blocking_evidence


@rule(
    resource_type=ResourceType.SUBNET,
    severity=Severity.MEDIUM,
    needs={Fact.SUBNETS, Fact.ROUTE_TABLES, Fact.VPC_ENDPOINTS},
    reads={*PATH_FACTS, Fact.MANAGED_NODES, Fact.SESSION_PREFERENCES},
    parameters=[
        "acceptNat",
        "ephemeralPorts",
        "granularity",
        "includePublicSubnets",
        "requireEc2Messages",
        "services",
        "ssmWorkloads",
    ],
)
def judge(subnet: Subnet, snapshot: Snapshot, parameters: Parameters) -> Verdict:
    if all(each.id != subnet.id for each in subnets_in_scope(snapshot, subnet.vpc_id, parameters)):
        return not_applicable("no workload in the subnet depends on private paths")
    paths = [
        path(snapshot, subnet.id, code, parameters)
        for code in _services(subnet, snapshot, parameters)
    ]
    public = [each for each in paths if each.class_known and _is_public(each, parameters)]
    if public:
        ways = "; ".join(
            f"{each.service} leaves by {each.path_class} ({each.via[-1]})" for each in public
        )
        evidence = [
            Evidence("route_target", each.via[-1], f"{each.service} by {each.path_class}")
            for each in public
        ]
        return non_compliant(ways, *evidence)
    unknown = [each for each in paths if not each.class_known and _may_leave(each)]
    if unknown:
        return undetermined(
            f"the way of {unknown[0].service} is not known: {unknown[0].blocks[0]}",
            *blocking_evidence(unknown),
        )
    good = [each for each in paths if each.path_class.is_private or _is_accepted(each, parameters)]
    if not good:
        return not_applicable("no path to any of the services, public or private")
    return compliant(", ".join(f"{each.service} by {each.path_class}" for each in good))


def _services(subnet: Subnet, snapshot: Snapshot, parameters: Parameters) -> tuple[str, ...]:
    present = {
        service.code
        for endpoint in snapshot.endpoints_of(subnet.vpc_id)
        if (service := service_of(endpoint)) is not None and not service.is_private
    }
    return tuple(sorted({*required_services(snapshot, subnet.vpc_id, parameters), *present}))


def _may_leave(each: Path) -> bool:
    """Whether traffic leaves at all: past endpoints where it is not known to lead to them."""
    return each.reachable is not False or each.path_class.is_private


def _is_public(each: Path, parameters: Parameters) -> bool:
    """Whether traffic leaves by a public way; what does not arrive does not leave."""
    arrives = each.reachable is not False and each.path_class is not PathClass.NONE
    return arrives and not each.path_class.is_private and not _is_accepted(each, parameters)


def _is_accepted(each: Path, parameters: Parameters) -> bool:
    """Whether traffic leaves by NAT, and that is good enough."""
    by_nat = each.path_class is PathClass.NAT and each.reachable is not False
    return by_nat and parameters.accept_nat
