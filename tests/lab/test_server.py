"""The lab as a server, met as its users meet it: through boto3, at one address."""

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError, ReadTimeoutError

from lab.process import PYTHON, ROOT, LabFailedError, control, running_lab, wait_until_idle
from tests.lab.accounts import (
    ECHO,
    JUDGE,
    PERIODIC,
    RAISING,
    REFUSING_ONCE,
    REGION,
    ROLE,
    Account,
    zipped,
)

LITTERING = """
    import tempfile

    def handler(event, context):
        return tempfile.mkstemp()
"""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running_lab() as address:
        yield address


@pytest.fixture
def account(url: str, request: pytest.FixtureRequest) -> Account:
    """An account of the test's own: what other tests did is not in it."""
    numbers = request.config.stash.setdefault(NUMBERS, iter(range(111122223333, 111122229999)))
    return Account(url, str(next(numbers)))


NUMBERS = pytest.StashKey[Iterator[int]]()


def code_of(error: pytest.ExceptionInfo[ClientError]) -> str:
    return str(error.value.response["Error"]["Code"])


def test_every_service_answers_at_the_one_address(account: Account) -> None:
    assert account.client("sts").get_caller_identity()["Account"] == account.number
    for service, operation in (
        ("ec2", "describe_vpcs"),
        ("config", "describe_config_rules"),
        ("sns", "list_topics"),
        ("events", "list_rules"),
        ("lambda", "list_functions"),
    ):
        getattr(account.client(service), operation)()


def test_ec2_is_that_of_the_lab(account: Account) -> None:
    ec2 = account.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    for attribute in ("EnableDnsSupport", "EnableDnsHostnames"):
        ec2.modify_vpc_attribute(VpcId=vpc, **{attribute: {"Value": True}})
    endpoint = ec2.create_vpc_endpoint(
        VpcId=vpc,
        ServiceName=f"com.amazonaws.{REGION}.ssm",
        VpcEndpointType="Interface",
        PrivateDnsEnabled=False,
    )["VpcEndpoint"]["VpcEndpointId"]
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, PrivateDnsEnabled=True)
    (described,) = ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint])["VpcEndpoints"]
    assert described["PrivateDnsEnabled"] is True


def test_a_change_is_judged_by_a_function_and_announced_to_a_queue(account: Account) -> None:
    account.start_recording()
    topic = account.client("sns").create_topic(Name="alerts")["TopicArn"]
    queue_url, queue_arn = account.create_queue("alerts")
    account.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue_arn)
    events = account.client("events")
    pattern = {
        "source": ["aws.config"],
        "detail-type": ["Config Rules Compliance Change"],
        "detail": {"newEvaluationResult": {"complianceType": ["NON_COMPLIANT"]}},
    }
    events.put_rule(Name="alert", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="alert", Targets=[{"Id": "topic", "Arn": topic}])
    account.deploy_rule(JUDGE, InputParameters='{"rule":"security-group-sources-live"}')
    account.receive(queue_url)

    group = account.client("ec2").create_security_group(GroupName="a", Description="a")["GroupId"]
    wait_until_idle(account.url)

    execution = account.executions()[-1]
    item = json.loads(execution["event"]["invokingEvent"])["configurationItem"]
    assert (item["resourceId"], item["configurationItemStatus"]) == (group, "ResourceDiscovered")
    assert execution["payload"] == {"rule": "security-group-sources-live"}
    assert account.verdicts()[group] == "NON_COMPLIANT"
    (message,) = account.receive(queue_url)
    event = json.loads(json.loads(message["Body"])["Message"])
    assert (event["source"], event["account"], event["region"], event["resources"]) == (
        "aws.config",
        account.number,
        REGION,
        [],
    )
    assert event["detail"]["resourceId"] == group
    assert "oldEvaluationResult" not in event["detail"]

    account.client("ec2").delete_security_group(GroupId=group)
    wait_until_idle(account.url)
    assert group not in account.verdicts()


