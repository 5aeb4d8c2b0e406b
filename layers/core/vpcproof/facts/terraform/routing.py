"""Route tables, who uses them, and the gateways that routes lead to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ...model.facts import Fact
from ...model.resource_type import ResourceType
from ..raw import UnreadableError, shown
from .attributes import Attributes, UnknownError
from .endpoints import gateway_endpoint_tables, prefix_list_of
from .references import (
    CARRIER_GATEWAY,
    EGRESS_ONLY_GATEWAY,
    ENDPOINT,
    GATEWAY,
    INTERNET_GATEWAY,
    NAT_GATEWAY,
    NETWORK_INTERFACE,
    PEERING,
    PREFIX_LIST,
    ROUTE_TABLE,
    SUBNET,
    TRANSIT_GATEWAY,
    VPC,
    Kind,
)
from .world import Element, World, tags_of

_ADOPTED = "aws_default_route_table"
_PROPAGATED = "routes learnt from a virtual private gateway are in no plan"

# The attributes of a route that may name its target, and the member of AWS's answer for each.
_TARGETS: dict[str, tuple[str, Kind]] = {
    "gateway_id": ("GatewayId", GATEWAY),
    "nat_gateway_id": ("NatGatewayId", NAT_GATEWAY),
    "transit_gateway_id": ("TransitGatewayId", TRANSIT_GATEWAY),
    "vpc_peering_connection_id": ("VpcPeeringConnectionId", PEERING),
    "vpc_endpoint_id": ("GatewayId", ENDPOINT),
    "egress_only_gateway_id": ("EgressOnlyInternetGatewayId", EGRESS_ONLY_GATEWAY),
    "network_interface_id": ("NetworkInterfaceId", NETWORK_INTERFACE),
    "carrier_gateway_id": ("CarrierGatewayId", CARRIER_GATEWAY),
    "local_gateway_id": ("LocalGatewayId", Kind(())),
    "core_network_arn": ("CoreNetworkArn", Kind(())),
}

# Attributes for the destination: those of `aws_route`, then those of `route` blocks in a table.
_DESTINATIONS = {
    "destination_cidr_block": "DestinationCidrBlock",
    "cidr_block": "DestinationCidrBlock",
    "destination_ipv6_cidr_block": "DestinationIpv6CidrBlock",
    "ipv6_cidr_block": "DestinationIpv6CidrBlock",
}


def tell_route_tables(world: World) -> None:
    """Every table with its routes and associations, those that VPCs come with included."""
    world.tell("RouteTables", _Tables(world).elements())


def tell_gateways(world: World) -> None:
    """NAT gateways and internet gateways."""
    world.tell("NatGateways", [])
    for gateway in world.managed("aws_nat_gateway"):
        vpc_id = world.vpc_of(gateway)
        with world.known(Fact.NAT_GATEWAYS, gateway, vpc_id=vpc_id):
            world.tell("NatGateways", [_nat_gateway(gateway, vpc_id)])
    world.tell("InternetGateways", _internet_gateways(world))


@dataclass(slots=True)
class _Table:
    """A route table on its way: other resources put routes and associations in.

    Routes are kept by destination, because what a table in the state shows includes the routes of
    `aws_route` resources.
    """

    id: str
    vpc_id: str
    is_main: bool = False
    routes: dict[str, Element] = field(default_factory=dict)
    users: list[Element] = field(default_factory=list)
    tags: list[Mapping[str, str]] = field(default_factory=list)

    @property
    def element(self) -> Element:
        main = [{"Main": True}] if self.is_main else []
        return {
            "RouteTableId": self.id,
            "VpcId": self.vpc_id,
            "Routes": [*self.routes.values()],
            "Associations": [*main, *self.users],
            "Tags": self.tags,
        }


class _Tables:
    """All route tables of a plan."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._tables: dict[str, _Table] = {}

    def elements(self) -> list[Element]:
        """Every table, with all that the plan puts into it."""
        for vpc_id, vpc in self._world.managed_vpcs.items():
            table_id = self._world.identities.default_of(vpc, _ADOPTED)
            self._tables[table_id] = _Table(table_id, vpc_id, is_main=True)
        for managed in self._world.managed(*ROUTE_TABLE.types):
            self._add(managed)
        for each in self._tables.values():
            each.routes |= _local_routes(self._world, each.vpc_id)
        self._take_away_routes()
        for route in self._world.managed("aws_route"):
            self._put(route, lambda table, each: table.routes.update([_route(self._world, each)]))
        for endpoint, table_id in gateway_endpoint_tables(self._world):
            with self._known(endpoint, self._world.vpc_of(endpoint)):
                self._lead_to(endpoint, self._table(table_id, endpoint))
        for association in self._world.managed("aws_route_table_association"):
            self._put(association, lambda table, each: table.users.append(_associated(each)))
        for choice in self._world.managed("aws_main_route_table_association"):
            self._put(choice, lambda table, _: self._make_main(table))
        for propagation in self._world.managed("aws_vpn_gateway_route_propagation"):
            self._put(propagation, _refuse_propagation)
        return [table.element for table in self._tables.values()]

    def _add(self, attributes: Attributes) -> None:
        table = self._tables.get(attributes.id)
        vpc_id = table.vpc_id if table else self._world.vpc_of(attributes)
        with self._known(attributes, vpc_id):
            if vpc_id is None:
                raise UnknownError("vpc_id")
            table = table or self._tables.setdefault(attributes.id, _Table(attributes.id, vpc_id))
            table.tags = tags_of(attributes)
            self._world.place(ResourceType.ROUTE_TABLE, attributes)
            table.routes |= [_route(self._world, each) for each in attributes.blocks("route")]
            if attributes.values.get("propagating_vgws"):
                raise UnreadableError(_PROPAGATED)

    def _take_away_routes(self) -> None:
        """What a table in the state still shows of `aws_route` resources that go or change."""
        for route in self._world.plan.removed:
            table = self._tables.get(str(route.before.get("route_table_id")))
            if route.type == "aws_route" and table is not None:
                table.routes.pop(_destination(route.before), None)

    def _put(self, by: Attributes, put: Callable[[_Table, Attributes], None]) -> None:
        """Put something into the table that a resource names; what is not known is a gap."""
        with self._known(by, self._world.vpc_of(by)):
            table = self._table(by.needed("route_table_id", ROUTE_TABLE), by)
            with self._known(by, table.vpc_id or None):
                put(table, by)

    def _table(self, table_id: str, by: Attributes) -> _Table:
        """A table by id; what is put into one that the plan does not manage is not judged."""
        table = self._tables.get(table_id)
        if table is None:
            vpc_id = self._world.vpc_of(by) or self._looked_up.get(table_id)
            reason = f"route table {shown(table_id)} is not in the plan"
            self._world.gap(Fact.ROUTE_TABLES, by, reason, vpc_id)
        return table or _Table(table_id, "")

    def _lead_to(self, endpoint: Attributes, table: _Table) -> None:
        list_id = prefix_list_of(self._world, endpoint)
        way = {"DestinationPrefixListId": list_id, "GatewayId": endpoint.id, "State": "active"}
        table.routes[f"{list_id} by {endpoint.id}"] = way

    def _make_main(self, chosen: _Table) -> None:
        for each in self._tables.values():
            each.is_main = each is chosen or (each.is_main and each.vpc_id != chosen.vpc_id)

    def _known(
        self, attributes: Attributes, vpc_id: str | None = None
    ) -> AbstractContextManager[None]:
        return self._world.known(Fact.ROUTE_TABLES, attributes, vpc_id=vpc_id)

    @cached_property
    def _looked_up(self) -> Mapping[str, str]:
        """The VPCs of tables that the plan only looked up."""
        found = self._world.read("aws_route_table")
        return {each.id: vpc_id for each in found if (vpc_id := self._world.vpc_of(each))}


