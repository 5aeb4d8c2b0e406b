"""The JSON document of `check`, as docs/schemas/check.schema.json describes it."""

from __future__ import annotations

import json
from typing import Any

from ..engine import Evaluation
from ..model.facts import Gap
from ..model.location import Location
from ..remediation.plan import Plan
from .baseline import Comparison
from .findings import Findings

SCHEMA_VERSION = "1.0"


def render_json(findings: Findings) -> str:
    """The document: the same bytes for the same findings, pure ASCII whatever AWS's texts hold."""
    source, report = findings.source, findings.report
    document: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "source": {
            "kind": source.kind,
            "account": source.account,
            "region": source.region,
            "partition": source.partition,
        },
        "summary": {verdict.value: number for verdict, number in report.summary.items()},
        "evaluations": [_evaluation(each, findings) for each in report.evaluations],
        "gaps": [_gap(each) for each in sorted(report.gaps, key=_gap_order)],
    }
    if findings.baseline is not None:
        document["baseline"] = _comparison(findings.baseline)
    return json.dumps(document, indent=2) + "\n"


def _evaluation(evaluation: Evaluation, findings: Findings) -> dict[str, Any]:
    plan = findings.fixes.get((evaluation.rule, evaluation.resource_id))
    return {
        "rule": evaluation.rule,
        "resource_type": evaluation.resource_type.value,
        "resource_id": evaluation.resource_id,
        "vpc_id": evaluation.vpc_id,
        "compliance": evaluation.compliance.value,
        "severity": evaluation.severity.value,
        "annotation": evaluation.annotation,
        "evidence": [
            {"fact": each.fact, "id": each.id, "detail": each.detail}
            for each in evaluation.evidence
        ],
        "fixes": [_fix(plan)] if plan else [],
        **_declared(evaluation.location),
    }


def _fix(plan: Plan) -> dict[str, Any]:
    """A plan in words; `vpcproof fix` has it in every form."""
    number, cost = len(plan.changes), plan.monthly_cost.amount
    changes = "1 change" if number == 1 else f"{number} changes"
    return {
        "summary": f"{changes} in {plan.vpc_id}, {cost:.2f} USD a month",
        "changes": [change.summary for change in plan.changes],
    }


def _declared(location: Location | None) -> dict[str, Any]:
    if location is None:
        return {}
    known = {"file": location.file, "line": location.line, "address": location.address}
    return {"location": {name: value for name, value in known.items() if value is not None}}


def _comparison(comparison: Comparison) -> dict[str, list[dict[str, Any]]]:
    return {
        "new": [_finding(each) for each in comparison.new],
        "unchanged": [_finding(each) for each in comparison.unchanged],
        "fixed": [_finding(each) for each in comparison.fixed],
        "undecided": [_finding(each) for each in comparison.undecided],
    }


def _finding(evaluation: Evaluation) -> dict[str, Any]:
    return {
        "rule": evaluation.rule,
        "resource_type": evaluation.resource_type.value,
        "resource_id": evaluation.resource_id,
        "vpc_id": evaluation.vpc_id,
        "severity": evaluation.severity.value,
        "annotation": evaluation.annotation,
    }


def _gap(gap: Gap) -> dict[str, str]:
    whose = {} if gap.vpc_id is None else {"vpc_id": gap.vpc_id}
    return {"fact": gap.fact.key, "reason": gap.reason, **whose}


def _gap_order(gap: Gap) -> tuple[str, str, str]:
    return gap.fact.key, gap.vpc_id or "", gap.reason