@pytest.mark.parametrize(
    ("service", "condition"),
    [
        ("config.amazonaws.com", {"SourceAccount": "123456789012"}),
        ("config.amazonaws.com", {"SourceArn": "arn:aws:config:*:*:config-rule/other"}),
        ("sns.amazonaws.com", {}),
    ],
)
def test_a_rule_on_a_function_that_does_not_admit_config_is_refused(
    account: Account, service: str, condition: dict[str, str]
) -> None:
    account.start_recording()
    arn = account.create_function("evaluate", JUDGE)
    account.admit("evaluate", service, **condition)
    with pytest.raises(ClientError) as error:
        account.put_rule(arn)
    assert code_of(error) == "InsufficientPermissionsException"


def test_a_permission_on_the_function_is_none_on_its_alias(account: Account) -> None:
    account.start_recording()
    arn = account.create_function("evaluate", ECHO)
    account.client("lambda").create_alias(
        FunctionName="evaluate", Name="live", FunctionVersion="$LATEST"
    )
    account.admit("evaluate", "config.amazonaws.com", SourceAccount=account.number)
    account.put_rule(arn)
    with pytest.raises(ClientError) as error:
        account.put_rule(f"{arn}:live")
    assert code_of(error) == "InsufficientPermissionsException"
    account.admit("evaluate", "config.amazonaws.com", Qualifier="live")
    account.put_rule(f"{arn}:live")


def test_a_function_may_be_in_another_account_than_the_rule(url: str, account: Account) -> None:
    other = Account(url, "999988887777")
    other.start_recording()
    arn = account.create_function("central", ECHO)
    account.admit("central", "config.amazonaws.com", SourceAccount=other.number)
    other.put_rule(arn, PERIODIC)
    wait_until_idle(url)
    (execution,) = account.executions()
    assert execution["event"]["accountId"] == other.number


def test_a_function_that_raises_is_retried_and_kept_in_the_dead_letter_queue(
    account: Account,
) -> None:
    account.start_recording()
    dead_url, dead_arn = account.create_queue("dead")
    failed_url, failed_arn = account.create_queue("failed")
    arn = account.create_function("evaluate", RAISING, DeadLetterConfig={"TargetArn": dead_arn})
    account.admit("evaluate", "config.amazonaws.com", SourceAccount=account.number)
    account.client("lambda").put_function_event_invoke_config(
        FunctionName="evaluate", DestinationConfig={"OnFailure": {"Destination": failed_arn}}
    )
    account.put_rule(arn, PERIODIC)
    wait_until_idle(account.url)

    executions = account.executions()
    assert [execution["attempt"] for execution in executions] == [1, 2, 3]
    assert {e["error"] for e in executions} == {"UndeterminedError: no route tables could be read"}
    (letter,) = account.receive(dead_url)
    assert json.loads(letter["Body"])["configRuleName"] == "judge"
    attributes = letter["MessageAttributes"]
    assert attributes["ErrorMessage"]["StringValue"] == "no route tables could be read"
    (record,) = account.receive(failed_url)
    assert json.loads(record["Body"])["requestContext"]["condition"] == "RetriesExhausted"
    answer = account.client("config").describe_config_rule_evaluation_status()
    (status,) = answer["ConfigRulesEvaluationStatus"]
    assert status["LastErrorCode"] == "UndeterminedError"
    assert status["LastErrorMessage"] == "no route tables could be read"


def test_a_dead_letter_stays_in_the_account_of_the_function(url: str, account: Account) -> None:
    queue_url, queue_arn = account.create_queue("dead")
    arn = account.create_function("central", RAISING, DeadLetterConfig={"TargetArn": queue_arn})
    other = Account(url, "444455556666")
    other.start_recording()
    account.admit("central", "config.amazonaws.com", SourceAccount=other.number)
    other.put_rule(arn, PERIODIC)
    wait_until_idle(url)
    assert len(account.receive(queue_url)) == 1


def test_a_function_invoked_through_its_alias_follows_the_settings_of_the_alias(
    account: Account,
) -> None:
    failed_url, failed_arn = account.create_queue("failed")
    account.create_function("evaluate", RAISING)
    functions = account.client("lambda")
    version = functions.publish_version(FunctionName="evaluate")["Version"]
    functions.create_alias(FunctionName="evaluate", Name="live", FunctionVersion=version)
    functions.put_function_event_invoke_config(
        FunctionName="evaluate",
        Qualifier="live",
        MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": failed_arn}},
    )
    functions.invoke(FunctionName="evaluate", Qualifier="live", InvocationType="Event")
    wait_until_idle(account.url)
    assert len(account.executions()) == 1
    (message,) = account.receive(failed_url)
    record = json.loads(message["Body"])
    assert record["requestContext"]["functionArn"].endswith(":evaluate:live")
    assert record["responseContext"]["executedVersion"] == version


