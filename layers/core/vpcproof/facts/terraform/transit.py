"""Transit gateways and peering connections."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ...model.facts import Fact, Gap
from .attributes import Attributes, UnknownError
from .references import (
    PEERING,
    SUBNET,
    TRANSIT_ATTACHMENT,
    TRANSIT_GATEWAY,
    TRANSIT_ROUTE_TABLE,
    VPC,
)
from .world import Element, World

_ATTACHMENT = "aws_ec2_transit_gateway_vpc_attachment"
_DEFAULTS = {
    "association": ("default_route_table_association", "association_default_route_table_id"),
    "propagation": ("default_route_table_propagation", "propagation_default_route_table_id"),
}


def tell_transit_gateways(world: World) -> None:
    """Attachments of VPCs, and the route tables of the transit gateways the plan manages."""
    gateways = {each.id: each for each in world.managed(*TRANSIT_GATEWAY.types)}
    world.tell("TransitGatewayVpcAttachments", [])
    attachments = [*_attachments(world, gateways)]
    world.tell("TransitGatewayVpcAttachments", attachments)
    world.tell("TransitGatewayRouteTables", _tables(world, gateways))
    try:
        propagating = _propagations(world, gateways, attachments)
        for gateway in gateways.values():
            _tell_routes(world, gateway, propagating)
    except UnknownError as problem:
        reason = f"a route or propagation of a transit gateway: {problem} is known only after apply"
        world.documents.gaps.append(Gap(fact=Fact.TRANSIT_GATEWAY_ROUTE_TABLES, reason=reason))


def tell_peerings(world: World) -> None:
    """Peering connections; one that nobody accepts carries nothing."""
    accepted = set()
    for accepter in world.managed("aws_vpc_peering_connection_accepter"):
        with world.known(Fact.VPC_PEERING_CONNECTIONS, accepter, vpc_id=None):
            if accepter.flag("auto_accept", default=False):
                accepted.add(accepter.needed("vpc_peering_connection_id", PEERING))
    world.tell("VpcPeeringConnections", [])
    for peering in world.managed(*PEERING.types):
        with world.known(Fact.VPC_PEERING_CONNECTIONS, peering, vpc_id=world.vpc_of(peering)):
            is_accepted = peering.id in accepted or peering.flag("auto_accept", default=False)
            status = "active" if is_accepted else _status(peering)
            element = {
                "VpcPeeringConnectionId": peering.id,
                "RequesterVpcInfo": {"VpcId": peering.needed("vpc_id", VPC)},
                "AccepterVpcInfo": {"VpcId": peering.needed("peer_vpc_id", VPC)},
                "Status": {"Code": status},
            }
            world.tell("VpcPeeringConnections", [element])


def _status(peering: Attributes) -> str:
    known = peering.values.get("accept_status")
    return known if isinstance(known, str) and known else "pending-acceptance"


def _attachments(world: World, gateways: Mapping[str, Attributes]) -> Iterator[Element]:
    associated = {}
    for association in world.managed("aws_ec2_transit_gateway_route_table_association"):
        with world.known(Fact.TRANSIT_GATEWAY_ROUTE_TABLES, association, vpc_id=None):
            attachment_id = association.needed("transit_gateway_attachment_id", TRANSIT_ATTACHMENT)
            table_id = association.needed("transit_gateway_route_table_id", TRANSIT_ROUTE_TABLE)
            associated[attachment_id] = table_id
    for attachment in world.managed(_ATTACHMENT):
        vpc_id = world.vpc_of(attachment, "subnet_ids")
        with world.known(Fact.TRANSIT_GATEWAY_ATTACHMENTS, attachment, vpc_id=vpc_id):
            gateway_id = attachment.needed("transit_gateway_id", TRANSIT_GATEWAY)
            default = _default_table(attachment, gateways.get(gateway_id), "association")
            used = associated.get(attachment.id) or default
            associates = {"TransitGatewayRouteTableId": used, "State": "associated"}
            yield {
                "TransitGatewayAttachmentId": attachment.id,
                "TransitGatewayId": gateway_id,
                "VpcId": attachment.needed("vpc_id", VPC),
                "SubnetIds": [*attachment.many("subnet_ids", SUBNET)],
                "State": "available",
                **({"Association": associates} if used else {}),
            }


def _default_table(attachment: Attributes, gateway: Attributes | None, use: str) -> str | None:
    """The table that an attachment gets by itself, where both it and its gateway want that."""
    attribute, table = _DEFAULTS[use]
    wanted = attachment.flag(f"transit_gateway_{attribute}", default=True)
    if not wanted or gateway is None or gateway.text(attribute) == "disable":
        return None
    known = gateway.values.get(table)
    return known if isinstance(known, str) and known else f"default route table of {gateway.id}"


def _tables(world: World, gateways: Mapping[str, Attributes]) -> Iterator[Element]:
    for table in world.managed(*TRANSIT_ROUTE_TABLE.types):
        with world.known(Fact.TRANSIT_GATEWAY_ROUTE_TABLES, table, vpc_id=None):
            gateway_id = table.needed("transit_gateway_id", TRANSIT_GATEWAY)
            yield {"TransitGatewayRouteTableId": table.id, "TransitGatewayId": gateway_id}
    for gateway_id, gateway in gateways.items():
        for table_id in _default_tables(gateway):
            yield {"TransitGatewayRouteTableId": table_id, "TransitGatewayId": gateway_id}


def _default_tables(gateway: Attributes) -> set[str]:
    tables = set()
    for attribute, table in _DEFAULTS.values():
        if gateway.text(attribute) != "disable":
            known = gateway.values.get(table)
            stand_in = f"default route table of {gateway.id}"
            tables.add(known if isinstance(known, str) and known else stand_in)
    return tables


def _tell_routes(world: World, gateway: Attributes, propagating: Mapping[str, list[str]]) -> None:
    """Where the tables of a transit gateway lead, if the plan makes it: others have more users.

    A table that this leaves out counts as not read.
    """
    if gateway.instance.known_id is not None:
        return
    own = {
        table.id
        for table in world.managed(*TRANSIT_ROUTE_TABLE.types)
        if table.needed("transit_gateway_id", TRANSIT_GATEWAY) == gateway.id
    }
    for table_id in sorted(own | _default_tables(gateway)):
        told = [{"TransitGatewayAttachmentId": each} for each in propagating.get(table_id, ())]
        routes = [*_routes(world, table_id)]
        world.tell("TransitGatewayRouteTablePropagations", told, table_id)
        world.tell("Routes", routes, table_id)


def _propagations(
    world: World, gateways: Mapping[str, Attributes], attachments: Iterable[Element]
) -> dict[str, list[str]]:
    """The attachments that each table learns the blocks of."""
    found: dict[str, list[str]] = {}
    for propagation in world.managed("aws_ec2_transit_gateway_route_table_propagation"):
        attachment_id = propagation.needed("transit_gateway_attachment_id", TRANSIT_ATTACHMENT)
        table_id = propagation.needed("transit_gateway_route_table_id", TRANSIT_ROUTE_TABLE)
        found.setdefault(table_id, []).append(attachment_id)
    held = {each["TransitGatewayAttachmentId"]: each for each in attachments}
    for attachment in world.managed(_ATTACHMENT):
        element = held.get(attachment.id)
        gateway = gateways.get(element["TransitGatewayId"]) if element else None
        table = _default_table(attachment, gateway, "propagation")
        if table:
            found.setdefault(table, []).append(attachment.id)
    return found


def _routes(world: World, table_id: str) -> Iterator[Element]:
    """The static routes of a table; propagated ones follow from the attachments."""
    for route in world.managed("aws_ec2_transit_gateway_route"):
        if route.needed("transit_gateway_route_table_id", TRANSIT_ROUTE_TABLE) != table_id:
            continue
        element: Element = {"DestinationCidrBlock": route.sure("destination_cidr_block")}
        if route.flag("blackhole", default=False):
            yield {**element, "State": "blackhole"}
        else:
            attachment = route.needed("transit_gateway_attachment_id", TRANSIT_ATTACHMENT)
            way = [{"TransitGatewayAttachmentId": attachment}]
            yield {**element, "TransitGatewayAttachments": way}
