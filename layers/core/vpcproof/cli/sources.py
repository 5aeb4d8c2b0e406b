"""From the options of a command to the facts it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import click

from ..facts.documents import Reading
from ..facts.folder import read_folder
from ..facts.probes import Probes
from ..facts.regions import partition_of
from ..model.facts import Fact
from ..model.resource_type import ResourceType
from ..model.snapshot import Snapshot
from ..render.findings import Source
from .options import SourceOptions

_SHOWN = 5
_FILES = ("snapshot", "template", "plan")


def read(
    options: SourceOptions,
    facts: frozenset[Fact],
    progress: Callable[[Fact], None] = lambda _: None,
    *,
    planning: bool = False,
    services: tuple[str, ...] = (),
) -> Reading:
    """Read files in full, or these facts of the live account, telling each that is done.

    Who is `planning` changes of the VPCs named gets the facts of all. Probes, where they are to be
    asked, are asked about these `services`.
    """
    now = datetime.now(UTC)
    _refuse_conflicts(options)
    if options.snapshot is not None:
        reading = read_folder(options.snapshot, now=now, region=options.region)
    elif options.template is not None:
        reading = _read_template(options, options.template, now=now)
    elif options.plan is not None:
        from ..facts.terraform.read import read_plan  # noqa: PLC0415 - seldom used

        reading = read_plan(options.plan, now=now, region=options.region)
    else:
        from .live import read_account  # noqa: PLC0415 - boto3 takes long to import

        probes = Probes(services) if options.probes else None
        reading = read_account(
            options, facts, now=now, progress=progress, planning=planning, probes=probes
        )
    if _kind(options) != "live" or reading.snapshot.has(Fact.VPCS):
        _refuse_unknown_vpcs(options.vpc, reading.snapshot)
    return reading


def describe(options: SourceOptions, snapshot: Snapshot) -> Source:
    """What was read, as documents name it."""
    return Source(
        kind=_kind(options),
        account=snapshot.account,
        region=snapshot.region,
        partition=partition_of(snapshot.region) if snapshot.region else None,
    )


def _kind(options: SourceOptions) -> str:
    return next(iter(_named(options)), "live")


def _named(options: SourceOptions) -> list[str]:
    """The sources in files that the options name; they are called as their options."""
    return [kind for kind in _FILES if getattr(options, kind) is not None]


def _refuse_conflicts(options: SourceOptions) -> None:
    """One source at a time, and no options of another one."""
    if len(named := _named(options)) > 1:
        raise click.UsageError(f"--{' and --'.join(named)} are two sources: name one")
    if options.profile and _kind(options) != "live":
        raise click.UsageError(f"--profile is for the live account, --{_kind(options)} needs none")
    if options.probes and _kind(options) != "live":
        raise click.UsageError(
            f"--probes asks functions of the live account; --{_kind(options)} says what it says"
        )
    if (options.parameters or options.parameters_file) and not options.template:
        raise click.UsageError("--parameter and --parameters-file are for a --template")


def _read_template(options: SourceOptions, template: Path, *, now: datetime) -> Reading:
    from ..facts.cloudformation.parameters import read_parameters_file  # noqa: PLC0415 - seldom used
    from ..facts.cloudformation.reader import read_template  # noqa: PLC0415 - likewise

    parameters = read_parameters_file(options.parameters_file) if options.parameters_file else {}
    parameters.update(options.parameters)
    return read_template(template, parameters=parameters, region=options.region, now=now)


def names_of(snapshot: Snapshot) -> dict[str, str]:
    """The Name tags of resources, by resource id."""
    return {
        resource.id: resource.tags["Name"]
        for resource_type in ResourceType
        for resource in snapshot.resources(resource_type).values()
        if resource.tags.get("Name")
    }


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
