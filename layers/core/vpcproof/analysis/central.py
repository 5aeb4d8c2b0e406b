"""From a spoke VPC to an interface endpoint of a hub, over a transit gateway or a peering."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.addresses import AddressSet
from ..model.facts import Fact
from ..model.parameters import Parameters
from ..model.route_table import Route
from ..model.snapshot import Snapshot
from ..model.transit_gateway import TransitGatewayAttachment, TransitGatewayRouteTable
from ..model.vpc import Subnet
from ..model.vpc_endpoint import VpcEndpoint
from .admission import ingress
from .clients import Client, clients_in
from .endpoint_path import Landing, client_egress_blocks, endpoint_ports, landings
from .network_acls import crossing_blocks
from .path import Block
from .resolution import Leads, resolve
from .routing import effective_route_table, lookup

# Targets of routes that lead into other VPCs.
INTER_VPC_TARGETS = ("tgw-", "pcx-", "arn:")


def leads_to_other_vpcs(snapshot: Snapshot, subnet: Subnet) -> str | None:
    """The first target by which a subnet's table leads into other VPCs at all."""
    table = effective_route_table(snapshot, subnet.id)
    targets = (route.target or "" for route in table.routes if route.is_active) if table else ()
    return next((target for target in targets if target.startswith(INTER_VPC_TARGETS)), None)


def served_centrally(
    snapshot: Snapshot, vpc_id: str, code: str, subnets: tuple[Subnet, ...]
) -> bool | None:
    """Whether names and routes of a spoke lead to another VPC; None when that was not read.

    The hub's own side, its security groups first, is not verified by it.
    """
    resolution = resolve(snapshot, vpc_id, code)
    if resolution.leads is Leads.UNKNOWN:
        return None
    if resolution.leads is not Leads.ELSEWHERE:
        return False
    if not all(leads_to_other_vpcs(snapshot, each) for each in subnets):
        known = all(effective_route_table(snapshot, each.id) for each in subnets)
        return False if known else None
    return True if subnets else None


def unseen_hub_blocks(snapshot: Snapshot, subnet: Subnet, name: str) -> tuple[Block, ...]:
    """What stands between a subnet and a hub that is not in view."""
    if effective_route_table(snapshot, subnet.id) is None:
        return (Block("route_table", subnet.id, "the route table was not read", certain=False),)
    target = leads_to_other_vpcs(snapshot, subnet)
    if target is None:
        return (Block("route_table", subnet.id, f"no route to another VPC, where {name} leads"),)
    detail = f"{name} leads to a VPC that is not in view: its routes and groups are not verified"
    return (Block("hub", target, detail, certain=False),)


def central_blocks(
    snapshot: Snapshot, subnet: Subnet, endpoint: VpcEndpoint, parameters: Parameters
) -> tuple[Block, ...]:
    """All settings between the workloads of a spoke subnet and an endpoint of a hub in view."""
    blocks: list[Block] = []
    if not endpoint.is_available:
        blocks.append(Block("vpc_endpoint", endpoint.id, f"state is {endpoint.state}"))
    landed = landings(snapshot, endpoint.id)
    if not landed:
        blocks.append(Block("vpc_endpoint", endpoint.id, "has no network interface"))
    for landing in landed:
        blocks += _there_and_back(snapshot, subnet, endpoint, landing)
        for client in clients_in(snapshot, subnet, parameters):
            blocks += _filters(snapshot, client, endpoint, landing, parameters)
    return tuple(dict.fromkeys(blocks))


def _there_and_back(
    snapshot: Snapshot, subnet: Subnet, endpoint: VpcEndpoint, landing: Landing
) -> Iterator[Block]:
    far = snapshot.subnets.get(landing.subnet_id)
    if far is None:
        yield Block("subnet", landing.subnet_id, "was not read", certain=False)
        return
    there, back = landing.addresses.only(v4=True), subnet.cidrs.only(v4=True)
    yield from _crossing(snapshot, subnet, endpoint.vpc_id, there)
    yield from _crossing(snapshot, far, subnet.vpc_id, back)


