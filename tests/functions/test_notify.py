"""The notify function, run as Lambda runs it."""

import json

import pytest

from tests.aws.events import COMPLIANCE_CHANGES, GROUP, batch, event
from tests.functions.lambda_runtime import AwsEndpoint, LambdaFunction

TOPIC = "arn:aws:sns:ap-northeast-2:111122223333:vpcproof-alerts"
DEPLOYED = {
    "POWERTOOLS_SERVICE_NAME": "notify",
    "POWERTOOLS_METRICS_NAMESPACE": "vpcproof",
    "TOPIC_ARN": TOPIC,
    "ALERT_FORMAT": "json",
    "SECURITY_HUB_ACCOUNT": "none",
}
PUBLISHED = """
<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">
  <PublishResult><MessageId>m-1</MessageId></PublishResult>
</PublishResponse>
"""


@pytest.fixture(scope="module")
def notified(tmp_path_factory):
    """One container, given one event after the other."""
    log = tmp_path_factory.mktemp("notify") / "log"
    with (
        AwsEndpoint(Publish=PUBLISHED) as aws,
        LambdaFunction("notify", log, AWS_ENDPOINT_URL=aws.url, **DEPLOYED) as function,
    ):
        yield function, aws


@pytest.mark.parametrize("name", COMPLIANCE_CHANGES)
def test_every_compliance_change_of_the_event_files_is_published(notified, name):
    function, aws = notified
    aws.requests.clear()
    moment = "2026-11-24T02:10:13.677Z"  # no repetition of the one before
    given = event(name, {"config-rule-2b3c4d": name, "2026-11-23T02:10:13.677Z": moment})
    given["detail"]["configRuleName"] = f"{name}-{given['detail']['configRuleName']}"

    answer = function.invoke(batch(given))

    assert answer.payload == {"batchItemFailures": []}
    ((_, request),) = aws.requests
    assert request["TopicArn"] == TOPIC
    assert GROUP in request["Subject"]
    assert json.loads(json.loads(request["Message"])["sqs"])["resource_id"] == GROUP


def test_the_batch_of_the_event_files_is_told_logged_and_counted_and_not_told_again(notified):
    function, aws = notified
    aws.requests.clear()

    for _ in range(2):
        answer = function.invoke(event("compliance-changes-batch"))
        assert answer.payload == {"batchItemFailures": []}

    assert aws.operations == ["Publish", "Publish"]
    line = [line for line in function.log if line.get("message") == "alert sent"][-1]
    assert (line["kind"], line["resource_ids"]) == ("recovery", [GROUP])
    metrics = [line for line in function.log if "EventsReceived" in line][-2:]
    assert [each["EventsReceived"] for each in metrics] == [[2.0], [2.0]]
    assert metrics[0]["AlertsSent"] == [1.0, 1.0]
    assert "AlertsSent" not in metrics[1]


def test_a_message_that_cannot_be_read_is_left_on_the_queue(notified):
    function, _ = notified

    answer = function.invoke(batch({"detail": {"messageType": "ComplianceChangeNotification"}}))

    assert answer.payload == {"batchItemFailures": [{"itemIdentifier": "m-0"}]}


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"TOPIC_ARN": ""}, "lacks TOPIC_ARN"),
        ({"ALERT_FORMAT": "yaml"}, "set AlertFormat to one of text, json, chat"),
    ],
)
def test_without_its_settings_the_function_does_not_start(tmp_path, setting, said):
    with LambdaFunction("notify", tmp_path / "log", **DEPLOYED | setting) as function:
        assert said in function.start_error()
