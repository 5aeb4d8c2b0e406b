"""`vpcproof check`: judge VPCs and print what was found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import click

from ..engine import Report, evaluate
from ..errors import SnapshotError
from ..facts.documents import Note
from ..model.facts import Fact, Gap
from ..model.parameters import Parameters
from ..model.snapshot import Snapshot
from ..model.verdict import Compliance, Severity
from ..remediation.plan import Plan
from ..remediation.planner import FACTS, plan_vpc
from ..remediation.prove import Judged
from ..render.baseline import Baseline, Comparison, compare, read_baseline
from ..render.findings import Findings
from ..render.formats import DRAWN, FORMATS
from ..render.network import Network
from ..render.text import render_text
from ..rules.registry import LISTED_BY, Rule, all_rules
from .configuration import config_option, configured, is_of_the_file, parameters_in_force
from .documentation import advice
from .drawn import facts_of_paths, network_of
from .options import (
    GateOptions,
    SourceOptions,
    gate_options,
    output_options_of,
    parameter_option,
    probes_option,
    rule_named,
    source_options,
)
from .output import OutputOptions
from .sources import describe, names_of, read
from .status import STATUS_TABLE, ExitStatus


@click.command(epilog=STATUS_TABLE)
@source_options
@config_option
@probes_option
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
    "--fixes",
    "with_fixes",
    is_flag=True,
    help="With --format json: the changes that repair each finding, proven. Takes longer, and "
    "reads what all rules need.",
)
@parameter_option
@gate_options
@output_options_of("text", *FORMATS)
def check(  # noqa: PLR0913 - each is an option, or a group of them
    *,
    source: SourceOptions,
    only: tuple[Rule, ...],
    skip: tuple[Rule, ...],
    with_fixes: bool,
    assignments: tuple[tuple[str, str], ...],
    gate: GateOptions,
    output: OutputOptions,
) -> ExitStatus:
    """Judge the VPCs of the live account and Region, or of saved answers.

    Without options the credentials and the Region are those that the AWS CLI would use.
    """
    if with_fixes and output.format != "json":
        raise click.UsageError("--fixes is for --format json; `vpcproof fix` has all other forms")
    if is_of_the_file("skip") and not is_of_the_file("only"):
        skip = () if only else skip
    rules = _selected(only, skip)
    parameters = parameters_in_force(assignments)
    baseline = _baseline(gate.baseline) if gate.baseline else None
    facts = frozenset(fact for rule in rules for fact in rule.collected)
    draws = output.format in DRAWN
    with output.progress("Reading what the rules need ...") as progress:
        everything = draws or with_fixes
        reading = read(source, FACTS if everything else facts, progress, planning=everything)
    snapshot, notes = reading.snapshot, reading.notes
    del reading  # and with it AWS's own answers, as large as the snapshot
    accepted = configured().exemptions
    report = evaluate(snapshot, rules, parameters, vpc_ids=source.vpc, exemptions=accepted)
    shown = facts | facts_of_paths() if draws else facts
    report = replace(report, gaps=_gaps_about(report.gaps, shown, source.vpc))
    findings = Findings(
        report=report,
        source=describe(source, snapshot),
        names=names_of(snapshot),
        advice={rule.name: advice(rule) for rule in rules},
        rules={rule.name: rule for rule in rules},
        unjudged=_unjudged(rules, report),
        captured_at=snapshot.captured_at,
    )
    if draws:
        findings = replace(findings, network=_network(findings, snapshot, parameters, source))
    if with_fixes:
        findings = replace(findings, fixes=_fixes(snapshot, report, parameters))
    if baseline:
        findings = replace(findings, baseline=_compared(baseline, findings, source))
    named = {rule.name for rule in only}
    missed = [name for name in findings.unjudged if name in named]
    output.write_pieces(_document(findings, output))
    _tell(findings, missed, notes, output)
    return _status_of(findings, missed, Severity(gate.fail_on))


def _network(
    findings: Findings, snapshot: Snapshot, parameters: Parameters, source: SourceOptions
) -> Network:
    """What a report draws; repairs are those of what was found."""
    broken = {
        each.vpc_id
        for each in findings.report.evaluations
        if each.compliance is Compliance.NON_COMPLIANT and each.vpc_id
    }
    return network_of(
        snapshot,
        parameters,
        broken,
        rules=findings.rules,
        vpc_ids=source.vpc,
        exemptions=configured().exemptions,
    )


def _fixes(snapshot: Snapshot, report: Report, parameters: Parameters) -> Mapping[Judged, Plan]:
    """A plan for each rule that finds something in a VPC, under every finding that it repairs."""
    found = {
        (each.vpc_id, each.rule)
        for each in report.evaluations
        if each.compliance is Compliance.NON_COMPLIANT and each.vpc_id in snapshot.vpcs
    }
    plans = [
        plan_vpc(snapshot, vpc_id, parameters, rules=[rule], exemptions=configured().exemptions)
        for vpc_id, rule in found
        if vpc_id
    ]
    return {(each.rule, each.resource_id): plan for plan in plans for each in plan.repairs}


def _document(findings: Findings, output: OutputOptions) -> Iterable[str]:
    if output.format in FORMATS:
        return FORMATS[output.format](findings)
    return [render_text(findings, output.layout, verbose=output.verbose)]


def _baseline(file: Path) -> Baseline:
    """Read before any time is spent on the rest."""
    try:
        return read_baseline(file.read_text(encoding="utf-8"), str(file))
    except OSError as error:
        raise SnapshotError(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SnapshotError(f"{file} is no text, and so no JSON of `vpcproof check`") from error


def _compared(baseline: Baseline, findings: Findings, source: SourceOptions) -> Comparison:
    """What is new; refused when the two runs are about different places."""
    for what, then, now in (
        ("account", baseline.account, findings.source.account),
        ("Region", baseline.region, findings.source.region),
    ):
        if then and now and then != now:
            raise click.BadParameter(
                f"it is of {what} {then}, and what was judged now of {what} {now}",
                param_hint="'--baseline'",
            )
    return compare(
        baseline,
        findings.report,
        judged=findings.rules.keys() - set(findings.unjudged),
        vpc_ids=source.vpc,
    )


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


def _status_of(findings: Findings, missed: Sequence[str], fail_on: Severity) -> ExitStatus:
    """A finding that is severe enough, and that no baseline knows, outranks what is not told.

    `missed` are the rules asked for by name that judged nothing, as facts are missing.
    """
    evaluations = findings.report.evaluations
    if any(
        each.compliance is Compliance.NON_COMPLIANT
        and each.severity.rank <= fail_on.rank
        and not findings.is_known(each)
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
