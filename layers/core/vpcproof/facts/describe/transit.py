"""Transit gateways and peering connections."""

from __future__ import annotations

from ...model.addresses import prefix_length
from ...model.transit_gateway import (
    TransitGatewayAttachment,
    TransitGatewayRoute,
    TransitGatewayRouteTable,
    VpcPeeringConnection,
)
from ..raw import (
    Raw,
    addresses,
    flag,
    lower,
    required,
    structure,
    structures,
    text,
    texts,
    texts_of,
)


def transit_gateway_attachment(raw: Raw) -> TransitGatewayAttachment:
    """An attachment out of what both operations say about it.

    DescribeTransitGatewayAttachments knows its route table, DescribeTransitGatewayVpcAttachments
    its subnets.
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TransitGatewayVpcAttachment.html
    """
    association = structure(raw, "Association")
    is_associated = lower(association, "State", "associated") == "associated"
    return TransitGatewayAttachment(
        id=required(raw, "TransitGatewayAttachmentId"),
        transit_gateway_id=required(raw, "TransitGatewayId"),
        resource_type=lower(raw, "ResourceType", "vpc"),
        resource_id=text(raw, "ResourceId") or text(raw, "VpcId"),
        owner_id=text(raw, "ResourceOwnerId") or text(raw, "VpcOwnerId"),
        state=lower(raw, "State", "available"),
        subnet_ids=None if raw.get("SubnetIds") is None else texts(raw, "SubnetIds"),
        route_table_id=text(association, "TransitGatewayRouteTableId") if is_associated else None,
    )


def transit_gateway_route_table(raw: Raw) -> TransitGatewayRouteTable:
    """A route table, with its `Routes` and propagations where they were read."""
    enabled = {
        text(each, "TransitGatewayAttachmentId")
        for each in structures(raw, "TransitGatewayRouteTablePropagations")
        if lower(each, "State", "enabled") == "enabled"
    }
    propagating = tuple(sorted(attachment for attachment in enabled if attachment))
    propagations_read = raw.get("TransitGatewayRouteTablePropagations") is not None
    routes = sorted(map(_route, structures(raw, "Routes")), key=lambda route: route.destination)
    return TransitGatewayRouteTable(
        id=required(raw, "TransitGatewayRouteTableId"),
        transit_gateway_id=required(raw, "TransitGatewayId"),
        is_default_association=flag(raw, "DefaultAssociationRouteTable") or False,
        is_default_propagation=flag(raw, "DefaultPropagationRouteTable") or False,
        routes=None if raw.get("Routes") is None else tuple(routes),
        propagating=propagating if propagations_read else None,
    )


def vpc_peering_connection(raw: Raw) -> VpcPeeringConnection:
    """A peering connection; a deleted one may have lost the VPC of either side."""
    return VpcPeeringConnection(
        id=required(raw, "VpcPeeringConnectionId"),
        requester_vpc_id=text(structure(raw, "RequesterVpcInfo"), "VpcId") or "",
        accepter_vpc_id=text(structure(raw, "AccepterVpcInfo"), "VpcId") or "",
        status=lower(structure(raw, "Status"), "Code", "active"),
    )


def _route(raw: Raw) -> TransitGatewayRoute:
    """A route of SearchTransitGatewayRoutes; of several equal paths the first attachment."""
    destination = required(raw, "DestinationCidrBlock")
    cidr = addresses(destination)
    attachments = texts_of(raw, "TransitGatewayAttachments", "TransitGatewayAttachmentId")
    return TransitGatewayRoute(
        destination=destination,
        cidr=cidr,
        prefix_length=prefix_length(destination),
        attachment_id=next(iter(attachments), None),
        state=lower(raw, "State", "active"),
    )
