"""From a change of compliance in AWS Config to the queues that are subscribed to the topic."""

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

ATTRIBUTES = {
    "kind": "failure",
    "rule": "route-table-has-no-blackhole",
    "severity": "medium",
    "compliance": "NON_COMPLIANT",
    "account": "123456789012",
    "region": "ap-northeast-2",
}


def subscribed_queue(account: Account, topic_arn: str, name: str, **attributes: str) -> str:
    sqs = account.client("sqs")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    asked = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    account.client("sns").subscribe(
        TopicArn=topic_arn,
        Protocol="sqs",
        Endpoint=asked["Attributes"]["QueueArn"],
        Attributes={"RawMessageDelivery": "true", **attributes},
    )
    return url


def received(account: Account, queue_url: str) -> list[dict[str, Any]]:
    answer = account.client("sqs").receive_message(
        QueueUrl=queue_url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
    )
    return answer.get("Messages", [])


@pytest.fixture(scope="module")
def queues(installation: Installation) -> dict[str, str]:
    """A queue for everything, and one each for what is critical and what is medium."""
    account, topic_arn = installation.account, installation.outputs["AlertTopicArn"]
    filters = {
        severity: {"FilterPolicy": json.dumps({"severity": [severity]})}
        for severity in ("critical", "medium")
    }
    return {
        name: subscribed_queue(account, topic_arn, name, **attributes)
        for name, attributes in {"all": {}, **filters}.items()
    }


def blackholes(account: Account, number: int) -> list[str]:
    """Route tables in which a route has just lost its target, by one change."""
    ec2 = account.client("ec2")
    vpc_id = ec2.create_vpc(CidrBlock="10.40.0.0/16")["Vpc"]["VpcId"]
    gateway_id = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway_id, VpcId=vpc_id)
    made = [ec2.create_route_table(VpcId=vpc_id)["RouteTable"] for _ in range(number)]
    tables = [table["RouteTableId"] for table in made]
    for table in tables:
        ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway_id)
    scenario.settle(account)
    ec2.detach_internet_gateway(InternetGatewayId=gateway_id, VpcId=vpc_id)
    scenario.settle(account)
    return tables


@pytest.fixture(scope="module")
def table_id(account: Account, queues: dict[str, str]) -> str:
    """A route table in which a route has just lost its target."""
    (table_id,) = blackholes(account, 1)
    return table_id


@pytest.fixture(scope="module")
def messages(
    account: Account, queues: dict[str, str], table_id: str
) -> dict[str, list[dict[str, Any]]]:
    return {name: received(account, url) for name, url in queues.items()}


def test_the_change_arrives_with_its_message_attributes(
    messages: dict[str, list[dict[str, Any]]], table_id: str
) -> None:
    (message,) = messages["all"]
    document = json.loads(message["Body"])
    assert (document["alert"], document["resource_id"]) == ("broken", table_id)
    assert document["annotation"].startswith("blackhole: 0.0.0.0/0 to igw-")
    attributes = message["MessageAttributes"]
    assert {name: found["StringValue"] for name, found in attributes.items()} == ATTRIBUTES
    assert {found["DataType"] for found in attributes.values()} == {"String"}


def test_subscriptions_filter_by_the_attributes(
    messages: dict[str, list[dict[str, Any]]],
) -> None:
    assert messages["critical"] == []
    assert [m["Body"] for m in messages["medium"]] == [m["Body"] for m in messages["all"]]


@pytest.fixture
def window(account: Account) -> Iterator[int]:
    """The window of the template's default, in an installation that has none."""
    functions = account.client("lambda")
    mappings = functions.list_event_source_mappings()["EventSourceMappings"]
    (mapping,) = [each for each in mappings if "Notify" in each["EventSourceArn"]]
    was = {name: mapping[name] for name in ("BatchSize", "MaximumBatchingWindowInSeconds")}
    collecting = {"BatchSize": 1000, "MaximumBatchingWindowInSeconds": 60}
    functions.update_event_source_mapping(UUID=mapping["UUID"], **collecting)
    yield 60
    functions.update_event_source_mapping(UUID=mapping["UUID"], **was)


def pass_time(account: Account, seconds: int) -> None:
    control(account.url, "clock/advance", "POST", seconds=seconds)
    scenario.settle(account)


def taken(account: Account, queue_url: str) -> list[dict[str, Any]]:
    """The documents of the messages that have come, which are then gone."""
    found = []
    for message in received(account, queue_url):
        handle = message["ReceiptHandle"]
        account.client("sqs").delete_message(QueueUrl=queue_url, ReceiptHandle=handle)
        found.append(json.loads(message["Body"]))
    return found


def test_one_change_that_breaks_many_is_one_digest_after_the_window(
    account: Account, queues: dict[str, str], window: int
) -> None:
    pass_time(account, window)
    taken(account, queues["all"])

    tables = blackholes(account, 5)
    assert taken(account, queues["all"]) == []
    pass_time(account, window)

    (digest,) = taken(account, queues["all"])
    assert digest["alert"] == "digest"
    assert {each["resource_id"] for each in digest["in_full"]} == set(tables)
    assert digest["rules"] == [
        {
            "rule": "route-table-has-no-blackhole",
            "severity": "medium",
            "kind": "failure",
            "count": 5,
        }
    ]


def test_what_sns_does_not_take_is_kept_and_sent_again_as_documented(
    installation: Installation, queues: dict[str, str], tmp_path: Path
) -> None:
    account, outputs = installation.account, installation.outputs
    sqs = account.client("sqs")
    asked = {"QueueUrl": outputs["NotifyQueueUrl"], "AttributeNames": ["All"]}
    attributes = sqs.get_queue_attributes(**asked)["Attributes"]
    given_up_at_once = {**json.loads(attributes["RedrivePolicy"]), "maxReceiveCount": 1}
    sqs.set_queue_attributes(
        QueueUrl=outputs["NotifyQueueUrl"],
        Attributes={"RedrivePolicy": json.dumps(given_up_at_once)},
    )
    taken(account, queues["all"])
    control(account.url, "faults", "POST", service="sns", action="Publish", code="KMSDisabled")
    (table,) = blackholes(account, 1)
    pass_time(account, int(attributes["VisibilityTimeout"]) + 1)
    assert taken(account, queues["all"]) == []

    documented.run("Alerts in the dead-letter queue", account, tmp_path)
    scenario.settle(account)

    (document,) = taken(account, queues["all"])
    assert (document["alert"], document["resource_id"]) == ("broken", table)
    sqs.set_queue_attributes(
        QueueUrl=outputs["NotifyQueueUrl"],
        Attributes={"RedrivePolicy": attributes["RedrivePolicy"]},
    )
