"""Findings for Security Hub, held against the model of its API and the limits it documents."""

import json
from datetime import UTC, datetime, timedelta, timezone

import botocore.session
import pytest
from botocore.validate import ParamValidator
from hypothesis import given
from vpcproof.errors import SnapshotError
from vpcproof.model.resource_type import ResourceType
from vpcproof.model.verdict import Compliance, Severity
from vpcproof.render.asff import render_asff
from vpcproof.render.findings import Source

from tests.render.hostile import HOSTILE, hostile_findings
from tests.render.samples import endpoint_missing, evaluation, everything, findings

MODEL = botocore.session.get_session().get_service_model("securityhub")
REQUEST = MODEL.operation_model("BatchImportFindings").input_shape

# https://docs.aws.amazon.com/securityhub/latest/userguide/asff-required-attributes.html
REQUIRED = {
    "AwsAccountId",
    "CreatedAt",
    "Description",
    "GeneratorId",
    "Id",
    "ProductArn",
    "Resources",
    "SchemaVersion",
    "Severity",
    "Title",
    "Types",
    "UpdatedAt",
}
LONGEST = {"Title": 256, "Description": 1024, "Id": 512, "GeneratorId": 512}


def imported(shown):
    """The findings, as the API would take them, a hundred at a time."""
    documents = json.loads(render_asff(shown))
    for start in range(0, len(documents), 100):
        request = {"Findings": documents[start : start + 100]}
        report = ParamValidator().validate(request, REQUEST)
        assert not report.has_errors(), report.generate_report()
    for document in documents:
        assert document.keys() >= REQUIRED
        for key, longest in LONGEST.items():
            assert 0 < len(document[key]) <= longest
    return documents


def finding(shown):
    (only,) = imported(shown)
    return only


def test_every_verdict_is_imported():
    assert len(imported(everything())) == len(everything().report.evaluations)
    assert render_asff(findings()) == "[]\n"


@pytest.mark.parametrize(
    ("compliance", "status", "label", "state"),
    [
        (Compliance.COMPLIANT, "PASSED", "INFORMATIONAL", "ACTIVE"),
        (Compliance.NON_COMPLIANT, "FAILED", "MEDIUM", "ACTIVE"),
        (Compliance.UNDETERMINED, "NOT_AVAILABLE", "INFORMATIONAL", "ACTIVE"),
        (Compliance.NOT_APPLICABLE, "NOT_AVAILABLE", "INFORMATIONAL", "ARCHIVED"),
    ],
)
def test_every_verdict_has_its_status(compliance, status, label, state):
    document = finding(findings(evaluation(compliance)))
    assert document["Compliance"]["Status"] == status
    assert document["Severity"] == {"Label": label, "Original": "medium"}
    assert document["FindingProviderFields"]["Severity"] == document["Severity"]
    assert document["RecordState"] == state


@pytest.mark.parametrize("severity", Severity)
def test_the_severities_are_ones_that_security_hub_has(severity):
    label = finding(findings(evaluation(severity=severity)))["Severity"]["Label"]
    assert label in MODEL.shape_for("SeverityLabel").enum


def test_an_exemption_is_named_as_the_reason():
    shown = evaluation(Compliance.NOT_APPLICABLE, annotation="exempt until 2027-01-31: retired")
    assert finding(findings(shown))["Compliance"]["StatusReasons"] == [
        {"ReasonCode": "EXEMPT", "Description": "exempt until 2027-01-31: retired"}
    ]


def test_the_finding_belongs_to_the_default_product_of_the_account():
    document = finding(findings(evaluation()))
    assert document["ProductArn"] == (
        "arn:aws:securityhub:ap-northeast-2:111122223333:product/111122223333/default"
    )
    assert document["AwsAccountId"] == "111122223333"


