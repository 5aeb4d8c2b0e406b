"""Whether a subnet reaches public service addresses through a NAT gateway."""

from __future__ import annotations

from dataclasses import dataclass

from ..model.addresses import ALL_IPV4
from ..model.facts import Fact
from ..model.snapshot import Snapshot
from .routing import default_targets, effective_route_table


@dataclass(frozen=True, slots=True)
class NatAnswer:
    """Whether the path works (None: not known), and through which NAT gateway or why not."""

    works: bool | None
    detail: str


def nat_path(snapshot: Snapshot, subnet_id: str) -> NatAnswer:
    """Follow the IPv4 default route of a subnet through a NAT gateway to the internet.

    Dead routes are none.
    """
    table = effective_route_table(snapshot, subnet_id)
    if table is None:
        return NatAnswer(None, "its route table was not read")
    gateway_id = next(iter(default_targets(table, "nat-", ALL_IPV4)), None)
    if gateway_id is None:
        return NatAnswer(False, f"{table.id} has no active default route to a NAT gateway")
    return nat_gateway_path(snapshot, gateway_id, table.vpc_id)


def nat_gateway_path(snapshot: Snapshot, gateway_id: str, vpc_id: str) -> NatAnswer:
    """Whether a NAT gateway, once reached, gives access to the internet over IPv4.

    A private NAT gateway gives none even behind an internet gateway; a regional one stands in no
    subnet and needs no route of the VPC.
    https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html
    """
    gateway = snapshot.nat_gateways.get(gateway_id)
    if gateway is None:
        known = snapshot.has(Fact.NAT_GATEWAYS, vpc_id)
        return NatAnswer(False if known else None, f"{gateway_id} was not found")
    if gateway.connectivity != "public":
        return NatAnswer(False, f"{gateway.id} is a private NAT gateway")
    if gateway.state != "available":
        return NatAnswer(False, f"{gateway.id} is {gateway.state}")
    if gateway.subnet_id is None:
        return NatAnswer(True, gateway.id)
    table = effective_route_table(snapshot, gateway.subnet_id)
    if table is None:
        return NatAnswer(None, f"the route table of {gateway.id} was not read")
    if not default_targets(table, "igw-", ALL_IPV4):
        return NatAnswer(False, f"{gateway.id} stands in a subnet without internet gateway")
    return NatAnswer(True, gateway.id)
