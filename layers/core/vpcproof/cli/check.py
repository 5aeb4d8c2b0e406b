"""`vpcproof check`: judge VPCs and print what was found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import click

from ..engine import Report, evaluate
from ..facts.documents import Note
from ..model.facts import Fact, Gap
from ..model.parameters import parse_parameters
from ..model.verdict import Compliance, Severity
from ..render.findings import Findings
from ..render.json_document import render_json
from ..render.text import render_text
from ..rules.registry import LISTED_BY, Rule, all_rules
from .documentation import advice
from .options import SourceOptions, assignment, output_options, rule_named, source_options
from .output import OutputOptions
from .sources import describe, names_of, read
from .status import STATUS_TABLE, ExitStatus


@click.command(epilog=STATUS_TABLE)
@source_options
@click.option(
    "--rule",
    "only",
    type=rule_named,
    multiple=True,
    metavar="NAME",
    help="Only this rule. May be repeated; `vpcproof rules` lists all.",
)
@click.option(
    "--skip",
    type=rule_named,
    multiple=True,
    metavar="NAME",
    help="All rules but this one. May be repeated.",
)
@click.option(
    "--set",
    "assignments",
    type=assignment,
    multiple=True,
    metavar="PARAM=VALUE",
    help="A parameter of the rules, such as services=ssm,logs. May be repeated; "
    "`vpcproof rules NAME` explains those of a rule.",
)
@click.option(
    "--fail-on",
    type=click.Choice([severity.value for severity in Severity], case_sensitive=False),
    default=Severity.LOW.value,
    show_default=True,
    help="The least severity of a finding that makes the exit status 1.",
)
@output_options
def check(
    *,
    source: SourceOptions,
    only: tuple[Rule, ...],
    skip: tuple[Rule, ...],
    assignments: tuple[tuple[str, str], ...],
    fail_on: str,
    output: OutputOptions,
) -> ExitStatus:
    """Judge the VPCs of the live account and Region, or of saved answers.

    Without options the credentials and the Region are those that the AWS CLI would use.
    """
    rules = _selected(only, skip)
    parameters = parse_parameters(dict(assignments))
    facts = frozenset(fact for rule in rules for fact in rule.collected)
    with output.progress("Reading what the rules need ...") as progress:
        reading = read(source, facts, progress)
    report = evaluate(reading.snapshot, rules, parameters, vpc_ids=source.vpc)
    report = replace(report, gaps=_gaps_about(report.gaps, facts, source.vpc))
    findings = Findings(
        report=report,
        source=describe(source, reading.snapshot),
        names=names_of(reading.snapshot),
        advice={rule.name: advice(rule) for rule in rules},
        unjudged=_unjudged(rules, report),
    )
    named = {rule.name for rule in only}
    missed = [name for name in findings.unjudged if name in named]
    if output.format == "json":
        output.write(render_json(findings))
    else:
        output.write(render_text(findings, output.layout, verbose=output.verbose))
    _tell(findings, missed, reading.notes, output)
    return _status_of(report, missed, Severity(fail_on))


def _unjudged(rules: Iterable[Rule], report: Report) -> tuple[str, ...]:
    """The rules that judged nothing, of all VPCs or of one, as the resources were not read."""
    judged = {(each.rule, each.vpc_id) for each in report.evaluations}
    judged |= {(each.rule, None) for each in report.evaluations}
    return tuple(
        rule.name
        for rule in rules
        if any(
            gap.fact is LISTED_BY[rule.resource_type] and (rule.name, gap.vpc_id) not in judged
            for gap in report.gaps
        )
    )


def _status_of(report: Report, missed: Sequence[str], fail_on: Severity) -> ExitStatus:
    """A finding that is severe enough outranks what could not be determined.

    `missed` are the rules asked for by name that judged nothing, as facts are missing.
    """
    evaluations = report.evaluations
    if any(
        each.compliance is Compliance.NON_COMPLIANT and each.severity.rank <= fail_on.rank
        for each in evaluations
    ):
        return ExitStatus.FINDINGS
    undetermined = any(each.compliance is Compliance.UNDETERMINED for each in evaluations)
    if undetermined or missed or not evaluations:
        return ExitStatus.UNDETERMINED
    return ExitStatus.CLEAN


def _selected(only: Sequence[Rule], skip: Sequence[Rule]) -> list[Rule]:
    skipped = {rule.name for rule in skip}
    chosen = {rule.name for rule in only} or set(all_rules())
    rules = [rule for name, rule in all_rules().items() if name in chosen - skipped]
    if not rules:
        raise click.UsageError("--skip leaves no rule to judge by")
    return rules


def _gaps_about(
    gaps: Iterable[Gap], facts: frozenset[Fact], vpc_ids: Sequence[str]
) -> tuple[Gap, ...]:
    """The gaps among what was asked for."""
    return tuple(
        gap
        for gap in gaps
        if gap.fact in facts and (gap.vpc_id is None or not vpc_ids or gap.vpc_id in vpc_ids)
    )


def _tell(
    findings: Findings, missed: Sequence[str], notes: Sequence[Note], output: OutputOptions
) -> None:
    """What explains the exit status, and what of the source was not used."""
    if missed:
        output.note(f"Not judged, as the resources were not read: {', '.join(missed)}")
    elif not findings.report.evaluations and findings.unjudged:
        output.note("Nothing was judged: the resources of these rules were not read")
    elif not findings.report.evaluations:
        output.note("Nothing was judged: there is no resource that these rules are about")
    if notes and not output.verbose:
        output.note(f"{len(notes)} parts of the source were not used (--verbose names them)")
    for note in notes if output.verbose else ():
        output.note(f"Not used: {note.source}: {note.reason}")
