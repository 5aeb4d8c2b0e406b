"""What a transit gateway does with traffic of a VPC: attachments, zones, its own route tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..model.addresses import ALL_ADDRESSES, AddressSet, prefix_length
from ..model.facts import Fact
from ..model.snapshot import Snapshot, per_snapshot
from ..model.transit_gateway import TransitGatewayAttachment, TransitGatewayRouteTable
from ..model.vpc import Subnet
from .path import Block
from .routing import PUBLIC_ADDRESSES, are_most_public


@dataclass(frozen=True, slots=True)
class Onward:
    """Addresses that a transit gateway route table sends to one attachment, if to any.

    `state` is that of the route, None where there is no route, `unread` where one may have been
    learnt that was not read.
    """

    target: str | None
    state: str | None
    addresses: AddressSet

    @property
    def may_go_on(self) -> bool:
        """Not proven to be dropped."""
        return self.state in {"active", "unread"}

    @property
    def words(self) -> str:
        """Where the addresses go, for findings."""
        if self.state is None:
            return "nowhere"
        return f"{self.target}" if self.state == "active" else f"{self.state} routes"


@per_snapshot
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


def attachment_blocks(
    snapshot: Snapshot, origin: Subnet, transit_gateway_id: str
) -> Iterator[Block]:
    """Why a subnet cannot hand its traffic to a transit gateway: no attachment, or not there.

    https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html
    """
    attachment = vpc_attachment(snapshot, transit_gateway_id, origin.vpc_id)
    if attachment is None:
        known = snapshot.has(Fact.TRANSIT_GATEWAY_ATTACHMENTS, origin.vpc_id)
        detail = f"no available attachment of {origin.vpc_id} was found"
        yield Block("transit_gateway", transit_gateway_id, detail, certain=known)
        return
    stands = _stands_in_zone_of(snapshot, attachment, origin)
    if stands is None:
        detail = f"whether it has a subnet in the zone of {origin.id} was not read"
        yield Block("transit_gateway_attachment", attachment.id, detail, certain=False)
    elif not stands:
        detail = f"has no subnet in {origin.zone or origin.zone_id}, the zone of {origin.id}"
        yield Block("transit_gateway_attachment", attachment.id, detail)


def _stands_in_zone_of(
    snapshot: Snapshot, attachment: TransitGatewayAttachment, origin: Subnet
) -> bool | None:
    homes = [snapshot.subnets.get(each) for each in attachment.subnet_ids or ()]
    zones = [home.zone_id or home.zone for home in homes if home is not None]
    zone = origin.zone_id or origin.zone
    if zone is not None and zone in zones:
        return True
    all_known = attachment.subnet_ids is not None and len(zones) == len(homes) and all(zones)
    return False if all_known and zone is not None else None


def transit_blocks(
    snapshot: Snapshot,
    near: TransitGatewayAttachment,
    far: TransitGatewayAttachment,
    addresses: AddressSet,
) -> Iterator[Block]:
    """Why traffic from one attachment for these addresses does not arrive at another one.

    https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html
    """
    table = _table_of(snapshot, near)
    ways = onward(snapshot, table.id, addresses) if table is not None else None
    if table is None or ways is None:
        detail = f"the route table of {near.id} was not read"
        yield Block("transit_gateway_route_table", near.id, detail, certain=False)
        return
    for way in ways:
        if way.state != "active" or way.target != far.id:
            detail = f"leads {way.addresses.first} to {way.words}, not to {far.id}"
            certain = way.state != "unread"
            yield Block("transit_gateway_route_table", table.id, detail, certain=certain)


def _table_of(
    snapshot: Snapshot, attachment: TransitGatewayAttachment | None
) -> TransitGatewayRouteTable | None:
    table_id = attachment.route_table_id if attachment is not None else None
    return snapshot.transit_gateway_route_tables.get(table_id or "")


@per_snapshot
def onward(snapshot: Snapshot, table_id: str, addresses: AddressSet) -> tuple[Onward, ...] | None:
    """Where a transit gateway route table sends addresses; None when its routes were not read.

    The longest match decides, and of equal ones the static route. Propagations count beside the
    routes: some answers list the static ones only.
    """
    table = snapshot.transit_gateway_route_tables[table_id]
    if table.routes is None:
        return None
    ways = []
    for prefix in sorted(_prefixes(snapshot, table), key=lambda each: each.rank, reverse=True):
        part = addresses & prefix.cidr
        if part:
            ways.append(Onward(prefix.target, prefix.state, part))
            addresses -= part
    if addresses:
        state = "unread" if _has_learnt_unseen(snapshot, table) else None
        ways.append(Onward(None, state, addresses))
    return tuple(ways)


def _has_learnt_unseen(snapshot: Snapshot, table: TransitGatewayRouteTable) -> bool:
    """Whether it learns routes that are neither listed nor the CIDR blocks of a VPC in view.

    VPNs and Direct Connect gateways announce what they like; some answers list static routes only.
    """
    listed = {route.attachment_id for route in table.routes or ()}
    return any(
        not _learnt_cidrs(snapshot, each) for each in table.propagating or () if each not in listed
    )


def _learnt_cidrs(snapshot: Snapshot, attachment_id: str) -> tuple[str, ...]:
    attachment = snapshot.transit_gateway_attachments.get(attachment_id)
    vpc = snapshot.vpcs.get(attachment.resource_id or "") if attachment is not None else None
    return tuple(vpc.cidrs.cidrs()) if vpc is not None and vpc.cidrs is not None else ()


@dataclass(frozen=True, slots=True)
class _Prefix:
    cidr: AddressSet
    rank: tuple[int, bool]
    target: str | None
    state: str = "active"


def _prefixes(snapshot: Snapshot, table: TransitGatewayRouteTable) -> Iterator[_Prefix]:
    for route in table.routes or ():
        yield _Prefix(route.cidr, (route.prefix_length, True), route.attachment_id, route.state)
    for attachment_id in table.propagating or ():
        for cidr in _learnt_cidrs(snapshot, attachment_id):
            yield _Prefix(AddressSet.of(cidr), (prefix_length(cidr), False), attachment_id)


def public_way_blocks(
    snapshot: Snapshot, origin: Subnet, transit_gateway_id: str
) -> Iterator[Block]:
    """Why a transit gateway takes traffic of a subnet for public addresses nowhere."""
    yield from attachment_blocks(snapshot, origin, transit_gateway_id)
    near = vpc_attachment(snapshot, transit_gateway_id, origin.vpc_id)
    table = _table_of(snapshot, near)
    ways = onward(snapshot, table.id, PUBLIC_ADDRESSES) if table is not None else None
    if near is not None and ways is None:
        detail = f"the route table of {near.id} was not read"
        yield Block("transit_gateway_route_table", near.id, detail, certain=False)
    dead = (each for each in ways or () if not each.may_go_on)
    if table is not None and are_most_public(AddressSet.union(each.addresses for each in dead)):
        detail = "has no route to public addresses"
        yield Block("transit_gateway_route_table", table.id, detail)


def leads_nowhere(snapshot: Snapshot, origin: Subnet, transit_gateway_id: str) -> bool:
    """Whether a transit gateway is proven to take traffic of a subnet to no other place at all."""
    if any(block.certain for block in attachment_blocks(snapshot, origin, transit_gateway_id)):
        return True
    near = vpc_attachment(snapshot, transit_gateway_id, origin.vpc_id)
    table = _table_of(snapshot, near)
    ways = onward(snapshot, table.id, ALL_ADDRESSES) if table is not None else None
    return (
        near is not None
        and ways is not None
        and not any(each.may_go_on and each.target != near.id for each in ways)
    )
