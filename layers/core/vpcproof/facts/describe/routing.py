"""Route tables, gateways and prefix lists."""

from __future__ import annotations

from collections.abc import Iterator

from ...model.addresses import prefix_length
from ...model.prefix_list import PrefixList
from ...model.route_table import InternetGateway, NatGateway, Route, RouteTable
from ..raw import (
    Raw,
    UnreadableError,
    addresses,
    flag,
    lower,
    required,
    structure,
    structures,
    tags,
    text,
    texts,
    texts_of,
)

# A route has exactly one target, except that a route to an instance names its interface too.
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Route.html
_TARGETS = (
    "GatewayId",
    "NatGatewayId",
    "TransitGatewayId",
    "VpcPeeringConnectionId",
    "NetworkInterfaceId",
    "InstanceId",
    "EgressOnlyInternetGatewayId",
    "LocalGatewayId",
    "CarrierGatewayId",
    "CoreNetworkArn",
    "OdbNetworkArn",
)
_DETACHED = {"detaching", "detached"}


def route_table(raw: Raw) -> RouteTable:
    """A route table of DescribeRouteTables; associations that are going or gone do not count."""
    associations = list(_associations(raw))
    return RouteTable(
        id=required(raw, "RouteTableId"),
        vpc_id=required(raw, "VpcId"),
        routes=tuple(sorted(map(_route, structures(raw, "Routes")), key=_route_order)),
        is_main=any(flag(each, "Main") for each in associations),
        subnet_ids=_named(associations, "SubnetId"),
        gateway_ids=_named(associations, "GatewayId"),
        owner_id=text(raw, "OwnerId"),
        tags=tags(raw),
    )


def nat_gateway(raw: Raw) -> NatGateway:
    """A NAT gateway of DescribeNatGateways; older answers leave out that it is public and zonal."""
    return NatGateway(
        id=required(raw, "NatGatewayId"),
        vpc_id=required(raw, "VpcId"),
        subnet_id=text(raw, "SubnetId"),
        connectivity=lower(raw, "ConnectivityType", "public"),
        availability_mode=lower(raw, "AvailabilityMode", "zonal"),
        state=lower(raw, "State", "available"),
    )


def internet_gateway(raw: Raw) -> InternetGateway:
    """An internet gateway of DescribeInternetGateways, with the VPCs it is still attached to.

    The state of a working attachment is `available`, which the API's own list lacks.
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InternetGatewayAttachment.html
    """
    attached = [
        attachment
        for attachment in structures(raw, "Attachments")
        if lower(attachment, "State", "available") not in _DETACHED
    ]
    return InternetGateway(id=required(raw, "InternetGatewayId"), vpc_ids=_named(attached, "VpcId"))


def prefix_list(raw: Raw) -> PrefixList:
    """A prefix list out of all that was said about it, its `Entries` included.

    DescribePrefixLists gives AWS's own lists with their `Cidrs` and never an owner;
    DescribeManagedPrefixLists gives every list with its owner and never a CIDR.
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribePrefixLists.html
    """
    cidrs: tuple[str, ...] | None = None
    if raw.get("Cidrs") is not None:
        cidrs = texts(raw, "Cidrs")
    elif raw.get("Entries") is not None:
        cidrs = texts_of(raw, "Entries", "Cidr")
    for cidr in cidrs or ():
        addresses(cidr)
    return PrefixList(
        id=required(raw, "PrefixListId"),
        name=text(raw, "PrefixListName"),
        owner_id=text(raw, "OwnerId") or ("AWS" if "Cidrs" in raw else None),
        state=text(raw, "State"),
        cidrs=cidrs,
    )


def _associations(raw: Raw) -> Iterator[Raw]:
    for association in structures(raw, "Associations"):
        if lower(structure(association, "AssociationState"), "State", "associated") == "associated":
            yield association


def _named(associations: list[Raw], member: str) -> tuple[str, ...]:
    found = {text(each, member) for each in associations}
    return tuple(sorted(value for value in found if value is not None))


def _route(raw: Raw) -> Route:
    cidr = text(raw, "DestinationCidrBlock") or text(raw, "DestinationIpv6CidrBlock")
    prefix_list_id = text(raw, "DestinationPrefixListId")
    destination = cidr or prefix_list_id
    if destination is None:
        raise UnreadableError("a route has no destination")
    return Route(
        destination=destination,
        cidr=addresses(cidr) if cidr else None,
        prefix_length=prefix_length(cidr) if cidr else None,
        prefix_list_id=prefix_list_id,
        target=next((target for each in _TARGETS if (target := text(raw, each))), None),
        state=lower(raw, "State", "active"),
        origin=text(raw, "Origin"),
    )


def _route_order(route: Route) -> tuple[str, str, str]:
    return route.destination, route.target or "", route.origin or ""
