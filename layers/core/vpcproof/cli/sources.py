"""From the options of a command to the facts it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import click

from ..facts.documents import Reading
from ..facts.folder import read_folder
from ..model.facts import Fact
from ..model.resource_type import ResourceType
from ..model.snapshot import Snapshot
from ..render.findings import Source
from .options import SourceOptions

_SHOWN = 5

# Regions of the standard partition have none of these prefixes; the longest prefix decides.
# https://docs.aws.amazon.com/general/latest/gr/rande.html
_PARTITIONS = {
    "cn-": "aws-cn",
    "us-gov-": "aws-us-gov",
    "us-iso-": "aws-iso",
    "us-isob-": "aws-iso-b",
    "eu-isoe-": "aws-iso-e",
    "us-isof-": "aws-iso-f",
    "eusc-": "aws-eusc",
}


def read(
    options: SourceOptions,
    facts: frozenset[Fact],
    progress: Callable[[Fact], None] = lambda _: None,
    *,
    planning: bool = False,
) -> Reading:
    """Read saved answers in full, or these facts of the live account, telling each that is done.

    Who is `planning` changes of the VPCs named gets the facts of all.
    """
    now = datetime.now(UTC)
    if options.snapshot is None:
        from .live import read_account  # noqa: PLC0415 - boto3 takes long to import

        reading = read_account(options, facts, now=now, progress=progress, planning=planning)
    else:
        if options.profile:
            raise click.UsageError("--profile is for the live account, --snapshot needs none")
        reading = read_folder(options.snapshot, now=now, region=options.region)
    if options.snapshot or reading.snapshot.has(Fact.VPCS):
        _refuse_unknown_vpcs(options.vpc, reading.snapshot)
    return reading


def describe(options: SourceOptions, snapshot: Snapshot) -> Source:
    """What was read, as documents name it."""
    return Source(
        kind="snapshot" if options.snapshot else "live",
        account=snapshot.account,
        region=snapshot.region,
        partition=partition_of(snapshot.region) if snapshot.region else None,
    )


def names_of(snapshot: Snapshot) -> dict[str, str]:
    """The Name tags of resources, by resource id."""
    return {
        resource.id: resource.tags["Name"]
        for resource_type in ResourceType
        for resource in snapshot.resources(resource_type).values()
        if resource.tags.get("Name")
    }


def partition_of(region: str) -> str:
    """The partition of a Region, told by its name."""
    return next(
        (partition for prefix, partition in _PARTITIONS.items() if region.startswith(prefix)),
        "aws",
    )


def _refuse_unknown_vpcs(wanted: Iterable[str], snapshot: Snapshot) -> None:
    unknown = [vpc_id for vpc_id in wanted if vpc_id not in snapshot.vpcs]
    if not unknown:
        return
    known = list(snapshot.vpcs)
    listing = ", ".join(known[:_SHOWN]) or "none"
    more = f" and {len(known) - _SHOWN} more" if len(known) > _SHOWN else ""
    raise click.BadParameter(
        f"no VPC {', '.join(unknown)} here; there is {listing}{more}", param_hint="'--vpc'"
    )
