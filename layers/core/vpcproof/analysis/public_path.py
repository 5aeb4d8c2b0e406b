"""Where traffic for public addresses leaves a subnet: gateway endpoint, NAT or internet gateway."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..model.addresses import ALL_ADDRESSES, AddressSet
from ..model.intervals import IntervalSet
from ..model.parameters import Parameters
from ..model.route_table import Route, RouteTable
from ..model.snapshot import Snapshot
from ..model.verdict import Evidence
from ..model.vpc import Subnet
from ..model.vpc_endpoint import VpcEndpoint
from .admission import egress
from .clients import Client, clients_in
from .endpoints import endpoints_for
from .nat import nat_path
from .network_acls import one_sided_blocks, receiving_blocks
from .path import Block, PathClass
from .routing import (
    PRIVATE_RANGES,
    GatewayRoute,
    effective_route_table,
    gateway_route,
)

PUBLIC_ADDRESSES = (ALL_ADDRESSES - PRIVATE_RANGES).only(v4=True)
HTTPS_PORT = 443
# A NAT gateway opens its own connections from these ports.
# https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html
NAT_GATEWAY_PORTS = IntervalSet(((1024, 65535),))


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """How traffic leaves a subnet for public addresses, and what stops it."""

    path_class: PathClass
    via: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    proof: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Destination:
    """The public addresses of a service.

    Not `exact` where AWS publishes no prefix list: they are somewhere in the public space then.
    """

    addresses: AddressSet
    exact: bool
    prefix_list_id: str | None = None


def exit_for(snapshot: Snapshot, subnet: Subnet, code: str, parameters: Parameters) -> Exit:
    """The way out for the public addresses of a service, by the table that the subnet uses."""
    table = effective_route_table(snapshot, subnet.id)
    if table is None:
        unread = Block("route_table", subnet.id, "the route table was not read", certain=False)
        return Exit(path_class=PathClass.NONE, blocks=(unread,))
    for endpoint in endpoints_for(snapshot, subnet.vpc_id, code, "Gateway"):
        answer = gateway_route(snapshot, table, endpoint)
        match answer.status:
            case GatewayRoute.MISSING:
                continue
            case GatewayRoute.OVERRIDDEN if answer.route is not None:
                return _by_route(snapshot, subnet, table, answer.route, code, parameters)
            case _ if answer.route is not None:
                return _by_gateway_endpoint(snapshot, subnet, table, endpoint, parameters)
    route = _default_route(table)
    if route is None:
        absent = Block("route_table", table.id, "no route to public addresses")
        return Exit(path_class=PathClass.NONE, blocks=(absent,))
    return _by_route(snapshot, subnet, table, route, code, parameters)


def _default_route(table: RouteTable) -> Route | None:
    """The IPv4 default route, an active one before a blackhole."""
    routes = [route for route in table.routes if route.destination == "0.0.0.0/0"]
    return min(routes, key=lambda route: not route.is_active, default=None)


def service_addresses(snapshot: Snapshot, vpc_id: str, code: str) -> Destination:
    """The public addresses of a service: of its prefix list where there is one and it was read."""
    for endpoint in endpoints_for(snapshot, vpc_id, code, "Gateway"):
        for prefix_list in snapshot.prefix_lists.values():
            if prefix_list.name == endpoint.service_name and prefix_list.entries:
                return Destination(prefix_list.entries.only(v4=True), True, prefix_list.id)
    return Destination(PUBLIC_ADDRESSES, exact=False)


def _by_gateway_endpoint(
    snapshot: Snapshot,
    subnet: Subnet,
    table: RouteTable,
    endpoint: VpcEndpoint,
    parameters: Parameters,
) -> Exit:
    answer = gateway_route(snapshot, table, endpoint)
    route = answer.route
    blocks: list[Block] = []
    if answer.status is GatewayRoute.BLACKHOLE:
        blocks.append(Block("route_table", table.id, f"the route to {endpoint.id} is a blackhole"))
    if answer.status is GatewayRoute.UNKNOWN and route is not None:
        detail = f"{route.destination} may override {endpoint.id}: prefix list entries not read"
        blocks.append(Block("route_table", table.id, detail, certain=False))
    if not endpoint.is_available:
        blocks.append(Block("vpc_endpoint", endpoint.id, f"state is {endpoint.state}"))
    destination = _destination_of(snapshot, subnet, endpoint)
    blocks += _outbound_blocks(snapshot, subnet, destination, parameters)
    proof = Evidence("route_table", table.id, f"{destination.prefix_list_id} to {endpoint.id}")
    return Exit(
        path_class=PathClass.GATEWAY_ENDPOINT,
        via=(table.id, endpoint.id),
        blocks=tuple(blocks),
        proof=(proof,),
    )


def _of_list(snapshot: Snapshot, prefix_list_id: str) -> Destination:
    prefix_list = snapshot.prefix_lists.get(prefix_list_id)
    if prefix_list is None or not prefix_list.entries:
        return Destination(PUBLIC_ADDRESSES, False, prefix_list_id)
    return Destination(prefix_list.entries, True, prefix_list_id)


def _by_route(
    snapshot: Snapshot,
    subnet: Subnet,
    table: RouteTable,
    route: Route,
    code: str,
    parameters: Parameters,
) -> Exit:
    """Dispatch on what the route leads to; a dead target is no path whatever it was."""
    target = route.target or "nowhere"
    if not route.is_active:
        dead = Block("route_table", table.id, f"{route.destination} to {target} is {route.state}")
        return Exit(path_class=PathClass.NONE, blocks=(dead,))
    proof = Evidence("route_table", table.id, f"{route.destination} to {target}")
    outbound = _outbound_blocks(
        snapshot, subnet, service_addresses(snapshot, subnet.vpc_id, code), parameters
    )
    kind = target.partition("-")[0]
    match kind:
        case "igw":
            path_class = PathClass.INTERNET_GATEWAY
            blocks = (*_public_address_blocks(snapshot, subnet, parameters), *outbound)
        case "nat":
            path_class = PathClass.NAT
            blocks = (*_nat_blocks(snapshot, subnet, target, parameters), *outbound)
        case "eni" | "i":
            path_class = PathClass.NAT
            blocks = (*outbound, _opaque(target, "forwards as its own software decides"))
        case "tgw" | "arn:aws:networkmanager":
            path_class = PathClass.TRANSIT_GATEWAY
            blocks = (*outbound, _opaque(target, "what lies behind it is not in view"))
        case "vgw":
            path_class = PathClass.VIRTUAL_PRIVATE_GATEWAY
            blocks = (*outbound, _opaque(target, "on-premises networks are not in view"))
        case "pcx":
            path_class = PathClass.NONE
            blocks = (Block("route_table", table.id, f"{target}: peering has no way out"),)
        case "vpce":
            path_class, behind = _behind_firewall(snapshot, subnet, target, code, parameters)
            blocks = (*outbound, *behind)
        case _:
            path_class = PathClass.NONE
            blocks = (_opaque(target, "is a target that is not modelled"),)
    return Exit(path_class=path_class, via=(table.id, target), blocks=blocks, proof=(proof,))


def _opaque(target: str, why: str) -> Block:
    return Block("route_target", target, why, certain=False)


def _public_address_blocks(
    snapshot: Snapshot, subnet: Subnet, parameters: Parameters
) -> Iterator[Block]:
    """An internet gateway serves only interfaces that have a public address of their own."""
    for client in clients_in(snapshot, subnet, parameters):
        if client.group_ids is None:
            detail = "whether workloads have public addresses was not read"
            yield Block("network_interface", subnet.id, detail, certain=False)
        elif client.lacks_public_address:
            detail = "has no public address to use the internet gateway with"
            yield Block("network_interface", client.lacks_public_address, detail)


def _nat_blocks(
    snapshot: Snapshot, subnet: Subnet, gateway_id: str, parameters: Parameters
) -> Iterator[Block]:
    answer = nat_path(snapshot, subnet.id)
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
    if gateway.subnet_id != subnet.id:
        for client in clients_in(snapshot, subnet, parameters):
            yield from receiving_blocks(
                snapshot,
                gateway.subnet_id,
                client.addresses.only(v4=True),
                port=HTTPS_PORT,
                ephemeral=parameters.ephemeral_ports,
            )


def _behind_firewall(
    snapshot: Snapshot, subnet: Subnet, endpoint_id: str, code: str, parameters: Parameters
) -> tuple[PathClass, tuple[Block, ...]]:
    """Traffic leaves a Gateway Load Balancer endpoint into the endpoint's own subnet again.

    https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-load-balancer-endpoints.html
    """
    inspected = _opaque(endpoint_id, "the appliance behind it decides")
    endpoint = snapshot.vpc_endpoints.get(endpoint_id)
    landing = (
        snapshot.subnets.get(endpoint.subnet_ids[0]) if endpoint and endpoint.subnet_ids else None
    )
    if landing is None or landing.id == subnet.id:
        return PathClass.NONE, (inspected,)
    table = effective_route_table(snapshot, landing.id)
    route = _default_route(table) if table else None
    if table is None or route is None or (route.target or "").startswith("vpce-"):
        return PathClass.NONE, (inspected,)
    beyond = _by_route(snapshot, landing, table, route, code, parameters)
    dead = tuple(block for block in beyond.blocks if block.fact in {"route_table", "nat_gateway"})
    return beyond.path_class, (*dead, inspected)


def _outbound_blocks(
    snapshot: Snapshot, subnet: Subnet, destination: Destination, parameters: Parameters
) -> tuple[Block, ...]:
    """What the workloads' own groups and the subnet's ACL keep from a public destination."""
    blocks: list[Block] = []
    for client in clients_in(snapshot, subnet, parameters):
        blocks += _group_blocks(snapshot, client, destination)
    blocks += one_sided_blocks(
        snapshot,
        subnet.id,
        destination.addresses,
        port=HTTPS_PORT,
        ephemeral=parameters.ephemeral_ports,
        exact=destination.exact,
    )
    return tuple(dict.fromkeys(blocks))


def _group_blocks(
    snapshot: Snapshot, client: Client, destination: Destination
) -> tuple[Block, ...]:
    if client.group_ids is None:
        return ()
    allowed = egress(snapshot, client.group_ids, HTTPS_PORT)
    if destination.prefix_list_id in allowed.prefix_list_ids:
        return ()
    closed = destination.addresses - allowed.addresses
    if not closed:
        return ()
    groups = ", ".join(client.group_ids) or "no security group"
    where = destination.prefix_list_id or "public addresses"
    why = "; ".join(allowed.unknown)
    certain = not why and (destination.exact or closed == destination.addresses)
    detail = f"no egress rule of {groups} allows tcp {HTTPS_PORT} to {closed.first} ({where})"
    return (Block("security_group", groups, f"{detail}; {why}" if why else detail, certain),)


def gateway_egress_blocks(
    snapshot: Snapshot, client: Client, endpoint: VpcEndpoint
) -> tuple[Block, ...]:
    """What a client's own groups keep from a gateway endpoint its table routes to."""
    return _group_blocks(snapshot, client, _destination_of(snapshot, client.subnet, endpoint))


def gateway_acl_blocks(
    snapshot: Snapshot, subnet: Subnet, endpoint: VpcEndpoint, parameters: Parameters
) -> tuple[Block, ...]:
    """What a subnet's ACL keeps from a gateway endpoint its table routes to."""
    destination = _destination_of(snapshot, subnet, endpoint)
    return one_sided_blocks(
        snapshot,
        subnet.id,
        destination.addresses,
        port=HTTPS_PORT,
        ephemeral=parameters.ephemeral_ports,
        exact=destination.exact,
    )


def _destination_of(snapshot: Snapshot, subnet: Subnet, endpoint: VpcEndpoint) -> Destination:
    table = effective_route_table(snapshot, subnet.id)
    routes = table.routes if table else ()
    listed = next((each.prefix_list_id for each in routes if each.target == endpoint.id), None)
    return _of_list(snapshot, listed or "")
