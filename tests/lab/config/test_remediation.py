"""Remediation of AWS Config: what is started for whom, how often, and for which rules never."""

from typing import Any

import pytest

from lab.config import ConfigError
from lab.config.stack_resources import stack_resources
from tests.lab.config.world import ENDPOINT, SEOUL, World

ROLE = {"StaticValue": {"Values": ["arn:aws:iam::111122223333:role/automation"]}}
PARAMETERS = {"ResourceId": {"ResourceValue": {"Value": "RESOURCE_ID"}}}


def configure(world: World, rule: str = "judge", **more: Any) -> None:
    wanted = {
        "ConfigRuleName": rule,
        "TargetType": "SSM_DOCUMENT",
        "TargetId": "repair",
        "Parameters": PARAMETERS | {"AutomationAssumeRole": ROLE},
        **more,
    }
    world.call("PutRemediationConfigurations", RemediationConfigurations=[wanted])


def start(world: World, *ids: str) -> None:
    keys = [{"resourceType": ENDPOINT, "resourceId": each} for each in ids]
    world.call("StartRemediationExecution", ConfigRuleName="judge", ResourceKeys=keys)


def statuses(world: World, *ids: str) -> list[dict[str, Any]]:
    keys = [{"resourceType": ENDPOINT, "resourceId": each} for each in ids]
    return world.call(
        "DescribeRemediationExecutionStatus", ConfigRuleName="judge", ResourceKeys=keys
    )["RemediationExecutionStatuses"]


def test_a_start_hands_the_document_the_id_of_the_resource_and_what_is_fixed(world: World) -> None:
    world.token()
    configure(world)
    start(world, "vpce-1", "vpce-2")
    role = ROLE["StaticValue"]["Values"]
    assert world.started == [
        ("repair", {"ResourceId": ["vpce-1"], "AutomationAssumeRole": role}),
        ("repair", {"ResourceId": ["vpce-2"], "AutomationAssumeRole": role}),
    ]


def test_what_became_of_a_start_is_told_with_its_steps(world: World) -> None:
    world.token()
    configure(world)
    start(world, "vpce-1", "vpce-2")
    assert [each["State"] for each in statuses(world)] == ["IN_PROGRESS", "IN_PROGRESS"]
    world.end("Failed", "no such VPC")
    (status,) = statuses(world, "vpce-1")
    assert status["State"] == "FAILED"
    assert status["ResourceKey"] == {"resourceType": ENDPOINT, "resourceId": "vpce-1"}
    assert status["StepDetails"] == [
        {"Name": "Repair", "State": "FAILED", "ErrorMessage": "no such VPC"}
    ]
    assert status["LastUpdatedTime"] == world.now


def test_nothing_starts_by_itself_unless_told_to(world: World) -> None:
    token = world.token()
    configure(world)
    world.put(token, "NON_COMPLIANT")
    assert world.started == []


def test_what_does_not_comply_is_remediated_by_itself_and_nothing_else_is(world: World) -> None:
    token = world.token()
    configure(world, Automatic=True)
    world.put(token, "COMPLIANT", "vpce-1")
    world.put(token, "NON_COMPLIANT", "vpce-2")
    assert [given["ResourceId"] for _, given in world.started] == [["vpce-2"]]


def test_while_one_attempt_runs_there_is_no_other(world: World) -> None:
    token = world.token()
    configure(world, Automatic=True)
    for _ in range(2):
        world.put(token, "NON_COMPLIANT")
    assert len(world.started) == 1
    world.end("Failed")
    world.put(token, "NON_COMPLIANT")
    assert len(world.started) == 2


def test_after_so_many_attempts_within_the_time_a_resource_is_left_alone(world: World) -> None:
    token = world.token()
    configure(world, Automatic=True, MaximumAutomaticAttempts=2, RetryAttemptSeconds=600)
    for _ in range(4):
        world.pass_time(seconds=60)
        world.put(token, "NON_COMPLIANT")
        world.end("Failed")
    assert len(world.started) == 2
    left = world.call("DescribeRemediationExceptions", ConfigRuleName="judge")
    assert [each["ResourceId"] for each in left["RemediationExceptions"]] == ["vpce-1"]
    start(world, "vpce-1")
    assert len(world.started) == 3, "asked for by hand it starts all the same"


