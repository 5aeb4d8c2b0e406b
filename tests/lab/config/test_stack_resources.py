"""The CloudFormation types of AWS Config."""

from typing import Any

import pytest

from lab.config import ConfigError, Fault
from lab.config.stack_resources import StackResource, stack_resources
from tests.lab.config.world import FUNCTION, ROLE, SEOUL, World

RULE: dict[str, Any] = {
    "Source": {
        "Owner": "CUSTOM_LAMBDA",
        "SourceIdentifier": FUNCTION,
        "SourceDetails": [{"EventSource": "aws.config", "MessageType": "ScheduledNotification"}],
    }
}


def resource(world: World, kind: str) -> StackResource:
    return stack_resources(world.config)[f"AWS::Config::{kind}"]


def rules(world: World) -> list[dict[str, Any]]:
    return list(world.call("DescribeConfigRules")["ConfigRules"])


def test_a_rule_is_created_and_tells_its_arn_and_id(world: World) -> None:
    created = resource(world, "ConfigRule").create(SEOUL, "stack-Rule-1", RULE)
    (rule,) = rules(world)
    assert created == (
        "stack-Rule-1",
        {"Arn": rule["ConfigRuleArn"], "ConfigRuleId": rule["ConfigRuleId"]},
    )


def test_a_rule_with_a_name_keeps_it(world: World) -> None:
    named = {**RULE, "ConfigRuleName": "judge"}
    assert resource(world, "ConfigRule").create(SEOUL, "stack-Rule-1", named)[0] == "judge"


def test_parameters_of_a_template_become_strings(world: World) -> None:
    parameters = {"rule": "vpc-endpoint-available", "days": 90, "strict": True}
    resource(world, "ConfigRule").create(SEOUL, "rule", {**RULE, "InputParameters": parameters})
    assert rules(world)[0]["InputParameters"] == (
        '{"rule":"vpc-endpoint-available","days":"90","strict":"true"}'
    )


def test_parameters_that_are_text_already_stay(world: World) -> None:
    resource(world, "ConfigRule").create(SEOUL, "rule", {**RULE, "InputParameters": '{"a":"b"}'})
    assert rules(world)[0]["InputParameters"] == '{"a":"b"}'


def test_a_rule_that_exists_is_changed(world: World) -> None:
    resource(world, "ConfigRule").create(SEOUL, "rule", RULE)
    resource(world, "ConfigRule").create(SEOUL, "rule", {**RULE, "Description": "changed"})
    (rule,) = rules(world)
    assert rule["Description"] == "changed"


def test_a_rule_that_aws_would_refuse_is_refused(bare: World) -> None:
    with pytest.raises(ConfigError) as error:
        resource(bare, "ConfigRule").create(SEOUL, "rule", RULE)
    assert error.value.code == "NoAvailableConfigurationRecorderException"


def test_a_rule_is_deleted_even_if_it_is_gone(world: World) -> None:
    resource(world, "ConfigRule").create(SEOUL, "rule", RULE)
    resource(world, "ConfigRule").delete(SEOUL, "rule")
    resource(world, "ConfigRule").delete(SEOUL, "rule")
    assert rules(world) == []


def test_a_rule_that_cannot_be_deleted_fails_the_stack(world: World) -> None:
    resource(world, "ConfigRule").create(SEOUL, "rule", RULE)
    world.config.faults.add("DeleteConfigRule", Fault())
    with pytest.raises(ConfigError) as error:
        resource(world, "ConfigRule").delete(SEOUL, "rule")
    assert error.value.code == "ThrottlingException"


def recording(world: World) -> bool:
    answer = world.call("DescribeConfigurationRecorderStatus")
    return bool(answer["ConfigurationRecordersStatus"][0]["recording"])


def test_a_recorder_starts_when_its_channel_comes(bare: World) -> None:
    recorder = {"RoleARN": ROLE, "RecordingGroup": {"ResourceTypes": ["AWS::EC2::VPC"]}}
    name, _ = resource(bare, "ConfigurationRecorder").create(SEOUL, "recorder", recorder)
    assert name == "recorder"
    assert not recording(bare)
    channel = {"S3BucketName": "history"}
    assert resource(bare, "DeliveryChannel").create(SEOUL, "channel", channel) == ("channel", {})
    assert recording(bare)
    assert bare.call("DescribeConfigurationRecorders")["ConfigurationRecorders"] == [
        {
            "name": "recorder",
            "roleARN": ROLE,
            "recordingGroup": {"resourceTypes": ["AWS::EC2::VPC"]},
        }
    ]


def test_a_recorder_that_comes_after_the_channel_starts_at_once(world: World) -> None:
    resource(world, "ConfigurationRecorder").delete(SEOUL, "default")
    resource(world, "ConfigurationRecorder").create(SEOUL, "default", {"RoleARN": ROLE})
    assert recording(world)


def test_a_recorder_that_is_changed_goes_on(world: World) -> None:
    changed = {"Name": "default", "RoleARN": f"{ROLE}-2"}
    resource(world, "ConfigurationRecorder").create(SEOUL, "default", changed)
    assert recording(world)


def test_deleting_the_channel_stops_the_recorder_first(world: World) -> None:
    resource(world, "DeliveryChannel").delete(SEOUL, "default")
    assert not recording(world)
    assert world.call("DescribeDeliveryChannels") == {"DeliveryChannels": []}


def test_a_recorder_is_deleted_even_if_it_is_gone(world: World) -> None:
    resource(world, "ConfigurationRecorder").delete(SEOUL, "default")
    resource(world, "ConfigurationRecorder").delete(SEOUL, "default")
    assert world.call("DescribeConfigurationRecorders") == {"ConfigurationRecorders": []}


def test_lists_in_a_template_are_spelled_as_the_api_does(bare: World) -> None:
    override = {"Description": "slowly", "ResourceTypes": ["AWS::EC2::VPC"]}
    mode = {"RecordingFrequency": "CONTINUOUS", "RecordingModeOverrides": [override]}
    resource(bare, "ConfigurationRecorder").create(
        SEOUL, "recorder", {"RoleARN": ROLE, "RecordingMode": mode}
    )
    (recorder,) = bare.call("DescribeConfigurationRecorders")["ConfigurationRecorders"]
    assert recorder["recordingMode"]["recordingModeOverrides"] == [
        {"description": "slowly", "resourceTypes": ["AWS::EC2::VPC"]}
    ]