@pytest.mark.parametrize("qualifier", [{}, {"Qualifier": "$LATEST"}])
def test_settings_of_the_latest_version_hold_for_a_function_named_without_one(
    account: Account, qualifier: dict[str, str]
) -> None:
    account.create_function("evaluate", RAISING)
    functions = account.client("lambda")
    functions.put_function_event_invoke_config(
        FunctionName="evaluate", MaximumRetryAttempts=1, **qualifier
    )
    functions.invoke(FunctionName="evaluate", InvocationType="Event")
    wait_until_idle(account.url)
    assert len(account.executions()) == 2


def test_a_function_without_concurrency_hands_its_events_to_the_dead_letter_queue(
    account: Account,
) -> None:
    queue_url, queue_arn = account.create_queue("dead")
    account.create_function("closed", ECHO, DeadLetterConfig={"TargetArn": queue_arn})
    functions = account.client("lambda")
    functions.put_function_concurrency(FunctionName="closed", ReservedConcurrentExecutions=0)
    functions.invoke(FunctionName="closed", InvocationType="Event", Payload=b'{"n": 1}')
    wait_until_idle(account.url)
    assert account.executions() == []
    assert [message["Body"] for message in account.receive(queue_url)] == ['{"n": 1}']


def test_a_function_at_its_reserved_concurrency_gets_every_event_in_the_end(
    account: Account,
) -> None:
    account.create_function("narrow", ECHO)
    functions = account.client("lambda")
    functions.put_function_concurrency(FunctionName="narrow", ReservedConcurrentExecutions=1)
    for number in range(6):
        functions.invoke(
            FunctionName="narrow", InvocationType="Event", Payload=json.dumps(number).encode()
        )
    wait_until_idle(account.url)
    assert sorted(execution["event"] for execution in account.executions()) == list(range(6))


def test_a_function_sees_its_layer_and_its_environment(account: Account) -> None:
    layer = account.client("lambda").publish_layer_version(
        LayerName="core", Content={"ZipFile": zipped("ANSWER = 42", "python/core_layer.py")}
    )["LayerVersionArn"]
    code = """
        import os
        import core_layer

        def handler(event, context):
            return [core_layer.ANSWER, os.environ["COLOUR"], os.environ.get("PYTHONPATH")]
    """
    environment = {"Variables": {"COLOUR": "blue"}}
    account.create_function("layered", code, Layers=[layer], Environment=environment)
    answer = account.client("lambda").invoke(FunctionName="layered")
    assert json.load(answer["Payload"]) == [42, "blue", None]


def test_the_journal_says_which_role_made_which_call(account: Account) -> None:
    account.start_recording()
    account.deploy_rule(JUDGE)
    call = account.calls("service=config&action=PutEvaluations")[0]
    assert call == {
        "service": "config",
        "action": "PutEvaluations",
        "account": account.number,
        "region": REGION,
        "principal": f"arn:aws:sts::{account.number}:assumed-role/{ROLE}/evaluate",
        "status": 200,
        "error": None,
    }
    actions = {entry["action"] for entry in account.calls("service=lambda")}
    assert actions == {"CreateFunction", "AddPermission"}


def test_the_journal_keeps_the_error_of_a_call(account: Account) -> None:
    with pytest.raises(ClientError):
        account.client("ec2").describe_vpcs(VpcIds=["vpc-1"])
    (call,) = account.calls("service=ec2")
    assert (call["status"], call["error"]) == (400, "InvalidVpcID.NotFound")


def test_the_journal_can_begin_anew(account: Account) -> None:
    account.client("sns").list_topics()
    control(account.url, "calls", "DELETE")
    control(account.url, "invocations", "DELETE")
    assert account.calls("") == []
    assert account.executions() == []


