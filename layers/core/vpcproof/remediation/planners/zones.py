"""Zones with workloads in which an endpoint does not stand: an interface added in each."""

from __future__ import annotations

from collections.abc import Iterator

from ..operations.vpc_endpoint import modify_endpoint
from ..placement import place, zones_of
from ..repair import Concern, Obstacle, Phase, Proposal, Repair
from ..situation import Situation, hands_off

_RULE = "vpc-endpoint-spans-workload-zones"


def add_zones(situation: Situation) -> Iterator[Proposal]:
    """One subnet in each zone that an endpoint lacks."""
    broken = situation.broken(_RULE)
    for endpoint in situation.endpoints:
        if endpoint.id not in broken:
            continue
        about = Concern(frozenset({_RULE}), frozenset({endpoint.id}))
        if reason := hands_off(endpoint):
            yield Obstacle(about=about, reason=reason)
            continue
        subnets = situation.snapshot.subnets
        homes = [subnets[each] for each in endpoint.subnet_ids if each in subnets]
        taken = frozenset(name for home in homes for name in zones_of(home))
        placement = place(
            situation, endpoint.service_name or "", taken=taken, endpoints=len(broken)
        )
        for problem in placement.problems:
            yield Obstacle(about=about, reason=problem)
        if placement.subnet_ids:
            call = modify_endpoint(endpoint.id, AddSubnetIds=list(placement.subnet_ids))
            yield Repair(about=about, phase=Phase.ZONES, calls=(call,))
