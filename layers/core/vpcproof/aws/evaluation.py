"""One event of AWS Config answered: facts read, resources judged, verdicts delivered."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..engine import Evaluation, evaluate, evaluate_resource
from ..errors import EvaluationError
from ..model.facts import Gap
from ..model.verdict import Compliance
from ..rules.registry import LISTED_BY, every_fact
from .clients import Clients
from .config_evaluations import put_evaluations, stale_outcomes
from .config_event import ChangedResource, Ignored, Invocation, parse_event
from .location import find_vpc
from .member_accounts import MemberAccounts
from .outcome import Outcome
from .place import Place
from .readings import Readings
from .subject import Subject
from .telemetry import Telemetry
from .text import one_line
from .worst import worst_outcome

_NAMED_AT_MOST = 5
_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Tools:
    """What evaluating needs of the outside world, made once per container."""

    clients: Clients
    readings: Readings
    telemetry: Telemetry
    members: MemberAccounts


@dataclass(frozen=True, slots=True)
class Judgement:
    """The outcomes of one event, and the gaps because of which resources may have been missed."""

    outcomes: tuple[Outcome, ...]
    blind_spots: tuple[Gap, ...] = ()

    @property
    def determined(self) -> tuple[Outcome, ...]:
        """The outcomes that AWS Config is told."""
        return tuple(each for each in self.outcomes if each.is_determined)

    @property
    def undetermined(self) -> tuple[Outcome, ...]:
        """The outcomes that make the invocation fail."""
        return tuple(each for each in self.outcomes if not each.is_determined)


def handle(event: Mapping[str, Any], here: Place, tools: Tools) -> Mapping[str, int]:
    """Answer one event of AWS Config; says how many evaluations of each verdict were put.

    Verdicts that could be determined are put first. If any could not, EvaluationError is raised:
    Lambda then retries the event and in the end keeps it in the dead-letter queue.
    """
    tools.telemetry.count("EventsReceived")
    invocation = parse_event(event)
    if isinstance(invocation, Ignored):
        tools.telemetry.ignored(invocation.message_type)
        return {}
    tools.telemetry.begin(rule=invocation.subject.name, config_rule=invocation.config_rule)
    tools = _tools_of(invocation, here, tools)
    if invocation.resource:
        judgement = Judgement((_judge_changed(invocation.resource, invocation, tools),))
    else:
        judgement = _judge_all(invocation, tools)
    put = _deliver(invocation, judgement, tools)
    if judgement.undetermined or judgement.blind_spots:
        raise EvaluationError(_what_is_missing(invocation, judgement))
    if not (invocation.resource or invocation.is_test):
        tools.telemetry.swept(put)
    return put


def _tools_of(invocation: Invocation, here: Place, tools: Tools) -> Tools:
    """The tools for the account of the rule: those at hand, or a member account's own.

    A test stores nothing, so the account written into a sample event does not matter.
    """
    if invocation.place == here or invocation.is_test:
        return tools
    member = tools.members.open(invocation.place, here)
    return replace(tools, clients=member.clients, readings=member.readings)


def _judge_changed(resource: ChangedResource, invocation: Invocation, tools: Tools) -> Outcome:
    """Judge the one resource of a change by the live facts of its VPC."""
    subject = invocation.subject
    if resource.gone:
        return _not_applicable(resource, resource.gone)
    if resource.type != subject.resource_type:
        return _not_applicable(resource, f"only {subject.resource_type} is judged by this rule")
    vpc_id = resource.vpc_id or find_vpc(resource, tools.clients)
    if vpc_id is None:
        return _not_applicable(resource, "no longer exists")
    snapshot = tools.readings.of_vpc(
        invocation.place,
        vpc_id,
        subject.collected,
        invocation.told_at,
        soon=every_fact() if invocation.is_reevaluation else frozenset(),
    )
    found = snapshot.resources(subject.resource_type).get(resource.id)
    if found:
        return _outcome_of(
            [
                evaluate_resource(snapshot, rule, found, invocation.parameters)
                for rule in subject.rules
            ],
            subject,
        )
    if gap := snapshot.gap(LISTED_BY[subject.resource_type], vpc_id):
        return _outcome(resource, Compliance.UNDETERMINED, _not_read(gap))
    return _not_applicable(resource, "no longer exists")


def _judge_all(invocation: Invocation, tools: Tools) -> Judgement:
    """Judge every resource of the rule's type in this account and Region."""
    subject = invocation.subject
    snapshot = tools.readings.of_everything(invocation.place, subject.collected)
    report = evaluate(snapshot, subject.rules, invocation.parameters)
    by_resource: dict[str, list[Evaluation]] = {}
    for each in report.evaluations:
        by_resource.setdefault(each.resource_id, []).append(each)
    listed_by = LISTED_BY[subject.resource_type]
    return Judgement(
        outcomes=tuple(_outcome_of(found, subject) for found in by_resource.values()),
        blind_spots=tuple(gap for gap in snapshot.gaps if gap.fact is listed_by),
    )


def _outcome_of(found: Sequence[Evaluation], subject: Subject) -> Outcome:
    """What is told about one resource: one verdict, however many rules judged it."""
    return worst_outcome(found) if subject.judges_together else Outcome.of(found[0])


def _deliver(invocation: Invocation, judgement: Judgement, tools: Tools) -> Mapping[str, int]:
    """Put what was determined; after a sweep that saw everything, retire what it found no more.

    A change event retires nothing: it saw one resource. Nor does a test: its rule may not exist.
    """
    config = tools.clients("config")
    tools.telemetry.judged(judgement.outcomes, log_all=invocation.resource is not None)
    put_evaluations(config, invocation, judgement.determined)
    retired: tuple[Outcome, ...] = ()
    if not (invocation.resource or invocation.is_test or judgement.blind_spots):
        existing = {each.key for each in judgement.outcomes}
        retired = tuple(stale_outcomes(config, invocation, existing))
        tools.telemetry.judged(retired, log_all=True)
        put_evaluations(config, invocation, retired)
    return Counter(str(each.compliance) for each in (*judgement.determined, *retired))


def _what_is_missing(invocation: Invocation, judgement: Judgement) -> str:
    """The rule, the resources and the facts of what could not be judged."""
    undetermined = judgement.undetermined
    said = [
        one_line(f"{each.resource_id}: {each.annotation}", limit=_LONGEST_REASON)
        for each in undetermined[:_NAMED_AT_MOST]
    ]
    if len(undetermined) > _NAMED_AT_MOST:
        said.append(f"and {len(undetermined) - _NAMED_AT_MOST} more")
    said += [_not_read(gap) for gap in judgement.blind_spots]
    return (
        f"{invocation.subject.name} is undetermined: {'; '.join(said)}. Nothing was reported about "
        f"what is named here. When the cause is mended: aws configservice "
        f"start-config-rules-evaluation --config-rule-names {shlex.quote(invocation.config_rule)}"
    )


def _not_read(gap: Gap) -> str:
    where = f" of {gap.vpc_id}" if gap.vpc_id else ""
    return f"not read: {gap.fact.key}{where} ({gap.reason})"


def _not_applicable(resource: ChangedResource, annotation: str) -> Outcome:
    return _outcome(resource, Compliance.NOT_APPLICABLE, annotation)


def _outcome(resource: ChangedResource, compliance: Compliance, annotation: str) -> Outcome:
    return Outcome(
        resource_type=resource.type,
        resource_id=resource.id,
        compliance=compliance,
        annotation=annotation,
        vpc_id=resource.vpc_id,
    )