@pytest.mark.parametrize(
    ("service", "action", "operation", "request_"),
    [
        ("ec2", "DescribeVpcEndpoints", "describe_vpc_endpoints", {}),
        ("config", "DescribeConfigRules", "describe_config_rules", {}),
        ("sns", "ListTopics", "list_topics", {}),
        ("ssm", "GetParameter", "get_parameter", {"Name": "a"}),
        ("lambda", "ListFunctions", "list_functions", {}),
        ("s3", "ListAllMyBuckets", "list_buckets", {}),
    ],
)
def test_the_next_calls_of_an_action_can_be_made_to_fail(
    account: Account, service: str, action: str, operation: str, request_: dict[str, str]
) -> None:
    fault = {"service": service, "action": action, "code": "Throttled", "times": 2}
    control(account.url, "faults", "POST", **fault)
    call = getattr(account.client(service), operation)
    for _ in range(2):
        with pytest.raises(ClientError) as error:
            call(**request_)
        assert code_of(error) == "Throttled"
    errors = [entry["error"] for entry in account.calls(f"service={service}")]
    assert errors == ["Throttled", "Throttled"]
    if service != "ssm":
        call(**request_)


def test_faults_that_were_not_met_can_be_forgotten(account: Account) -> None:
    for service, action in (("ec2", "DescribeVpcs"), ("sns", "ListTopics")):
        control(account.url, "faults", "POST", service=service, action=action, code="Throttled")
    control(account.url, "faults", "DELETE")
    account.client("ec2").describe_vpcs()
    account.client("sns").list_topics()


def test_a_fault_of_aws_config_may_be_the_servers(account: Account) -> None:
    fault = {"service": "config", "action": "DescribeConfigRules", "code": "InternalFailure"}
    control(account.url, "faults", "POST", **fault, status=500)
    with pytest.raises(ClientError) as error:
        account.client("config").describe_config_rules()
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500


@pytest.mark.parametrize("service", ["ec2", "config"])
def test_a_call_can_be_left_without_an_answer(account: Account, service: str) -> None:
    action = {"ec2": "DescribeVpcs", "config": "DescribeConfigRules"}[service]
    fault = {"service": service, "action": action, "code": "NoAnswer"}
    control(account.url, "faults", "POST", **fault)
    client = account.client(service, read_timeout=1)
    call = getattr(client, xform_name(action))
    with pytest.raises(ReadTimeoutError):
        call()
    call()
    errors = [entry["error"] for entry in account.calls(f"service={service}&action={action}")]
    assert errors == ["NoAnswer", None]


def test_listings_can_be_cut_into_short_pages(account: Account) -> None:
    ec2 = account.client("ec2")
    for number in range(2):
        ec2.create_vpc(CidrBlock=f"10.{number}.0.0/16")
    control(account.url, "ec2", "POST", items_per_page=1)
    page = ec2.describe_vpcs()
    control(account.url, "ec2", "POST", items_per_page=None)
    assert (len(page["Vpcs"]), "NextToken" in page) == (1, True)
    assert "NextToken" not in ec2.describe_vpcs()


def test_time_can_be_skipped_to_the_next_run_of_a_periodic_rule(account: Account) -> None:
    account.start_recording()
    account.deploy_rule(ECHO, message_types=PERIODIC, MaximumExecutionFrequency="One_Hour")
    control(account.url, "clock/advance", "POST", seconds=3500)
    wait_until_idle(account.url)
    before = len(account.executions())
    later = control(account.url, "clock/advance", "POST", seconds=100)["now"]
    wait_until_idle(account.url)
    *_, execution = account.executions()
    assert (before, len(account.executions())) == (1, 2)
    message = json.loads(execution["event"]["invokingEvent"])
    assert message["notificationCreationTime"][:19] == later[:19]
    control(account.url, "tick", "POST")
    wait_until_idle(account.url)
    assert len(account.executions()) == 2


def test_items_can_be_made_oversized(account: Account) -> None:
    account.start_recording()
    account.deploy_rule(JUDGE)
    control(account.url, "config", "POST", largest_notification=100)
    group = account.client("ec2").create_security_group(GroupName="a", Description="a")["GroupId"]
    wait_until_idle(account.url)
    control(account.url, "config", "POST", largest_notification=256 * 1024)
    message = json.loads(account.executions()[-1]["event"]["invokingEvent"])
    assert message["configurationItemSummary"]["resourceId"] == group
    assert account.verdicts()[group] == "NON_COMPLIANT"


