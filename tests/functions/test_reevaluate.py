"""The reevaluate function, run as Lambda runs it."""

import json

import pytest

from tests.aws.events import FUNCTION_ARN, QUEUED_CHANGES, event
from tests.functions.lambda_runtime import AwsEndpoint, LambdaFunction

DEPLOYED = {
    "POWERTOOLS_SERVICE_NAME": "reevaluate",
    "POWERTOOLS_METRICS_NAMESPACE": "vpcproof",
    "EVALUATE_FUNCTION_ARN": f"{FUNCTION_ARN}:live",
}
RULE = {
    "ConfigRuleName": "vpcproof-subnet-reaches-ssm",
    "Source": {"Owner": "CUSTOM_LAMBDA", "SourceIdentifier": f"{FUNCTION_ARN}:live"},
    "InputParameters": '{"rule": "subnet-reaches-ssm"}',
}


@pytest.fixture(scope="module")
def reevaluated(tmp_path_factory):
    """One container, given one batch after the other."""
    log = tmp_path_factory.mktemp("reevaluate") / "log"
    rules = json.dumps({"ConfigRules": [RULE]})
    with (
        AwsEndpoint(DescribeConfigRules=rules, StartConfigRulesEvaluation="{}") as aws,
        LambdaFunction("reevaluate", log, AWS_ENDPOINT_URL=aws.url, **DEPLOYED) as function,
    ):
        yield function, aws


def test_a_batch_starts_what_depends_on_it_once_in_a_warm_container(reevaluated):
    function, aws = reevaluated

    assert function.invoke(event(QUEUED_CHANGES)).payload == {"batchItemFailures": []}
    assert function.invoke(event(QUEUED_CHANGES)).payload == {"batchItemFailures": []}

    started = [
        request for operation, request in aws.requests if operation.startswith("StartConfig")
    ]
    assert started == [{"ConfigRuleNames": ["vpcproof-subnet-reaches-ssm"]}]
    (line,) = [line for line in function.log if line.get("started")]
    assert line["started"] == ["vpcproof-subnet-reaches-ssm"]
    assert function.log[-1]["EventsReceived"] == [3.0]


def test_without_the_functions_name_it_does_not_start(tmp_path):
    settings = DEPLOYED | {"EVALUATE_FUNCTION_ARN": ""}
    with LambdaFunction("reevaluate", tmp_path / "log", **settings) as function:
        assert "lacks EVALUATE_FUNCTION_ARN" in function.start_error()
