"""The findings of a report as rows, the worst first, and as data that a script can filter."""

from __future__ import annotations

from typing import Any

from ...engine import Evaluation
from ...model.verdict import Compliance, Severity
from ..exempted import is_exempt
from ..findings import Findings
from .interned import Interned

# What a table without script shows: more rows than anybody reads, few enough to open at once.
SHOWN_WITHOUT_SCRIPT = 500

VERDICTS = (
    Compliance.NON_COMPLIANT,
    Compliance.UNDETERMINED,
    Compliance.COMPLIANT,
    Compliance.NOT_APPLICABLE,
)
_ATTENTION = VERDICTS[:2]


def worst_first(findings: Findings) -> list[Evaluation]:
    """All evaluations; those that the baseline knows come after what is new."""
    return sorted(
        findings.report.evaluations,
        key=lambda each: (
            VERDICTS.index(each.compliance),
            findings.is_known(each),
            each.severity.rank,
            each.rule,
            each.resource_id,
        ),
    )


def rows(findings: Findings, ordered: list[Evaluation]) -> list[dict[str, Any]]:
    """What needs attention, in words, for those who read without script."""
    wanted = [each for each in ordered if each.compliance in _ATTENTION]
    return [
        {
            "verdict": word(each),
            "mark": mark(each),
            "rule": each.rule,
            "id": each.resource_id,
            "name": findings.names.get(each.resource_id, ""),
            "vpc": each.vpc_id or "",
            "text": each.annotation,
            "evidence": [(fact.id, fact.detail) for fact in each.evidence],
            "advice": findings.advice.get(each.rule, ""),
            "known": findings.is_known(each),
        }
        for each in wanted[:SHOWN_WITHOUT_SCRIPT]
    ]


def attention(findings: Findings) -> int:
    """How many evaluations are broken or could not be determined."""
    return sum(findings.report.summary[each] for each in _ATTENTION)


def word(evaluation: Evaluation) -> str:
    """The verdict as people say it: the severity where something is broken."""
    if evaluation.compliance is Compliance.NON_COMPLIANT:
        return evaluation.severity.value
    return evaluation.compliance.value.lower().replace("_", " ")


def mark(evaluation: Evaluation) -> str:
    """The shape and colour of a verdict, as the style sheet names it."""
    if evaluation.compliance is Compliance.NON_COMPLIANT:
        return evaluation.severity.value
    return evaluation.compliance.value.lower().replace("_", "-")


def data(findings: Findings, ordered: list[Evaluation], vpc_ids: list[str]) -> dict[str, Any]:
    """All evaluations, short: rules, VPCs, texts and facts are named by number.

    A member of `findings` is rule, resource, VPC (or null), verdict, severity, text, facts, and
    whether the baseline knows it.
    """
    rules = sorted({each.rule for each in ordered})
    places = {vpc_id: number for number, vpc_id in enumerate(vpc_ids)}
    numbers = {rule: number for number, rule in enumerate(rules)}
    texts, facts = Interned(), Interned()
    severities = list(Severity)
    judged = [
        [
            numbers[each.rule],
            each.resource_id,
            places.get(each.vpc_id or ""),
            VERDICTS.index(each.compliance),
            severities.index(each.severity),
            texts.number(each.annotation, each.annotation),
            [
                facts.number((fact.id, fact.detail), [fact.id, fact.detail])
                for fact in each.evidence
            ],
            int(findings.is_known(each)),
        ]
        for each in ordered
    ]
    named = {each.resource_id for each in ordered} & findings.names.keys()
    return {
        "rules": [[rule, findings.title(rule), findings.advice.get(rule, "")] for rule in rules],
        "texts": texts.written,
        "facts": facts.written,
        "findings": judged,
        "names": {each: findings.names[each] for each in sorted(named)},
    }


def counts(findings: Findings) -> list[dict[str, Any]]:
    """The verdicts counted, each with its word and mark; severities stand for what is broken."""
    evaluations = findings.report.evaluations
    broken = [each for each in evaluations if each.compliance is Compliance.NON_COMPLIANT]
    exempt = sum(map(is_exempt, evaluations))
    severities = [
        {
            "mark": severity.value,
            "word": severity.value,
            "number": sum(each.severity is severity for each in broken),
            "note": "",
        }
        for severity in Severity
    ]
    others = [
        {
            "mark": verdict.value.lower().replace("_", "-"),
            "word": verdict.value.lower().replace("_", " "),
            "number": findings.report.summary[verdict],
            "note": f"{exempt} exempt" if exempt and verdict is Compliance.NOT_APPLICABLE else "",
        }
        for verdict in VERDICTS[1:]
    ]
    return [*severities, *others]
