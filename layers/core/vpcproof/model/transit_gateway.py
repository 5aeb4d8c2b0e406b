"""Transit gateways and peering connections: the ways from one VPC into another."""

from __future__ import annotations

from dataclasses import dataclass

from .addresses import AddressSet


@dataclass(frozen=True, slots=True, kw_only=True)
class TransitGatewayAttachment:
    """What a transit gateway connects; for a VPC with the subnets it stands in.

    Subnets of zones without an attachment subnet cannot send to the transit gateway.
    `subnet_ids` is None where only DescribeTransitGatewayAttachments was read.
    https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html
    """

    id: str
    transit_gateway_id: str
    resource_type: str = "vpc"
    resource_id: str | None = None
    owner_id: str | None = None
    state: str = "available"
    subnet_ids: tuple[str, ...] | None = None
    route_table_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TransitGatewayRoute:
    """One route of a transit gateway route table, to an attachment."""

    destination: str
    cidr: AddressSet
    prefix_length: int
    attachment_id: str | None = None
    state: str = "active"


@dataclass(frozen=True, slots=True, kw_only=True)
class TransitGatewayRouteTable:
    """A transit gateway route table.

    `routes` is None when they were not read; `propagating` are the attachments whose VPC's CIDR
    blocks it learns, None likewise.
    """

    id: str
    transit_gateway_id: str
    is_default_association: bool = False
    is_default_propagation: bool = False
    routes: tuple[TransitGatewayRoute, ...] | None = None
    propagating: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VpcPeeringConnection:
    """A peering connection between two VPCs; only `active` ones carry traffic."""

    id: str
    requester_vpc_id: str
    accepter_vpc_id: str
    status: str = "active"

    @property
    def is_active(self) -> bool:
        """Deleted and rejected connections stay in describe output for a while."""
        return self.status == "active"

    def other_side(self, vpc_id: str) -> str | None:
        """The VPC at the far end; None when this VPC is at neither."""
        ends = {self.requester_vpc_id: self.accepter_vpc_id}
        ends[self.accepter_vpc_id] = self.requester_vpc_id
        return ends.get(vpc_id)
