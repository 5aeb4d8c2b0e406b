"""CSV as RFC 4180 has it, one row per verdict: for spreadsheets, and safe to open in them."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from io import StringIO

from ..engine import Evaluation
from ..model.verdict import Compliance
from .exempted import is_exempt
from .findings import Findings
from .page import printable

COLUMNS = (
    "account",
    "region",
    "vpc_id",
    "vpc_name",
    "rule",
    "resource_type",
    "resource_id",
    "resource_name",
    "compliance",
    "severity",
    "exempt",
    "baseline",
    "annotation",
    "evidence",
    "fix",
    "location",
)

# What makes a spreadsheet take a cell for a formula, the full-width forms included.
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # noqa: RUF001 - the look-alikes are meant


def render_csv(findings: Findings) -> str:
    """Every cell is quoted, so that one separated otherwise is still one cell."""
    written = StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for evaluation in findings.report.evaluations:
        row = _row(evaluation, findings)
        writer.writerow([_cell(row[column]) for column in COLUMNS])
    return written.getvalue()


def _row(evaluation: Evaluation, findings: Findings) -> Mapping[str, str]:
    vpc_id = evaluation.vpc_id or ""
    return {
        "account": findings.source.account or "",
        "region": findings.source.region or "",
        "vpc_id": vpc_id,
        "vpc_name": findings.names.get(vpc_id, ""),
        "rule": evaluation.rule,
        "resource_type": evaluation.resource_type.value,
        "resource_id": evaluation.resource_id,
        "resource_name": findings.names.get(evaluation.resource_id, ""),
        "compliance": evaluation.compliance.value,
        "severity": evaluation.severity.value,
        "exempt": "yes" if is_exempt(evaluation) else "no",
        "baseline": _state(evaluation, findings),
        "annotation": evaluation.annotation,
        "evidence": "; ".join(
            f"{printable(each.id)}: {printable(each.detail)}" for each in evaluation.evidence
        ),
        "fix": findings.advice.get(evaluation.rule, "") if _is_broken(evaluation) else "",
        "location": str(evaluation.location or ""),
    }


def _is_broken(evaluation: Evaluation) -> bool:
    return evaluation.compliance is Compliance.NON_COMPLIANT


def _state(evaluation: Evaluation, findings: Findings) -> str:
    if findings.baseline is None or not _is_broken(evaluation):
        return ""
    return "unchanged" if findings.is_known(evaluation) else "new"


def _cell(text: str) -> str:
    """The text on one line, with an apostrophe before what a spreadsheet would calculate."""
    shown = printable(text)
    return f"'{shown}" if shown.lstrip().startswith(_FORMULA) else shown
