"""Remediation through the lab: AWS Config starts a document, which calls EC2 and Lambda."""

import json
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError

from lab.process import running_lab, wait_until_idle
from tests.lab.accounts import ECHO, JUDGE, Account

TEMPLATE = {
    "Resources": {
        "Document": {
            "Type": "AWS::SSM::Document",
            "Properties": {
                "DocumentType": "Automation",
                "Content": {
                    "schemaVersion": "0.3",
                    "assumeRole": "{{ AutomationAssumeRole }}",
                    "parameters": {
                        "AutomationAssumeRole": {"type": "String"},
                        "GroupId": {"type": "String", "allowedPattern": "^sg-[0-9a-f]+$"},
                    },
                    "mainSteps": [
                        {
                            "name": "Look",
                            "action": "aws:assertAwsResourceProperty",
                            "inputs": {
                                "Service": "ec2",
                                "Api": "DescribeSecurityGroups",
                                "GroupIds": ["{{ GroupId }}"],
                                "PropertySelector": "$.SecurityGroups[0].GroupName",
                                "DesiredValues": ["default"],
                            },
                        },
                        {
                            "name": "Ask",
                            "action": "aws:invokeLambdaFunction",
                            "inputs": {
                                "FunctionName": "echo",
                                "InputPayload": {"id": "{{ GroupId }}"},
                            },
                        },
                    ],
                },
            },
        },
        "Remediation": {
            "Type": "AWS::Config::RemediationConfiguration",
            "Properties": {
                "ConfigRuleName": "judge",
                "TargetType": "SSM_DOCUMENT",
                "TargetId": {"Ref": "Document"},
                "Parameters": {
                    "GroupId": {"ResourceValue": {"Value": "RESOURCE_ID"}},
                    "AutomationAssumeRole": {
                        "StaticValue": {"Values": ["arn:aws:iam::111122223333:role/automation"]}
                    },
                },
            },
        },
    }
}


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with running_lab() as address:
        account = Account(address, "111122223333")
        account.start_recording()
        account.create_function("echo", ECHO)
        account.deploy_rule(JUDGE)
        stacks = account.client("cloudformation")
        stacks.create_stack(StackName="s", TemplateBody=json.dumps(TEMPLATE))
        stacks.get_waiter("stack_create_complete").wait(StackName="s", WaiterConfig={"Delay": 0.1})
        wait_until_idle(address)
        yield account


def test_a_remediation_runs_its_document_on_a_resource_in_the_name_of_the_role(
    account: Account,
) -> None:
    group = next(iter(account.verdicts()))
    key = {"resourceType": "AWS::EC2::SecurityGroup", "resourceId": group}
    config = account.client("config")
    config.start_remediation_execution(ConfigRuleName="judge", ResourceKeys=[key])
    wait_until_idle(account.url)
    (status,) = config.describe_remediation_execution_status(ConfigRuleName="judge")[
        "RemediationExecutionStatuses"
    ]
    assert (status["State"], status["ResourceKey"]) == ("SUCCEEDED", key)
    assert [step["Name"] for step in status["StepDetails"]] == ["Look", "Ask"]
    assert {"id": group} in [each["event"] for each in account.executions()]
    (looked,) = account.calls("action=DescribeSecurityGroups&service=ec2")
    assert "assumed-role/automation/Automation-" in looked["principal"]


def test_an_execution_that_was_asked_for_by_hand_is_told_step_by_step(account: Account) -> None:
    ssm = account.client("ssm")
    (document,) = [
        each["PhysicalResourceId"]
        for each in account.client("cloudformation").describe_stack_resources(StackName="s")[
            "StackResources"
        ]
        if each["LogicalResourceId"] == "Document"
    ]
    role = ["arn:aws:iam::111122223333:role/automation"]
    started = ssm.start_automation_execution(
        DocumentName=document,
        Parameters={"GroupId": ["sg-0123456789abcdef0"], "AutomationAssumeRole": role},
    )
    wait_until_idle(account.url)
    ended = ssm.get_automation_execution(**_named(started))["AutomationExecution"]
    assert ended["AutomationExecutionStatus"] == "Failed"
    assert "sg-0123456789abcdef0" in ended["FailureMessage"]
    with pytest.raises(ClientError, match="does not match"):
        ssm.start_automation_execution(
            DocumentName=document,
            Parameters={"GroupId": ["vpc-1"], "AutomationAssumeRole": role},
        )


def _named(started: dict[str, str]) -> dict[str, str]:
    return {"AutomationExecutionId": started["AutomationExecutionId"]}
