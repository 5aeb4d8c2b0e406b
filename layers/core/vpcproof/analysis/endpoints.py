"""Endpoints by what they serve and by where they are in their life."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from ..model.intervals import IntervalSet
from ..model.parameters import Parameters
from ..model.ports import NO_PORTS
from ..model.snapshot import Snapshot, per_snapshot
from ..model.vpc_endpoint import VpcEndpoint
from .naming import ServiceName, parse_service_name
from .scope import vpc_region


class Life(StrEnum):
    """What the state of an endpoint means for those who rely on it.

    https://docs.aws.amazon.com/vpc/latest/privatelink/concepts.html#endpoint-states
    """

    IN_SERVICE = "in service"
    STARTING = "starting"
    GONE = "gone"
    FAILED = "failed"


def life(snapshot: Snapshot, endpoint: VpcEndpoint, parameters: Parameters) -> Life:
    """Where an endpoint is in its life when the snapshot was taken.

    `pending` is a start only for a while: a modified endpoint passes through it again, a stuck one
    stays. A state that AWS has not documented counts as failed.
    """
    if endpoint.is_available:
        return Life.IN_SERVICE
    if is_gone(endpoint):
        return Life.GONE
    if endpoint.state == "pending" and endpoint.created_at is not None:
        grace = timedelta(minutes=parameters.pending_grace_minutes)
        if snapshot.captured_at - endpoint.created_at <= grace:
            return Life.STARTING
    return Life.FAILED


def is_gone(endpoint: VpcEndpoint) -> bool:
    """Deleted endpoints stay in describe output for a while."""
    return endpoint.state in {"deleting", "deleted"}


def service_of(endpoint: VpcEndpoint) -> ServiceName | None:
    """The service an endpoint leads to; None for endpoints without a readable service name."""
    return parse_service_name(endpoint.service_name or "")


def ports_of(endpoint: VpcEndpoint) -> IntervalSet:
    """The TCP ports of the service an endpoint leads to; none where only the provider knows."""
    service = service_of(endpoint)
    return (service.ports if service else None) or NO_PORTS


def endpoints_for(
    snapshot: Snapshot, vpc_id: str, code: str, endpoint_type: str
) -> tuple[VpcEndpoint, ...]:
    """The endpoints of one type in a VPC for a service of the VPC's own Region, in any state.

    An endpoint of another Region serves that Region's names only.
    https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
    """
    return _endpoints_by_service(snapshot, vpc_id).get((code, endpoint_type), ())


@per_snapshot
def _endpoints_by_service(
    snapshot: Snapshot, vpc_id: str
) -> dict[tuple[str, str], tuple[VpcEndpoint, ...]]:
    found: dict[tuple[str, str], list[VpcEndpoint]] = {}
    for endpoint in snapshot.endpoints_of(vpc_id):
        service = service_of(endpoint)
        if service is None or service.is_private:
            continue
        if serves_region_of_vpc(snapshot, endpoint, service):
            found.setdefault((service.code, endpoint.type), []).append(endpoint)
    return {served: tuple(endpoints) for served, endpoints in found.items()}


def standing_endpoints(
    snapshot: Snapshot, vpc_id: str, code: str, endpoint_type: str
) -> tuple[VpcEndpoint, ...]:
    """Those of `endpoints_for` that are not gone, whether they work or not."""
    found = endpoints_for(snapshot, vpc_id, code, endpoint_type)
    return tuple(endpoint for endpoint in found if not is_gone(endpoint))


def serves_region_of_vpc(snapshot: Snapshot, endpoint: VpcEndpoint, service: ServiceName) -> bool:
    """Whether the service is that of the VPC's own Region, or a global one."""
    region = vpc_region(snapshot, endpoint.vpc_id)
    served = endpoint.service_region or service.region
    return region is None or served is None or served == region
