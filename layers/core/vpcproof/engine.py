"""The engine: runs rules over a snapshot, applies exemptions, turns gaps into UNDETERMINED."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial

from .analysis.scope import out_of_scope, shared_by_owner
from .exemptions import Exemption, exemption_of
from .model.facts import Fact, Gap
from .model.location import Location
from .model.parameters import Parameters
from .model.resource_type import ResourceType
from .model.snapshot import Resource, Snapshot
from .model.verdict import (
    Compliance,
    Evidence,
    Severity,
    Verdict,
    not_applicable,
    undetermined,
)
from .rules.registry import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """One rule's verdict on one resource, and where that is declared if files declare it."""

    rule: str
    resource_type: ResourceType
    resource_id: str
    vpc_id: str | None
    compliance: Compliance
    severity: Severity
    annotation: str
    evidence: tuple[Evidence, ...] = ()
    location: Location | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All evaluations of one run, sorted by rule, type and id, and the gaps of the snapshot."""

    evaluations: tuple[Evaluation, ...]
    gaps: tuple[Gap, ...] = ()

    @property
    def summary(self) -> Mapping[Compliance, int]:
        """How many evaluations came to each verdict, zeros included."""
        counted = Counter(each.compliance for each in self.evaluations)
        return {verdict: counted[verdict] for verdict in Compliance}


def evaluate(
    snapshot: Snapshot,
    rules: Iterable[Rule],
    parameters: Parameters,
    *,
    vpc_ids: Iterable[str] = (),
    exemptions: Sequence[Exemption] = (),
) -> Report:
    """Judge every resource of the snapshot by every rule, of all VPCs or of those named."""
    wanted = set(vpc_ids)
    evaluations: list[Evaluation] = []
    for rule in rules:
        # Resources share VPCs, so what is said of a VPC is found once.
        unjudged = cache(partial(_unjudged, snapshot, rule, parameters))
        evaluations += [
            _evaluation(snapshot, rule, resource, parameters, exemptions, unjudged)
            for resource in snapshot.resources(rule.resource_type).values()
            if not wanted or vpc_of(resource, snapshot) in wanted
        ]
    evaluations.sort(key=lambda each: (each.rule, each.resource_type, each.resource_id))
    return Report(evaluations=tuple(evaluations), gaps=snapshot.gaps)


def evaluate_resource(
    snapshot: Snapshot,
    rule: Rule,
    resource: Resource,
    parameters: Parameters,
    *,
    exemptions: Sequence[Exemption] = (),
) -> Evaluation:
    """Judge one resource by one rule."""
    unjudged = partial(_unjudged, snapshot, rule, parameters)
    return _evaluation(snapshot, rule, resource, parameters, exemptions, unjudged)


def vpc_of(resource: Resource, snapshot: Snapshot) -> str | None:
    """The VPC a resource belongs to, the VPC itself included."""
    if resource.id in snapshot.vpcs:
        return str(resource.id)
    vpc_id: str | None = getattr(resource, "vpc_id", None)
    return vpc_id


def _evaluation(
    snapshot: Snapshot,
    rule: Rule,
    resource: Resource,
    parameters: Parameters,
    exemptions: Sequence[Exemption],
    unjudged: Callable[[str | None], Verdict | None],
) -> Evaluation:
    vpc_id = vpc_of(resource, snapshot)
    exemption = exemption_of(rule.name, resource, exemptions, on=snapshot.captured_at.date())
    said = unjudged(vpc_id)
    if exemption.applies:
        verdict = not_applicable(exemption.note)
    elif said and said.compliance is Compliance.NOT_APPLICABLE:
        verdict = said
    else:
        verdict = exemption.annotate(said or rule.judge(resource, snapshot, parameters))
    return Evaluation(
        rule=rule.name,
        resource_type=rule.resource_type,
        resource_id=resource.id,
        vpc_id=vpc_id,
        compliance=verdict.compliance,
        severity=verdict.severity or rule.severity,
        annotation=verdict.annotation,
        evidence=verdict.evidence,
        location=snapshot.locations.get((rule.resource_type, resource.id)),
    )


def _unjudged(
    snapshot: Snapshot, rule: Rule, parameters: Parameters, vpc_id: str | None
) -> Verdict | None:
    """What is said of every resource of a VPC that the rule need not, or cannot, look at."""
    left_out = out_of_scope(snapshot, vpc_id, parameters) if vpc_id else None
    if left_out:
        return not_applicable(f"{vpc_id} is out of scope by {left_out}")
    owner = shared_by_owner(snapshot, vpc_id) if vpc_id else None
    if owner:
        return not_applicable(f"{vpc_id} is shared by account {owner}, which judges its endpoints")
    gaps = [gap for fact in _needed(snapshot, rule) if (gap := snapshot.gap(fact, vpc_id))]
    missing = sorted({(gap.fact.key, gap.reason) for gap in gaps})
    if not missing:
        return None
    listing = "; ".join(f"{key} ({reason})" for key, reason in missing)
    return undetermined(f"not read: {listing}")


def _needed(snapshot: Snapshot, rule: Rule) -> frozenset[Fact]:
    """The facts without which a rule says nothing.

    Rules assume workloads in private subnets where a source has no network interfaces at all, as a
    template has none. Interfaces that exist and were refused are nothing to assume about.
    """
    interfaces = snapshot.gap(Fact.NETWORK_INTERFACES)
    if interfaces is not None and interfaces.was_refused:
        return rule.needs | (rule.reads & {Fact.NETWORK_INTERFACES})
    return rule.needs
