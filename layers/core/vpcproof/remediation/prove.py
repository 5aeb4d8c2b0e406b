"""The proof of a plan: it is played through on the facts before it is shown to anybody.

Every finding that it is about must become COMPLIANT, no verdict on any resource may get worse, no
path may be lost after any of its changes, and undoing them must give back every fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ..analysis.endpoints import service_of
from ..analysis.path import Path
from ..analysis.paths import path, services_in_view
from ..engine import Evaluation, evaluate
from ..exemptions import Exemption
from ..model.parameters import Parameters
from ..model.policy_document import parse_policy
from ..model.snapshot import Snapshot
from ..model.verdict import Compliance
from ..rules.registry import all_rules
from .change import Call, Change
from .operations.operation import RefusedCallError
from .simulate import change_of, same_facts, simulate

_RANK = {
    Compliance.COMPLIANT: 0,
    Compliance.NOT_APPLICABLE: 0,
    Compliance.UNDETERMINED: 1,
    Compliance.NON_COMPLIANT: 2,
}
_REACH = {True: 0, None: 1, False: 2}
_WORDS = {None: "may be lost", False: "would be lost"}

Judged = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """The facts before any change, and all that is compared with them."""

    snapshot: Snapshot
    vpc_id: str
    parameters: Parameters
    exemptions: Sequence[Exemption] = ()

    @cached_property
    def vpc_ids(self) -> frozenset[str]:
        """The VPCs that changes in this one can matter to.

        Names of another VPC lead here only by a private hosted zone or a Route 53 Profile.
        """
        led = any(each.vpc_id != self.vpc_id for each in self.snapshot.profile_associations)
        led = led or any(
            zone.alias_targets and zone.vpc_id != self.vpc_id for zone in self.snapshot.hosted_zones
        )
        return frozenset(self.snapshot.vpcs) if led else frozenset({self.vpc_id})

    @cached_property
    def verdicts(self) -> dict[Judged, Evaluation]:
        """What every rule says of every resource today."""
        return self.judge(self.snapshot)

    def is_blind(self, evaluation: Evaluation) -> bool:
        """Whether a verdict could not be reached for want of facts that its rule always needs."""
        needs = all_rules()[evaluation.rule].needs
        unread = (self.snapshot.gap(fact, evaluation.vpc_id) for fact in needs)
        return evaluation.compliance is Compliance.UNDETERMINED and any(unread)

    def judge(self, snapshot: Snapshot) -> dict[Judged, Evaluation]:
        """What every rule says of every resource."""
        report = evaluate(
            snapshot,
            all_rules().values(),
            self.parameters,
            vpc_ids=self.vpc_ids,
            exemptions=self.exemptions,
        )
        return {(each.rule, each.resource_id): each for each in report.evaluations}


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What came of playing calls through; proven when there is no objection.

    `stopped_at` is the call that the objections are to; None when they are to the outcome.
    """

    changes: tuple[Change, ...] = ()
    verdicts: Mapping[Judged, Evaluation] = field(default_factory=dict)
    paths: int = 0
    objections: tuple[str, ...] = ()
    stopped_at: Call | None = None

    @property
    def is_proven(self) -> bool:
        """Whether the changes may be offered."""
        return not self.objections


def rehearse(baseline: Baseline, calls: Iterable[Call]) -> Trial:
    """Play calls through, one by one, and compare what comes of each and of all."""
    state = baseline.snapshot
    changes: list[Change] = []
    compared = 0
    for call in calls:
        try:
            after = simulate(state, call)
            change = change_of(state, call)
            restored = simulate(after, *change.undo)
        except RefusedCallError as refusal:
            return Trial(objections=(str(refusal),), stopped_at=call)
        if not same_facts(state, restored, recreated=_recreated(change)):
            objection = f"{change.summary}: undoing it would not restore everything"
            return Trial(objections=(objection,), stopped_at=call)
        comparison = _compare_paths(baseline, after, _led_by(call, after))
        if comparison.lost:
            return Trial(objections=comparison.lost, stopped_at=call)
        changes.append(change)
        compared += comparison.paths
        state = after
    verdicts = baseline.judge(state)
    comparison = _compare_paths(baseline, state)
    return Trial(
        changes=tuple(changes),
        verdicts=verdicts,
        paths=compared + comparison.paths,
        objections=(*comparison.lost, *_worse(baseline, verdicts)),
    )


