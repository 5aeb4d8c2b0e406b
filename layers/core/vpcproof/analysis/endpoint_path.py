"""From the workloads of a subnet to an interface endpoint: every hop, and all that blocks it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from ..model.addresses import NO_ADDRESSES, AddressSet, prefix_length
from ..model.intervals import IntervalSet
from ..model.parameters import Parameters
from ..model.route_table import Route, RouteTable
from ..model.snapshot import Snapshot, per_snapshot
from ..model.verdict import Evidence
from ..model.vpc import Subnet
from ..model.vpc_endpoint import VpcEndpoint
from .admission import Admission, egress, ingress
from .clients import Client, Crowd, addresses_in, clients_in, crowd_in
from .endpoints import service_of
from .naming import HTTPS
from .network_acls import crossing_blocks
from .path import Block, Packet
from .routing import Carried, effective_route_table, lookup

Families = tuple[bool, bool]


class Link(StrEnum):
    """What joins a client to an endpoint: it decides how far references to groups work."""

    SAME_VPC = "the same VPC"
    PEERING = "a peering connection"
    OTHER = "a transit gateway or a core network"


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


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """An endpoint and where its traffic lands, `addresses` all together.

    One object for each, so that comparing means asking whether it is the same.
    """

    endpoint: VpcEndpoint
    landings: tuple[Landing, ...]
    addresses: AddressSet

    @classmethod
    def of(cls, endpoint: VpcEndpoint, landings: tuple[Landing, ...]) -> Standing:
        """Gather what the landings have in common."""
        return cls(endpoint, landings, AddressSet.union(each.addresses for each in landings))


@per_snapshot
def standing(snapshot: Snapshot, endpoint_id: str) -> Standing:
    """Where an endpoint stands, as far as that was read."""
    return Standing.of(snapshot.vpc_endpoints[endpoint_id], landings(snapshot, endpoint_id))


def _families(endpoint: VpcEndpoint) -> tuple[bool, bool]:
    return endpoint.ip_address_type != "ipv6", endpoint.ip_address_type != "ipv4"


def endpoint_ports(endpoint: VpcEndpoint) -> tuple[int, ...]:
    """The ports to open towards an endpoint; HTTPS where only the provider knows."""
    service = service_of(endpoint)
    known = (service.ports if service else None) or HTTPS
    return _numbers(known)


@lru_cache(maxsize=256)
def _numbers(ports: IntervalSet) -> tuple[int, ...]:
    return tuple(port for low, high in ports for port in range(low, high + 1))


def endpoint_crowd(
    snapshot: Snapshot, subnet: Subnet, endpoint: VpcEndpoint, parameters: Parameters
) -> Crowd:
    """The workloads of a subnet that the service of an endpoint is for."""
    service = service_of(endpoint)
    return crowd_in(snapshot, subnet, service.code if service else "", parameters)


def endpoint_blocks(
    snapshot: Snapshot, subnet: Subnet, endpoint: VpcEndpoint, parameters: Parameters
) -> tuple[Block, ...]:
    """All settings between the workloads of a subnet and an endpoint of the same VPC."""
    crowd = endpoint_crowd(snapshot, subnet, endpoint, parameters)
    blocks = (
        *blocks_of_endpoint(snapshot, endpoint),
        *blocks_inside(snapshot, crowd, standing(snapshot, endpoint.id), parameters),
    )
    return tuple(dict.fromkeys(blocks))


def blocks_inside(
    snapshot: Snapshot, crowd: Crowd, there: Standing, parameters: Parameters
) -> Iterator[Block]:
    """What routes and filters stop between a crowd and where an endpoint of its VPC stands."""
    subnet = snapshot.subnets[crowd.subnet_id]
    ours = AddressSet.union(addresses_in(snapshot, crowd))
    for landing in there.landings:
        yield from _detour_blocks(snapshot, subnet, ours, landing)
    yield from filter_blocks(snapshot, crowd, there, Link.SAME_VPC, parameters)


def blocks_of_endpoint(snapshot: Snapshot, endpoint: VpcEndpoint) -> Iterator[Block]:
    """What is wrong with an endpoint itself, whoever uses it."""
    if not endpoint.is_available:
        yield Block("vpc_endpoint", endpoint.id, f"state is {endpoint.state}")
    landed = {landing.subnet_id for landing in landings(snapshot, endpoint.id)}
    if not landed and not endpoint.subnet_ids:
        yield Block("vpc_endpoint", endpoint.id, "has no network interface")
    for subnet_id in endpoint.subnet_ids:
        if subnet_id not in landed:
            detail = f"its subnet {subnet_id} was not read"
            yield Block("vpc_endpoint", endpoint.id, detail, certain=False)


def filter_blocks(
    snapshot: Snapshot,
    crowd: Crowd,
    there: Standing,
    link: Link,
    parameters: Parameters,
) -> Iterator[Block]:
    """What security groups and network ACLs stop between a crowd and all of an endpoint."""
    endpoint = there.endpoint
    for landing in there.landings:
        yield from _family_blocks(snapshot, crowd, endpoint, landing)
    for port in endpoint_ports(endpoint):
        for client in clients_in(snapshot, crowd):
            yield from egress_blocks(snapshot, client, there, port, link)
    for landing in there.landings:
        yield from acl_blocks(snapshot, crowd, endpoint, landing, parameters)
    families = (bool(there.addresses.v4), bool(there.addresses.v6))
    for port in endpoint_ports(endpoint):
        yield from _ingress_blocks(snapshot, crowd, endpoint.group_ids, port, families, link)


def _family_blocks(
    snapshot: Snapshot, crowd: Crowd, endpoint: VpcEndpoint, landing: Landing
) -> Iterator[Block]:
    """Clients and an interface that have no family of addresses in common, or none that is known.

    IPv6-only clients also ask for other names, which an endpoint of IPv4 does not have.
    """
    for ours in addresses_in(snapshot, crowd):
        for subnet_id, known in ((crowd.subnet_id, ours), (landing.subnet_id, landing.addresses)):
            if not known:
                detail = "its CIDR blocks are not known"
                yield Block("subnet", subnet_id, detail, certain=False)
        common, _ = in_common(ours, landing.addresses)
        if ours and landing.addresses and not common:
            family = "IPv4" if landing.addresses.v4 else "IPv6"
            detail = f"answers {family} only, {crowd.subnet_id} has none"
            yield Block("vpc_endpoint", endpoint.id, detail)


def in_common(ours: AddressSet, theirs: AddressSet) -> tuple[AddressSet, AddressSet]:
    """The addresses of both ends in the families that both have."""
    v4, v6 = bool(ours.v4) and bool(theirs.v4), bool(ours.v6) and bool(theirs.v6)
    return ours.only(v4=v4, v6=v6), theirs.only(v4=v4, v6=v6)


def acl_blocks(
    snapshot: Snapshot,
    crowd: Crowd,
    endpoint: VpcEndpoint,
    landing: Landing,
    parameters: Parameters,
) -> Iterator[Block]:
    """What network ACLs stop between a crowd and one interface of an endpoint."""
    if landing.subnet_id == crowd.subnet_id:
        return
    for addresses in addresses_in(snapshot, crowd):
        ours, theirs = in_common(addresses, landing.addresses)
        for port in endpoint_ports(endpoint):
            yield from crossing_blocks(
                snapshot,
                (crowd.subnet_id, ours),
                (landing.subnet_id, theirs),
                port=port,
                ephemeral=parameters.ephemeral_ports,
                exact=landing.exact,
            )


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


def _detour_blocks(
    snapshot: Snapshot, subnet: Subnet, ours: AddressSet, landing: Landing
) -> Iterator[Block]:
    """Routes more specific than the local one take traffic inside the VPC elsewhere, both ways.

    https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html#subnet-route-tables
    """
    if landing.subnet_id == subnet.id:
        return
    ways = ((subnet.id, landing.addresses, landing.exact), (landing.subnet_id, ours, True))
    for origin, addresses, exact in ways:
        table = effective_route_table(snapshot, origin)
        if table is None:
            yield Block("route_table", origin, "the route table was not read", certain=False)
            continue
        for route in detours(snapshot, table, addresses):
            what = "is a blackhole" if route.state == "blackhole" else f"leads to {route.target}"
            detail = f"{route.destination} {what}, on the way from {origin} to {addresses}"
            certain = route.state == "blackhole" and exact
            yield Block("route_table", table.id, detail, certain=certain)


def detours(snapshot: Snapshot, table: RouteTable, addresses: AddressSet) -> tuple[Route, ...]:
    """The routes that take some addresses of the VPC away from the local route."""
    strays = _strays(snapshot, table.id)
    if not strays:
        return ()
    return tuple(dict.fromkeys(each.route for each in strays if each.addresses & addresses))


@per_snapshot
def _strays(snapshot: Snapshot, table_id: str) -> tuple[Carried, ...]:
    """The addresses of the VPC that its local route does not carry.

    Where a table shows no local route, as in a template, there is one for each CIDR block, unless
    another target stands in its place.
    """
    table = snapshot.route_tables[table_id]
    vpc = snapshot.vpcs.get(table.vpc_id)
    inside = (vpc.cidrs if vpc is not None else None) or NO_ADDRESSES
    shortest = 0
    if all(route.target != "local" for route in table.routes):
        shortest = min(map(prefix_length, inside.cidrs()), default=0)
    return tuple(
        each
        for each in lookup(snapshot, table, inside).carried
        if each.route.target != "local" and (each.route.prefix_length or 0) >= shortest
    )


def egress_blocks(
    snapshot: Snapshot, client: Client, there: Standing, port: int, link: Link
) -> tuple[Block, ...]:
    """What a client's own security groups keep from an endpoint; nothing is known without them.

    A reference to the endpoint's group works in its VPC and over peering, not further.
    https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
    """
    if client.group_ids is None:
        return ()
    allowed = egress(snapshot, client.group_ids, port)
    if there.addresses <= allowed.addresses:
        return ()
    if link is not Link.OTHER and allowed.group_ids.intersection(there.endpoint.group_ids):
        return ()
    families = (bool(client.addresses.v4), bool(client.addresses.v6))
    return _egress_blocks(snapshot, client.group_ids, there, port, families)


@per_snapshot
def _egress_blocks(
    snapshot: Snapshot,
    group_ids: tuple[str, ...],
    there: Standing,
    port: int,
    families: Families,
) -> tuple[Block, ...]:
    allowed = egress(snapshot, group_ids, port)
    v4, v6 = families
    blocks = []
    for landing in there.landings:
        theirs = landing.addresses.only(v4=v4, v6=v6)
        closed = theirs - allowed.addresses
        if closed:
            certain = not allowed.unknown and (landing.exact or closed == theirs)
            groups = ", ".join(group_ids) or "no security group"
            where = f"tcp {port} to {closed.first} ({there.endpoint.id})"
            detail = "; ".join((f"no egress rule of {groups} allows {where}", *allowed.unknown))
            packet = Packet(port, destination=closed.first)
            blocks.append(Block("security_group", groups, detail, certain, packet))
    return tuple(blocks)


@per_snapshot
def _ingress_blocks(
    snapshot: Snapshot,
    crowd: Crowd,
    group_ids: tuple[str, ...],
    port: int,
    families: Families,
    link: Link,
) -> tuple[Block, ...]:
    """What an endpoint's security groups keep out.

    References to a client's group cross peering; they cross a transit gateway only where it is
    set up to let them.
    https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html#vpc-attachment-security
    """
    admission = ingress(snapshot, group_ids, port)
    v4, v6 = families
    closed_to = {
        addresses: addresses.only(v4=v4, v6=v6) - admission.addresses
        for addresses in addresses_in(snapshot, crowd)
    }
    if not any(closed_to.values()):
        return ()
    blocks = []
    for client in clients_in(snapshot, crowd):
        closed = closed_to[client.addresses]
        referenced = admission.group_ids.intersection(client.group_ids or ())
        if closed and not (referenced and link is not Link.OTHER):
            unknown = (*admission.unknown, *_doubtful_references(client, admission, referenced))
            groups = ", ".join(group_ids) or "no security group"
            packet = Packet(port, source=(client.held & closed or closed).first)
            source = f"tcp {port} from {packet.source}"
            detail = f"no ingress rule of {groups} admits {source} ({crowd.subnet_id})"
            detail = "; ".join((detail, *unknown))
            blocks.append(Block("security_group", groups, detail, not unknown, packet))
    return tuple(blocks)


def _doubtful_references(
    client: Client, admission: Admission, referenced: frozenset[str]
) -> Iterator[str]:
    if referenced:
        yield f"references to {', '.join(sorted(referenced))} may work"
    if client.group_ids is None and admission.group_ids:
        yield f"who carries {', '.join(sorted(admission.group_ids))} is not known"
