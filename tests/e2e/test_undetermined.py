"""Facts that cannot be read never become a verdict, and the event that asked is not lost."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lab import scenario
from lab.account import Account
from lab.process import control
from tests.e2e import documented
from tests.e2e.conftest import Installation

pytestmark = pytest.mark.xdist_group("shared installation")

RULE = "vpcproof-network-acl-permits-endpoint-traffic"
READING = "DescribeNetworkAcls"
FOREVER = -1


@pytest.fixture(scope="module")
def unread(account: Account) -> Iterator[str]:
    """A network ACL that changed while EC2 throttled whoever asked for network ACLs."""
    ec2 = account.client("ec2")
    vpc_id = ec2.create_vpc(CidrBlock="10.30.0.0/16")["Vpc"]["VpcId"]
    scenario.settle(account)
    fault = {"action": READING, "code": "RequestLimitExceeded", "account_id": account.number}
    control(account.url, "faults", "POST", service="ec2", times=FOREVER, **fault)
    try:
        acl_id = ec2.create_network_acl(VpcId=vpc_id)["NetworkAcl"]["NetworkAclId"]
        scenario.settle(account)
        yield acl_id
    finally:
        control(account.url, "faults", "DELETE")


@pytest.fixture(scope="module")
def executions(account: Account, unread: str) -> list[dict[str, Any]]:
    """What the evaluate function was asked about the network ACL, and how that ended."""
    every = control(account.url, f"invocations?account={account.number}")
    return [each for each in every if unread in json.dumps(each["event"])]


@pytest.fixture(scope="module")
def dead_letters(installation: Installation, unread: str) -> list[dict[str, Any]]:
    queue = installation.outputs["EvaluateDeadLettersUrl"]
    received = installation.account.client("sqs").receive_message(
        QueueUrl=queue, MaxNumberOfMessages=10, VisibilityTimeout=0
    )
    letters = [json.loads(message["Body"]) for message in received.get("Messages", ())]
    return [letter for letter in letters if unread in json.dumps(letter["requestPayload"])]


def test_what_was_throttled_gets_no_verdict(account: Account, unread: str) -> None:
    held = list(account.evaluations([RULE]))
    subjects = [each["EvaluationResultIdentifier"]["EvaluationResultQualifier"] for each in held]
    assert unread not in {subject["ResourceId"] for subject in subjects}


def test_the_event_is_tried_three_times_and_says_each_time_what_was_not_read(
    executions: list[dict[str, Any]], unread: str
) -> None:
    assert [each["attempt"] for each in executions] == [1, 2, 3]
    for each in executions:
        assert each["error"].startswith("EvaluationError: network-acl-permits-endpoint-traffic")
        assert f"{unread}: " in each["error"]
        assert f"ec2:{READING}: RequestLimitExceeded" in each["error"]


def test_each_try_asked_ec2_more_than_once(account: Account, unread: str) -> None:
    calls = control(account.url, f"calls?account={account.number}&action={READING}")
    throttled = [call for call in calls if call["error"] == "RequestLimitExceeded"]
    assert len(throttled) >= 3 * 2


def test_the_event_is_kept_with_the_error_once_all_tries_are_used_up(
    dead_letters: list[dict[str, Any]], executions: list[dict[str, Any]]
) -> None:
    (letter,) = dead_letters
    assert letter["requestContext"]["condition"] == "RetriesExhausted"
    assert letter["requestContext"]["approximateInvokeCount"] == 3
    assert letter["requestPayload"] == executions[-1]["event"]
    assert "RequestLimitExceeded" in letter["responsePayload"]["errorMessage"]


def test_the_rule_shows_that_it_failed(account: Account, unread: str) -> None:
    config = account.client("config")
    (status,) = config.describe_config_rule_evaluation_status(ConfigRuleNames=[RULE])[
        "ConfigRulesEvaluationStatus"
    ]
    assert status["LastErrorCode"] == "EvaluationError"
    assert unread in status["LastErrorMessage"]
    assert status["LastFailedEvaluationTime"] >= status["LastSuccessfulEvaluationTime"]


def test_sent_again_as_documented_it_is_judged_and_the_queue_is_empty(
    installation: Installation, unread: str, dead_letters: list[dict[str, Any]], tmp_path: Path
) -> None:
    account = installation.account
    control(account.url, "faults", "DELETE")

    documented.run("Events in the dead-letter queue", account, tmp_path)
    scenario.settle(account)

    (letter,) = dead_letters
    every = control(account.url, f"invocations?account={account.number}")
    again = [each for each in every if each["event"] == letter["requestPayload"]][-1]
    assert again["error"] is None
    counts = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    left = account.client("sqs").get_queue_attributes(
        QueueUrl=installation.outputs["EvaluateDeadLettersUrl"], AttributeNames=counts
    )
    assert [left["Attributes"][each] for each in counts] == ["0", "0"]
