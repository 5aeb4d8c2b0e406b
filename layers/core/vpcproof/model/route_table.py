"""Route tables and the gateways that routes lead to."""

from __future__ import annotations

from dataclasses import dataclass, field

from .addresses import AddressSet
from .tags import Tags, no_tags


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One route: to a CIDR block or a prefix list, towards one target.

    `target` is the id as EC2 gives it, whichever member it stood in (`GatewayId`, `NatGatewayId`,
    `TransitGatewayId`, …); a gateway endpoint and a Gateway Load Balancer endpoint both show as a
    `vpce-` id in `GatewayId`, so its type has to be looked up.
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Route.html
    """

    destination: str
    cidr: AddressSet | None = None
    prefix_length: int | None = None
    prefix_list_id: str | None = None
    target: str | None = None
    state: str = "active"
    origin: str | None = None

    @property
    def is_active(self) -> bool:
        """Neither `blackhole` (the target is gone) nor `filtered`."""
        return self.state == "active"

    @property
    def is_default(self) -> bool:
        """0.0.0.0/0 or ::/0."""
        return self.cidr is not None and self.prefix_length == 0

    @property
    def is_propagated(self) -> bool:
        """Learnt from a virtual private gateway; a static route of equal length wins over it."""
        return self.origin == "EnableVgwRoutePropagation"


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteTable:
    """A route table with the subnets associated explicitly.

    Subnets that use the main table by default appear in no association.
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RouteTableAssociation.html
    """

    id: str
    vpc_id: str
    routes: tuple[Route, ...] = ()
    is_main: bool = False
    subnet_ids: tuple[str, ...] = ()
    gateway_ids: tuple[str, ...] = ()
    owner_id: str | None = None
    tags: Tags = field(default_factory=no_tags)


@dataclass(frozen=True, slots=True, kw_only=True)
class NatGateway:
    """A NAT gateway; a regional one has no subnet, a private one gives no internet access."""

    id: str
    vpc_id: str
    subnet_id: str | None = None
    connectivity: str = "public"
    availability_mode: str = "zonal"
    state: str = "available"


@dataclass(frozen=True, slots=True, kw_only=True)
class InternetGateway:
    """An internet gateway and the VPCs it is attached to."""

    id: str
    vpc_ids: tuple[str, ...] = ()
