"""Which subnets an interface endpoint is to stand in: one in each zone with workloads."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from ..analysis.dns import service_details
from ..analysis.scope import is_public, workload_subnets
from ..model.vpc import Subnet
from .situation import Situation

# Left to the workloads of a subnet: a full subnet stops Auto Scaling and load balancers.
RESERVED_ADDRESSES = 8


@dataclass(frozen=True, slots=True)
class Placement:
    """One subnet for each zone that has one with room; `problems` name the other zones."""

    subnet_ids: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def place(
    situation: Situation,
    service_name: str,
    *,
    taken: frozenset[str] = frozenset(),
    endpoints: int = 1,
) -> Placement:
    """Subnets for an endpoint in the zones of the workloads, save those `taken` already.

    `endpoints` is how many will take an address in each subnet. Zones where the service is not
    offered are left out; where it is offered in none of them, any other zone of the VPC serves.
    https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
    """
    subnets = situation.snapshot.subnets_of(situation.vpc.id)
    nameless = [each.id for each in subnets if not zones_of(each)]
    if nameless:
        return Placement(problems=(f"the zone of {nameless[0]} is not known",))
    offered = _offered(situation, service_name)
    wanted = _zones(workload_subnets(situation.snapshot, situation.vpc.id), offered)
    if not wanted:
        wanted = _zones(subnets, offered)[:1]
    if not wanted:
        return Placement(problems=(f"{service_name} is offered in {_listed(offered)} only",))
    chosen, problems = [], []
    for zone in wanted:
        if not zone & taken:
            subnet = _best(situation, zone, endpoints)
            if subnet is None:
                problems.append(_no_room(situation, zone))
            else:
                chosen.append(subnet.id)
    return Placement(tuple(chosen), tuple(problems))


def zones_of(subnet: Subnet) -> frozenset[str]:
    """What the zone of a subnet is called: its name, and its id, which all accounts share."""
    return frozenset(each for each in (subnet.zone, subnet.zone_id) if each)


def _offered(situation: Situation, service_name: str) -> frozenset[str]:
    """Names and ids of the zones of a service; empty when the catalogue does not tell."""
    details = service_details(situation.snapshot, service_name, "Interface")
    return frozenset({*details.zones, *details.zone_ids}) if details else frozenset()


def _zones(subnets: Collection[Subnet], offered: frozenset[str]) -> list[frozenset[str]]:
    """The zones of subnets where the service is offered, in order."""
    zones = {zones_of(each) for each in subnets}
    return sorted((each for each in zones if not offered or each & offered), key=min)


def _best(situation: Situation, zone: frozenset[str], endpoints: int) -> Subnet | None:
    """The best subnet of a zone with room: private ones with workloads first."""
    snapshot = situation.snapshot
    held = {each.id for each in workload_subnets(snapshot, situation.vpc.id)}
    attached = {
        subnet_id
        for attachment in snapshot.transit_gateway_attachments.values()
        for subnet_id in attachment.subnet_ids or ()
    }
    fitting = (
        each
        for each in snapshot.subnets_of(situation.vpc.id)
        if zones_of(each) & zone and each.cidrs.v4 and _has_room(each, endpoints)
    )
    return min(
        fitting,
        key=lambda each: (
            is_public(snapshot, each.id) is not False,
            each.id in attached,
            each.id not in held,
            each.id,
        ),
        default=None,
    )


def _has_room(subnet: Subnet, endpoints: int) -> bool:
    free = subnet.free_addresses
    return free is None or free - endpoints >= RESERVED_ADDRESSES


def _no_room(situation: Situation, zone: frozenset[str]) -> str:
    told = [
        f"{each.id} has {each.free_addresses} free addresses"
        for each in situation.snapshot.subnets_of(situation.vpc.id)
        if zones_of(each) & zone and each.cidrs.v4
    ]
    listing = "; ".join(told) or "no subnet there has IPv4"
    return (
        f"no subnet in {min(zone)} has room ({listing}; {RESERVED_ADDRESSES} are kept in reserve)"
    )


def _listed(zones: Collection[str]) -> str:
    return ", ".join(sorted(zones)) or "no zone"