def _refuse_propagation(_table: _Table, _by: Attributes) -> None:
    raise UnreadableError(_PROPAGATED)


def _local_routes(world: World, vpc_id: str) -> Iterator[tuple[str, Element]]:
    """The routes that every table has: to each block of its own VPC."""
    for answer in world.documents.answers.get("Vpcs", ()):
        for vpc in answer.elements:
            if vpc["VpcId"] != vpc_id:
                continue
            blocks = [vpc, *vpc.get("CidrBlockAssociationSet", ())]
            blocks += vpc.get("Ipv6CidrBlockAssociationSet", ())
            for block in blocks:
                for member in ("CidrBlock", "Ipv6CidrBlock"):
                    if block.get(member):
                        way = {f"Destination{member}": block[member], "GatewayId": "local"}
                        yield block[member], {**way, "State": "active"}


def _route(world: World, route: Attributes) -> tuple[str, Element]:
    """One route and its destination; a target that the same plan deletes leaves a blackhole."""
    destinations = {
        member: destination
        for attribute, member in _DESTINATIONS.items()
        if (destination := route.text(attribute))
    }
    list_id = route.one("destination_prefix_list_id", PREFIX_LIST)
    if list_id:
        destinations["DestinationPrefixListId"] = list_id
    for attribute, (member, kind) in _TARGETS.items():
        target = route.one(attribute, kind)
        if target:
            state = "blackhole" if target in world.identities.gone else "active"
            return "".join(destinations.values()), {**destinations, member: target, "State": state}
    raise UnknownError(f"{route.path}target")


def _destination(values: Mapping[str, Any]) -> str:
    named = (*_DESTINATIONS, "destination_prefix_list_id")
    return next((str(values[each]) for each in named if values.get(each)), "")


def _associated(association: Attributes) -> Element:
    subnet_id = association.one("subnet_id", SUBNET)
    if subnet_id:
        return {"SubnetId": subnet_id}
    return {"GatewayId": association.needed("gateway_id", GATEWAY)}


def _nat_gateway(gateway: Attributes, vpc_id: str | None) -> Element:
    """A NAT gateway; a regional one names its VPC instead of a subnet."""
    if vpc_id is None:
        raise UnknownError("subnet_id")
    return {
        "NatGatewayId": gateway.id,
        "VpcId": vpc_id,
        "SubnetId": gateway.one("subnet_id", SUBNET),
        "ConnectivityType": gateway.text("connectivity_type"),
        "AvailabilityMode": gateway.text("availability_mode"),
        "State": "available",
    }


def _internet_gateways(world: World) -> Iterator[Element]:
    attached: dict[str, list[str]] = {}
    for attachment in world.managed("aws_internet_gateway_attachment"):
        with world.known(Fact.INTERNET_GATEWAYS, attachment, vpc_id=world.vpc_of(attachment)):
            gateway_id = attachment.needed("internet_gateway_id", INTERNET_GATEWAY)
            attached.setdefault(gateway_id, []).append(attachment.needed("vpc_id", VPC))
    for gateway in world.managed(*INTERNET_GATEWAY.types):
        with world.known(Fact.INTERNET_GATEWAYS, gateway, vpc_id=None):
            own = gateway.one("vpc_id", VPC)
            vpc_ids = {*attached.get(gateway.id, ()), *([own] if own else ())}
            attachments = [{"VpcId": each, "State": "available"} for each in sorted(vpc_ids)]
            yield {"InternetGatewayId": gateway.id, "Attachments": attachments}
