"""The API operations that read compliance: per rule, per resource, in detail and in sum."""

from collections.abc import Iterable, Sequence
from typing import Any

from lab.config.errors import Constraints, invalid_parameter
from lab.config.evaluations import (
    COMPLIANCE_TYPES,
    COMPLIANT,
    INSUFFICIENT_DATA,
    NON_COMPLIANT,
    Result,
    Results,
)
from lab.config.paging import page
from lab.config.relationships import Key
from lab.config.rules import RuleBook
from lab.config.shapes import Request, Response

_MOST_CONTRIBUTORS = 25
_DEFAULT_PAGE = 10
_RULES_PER_PAGE = 25


class Compliance:
    """The compliance views of one place."""

    def __init__(self, rules: RuleBook, results: Results) -> None:
        self._rules = rules
        self._results = results

    def get_compliance_details_by_config_rule(self, request: Request) -> Response:
        """The verdicts of one rule."""
        rule = self._rules.named(request["ConfigRuleName"])
        results = _of_types(self._results.of_rule(rule), _wanted_details(request))
        return _answer("EvaluationResults", [_detail(r) for r in results], _limit(request), request)

    def get_compliance_details_by_resource(self, request: Request) -> Response:
        """The verdicts of every rule on one resource."""
        key = Key(request.get("ResourceType", ""), request.get("ResourceId", ""))
        if not all(key):
            raise invalid_parameter("Both ResourceType and ResourceId must be specified.")
        found = sorted(
            (result for result in self._results if result.key == key),
            key=lambda result: result.rule.name,
        )
        results = _of_types(found, _wanted_details(request))
        return _answer("EvaluationResults", [_detail(r) for r in results], 100, request)

    def describe_compliance_by_config_rule(self, request: Request) -> Response:
        """Whether each rule finds all its resources compliant."""
        wanted = _wanted(request)
        summaries = [
            {"ConfigRuleName": rule.name, "Compliance": _summary(self._results.of_rule(rule))}
            for rule in self._rules.select(request.get("ConfigRuleNames"))
        ]
        shown = [s for s in summaries if _compliance_type(s) in wanted]
        return _answer("ComplianceByConfigRules", shown, _RULES_PER_PAGE, request)

    def describe_compliance_by_resource(self, request: Request) -> Response:
        """Whether each resource is compliant in the eyes of every rule that judged it."""
        wanted, by_key = _wanted(request), self._by_resource(request)
        summaries = [
            {
                "ResourceType": key.resource_type,
                "ResourceId": key.resource_id,
                "Compliance": _summary(results),
            }
            for key, results in sorted(by_key.items())
        ]
        shown = [s for s in summaries if _compliance_type(s) in wanted]
        return _answer("ComplianceByResources", shown, _limit(request), request)

    def _by_resource(self, request: Request) -> dict[Key, list[Result]]:
        resource_type, resource_id = request.get("ResourceType"), request.get("ResourceId")
        if resource_id and not resource_type:
            raise invalid_parameter("ResourceType must be specified with a ResourceId.")
        by_key: dict[Key, list[Result]] = {}
        for result in self._results:
            if resource_type in (None, result.key.resource_type) and resource_id in (
                None,
                result.key.resource_id,
            ):
                by_key.setdefault(result.key, []).append(result)
        return by_key


def _summary(results: Sequence[Result]) -> dict[str, Any]:
    failing = sum(result.compliance == NON_COMPLIANT for result in results)
    if failing:
        count = {
            "CappedCount": min(failing, _MOST_CONTRIBUTORS),
            "CapExceeded": failing > _MOST_CONTRIBUTORS,
        }
        return {"ComplianceType": NON_COMPLIANT, "ComplianceContributorCount": count}
    return {"ComplianceType": COMPLIANT if results else INSUFFICIENT_DATA}


def _compliance_type(summary: dict[str, Any]) -> str:
    return str(summary["Compliance"]["ComplianceType"])


def _detail(result: Result) -> dict[str, Any]:
    detail = {
        "EvaluationResultIdentifier": {
            "EvaluationResultQualifier": {
                "ConfigRuleName": result.rule.name,
                "ResourceType": result.key.resource_type,
                "ResourceId": result.key.resource_id,
                "EvaluationMode": "DETECTIVE",
            },
            "OrderingTimestamp": result.ordered,
        },
        "ComplianceType": result.compliance,
        "ResultRecordedTime": result.recorded,
        "ConfigRuleInvokedTime": result.invoked,
    }
    return {**detail, "Annotation": result.annotation} if result.annotation else detail


def _wanted(request: Request) -> frozenset[str]:
    wanted = request.get("ComplianceTypes") or []
    constraints = Constraints().length("complianceTypes", list(wanted), 0, 3)
    for index, compliance in enumerate(wanted, start=1):
        constraints.one_of(f"complianceTypes.{index}.member", compliance, COMPLIANCE_TYPES)
    constraints.check()
    return frozenset(wanted) or COMPLIANCE_TYPES


def _wanted_details(request: Request) -> frozenset[str]:
    wanted = _wanted(request)
    if INSUFFICIENT_DATA in (request.get("ComplianceTypes") or ()):
        raise invalid_parameter(f"{INSUFFICIENT_DATA} cannot be used as a filter.")
    return wanted


def _of_types(results: Iterable[Result], wanted: frozenset[str]) -> list[Result]:
    return [result for result in results if result.compliance in wanted]


def _limit(request: Request) -> int:
    limit = request.get("Limit") or _DEFAULT_PAGE
    Constraints().at_most("limit", limit, 100).check()
    return int(limit)


def _answer(name: str, entries: Sequence[Any], limit: int, request: Request) -> Response:
    found, token = page(entries, limit, request.get("NextToken"))
    response: Response = {name: list(found)}
    return {**response, "NextToken": token} if token else response