def test_an_event_reaches_a_function_only_where_its_policy_admits_the_bus(
    account: Account,
) -> None:
    arn = account.create_function("notify", ECHO)
    events = account.client("events")
    rule = events.put_rule(Name="all", EventPattern='{"source":["lab"]}')["RuleArn"]
    events.put_targets(Rule="all", Targets=[{"Id": "function", "Arn": arn}])
    entry = {"Source": "lab", "DetailType": "test", "Detail": '{"n": 1}'}
    events.put_events(Entries=[entry])
    wait_until_idle(account.url)
    assert account.executions() == []
    account.admit("notify", "events.amazonaws.com", SourceArn=rule)
    events.put_events(Entries=[entry])
    wait_until_idle(account.url)
    assert [execution["event"]["detail"] for execution in account.executions()] == [{"n": 1}]


def test_changes_are_collected_in_a_queue_for_a_window_of_the_labs_clock(
    account: Account,
) -> None:
    account.start_recording()
    queue = account.collect_changes(account.create_function("collect", REFUSING_ONCE), window=60)
    ec2 = account.client("ec2")
    group = ec2.create_security_group(GroupName="a", Description="a")["GroupId"]
    ec2.delete_security_group(GroupId=group)
    wait_until_idle(account.url)

    skip(account, 55)
    assert account.executions() == [], "the window is not over"
    skip(account, 5)
    (execution,) = account.executions()
    records = execution["event"]["Records"]
    statuses = [item_of(record)["configurationItemStatus"] for record in records]
    assert statuses == ["ResourceDiscovered", "ResourceDeleted"]

    skip(account, 35)
    assert len(account.executions()) == 1, "what was refused is hidden for the queue's timeout"
    skip(account, 65)
    again = account.executions()[-1]["event"]["Records"]
    assert [each["messageId"] for each in again] == [each["messageId"] for each in records]
    skip(account, 200)
    assert len(account.executions()) == 2
    assert account.receive(queue) == []


def test_a_batch_that_is_full_waits_for_no_window(account: Account) -> None:
    account.start_recording()
    account.collect_changes(account.create_function("collect", ECHO), window=300, batch=2)
    for name in ("a", "b"):
        account.client("ec2").create_security_group(GroupName=name, Description=name)
    wait_until_idle(account.url)

    assert [len(each["event"]["Records"]) for each in account.executions()] == [2]


def skip(account: Account, seconds: int) -> None:
    control(account.url, "clock/advance", "POST", seconds=seconds)
    wait_until_idle(account.url)


def item_of(record: dict[str, Any]) -> dict[str, Any]:
    """The configuration item in a message that EventBridge put into a queue."""
    item: dict[str, Any] = json.loads(record["body"])["detail"]["configurationItem"]
    return item


def test_a_topic_reaches_a_function_as_aws_does_asynchronously(account: Account) -> None:
    arn = account.create_function("notify", RAISING)
    sns = account.client("sns")
    topic = sns.create_topic(Name="alerts")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=arn)
    account.admit("notify", "sns.amazonaws.com", SourceArn=f"{topic}-2")
    sns.publish(TopicArn=topic, Message="unheard")
    account.admit("notify", "sns.amazonaws.com", SourceArn=topic)
    sns.publish(TopicArn=topic, Message="heard")
    wait_until_idle(account.url)
    executions = account.executions()
    assert [execution["attempt"] for execution in executions] == [1, 2, 3]
    assert {e["event"]["Records"][0]["Sns"]["Message"] for e in executions} == {"heard"}


def test_a_dead_letter_can_go_to_a_topic_and_a_result_to_another_function(
    account: Account,
) -> None:
    queue_url, queue_arn = account.create_queue("letters")
    sns = account.client("sns")
    topic = sns.create_topic(Name="letters")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue_arn)
    after = account.create_function("after", ECHO)
    account.create_function("raising", RAISING, DeadLetterConfig={"TargetArn": topic})
    functions = account.client("lambda")
    functions.put_function_event_invoke_config(
        FunctionName="raising",
        MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": after}},
    )
    functions.invoke(FunctionName="raising", InvocationType="Event", Payload=b'{"n": 1}')
    wait_until_idle(account.url)
    (message,) = account.receive(queue_url)
    assert json.loads(message["Body"])["Message"] == '{"n": 1}'
    executions = {execution["function"]: execution for execution in account.executions()}
    assert executions["after"]["event"]["requestPayload"] == {"n": 1}


