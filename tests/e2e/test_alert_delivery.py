"""From a change of compliance in AWS Config to the queues that are subscribed to the topic."""

import json
from typing import Any

import pytest

from lab import scenario
from lab.account import Account
from tests.e2e.conftest import Installation

pytestmark = pytest.mark.xdist_group("shared installation")

ATTRIBUTES = {
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


@pytest.fixture(scope="module")
def table_id(account: Account, queues: dict[str, str]) -> str:
    """A route table in which a route has just lost its target."""
    ec2 = account.client("ec2")
    vpc_id = ec2.create_vpc(CidrBlock="10.40.0.0/16")["Vpc"]["VpcId"]
    table_id = ec2.create_route_table(VpcId=vpc_id)["RouteTable"]["RouteTableId"]
    gateway_id = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway_id, VpcId=vpc_id)
    ec2.create_route(RouteTableId=table_id, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway_id)
    ec2.detach_internet_gateway(InternetGatewayId=gateway_id, VpcId=vpc_id)
    scenario.settle(account)
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
