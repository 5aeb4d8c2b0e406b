"""SARIF 2.1.0, for code scanning and for editors.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
What a reader makes of it: https://docs.github.com/en/code-security/reference/code-scanning/sarif-support-for-code-scanning
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

from .. import __version__
from ..engine import Evaluation
from ..model.facts import Gap
from ..model.verdict import Compliance, Severity
from ..rules.registry import Rule
from .findings import Findings, Source
from .frameworks import NIST, controls_about, controls_of, requirements_of
from .identity import fingerprint
from .page import printable

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVEL = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
}
# GitHub shows critical from 9.0, high from 7.0, medium from 4.0.
_SCORE = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.0",
}
# A reader may take what is not in the log for fixed, so what could not be told is in it, too.
# GitHub takes every result for a problem, whatever its kind or suppressions say: what complies, is
# not applicable or exempt is left out.
# https://github.com/github/codeql-action/issues/1230
_KIND = {Compliance.NON_COMPLIANT: "fail", Compliance.UNDETERMINED: "open"}


def render_sarif(findings: Findings) -> str:
    """One run of the tool: its rules, what breaks them, and what could not be told."""
    shown = [each for each in findings.report.evaluations if each.compliance in _KIND]
    rules = sorted(findings.rules.values(), key=lambda rule: rule.name)
    positions = {rule.name: position for position, rule in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": "vpcproof",
                "semanticVersion": __version__,
                "rules": [_rule(each, findings.advice.get(each.name, "")) for each in rules],
            }
        },
        "automationDetails": {"id": f"vpcproof/{_place(findings.source)}/"},
        "invocations": [_invocation(findings.report.gaps)],
        "results": [
            {**_result(each, findings.source, positions), **_baseline(each, findings)}
            for each in shown
        ],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(rule: Rule, advice: str) -> dict[str, Any]:
    markdown = rule.documentation.strip().partition("\n")[2].strip()
    return {
        "id": rule.name,
        "shortDescription": {"text": rule.title},
        "help": {"text": advice or rule.title, "markdown": markdown or rule.title},
        "defaultConfiguration": {"level": _LEVEL[rule.severity]},
        "properties": {
            "tags": _tags(rule.name),
            "precision": "very-high",
            "security-severity": _SCORE[rule.severity],
        },
    }


def _tags(rule: str) -> list[str]:
    """What alerts are filtered by: of NIST's controls without their enhancements, to be few."""
    related = requirements_of(controls_about(rule))
    named = (
        str(each).partition("(")[0] if each.standard == NIST else str(each) for each in related
    )
    return ["security", "vpc-endpoints", *dict.fromkeys(named)]


def _result(evaluation: Evaluation, source: Source, positions: dict[str, int]) -> dict[str, Any]:
    broken = evaluation.compliance is Compliance.NON_COMPLIANT
    position = positions.get(evaluation.rule)
    related = requirements_of(controls_of(evaluation))
    return {
        "ruleId": evaluation.rule,
        **({} if position is None else {"ruleIndex": position}),
        "kind": _KIND[evaluation.compliance],
        "level": _LEVEL[evaluation.severity] if broken else "none",
        "message": {"text": _message(evaluation)},
        "locations": [_location(evaluation, source)],
        "partialFingerprints": {"ruleAndResource/v1": fingerprint(evaluation)},
        "properties": {
            "severity": evaluation.severity.value,
            "resourceType": evaluation.resource_type.value,
            **({"requirements": [str(each) for each in related]} if related else {}),
        },
    }


def _message(evaluation: Evaluation) -> str:
    """The annotation and the facts, a line each."""
    facts = (f"- {_plain(each.id)}: {_plain(each.detail)}" for each in evaluation.evidence)
    return "\n".join([_plain(evaluation.annotation), *facts])


def _plain(text: str) -> str:
    """A text that makes no line of its own, and no link (section 3.11.6)."""
    line = printable(text)
    return line.replace("[", "\\[").replace("]", "\\]") if "](" in line else line


def _location(evaluation: Evaluation, source: Source) -> dict[str, Any]:
    """Where it is declared, and where in AWS it is.

    GitHub demands a file of every result: where no file declares the resource, a path of the steps
    to it stands for one.
    """
    declared = evaluation.location
    parents = [source.account, source.region]
    steps = [*parents, *dict.fromkeys((evaluation.vpc_id, evaluation.resource_id))]
    path = [step for step in steps if step]
    kinds = [("account", source.account), ("region", source.region), ("vpc", evaluation.vpc_id)]
    within = [
        {"name": printable(name), "kind": kind}
        for kind, name in kinds
        if name and name != evaluation.resource_id
    ]
    return {
        "physicalLocation": {
            "artifactLocation": {
                "uri": _reference(declared.file) if declared else "/".join(map(_segment, path))
            },
            "region": {"startLine": (declared and declared.line) or 1},
        },
        "logicalLocations": [
            {
                "name": printable(evaluation.resource_id),
                "fullyQualifiedName": printable("/".join(path)),
                "kind": "resource",
            },
            *within,
        ],
    }


def _reference(file: str) -> str:
    """A file as a URI reference; a relative one is relative to the root of the repository."""
    path = quote(file.removeprefix("./"), safe="/", errors="backslashreplace")
    return f"file://{path}" if path.startswith("/") else path


def _segment(name: str) -> str:
    """One step of a path; dots alone would lead elsewhere."""
    escaped = quote(name, safe="", errors="backslashreplace")
    return escaped.replace(".", "%2E") if not escaped.strip(".") else escaped


def _baseline(evaluation: Evaluation, findings: Findings) -> dict[str, str]:
    if findings.baseline is None:
        return {}
    return {"baselineState": "unchanged" if findings.is_known(evaluation) else "new"}


def _place(source: Source) -> str:
    """What tells the runs of several accounts and Regions apart."""
    return "/".join(part for part in (source.account, source.region) if part) or source.kind


def _invocation(gaps: Iterable[Gap]) -> dict[str, Any]:
    """Facts that were not read are notifications: they are about the run, not about a resource."""
    texts: Sequence[str] = sorted(
        f"{gap.fact.key}{f' of {gap.vpc_id}' if gap.vpc_id else ''} not read: {gap.reason}"
        for gap in gaps
    )
    return {
        "executionSuccessful": True,
        "toolExecutionNotifications": [
            {"level": "warning", "message": {"text": printable(text)}} for text in texts
        ],
    }
