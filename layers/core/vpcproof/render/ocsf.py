"""OCSF: one Compliance Finding (class 2003) per verdict, with the cloud profile.

https://schema.ocsf.io/1.3.0/classes/compliance_finding?profiles=cloud
"""

from __future__ import annotations

import json
from typing import Any

from .. import __version__
from ..engine import Evaluation
from ..model.verdict import Compliance, Severity
from .exempted import is_exempt
from .findings import Findings, Source
from .frameworks import controls_of, requirements_of
from .identity import fingerprint, resource_arn

OCSF_VERSION = "1.3.0"
_CATEGORY, _CLASS, _CREATE = 2, 2003, 1

_SEVERITY = {
    Severity.CRITICAL: (5, "Critical"),
    Severity.HIGH: (4, "High"),
    Severity.MEDIUM: (3, "Medium"),
    Severity.LOW: (2, "Low"),
}
# "Warning" is the schema's word for a check without a result, as information is missing.
_COMPLIANCE = {
    Compliance.COMPLIANT: (1, "Pass"),
    Compliance.UNDETERMINED: (2, "Warning"),
    Compliance.NON_COMPLIANT: (3, "Fail"),
    Compliance.NOT_APPLICABLE: (99, "Not Applicable"),
}
_NEW, _SUPPRESSED, _RESOLVED, _OTHER = (
    (1, "New"),
    (3, "Suppressed"),
    (4, "Resolved"),
    (99, "Not Applicable"),
)


def render_ocsf(findings: Findings) -> str:
    """An array of events; each tells how one resource stands to one rule."""
    events = [_event(each, findings) for each in findings.report.evaluations]
    return json.dumps(events, indent=2) + "\n"


def _event(evaluation: Evaluation, findings: Findings) -> dict[str, Any]:
    broken = evaluation.compliance is Compliance.NON_COMPLIANT
    severity_id, severity = _SEVERITY[evaluation.severity] if broken else (1, "Informational")
    status_id, status = _status(evaluation)
    advice = findings.advice.get(evaluation.rule, "")
    captured_at = round(findings.captured_at.timestamp() * 1000)
    return {
        "metadata": _metadata(),
        "category_uid": _CATEGORY,
        "category_name": "Findings",
        "class_uid": _CLASS,
        "class_name": "Compliance Finding",
        "activity_id": _CREATE,
        "activity_name": "Create",
        "type_uid": _CLASS * 100 + _CREATE,
        "type_name": "Compliance Finding: Create",
        "time": captured_at,
        "severity_id": severity_id,
        "severity": severity,
        "status_id": status_id,
        "status": status,
        "message": evaluation.annotation,
        "finding_info": {
            "uid": fingerprint(evaluation),
            "title": findings.title(evaluation.rule),
            "desc": evaluation.annotation,
            "created_time": captured_at,
            "types": [evaluation.rule],
            "analytic": {
                "type_id": 1,
                "type": "Rule",
                "uid": evaluation.rule,
                "name": evaluation.rule,
            },
        },
        "compliance": _compliance(evaluation),
        "resources": [_resource(evaluation, findings)],
        "cloud": _cloud(findings.source),
        **({"remediation": {"desc": advice}} if broken and advice else {}),
        "unmapped": _unmapped(evaluation),
    }


def _status(evaluation: Evaluation) -> tuple[int, str]:
    """How the finding stands: an accepted one is suppressed, one that complies is resolved."""
    if is_exempt(evaluation):
        return _SUPPRESSED
    if evaluation.compliance is Compliance.COMPLIANT:
        return _RESOLVED
    return _OTHER if evaluation.compliance is Compliance.NOT_APPLICABLE else _NEW


def _metadata() -> dict[str, Any]:
    return {
        "version": OCSF_VERSION,
        "profiles": ["cloud"],
        "product": {"name": "vpcproof", "vendor_name": "vpcproof", "version": __version__},
    }


def _compliance(evaluation: Evaluation) -> dict[str, Any]:
    """`standards` is required: vpcproof's own rules are one, those of frameworks come beside."""
    status_id, status = _COMPLIANCE[evaluation.compliance]
    controls = controls_of(evaluation)
    related = requirements_of(controls)
    standards = dict.fromkeys(["vpcproof", *(each.standard for each in related)])
    return {
        "control": evaluation.rule,
        "standards": list(standards),
        **({"requirements": [str(each) for each in related]} if related else {}),
        "status_id": status_id,
        "status": status,
        "status_detail": evaluation.annotation,
    }


def _resource(evaluation: Evaluation, findings: Findings) -> dict[str, Any]:
    source = findings.source
    known = {
        "name": findings.names.get(evaluation.resource_id),
        "region": source.region,
        "cloud_partition": source.partition,
    }
    return {
        "type": evaluation.resource_type.value,
        "uid": resource_arn(evaluation, source) or evaluation.resource_id,
        **{key: value for key, value in known.items() if value},
    }


def _cloud(source: Source) -> dict[str, Any]:
    account = {"uid": source.account, "type_id": 10, "type": "AWS Account"}
    return {
        "provider": "AWS",
        **({"account": account} if source.account else {}),
        **({"region": source.region} if source.region else {}),
    }


def _unmapped(evaluation: Evaluation) -> dict[str, Any]:
    """What the class has no attribute for."""
    return {
        "vpc_id": evaluation.vpc_id,
        "verdict": evaluation.compliance.value,
        "evidence": [
            {"fact": each.fact, "id": each.id, "detail": each.detail}
            for each in evaluation.evidence
        ],
    }
