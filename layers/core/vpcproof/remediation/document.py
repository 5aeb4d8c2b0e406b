"""Plans as JSON values and back: what is approved and recorded is what was proven.

docs/schemas/plan.schema.json describes the form.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from typing import Any

from ..model.resource_type import ResourceType
from ..model.verdict import Compliance
from .change import Call, Change, Expectation, MonthlyCost, Risk
from .plan import Finding, Plan, PlanError, Problem, Proof

SCHEMA_VERSION = "1.0"
CURRENCY = "USD"

Document = dict[str, Any]


def plans_to_document(plans: Iterable[Plan]) -> Document:
    """The document that holds plans, one for each VPC."""
    return {"schema_version": SCHEMA_VERSION, "plans": [_plan(each) for each in plans]}


def plans_from_document(document: Mapping[str, Any]) -> tuple[Plan, ...]:
    """The plans of a document; raises PlanError when it is not of the form."""
    version = document.get("schema_version")
    if version != SCHEMA_VERSION:
        raise PlanError(f"plans of schema version {version!r} cannot be read, {SCHEMA_VERSION} can")
    try:
        return tuple(_read_plan(each) for each in document["plans"])
    except (KeyError, TypeError, AttributeError, ValueError, InvalidOperation) as error:
        raise PlanError(f"the document is no plan: {type(error).__name__} {error}") from error


def plan_id(plan: Plan) -> str:
    """A digest of what a plan changes, and where: made anew of the same facts it is the same."""
    where = [plan.account, plan.region, plan.vpc_id]
    calls = [_call(change.call) for change in plan.changes]
    return sha256(json.dumps([*where, calls], sort_keys=True).encode()).hexdigest()[:16]


def _plan(plan: Plan) -> Document:
    return {
        "vpc_id": plan.vpc_id,
        "account": plan.account,
        "region": plan.region,
        "skipped": plan.skipped,
        "changes": [_change(each) for each in plan.changes],
        "monthly_cost": _cost(plan.monthly_cost),
        "repairs": [_finding(each) for each in plan.repairs],
        "problems": [
            {**_finding(each.finding), "reasons": list(each.reasons)} for each in plan.problems
        ],
        "proof": plan.proof and {"verdicts": plan.proof.verdicts, "paths": plan.proof.paths},
    }


def _change(change: Change) -> Document:
    return {
        **_call(change.call),
        "summary": change.summary,
        "risk": change.risk.value,
        "expects": [
            {"question": each.question, "of": list(each.of), "answer": each.answer}
            for each in change.expects
        ],
        "undo": [_call(each) for each in change.undo],
        "monthly_cost": _cost(change.cost),
    }


def _call(call: Call) -> Document:
    return {
        "operation": call.operation,
        "arguments": dict(call.arguments),
        "creates": call.creates,
    }


def _cost(cost: MonthlyCost) -> Document:
    return {
        "amount": str(cost.amount),
        "currency": CURRENCY,
        "source": cost.source,
        "note": cost.note,
    }


def _finding(finding: Finding) -> Document:
    return {
        "rule": finding.rule,
        "resource_type": finding.resource_type.value,
        "resource_id": finding.resource_id,
        "compliance": finding.compliance.value,
        "annotation": finding.annotation,
    }


def _read_plan(raw: Mapping[str, Any]) -> Plan:
    proof = raw["proof"]
    return Plan(
        vpc_id=raw["vpc_id"],
        account=raw["account"],
        region=raw["region"],
        skipped=raw["skipped"],
        changes=tuple(_read_change(each) for each in raw["changes"]),
        repairs=tuple(_read_finding(each) for each in raw["repairs"]),
        problems=tuple(
            Problem(finding=_read_finding(each), reasons=tuple(each["reasons"]))
            for each in raw["problems"]
        ),
        proof=proof and Proof(verdicts=proof["verdicts"], paths=proof["paths"]),
    )


def _read_change(raw: Mapping[str, Any]) -> Change:
    return Change(
        call=_read_call(raw),
        summary=raw["summary"],
        risk=Risk(raw["risk"]),
        expects=tuple(
            Expectation(question=each["question"], of=tuple(each["of"]), answer=each["answer"])
            for each in raw["expects"]
        ),
        undo=tuple(_read_call(each) for each in raw["undo"]),
        cost=_read_cost(raw["monthly_cost"]),
    )


def _read_call(raw: Mapping[str, Any]) -> Call:
    return Call(operation=raw["operation"], arguments=raw["arguments"], creates=raw["creates"])


def _read_cost(raw: Mapping[str, Any]) -> MonthlyCost:
    return MonthlyCost(amount=Decimal(raw["amount"]), source=raw["source"], note=raw["note"])


def _read_finding(raw: Mapping[str, Any]) -> Finding:
    return Finding(
        rule=raw["rule"],
        resource_type=ResourceType(raw["resource_type"]),
        resource_id=raw["resource_id"],
        compliance=Compliance(raw["compliance"]),
        annotation=raw["annotation"],
    )
