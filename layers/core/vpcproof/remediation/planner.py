"""The plan of one VPC: all that can be proven to repair it, and why the rest cannot."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from ..analysis.scope import shared_by_owner, vpc_region
from ..engine import Evaluation
from ..exemptions import Exemption
from ..model.parameters import Parameters
from ..model.snapshot import Snapshot
from ..model.tags import OPT_OUT_TAG, OPT_OUT_VALUE
from ..model.verdict import Compliance
from ..model.vpc import Vpc
from ..rules.registry import all_rules
from .change import Call
from .plan import Finding, Mandate, Plan, PlanError, Problem, Proof
from .planners import PLANNERS
from .prove import Baseline, Trial
from .repair import Obstacle, Repair
from .selection import Selection, cured, select
from .simulate import simulate
from .situation import Situation, is_opted_out
from .unrepaired import why_unrepaired

_OPEN = {Compliance.NON_COMPLIANT, Compliance.UNDETERMINED}
_CAREFUL = Mandate()

# A plan is held against every rule, so it takes the facts of all.
FACTS = frozenset(fact for rule in all_rules().values() for fact in rule.collected)


def plan_vpc(
    snapshot: Snapshot,
    vpc_id: str,
    parameters: Parameters,
    *,
    mandate: Mandate = _CAREFUL,
    rules: Collection[str] = (),
    exemptions: Sequence[Exemption] = (),
) -> Plan:
    """Plan the repair of one VPC: of all findings, or of those of some rules.

    Raises PlanError when the id is not that of a VPC in the snapshot.
    """
    vpc = snapshot.vpcs.get(vpc_id)
    if vpc is None:
        raise PlanError(f"{vpc_id} is no VPC here: plans are made for VPCs, by their id")
    # What a probe saw is of the network before: it says nothing about one that is repaired.
    snapshot = replace(snapshot, probe_results=())
    baseline = Baseline(
        snapshot=snapshot, vpc_id=vpc_id, parameters=parameters, exemptions=exemptions
    )
    findings = [
        each
        for each in baseline.verdicts.values()
        if each.vpc_id == vpc_id and each.compliance in _OPEN and (not rules or each.rule in rules)
    ]
    skipped = _skipped(snapshot, vpc)
    selection = Selection() if skipped else _select(baseline, findings, mandate)
    return _plan(baseline, findings, selection, skipped=skipped)


def _skipped(snapshot: Snapshot, vpc: Vpc) -> str | None:
    """Why a VPC is left alone as a whole."""
    owner = shared_by_owner(snapshot, vpc.id)
    if owner:
        return f"{vpc.id} is shared by account {owner}, which alone can repair it"
    if is_opted_out(vpc):
        return f"{vpc.id} is tagged {OPT_OUT_TAG}={OPT_OUT_VALUE}"
    if vpc.is_default:
        return f"{vpc.id} is the default VPC of its Region, which nobody designed"
    return None


def _select(baseline: Baseline, findings: Sequence[Evaluation], mandate: Mandate) -> Selection:
    """The repairs of all planners that hold; looked at again as each round would leave the VPC.

    Some repairs make others possible: with a second endpoint gone there is room for the first one.
    """
    selection = Selection()
    while True:
        made = selection.trial.changes if selection.trial else ()
        left = [each for each in findings if _is_left(each, selection.trial)]
        if all(each.compliance is Compliance.UNDETERMINED for each in left):
            return selection
        selection = _round(baseline, findings, mandate, tuple(each.call for each in made))
        if selection.trial is None or len(selection.trial.changes) == len(made):
            return selection


def _round(
    baseline: Baseline,
    findings: Sequence[Evaluation],
    mandate: Mandate,
    earlier: tuple[Call, ...],
) -> Selection:
    situation = _situation(baseline, mandate, simulate(baseline.snapshot, *earlier))
    proposals = [each for planner in PLANNERS for each in planner(situation)]
    repairs = [each for each in proposals if isinstance(each, Repair)]
    obstacles = [each for each in proposals if isinstance(each, Obstacle)]
    selection = select(situation, baseline, findings, repairs, earlier)
    return Selection(trial=selection.trial, obstacles=(*obstacles, *selection.obstacles))


def _situation(baseline: Baseline, mandate: Mandate, snapshot: Snapshot) -> Situation:
    verdicts = baseline.judge(snapshot).values()
    return Situation(
        snapshot=snapshot,
        vpc=snapshot.vpcs[baseline.vpc_id],
        parameters=baseline.parameters,
        mandate=mandate,
        evaluations=tuple(each for each in verdicts if each.vpc_id == baseline.vpc_id),
        exemptions=baseline.exemptions,
    )


def _plan(
    baseline: Baseline,
    findings: Sequence[Evaluation],
    selection: Selection,
    *,
    skipped: str | None,
) -> Plan:
    trial = selection.trial
    repaired = cured(findings, trial.verdicts) if trial else frozenset()
    return Plan(
        vpc_id=baseline.vpc_id,
        account=baseline.snapshot.account,
        region=vpc_region(baseline.snapshot, baseline.vpc_id),
        changes=trial.changes if trial else (),
        repairs=tuple(
            Finding.of(each) for each in findings if (each.rule, each.resource_id) in repaired
        ),
        problems=tuple(
            Problem(
                finding=Finding.of(each),
                reasons=(skipped,)
                if skipped
                else why_unrepaired(each, selection.obstacles, _after(each, trial)),
            )
            for each in findings
            if _is_left(each, trial)
        ),
        proof=Proof(verdicts=len(trial.verdicts), paths=trial.paths) if trial else None,
        skipped=skipped,
    )


def _is_left(finding: Evaluation, trial: Trial | None) -> bool:
    """Whether a finding stays; not one of a resource that goes, or that no longer matters."""
    after = _after(finding, trial)
    return trial is None or (after is not None and after.compliance in _OPEN)


def _after(finding: Evaluation, trial: Trial | None) -> Evaluation | None:
    """The verdict on the same resource after all changes; None where it has gone with them."""
    return trial.verdicts.get((finding.rule, finding.resource_id)) if trial else None