def shortcomings(baseline: Baseline, after: Snapshot, wanted: Iterable[Judged]) -> tuple[str, ...]:
    """What facts that were read after a repair fall short of; none when it has done what it should.

    The `wanted` verdicts must be COMPLIANT, or their resources gone; no other verdict and no path
    may be worse than it was.
    """
    verdicts = baseline.judge(after)
    unmended = (
        f"{rule} is {verdicts[rule, resource_id].compliance} for {resource_id}: "
        f"{verdicts[rule, resource_id].annotation}"
        for rule, resource_id in wanted
        if (rule, resource_id) in verdicts
        and verdicts[rule, resource_id].compliance is not Compliance.COMPLIANT
    )
    lost = _compare_paths(baseline, after).lost
    return (*unmended, *lost, *_worse(baseline, verdicts))


def outcome(baseline: Baseline, calls: Iterable[Call]) -> Mapping[Judged, Evaluation]:
    """The verdicts after calls, without any proof; none where AWS would refuse one of them."""
    try:
        return baseline.judge(simulate(baseline.snapshot, *calls))
    except RefusedCallError:
        return {}


def _recreated(change: Change) -> frozenset[str]:
    return frozenset(each.creates for each in change.undo if each.creates)


def _worse(baseline: Baseline, after: Mapping[Judged, Evaluation]) -> Iterator[str]:
    """What rules would find that they do not find today; a new resource begins without fault.

    A rule whose facts were not read says nothing of anybody, of what is new neither.
    """
    for judged, evaluation in after.items():
        before = baseline.verdicts.get(judged)
        if before is None and baseline.is_blind(evaluation):
            continue
        rank = _RANK[before.compliance] if before else 0
        if _RANK[evaluation.compliance] > rank:
            yield (
                f"{evaluation.rule} would be {evaluation.compliance} "
                f"for {evaluation.resource_id}: {evaluation.annotation}"
            )


@dataclass(frozen=True, slots=True)
class _Comparison:
    """How many paths were compared with those of today, and what would be lost."""

    paths: int
    lost: tuple[str, ...]


def _compare_paths(
    baseline: Baseline, after: Snapshot, services: frozenset[str] | None = None
) -> _Comparison:
    """Compare the paths to some services, or to all that are in view before or after."""
    compared = 0
    lost = []
    for vpc_id in sorted(baseline.vpc_ids):
        codes = services
        if codes is None:
            codes = services_in_view(after, vpc_id, baseline.parameters)
            codes |= services_in_view(baseline.snapshot, vpc_id, baseline.parameters)
        for subnet in after.subnets_of(vpc_id):
            for code in sorted(codes):
                compared += 1
                was = path(baseline.snapshot, subnet.id, code, baseline.parameters)
                becomes = path(after, subnet.id, code, baseline.parameters)
                if problem := _lost(after, was, becomes):
                    lost.append(problem)
    return _Comparison(compared, tuple(lost))


def _led_by(call: Call, after: Snapshot) -> frozenset[str] | None:
    """The services whose paths a call can change at once; None for all.

    All others are compared when every call has been made.
    """
    if call.operation not in _OF_GROUPS | _OF_ENDPOINTS:
        return None
    codes = set()
    for endpoint in after.vpc_endpoints.values():
        service = service_of(endpoint)
        touched = {endpoint.id, *(endpoint.group_ids if call.operation in _OF_GROUPS else ())}
        if service is not None and any(
            call.creates == each or call.names(each) for each in touched
        ):
            codes.add(service.code)
    return frozenset(codes)


_OF_GROUPS = frozenset(
    {"CreateSecurityGroup", "AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress"}
)
_OF_ENDPOINTS = frozenset({"CreateVpcEndpoint", "ModifyVpcEndpoint"})


def _lost(after: Snapshot, was: Path, becomes: Path) -> str | None:
    """How a path gets worse; None when it does not."""
    if _REACH[becomes.reachable] > _REACH[was.reachable]:
        why = becomes.blocks[0].detail
        return f"{was.service} from {was.subnet_id} {_WORDS[becomes.reachable]}: {why}"
    if was.reachable is False:
        return None
    for resource_id in becomes.via:
        endpoint = after.vpc_endpoints.get(resource_id)
        if (
            endpoint is not None
            and resource_id not in was.via
            and _restricts(endpoint.policy_document)
        ):
            return (
                f"{was.service} from {was.subnet_id} would pass {endpoint.id}, whose policy "
                "permits less than everything: whether its calls are among that is not known"
            )
    return None


def _restricts(policy: str | None) -> bool:
    if policy is None:
        return False
    parsed = parse_policy(policy)
    return parsed is None or not parsed.is_full_access
