"""`vpcproof paths`: how every subnet reaches every service, or all that blocks it."""

from __future__ import annotations

import click

from ..analysis.path import Path
from ..analysis.paths import all_paths
from ..model.facts import Fact
from ..render.html.document import render_paths_html
from ..render.network import Network
from ..render.paths_json import render_paths_json
from ..render.paths_text import render_paths_text
from .configuration import config_option, parameters_in_force
from .drawn import facts_of_paths, required_of
from .options import (
    SourceOptions,
    output_options_of,
    parameter_option,
    probes_option,
    service_codes,
    source_options,
)
from .output import OutputOptions
from .sources import describe, names_of, read
from .status import ExitStatus

_EPILOG = """\b
Exit status:
  0  every path is known: reached or blocked
  2  the command or its input is wrong
  3  what decides some path could not be read
"""


@click.command(epilog=_EPILOG)
@source_options
@config_option
@probes_option
@click.option(
    "--service",
    "services",
    type=service_codes,
    multiple=True,
    metavar="NAME",
    help="Only this service, or set of services. May be repeated.",
)
@parameter_option
@output_options_of("text", "json", "html")
def paths(
    *,
    source: SourceOptions,
    services: tuple[tuple[str, ...], ...],
    assignments: tuple[tuple[str, str], ...],
    output: OutputOptions,
) -> ExitStatus:
    """Follow the traffic of every subnet to every service.

    Shown are the class of the path and every setting that blocks it, all at once. Without
    --service: the SSM set, s3, dynamodb, logs, monitoring, ecr.api, ecr.dkr, every service that has
    an endpoint in the VPC and every one required.
    """
    parameters = parameters_in_force(assignments)
    wanted = tuple(dict.fromkeys(code for codes in services for code in codes))
    facts = facts_of_paths() | {Fact.PROBE_RESULTS}
    with output.progress("Reading what paths are made of ...") as progress:
        reading = read(source, facts, progress, services=wanted)
    snapshot = reading.snapshot
    found = all_paths(snapshot, parameters, services=wanted, vpc_ids=frozenset(source.vpc))
    if output.format == "json":
        output.write(render_paths_json(found, snapshot))
    elif output.format == "html":
        network = Network(
            snapshot=snapshot, paths=found, required=required_of(snapshot, parameters)
        )
        output.write(render_paths_html(network, names_of(snapshot), describe(source, snapshot)))
    else:
        output.write(
            render_paths_text(
                found, snapshot, names_of(snapshot), output.layout, verbose=output.verbose
            )
        )
    return _status_of(found)


def _status_of(found: tuple[Path, ...]) -> ExitStatus:
    unknown = not found or any(path.reachable is None for path in found)
    return ExitStatus.UNDETERMINED if unknown else ExitStatus.CLEAN
