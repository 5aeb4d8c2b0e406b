"""CloudFormation in the lab: every type of resource that the application's stack is made of."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError, WaiterError

from lab.process import running_lab, wait_until_idle
from tests.lab.accounts import ECHO, ROLE, Account

STACK = "vpcproof"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running_lab() as address:
        yield address


@pytest.fixture(scope="module")
def account(url: str) -> Account:
    return Account(url, "111122223333")


def allow(service: str, action: str, resource: Any) -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": action,
        "Resource": resource,
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def arn_of(name: str) -> dict[str, list[str]]:
    return {"Fn::GetAtt": [name, "Arn"]}


def template(period: str = "One_Hour", retries: int = 1, text: str = "first") -> dict[str, Any]:
    """A stack with one resource of each type; the arguments change properties of several."""
    pattern = {"source": ["aws.config"], "detail-type": ["Config Rules Compliance Change"]}
    return {
        "Resources": {
            "Recorder": resource("Config::ConfigurationRecorder", RoleARN=arn_of("Role")),
            "Channel": {
                **resource("Config::DeliveryChannel", S3BucketName="history"),
                "DependsOn": "Recorder",
            },
            "Role": resource(
                "IAM::Role",
                RoleName=ROLE,
                AssumeRolePolicyDocument=allow("lambda.amazonaws.com", "sts:AssumeRole", "*"),
            ),
            "Policy": resource(
                "IAM::Policy",
                PolicyName="read",
                Roles=[{"Ref": "Role"}],
                PolicyDocument={
                    "Version": "2012-10-17",
                    "Statement": [{"Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*"}],
                },
            ),
            "Function": resource(
                "Lambda::Function",
                FunctionName="evaluate",
                Runtime="python3.13",
                Handler="index.handler",
                Role=arn_of("Role"),
                Code={"ZipFile": "def handler(event, context):\n    return 1\n"},
                Environment={"Variables": {"TEXT": text}},
            ),
            "InvokeConfig": resource(
                "Lambda::EventInvokeConfig",
                FunctionName={"Ref": "Function"},
                Qualifier="$LATEST",
                MaximumRetryAttempts=retries,
                DestinationConfig={"OnFailure": {"Destination": arn_of("Queue")}},
            ),
            "Permission": resource(
                "Lambda::Permission",
                FunctionName={"Ref": "Function"},
                Action="lambda:InvokeFunction",
                Principal="config.amazonaws.com",
                SourceAccount={"Ref": "AWS::AccountId"},
            ),
            "Rule": {
                **resource(
                    "Config::ConfigRule",
                    Description=text,
                    InputParameters={"rule": "vpc-endpoint-available", "days": 90},
                    Source={
                        "Owner": "CUSTOM_LAMBDA",
                        "SourceIdentifier": arn_of("Function"),
                        "SourceDetails": [
                            {
                                "EventSource": "aws.config",
                                "MessageType": "ScheduledNotification",
                                "MaximumExecutionFrequency": period,
                            }
                        ],
                    },
                ),
                "DependsOn": ["Permission", "Channel"],
            },
            "Topic": resource(
                "SNS::Topic", TopicName="alerts", DisplayName=text, KmsMasterKeyId={"Ref": "Key"}
            ),
            "TopicPolicy": resource(
                "SNS::TopicPolicy",
                Topics=[{"Ref": "Topic"}],
                PolicyDocument=allow("events.amazonaws.com", "sns:Publish", {"Ref": "Topic"}),
            ),
            "Key": resource(
                "KMS::Key",
                Description=text,
                KeyPolicy=allow("events.amazonaws.com", "kms:Decrypt", "*"),
            ),
            "Alias": resource("KMS::Alias", AliasName="alias/alerts", TargetKeyId={"Ref": "Key"}),
            "Queue": resource("SQS::Queue", QueueName="dead", VisibilityTimeout=30 + retries),
            "QueuePolicy": resource(
                "SQS::QueuePolicy",
                Queues=[{"Ref": "Queue"}],
                PolicyDocument=allow("sns.amazonaws.com", "sqs:SendMessage", arn_of("Queue")),
            ),
            "Alert": resource(
                "Events::Rule",
                Name="alert",
                Description=text,
                EventPattern=pattern,
                Targets=[{"Id": "topic", "Arn": {"Ref": "Topic"}}],
            ),
            "Logs": resource(
                "Logs::LogGroup", LogGroupName="/aws/lambda/evaluate", RetentionInDays=retries
            ),
            "Alarm": resource(
                "CloudWatch::Alarm",
                AlarmName="errors",
                AlarmDescription=text,
                Namespace="AWS/Lambda",
                MetricName="Errors",
                Statistic="Sum",
                Period=300,
                EvaluationPeriods=1,
                Threshold=1,
                ComparisonOperator="GreaterThanOrEqualToThreshold",
            ),
            "Dashboard": resource(
                "CloudWatch::Dashboard",
                DashboardName="vpcproof",
                DashboardBody=json.dumps({"widgets": [], "start": text}),
            ),
        },
        "Outputs": {
            "RuleName": {"Value": {"Ref": "Rule"}},
            "RuleArn": {"Value": arn_of("Rule")},
            "RuleId": {"Value": {"Fn::GetAtt": ["Rule", "ConfigRuleId"]}},
        },
    }


def resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::{kind}", "Properties": properties}


def deploy(account: Account, body: dict[str, Any], stack: str = STACK) -> dict[str, str]:
    """Create or update the stack; answers its outputs."""
    stacks = account.client("cloudformation")
    request = {
        "StackName": stack,
        "TemplateBody": json.dumps(body),
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
    }
    exists = stack in {s["StackName"] for s in stacks.list_stacks()["StackSummaries"]}
    action = "update" if exists else "create"
    getattr(stacks, f"{action}_stack")(**request)
    stacks.get_waiter(f"stack_{action}_complete").wait(StackName=stack, WaiterConfig={"Delay": 0.1})
    (described,) = stacks.describe_stacks(StackName=stack)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", ())}


def delete(account: Account, stack: str = STACK) -> None:
    stacks = account.client("cloudformation")
    stacks.delete_stack(StackName=stack)
    stacks.get_waiter("stack_delete_complete").wait(StackName=stack, WaiterConfig={"Delay": 0.1})


Look = Callable[[Account], Any]

LOOKS: dict[str, Look] = {
    "recorder": lambda a: [
        status["recording"]
        for status in a.client("config").describe_configuration_recorder_status()[
            "ConfigurationRecordersStatus"
        ]
    ],
    "rule": lambda a: [
        (
            rule["Description"],
            rule["InputParameters"],
            rule["Source"]["SourceDetails"][0]["MaximumExecutionFrequency"],
        )
        for rule in a.client("config").describe_config_rules()["ConfigRules"]
    ],
    "function": lambda a: [
        function["Environment"]["Variables"]["TEXT"]
        for function in a.client("lambda").list_functions()["Functions"]
    ],
    "invoke config": lambda a: [
        settings["MaximumRetryAttempts"]
        for settings in a.client("lambda").list_function_event_invoke_configs(
            FunctionName="evaluate"
        )["FunctionEventInvokeConfigs"]
    ],
    "role": lambda a: [
        a.client("iam").list_role_policies(RoleName=role["RoleName"])["PolicyNames"]
        for role in a.client("iam").list_roles()["Roles"]
    ],
    "topic": lambda a: [
        (attributes["DisplayName"], "events.amazonaws.com" in attributes["Policy"])
        for topic in a.client("sns").list_topics()["Topics"]
        for attributes in [
            a.client("sns").get_topic_attributes(TopicArn=topic["TopicArn"])["Attributes"]
        ]
    ],
    "key": lambda a: [
        alias["AliasName"]
        for alias in a.client("kms").list_aliases()["Aliases"]
        if alias["AliasName"] == "alias/alerts"
    ],
    "queue": lambda a: [
        (attributes["VisibilityTimeout"], "sns.amazonaws.com" in attributes["Policy"])
        for queue in a.client("sqs").list_queues().get("QueueUrls", ())
        for attributes in [
            a.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])[
                "Attributes"
            ]
        ]
    ],
    "event rule": lambda a: [
        (rule["Description"], len(a.client("events").list_targets_by_rule(Rule="alert")["Targets"]))
        for rule in a.client("events").list_rules()["Rules"]
    ],
    "log group": lambda a: [
        group["retentionInDays"]
        for group in a.client("logs").describe_log_groups()["logGroups"]
        if "retentionInDays" in group
    ],
    "alarm": lambda a: [
        alarm["AlarmDescription"]
        for alarm in a.client("cloudwatch").describe_alarms()["MetricAlarms"]
    ],
    "dashboard": lambda a: [
        json.loads(
            a.client("cloudwatch").get_dashboard(DashboardName=entry["DashboardName"])[
                "DashboardBody"
            ]
        )["start"]
        for entry in a.client("cloudwatch").list_dashboards()["DashboardEntries"]
    ],
}
"""How each resource of the stack shows, as a list that is empty when it is gone."""


def seen(account: Account) -> dict[str, Any]:
    return {name: look(account) for name, look in LOOKS.items()}


def expected(period: str, retries: int, text: str) -> dict[str, Any]:
    parameters = '{"rule":"vpc-endpoint-available","days":"90"}'
    return {
        "recorder": [True],
        "rule": [(text, parameters, period)],
        "function": [text],
        "invoke config": [retries],
        "role": [["read"]],
        "topic": [(text, True)],
        "key": ["alias/alerts"],
        "queue": [(str(30 + retries), True)],
        "event rule": [(text, 1)],
        "log group": [retries],
        "alarm": [text],
        "dashboard": [text],
    }


def test_a_stack_is_created_updated_and_deleted_with_all_its_resources(account: Account) -> None:
    outputs = deploy(account, template())
    wait_until_idle(account.url)
    assert seen(account) == expected("One_Hour", 1, "first")
    assert [execution["payload"] for execution in account.executions()] == [1]
    assert outputs["RuleName"].startswith(f"{STACK}-Rule-")
    assert outputs["RuleArn"].endswith(f"config-rule/{outputs['RuleId']}")

    assert deploy(account, template("Six_Hours", 2, "second")) == outputs
    assert seen(account) == expected("Six_Hours", 2, "second")

    delete(account)
    left = {name: look for name, look in LOOKS.items() if name != "invoke config"}
    assert [name for name, look in left.items() if look(account)] == []
    with pytest.raises(ClientError, match="Function not found"):
        LOOKS["invoke config"](account)


def test_a_rule_whose_function_does_not_admit_config_fails_the_stack(url: str) -> None:
    account = Account(url, "123456789012")
    account.start_recording()
    body = template()
    body["Resources"] = {name: body["Resources"][name] for name in ("Function", "Role", "Rule")}
    del body["Resources"]["Rule"]["DependsOn"]
    with pytest.raises(WaiterError):
        deploy(account, body)
    events = account.client("cloudformation").describe_stack_events(StackName=STACK)["StackEvents"]
    reasons = [e["ResourceStatusReason"] for e in events if e["LogicalResourceId"] == "Rule"]
    assert any("InsufficientPermissionsException" in reason for reason in reasons)


def test_a_rule_that_gets_a_name_is_replaced(url: str) -> None:
    account = Account(url, "111122224444")
    account.start_recording()
    account.create_function("evaluate", ECHO)
    account.admit("evaluate", "config.amazonaws.com", SourceAccount=account.number)
    rule = template()["Resources"]["Rule"]
    del rule["DependsOn"]
    rule["Properties"]["Source"]["SourceIdentifier"] = (
        f"arn:aws:lambda:{account.region}:{account.number}:function:evaluate"
    )
    deploy(account, {"Resources": {"Rule": rule}})
    rule["Properties"]["ConfigRuleName"] = "named"
    deploy(account, {"Resources": {"Rule": rule}})
    rules = account.client("config").describe_config_rules()["ConfigRules"]
    assert [found["ConfigRuleName"] for found in rules] == ["named"]


@pytest.mark.parametrize(("listed", "kept"), [("a,b", ["B"]), ("ab", []), ("b", ["B"])])
def test_a_condition_compares_texts_that_functions_make(
    url: str, listed: str, kept: list[str]
) -> None:
    account = Account(url, "444455556666")
    given = {"Fn::Sub": ",${List},"}
    without = {"Fn::Join": ["", {"Fn::Split": [",b,", given]}]}
    body = {
        "Parameters": {"List": {"Type": "String", "Default": listed}},
        "Conditions": {"HasB": {"Fn::Not": [{"Fn::Equals": [without, given]}]}},
        "Resources": {
            "A": resource("SNS::Topic", TopicName="A"),
            "B": {**resource("SNS::Topic", TopicName="B"), "Condition": "HasB"},
        },
    }
    stack = listed.replace(",", "-")
    deploy(account, body, stack)
    topics = account.client("sns").list_topics()["Topics"]
    assert [t["TopicArn"][-1] for t in topics if t["TopicArn"][-1] != "A"] == kept
    delete(account, stack)
