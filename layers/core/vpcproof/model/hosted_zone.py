"""Private hosted zones as seen from the VPCs they are associated with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class HostedZone:
    """A private hosted zone associated with a VPC; names carry no trailing dot.

    `owning_service` is set for zones that AWS keeps for its own services.
    `record_names` is None when the records were not read: only the zone's account may.
    `alias_targets` are the names that records of the zone lead to.
    https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHostedZonesByVPC.html
    """

    id: str
    name: str
    vpc_id: str
    owning_account: str | None = None
    owning_service: str | None = None
    record_names: tuple[str, ...] | None = None
    alias_targets: tuple[str, ...] = ()
