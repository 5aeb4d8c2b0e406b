"""Evaluation results: PutEvaluations, what is kept of it, and the event on every change."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lab.config.errors import Constraints, invalid_parameter
from lab.config.faults import Faults
from lab.config.invocations import Invocation, Invocations
from lab.config.places import Place
from lab.config.relationships import Key
from lab.config.rules import Rule, RuleBook
from lab.config.shapes import Request, Response
from lab.config.timestamps import Clock, iso, parse

COMPLIANT = "COMPLIANT"
NON_COMPLIANT = "NON_COMPLIANT"
NOT_APPLICABLE = "NOT_APPLICABLE"
INSUFFICIENT_DATA = "INSUFFICIENT_DATA"
COMPLIANCE_TYPES = frozenset({COMPLIANT, NON_COMPLIANT, NOT_APPLICABLE, INSUFFICIENT_DATA})

REJECTED_EVALUATION = "PutEvaluations.FailedEvaluations"
"""The name under which a fault makes single evaluations come back in FailedEvaluations."""


@dataclass(frozen=True)
class Result:
    """The verdict of one rule on one resource."""

    rule: Rule
    key: Key
    compliance: str
    annotation: str | None
    ordered: datetime
    invoked: datetime
    recorded: datetime

    @property
    def shown(self) -> bool:
        """Whether the compliance views show the verdict; NOT_APPLICABLE takes it out of them."""
        return self.compliance != NOT_APPLICABLE


@dataclass(frozen=True)
class BusEvent:
    """An event that AWS Config puts on the default event bus of a place."""

    place: Place
    detail_type: str
    time: datetime
    detail: Mapping[str, Any]
    resources: tuple[str, ...] = ()
    source: str = "aws.config"


class Results:
    """The newest verdict of every rule on every resource of one place."""

    def __init__(self) -> None:
        self._by_rule: dict[str, dict[Key, Result]] = {}

    def of_rule(self, rule: Rule) -> list[Result]:
        """The shown verdicts of a rule, in the order of their resources."""
        return [result for _, result in sorted(self._kept(rule).items()) if result.shown]

    def __iter__(self) -> Iterator[Result]:
        """Every shown verdict."""
        for results in self._by_rule.values():
            yield from (result for result in results.values() if result.shown)

    def keep(self, result: Result) -> tuple[bool, Result | None]:
        """Keep a verdict unless a newer one is kept; says whether, and what was kept before."""
        kept = self._by_rule.setdefault(result.rule.rule_id, {})
        previous = kept.get(result.key)
        if previous and previous.ordered > result.ordered:
            return False, previous
        kept[result.key] = result
        return True, previous

    def forget(self, rule: Rule) -> None:
        """Drop every verdict of a rule."""
        self._by_rule.pop(rule.rule_id, None)

    def _kept(self, rule: Rule) -> dict[Key, Result]:
        return self._by_rule.get(rule.rule_id, {})


class Evaluations:
    """The API operations that write evaluation results."""

    def __init__(
        self,
        clock: Clock,
        rules: RuleBook,
        invocations: Invocations,
        results: Results,
        faults: Faults,
    ) -> None:
        self._clock = clock
        self._rules = rules
        self._invocations = invocations
        self._results = results
        self._faults = faults

    def put_evaluations(self, request: Request) -> tuple[Response, list[Result], list[BusEvent]]:
        """Keep the evaluations of one invocation; answers also what is kept, and its events."""
        evaluations = request.get("Evaluations") or []
        _check(request, evaluations)
        if request.get("TestMode"):
            return {"FailedEvaluations": []}, [], []
        invocation = self._invocations.redeem(request["ResultToken"])
        failed: list[Mapping[str, Any]] = []
        results: list[Result] = []
        events: list[BusEvent] = []
        for evaluation in evaluations:
            if self._faults.take(REJECTED_EVALUATION):
                failed.append(evaluation)
                continue
            result = self._result(invocation, evaluation)
            kept, previous = self._results.keep(result)
            before = previous.compliance if previous else NOT_APPLICABLE
            if kept:
                results.append(result)
            if kept and before != result.compliance:
                events.append(_change_event(result, previous))
        invocation.rule.status.evaluated = self._clock()
        return {"FailedEvaluations": failed}, results, events

    def delete_evaluation_results(self, request: Request) -> Response:
        """Forget all that a rule reported; nothing is announced."""
        self._results.forget(self._rules.named(request["ConfigRuleName"]))
        return {}

    def _result(self, invocation: Invocation, evaluation: Mapping[str, Any]) -> Result:
        return Result(
            rule=invocation.rule,
            key=Key(evaluation["ComplianceResourceType"], evaluation["ComplianceResourceId"]),
            compliance=evaluation["ComplianceType"],
            annotation=evaluation.get("Annotation"),
            ordered=parse(evaluation["OrderingTimestamp"]),
            invoked=invocation.started,
            recorded=self._clock(),
        )


def _check(request: Request, evaluations: list[Mapping[str, Any]]) -> None:
    constraints = Constraints()
    constraints.present("resultToken", request.get("ResultToken"))
    constraints.length("evaluations", list(evaluations), 0, 100)
    for index, evaluation in enumerate(evaluations, start=1):
        member = f"evaluations.{index}.member"
        resource_type = evaluation.get("ComplianceResourceType")
        resource_id = evaluation.get("ComplianceResourceId")
        compliance = evaluation.get("ComplianceType")
        constraints.present(f"{member}.complianceResourceType", resource_type)
        constraints.length(f"{member}.complianceResourceType", resource_type, 1, 256)
        constraints.present(f"{member}.complianceResourceId", resource_id)
        constraints.length(f"{member}.complianceResourceId", resource_id, 1, 768)
        constraints.present(f"{member}.complianceType", compliance)
        constraints.one_of(f"{member}.complianceType", compliance, COMPLIANCE_TYPES)
        constraints.length(f"{member}.annotation", evaluation.get("Annotation"), 1, 256)
        constraints.present(f"{member}.orderingTimestamp", evaluation.get("OrderingTimestamp"))
    constraints.check()
    if any(evaluation["ComplianceType"] == INSUFFICIENT_DATA for evaluation in evaluations):
        raise invalid_parameter(
            f"The ComplianceType {INSUFFICIENT_DATA} is not supported for PutEvaluations."
        )


def _change_event(result: Result, previous: Result | None) -> BusEvent:
    place = result.rule.place
    detail: dict[str, Any] = {
        "resourceId": result.key.resource_id,
        "awsRegion": place.region,
        "awsAccountId": place.account,
        "configRuleName": result.rule.name,
        "recordVersion": "1.0",
        "configRuleARN": result.rule.arn,
        "messageType": "ComplianceChangeNotification",
        "newEvaluationResult": _announced(result),
        "notificationCreationTime": iso(result.recorded),
        "resourceType": result.key.resource_type,
    }
    if previous:
        detail["oldEvaluationResult"] = _announced(previous)
    return BusEvent(place, "Config Rules Compliance Change", result.recorded, detail)


def _announced(result: Result) -> dict[str, Any]:
    announced: dict[str, Any] = {
        "evaluationResultIdentifier": {
            "evaluationResultQualifier": {
                "configRuleName": result.rule.name,
                "resourceType": result.key.resource_type,
                "resourceId": result.key.resource_id,
            },
            "orderingTimestamp": iso(result.ordered),
        },
        "complianceType": result.compliance,
        "resultRecordedTime": iso(result.recorded),
        "configRuleInvokedTime": iso(result.invoked),
    }
    if result.annotation:
        announced["annotation"] = result.annotation
    return announced
