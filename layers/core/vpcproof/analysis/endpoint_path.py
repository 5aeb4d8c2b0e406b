"""From the workloads of a subnet to an interface endpoint: every hop, and all that blocks it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..model.addresses import NO_ADDRESSES, AddressSet
from ..model.intervals import IntervalSet
from ..model.parameters import Parameters
from ..model.route_table import Route, RouteTable
from ..model.snapshot import Snapshot, per_snapshot
from ..model.verdict import Evidence
from ..model.vpc import Subnet
from ..model.vpc_endpoint import VpcEndpoint
from .admission import egress, refusal_of
from .clients import Client, addresses_of, clients_in
from .endpoints import service_of
from .naming import HTTPS
from .network_acls import crossing_blocks
from .path import Block
from .routing import effective_route_table


@dataclass(frozen=True, slots=True)
class Landing:
    """Where an endpoint's traffic lands in one subnet.

    Not `exact` when its network interface was not read: the address is one of the subnet's then.
    """

    subnet_id: str
    addresses: AddressSet
    exact: bool


@per_snapshot
def landings(snapshot: Snapshot, endpoint_id: str) -> tuple[Landing, ...]:
    """The network interfaces of an endpoint, or its subnets where they were not read."""
    endpoint = snapshot.vpc_endpoints[endpoint_id]
    v4, v6 = _families(endpoint)
    seen: dict[str, AddressSet] = {}
    for interface_id in endpoint.network_interface_ids:
        interface = snapshot.network_interfaces.get(interface_id)
        if interface is not None and interface.addresses:
            held = seen.get(interface.subnet_id, NO_ADDRESSES)
            seen[interface.subnet_id] = held | interface.addresses.only(v4=v4, v6=v6)
    exact = tuple(Landing(subnet_id, held, exact=True) for subnet_id, held in seen.items())
    unread = tuple(
        Landing(subnet_id, subnet.cidrs.only(v4=v4, v6=v6), exact=False)
        for subnet_id in endpoint.subnet_ids
        if subnet_id not in seen and (subnet := snapshot.subnets.get(subnet_id)) is not None
    )
    return exact + unread


def _families(endpoint: VpcEndpoint) -> tuple[bool, bool]:
    return endpoint.ip_address_type != "ipv6", endpoint.ip_address_type != "ipv4"


def endpoint_ports(endpoint: VpcEndpoint) -> IntervalSet:
    """The ports to open towards an endpoint; HTTPS where only the provider knows."""
    service = service_of(endpoint)
    return (service.ports if service else None) or HTTPS


def endpoint_blocks(
    snapshot: Snapshot, subnet: Subnet, endpoint: VpcEndpoint, parameters: Parameters
) -> tuple[Block, ...]:
    """All settings between the workloads of a subnet and an endpoint of the same VPC."""
    blocks = [
        *_endpoint_itself(snapshot, subnet, endpoint),
        *_routes(snapshot, subnet, endpoint),
    ]
    clients = clients_in(snapshot, subnet, parameters)
    for low, high in endpoint_ports(endpoint):
        for port in range(low, high + 1):
            for client in clients:
                blocks += client_egress_blocks(snapshot, client, endpoint, port)
            blocks += _acl_blocks(snapshot, subnet, endpoint, port, parameters)
            blocks += _ingress_blocks(snapshot, subnet, endpoint, port, parameters)
    return tuple(dict.fromkeys(blocks))


def endpoint_proof(
    snapshot: Snapshot, subnet: Subnet, endpoint: VpcEndpoint
) -> tuple[Evidence, ...]:
    """The facts that a proven path rests on, in the order in which traffic meets them."""
    table = effective_route_table(snapshot, subnet.id)
    return (
        *((Evidence("route_table", table.id, f"local route of {subnet.id}"),) if table else ()),
        *(
            Evidence("subnet", each.subnet_id, f"{endpoint.id} answers at {each.addresses}")
            for each in landings(snapshot, endpoint.id)
        ),
        *(
            Evidence("security_group", group_id, f"of {endpoint.id}, admits {subnet.id}")
            for group_id in endpoint.group_ids
        ),
    )


def _endpoint_itself(snapshot: Snapshot, subnet: Subnet, endpoint: VpcEndpoint) -> Iterator[Block]:
    if not endpoint.is_available:
        yield Block("vpc_endpoint", endpoint.id, f"state is {endpoint.state}")
    if not landings(snapshot, endpoint.id):
        read = not endpoint.subnet_ids
        detail = "has no network interface" if read else "its subnets were not read"
        yield Block("vpc_endpoint", endpoint.id, detail, certain=read)
    v4, v6 = _families(endpoint)
    if subnet.cidrs and not subnet.cidrs.only(v4=v4, v6=v6):
        family = "IPv4" if v4 else "IPv6"
        yield Block("vpc_endpoint", endpoint.id, f"answers {family} only, {subnet.id} has none")


def _routes(snapshot: Snapshot, subnet: Subnet, endpoint: VpcEndpoint) -> Iterator[Block]:
    """Routes more specific than the local one take traffic inside the VPC elsewhere.

    https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html#subnet-route-tables
    """
    table = effective_route_table(snapshot, subnet.id)
    if table is None:
        yield Block("route_table", subnet.id, "the route table was not read", certain=False)
        return
    for landing in landings(snapshot, endpoint.id):
        if landing.subnet_id == subnet.id:
            continue
        for route in detours(table, landing.addresses):
            dead = route.state == "blackhole"
            what = "is a blackhole" if dead else f"leads to {route.target}, whose filtering"
            tail = "" if dead else " is not modelled"
            yield Block(
                "route_table",
                table.id,
                f"{route.destination} {what}{tail} ({endpoint.id} at {landing.addresses})",
                certain=dead and landing.exact,
            )


def detours(table: RouteTable, addresses: AddressSet) -> tuple[Route, ...]:
    """The non-local routes that win over the local route for some of these addresses."""
    local = [route for route in table.routes if route.target == "local" and route.cidr]
    found = []
    for route in table.routes:
        if route.target == "local" or route.cidr is None or not route.cidr & addresses:
            continue
        inside = [
            each
            for each in local
            if each.cidr
            and each.cidr & route.cidr & addresses
            and (each.prefix_length or 0) >= (route.prefix_length or 0)
        ]
        if not inside and local:
            found.append(route)
    return tuple(found)


def client_egress_blocks(
    snapshot: Snapshot,
    client: Client,
    endpoint: VpcEndpoint,
    port: int,
    *,
    references_work: bool = True,
) -> tuple[Block, ...]:
    """What a client's own security groups keep from an endpoint; nothing is known without them.

    A reference to the endpoint's group works in its VPC and over peering, not over a transit
    gateway (`references_work`).
    https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
    """
    if client.group_ids is None:
        return ()
    return _egress_blocks(snapshot, client.group_ids, endpoint.id, port, references_work)


@per_snapshot
def _egress_blocks(
    snapshot: Snapshot,
    group_ids: tuple[str, ...],
    endpoint_id: str,
    port: int,
    references_work: bool,  # noqa: FBT001 - a memoised question takes its arguments by position
) -> tuple[Block, ...]:
    endpoint = snapshot.vpc_endpoints[endpoint_id]
    allowed = egress(snapshot, group_ids, port)
    if references_work and allowed.group_ids.intersection(endpoint.group_ids):
        return ()
    blocks = []
    for landing in landings(snapshot, endpoint_id):
        closed = landing.addresses - allowed.addresses
        if not closed:
            continue
        groups = ", ".join(group_ids) or "no security group"
        why = "; ".join(allowed.unknown)
        certain = not why and (landing.exact or closed == landing.addresses)
        detail = f"no egress rule of {groups} allows tcp {port} to {closed.first} ({endpoint_id})"
        blocks.append(
            Block("security_group", groups, f"{detail}; {why}" if why else detail, certain=certain)
        )
    return tuple(blocks)


def _acl_blocks(
    snapshot: Snapshot, subnet: Subnet, endpoint: VpcEndpoint, port: int, parameters: Parameters
) -> Iterator[Block]:
    v4, v6 = _families(endpoint)
    clients = clients_in(snapshot, subnet, parameters)
    for addresses in addresses_of(clients):
        for landing in landings(snapshot, endpoint.id):
            yield from crossing_blocks(
                snapshot,
                (subnet.id, addresses.only(v4=v4, v6=v6)),
                (landing.subnet_id, landing.addresses),
                port=port,
                ephemeral=parameters.ephemeral_ports,
                exact=landing.exact,
            )


def _ingress_blocks(
    snapshot: Snapshot, subnet: Subnet, endpoint: VpcEndpoint, port: int, parameters: Parameters
) -> Iterator[Block]:
    refusal = refusal_of(snapshot, endpoint, subnet, port, parameters)
    if refusal is None:
        return
    groups = ", ".join(endpoint.group_ids) or "no security group"
    why = "; ".join(refusal.unknown)
    detail = f"no ingress rule of {groups} admits tcp {port} from {refusal.example} ({subnet.id})"
    yield Block("security_group", groups, f"{detail}; {why}" if why else detail, certain=not why)
