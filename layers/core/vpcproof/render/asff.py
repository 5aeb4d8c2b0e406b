"""A report in the AWS Security Finding Format: what complies included, as it resolves a finding."""

from __future__ import annotations

import json

from ..engine import Evaluation
from ..errors import SnapshotError
from ..finding.asff import Finding, asff
from ..finding.identity import Origin, resource_arn
from ..model.verdict import Compliance
from .exempted import is_exempt
from .findings import Findings
from .frameworks import controls_of, requirements_of
from .identity import origin_of
from .page import printable


def render_asff(findings: Findings) -> str:
    """An array of findings, what complies included: it resolves the finding of an earlier run.

    Raises SnapshotError where the source does not tell the account and the Region.
    """
    origin = origin_of(findings.source)
    if origin is None:
        raise SnapshotError(
            "asff needs the account and the Region: add what `aws sts get-caller-identity` prints "
            "to the snapshot, and name the Region by --region"
        )
    judged = findings.report.evaluations
    documents = [asff(_finding(each, findings, origin), origin) for each in judged]
    return json.dumps(documents, indent=2) + "\n"


def _finding(evaluation: Evaluation, findings: Findings, origin: Origin) -> Finding:
    arn = resource_arn(evaluation.resource_type, evaluation.resource_id, origin)
    requirements = requirements_of(controls_of(evaluation))
    return Finding(
        rule=evaluation.rule,
        title=printable(findings.title(evaluation.rule)),
        resource_type=evaluation.resource_type,
        resource_id=evaluation.resource_id,
        arn=printable(arn),
        name=printable(findings.names.get(evaluation.resource_id, "")),
        compliance=evaluation.compliance,
        severity=evaluation.severity.value,
        annotation=printable(evaluation.annotation),
        advice=printable(findings.advice.get(evaluation.rule, "")),
        reason="EXEMPT" if is_exempt(evaluation) else evaluation.compliance.value,
        requirements=tuple(map(str, requirements)),
        fields=_fields(evaluation),
        captured_at=findings.captured_at,
        archived=evaluation.compliance is Compliance.NOT_APPLICABLE,
    )


def _fields(evaluation: Evaluation) -> dict[str, str]:
    """The facts that a verdict rests on, and what the other formats call it."""
    fields = {"rule": evaluation.rule, "verdict": evaluation.compliance.value}
    if evaluation.vpc_id:
        fields["vpc"] = printable(evaluation.vpc_id)
    if evaluation.evidence:
        facts = (f"{printable(each.id)}: {printable(each.detail)}" for each in evaluation.evidence)
        fields["evidence"] = "; ".join(facts)
    return fields