def _crossing(
    snapshot: Snapshot, origin: Subnet, far_vpc_id: str, addresses: AddressSet
) -> Iterator[Block]:
    """One direction: the route out of a subnet, and what carries it to the other VPC."""
    table = effective_route_table(snapshot, origin.id)
    if table is None or not addresses:
        yield Block("route_table", origin.id, "the route table was not read", certain=False)
        return
    example = AddressSet.of(addresses.first)
    answer = lookup(snapshot, table, example)
    if answer.route is None or answer.route.target == "local":
        certain = answer.unread is None
        detail = f"no route from {origin.id} to {example} in {far_vpc_id}"
        yield Block("route_table", table.id, detail, certain=certain)
        return
    if not answer.route.is_active:
        detail = f"{answer.route.destination} to {answer.route.target} is {answer.route.state}"
        yield Block("route_table", table.id, detail)
        return
    yield from _carrier(snapshot, origin, far_vpc_id, example, answer.route)


def _carrier(
    snapshot: Snapshot, origin: Subnet, far_vpc_id: str, example: AddressSet, route: Route
) -> Iterator[Block]:
    target = route.target or ""
    if target.startswith("pcx-"):
        yield from _peering(snapshot, origin.vpc_id, far_vpc_id, target)
    elif target.startswith("tgw-"):
        yield from _transit_gateway(snapshot, origin, far_vpc_id, example, target)
    elif target.startswith("arn:"):
        detail = "core network policies are not modelled"
        yield Block("core_network", target, detail, certain=False)
    else:
        detail = f"{route.destination} leads to {target}, not to {far_vpc_id}"
        yield Block("route_target", target, detail)


def _peering(
    snapshot: Snapshot, vpc_id: str, far_vpc_id: str, connection_id: str
) -> Iterator[Block]:
    connection = snapshot.vpc_peering_connections.get(connection_id)
    if connection is None:
        known = snapshot.has(Fact.VPC_PEERING_CONNECTIONS)
        yield Block("vpc_peering_connection", connection_id, "was not found", certain=known)
    elif not connection.is_active:
        yield Block("vpc_peering_connection", connection_id, f"is {connection.status}")
    elif connection.other_side(vpc_id) != far_vpc_id:
        yield Block("vpc_peering_connection", connection_id, f"does not lead to {far_vpc_id}")


def _transit_gateway(
    snapshot: Snapshot,
    origin: Subnet,
    far_vpc_id: str,
    example: AddressSet,
    transit_gateway_id: str,
) -> Iterator[Block]:
    """The attachments of both VPCs, the zone of the origin, and the transit gateway's own table.

    https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html
    """
    near = vpc_attachment(snapshot, transit_gateway_id, origin.vpc_id)
    far = vpc_attachment(snapshot, transit_gateway_id, far_vpc_id)
    for vpc_id, attachment in ((origin.vpc_id, near), (far_vpc_id, far)):
        if attachment is None:
            known = snapshot.has(Fact.TRANSIT_GATEWAY_ATTACHMENTS)
            detail = f"no available attachment of {vpc_id} was found"
            yield Block("transit_gateway", transit_gateway_id, detail, certain=known)
    if near is None or far is None:
        return
    if _lacks_zone(snapshot, near, origin):
        detail = f"{near.id} has no subnet in {origin.zone}, the zone of {origin.id}"
        yield Block("transit_gateway_attachment", near.id, detail)
    yield from _transit_route(snapshot, near, far, example)


def vpc_attachment(
    snapshot: Snapshot, transit_gateway_id: str, vpc_id: str
) -> TransitGatewayAttachment | None:
    """The live attachment of a VPC; deleted ones stay in describe output for a while."""
    return next(
        (
            each
            for each in snapshot.transit_gateway_attachments.values()
            if each.transit_gateway_id == transit_gateway_id
            and each.resource_type == "vpc"
            and each.resource_id == vpc_id
            and each.state == "available"
        ),
        None,
    )


def _lacks_zone(snapshot: Snapshot, attachment: TransitGatewayAttachment, origin: Subnet) -> bool:
    if attachment.subnet_ids is None:
        return False
    subnets = [snapshot.subnets[each] for each in attachment.subnet_ids if each in snapshot.subnets]
    if len(subnets) < len(attachment.subnet_ids):
        return False
    return all((each.zone_id or each.zone) != (origin.zone_id or origin.zone) for each in subnets)


