"""Second endpoints for one service: removed, where that was asked for."""

from __future__ import annotations

from collections.abc import Iterator

from ...analysis.endpoints import service_of
from ...model.vpc_endpoint import VpcEndpoint
from ..operations.vpc_endpoint import delete_endpoint
from ..repair import Concern, Obstacle, Phase, Proposal, Repair
from ..situation import Situation, hands_off

_RULE = "vpc-endpoints-not-duplicated"
_ABOUT = Concern(frozenset({_RULE}))


def remove_duplicates(situation: Situation) -> Iterator[Proposal]:
    """All but the endpoint that names lead to, or but the first where they lead to none.

    Clients that use an endpoint's own names cannot be seen in the facts.
    """
    if not situation.broken(_RULE):
        return
    if not situation.mandate.remove_duplicates:
        yield Obstacle(about=_ABOUT, reason="deleting was not asked for (removeDuplicates)")
        return
    for twins in _twins(situation):
        keeper = min(twins, key=lambda each: (not _is_named(situation, each), each.id))
        for endpoint in twins:
            if endpoint.id == keeper.id:
                continue
            reason = hands_off(endpoint) or _name_of(situation, endpoint)
            if reason:
                yield Obstacle(about=_ABOUT, reason=reason)
            else:
                call = delete_endpoint(endpoint.id)
                yield Repair(about=_ABOUT, phase=Phase.REMOVE, calls=(call,))


def _twins(situation: Situation) -> list[list[VpcEndpoint]]:
    by_service: dict[tuple[str, str | None], list[VpcEndpoint]] = {}
    for endpoint in situation.endpoints:
        service = service_of(endpoint)
        alive = endpoint.state not in {"deleting", "deleted"}
        if endpoint.is_interface and alive and service is not None and not service.is_private:
            key = (service.code, endpoint.service_region or service.region)
            by_service.setdefault(key, []).append(endpoint)
    return [twins for twins in by_service.values() if len(twins) > 1]


def _name_of(situation: Situation, endpoint: VpcEndpoint) -> str | None:
    return f"names lead to {endpoint.id}" if _is_named(situation, endpoint) else None


def _is_named(situation: Situation, endpoint: VpcEndpoint) -> bool:
    """Whether private DNS or a private hosted zone, of any VPC, leads to it."""
    if endpoint.private_dns_enabled:
        return True
    if any(endpoint.id in (p.endpoint_ids or ()) for p in situation.snapshot.profile_associations):
        return True
    return any(
        target.removeprefix("*.").startswith(f"{endpoint.id}-")
        for zone in situation.snapshot.hosted_zones
        for target in zone.alias_targets
    )
