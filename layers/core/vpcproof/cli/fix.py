"""`vpcproof fix`: the repairs that can be proven, printed, or made and taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import click

from ..aws.repair.order import Order
from ..model.snapshot import Snapshot
from ..remediation.plan import Mandate, Plan
from ..remediation.planner import FACTS, plan_vpc
from ..render.plan_aws_cli import render_plan_aws_cli
from ..render.plan_cloudformation import render_plan_cloudformation
from ..render.plan_json import render_plans_json
from ..render.plan_terraform import render_plan_terraform
from ..render.plan_text import render_plans_text
from ..rules.registry import Rule
from .applying import ApplyOptions, apply_options, apply_plans, undo_run
from .configuration import config_option, configured, parameters_in_force
from .options import (
    SourceOptions,
    parameter_option,
    quiet_option,
    rule_named,
    source_options,
)
from .output import OutputOptions
from .sources import names_of, read
from .status import ExitStatus

_EPILOG = """\b
Exit status:
  0  nothing to repair, or every finding has a repair in the plan,
     and with --apply was repaired
  1  findings without a safe repair remain, or a repair failed
  2  the command or its input is wrong
  3  something could not be determined (findings outrank it),
     or the repair was not begun
"""

# Forms that are run or applied as a whole, so they hold the changes of one VPC.
_OF_ONE_VPC: Mapping[str, Callable[[Plan], str]] = {
    "aws-cli": render_plan_aws_cli,
    "cloudformation": render_plan_cloudformation,
    "terraform": render_plan_terraform,
}


def dollars(text: str) -> Decimal:
    """An amount of money that is not negative."""
    try:
        amount = Decimal(text)
    except InvalidOperation as error:
        raise click.BadParameter(f"{text!r} is no amount; one is like 43.80") from error
    if not amount.is_finite() or amount < 0:
        raise click.BadParameter(f"{text!r} must be zero or more")
    return amount


@click.command(epilog=_EPILOG)
@source_options
@config_option
@click.option(
    "--rule",
    "only",
    type=rule_named,
    multiple=True,
    metavar="NAME",
    help="Repair only what this rule finds. May be repeated.",
)
@parameter_option
@click.option(
    "--allow-dns-change",
    is_flag=True,
    help="DNS attributes of a VPC may be turned on (allowDnsChange).",
)
@click.option(
    "--narrow",
    type=rule_named,
    multiple=True,
    metavar="RULE",
    help="Access may be taken away for the sake of this rule. May be repeated.",
)
@click.option(
    "--remove-duplicates",
    is_flag=True,
    help="Second endpoints for a service may be deleted (removeDuplicates).",
)
@click.option(
    "--max-changes",
    type=click.IntRange(min=0),
    metavar="N",
    help="No more changes than this in a VPC.",
)
@click.option(
    "--max-monthly-cost",
    type=dollars,
    metavar="USD",
    help="No more added to a VPC's monthly bill than this.",
)
@click.option(
    "--format",
    "format",
    type=click.Choice(["text", "json", *_OF_ONE_VPC]),
    default="text",
    show_default=True,
    help="What to print; all but text and json are for one VPC.",
)
@click.option(
    "-o",
    "--output",
    "file",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    metavar="FILE",
    help="Write there instead of to stdout.",
)
@click.option("-v", "--verbose", is_flag=True, help="Show everything, nothing shortened.")
@apply_options
@quiet_option
def fix(
    *,
    source: SourceOptions,
    only: tuple[Rule, ...],
    assignments: tuple[tuple[str, str], ...],
    narrow: tuple[Rule, ...],
    applying: ApplyOptions,
    output: OutputOptions,
    **allowed: Any,  # noqa: ANN401 - click's values for the fields of Mandate
) -> ExitStatus:
    """Plan the repair of each VPC, and prove it before it is shown.

    A plan is played through on the facts: what it repairs becomes compliant, nothing gets worse
    anywhere, no path that works is lost on the way, and undoing it restores every fact. What cannot
    be proven is not offered; why is said. Nothing is changed without --apply or --undo.
    """
    if source.template is not None:
        raise click.UsageError(
            "a template is repaired where it is written: `vpcproof check --template` says what to "
            "change in which line, `vpcproof explain` why"
        )
    if source.plan is not None:
        raise click.UsageError(
            "repairs are made in what exists, and a plan is not applied yet: change its "
            "configuration (`vpcproof explain RULE RESOURCE --plan FILE` says what to), plan again"
        )
    applying.refuse_contradictions(source, output)
    if applying.undo:
        return undo_run(applying, source, output)
    parameters = parameters_in_force(assignments)
    mandate = Mandate(narrow=frozenset(rule.name for rule in narrow), **allowed)
    with output.progress("Reading what repairs rest on ...") as progress:
        snapshot = read(source, FACTS, progress, planning=True).snapshot
    orders = [
        Order(
            vpc_id=vpc_id,
            rules=tuple(rule.name for rule in only),
            parameters=parameters,
            mandate=mandate,
            exemptions=configured().exemptions,
        )
        for vpc_id in source.vpc or snapshot.vpcs
    ]
    plans = [
        plan_vpc(
            snapshot,
            each.vpc_id,
            each.parameters,
            mandate=each.mandate,
            rules=each.rules,
            exemptions=each.exemptions,
        )
        for each in orders
    ]
    output.write(_document(plans, snapshot, output))
    if output.format in _OF_ONE_VPC:
        _tell_what_is_left(plans, output)
    if applying.apply:
        apply_plans(list(zip(orders, plans, strict=True)), applying, source, output)
    return _status_of(plans)


def _document(plans: Sequence[Plan], snapshot: Snapshot, output: OutputOptions) -> str:
    if output.format == "json":
        return render_plans_json(plans)
    if output.format == "text":
        return render_plans_text(plans, names_of(snapshot), output.layout, verbose=output.verbose)
    return _OF_ONE_VPC[output.format](_the_one(plans, output.format))


def _the_one(plans: Sequence[Plan], form: str) -> Plan:
    """The plan to print in a form that holds one."""
    changing = [plan for plan in plans if plan.changes] or list(plans[:1])
    if len(changing) == 1:
        return changing[0]
    listing = ", ".join(plan.vpc_id for plan in changing) or "none"
    raise click.UsageError(f"--format {form} is for one VPC, there is {listing}: name one by --vpc")


def _tell_what_is_left(plans: Sequence[Plan], output: OutputOptions) -> None:
    left = sum(len(plan.problems) for plan in plans)
    if left:
        output.note(f"{left} findings are not repaired by this (--format text says why)")


def _status_of(plans: Sequence[Plan]) -> ExitStatus:
    if any(plan.unrepaired for plan in plans):
        return ExitStatus.FINDINGS
    if not plans or any(plan.undetermined for plan in plans):
        return ExitStatus.UNDETERMINED
    return ExitStatus.CLEAN