def _transit_route(
    snapshot: Snapshot,
    near: TransitGatewayAttachment,
    far: TransitGatewayAttachment,
    example: AddressSet,
) -> Iterator[Block]:
    table = snapshot.transit_gateway_route_tables.get(near.route_table_id or "")
    if table is None:
        detail = f"the route table of {near.id} was not read"
        yield Block("transit_gateway_route_table", near.id, detail, certain=False)
        return
    target = _transit_target(snapshot, table, far, example)
    if target == "unread":
        yield Block("transit_gateway_route_table", table.id, "was not read", certain=False)
    elif target != far.id:
        detail = f"leads {example} to {target or 'nowhere'}, not to {far.id}"
        yield Block("transit_gateway_route_table", table.id, detail)


def _transit_target(
    snapshot: Snapshot,
    table: TransitGatewayRouteTable,
    far: TransitGatewayAttachment,
    example: AddressSet,
) -> str | None:
    """The attachment a transit gateway table sends an address to; static routes win ties.

    Where neither routes nor propagations were read, the default propagation table is taken to know
    every attached VPC, which is how AWS sets it up.
    """
    if table.routes is None and table.propagating is None:
        return far.id if table.is_default_propagation else "unread"
    best: tuple[int, int, str | None] = (-1, -1, None)
    for route in table.routes or ():
        if example <= route.cidr:
            target = route.attachment_id if route.state == "active" else f"a {route.state} route"
            best = max(best, (route.prefix_length, 1, target), key=lambda each: each[:2])
    for attachment_id in table.propagating or ():
        attachment = snapshot.transit_gateway_attachments.get(attachment_id)
        vpc = snapshot.vpcs.get(attachment.resource_id or "") if attachment else None
        if vpc is not None and vpc.cidrs is not None and example <= vpc.cidrs:
            best = max(best, (_SPECIFIC, 0, attachment_id), key=lambda each: each[:2])
    return best[2]


# A propagated route has the length of a VPC CIDR block, at least /16 and at most /28.
_SPECIFIC = 16


def _filters(
    snapshot: Snapshot,
    client: Client,
    endpoint: VpcEndpoint,
    landing: Landing,
    parameters: Parameters,
) -> Iterator[Block]:
    target = leads_to_other_vpcs(snapshot, client.subnet) or ""
    by_peering = target.startswith("pcx-")
    sources = client.addresses.only(v4=True)
    for low, high in endpoint_ports(endpoint):
        for port in range(low, high + 1):
            yield from client_egress_blocks(
                snapshot, client, endpoint, port, references_work=by_peering
            )
            yield from crossing_blocks(
                snapshot,
                (client.subnet.id, sources),
                (landing.subnet_id, landing.addresses.only(v4=True)),
                port=port,
                ephemeral=parameters.ephemeral_ports,
                exact=landing.exact,
            )
            yield from _hub_ingress(snapshot, client, endpoint, port, sources)


def _hub_ingress(
    snapshot: Snapshot, client: Client, endpoint: VpcEndpoint, port: int, sources: AddressSet
) -> Iterator[Block]:
    """A hub admits a spoke by its addresses; references to its groups cross peering for sure.

    Over a transit gateway they do so only where security-group referencing is switched on.
    https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html#vpc-attachment-security
    """
    admission = ingress(snapshot, endpoint.group_ids, port)
    missing = sources - admission.addresses
    referenced = admission.group_ids.intersection(client.group_ids or ())
    if not missing or (
        referenced and (leads_to_other_vpcs(snapshot, client.subnet) or "").startswith("pcx-")
    ):
        return
    groups = ", ".join(endpoint.group_ids) or "no security group"
    detail = (
        f"no ingress rule of {groups} admits tcp {port} from {missing.first} ({client.subnet.id})"
    )
    why = "; ".join(admission.unknown) or ("a group reference may" if referenced else "")
    yield Block("security_group", groups, f"{detail}; {why}" if why else detail, certain=not why)