def test_a_lab_that_stays_busy_says_so(account: Account) -> None:
    account.create_function("slow", "import time\ndef handler(event, context): time.sleep(2)")
    account.client("lambda").invoke(FunctionName="slow", InvocationType="Event")
    with pytest.raises(LabFailedError, match="504"):
        wait_until_idle(account.url, timeout=0.2)
    wait_until_idle(account.url)


def test_a_lab_is_busy_while_somebody_waits_for_a_function(account: Account) -> None:
    account.create_function("slow", "import time\ndef handler(event, context): time.sleep(1)")
    invoke = partial(account.client("lambda").invoke, FunctionName="slow")
    invoke()
    with ThreadPoolExecutor() as background:
        answer = background.submit(invoke)
        time.sleep(0.3)
        assert not answer.done()
        wait_until_idle(account.url)
        assert len(account.executions()) == 2


@pytest.mark.parametrize(
    ("route", "content", "status"),
    [
        ("nonsense", {}, 404),
        ("faults", {"action": "DescribeVpcs"}, 400),
        ("faults", {"service": "sns", "action": "Publish", "times": 0}, 400),
        ("clock/advance", {"seconds": -1}, 400),
        ("clock/advance", {"seconds": "an hour"}, 400),
    ],
)
def test_a_control_request_that_makes_no_sense_is_refused(
    url: str, route: str, content: dict[str, Any], status: int
) -> None:
    with pytest.raises(LabFailedError, match=str(status)):
        control(url, route, "POST", **content)


@contextmanager
def started(port: int = 0) -> Iterator[subprocess.Popen[str]]:
    """The server as a process, which is gone after the block whatever happens in it."""
    with subprocess.Popen(
        [PYTHON, "-m", "lab.server", "--port", str(port)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_lab_that_is_told_to_stop_leaves_nothing_behind(
    number: signal.Signals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with started() as process:
        assert process.stdout
        assert process.stderr
        address = process.stdout.readline().removeprefix("ready ").strip()
        account = Account(address, "111122223333")
        account.create_function("littering", LITTERING)
        account.client("lambda").invoke(FunctionName="littering")
        (folder,) = tmp_path.iterdir()
        assert folder.name.startswith("vpcproof-lab-")
        process.send_signal(number)
        assert process.wait(10) == 0
        assert process.stderr.read() == ""
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


def test_a_busy_lab_that_is_told_to_stop_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with started() as process, ThreadPoolExecutor() as background:
        assert process.stdout
        address = process.stdout.readline().removeprefix("ready ").strip()
        account = Account(address, "111122223333")
        account.create_function("slow", "import time\ndef handler(event, context): time.sleep(60)")
        for _ in range(8):
            account.client("lambda").invoke(FunctionName="slow", InvocationType="Event")
        waiting = background.submit(wait_until_idle, address)
        assert not waiting.done()
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        assert waiting.exception(10)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


def test_a_lab_ends_with_whoever_started_it() -> None:
    with running_lab() as address:
        assert address.startswith("http://127.0.0.1:")
    with pytest.raises(OSError, match="refused"):
        control(address, "clock")


def test_what_a_lab_says_and_stores_goes_to_the_folder_it_is_given(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOG_LEVEL", "INFO")
    with running_lab(folder=tmp_path):
        assert len(list(tmp_path.glob("vpcproof-lab-*"))) == 1
    assert [left.name for left in tmp_path.iterdir()] == ["lab.log"]
    assert (tmp_path / "lab.log").read_text()
    assert capfd.readouterr() == ("", "")


def test_a_port_that_is_taken_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with started(port) as process:
            _, said = process.communicate(timeout=10)
    assert process.returncode == 1
    assert said == (
        f"The lab cannot listen on 127.0.0.1:{port}: Address already in use. Try --port 0.\n"
    )
