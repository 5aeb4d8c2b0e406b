"""From a spoke VPC to an interface endpoint of a hub, over a transit gateway or a peering."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..model.addresses import AddressSet
from ..model.facts import Fact
from ..model.parameters import Parameters
from ..model.route_table import Route
from ..model.snapshot import Snapshot
from ..model.vpc import Subnet
from ..model.vpc_endpoint import VpcEndpoint
from .clients import addresses_in, clients_in, crowd_in
from .endpoint_path import (
    Landing,
    Link,
    blocks_of_endpoint,
    endpoint_crowd,
    filter_blocks,
    in_common,
    landings,
    standing,
)
from .network_acls import one_sided_blocks
from .path import Block, doubtful
from .public_path import HTTPS_PORT, Destination, group_blocks
from .resolution import Leads, Resolution, resolve
from .routing import effective_route_table, lookup, routes_to_other_vpcs
from .transit import attachment_blocks, leads_nowhere, transit_blocks, vpc_attachment


def served_centrally(
    snapshot: Snapshot, vpc_id: str, code: str, subnets: tuple[Subnet, ...]
) -> bool | None:
    """Whether names and routes of a spoke lead to another VPC; None when that was not read.

    What is proven to lose the traffic on the way counts, there or back. What was not read of the
    way behind the spoke's own table does not, and the hub's security groups are not verified.
    """
    resolution = resolve(snapshot, vpc_id, code)
    if resolution.leads is Leads.UNKNOWN:
        return None
    if resolution.leads is not Leads.ELSEWHERE:
        return False
    way = [
        block
        for subnet in subnets
        for block in _way_blocks(
            snapshot, subnet, subnet.cidrs, _endpoints_in_view(snapshot, resolution)
        )
    ]
    if any(block.certain for block in way):
        return False
    unread = any(block.fact in {"route_table", "route_target"} for block in way)
    return None if unread or not subnets else True


def hub_blocks(
    snapshot: Snapshot, subnet: Subnet, code: str, resolution: Resolution, parameters: Parameters
) -> tuple[Block, ...]:
    """All settings between the workloads of a subnet and the hub that a name leads to.

    What passes traffic on may give it other addresses, which other filters let through.
    """
    endpoints = _endpoints_in_view(snapshot, resolution)
    ours = AddressSet.union(addresses_in(snapshot, crowd_in(snapshot, subnet, code, parameters)))
    blocks = [*_way_blocks(snapshot, subnet, ours, endpoints)]
    for endpoint in endpoints:
        blocks += blocks_of_endpoint(snapshot, endpoint)
        link = _link(snapshot, subnet, endpoint)
        there = standing(snapshot, endpoint.id)
        crowd = endpoint_crowd(snapshot, subnet, endpoint, parameters)
        blocks += filter_blocks(snapshot, crowd, there, link, parameters)
    if any(block.fact == "route_target" and not block.certain for block in blocks):
        blocks = [*doubtful(blocks)]
    if not endpoints:
        blocks += _unseen_hub_blocks(snapshot, subnet, code, resolution.name, parameters)
    return tuple(dict.fromkeys(blocks))


def is_cut_off(snapshot: Snapshot, subnet: Subnet) -> bool:
    """Whether a subnet is proven to reach no other VPC: no route, or into dead transit gateways."""
    table = effective_route_table(snapshot, subnet.id)
    targets = {route.target or "" for route in routes_to_other_vpcs(table)} if table else {""}
    return all(
        target.startswith("tgw-") and leads_nowhere(snapshot, subnet, target) for target in targets
    )


def _endpoints_in_view(snapshot: Snapshot, resolution: Resolution) -> list[VpcEndpoint]:
    return [
        snapshot.vpc_endpoints[each]
        for each in resolution.endpoint_ids
        if each in snapshot.vpc_endpoints
    ]


def _way_blocks(
    snapshot: Snapshot, subnet: Subnet, ours: AddressSet, endpoints: list[VpcEndpoint]
) -> Iterator[Block]:
    """What routes keep apart: to each interface of the endpoints, and back to our addresses.

    Without an endpoint in view there must be a route into another VPC at least.
    """
    table = effective_route_table(snapshot, subnet.id)
    if table is None:
        yield Block("route_table", subnet.id, "the route table was not read", certain=False)
    elif not endpoints and not routes_to_other_vpcs(table):
        yield Block("route_table", table.id, "no route to another VPC, where the name leads")
    for endpoint in endpoints:
        for landing in landings(snapshot, endpoint.id):
            yield from _there_and_back(snapshot, subnet, ours, endpoint, landing)


def _there_and_back(
    snapshot: Snapshot,
    subnet: Subnet,
    ours: AddressSet,
    endpoint: VpcEndpoint,
    landing: Landing,
) -> Iterator[Block]:
    back, there = in_common(ours, landing.addresses)
    yield from _crossing(snapshot, subnet, endpoint.vpc_id, there, exact=landing.exact)
    far = snapshot.subnets.get(landing.subnet_id)
    if far is None:
        yield Block("subnet", landing.subnet_id, "was not read", certain=False)
    else:
        yield from _crossing(snapshot, far, subnet.vpc_id, back, exact=True)


def _crossing(
    snapshot: Snapshot, origin: Subnet, far_vpc_id: str, addresses: AddressSet, *, exact: bool
) -> Iterator[Block]:
    """One direction: the routes out of a subnet, and what carries them to the other VPC.

    When not `exact`, only some of the addresses are in use, so losing a part proves nothing.
    """
    table = effective_route_table(snapshot, origin.id)
    if table is None:
        yield Block("route_table", origin.id, "the route table was not read", certain=False)
        return
    answer = lookup(snapshot, table, addresses)
    if answer.unrouted:
        certain = answer.unread is None and (exact or answer.unrouted == addresses)
        detail = f"no route from {origin.id} to {answer.unrouted.first} in {far_vpc_id}"
        yield Block("route_table", table.id, detail, certain=certain)
    for each in answer.carried:
        certain = exact or each.addresses == addresses
        if each.route.is_active:
            carrier = _carrier(snapshot, origin, far_vpc_id, each.addresses, each.route)
            yield from (replace(block, certain=block.certain and certain) for block in carrier)
        else:
            detail = f"{each.route.destination} to {each.route.target} is {each.route.state}"
            yield Block("route_table", table.id, detail, certain=certain)


def _carrier(
    snapshot: Snapshot, origin: Subnet, far_vpc_id: str, addresses: AddressSet, route: Route
) -> Iterator[Block]:
    target = route.target or "nowhere"
    if target.startswith("pcx-"):
        yield from _peering(snapshot, origin.vpc_id, far_vpc_id, target)
    elif target.startswith("tgw-"):
        yield from _transit_gateway(snapshot, origin, far_vpc_id, addresses, target)
    elif target.startswith("arn:"):
        detail = "core network policies are not modelled"
        yield Block("core_network", target, detail, certain=False)
    else:
        detail = f"{route.destination} leads from {origin.id} to {target}, not to {far_vpc_id}"
        yield Block("route_target", target, detail, certain=not _may_pass_on(snapshot, target))


def _may_pass_on(snapshot: Snapshot, target: str) -> bool:
    """Whether what a route leads to sends traffic on, perhaps to another VPC after all.

    A NAT gateway follows the route table of its own subnet, with its private address.
    https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-scenarios.html
    """
    return target in snapshot.vpc_endpoints or target.startswith(("nat-", "eni-", "i-", "vpce-"))


def _peering(
    snapshot: Snapshot, vpc_id: str, far_vpc_id: str, connection_id: str
) -> Iterator[Block]:
    connection = snapshot.vpc_peering_connections.get(connection_id)
    if connection is None:
        known = snapshot.has(Fact.VPC_PEERING_CONNECTIONS, vpc_id)
        yield Block("vpc_peering_connection", connection_id, "was not found", certain=known)
    elif not connection.is_active:
        yield Block("vpc_peering_connection", connection_id, f"is {connection.status}")
    elif connection.other_side(vpc_id) != far_vpc_id:
        yield Block("vpc_peering_connection", connection_id, f"does not lead to {far_vpc_id}")


def _transit_gateway(
    snapshot: Snapshot,
    origin: Subnet,
    far_vpc_id: str,
    addresses: AddressSet,
    transit_gateway_id: str,
) -> Iterator[Block]:
    """The attachments of both VPCs, the zone of the origin, and the transit gateway's own table."""
    yield from attachment_blocks(snapshot, origin, transit_gateway_id)
    near = vpc_attachment(snapshot, transit_gateway_id, origin.vpc_id)
    far = vpc_attachment(snapshot, transit_gateway_id, far_vpc_id)
    if far is None:
        known = snapshot.has(Fact.TRANSIT_GATEWAY_ATTACHMENTS, far_vpc_id)
        detail = f"no available attachment of {far_vpc_id} was found"
        yield Block("transit_gateway", transit_gateway_id, detail, certain=known)
    elif near is not None:
        yield from transit_blocks(snapshot, near, far, addresses)


