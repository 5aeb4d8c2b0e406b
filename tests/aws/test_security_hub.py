"""Findings of Security Hub that compliance changes begin, update and archive."""

import json
from datetime import UTC, datetime

import botocore.session
import pytest
from botocore.validate import ParamValidator
from vpcproof.aws.alerting import Outlet, handle
from vpcproof.aws.security_hub import SecurityHub
from vpcproof.model.resource_type import ResourceType
from vpcproof.model.verdict import Compliance
from vpcproof.render.asff import render_asff
from vpcproof.render.findings import Findings, Source

from tests.aws.changes import ADMITS, TOPIC, changed, failed, recovered
from tests.aws.conftest import Told
from tests.aws.events import ACCOUNT, REGION, batch, event
from tests.facts.fake_aws import FakeAws, refusal
from tests.render.samples import evaluation, report

SHAPE = (
    botocore.session.get_session()
    .get_service_model("securityhub")
    .operation_model("BatchImportFindings")
    .input_shape
)
NOW = datetime(2026, 11, 23, 5, tzinfo=UTC)


class Hub:
    """The notify function with Security Hub switched on, in one container."""

    def __init__(self, answer=None):
        answers = {
            "Publish": {"MessageId": "m-1"},
            "BatchImportFindings": answer or accept,
        }
        self.aws = FakeAws(answers)
        self.told = Told()
        self.outlet = Outlet(
            sns=self.aws("sns"),
            topic_arn=TOPIC,
            telemetry=self.told,
            security_hub=SecurityHub(self.aws("securityhub"), ACCOUNT, lambda: NOW),
        )

    def handle(self, *events):
        answer = handle(batch(*events), self.outlet)
        return [each["itemIdentifier"] for each in answer["batchItemFailures"]]

    @property
    def findings(self):
        calls = self.aws.of("BatchImportFindings")
        for call in calls:
            assert not (found := ParamValidator().validate(call, SHAPE)).has_errors(), found
        return [each for call in calls for each in call["Findings"]]


def accepted(findings, failed=()):
    return {
        "SuccessCount": len(findings) - len(failed),
        "FailedCount": len(failed),
        "FailedFindings": [
            {"Id": each, "ErrorCode": "InvalidInput", "ErrorMessage": "no"} for each in failed
        ],
    }


def accept(Findings):  # noqa: N803 - AWS names it
    return accepted(Findings)


def state(finding):
    return finding["Compliance"]["Status"], finding["RecordState"], finding["Severity"]["Label"]


def test_a_failure_is_an_active_finding_and_its_end_archives_the_same_one():
    hub = Hub()
    for given in (
        failed("sg-1", 1),
        recovered("sg-1", 2),
        changed("sg-1", "NON_COMPLIANT", "NOT_APPLICABLE", second=3),
        changed("sg-1", "NON_COMPLIANT", "INSUFFICIENT_DATA", second=4),
    ):
        assert hub.handle(given) == []

    assert list(map(state, hub.findings)) == [
        ("FAILED", "ACTIVE", "HIGH"),
        ("PASSED", "ARCHIVED", "INFORMATIONAL"),
        ("NOT_AVAILABLE", "ARCHIVED", "INFORMATIONAL"),
        ("NOT_AVAILABLE", "ARCHIVED", "INFORMATIONAL"),
    ]
    assert len({each["Id"] for each in hub.findings}) == 1
    assert [each["UpdatedAt"] for each in hub.findings[:2]] == [
        "2026-11-23T02:10:01.500Z",
        "2026-11-23T02:10:02.500Z",
    ]


def test_it_is_the_finding_that_the_command_line_writes():
    hub = Hub()
    hub.handle(failed("sg-1"))

    written = evaluation(rule=ADMITS, resource_type=ResourceType.SECURITY_GROUP, resource_id="sg-1")
    source = Source(kind="live", account=ACCOUNT, region=REGION, partition="aws")
    shown = json.loads(render_asff(Findings(report=report([written]), source=source)))[0]
    (imported,) = hub.findings
    for member in ("Id", "ProductArn", "GeneratorId", "Resources", "Types", "AwsAccountId"):
        assert imported[member] == shown[member]


