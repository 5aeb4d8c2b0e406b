"""Route tables, what associates them, gateways and prefix lists."""

from __future__ import annotations

from typing import Any

from .network import Network
from .stack import Resource
from .unknown import NotKnownError, Unknown
from .vpc import tags_of

_TARGETS = {
    "CarrierGatewayId": "cagw-",
    "EgressOnlyInternetGatewayId": "eigw-",
    "InstanceId": "i-",
    "NatGatewayId": "nat-",
    "NetworkInterfaceId": "eni-",
    "TransitGatewayId": "tgw-",
    "VpcPeeringConnectionId": "pcx-",
    "VpcEndpointId": "vpce-",
    "LocalGatewayId": "",
    "CoreNetworkArn": "arn:",
}


def route_table(resource: Resource, network: Network) -> None:
    """A route table, still without routes."""
    network.put(
        "RouteTables",
        {
            "RouteTableId": resource.id,
            "VpcId": resource.identity("VpcId"),
            "Routes": [],
            "Associations": [],
            "Tags": tags_of(resource),
        },
    )


def route(resource: Resource, network: Network) -> None:
    """A route of a declared table; an unknown destination is a list whose entries are unread."""
    table = network.find("RouteTables", resource.identity("RouteTableId"))
    if table is None:
        network.note(resource.path, "the route table is not declared in the template")
        return
    table["Routes"].append({**_destination(resource), **_target(resource)})


def subnet_association(resource: Resource, network: Network) -> None:
    """The table of a subnet instead of the main one."""
    _associate(resource, network, "SubnetId")


def gateway_association(resource: Resource, network: Network) -> None:
    """The table for what comes in by a gateway."""
    _associate(resource, network, "GatewayId")


def internet_gateway(resource: Resource, network: Network) -> None:
    """An internet gateway, not attached yet."""
    network.put("InternetGateways", {"InternetGatewayId": resource.id, "Attachments": []})


def gateway_attachment(resource: Resource, network: Network) -> None:
    """The VPC of an internet gateway; virtual private gateways are known by routes alone."""
    gateway_id = resource.identity("InternetGatewayId")
    if gateway_id is None:
        return
    gateway = network.find("InternetGateways", gateway_id) or network.put(
        "InternetGateways", {"InternetGatewayId": gateway_id, "Attachments": []}
    )
    gateway["Attachments"].append({"VpcId": resource.identity("VpcId")})


def learnt_routes(resource: Resource, network: Network) -> None:
    """What tables learn from a virtual private gateway: destinations that nothing here tells."""
    gateway_id = str(resource.identity("VpnGatewayId"))
    for table_id in resource.identities("RouteTableIds"):
        table = network.find("RouteTables", table_id)
        if table is not None:
            table["Routes"].append(
                {
                    "DestinationPrefixListId": f"what {gateway_id} announces",
                    "GatewayId": gateway_id,
                    "Origin": "EnableVgwRoutePropagation",
                }
            )


def nat_gateway(resource: Resource, network: Network) -> None:
    """A NAT gateway, public and of one zone unless it says otherwise."""
    subnet_id = resource.identity("SubnetId")
    vpc_id = network.vpc_of("Subnets", subnet_id) or resource.identity("VpcId")
    if vpc_id is None:
        network.note(resource.path, "the subnet is not declared in the template")
        return
    network.put(
        "NatGateways",
        {
            "NatGatewayId": resource.id,
            "VpcId": vpc_id,
            "SubnetId": subnet_id,
            "ConnectivityType": resource.known("ConnectivityType"),
            "AvailabilityMode": resource.known("AvailabilityMode"),
        },
    )


def prefix_list(resource: Resource, network: Network) -> None:
    """A prefix list of one's own."""
    name = str(resource.properties.get("PrefixListName") or "")
    element: dict[str, Any] = {"PrefixListId": resource.id, "PrefixListName": name}
    network.put("PrefixLists", element)
    resource.known("Entries")
    for each in resource.objects("Entries"):
        network.put("Entries", {"Cidr": each.get("Cidr")}, subject=resource.id)


def _destination(resource: Resource) -> dict[str, str]:
    for name in ("DestinationCidrBlock", "DestinationIpv6CidrBlock"):
        value = resource.properties.get(name)
        if isinstance(value, Unknown):
            return {"DestinationPrefixListId": value.name}
        if value is not None:
            return {name: str(value)}
    listed = resource.identity("DestinationPrefixListId")
    if listed is None:
        raise NotKnownError(f"{resource.path}/Properties: the route has no destination")
    return {"DestinationPrefixListId": listed}


def _target(resource: Resource) -> dict[str, str]:
    """The target of a route; its property tells the kind of one that is not declared here."""
    for name, prefix in _TARGETS.items():
        value = resource.properties.get(name)
        member = "GatewayId" if name == "VpcEndpointId" else name
        if isinstance(value, Unknown):
            return {member: f"{prefix}{value.name}"}
        if value is not None:
            return {member: str(value)}
    if value := resource.known("GatewayId"):
        return {"GatewayId": str(value)}
    raise NotKnownError(f"{resource.path}/Properties: the route has no target")


def _associate(resource: Resource, network: Network, member: str) -> None:
    table = network.find("RouteTables", resource.identity("RouteTableId"))
    if table is not None:
        table["Associations"].append({member: resource.identity(member)})
        return
    subnet = network.find("Subnets", resource.identity(member))
    if subnet is not None:
        raise NotKnownError(
            f"{resource.path}/Properties/RouteTableId: the table is not declared in the template"
        )