def _link(snapshot: Snapshot, subnet: Subnet, endpoint: VpcEndpoint) -> Link:
    """What carries the traffic of a subnet to an endpoint of another VPC."""
    table = effective_route_table(snapshot, subnet.id)
    there = standing(snapshot, endpoint.id)
    carried = lookup(snapshot, table, there.addresses).carried if table is not None else ()
    by_peering = [(each.route.target or "").startswith("pcx-") for each in carried]
    return Link.PEERING if by_peering and all(by_peering) else Link.OTHER


def _unseen_hub_blocks(
    snapshot: Snapshot, subnet: Subnet, code: str, name: str, parameters: Parameters
) -> Iterator[Block]:
    """What of a hub that is not in view can be told from the spoke alone.

    The hub's addresses are some of those that the spoke routes into other VPCs; outbound rules that
    name groups may mean the hub's only over peering.
    """
    table = effective_route_table(snapshot, subnet.id)
    routes = routes_to_other_vpcs(table) if table is not None else ()
    if not routes:
        return
    detail = f"{name} leads to a VPC that is not in view: its routes and groups are not verified"
    yield Block("hub", routes[0].target or "", detail, certain=False)
    addresses = AddressSet.union(route.cidr for route in routes if route.cidr is not None)
    somewhere = Destination(addresses.only(v4=True), exact=False)
    by_peering = any((route.target or "").startswith("pcx-") for route in routes)
    for client in clients_in(snapshot, crowd_in(snapshot, subnet, code, parameters)):
        yield from group_blocks(snapshot, client, somewhere, references_work=by_peering)
    yield from one_sided_blocks(
        snapshot,
        subnet.id,
        somewhere.addresses,
        port=HTTPS_PORT,
        ephemeral=parameters.ephemeral_ports,
        exact=False,
    )
