"""AWS Security Finding Format: what `aws securityhub batch-import-findings` takes.

https://docs.aws.amazon.com/securityhub/latest/userguide/asff-required-attributes.html
https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchimportfindings.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ..model.resource_type import ResourceType
from ..model.verdict import Compliance, Severity
from .identity import Origin, fingerprint

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A verdict as Security Hub is told of it; all texts are on one line and printable.

    `reason` says why there is no verdict, `fields` what the format has no place for.
    """

    rule: str
    title: str
    resource_type: ResourceType
    resource_id: str
    arn: str
    name: str = ""
    compliance: Compliance
    severity: str
    annotation: str
    advice: str = ""
    reason: str = ""
    requirements: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    captured_at: datetime
    archived: bool


def product_arn(origin: Origin) -> str:
    """The product that an account may import findings of its own under."""
    return origin.arn("securityhub", f"product/{origin.account}/default")


def asff(finding: Finding, origin: Origin) -> dict[str, Any]:
    """The finding as a document of the format."""
    captured_at = _moment(finding.captured_at)
    severity = _severity(finding)
    advised = finding.compliance is Compliance.NON_COMPLIANT and finding.advice
    return {
        "SchemaVersion": "2018-10-08",
        "ProductArn": product_arn(origin),
        "ProductName": "vpcproof",
        "AwsAccountId": origin.account,
        "Region": origin.region,
        "Id": _id(finding, origin),
        "GeneratorId": _cut(f"vpcproof/{finding.rule}", _FIELD),
        "CreatedAt": captured_at,
        "UpdatedAt": captured_at,
        "Types": [_TYPE],
        "Severity": severity,
        "FindingProviderFields": {"Severity": severity, "Types": [_TYPE]},
        "Title": _cut(finding.title, _TITLE),
        "Description": _cut(finding.annotation, _DESCRIPTION),
        **(
            {"Remediation": {"Recommendation": {"Text": _cut(finding.advice, _RECOMMENDATION)}}}
            if advised
            else {}
        ),
        "ProductFields": {
            f"vpcproof/{key}": _cut(text, _FIELD) for key, text in finding.fields.items()
        },
        "Resources": [_resource(finding, origin)],
        "Compliance": _compliance(finding),
        "RecordState": "ARCHIVED" if finding.archived else "ACTIVE",
    }


def _id(finding: Finding, origin: Origin) -> str:
    """The same whatever the verdict, and in every run."""
    identity = fingerprint(finding.rule, finding.resource_id)
    return f"vpcproof/{origin.region}/{origin.account}/{identity}"


def _severity(finding: Finding) -> dict[str, str]:
    """As Security Hub has it: only what failed is more than informational."""
    broken = finding.compliance is Compliance.NON_COMPLIANT
    known = finding.severity if finding.severity in list(Severity) else Severity.MEDIUM
    label = known.upper() if broken else "INFORMATIONAL"
    return {"Label": label, "Original": finding.severity}


def _resource(finding: Finding, origin: Origin) -> dict[str, Any]:
    return {
        "Type": _RESOURCE_TYPE.get(finding.resource_type, "Other"),
        "Id": _cut(finding.arn, _RESOURCE),
        "Partition": origin.partition,
        "Region": origin.region,
        **({"Tags": {"Name": _cut(finding.name, 256)}} if finding.name else {}),
    }


def _compliance(finding: Finding) -> dict[str, Any]:
    related = list(finding.requirements[:_REQUIREMENTS])
    status = _STATUS[finding.compliance]
    why = {"ReasonCode": finding.reason, "Description": _cut(finding.annotation, _FIELD)}
    return {
        "Status": status,
        **({"RelatedRequirements": related} if related else {}),
        **({"StatusReasons": [why]} if status == "NOT_AVAILABLE" else {}),
    }


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _cut(text: str, length: int) -> str:
    """The text, not empty and no longer than is taken."""
    line = text.strip() or "-"
    return line if len(line) <= length else f"{line[: length - 1]}…"
