"""JUnit XML: a suite per VPC, a case per rule and resource, as CI servers show test results.

https://github.com/testmoapp/junitxml
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ..engine import Evaluation
from ..model.verdict import Compliance
from .findings import Findings
from .page import printable

_NOT_JUDGED = "not judged"
_COUNTED = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def render_junit(findings: Findings) -> str:
    """Findings are failures, what could not be determined is an error.

    What is not applicable is skipped, and so is a finding that the baseline knows: neither fails
    the build.
    """
    by_vpc: dict[str, list[Evaluation]] = {}
    for evaluation in findings.report.evaluations:
        by_vpc.setdefault(evaluation.vpc_id or "", []).append(evaluation)
    root = Element("testsuites", name="vpcproof")
    for vpc_id, evaluations in sorted(by_vpc.items()):
        name = _named(vpc_id, findings) if vpc_id else "no VPC known"
        suite = SubElement(root, "testsuite", name=name)
        for evaluation in evaluations:
            _write_case(suite, evaluation, findings)
    if findings.unjudged:
        _write_unjudged(SubElement(root, "testsuite", name=_NOT_JUDGED), findings.unjudged)
    for element in (*root, root):
        _count(element)
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _write_case(suite: Element, evaluation: Evaluation, findings: Findings) -> None:
    case = SubElement(
        suite,
        "testcase",
        _declared(evaluation),
        classname=printable(evaluation.rule),
        name=_named(evaluation.resource_id, findings),
    )
    message = printable(evaluation.annotation)
    if evaluation.compliance is Compliance.NOT_APPLICABLE:
        SubElement(case, "skipped", message=message)
    elif findings.is_known(evaluation):
        SubElement(case, "skipped", message=f"unchanged since the baseline: {message}")
    elif evaluation.compliance is Compliance.NON_COMPLIANT:
        failure = SubElement(case, "failure", message=message, type=evaluation.severity.value)
        failure.text = _details(evaluation, findings.advice.get(evaluation.rule, ""))
    elif evaluation.compliance is Compliance.UNDETERMINED:
        error = SubElement(case, "error", message=message, type=evaluation.compliance.value)
        error.text = _details(evaluation)


def _declared(evaluation: Evaluation) -> dict[str, str]:
    if evaluation.location is None:
        return {}
    line = evaluation.location.line
    file = {"file": printable(evaluation.location.file)}
    return file if line is None else {**file, "line": str(line)}


def _write_unjudged(suite: Element, rules: Sequence[str]) -> None:
    for rule in rules:
        case = SubElement(suite, "testcase", classname=rule, name=_NOT_JUDGED)
        SubElement(case, "skipped", message="the resources that it judges were not read")


def _count(element: Element) -> None:
    element.set("tests", str(len(element.findall(".//testcase"))))
    for attribute, outcome in _COUNTED.items():
        element.set(attribute, str(len(element.findall(f".//{outcome}"))))


def _named(resource_id: str, findings: Findings) -> str:
    name = findings.names.get(resource_id)
    return f"{printable(resource_id)} ({printable(name)})" if name else printable(resource_id)


def _details(evaluation: Evaluation, advice: str = "") -> str:
    """The facts, and how to fix what they show; XML has no way to write control characters."""
    lines = [
        f"{evaluation.resource_type} {printable(evaluation.resource_id)}",
        printable(evaluation.annotation),
        *(f"- {printable(each.id)}: {printable(each.detail)}" for each in evaluation.evidence),
    ]
    lines += [f"Fix: {printable(advice)}"] if advice else []
    return "\n".join(lines)
