"""OCSF events, held against a model of the schema and against the attributes it requires."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from py_ocsf_models.events.findings.compliance_finding import ComplianceFinding
from py_ocsf_models.objects.compliance_status import StatusID
from vpcproof.model.verdict import Compliance, Severity
from vpcproof.render.findings import Source
from vpcproof.render.ocsf import render_ocsf

from tests.render.hostile import HOSTILE, hostile_findings
from tests.render.samples import endpoint_missing, evaluation, everything, findings

# What version 1.3.0 requires of the class, its objects and the cloud profile.
# https://github.com/ocsf/ocsf-schema/tree/v1.3.0
REQUIRED = {
    "": {
        "activity_id",
        "category_uid",
        "class_uid",
        "cloud",
        "compliance",
        "finding_info",
        "metadata",
        "severity_id",
        "time",
        "type_uid",
    },
    "cloud": {"provider"},
    "compliance": {"standards"},
    "finding_info": {"title", "uid"},
    "metadata": {"product", "version"},
}


def events(shown):
    listed = json.loads(render_ocsf(shown))
    for event in listed:
        ComplianceFinding.model_validate(event)
        for member, required in REQUIRED.items():
            assert (event[member] if member else event).keys() >= required
        assert event["metadata"]["product"].keys() >= {"vendor_name"}
        assert event["compliance"]["standards"]
    return listed


def event(shown):
    (only,) = events(shown)
    return only


@pytest.mark.parametrize(
    "shown",
    [everything(), findings(), findings(evaluation(vpc_id=None), source=Source(kind="live"))],
    ids=["everything", "nothing", "unknown source"],
)
def test_there_is_an_event_per_verdict(shown):
    assert len(events(shown)) == len(shown.report.evaluations)


def test_the_class_is_compliance_finding_with_the_cloud_profile():
    one = event(findings(evaluation()))
    assert (one["class_uid"], one["category_uid"], one["type_uid"]) == (2003, 2, 200301)
    assert one["metadata"]["version"] == "1.3.0"
    assert one["metadata"]["profiles"] == ["cloud"]
    assert one["cloud"] == {
        "provider": "AWS",
        "account": {"uid": "111122223333", "type_id": 10, "type": "AWS Account"},
        "region": "ap-northeast-2",
    }


@pytest.mark.parametrize(
    ("compliance", "status", "finding_status", "severity"),
    [
        (Compliance.COMPLIANT, StatusID.Pass, "Resolved", 1),
        (Compliance.NON_COMPLIANT, StatusID.Fail, "New", 3),
        (Compliance.UNDETERMINED, StatusID.Warning, "New", 1),
        (Compliance.NOT_APPLICABLE, StatusID.Other, "Not Applicable", 1),
    ],
)
def test_every_verdict_has_its_status(compliance, status, finding_status, severity):
    one = event(findings(evaluation(compliance)))
    assert one["compliance"]["status_id"] == status
    assert one["status"] == finding_status
    assert one["severity_id"] == severity


@pytest.mark.parametrize(
    ("severity", "number"),
    [(Severity.CRITICAL, 5), (Severity.HIGH, 4), (Severity.MEDIUM, 3), (Severity.LOW, 2)],
)
def test_every_severity_has_its_number(severity, number):
    one = event(findings(evaluation(severity=severity)))
    assert (one["severity_id"], one["severity"].lower()) == (number, severity)


def test_an_accepted_finding_is_suppressed():
    shown = evaluation(Compliance.NOT_APPLICABLE, annotation="exempt until 2027-01-31: retired")
    assert event(findings(shown))["status_id"] == 3


def test_an_event_names_resource_time_and_facts():
    moment = datetime(2026, 11, 2, 3, 4, 5, 678900, tzinfo=UTC)
    table = "rtb-0a1b2c3d4e5f60718"
    advice = {"route-table-has-no-blackhole": "Replace the route."}
    shown = findings(evaluation(), captured_at=moment, names={table: "main"}, advice=advice)
    one = event(shown)
    assert one["time"] == one["finding_info"]["created_time"] == 1793588645679
    assert one["resources"] == [
        {
            "type": "AWS::EC2::RouteTable",
            "uid": f"arn:aws:ec2:ap-northeast-2:111122223333:route-table/{table}",
            "name": "main",
            "region": "ap-northeast-2",
            "cloud_partition": "aws",
        }
    ]
    assert one["remediation"] == {"desc": "Replace the route."}
    assert one["unmapped"]["vpc_id"] == "vpc-0b1c2d3e4f5061728"


def test_where_the_account_is_not_known_the_resource_has_its_id():
    one = event(findings(evaluation(), source=Source(kind="snapshot")))
    assert one["resources"][0]["uid"] == "rtb-0a1b2c3d4e5f60718"
    assert one["cloud"] == {"provider": "AWS"}


def test_frameworks_are_standards_and_requirements():
    one = event(findings(endpoint_missing("ssm")))
    assert one["compliance"]["standards"] == [
        "vpcproof",
        "AWS Foundational Security Best Practices v1.0.0",
    ]
    assert one["compliance"]["requirements"] == [
        "AWS Foundational Security Best Practices v1.0.0/EC2.57"
    ]


@given(HOSTILE)
def test_every_text_is_kept_as_it_was_in_ascii(text):
    document = render_ocsf(hostile_findings(text))
    assert document.isascii()
    (one,) = json.loads(document)
    assert one["message"] == text
    assert one["resources"][0]["uid"].endswith(f"/{text}")