def test_where_one_verdict_is_of_many_rules_its_finding_is_one_whichever_fails():
    hub = Hub()
    given = event("compliance-change-recovered-by-type")
    hub.handle(given)
    for member, blamed in (("oldEvaluationResult", None), ("newEvaluationResult", "x (y)")):
        given["detail"][member]["annotation"] = f"fails 1 of 4 rules: {blamed}" if blamed else ""
    hub.handle(given)

    first, second = hub.findings
    assert first["Id"] == second["Id"]
    assert first["GeneratorId"] == "vpcproof/vpcproof-security-groups"


def test_of_one_window_the_latest_state_is_imported_once():
    hub = Hub()
    hub.handle(recovered("sg-1", 2), failed("sg-1", 3), failed("sg-1", 1))

    assert list(map(state, hub.findings)) == [("FAILED", "ACTIVE", "HIGH")]


def test_a_hundred_are_imported_at_once_at_most():
    hub = Hub()
    hub.handle(*(failed(f"sg-{number}") for number in range(201)))

    sizes = [len(call["Findings"]) for call in hub.aws.of("BatchImportFindings")]
    assert sizes == [100, 100, 1]
    assert hub.told.counts["FindingsImported"] == 201


def test_what_is_refused_comes_again_and_is_not_alerted_of_twice():
    def refuse_the_second(Findings):  # noqa: N803 - AWS names it
        return accepted(Findings, [each["Id"] for each in Findings[1:2]])

    hub = Hub(refuse_the_second)

    assert hub.handle(failed("sg-0"), failed("sg-1"), failed("sg-2")) == ["m-1"]
    assert any("InvalidInput: no" in each for each in hub.told.reasons)
    hub.aws.answers["BatchImportFindings"] = accept
    assert hub.handle(failed("sg-1")) == []

    assert len(hub.aws.of("Publish")) == 3
    assert hub.findings[-1]["Resources"][0]["Id"].endswith("/sg-1")


def test_a_security_hub_that_does_not_answer_holds_up_no_alert():
    hub = Hub(refusal("InvalidAccessException"))

    assert hub.handle(failed("sg-0"), failed("sg-1")) == ["m-0", "m-1"]

    assert len(hub.aws.of("Publish")) == 2
    assert any("InvalidAccessException" in each for each in hub.told.reasons)


@pytest.mark.parametrize(
    "given", [failed("sg-1", account="444455556666"), failed("x", kind="AWS::S3::Bucket")]
)
def test_findings_of_others_and_about_other_things_are_not_imported(given):
    hub = Hub()

    assert hub.handle(given) == []

    assert hub.findings == []


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_the_partition_is_in_every_arn(partition):
    hub = Hub()
    given = failed("sg-1")
    given["detail"]["configRuleARN"] = given["detail"]["configRuleARN"].replace(
        "arn:aws:", f"arn:{partition}:"
    )
    hub.handle(given)

    (finding,) = hub.findings
    assert finding["ProductArn"].startswith(f"arn:{partition}:securityhub:{REGION}:{ACCOUNT}:")
    assert finding["Resources"][0]["Id"].startswith(f"arn:{partition}:ec2:")


def test_a_rule_that_is_not_known_is_of_medium_severity():
    hub = Hub()
    hub.handle(failed("sg-1", rule="other"))

    (finding,) = hub.findings
    assert finding["Severity"] == {"Label": "MEDIUM", "Original": "unknown"}


def test_a_change_that_does_not_say_when_is_of_now():
    hub = Hub()
    given = failed("sg-1")
    given["detail"]["newEvaluationResult"]["resultRecordedTime"] = "soon"
    hub.handle(given)

    assert hub.findings[0]["UpdatedAt"] == "2026-11-23T05:00:00.000Z"
    assert Compliance.NON_COMPLIANT in hub.findings[0]["ProductFields"].values()
