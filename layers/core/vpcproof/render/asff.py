"""AWS Security Finding Format: what `aws securityhub batch-import-findings` takes.

https://docs.aws.amazon.com/securityhub/latest/userguide/asff-required-attributes.html
https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchimportfindings.html
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from ..engine import Evaluation
from ..errors import SnapshotError
from ..model.resource_type import ResourceType
from ..model.verdict import Compliance
from .exempted import is_exempt
from .findings import Findings
from .frameworks import controls_of, requirements_of
from .identity import fingerprint, resource_arn
from .page import printable

# The lengths that Security Hub takes.
# https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html
_TITLE, _DESCRIPTION, _RECOMMENDATION, _FIELD, _RESOURCE = 256, 1024, 512, 1024, 512
_REQUIREMENTS = 32

_TYPE = "Software and Configuration Checks/AWS Security Best Practices/Network Reachability"
_STATUS = {
    Compliance.COMPLIANT: "PASSED",
    Compliance.NON_COMPLIANT: "FAILED",
    Compliance.NOT_APPLICABLE: "NOT_AVAILABLE",
    Compliance.UNDETERMINED: "NOT_AVAILABLE",
}
# Types that the format has no name for are "Other".
# https://docs.aws.amazon.com/securityhub/latest/userguide/asff-resources.html
_RESOURCE_TYPE = {
    ResourceType.VPC: "AwsEc2Vpc",
    ResourceType.SUBNET: "AwsEc2Subnet",
    ResourceType.SECURITY_GROUP: "AwsEc2SecurityGroup",
    ResourceType.ROUTE_TABLE: "AwsEc2RouteTable",
    ResourceType.NETWORK_ACL: "AwsEc2NetworkAcl",
}


def render_asff(findings: Findings) -> str:
    """An array of findings, what complies included: it resolves the finding of an earlier run.

    Raises SnapshotError where the source does not tell the account and the Region.
    """
    source = findings.source
    if not (source.account and source.region):
        raise SnapshotError(
            "asff needs the account and the Region: add what `aws sts get-caller-identity` prints "
            "to the snapshot, and name the Region by --region"
        )
    place = f"{source.region}:{source.account}"
    partition = source.partition or "aws"
    product = f"arn:{partition}:securityhub:{place}:product/{source.account}/default"
    origin = {
        "SchemaVersion": "2018-10-08",
        "ProductArn": product,
        "ProductName": "vpcproof",
        "AwsAccountId": source.account,
        "Region": source.region,
    }
    documents = [{**origin, **_finding(each, findings)} for each in findings.report.evaluations]
    return json.dumps(documents, indent=2) + "\n"


def _finding(evaluation: Evaluation, findings: Findings) -> dict[str, Any]:
    captured_at = _moment(findings.captured_at)
    source = findings.source
    severity = _severity(evaluation)
    advice = findings.advice.get(evaluation.rule, "")
    broken = evaluation.compliance is Compliance.NON_COMPLIANT
    idle = evaluation.compliance is Compliance.NOT_APPLICABLE
    return {
        "Id": f"vpcproof/{source.region}/{source.account}/{fingerprint(evaluation)}",
        "GeneratorId": _cut(f"vpcproof/{evaluation.rule}", _FIELD),
        "CreatedAt": captured_at,
        "UpdatedAt": captured_at,
        "Types": [_TYPE],
        "Severity": severity,
        "FindingProviderFields": {"Severity": severity, "Types": [_TYPE]},
        "Title": _cut(findings.title(evaluation.rule), _TITLE),
        "Description": _cut(evaluation.annotation, _DESCRIPTION),
        **(
            {"Remediation": {"Recommendation": {"Text": _cut(advice, _RECOMMENDATION)}}}
            if broken and advice
            else {}
        ),
        "ProductFields": _fields(evaluation),
        "Resources": [_resource(evaluation, findings)],
        "Compliance": _compliance(evaluation),
        "RecordState": "ARCHIVED" if idle else "ACTIVE",
    }


def _severity(evaluation: Evaluation) -> dict[str, str]:
    """As Security Hub has it: only what failed is more than informational."""
    broken = evaluation.compliance is Compliance.NON_COMPLIANT
    label = evaluation.severity.value.upper() if broken else "INFORMATIONAL"
    return {"Label": label, "Original": evaluation.severity.value}


def _fields(evaluation: Evaluation) -> dict[str, str]:
    """The facts that a verdict rests on, and what the other formats call it."""
    fields = {"vpcproof/rule": evaluation.rule, "vpcproof/verdict": evaluation.compliance.value}
    if evaluation.vpc_id:
        fields["vpcproof/vpc"] = evaluation.vpc_id
    if evaluation.evidence:
        facts = (f"{printable(each.id)}: {printable(each.detail)}" for each in evaluation.evidence)
        fields["vpcproof/evidence"] = "; ".join(facts)
    return {key: _cut(text, _FIELD) for key, text in fields.items()}


def _resource(evaluation: Evaluation, findings: Findings) -> dict[str, Any]:
    name = findings.names.get(evaluation.resource_id)
    return {
        "Type": _RESOURCE_TYPE.get(evaluation.resource_type, "Other"),
        "Id": _cut(resource_arn(evaluation, findings.source) or "", _RESOURCE),
        "Partition": findings.source.partition or "aws",
        "Region": findings.source.region,
        **({"Tags": {"Name": _cut(name, 256)}} if name else {}),
    }


def _compliance(evaluation: Evaluation) -> dict[str, Any]:
    related = [str(each) for each in requirements_of(controls_of(evaluation))]
    status = _STATUS[evaluation.compliance]
    reason = "EXEMPT" if is_exempt(evaluation) else evaluation.compliance.value
    return {
        "Status": status,
        **({"RelatedRequirements": related[:_REQUIREMENTS]} if related else {}),
        **(
            {
                "StatusReasons": [
                    {"ReasonCode": reason, "Description": _cut(evaluation.annotation, _FIELD)}
                ]
            }
            if status == "NOT_AVAILABLE"
            else {}
        ),
    }


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _cut(text: str, length: int) -> str:
    """The text on one line, not empty and no longer than is taken."""
    line = printable(text).strip() or "-"
    return line if len(line) <= length else f"{line[: length - 1]}…"
