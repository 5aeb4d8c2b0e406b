"""Transit gateways and peering connections."""

from __future__ import annotations

from typing import Any

from ...model.facts import Fact
from .network import Network
from .stack import Resource


def transit_gateway(resource: Resource, network: Network) -> None:
    """A transit gateway with the route table that it makes unless both its uses are disabled.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-ec2-transitgateway.html
    """
    associates = str(resource.known("DefaultRouteTableAssociation") or "enable") == "enable"
    propagates = str(resource.known("DefaultRouteTablePropagation") or "enable") == "enable"
    if associates or propagates:
        network.put(
            "TransitGatewayRouteTables",
            {
                "TransitGatewayRouteTableId": _default_table(resource.id),
                "TransitGatewayId": resource.id,
                "DefaultAssociationRouteTable": associates,
                "DefaultPropagationRouteTable": propagates,
            },
        )


def route_table(resource: Resource, network: Network) -> None:
    """A route table of a transit gateway beside its default one."""
    network.put(
        "TransitGatewayRouteTables",
        {
            "TransitGatewayRouteTableId": resource.id,
            "TransitGatewayId": resource.identity("TransitGatewayId"),
        },
    )


def attachment(resource: Resource, network: Network) -> None:
    """The attachment of a VPC, in the default table of the transit gateway where that has one."""
    gateway_id = str(resource.identity("TransitGatewayId"))
    default = network.find("TransitGatewayRouteTables", _default_table(gateway_id))
    element: dict[str, Any] = {
        "TransitGatewayAttachmentId": resource.id,
        "TransitGatewayId": gateway_id,
        "ResourceType": "vpc",
        "ResourceId": resource.identity("VpcId"),
        "SubnetIds": resource.identities("SubnetIds"),
    }
    network.put("TransitGatewayAttachments", element)
    if not gateway_id.startswith("tgw-") or default is None:
        _tell_foreign(gateway_id, resource, network)
    if default and default["DefaultAssociationRouteTable"]:
        _associate(element, default["TransitGatewayRouteTableId"])
    if default and default["DefaultPropagationRouteTable"]:
        _propagate(resource.id, default["TransitGatewayRouteTableId"], network)


def other_attachment(resource: Resource, network: Network) -> None:
    """A VPN or another transit gateway: what it announces the default table learns, unseen here."""
    gateway_id = resource.identity("TransitGatewayId")
    if gateway_id is None:
        return
    network.put(
        "TransitGatewayAttachments",
        {
            "TransitGatewayAttachmentId": resource.id,
            "TransitGatewayId": gateway_id,
            "ResourceType": "other",
        },
    )
    default = network.find("TransitGatewayRouteTables", _default_table(gateway_id))
    if default and default["DefaultPropagationRouteTable"]:
        _propagate(resource.id, default["TransitGatewayRouteTableId"], network)


def association(resource: Resource, network: Network) -> None:
    """The table for what comes from an attachment."""
    attached = resource.identity("TransitGatewayAttachmentId")
    element = network.find("TransitGatewayAttachments", attached)
    if element is not None:
        _associate(element, resource.identity("TransitGatewayRouteTableId"))


def propagation(resource: Resource, network: Network) -> None:
    """A table that learns the blocks of an attachment's VPC."""
    _propagate(
        str(resource.identity("TransitGatewayAttachmentId")),
        str(resource.identity("TransitGatewayRouteTableId")),
        network,
    )


def route(resource: Resource, network: Network) -> None:
    """A static route of a transit gateway."""
    attached = resource.identity("TransitGatewayAttachmentId")
    blackhole = str(resource.known("Blackhole")).lower() == "true"
    network.put(
        "Routes",
        {
            "DestinationCidrBlock": resource.known("DestinationCidrBlock"),
            "State": "blackhole" if blackhole else "active",
            "Type": "static",
            "TransitGatewayAttachments": [{"TransitGatewayAttachmentId": attached}]
            if attached
            else [],
        },
        subject=str(resource.identity("TransitGatewayRouteTableId")),
    )


def peering_connection(resource: Resource, network: Network) -> None:
    """A peering connection; CloudFormation accepts it itself within an account or by a role.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-ec2-vpcpeeringconnection.html
    """
    other_account = "PeerOwnerId" in resource.properties
    accepted = not other_account or "PeerRoleArn" in resource.properties
    network.put(
        "VpcPeeringConnections",
        {
            "VpcPeeringConnectionId": resource.id,
            "RequesterVpcInfo": {"VpcId": resource.identity("VpcId")},
            "AccepterVpcInfo": {"VpcId": resource.identity("PeerVpcId")},
            "Status": {"Code": "active" if accepted else "pending-acceptance"},
        },
    )


def _default_table(gateway_id: str) -> str:
    return f"{gateway_id.removeprefix('tgw-')}.DefaultRouteTable"


def _associate(element: dict[str, Any], table_id: str | None) -> None:
    element["Association"] = {"TransitGatewayRouteTableId": table_id, "State": "associated"}


def _propagate(attachment_id: str, table_id: str, network: Network) -> None:
    network.put(
        "TransitGatewayRouteTablePropagations",
        {"TransitGatewayAttachmentId": attachment_id, "State": "enabled"},
        subject=table_id,
    )


def _tell_foreign(gateway_id: str, resource: Resource, network: Network) -> None:
    """What lies behind a transit gateway of another stack: any attachment and any route."""
    if any(
        each["TransitGatewayId"] == gateway_id for each in network.all("TransitGatewayRouteTables")
    ):
        return
    reason = f"{resource.path}/Properties/TransitGatewayId: {gateway_id} is not declared"
    network.gap(Fact.TRANSIT_GATEWAY_ATTACHMENTS, reason)
    network.gap(Fact.TRANSIT_GATEWAY_ROUTE_TABLES, reason)
