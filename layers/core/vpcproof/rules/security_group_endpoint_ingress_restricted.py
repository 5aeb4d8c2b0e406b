"""A security group on interface endpoints admits internal sources only, and only to their ports.

## Why it matters
An endpoint is a door to an AWS service with the VPC's own trust. Its network interfaces have
private addresses, so 0.0.0.0/0 is not the internet; it is every network that is or will be
connected by peering, transit gateway or VPN.

## How to fix
Replace broad sources by the CIDR blocks of the subnets with workloads or by their security groups,
and remove every port that the service does not listen on.

## Known limits
A reference to another security group is internal by nature and is accepted as a source. Egress
rules are not judged: the service never opens a connection through an endpoint.
"""

from ..analysis.admission import rule_addresses
from ..analysis.endpoints import ports_of
from ..model.addresses import AddressSet
from ..model.facts import Fact
from ..model.intervals import IntervalSet
from ..model.parameters import Parameters
from ..model.ports import NO_PORTS, describe_ports, protocol_name
from ..model.resource_type import ResourceType
from ..model.security_group import SecurityGroup, SecurityGroupRule
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
from .registry import rule
from .security_group_admits_endpoint_clients import endpoints_guarded_by


@rule(
    resource_type=ResourceType.SECURITY_GROUP,
    severity=Severity.MEDIUM,
    needs={Fact.SECURITY_GROUPS, Fact.VPC_ENDPOINTS, Fact.VPCS},
    reads={Fact.PREFIX_LISTS},
    parameters=["internalCidrs"],
)
def judge(group: SecurityGroup, snapshot: Snapshot, parameters: Parameters) -> Verdict:
    endpoints = endpoints_guarded_by(group, snapshot, parameters)
    if not endpoints:
        return not_applicable("no interface endpoint carries this group")
    served = NO_PORTS
    for endpoint in endpoints:
        served |= ports_of(endpoint)
    vpc = snapshot.vpcs.get(endpoints[0].vpc_id)
    internal = parameters.internal_cidrs | (vpc.cidrs if vpc and vpc.cidrs else AddressSet())
    unresolved = [each for each in group.ingress if _is_unresolved(snapshot, each)]
    excesses = [
        (each, excess)
        for each in group.ingress
        if (excess := _excess(snapshot, each, served, internal))
    ]
    if excesses:
        evidence = [Evidence("security_group_rule", group.id, f"{e}: {why}") for e, why in excesses]
        worst, why = min(excesses, key=lambda pair: not _is_everything(pair[0]))
        more = f" (and {len(excesses) - 1} more rules)" if len(excesses) > 1 else ""
        return non_compliant(f"{worst}: {why}{more}", *evidence)
    if unresolved:
        names = ", ".join(each.peer for each in unresolved)
        return undetermined(f"the entries of {names} were not read")
    return compliant(f"internal sources only, to {describe_ports(served)}")


def _is_unresolved(snapshot: Snapshot, each: SecurityGroupRule) -> bool:
    return each.prefix_list_id is not None and rule_addresses(snapshot, each) is None


def _is_everything(each: SecurityGroupRule) -> bool:
    return each.peer in {"0.0.0.0/0", "::/0"}


def _excess(
    snapshot: Snapshot, each: SecurityGroupRule, served: IntervalSet, internal: AddressSet
) -> str | None:
    """Why a rule admits more than it should; None when it does not, or is not resolved."""
    addresses = rule_addresses(snapshot, each)
    if each.group is None and addresses is not None:
        foreign = addresses - internal
        if foreign:
            return f"{foreign.first} is outside the internal ranges"
    if protocol_name(each.protocol) not in {"tcp", "-1"}:
        return "the endpoint serves TCP only"
    surplus = each.tcp_ports - served
    if protocol_name(each.protocol) == "-1" or surplus:
        return f"the endpoint serves {describe_ports(served)} only"
    return None
