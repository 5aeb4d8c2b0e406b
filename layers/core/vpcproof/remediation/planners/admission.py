"""Clients that an endpoint does not admit: let in by its own group, or by one more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...analysis.admission import clients_of, ingress, refusal_of
from ...analysis.endpoint_path import endpoint_ports
from ...analysis.endpoints import service_of
from ...model.addresses import NO_ADDRESSES, AddressSet
from ...model.facts import Fact
from ...model.vpc import Subnet
from ...model.vpc_endpoint import VpcEndpoint
from ..change import Call
from ..dedicated_group import group_id_of, group_obstacle
from ..operations.permissions import tcp_permission
from ..operations.vpc_endpoint import modify_endpoint
from ..repair import Admission, Concern, Obstacle, Phase, Proposal, Repair
from ..situation import Situation, hands_off, is_opted_out
from .dns_attributes import names_will_lead_here
from .private_dns import nameless_endpoints

_ENDPOINT_RULE = "vpc-endpoint-admits-workloads"
_GROUP_RULE = "security-group-admits-endpoint-clients"
_RULES = frozenset(
    {
        _ENDPOINT_RULE,
        _GROUP_RULE,
        "vpc-endpoint-private-dns-effective",
        "subnet-reaches-ssm",
        "subnet-service-traffic-private",
    }
)
_DESCRIPTION = "Clients of the endpoint"

Lacking = Mapping[int, AddressSet]


def admit_clients(situation: Situation) -> Iterator[Proposal]:
    """Every client that is proven to be refused is let in, and nobody else.

    Endpoints that the name of their service does not lead to yet, but will when the plan has been
    made, have all those for clients whom it will lead to them.
    """
    by_group: dict[str, dict[int, AddressSet]] = {}
    served: dict[str, list[VpcEndpoint]] = {}
    for endpoint in _refusing(situation):
        lacking = _lacking(situation, endpoint)
        if not lacking:
            continue
        group_id = _own_group(situation, endpoint)
        if group_id is None:
            yield _attach(situation, endpoint, lacking)
            continue
        served.setdefault(group_id, []).append(endpoint)
        wanted = by_group.setdefault(group_id, {})
        for port, addresses in lacking.items():
            wanted[port] = wanted.get(port, NO_ADDRESSES) | addresses
    for group_id, wanted in by_group.items():
        yield _widen(group_id, wanted, served[group_id])


def _refusing(situation: Situation) -> list[VpcEndpoint]:
    """The endpoints that leave clients out today, or would with private DNS on."""
    named = {*situation.broken(*_RULES)}
    soon = _soon_named(situation)
    return [
        each
        for each in situation.endpoints
        if each.is_interface
        and service_of(each) is not None
        and not situation.exempts(_ENDPOINT_RULE, each)
        and (each.id in named | soon or named.intersection(each.group_ids))
    ]


def _lacking(situation: Situation, endpoint: VpcEndpoint) -> Lacking:
    """The addresses that are proven to be left out, by port."""
    lacking: dict[int, AddressSet] = {}
    for port in endpoint_ports(endpoint):
        refused = (
            refusal_of(situation.snapshot, endpoint, subnet, port, situation.parameters)
            for subnet in _clients(situation, endpoint)
        )
        proven = [each.missing for each in refused if each is not None and not each.unknown]
        missing = AddressSet.union([_spokes(situation, endpoint, port), *proven])
        if missing:
            lacking[port] = missing
    return lacking


def _clients(situation: Situation, endpoint: VpcEndpoint) -> tuple[Subnet, ...]:
    service = service_of(endpoint)
    if service is not None and endpoint.id in _soon_named(situation):
        return situation.led_subnets(service.code)
    return clients_of(situation.snapshot, endpoint, situation.parameters)


def _soon_named(situation: Situation) -> frozenset[str]:
    """The endpoints whose private DNS the plan may turn on, or make effective."""
    named = {each.id for each in nameless_endpoints(situation)}
    if names_will_lead_here(situation):
        named |= {each.id for each in situation.endpoints if each.private_dns_enabled}
    return frozenset(named)


def _spokes(situation: Situation, endpoint: VpcEndpoint, port: int) -> AddressSet:
    """The addresses of other VPCs that a hub's endpoint, which has private DNS off, leaves out."""
    if endpoint.private_dns_enabled:
        return NO_ADDRESSES
    admitted = ingress(situation.snapshot, endpoint.group_ids, port).addresses
    return situation.parameters.spoke_cidrs - admitted


def _own_group(situation: Situation, endpoint: VpcEndpoint) -> str | None:
    """A group that endpoints alone carry: rules in it let clients in to nothing else."""
    snapshot = situation.snapshot
    if not snapshot.has(Fact.NETWORK_INTERFACES, endpoint.vpc_id):
        return None
    of_endpoints = {
        interface_id
        for each in snapshot.vpc_endpoints.values()
        for interface_id in each.network_interface_ids
    }
    shared = {
        group_id
        for interface in snapshot.network_interfaces.values()
        if interface.id not in of_endpoints
        for group_id in interface.group_ids
    }
    for group_id in sorted(endpoint.group_ids):
        group = snapshot.security_groups.get(group_id)
        if group is None or group.name == "default" or group_id in shared:
            continue
        if not is_opted_out(group) and not situation.exempts(_GROUP_RULE, group):
            return group_id
    return None


def _widen(group_id: str, lacking: Lacking, endpoints: list[VpcEndpoint]) -> Repair:
    permissions = [
        tcp_permission(port, addresses, _DESCRIPTION) for port, addresses in sorted(lacking.items())
    ]
    call = Call(
        operation="AuthorizeSecurityGroupIngress",
        arguments={"GroupId": group_id, "IpPermissions": permissions},
    )
    return Repair(about=_about(*endpoints), phase=Phase.ADMIT, calls=(call,))


def _attach(situation: Situation, endpoint: VpcEndpoint, lacking: Lacking) -> Proposal:
    obstacle = hands_off(endpoint) or group_obstacle(situation)
    if obstacle:
        return Obstacle(about=_about(endpoint), reason=obstacle)
    return Repair(
        about=_about(endpoint),
        phase=Phase.ATTACH,
        calls=(modify_endpoint(endpoint.id, AddSecurityGroupIds=[group_id_of(situation)]),),
        admits=tuple(Admission(port, addresses) for port, addresses in lacking.items()),
    )


def _about(*endpoints: VpcEndpoint) -> Concern:
    ids = {each for endpoint in endpoints for each in (endpoint.id, *endpoint.group_ids)}
    return Concern(_RULES, frozenset(ids))
