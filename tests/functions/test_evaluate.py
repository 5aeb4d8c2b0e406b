"""The evaluate function, run as Lambda runs it."""

import subprocess
import sys
from contextlib import contextmanager

import pytest

from tests.aws.events import ENDPOINT, VPC, event
from tests.functions.lambda_runtime import REGION, ROOT, AwsEndpoint, LambdaFunction

DEPLOYED = {
    "POWERTOOLS_SERVICE_NAME": "evaluate",
    "POWERTOOLS_METRICS_NAMESPACE": "vpcproof",
}
REJECTED_ENDPOINT = f"""
<DescribeVpcEndpointsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
  <vpcEndpointSet>
    <item>
      <vpcEndpointId>{ENDPOINT}</vpcEndpointId>
      <vpcEndpointType>Interface</vpcEndpointType>
      <vpcId>{VPC}</vpcId>
      <serviceName>com.amazonaws.ap-northeast-2.ssm</serviceName>
      <state>rejected</state>
    </item>
  </vpcEndpointSet>
</DescribeVpcEndpointsResponse>
"""
HOME_VPC = f"""
<DescribeVpcsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
  <vpcSet>
    <item>
      <vpcId>{VPC}</vpcId>
      <ownerId>111122223333</ownerId>
      <cidrBlock>10.20.0.0/16</cidrBlock>
    </item>
  </vpcSet>
</DescribeVpcsResponse>
"""
IDENTITY = """
<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetCallerIdentityResult><Account>111122223333</Account></GetCallerIdentityResult>
</GetCallerIdentityResponse>
"""


@contextmanager
def evaluate(log, **environment):
    answers = {
        "DescribeVpcEndpoints": REJECTED_ENDPOINT,
        "DescribeVpcs": HOME_VPC,
        "GetCallerIdentity": IDENTITY,
        "PutEvaluations": '{"FailedEvaluations": []}',
    }
    with (
        AwsEndpoint(**answers) as aws,
        LambdaFunction("evaluate", log, AWS_ENDPOINT_URL=aws.url, **environment) as function,
    ):
        yield function, aws


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory):
    """One container, given one event after the other."""
    log = tmp_path_factory.mktemp("evaluate") / "log"
    with evaluate(log, **DEPLOYED) as (function, aws):
        yield function, aws


def test_a_change_is_judged_and_put(evaluated):
    function, aws = evaluated

    answer = function.invoke(event("change-vpc-endpoint"))

    assert answer.payload == {"NON_COMPLIANT": 1}
    operation, request = aws.requests[-1]
    assert operation == "PutEvaluations"
    (evaluation,) = request["Evaluations"]
    assert evaluation["ComplianceResourceId"] == ENDPOINT
    assert evaluation["Annotation"] == "state is rejected, not available"
    assert request["TestMode"] is False


def test_the_verdict_is_logged_and_counted(evaluated):
    function, _ = evaluated

    function.invoke(event("deleted-vpc-endpoint"))

    (line,) = [line for line in function.log if line.get("message") == "deleted"]
    assert line["rule"] == "vpc-endpoint-available"
    assert line["resource_id"] == ENDPOINT
    assert line["compliance"] == "NOT_APPLICABLE"
    assert line["service"] == "evaluate"
    assert function.log[-1]["NotApplicable"] == [1.0]
    assert function.log[-1]["EventsReceived"] == [1.0]
    assert function.log[-1]["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "vpcproof"


def test_what_one_event_was_about_is_forgotten_at_the_next(evaluated):
    function, _ = evaluated

    function.invoke(event("deleted-vpc-endpoint"))
    function.invoke(event("snapshot-delivery-completed"))

    (line,) = [line for line in function.log if line.get("message") == "event ignored"]
    assert "rule" not in line
    assert function.log[-1]["EventsIgnored"] == [1.0]


def test_an_event_of_another_account_fails_the_invocation(evaluated):
    function, aws = evaluated
    aws.requests.clear()

    answer = function.invoke(
        event(
            "change-vpc-endpoint", {"config:ap-northeast-2:111122223333": "config:x-1:444455556666"}
        )
    )

    assert answer.failed
    assert answer.payload["errorType"] == "InvocationError"
    assert "account 444455556666 in x-1" in answer.payload["errorMessage"]
    assert aws.operations == []


def test_starting_makes_one_client_and_imports_nothing_it_can_do_without():
    code = "import app, sys; print(*app.clients._made, *sys.modules)"
    path = f"{ROOT / 'functions' / 'evaluate'}:{ROOT / 'layers' / 'core'}"
    environment = DEPLOYED | {"PYTHONPATH": path, "AWS_DEFAULT_REGION": REGION}

    started = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )

    client, *modules = started.stdout.split()
    assert client == "config"
    assert not {"boto3", "s3transfer", "click", "rich", "jinja2", "pydantic"} & set(modules)


def test_without_its_settings_the_function_does_not_start(tmp_path):
    with evaluate(tmp_path / "log", POWERTOOLS_SERVICE_NAME="evaluate") as (function, _):
        assert function.start_error() == (
            "the function lacks POWERTOOLS_METRICS_NAMESPACE: "
            "set it under Environment in template.yaml"
        )