def test_attempts_of_long_ago_do_not_count(world: World) -> None:
    token = world.token()
    configure(world, Automatic=True, MaximumAutomaticAttempts=1, RetryAttemptSeconds=60)
    for _ in range(3):
        world.put(token, "NON_COMPLIANT")
        world.end("Failed")
        world.pass_time(seconds=61)
    assert len(world.started) == 3


@pytest.mark.parametrize(
    ("wanted", "code", "said"),
    [
        ({"TargetType": "LAMBDA"}, "ValidationException", "targetType"),
        ({"MaximumAutomaticAttempts": 26}, "ValidationException", "maximumAutomaticAttempts"),
        ({"RetryAttemptSeconds": 2678001}, "ValidationException", "retryAttemptSeconds"),
        (
            {"Parameters": {f"p{n}": ROLE for n in range(26)}},
            "ValidationException",
            "parameters",
        ),
        (
            {"Parameters": {"ResourceId": {}}},
            "InvalidParameterValueException",
            "one of StaticValue and ResourceValue",
        ),
        (
            {"Automatic": True, "Parameters": PARAMETERS},
            "InvalidParameterValueException",
            "AutomationAssumeRole",
        ),
    ],
)
def test_a_configuration_that_aws_would_refuse_is_refused(
    world: World, wanted: dict[str, Any], code: str, said: str
) -> None:
    world.token()
    with pytest.raises(ConfigError, match=said) as error:
        configure(world, **wanted)
    assert error.value.code == code


@pytest.mark.parametrize(
    "rule", ["OrgConfigRule-judge-x1", "judge-conformance-pack-a1b2", "securityhub-judge-1"]
)
def test_rules_that_another_service_deployed_take_no_remediation(world: World, rule: str) -> None:
    """Handbook row 182."""
    world.define(rule, ("ScheduledNotification",))
    with pytest.raises(ConfigError, match="deployed by another service"):
        configure(world, rule)


def test_a_rule_that_is_not_there_takes_none_and_one_without_starts_none(world: World) -> None:
    with pytest.raises(ConfigError, match="NoSuchConfigRule"):
        configure(world)
    world.token()
    with pytest.raises(ConfigError, match="NoSuchRemediationConfiguration"):
        start(world, "vpce-1")


def test_a_rule_is_deleted_after_its_remediation(world: World) -> None:
    world.token()
    configure(world)
    with pytest.raises(ConfigError, match="must go first"):
        world.call("DeleteConfigRule", ConfigRuleName="judge")
    world.call("DeleteRemediationConfiguration", ConfigRuleName="judge")
    world.call("DeleteConfigRule", ConfigRuleName="judge")


def test_a_stack_configures_remediation_and_takes_it_away(world: World) -> None:
    world.token()
    resource = stack_resources(world.config)["AWS::Config::RemediationConfiguration"]
    properties = {
        "ConfigRuleName": "judge",
        "TargetType": "SSM_DOCUMENT",
        "TargetId": "repair",
        "Parameters": {"AutomationAssumeRole": ROLE},
        "Automatic": "true",
        "MaximumAutomaticAttempts": "3",
    }
    assert resource.create(SEOUL, "generated", properties) == ("judge", {})
    described = world.call("DescribeRemediationConfigurations", ConfigRuleNames=["judge", "other"])
    (found,) = described["RemediationConfigurations"]
    settled = (found["Automatic"], found["MaximumAutomaticAttempts"], found["RetryAttemptSeconds"])
    assert settled == (True, 3, 60)
    resource.delete(SEOUL, "judge")
    resource.delete(SEOUL, "judge")
    left = world.call("DescribeRemediationConfigurations", ConfigRuleNames=["judge"])
    assert left["RemediationConfigurations"] == []
