"""The remediate function, run as Lambda runs it."""

import pytest

from tests.aws.events import REPAIR_REQUESTS, event
from tests.functions.lambda_runtime import LambdaFunction

DEPLOYED = {
    "POWERTOOLS_SERVICE_NAME": "remediate",
    "POWERTOOLS_METRICS_NAMESPACE": "vpcproof",
    "REMEDIATION_MODE": "off",
    "RUNS_TABLE": "runs",
    "TOPIC_ARN": "arn:aws:sns:ap-northeast-2:111122223333:vpcproof-alerts",
}


@pytest.fixture(scope="module")
def function(tmp_path_factory):
    log = tmp_path_factory.mktemp("remediate") / "log"
    with LambdaFunction("remediate", log, **DEPLOYED) as started:
        yield started


@pytest.mark.parametrize("name", sorted({*REPAIR_REQUESTS} & {"repair-apply", "repair-ask"}))
def test_a_function_that_is_off_answers_so_and_asks_aws_nothing(function, name):
    assert function.invoke(event(name)).payload["outcome"] == "off"


def test_an_event_that_is_no_request_is_refused_in_words(function):
    answer = function.invoke({"action": "apply", "vpcId": "; rm -rf /"})
    assert "vpcId of the event cannot be '; rm -rf /'" in answer.payload["errorMessage"]


def test_without_its_mode_the_function_does_not_start(tmp_path):
    settings = DEPLOYED | {"REMEDIATION_MODE": ""}
    with LambdaFunction("remediate", tmp_path / "log", **settings) as function:
        assert "lacks REMEDIATION_MODE" in function.start_error()
