"""A path as a list of hops: what traffic meets in order, and what stops it there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from ...analysis.path import Block, Packet, Path, PathClass
from ...model.verdict import Evidence


class Stage(StrEnum):
    """The places where traffic can be stopped, in the order in which it meets them."""

    NAME = "Name"
    WORKLOADS = "Workloads"
    EGRESS = "Security groups of the workloads"
    ROUTE = "Route table"
    ACL = "Network ACLs"
    WAY = "On the way"
    INGRESS = "Security groups of the endpoint"
    ENDPOINT = "Endpoint"


_STAGE_OF_FACT = {
    "vpc": Stage.NAME,
    "hosted_zone": Stage.NAME,
    "resolver_rule": Stage.NAME,
    "profile_association": Stage.NAME,
    "dhcp_options": Stage.NAME,
    "network_interface": Stage.WORKLOADS,
    "subnet": Stage.WORKLOADS,
    "route_table": Stage.ROUTE,
    "prefix_list": Stage.ROUTE,
    "network_acl": Stage.ACL,
    "vpc_endpoint": Stage.ENDPOINT,
}
# The evidence of a path names an endpoint for its name, and a subnet for an endpoint in it.
_STAGE_OF_EVIDENCE = {
    **_STAGE_OF_FACT,
    "vpc_endpoint": Stage.NAME,
    "subnet": Stage.ENDPOINT,
    "security_group": Stage.INGRESS,
}
_NOTHING_STOPS = "nothing here stops it"


@dataclass(frozen=True, slots=True)
class Note:
    """One setting or fact of a hop; `packet` is the counterexample where there is one."""

    id: str
    detail: str
    packet: Packet | None = None


@dataclass(frozen=True, slots=True)
class Hop:
    """One place: passed (True), closed (False), or not known (None)."""

    stage: Stage
    passed: bool | None
    notes: tuple[Note, ...]


def hops(path: Path) -> Iterator[Hop]:
    """The hops of which something is known; where something stops traffic, only that is said.

    That nothing stops it is claimed of proven paths alone: others are not followed to their end.
    """
    blocks: dict[Stage, list[Block]] = {}
    for block in path.blocks:
        blocks.setdefault(_stage_of(block), []).append(block)
    facts: dict[Stage, list[Evidence]] = {}
    for fact in path.proof:
        facts.setdefault(_STAGE_OF_EVIDENCE.get(fact.fact, Stage.WAY), []).append(fact)
    silent = _checked(path.path_class) if path.reachable else frozenset()
    for stage in Stage:
        if stage in blocks:
            closed = any(each.certain for each in blocks[stage])
            notes = tuple(Note(each.id, each.detail, each.packet) for each in blocks[stage])
            yield Hop(stage, False if closed else None, notes)
        elif stage in facts:
            yield Hop(stage, True, tuple(Note(each.id, each.detail) for each in facts[stage]))
        elif stage in silent:
            yield Hop(stage, True, (Note("", _NOTHING_STOPS),))


def _stage_of(block: Block) -> Stage:
    """Where a setting acts; groups at both ends are told apart by the packet they stop."""
    if block.fact == "security_group":
        leaves = block.packet is not None and block.packet.destination is not None
        return Stage.EGRESS if leaves else Stage.INGRESS
    return _STAGE_OF_FACT.get(block.fact, Stage.WAY)


def _checked(path_class: PathClass) -> frozenset[Stage]:
    """The places that a class of path has passed once it is proven, besides those with evidence."""
    both = {Stage.EGRESS, Stage.ACL}
    between = {Stage.WAY, Stage.INGRESS} if path_class is PathClass.CENTRAL_ENDPOINT else set()
    return frozenset(both | between)