def test_an_id_is_the_same_whatever_the_verdict_and_differs_by_rule_resource_and_place():
    base = finding(findings(evaluation()))["Id"]
    assert finding(findings(evaluation(Compliance.COMPLIANT, annotation="other")))["Id"] == base
    elsewhere = Source(kind="live", account="123456789012", region="eu-west-1", partition="aws")
    others = {
        finding(findings(evaluation(resource_id="rtb-other")))["Id"],
        finding(findings(evaluation(rule="route-table-endpoint-route-effective")))["Id"],
        finding(findings(evaluation(), source=elsewhere))["Id"],
    }
    assert len(others | {base}) == 4


@pytest.mark.parametrize("resource_type", ResourceType)
def test_a_resource_has_its_type_and_its_arn(resource_type):
    shown = evaluation(resource_type=resource_type, resource_id="id-1")
    (resource,) = finding(findings(shown, names={"id-1": "main"}))["Resources"]
    known = MODEL.shape_for("ResourceDetails").members
    assert resource["Type"] == "Other" or resource["Type"] in known
    assert resource["Id"].startswith("arn:aws:ec2:ap-northeast-2:111122223333:")
    assert resource["Id"].endswith("/id-1")
    assert resource["Tags"] == {"Name": "main"}
    expected = f"Aws{str(resource_type).split('::')[1].title()}{str(resource_type).split('::')[2]}"
    assert (resource["Type"] == "Other") is (expected.replace("VPC", "Vpc") not in known)


def test_the_partition_is_in_every_arn():
    china = Source(kind="live", account="111122223333", region="cn-north-1", partition="aws-cn")
    document = finding(findings(evaluation(), source=china))
    assert document["ProductArn"].startswith("arn:aws-cn:securityhub:cn-north-1:")
    assert document["Resources"][0]["Id"].startswith("arn:aws-cn:ec2:cn-north-1:")


def test_times_are_when_the_facts_were_read():
    seoul = datetime(2026, 11, 2, 12, 4, 5, tzinfo=timezone(timedelta(hours=9)))
    document = finding(findings(evaluation(), captured_at=seoul))
    assert document["CreatedAt"] == document["UpdatedAt"] == "2026-11-02T03:04:05.000Z"
    utc = seoul.astimezone(UTC)
    assert finding(findings(evaluation(), captured_at=utc)) == document


def test_related_requirements_are_those_of_the_frameworks():
    document = finding(findings(endpoint_missing("ec2", "ssm")))
    related = document["Compliance"]["RelatedRequirements"]
    assert "NIST.800-53.r5 SC-7(11)" in related
    assert "AWS Foundational Security Best Practices v1.0.0/EC2.57" in related
    assert len(related) <= 32


def test_how_to_fix_is_said_of_what_failed():
    advice = {"route-table-has-no-blackhole": "Replace the route. " * 100}
    text = finding(findings(evaluation(), advice=advice))["Remediation"]["Recommendation"]["Text"]
    assert len(text) == 512
    assert "Remediation" not in finding(findings(evaluation(Compliance.COMPLIANT), advice=advice))


@pytest.mark.parametrize(
    "source",
    [
        Source(kind="snapshot", region="eu-west-1", partition="aws"),
        Source(kind="snapshot", account="111122223333"),
    ],
)
def test_without_account_or_region_it_is_said_what_to_add(source):
    with pytest.raises(SnapshotError, match=r"get-caller-identity.*--region"):
        render_asff(findings(evaluation(), source=source))


@given(HOSTILE)
def test_no_text_is_more_than_security_hub_takes(text):
    document = finding(hostile_findings(text * 50))
    assert document["Title"] == "route-table-has-no-blackhole"
    assert all(0 < len(value) <= 1024 for value in document["ProductFields"].values())
    assert all(value.isprintable() for value in document["ProductFields"].values())
    assert document["Description"].isprintable()


@pytest.mark.parametrize("text", ["", " ", "\n"])
def test_a_text_that_says_nothing_is_not_sent_empty(text):
    assert finding(findings(evaluation(annotation=text)))["Description"] == "-"
