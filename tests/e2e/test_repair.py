"""Repairs by the deployed application, in each of its modes, of VPCs without SSM endpoints.

One stack, whose mode is changed as its users change it; each test has a VPC of its own.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Thread
from typing import Any

import pytest

from lab import process, scenario
from lab.account import Account
from lab.alerts import Inbox, RepairMessage
from lab.stack import Sam, Target, change_parameters
from tests.e2e.conftest import install

pytestmark = pytest.mark.xdist_group("repair")

RULE = "vpc-ssm-endpoints-complete"
CONFIG_RULE = f"vpcproof-{RULE}"
EXPIRES = 600
ONE_RULE = {
    "RuleSet": "list",
    "RuleList": RULE,
    "ReevaluationWindow": "0",
    "RemediationMode": "approve",
    "ApprovalExpires": str(EXPIRES),
    "ConfigRemediation": "manual",
}
READING = ("Describe", "Get", "List", "Search")


@dataclass
class Stack:
    """The stack, the messages that it sent, and what happens to one VPC after another."""

    account: Account
    inbox: Inbox
    outputs: dict[str, str]
    mode: str = "approve"

    def in_mode(self, mode: str, **parameters: str) -> None:
        if mode != self.mode or parameters:
            change_parameters(self.account, RemediationMode=mode, **parameters)
            self.mode = mode

    def settle(self) -> list[RepairMessage]:
        """Wait until all is done; answers the messages about repairs that came meanwhile."""
        scenario.settle(self.account)
        self.inbox.repairs.clear()
        self.inbox.take()
        return list(self.inbox.repairs)

    def vpc_without_endpoints(self) -> tuple[str, list[RepairMessage]]:
        """A new VPC with an instance; answers its id and what was sent about it."""
        ec2 = self.account.client("ec2")
        vpc_id = ec2.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
        ec2.modify_vpc_attribute(VpcId=vpc_id, EnableDnsHostnames={"Value": True})
        subnet = ec2.create_subnet(VpcId=vpc_id, CidrBlock="10.7.1.0/24")["Subnet"]
        ec2.run_instances(
            ImageId="ami-0abcdef1234567890",
            InstanceType="t3.micro",
            MinCount=1,
            MaxCount=1,
            SubnetId=subnet["SubnetId"],
        )
        about = [each for each in self.settle() if each.vpc_id == vpc_id]
        return vpc_id, about

    def services(self, vpc_id: str) -> list[str]:
        """The services that have an endpoint in a VPC."""
        of_vpc = [{"Name": "vpc-id", "Values": [vpc_id]}]
        found = self.account.client("ec2").describe_vpc_endpoints(Filters=of_vpc)["VpcEndpoints"]
        return sorted(each["ServiceName"].rpartition(".")[2] for each in found)

    def verdict(self, vpc_id: str) -> str:
        """What AWS Config holds of the VPC when it was judged anew."""
        process.control(self.account.url, "clock/advance", "POST", seconds=3600)
        self.settle()
        return next(
            each["ComplianceType"]
            for each in self.account.evaluations([CONFIG_RULE])
            if each["EvaluationResultIdentifier"]["EvaluationResultQualifier"]["ResourceId"]
            == vpc_id
        )

    def changes(self) -> list[str]:
        """The calls by which the function has changed, or tried to change, something in EC2."""
        calls = process.control(self.account.url, f"calls?account={self.account.number}")
        return [
            call["action"]
            for call in calls
            if call["service"] == "ec2"
            and "RemediateRole" in call["principal"]
            and not call["action"].startswith(READING)
        ]

    def invoke(self, **request: str) -> dict[str, Any]:
        answer = self.account.client("lambda").invoke(
            FunctionName=self.outputs["RemediateFunctionArn"], Payload=json.dumps(request)
        )
        found: dict[str, Any] = json.load(answer["Payload"])
        return found

    def answer_by(self, words: list[str]) -> None:
        """Run a command of a message: `aws stepfunctions VERB --name value …`."""
        options = {
            name.removeprefix("--").replace("-", "_"): value
            for name, value in zip(words[3::2], words[4::2], strict=True)
        }
        options.pop("region")
        names = {"task_token": "taskToken", "task_output": "output", "error": "error"}
        send: Callable[..., Any] = getattr(
            self.account.client("stepfunctions"), words[2].replace("-", "_")
        )
        send(**{names[name]: value for name, value in options.items()})


def payload(words: list[str]) -> dict[str, str]:
    """What a command of a message hands to the function."""
    request: dict[str, str] = json.loads(words[words.index("--payload") + 1])
    return request


@pytest.fixture(scope="module")
def stack(url: str, sam: Sam, template: Any, target: Target) -> Iterator[Stack]:
    account = Account(url, "444455556666")
    installed = install(account, sam, template, target.deployment | ONE_RULE)
    inbox = Inbox.subscribed_to(installed.outputs["AlertTopicArn"], account, "repairs")
    yield Stack(account, inbox, installed.outputs)
    sam.delete(account)
    assert account.client("stepfunctions").list_state_machines()["stateMachines"] == []
    tables = account.client("dynamodb").list_tables()["TableNames"]
    assert installed.outputs["RunsTableName"] in tables


def test_an_approved_plan_is_made_and_can_be_taken_back(stack: Stack) -> None:
    stack.in_mode("approve")
    vpc_id, (asked,) = stack.vpc_without_endpoints()
    assert (asked.event, stack.services(vpc_id)) == ("asked", [])
    stack.answer_by(asked.command("send-task-success"))
    (applied,) = stack.settle()
    assert applied.event == "applied"
    assert stack.services(vpc_id) == ["ssm", "ssmmessages"]
    assert stack.verdict(vpc_id) == "COMPLIANT"
    assert stack.invoke(**payload(applied.command('"undo"')))["outcome"] == "undone"
    assert stack.services(vpc_id) == []
    assert stack.verdict(vpc_id) == "NON_COMPLIANT"


def test_a_refused_plan_is_not_made(stack: Stack) -> None:
    stack.in_mode("approve")
    vpc_id, (asked,) = stack.vpc_without_endpoints()
    stack.answer_by(asked.command("send-task-failure"))
    (refused,) = stack.settle()
    assert (refused.event, stack.services(vpc_id)) == ("refused", [])


def test_a_plan_that_nobody_answers_expires(stack: Stack) -> None:
    stack.in_mode("approve")
    vpc_id, _ = stack.vpc_without_endpoints()
    process.control(stack.account.url, "clock/advance", "POST", seconds=EXPIRES + 1)
    told = [each.event for each in stack.settle() if each.vpc_id == vpc_id]
    assert (told, stack.services(vpc_id)) == (["expired"], [])


def test_a_plan_is_not_made_once_the_vpc_is_another(stack: Stack) -> None:
    stack.in_mode("approve")
    vpc_id, (asked,) = stack.vpc_without_endpoints()
    stack.account.client("ec2").create_subnet(VpcId=vpc_id, CidrBlock="10.7.2.0/24")
    ec2 = stack.account.client("ec2")
    ec2.modify_vpc_attribute(VpcId=vpc_id, EnableDnsHostnames={"Value": False})
    stack.answer_by(asked.command("send-task-success"))
    stack.settle()
    assert stack.services(vpc_id) == []
    machines = stack.account.client("stepfunctions")
    arn = stack.outputs["ApprovalStateMachineArn"]
    failed = machines.list_executions(stateMachineArn=arn, statusFilter="FAILED")["executions"]
    assert any(each["name"].startswith(vpc_id) for each in failed)


def test_in_mode_plan_nothing_is_called_that_changes_anything(stack: Stack) -> None:
    """Handbook row 179."""
    stack.in_mode("plan")
    process.control(stack.account.url, "calls", "DELETE")
    vpc_id, (planned,) = stack.vpc_without_endpoints()
    assert (planned.event, stack.services(vpc_id)) == ("planned", [])
    assert stack.changes() == []
    assert stack.invoke(**payload(planned.command('"apply"')))["outcome"] == "applied"
    assert stack.services(vpc_id) == ["ssm", "ssmmessages"]


def test_in_mode_auto_a_finding_is_repaired_at_once(stack: Stack) -> None:
    stack.in_mode("auto")
    vpc_id, told = stack.vpc_without_endpoints()
    assert [each.event for each in told] == ["applied"]
    assert stack.services(vpc_id) == ["ssm", "ssmmessages"]


def test_two_who_repair_one_vpc_at_once_make_one_endpoint_for_each_service(stack: Stack) -> None:
    """Handbook row 180."""
    stack.in_mode("plan")
    vpc_id, _ = stack.vpc_without_endpoints()
    both = [
        Thread(target=lambda: stack.invoke(action="apply", vpcId=vpc_id, rule=RULE))
        for _ in range(2)
    ]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert stack.services(vpc_id) == ["ssm", "ssmmessages"]


def test_aws_config_repairs_by_the_document_and_finds_nothing_to_do_again(stack: Stack) -> None:
    stack.in_mode("plan")
    vpc_id, _ = stack.vpc_without_endpoints()
    config = stack.account.client("config")
    key = {"resourceType": "AWS::EC2::VPC", "resourceId": vpc_id}
    outcomes = []
    for _ in range(2):
        process.control(stack.account.url, "calls", "DELETE")
        config.start_remediation_execution(ConfigRuleName=CONFIG_RULE, ResourceKeys=[key])
        stack.settle()
        (status,) = config.describe_remediation_execution_status(
            ConfigRuleName=CONFIG_RULE, ResourceKeys=[key]
        )["RemediationExecutionStatuses"]
        outcomes.append((status["State"], bool(stack.changes())))
    assert outcomes == [("SUCCEEDED", True), ("SUCCEEDED", False)]
    assert stack.services(vpc_id) == ["ssm", "ssmmessages"]


def test_aws_config_repairs_by_itself_where_it_is_told_to(stack: Stack) -> None:
    stack.in_mode("auto", ConfigRemediation="automatic")
    try:
        vpc_id, _ = stack.vpc_without_endpoints()
        assert stack.services(vpc_id) == ["ssm", "ssmmessages"]
        (status,) = stack.account.client("config").describe_remediation_execution_status(
            ConfigRuleName=CONFIG_RULE,
            ResourceKeys=[{"resourceType": "AWS::EC2::VPC", "resourceId": vpc_id}],
        )["RemediationExecutionStatuses"]
        assert status["State"] == "SUCCEEDED"
    finally:
        stack.in_mode("plan", ConfigRemediation="manual")
