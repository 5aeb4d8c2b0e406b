"""Where traffic for public addresses leaves a subnet: gateway endpoint, NAT or internet gateway."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..model.addresses import AddressSet
from ..model.intervals import IntervalSet
from ..model.parameters import Parameters
from ..model.route_table import Route, RouteTable
from ..model.snapshot import Snapshot, per_snapshot
from ..model.verdict import Evidence
from ..model.vpc import Subnet
from ..model.vpc_endpoint import VpcEndpoint
from .admission import egress
from .clients import Client, Crowd, clients_in, crowd_in
from .endpoints import endpoints_for, is_gone
from .naming import parse_service_name
from .nat import nat_gateway_path
from .network_acls import one_sided_blocks, receiving_blocks
from .path import Block, Packet, PathClass, Way
from .routing import (
    PUBLIC_ADDRESSES,
    GatewayRoute,
    effective_route_table,
    gateway_route,
    public_route,
)
from .transit import public_way_blocks

HTTPS_PORT = 443
# A NAT gateway opens its own connections from these ports.
# https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html
NAT_GATEWAY_PORTS = IntervalSet(((1024, 65535),))


@dataclass(frozen=True, slots=True)
class Destination:
    """Addresses that traffic is for: all of them, or, when not `exact`, some of them."""

    addresses: AddressSet
    exact: bool
    prefix_list_id: str | None = None


PUBLIC_SERVICE = Destination(PUBLIC_ADDRESSES, exact=False)


def exit_for(snapshot: Snapshot, subnet: Subnet, code: str, parameters: Parameters) -> Way:
    """The way out for the public addresses of a service, by the table that the subnet uses.

    Services that have no gateway endpoint in the VPC leave alike.
    """
    gateways = endpoints_for(snapshot, subnet.vpc_id, code, "Gateway")
    gateway_ids = tuple(endpoint.id for endpoint in gateways)
    way = _exit(snapshot, crowd_in(snapshot, subnet, code, parameters), gateway_ids, parameters)
    lost = tuple(_lost_blocks(snapshot, subnet, code, way))
    return replace(way, blocks=tuple(dict.fromkeys((*way.blocks, *lost)))) if lost else way


@per_snapshot
def _exit(
    snapshot: Snapshot, crowd: Crowd, gateway_ids: tuple[str, ...], parameters: Parameters
) -> Way:
    table = effective_route_table(snapshot, crowd.subnet_id)
    if table is None:
        unread = Block(
            "route_table", crowd.subnet_id, "the route table was not read", certain=False
        )
        return Way(path_class=PathClass.NONE, blocks=(unread,), certain=False)
    absent = []
    for endpoint in map(snapshot.vpc_endpoints.__getitem__, gateway_ids):
        answer = gateway_route(snapshot, table, endpoint)
        if answer.route is None and is_gone(endpoint):
            continue
        if answer.route is None:
            detail = f"has no route to gateway endpoint {endpoint.id}"
            absent.append(Block("route_table", table.id, detail))
        elif answer.status is GatewayRoute.OVERRIDDEN:
            return _by_route(snapshot, crowd, table, answer.route, parameters)
        else:
            return _by_gateway_endpoint(snapshot, crowd, table, endpoint, parameters)
    way = public_route(snapshot, table)
    if way.route is None:
        if way.unread is not None:
            unread = Block("prefix_list", way.unread, "entries were not read", certain=False)
            return Way(path_class=PathClass.NONE, blocks=(unread,), certain=False)
        nowhere = Block("route_table", table.id, "no route to public addresses")
        return Way(path_class=PathClass.NONE, blocks=tuple(absent) or (nowhere,))
    return _by_route(snapshot, crowd, table, way.route, parameters)


def _lost_blocks(snapshot: Snapshot, subnet: Subnet, code: str, way: Way) -> Iterator[Block]:
    """Dead routes for some public addresses: which ones a service has is known where it has a list.

    https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html
    """
    table = effective_route_table(snapshot, subnet.id)
    if table is None or way.path_class is PathClass.GATEWAY_ENDPOINT:
        return
    for each in public_route(snapshot, table).lost:
        published = _published_addresses(snapshot, code)
        if published is None or published & each.addresses:
            route = each.route
            detail = f"{route.destination} to {route.target} is {route.state}"
            yield Block("route_table", table.id, detail, certain=published is not None)


def _published_addresses(snapshot: Snapshot, code: str) -> AddressSet | None:
    """The IPv4 addresses of a service by AWS's own prefix list; None where none is in view."""
    for each in snapshot.prefix_lists.values():
        service = parse_service_name(each.name or "") if each.is_aws_managed else None
        if service is not None and service.code == code and each.entries and each.entries.v4:
            return each.entries
    return None


