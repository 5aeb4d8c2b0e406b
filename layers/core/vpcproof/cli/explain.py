"""`vpcproof explain`: one verdict with all the facts behind it."""

from __future__ import annotations

import sys
from dataclasses import fields
from typing import Any

import click

from ..engine import Evaluation, evaluate_resource
from ..model.facts import Fact
from ..model.snapshot import Resource, Snapshot
from ..model.verdict import Compliance
from ..render.explanation import Explanation, render_explanation
from ..rules.registry import Rule
from .configuration import config_option, configured, parameters_in_force
from .documentation import sections
from .options import SourceOptions, parameter_option, probes_option, rule_named, source_options
from .output import layout_of, write_stdout
from .sources import names_of, read
from .status import ExitStatus

_EPILOG = """\b
Exit status:
  0  the resource complies, or the rule does not apply to it
  1  it does not comply
  2  the command or its input is wrong; no such resource
  3  it could not be determined
"""
_SHOWN = 5
_STATUS = {
    Compliance.NON_COMPLIANT: ExitStatus.FINDINGS,
    Compliance.UNDETERMINED: ExitStatus.UNDETERMINED,
}


@click.command(epilog=_EPILOG)
@click.argument("rule", type=rule_named, metavar="RULE")
@click.argument("resource_id", metavar="RESOURCE")
@source_options
@config_option
@probes_option
@parameter_option
def explain(
    *,
    rule: Rule,
    resource_id: str,
    source: SourceOptions,
    assignments: tuple[tuple[str, str], ...],
) -> ExitStatus:
    """Judge RESOURCE by RULE and show the deciding fact, all others, and what was not read."""
    parameters = parameters_in_force(assignments)
    reading = read(source, rule.collected)
    resource = _find(rule, resource_id, reading.snapshot)
    evaluation = evaluate_resource(
        reading.snapshot, rule, resource, parameters, exemptions=configured().exemptions
    )
    layout = layout_of(sys.stdout)
    explanation = Explanation(
        evaluation=evaluation,
        rule=rule,
        name=names_of(reading.snapshot).get(resource_id, ""),
        resource=_described(resource),
        fix=sections(rule).get("How to fix", ()),
        gaps=_gaps(rule, evaluation, reading.snapshot),
    )
    write_stdout(render_explanation(explanation, layout), colour=layout.colour)
    return _STATUS.get(evaluation.compliance, ExitStatus.CLEAN)


def _find(rule: Rule, resource_id: str, snapshot: Snapshot) -> Resource:
    known = snapshot.resources(rule.resource_type)
    if resource_id in known:
        found: Resource = known[resource_id]
        return found
    listing = ", ".join(list(known)[:_SHOWN]) or "none"
    raise click.BadParameter(
        f"no {rule.resource_type} {resource_id} here; there is {listing}",
        param_hint="'RESOURCE'",
    )


def _described(resource: Any) -> tuple[tuple[str, str], ...]:  # noqa: ANN401 - any of the model
    """The resource's own facts that a person would look at, those that are empty left out."""
    shown = []
    for field in fields(resource):
        value = getattr(resource, field.name)
        if field.name in {"id", "tags", "policy_document"} or value in (None, (), ""):
            continue
        if isinstance(value, tuple):
            value = ", ".join(map(str, value))
        shown.append((field.name.replace("_", " "), str(value)))
    return tuple(shown)


def _gaps(rule: Rule, evaluation: Evaluation, snapshot: Snapshot) -> tuple[tuple[str, str], ...]:
    return tuple(
        (fact.key, gap.reason)
        for fact in Fact
        if fact in rule.facts and (gap := snapshot.gap(fact, evaluation.vpc_id))
    )
