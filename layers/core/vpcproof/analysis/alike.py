"""One verdict for a subnet and all endpoints that stand alike.

Most endpoints of a VPC stand in the same subnets behind the same security groups, and differ in
their addresses alone. So each kind is asked about once, as an endpoint of which no address is known
but the subnets: what is certain then, either way, holds whatever the addresses are. Only where
nothing is, an endpoint is asked about by itself.
"""

from __future__ import annotations

from ..model.addresses import NO_ADDRESSES
from ..model.parameters import Parameters
from ..model.snapshot import Snapshot, per_snapshot
from ..model.vpc import Subnet
from ..model.vpc_endpoint import VpcEndpoint
from .clients import Crowd
from .endpoint_path import (
    Landing,
    Standing,
    blocks_inside,
    blocks_of_endpoint,
    endpoint_crowd,
    endpoint_ports,
    standing,
)
from .path import arrives


def reaches(
    snapshot: Snapshot, subnet: Subnet, endpoint: VpcEndpoint, parameters: Parameters
) -> bool | None:
    """Whether the workloads of a subnet reach an endpoint of their VPC: True, False, not known."""
    sound = _is_sound(snapshot, endpoint.id)
    if sound is False:
        return False
    crowd = endpoint_crowd(snapshot, subnet, endpoint, parameters)
    way = _is_open(snapshot, crowd, kind_of(snapshot, endpoint.id), parameters)
    if way is None:
        way = _is_open(snapshot, crowd, standing(snapshot, endpoint.id), parameters)
    return None if way and sound is None else way


@per_snapshot
def _is_sound(snapshot: Snapshot, endpoint_id: str) -> bool | None:
    return arrives(blocks_of_endpoint(snapshot, snapshot.vpc_endpoints[endpoint_id]))


@per_snapshot
def _is_open(
    snapshot: Snapshot, crowd: Crowd, there: Standing, parameters: Parameters
) -> bool | None:
    return arrives(blocks_inside(snapshot, crowd, there, parameters))


@per_snapshot
def kind_of(snapshot: Snapshot, endpoint_id: str) -> Standing:
    """What stands for all endpoints like this one; one with an address of no subnet for itself."""
    there = standing(snapshot, endpoint_id)
    somewhere = tuple(_somewhere(snapshot, each) for each in there.landings)
    pairs = zip(there.landings, somewhere, strict=True)
    if not all(landing.addresses <= wider.addresses for landing, wider in pairs):
        return there
    alike = (somewhere, there.endpoint.group_ids, endpoint_ports(there.endpoint))
    kinds = _kinds(snapshot)
    if alike not in kinds:
        known = any(landing.exact for landing in there.landings)
        kinds[alike] = Standing.of(there.endpoint, somewhere) if known else there
    return kinds[alike]


def _somewhere(snapshot: Snapshot, landing: Landing) -> Landing:
    """A landing as if its interface had not been read: any address of the families in use."""
    subnet = snapshot.subnets.get(landing.subnet_id)
    v4, v6 = bool(landing.addresses.v4), bool(landing.addresses.v6)
    held = subnet.cidrs.only(v4=v4, v6=v6) if subnet is not None else NO_ADDRESSES
    return Landing(landing.subnet_id, held, exact=False)


@per_snapshot
def _kinds(_snapshot: Snapshot) -> dict[tuple[object, ...], Standing]:
    """Those met so far: the first endpoint of a kind stands for it."""
    return {}