def _by_gateway_endpoint(
    snapshot: Snapshot,
    crowd: Crowd,
    table: RouteTable,
    endpoint: VpcEndpoint,
    parameters: Parameters,
) -> Way:
    subnet = snapshot.subnets[crowd.subnet_id]
    answer = gateway_route(snapshot, table, endpoint)
    blocks: list[Block] = []
    if answer.status is GatewayRoute.BLACKHOLE:
        blocks.append(Block("route_table", table.id, f"the route to {endpoint.id} is a blackhole"))
    if answer.status is GatewayRoute.UNKNOWN and answer.route is not None:
        detail = f"{answer.route.destination} may override {endpoint.id}: entries not read"
        blocks.append(Block("route_table", table.id, detail, certain=False))
    if not endpoint.is_available:
        blocks.append(Block("vpc_endpoint", endpoint.id, f"state is {endpoint.state}"))
    destination = destination_of(snapshot, subnet, endpoint)
    for client in clients_in(snapshot, crowd):
        blocks += group_blocks(snapshot, client, destination)
    blocks += gateway_acl_blocks(snapshot, subnet, endpoint, parameters)
    proof = Evidence("route_table", table.id, f"{destination.prefix_list_id} to {endpoint.id}")
    return Way(
        path_class=PathClass.GATEWAY_ENDPOINT,
        via=(table.id, endpoint.id),
        blocks=tuple(dict.fromkeys(blocks)),
        proof=(proof,),
        certain=answer.status is not GatewayRoute.UNKNOWN,
    )


def _by_route(
    snapshot: Snapshot, crowd: Crowd, table: RouteTable, route: Route, parameters: Parameters
) -> Way:
    """The exit that a route leads to; a dead target is no way out whatever it was."""
    target = route.target or "nowhere"
    if not route.is_active:
        dead = Block("route_table", table.id, f"{route.destination} to {target} is {route.state}")
        return Way(path_class=PathClass.NONE, blocks=(dead,))
    path_class, behind = _behind(snapshot, crowd, table, target, parameters)
    outbound = _outbound_blocks(snapshot, crowd, parameters)
    proof = Evidence("route_table", table.id, f"{route.destination} to {target}")
    return Way(
        path_class=path_class,
        via=(table.id, target),
        blocks=tuple(dict.fromkeys((*outbound, *behind))),
        proof=(proof,),
        certain=path_class is not PathClass.NONE or all(block.certain for block in behind),
    )


def _behind(
    snapshot: Snapshot, crowd: Crowd, table: RouteTable, target: str, parameters: Parameters
) -> tuple[PathClass, tuple[Block, ...]]:
    """What class of way a route target is, and what stops traffic beyond it."""
    if target in snapshot.vpc_endpoints:
        return _behind_firewall(snapshot, target, parameters)
    match target.partition(":")[0].partition("-")[0]:
        case "igw":
            return PathClass.INTERNET_GATEWAY, tuple(_public_address_blocks(snapshot, crowd))
        case "nat":
            return PathClass.NAT, tuple(_nat_blocks(snapshot, crowd, target, parameters))
        case "eni" | "i":
            return PathClass.NAT, (_opaque(target, "forwards as its own software decides"),)
        case "tgw":
            beyond = _opaque(target, "what lies behind it is not followed")
            origin = snapshot.subnets[crowd.subnet_id]
            way = public_way_blocks(snapshot, origin, target)
            return PathClass.TRANSIT_GATEWAY, (*way, beyond)
        case "arn":
            return PathClass.TRANSIT_GATEWAY, (_opaque(target, "what lies behind is not in view"),)
        case "vgw":
            why = "on-premises networks are not in view"
            return PathClass.VIRTUAL_PRIVATE_GATEWAY, (_opaque(target, why),)
        case "vpce":
            return _behind_firewall(snapshot, target, parameters)
        case "pcx":
            barred = Block("route_table", table.id, f"{target}: peering has no way out")
            return PathClass.NONE, (barred,)
        case _:
            return PathClass.NONE, (_opaque(target, "is a target that is not modelled"),)


def _opaque(target: str, why: str) -> Block:
    return Block("route_target", target, why, certain=False)


def _public_address_blocks(snapshot: Snapshot, crowd: Crowd) -> Iterator[Block]:
    """An internet gateway serves only interfaces that have a public address of their own."""
    for client in clients_in(snapshot, crowd):
        if client.group_ids is None:
            detail = f"whether workloads in {crowd.subnet_id} have public addresses is not known"
            yield Block("network_interface", crowd.subnet_id, detail, certain=False)
        elif client.lacks_public_address:
            detail = "has no public address to use the internet gateway with"
            yield Block("network_interface", client.lacks_public_address, detail)


def _nat_blocks(
    snapshot: Snapshot, crowd: Crowd, gateway_id: str, parameters: Parameters
) -> Iterator[Block]:
    vpc_id = snapshot.subnets[crowd.subnet_id].vpc_id
    answer = nat_gateway_path(snapshot, gateway_id, vpc_id)
    if not answer.works:
        yield Block("nat_gateway", gateway_id, answer.detail, certain=answer.works is False)
    gateway = snapshot.nat_gateways.get(gateway_id)
    if gateway is None or gateway.subnet_id is None:
        return
    yield from one_sided_blocks(
        snapshot,
        gateway.subnet_id,
        PUBLIC_ADDRESSES,
        port=HTTPS_PORT,
        ephemeral=NAT_GATEWAY_PORTS,
        exact=False,
    )
    if gateway.subnet_id != crowd.subnet_id:
        for client in clients_in(snapshot, crowd):
            yield from receiving_blocks(
                snapshot,
                gateway.subnet_id,
                client.addresses.only(v4=True),
                port=HTTPS_PORT,
                ephemeral=parameters.ephemeral_ports,
            )


