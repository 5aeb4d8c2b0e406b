"""The JSON document of `check`, as docs/schemas/check.schema.json describes it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from json.encoder import encode_basestring_ascii
from typing import Any

from ..engine import Evaluation
from ..model.facts import Gap
from ..model.location import Location
from ..remediation.plan import Plan
from .baseline import Comparison
from .findings import Findings

SCHEMA_VERSION = "1.0"


def render_json(findings: Findings) -> Iterator[str]:
    """The document: the same bytes for the same findings, pure ASCII whatever AWS's texts hold.

    It comes in pieces, because the evaluations of a large account fill memory otherwise.
    """
    source, report = findings.source, findings.report
    members: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "source": {
            "kind": source.kind,
            "account": source.account,
            "region": source.region,
            "partition": source.partition,
        },
        "summary": {verdict.value: number for verdict, number in report.summary.items()},
        "evaluations": (_evaluation(each, findings) for each in report.evaluations),
        "gaps": [_gap(each) for each in sorted(report.gaps, key=_gap_order)],
    }
    if findings.baseline is not None:
        members["baseline"] = _comparison(findings.baseline)
    separator = "{"
    for name, value in members.items():
        yield f'{separator}\n  "{name}": '
        yield from _list(value) if isinstance(value, Iterator) else [_text(value, "\n  ")]
        separator = ","
    yield "\n}\n"


def _list(elements: Iterable[Any]) -> Iterator[str]:
    """A list at the first level, an element at a time."""
    opened = False
    for element in elements:
        yield ("," if opened else "[") + "\n    " + _text(element, "\n    ")
        opened = True
    yield "\n  ]" if opened else "[]"


def _text(value: object, line: str) -> str:
    """A value as `json.dumps(…, indent=2)` writes it, which takes twice as long.

    `line` begins a line at the level of the value.
    """
    deeper = line + "  "
    if isinstance(value, str):
        return encode_basestring_ascii(value)
    if isinstance(value, dict) and value:
        members = (f"{encode_basestring_ascii(k)}: {_text(v, deeper)}" for k, v in value.items())
        return "{" + deeper + f",{deeper}".join(members) + line + "}"
    if isinstance(value, list) and value:
        return "[" + deeper + f",{deeper}".join(_text(v, deeper) for v in value) + line + "]"
    return json.dumps(value)


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
