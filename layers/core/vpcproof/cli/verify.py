"""`vpcproof verify`: the three steps by which an operator makes sure of a VPC."""

from __future__ import annotations

from dataclasses import replace

import click

from ..analysis.probing import probe_targets
from ..model.facts import Fact
from ..model.parameters import Parameters
from ..model.snapshot import Snapshot
from ..render.verification_json import render_verification_json
from ..render.verification_text import render_verification_text
from ..rules.registry import find_rule
from ..verification.names import local_step, names_step
from ..verification.settings import (
    RULES,
    endpoints_step,
    security_groups_step,
    services_to_verify,
)
from ..verification.step import Outcome, Step, outcome_of
from .configuration import config_option, parameters_in_force
from .drawn import facts_of_paths
from .options import (
    SourceOptions,
    output_options_of,
    parameter_option,
    service_codes,
    source_options,
)
from .output import OutputOptions
from .sources import describe, names_of, read
from .status import ExitStatus

_EPILOG = """\b
Exit status:
  0  every check passed
  1  a check failed
  2  the command or its input is wrong
  3  a check could not be decided, or none was made
"""
_STATUS = {
    Outcome.PASSED: ExitStatus.CLEAN,
    Outcome.FAILED: ExitStatus.FINDINGS,
    Outcome.UNKNOWN: ExitStatus.UNDETERMINED,
}


@click.command(epilog=_EPILOG)
@click.argument("vpc_id", metavar="VPC")
@source_options
@config_option
@click.option(
    "--service",
    "services",
    type=service_codes,
    multiple=True,
    metavar="NAME",
    help="Only this service, or set of services. May be repeated.",
)
@parameter_option
@output_options_of("text", "json")
def verify(
    *,
    vpc_id: str,
    source: SourceOptions,
    services: tuple[tuple[str, ...], ...],
    assignments: tuple[tuple[str, str], ...],
    output: OutputOptions,
) -> ExitStatus:
    """Go through endpoints, security group rules and DNS of VPC, one step after the other.

    The probes in the VPC are asked to resolve the names and to open TLS. Where there are none that
    is tried from here, which proves something only within the VPC. Without --service: the services
    that the VPC needs.
    """
    if source.vpc:
        raise click.UsageError("the VPC is named by the argument, so --vpc is not for `verify`")
    parameters = parameters_in_force(assignments)
    named = tuple(dict.fromkeys(code for codes in services for code in codes))
    is_live = not (source.snapshot or source.template or source.plan)
    source = replace(source, vpc=(vpc_id,), probes=is_live)
    with output.progress("Reading the VPC and asking its probes ...") as progress:
        reading = read(source, _facts(), progress, services=named)
    snapshot = reading.snapshot
    steps = _steps(snapshot, vpc_id, named, parameters, is_live=is_live)
    if output.format == "json":
        output.write(render_verification_json(vpc_id, steps, describe(source, snapshot)))
    else:
        name = names_of(snapshot).get(vpc_id, "")
        output.write(render_verification_text(vpc_id, name, steps, output.layout))
    return _STATUS[outcome_of(steps)]


def _facts() -> frozenset[Fact]:
    """What paths, probes and the rules behind the steps need."""
    probes = {Fact.PROBE_RESULTS}
    return facts_of_paths().union(probes, *(find_rule(each).collected for each in RULES))


def _steps(
    snapshot: Snapshot,
    vpc_id: str,
    named: tuple[str, ...],
    parameters: Parameters,
    *,
    is_live: bool,
) -> tuple[Step, ...]:
    services = services_to_verify(snapshot, vpc_id, parameters, named)
    names = names_step(snapshot, vpc_id, services, parameters)
    if is_live and not names.checks and vpc_id in snapshot.vpcs:
        names = _tried_from_here(snapshot, vpc_id, services) or names
    return (
        endpoints_step(snapshot, vpc_id, services, parameters),
        security_groups_step(snapshot, vpc_id, services, parameters),
        names,
    )


def _tried_from_here(snapshot: Snapshot, vpc_id: str, services: tuple[str, ...]) -> Step | None:
    """Step 3 from this host; None where the facts do not say what to expect."""
    from .here import seen_from_here  # noqa: PLC0415 - asyncio and TLS are seldom needed

    targets = probe_targets(snapshot, vpc_id, services)
    if not targets:
        return None
    seen = seen_from_here(targets)
    return local_step(
        snapshot,
        vpc_id,
        seen.results,
        own_addresses=seen.own_addresses,
        is_inside=seen.is_inside(snapshot.vpcs[vpc_id]),
    )
