"""The security groups of an interface endpoint admit every workload that uses it.

## Why it matters
The endpoint's network interfaces drop what their security groups do not allow, so a client that is
left out sees a timeout, not an error. With private DNS on, the service's name leads every subnet of
the VPC to the endpoint, public ones included: a group that admits one subnet of two cuts the other
one off from the service altogether, which is why this is critical then.

## How to fix
Allow the service's port, TCP 443 for most, from the CIDR block of every subnet with workloads or
from a security group that all of them carry. Rules of several groups on one endpoint add up; egress
rules of an endpoint's group do not matter, since the service never opens a connection.

## Known limits
Only ingress of the endpoint's own groups is judged here; client egress and network ACLs have rules
of their own. The ports of a private service (`vpce-svc-…`) are its provider's, so its endpoints are
not applicable. Security-group references do not match traffic that passes a middlebox inside the
VPC; such routing is not modelled.
"""

from ..analysis.admission import Refusal, clients_of, ingress, refusals
from ..analysis.endpoints import Life, life, service_of
from ..analysis.scope import workload_interfaces
from ..model.facts import Fact
from ..model.intervals import IntervalSet
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
from ..model.vpc_endpoint import VpcEndpoint
from .registry import rule

_NAMED = 5


@rule(
    resource_type=ResourceType.VPC_ENDPOINT,
    severity=Severity.HIGH,
    needs={Fact.VPC_ENDPOINTS, Fact.SUBNETS},
    reads={
        Fact.SECURITY_GROUPS,
        Fact.NETWORK_INTERFACES,
        Fact.ROUTE_TABLES,
        Fact.PREFIX_LISTS,
    },
    parameters=["granularity", "includePublicSubnets", "spokeCidrs"],
)
def judge(endpoint: VpcEndpoint, snapshot: Snapshot, parameters: Parameters) -> Verdict:
    if not endpoint.is_interface:
        return not_applicable(f"{endpoint.type} endpoints have no security group to pass")
    if life(snapshot, endpoint, parameters) is Life.GONE:
        return not_applicable(f"state is {endpoint.state}")
    service = service_of(endpoint)
    if service is None or service.ports is None:
        return not_applicable("the ports of this service are known to its provider only")
    if spokes := _refused_spokes(endpoint, snapshot, service.ports, parameters):
        return spokes
    clients = clients_of(snapshot, endpoint, parameters)
    if not clients and parameters.spoke_cidrs and not endpoint.private_dns_enabled:
        return compliant(f"admits the spokes, {parameters.spoke_cidrs}", *_groups(endpoint))
    if not clients:
        return _nobody(endpoint, snapshot)
    refused = refusals(snapshot, endpoint, service.ports, parameters)
    if not refused:
        subnets = ", ".join(subnet.id for subnet in clients)
        return compliant(f"admits every workload of {subnets}", *_groups(endpoint))
    return refusal_verdict(endpoint, refused)


def _refused_spokes(
    endpoint: VpcEndpoint, snapshot: Snapshot, ports: IntervalSet, parameters: Parameters
) -> Verdict | None:
    """A hub's endpoint has private DNS off and is used from the spokes named by parameter."""
    if endpoint.private_dns_enabled:
        return None
    for low, high in ports:
        for port in range(low, high + 1):
            admission = ingress(snapshot, endpoint.group_ids, port)
            missing = parameters.spoke_cidrs - admission.addresses
            if missing and admission.unknown:
                return undetermined(f"cannot tell who is admitted: {admission.unknown[0]}")
            if missing:
                return non_compliant(f"{port} not admitted from spokes: {missing}")
    return None


def refusal_verdict(endpoint: VpcEndpoint, refused: tuple[Refusal, ...]) -> Verdict:
    """The verdict on an endpoint that refuses clients, worst first."""
    proven = [refusal for refusal in refused if not refusal.unknown]
    if not proven:
        why = "; ".join(dict.fromkeys(text for refusal in refused for text in refusal.unknown))
        return undetermined(f"cannot tell who is admitted: {why}", *_groups(endpoint))
    first = proven[0]
    others = len({refusal.subnet.id for refusal in proven}) - 1
    more = f", nor from {others} more subnets" if others > 1 else ""
    more = f", nor from {proven[-1].subnet.id}" if others == 1 else more
    groups = ", ".join(endpoint.group_ids) or "no security group"
    return non_compliant(
        f"{first.port} not admitted from {first.subnet.id} ({first.missing}){more}: "
        f"no ingress rule of {groups} matches {first.example}",
        *(_refusal_evidence(refusal) for refusal in proven),
        *_groups(endpoint),
        severity=Severity.CRITICAL if endpoint.private_dns_enabled else None,
    )


def _refusal_evidence(refusal: Refusal) -> Evidence:
    named, others = refusal.interfaces[:_NAMED], refusal.interfaces[_NAMED:]
    names = ", ".join(each.id for each in named)
    more = f" and {len(others)} more" if others else ""
    holders = f"; left out: {names}{more}" if names else ""
    return Evidence(
        "subnet",
        refusal.subnet.id,
        f"tcp {refusal.port} from {refusal.missing} is not admitted, "
        f"for example from {refusal.example}{holders}",
    )


def _groups(endpoint: VpcEndpoint) -> tuple[Evidence, ...]:
    return tuple(
        Evidence("security_group", group_id, f"attached to {endpoint.id}")
        for group_id in endpoint.group_ids
    )


def _nobody(endpoint: VpcEndpoint, snapshot: Snapshot) -> Verdict:
    if endpoint.private_dns_enabled and endpoint.inbound_resolver_only:
        return not_applicable("its private DNS answers the inbound resolver only, not the VPC")
    known = snapshot.has(Fact.NETWORK_INTERFACES, endpoint.vpc_id)
    if known and workload_interfaces(snapshot, endpoint.vpc_id):
        return not_applicable("every workload of the VPC is in a public subnet")
    return not_applicable(f"no workload in {endpoint.vpc_id} uses it")
