"""Options that several commands share, and types that say what is wrong with a value."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from ..errors import UnknownRuleError
from ..model.parameters import parse_parameters
from ..model.verdict import Severity
from ..rules.registry import Rule, find_rule
from .output import OutputOptions

_Command = Callable[..., object]
_Decorator = Callable[[_Command], _Command]
_REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOptions:
    """Where facts are to come from: saved answers, a template, a plan, or the live account."""

    snapshot: Path | None = None
    template: Path | None = None
    plan: Path | None = None
    parameters: tuple[tuple[str, str], ...] = ()
    parameters_file: Path | None = None
    region: str | None
    profile: str | None
    vpc: tuple[str, ...]
    probes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GateOptions:
    """Which findings make the exit status 1."""

    fail_on: str
    baseline: Path | None


def rule_named(name: str) -> Rule:
    """The rule that an option names."""
    try:
        return find_rule(name)
    except UnknownRuleError as error:
        raise click.BadParameter(str(error)) from error


def service_codes(name: str) -> tuple[str, ...]:
    """The codes behind a service code such as `ecr.api`, or behind a set such as `ssm`."""
    return parse_parameters({"services": name}).services


def region_name(name: str) -> str:
    """A Region, checked by its shape: AWS adds Regions faster than lists of them are updated."""
    if not _REGION.fullmatch(name):
        raise click.BadParameter(f"{name!r} is no Region; their names are like eu-west-1")
    return name


def assignment(text: str) -> tuple[str, str]:
    """The two sides of PARAM=VALUE; whether they are allowed is for the parameters to say."""
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise click.BadParameter(f"{text!r} must be of the form PARAM=VALUE")
    return name.strip(), value


def gathered(name: str, into: type[Any], *options: _Decorator) -> _Decorator:
    """A decorator: these options reach the command as one object, its argument `name`."""

    def decorate(command: _Command) -> _Command:
        @wraps(command)
        def invoked(**given: object) -> object:
            taken = {each.name: given.pop(each.name) for each in fields(into) if each.name in given}
            return command(**{name: into(**taken)}, **given)

        decorated: _Command = invoked
        for option in reversed(options):
            decorated = option(decorated)
        return decorated

    return decorate


def _of_what_runs(context: click.Context, option: click.Parameter, given: str | None) -> str | None:
    """A configuration file speaks of the live account: saved answers know their own place."""
    of_file = context.get_parameter_source(option.name or "") is ParameterSource.DEFAULT_MAP
    others = ("snapshot",) if option.name == "region" else ("snapshot", "template", "plan")
    return None if of_file and any(context.params.get(each) for each in others) else given


_ACCOUNT = (
    click.option("--vpc", multiple=True, metavar="ID", help="Only this VPC. May be repeated."),
    click.option(
        "--region",
        type=region_name,
        callback=_of_what_runs,
        metavar="NAME",
        help="The Region, instead of the configured one.",
    ),
    click.option(
        "--profile",
        callback=_of_what_runs,
        metavar="NAME",
        help="The AWS profile, instead of the configured one.",
    ),
)

# For commands that read what probes saw; below or above `source_options`, which takes it up.
probes_option = click.option(
    "--probes",
    is_flag=True,
    help="Ask the probe functions in the VPCs, too, found by the tag vpcproof:probe.",
)

_QUIET = click.option("-q", "--quiet", is_flag=True, help="No progress and no notes on stderr.")

account_options = gathered("source", SourceOptions, *_ACCOUNT)

source_options = gathered(
    "source",
    SourceOptions,
    click.option(
        "--snapshot",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="Judge a folder or zip of saved answers instead of the live account.",
    ),
    click.option(
        "--template",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Judge the network that a CloudFormation or SAM template would build.",
    ),
    click.option(
        "--parameter",
        "parameters",
        type=assignment,
        multiple=True,
        metavar="PARAM=VALUE",
        help="A parameter of the template. May be repeated, and goes before the file.",
    ),
    click.option(
        "--parameters-file",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        help="Parameters of the template, as a list with ParameterKey or as an object.",
    ),
    click.option(
        "--plan",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Judge what a Terraform plan will leave, as `terraform show -json` prints it.",
    ),
    *_ACCOUNT,
)


def output_options_of(*formats: str) -> _Decorator:
    """The options on what to print and where, for a command that knows these formats."""
    return gathered(
        "output",
        OutputOptions,
        click.option(
            "--format",
            "format",
            type=click.Choice(formats),
            default=formats[0],
            show_default=True,
            help="What to print.",
        ),
        click.option(
            "-o",
            "--output",
            "file",
            type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
            metavar="FILE",
            help="Write there instead of to stdout.",
        ),
        click.option("-v", "--verbose", is_flag=True, help="Show everything, nothing shortened."),
        _QUIET,
    )


gate_options = gathered(
    "gate",
    GateOptions,
    click.option(
        "--fail-on",
        type=click.Choice([severity.value for severity in Severity], case_sensitive=False),
        default=Severity.LOW.value,
        show_default=True,
        help="The least severity of a finding that makes the exit status 1.",
    ),
    click.option(
        "--baseline",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        help="Compare with what `check --format json` wrote before: only what is new makes the "
        "exit status 1.",
    ),
)

quiet_option = gathered("output", OutputOptions, _QUIET)

parameter_option = click.option(
    "--set",
    "assignments",
    type=assignment,
    multiple=True,
    metavar="PARAM=VALUE",
    help="A parameter of the rules, such as services=ssm,logs. May be repeated; "
    "`vpcproof rules NAME` explains those of a rule.",
)
