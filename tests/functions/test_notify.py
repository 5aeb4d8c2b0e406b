"""The notify function, run as Lambda runs it."""

import json

import pytest

from tests.aws.events import COMPLIANCE_CHANGES, GROUP, event
from tests.functions.lambda_runtime import AwsEndpoint, LambdaFunction

TOPIC = "arn:aws:sns:ap-northeast-2:111122223333:vpcproof-alerts"
DEPLOYED = {
    "POWERTOOLS_SERVICE_NAME": "notify",
    "POWERTOOLS_METRICS_NAMESPACE": "vpcproof",
    "TOPIC_ARN": TOPIC,
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

    answer = function.invoke(event(name))

    assert answer.payload["message_id"] == "m-1"
    _, request = aws.requests[-1]
    assert request["TopicArn"] == TOPIC
    assert GROUP in request["Subject"]
    assert json.loads(json.loads(request["Message"])["sqs"])["alert"] == answer.payload["alert"]


def test_a_message_sent_is_logged_and_counted(notified):
    function, _ = notified

    function.invoke(event("compliance-change-recovered"))

    (line,) = [line for line in function.log if line.get("message") == "alert sent"][-1:]
    assert (line["alert"], line["resource_id"]) == ("recovered", GROUP)
    assert function.log[-1]["AlertsSent"] == [1.0]


def test_a_repetition_is_not_published(notified):
    function, aws = notified
    aws.requests.clear()
    repeated = event("compliance-change-non-compliant")
    repeated["detail"]["oldEvaluationResult"] = repeated["detail"]["newEvaluationResult"]

    assert function.invoke(repeated).payload == {}
    assert aws.requests == []


def test_without_its_topic_the_function_does_not_start(tmp_path):
    settings = DEPLOYED | {"TOPIC_ARN": ""}
    with LambdaFunction("notify", tmp_path / "log", **settings) as function:
        assert "lacks TOPIC_ARN" in function.start_error()