def _behind_firewall(
    snapshot: Snapshot, endpoint_id: str, parameters: Parameters
) -> tuple[PathClass, tuple[Block, ...]]:
    """Traffic leaves a Gateway Load Balancer endpoint into the endpoint's own subnet again.

    https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-load-balancer-endpoints.html
    """
    inspected = _opaque(endpoint_id, "the appliance behind it decides")
    endpoint = snapshot.vpc_endpoints.get(endpoint_id)
    home = endpoint.subnet_ids[0] if endpoint is not None and endpoint.subnet_ids else ""
    landing, table = snapshot.subnets.get(home), effective_route_table(snapshot, home)
    route = public_route(snapshot, table).route if table is not None else None
    if landing is None or table is None or route is None or route.target == endpoint_id:
        return PathClass.NONE, (inspected,)
    anybody = crowd_in(snapshot, landing, "", parameters)
    beyond = _by_route(snapshot, anybody, table, route, parameters)
    dead = (block for block in beyond.blocks if block.fact in {"route_table", "nat_gateway"})
    return beyond.path_class, (*dead, inspected)


def _outbound_blocks(snapshot: Snapshot, crowd: Crowd, parameters: Parameters) -> Iterator[Block]:
    """What the workloads' own groups and the subnet's ACL keep from public services."""
    subnet = snapshot.subnets[crowd.subnet_id]
    if subnet.cidrs and not subnet.cidrs.v4:
        detail = "is IPv6-only, whose ways to public addresses are not modelled"
        yield Block("subnet", subnet.id, detail, certain=False)
    for client in clients_in(snapshot, crowd):
        yield from group_blocks(snapshot, client, PUBLIC_SERVICE)
    yield from one_sided_blocks(
        snapshot,
        subnet.id,
        PUBLIC_SERVICE.addresses,
        port=HTTPS_PORT,
        ephemeral=parameters.ephemeral_ports,
        exact=PUBLIC_SERVICE.exact,
    )


def group_blocks(
    snapshot: Snapshot, client: Client, destination: Destination, *, references_work: bool = False
) -> tuple[Block, ...]:
    """What a client's own security groups keep from addresses; nothing is known without them.

    References to groups mean nothing towards public addresses. Where they may work, as towards a
    hub that is not in view, one leaves the answer open.
    """
    if client.group_ids is None:
        return ()
    allowed = egress(snapshot, client.group_ids, HTTPS_PORT)
    if destination.prefix_list_id in allowed.prefix_list_ids:
        return ()
    closed = destination.addresses - allowed.addresses
    if not closed:
        return ()
    groups = ", ".join(client.group_ids) or "no security group"
    where = f" ({destination.prefix_list_id})" if destination.prefix_list_id else ""
    detail = f"no egress rule of {groups} allows tcp {HTTPS_PORT} to {closed.first}{where}"
    unknown = [*allowed.unknown]
    if references_work and allowed.group_ids:
        unknown.append(f"references to {', '.join(sorted(allowed.group_ids))} may work")
    why = "; ".join(unknown)
    certain = not why and (destination.exact or closed == destination.addresses)
    packet = Packet(HTTPS_PORT, destination=closed.first)
    return (
        Block("security_group", groups, f"{detail}; {why}" if why else detail, certain, packet),
    )


def gateway_acl_blocks(
    snapshot: Snapshot, subnet: Subnet, endpoint: VpcEndpoint, parameters: Parameters
) -> tuple[Block, ...]:
    """What a subnet's ACL keeps from a gateway endpoint its table routes to."""
    destination = destination_of(snapshot, subnet, endpoint)
    return one_sided_blocks(
        snapshot,
        subnet.id,
        destination.addresses,
        port=HTTPS_PORT,
        ephemeral=parameters.ephemeral_ports,
        exact=destination.exact,
    )


def destination_of(snapshot: Snapshot, subnet: Subnet, endpoint: VpcEndpoint) -> Destination:
    """The IPv4 addresses that a subnet's table sends to a gateway endpoint.

    Where the entries of the prefix list were not read they are somewhere in the public space.
    """
    table = effective_route_table(snapshot, subnet.id)
    listed = (
        each.prefix_list_id
        for each in (table.routes if table is not None else ())
        if each.target == endpoint.id and each.prefix_list_id
    )
    unread = None
    for prefix_list_id in listed:
        prefix_list = snapshot.prefix_lists.get(prefix_list_id)
        entries = prefix_list.entries if prefix_list is not None else None
        if entries is None:
            unread = unread or prefix_list_id
        elif entries.v4:
            return Destination(entries.only(v4=True), True, prefix_list_id)
    return Destination(PUBLIC_ADDRESSES, False, unread)
