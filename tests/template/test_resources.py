"""What every resource of a kind has: encryption, retention, alarms, tags."""

import tomllib

import pytest
import vpcproof

from tests.template.conftest import ROOT

UNTAGGED = {
    "AWS::Config::ConfigRule",
    "AWS::Events::Rule",
    "AWS::KMS::Alias",
    "AWS::Lambda::Permission",
    "AWS::SNS::Subscription",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy",
    "AWS::Serverless::LayerVersion",
    "AWS::Serverless::Function",  # by Globals
}


def test_everything_that_takes_tags_is_tagged(template, resources):
    tag = [{"Key": "Application", "Value": "vpcproof"}]
    assert template["Globals"]["Function"]["Tags"] == {"Application": "vpcproof"}
    for name, resource in resources.items():
        if resource["Type"] not in UNTAGGED:
            assert resource["Properties"].get("Tags") == tag, name


def test_logs_are_encrypted_and_expire(of_type):
    for name, group in of_type("AWS::Logs::LogGroup").items():
        assert group["KmsKeyId"] == {"Fn::GetAtt": ["Key", "Arn"]}, name
        assert group["RetentionInDays"] == {"Ref": "LogRetentionDays"}, name


def test_every_log_group_is_one_the_key_admits(of_type):
    statement = of_type("AWS::KMS::Key")["Key"]["KeyPolicy"]["Statement"][1]
    pattern = statement["Condition"]["ArnLike"]["kms:EncryptionContext:aws:logs:arn"]["Fn::Sub"]
    admitted = pattern.partition("log-group:")[2].removesuffix("*")
    for group in of_type("AWS::Logs::LogGroup").values():
        assert group["LogGroupName"]["Fn::Sub"].startswith(admitted)


def test_queues_and_topics_are_encrypted(of_type):
    assert all(each["SqsManagedSseEnabled"] for each in of_type("AWS::SQS::Queue").values())
    assert of_type("AWS::SNS::Topic")["AlertTopic"]["KmsMasterKeyId"] == {"Ref": "Key"}
    assert of_type("AWS::KMS::Key")["Key"]["EnableKeyRotation"] is True


@pytest.mark.parametrize("kind", ["AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"])
def test_queues_and_topics_refuse_plain_connections(of_type, kind):
    for name, policy in of_type(kind).items():
        denied = [
            statement
            for statement in policy["PolicyDocument"]["Statement"]
            if statement["Effect"] == "Deny"
        ]
        assert denied[0]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}, name


def test_every_queue_has_a_policy(of_type):
    covered = {
        queue["Ref"]
        for policy in of_type("AWS::SQS::QueuePolicy").values()
        for queue in policy["Queues"]
    }
    assert covered == set(of_type("AWS::SQS::Queue"))


def test_no_failed_event_is_lost(of_type):
    for name, function in of_type("AWS::Serverless::Function").items():
        asynchronous = function["EventInvokeConfig"]
        queue = name.replace("Function", "DeadLetters")
        assert asynchronous["MaximumRetryAttempts"] == 2
        assert asynchronous["DestinationConfig"]["OnFailure"] == {
            "Type": "SQS",
            "Destination": {"Fn::GetAtt": [queue, "Arn"]},
        }
    for target in of_type("AWS::Events::Rule")["ComplianceChanged"]["Targets"]:
        assert target["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": ["NotifyDeadLetters", "Arn"]}}
        assert target["RetryPolicy"]


def test_queues_keep_events_as_long_as_sqs_can(of_type):
    periods = {each["MessageRetentionPeriod"] for each in of_type("AWS::SQS::Queue").values()}
    assert periods == {14 * 24 * 3600}


def test_every_function_and_queue_has_an_alarm(of_type):
    alarms = of_type("AWS::CloudWatch::Alarm")
    watched = {
        (alarm["MetricName"], _name(alarm["Dimensions"][0]["Value"])) for alarm in alarms.values()
    }
    assert {("Errors", name) for name in of_type("AWS::Serverless::Function")} <= watched
    held = "ApproximateNumberOfMessagesVisible"
    assert {(held, name) for name in of_type("AWS::SQS::Queue")} <= watched
    assert ("Throttles", "EvaluateFunction") in watched
    for name, alarm in alarms.items():
        assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": "AlertTopic"}], name
        assert alarm["AlarmDescription"], name
        assert alarm["TreatMissingData"] == "notBreaching", name


def _name(value):
    return value["Ref"] if "Ref" in value else value["Fn::GetAtt"][0]


def test_alerts_are_about_failures_that_begin_or_end(of_type):
    pattern = of_type("AWS::Events::Rule")["ComplianceChanged"]["EventPattern"]
    assert pattern["source"] == ["aws.config"]
    assert pattern["detail-type"] == ["Config Rules Compliance Change"]
    assert pattern["detail"]["messageType"] == ["ComplianceChangeNotification"]
    assert pattern["detail"]["configRuleName"] == [{"prefix": {"Ref": "RuleNamePrefix"}}]
    assert pattern["detail"]["$or"] == [
        {"newEvaluationResult": {"complianceType": ["NON_COMPLIANT"]}},
        {"oldEvaluationResult": {"complianceType": ["NON_COMPLIANT"]}},
    ]


def test_the_version_is_that_of_the_package(template):
    version = template["Metadata"]["AWS::ServerlessRepo::Application"]["SemanticVersion"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert version == project == vpcproof.__version__


def test_the_console_groups_every_parameter(template):
    groups = template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    grouped = [name for group in groups for name in group["Parameters"]]
    assert sorted(grouped) == sorted(template["Parameters"])
    assert len(template["Parameters"]) <= 200
