"""Defining rules: what PutConfigRule accepts, and what it answers to the rest."""

import json
from typing import Any

import pytest

from lab.config import ConfigError, Place
from tests.lab.config.world import ENDPOINT, FUNCTION, GROUP, SEOUL, World


def refusal(world: World, **rule: Any) -> ConfigError:
    with pytest.raises(ConfigError) as error:
        world.define(**rule)
    return error.value


def source(**changes: Any) -> dict[str, Any]:
    detail = {"EventSource": "aws.config", "MessageType": "ConfigurationItemChangeNotification"}
    return {
        "Owner": "CUSTOM_LAMBDA",
        "SourceIdentifier": FUNCTION,
        "SourceDetails": [detail],
        **changes,
    }


def detail(**changes: str) -> dict[str, Any]:
    details = {"EventSource": "aws.config", "MessageType": "ScheduledNotification"}
    return source(SourceDetails=[{**details, **changes}])


def test_a_rule_is_described_as_it_was_defined(world: World) -> None:
    world.define(
        Description="judges endpoints",
        Scope={"ComplianceResourceTypes": [ENDPOINT]},
        InputParameters='{"rule":"vpc-endpoint-available"}',
    )
    (rule,) = world.call("DescribeConfigRules", ConfigRuleNames=["judge"])["ConfigRules"]
    assert rule["ConfigRuleName"] == "judge"
    assert rule["Description"] == "judges endpoints"
    assert rule["Scope"] == {"ComplianceResourceTypes": [ENDPOINT]}
    assert rule["InputParameters"] == '{"rule":"vpc-endpoint-available"}'
    assert rule["ConfigRuleState"] == "ACTIVE"
    assert rule["EvaluationModes"] == [{"Mode": "DETECTIVE"}]
    assert rule["Source"]["SourceIdentifier"] == FUNCTION
    assert rule["ConfigRuleId"].startswith("config-rule-")
    assert rule["ConfigRuleArn"] == SEOUL.arn("config", f"config-rule/{rule['ConfigRuleId']}")


@pytest.mark.parametrize("member", ["ConfigRuleName", "ConfigRuleArn", "ConfigRuleId"])
def test_a_rule_can_be_changed_by_any_of_its_names(world: World, member: str) -> None:
    world.define()
    (before,) = world.call("DescribeConfigRules")["ConfigRules"]
    changed = {member: before[member], "Source": source(), "Description": "changed"}
    world.call("PutConfigRule", ConfigRule=changed)
    (after,) = world.call("DescribeConfigRules")["ConfigRules"]
    assert after["Description"] == "changed"
    assert after["ConfigRuleId"] == before["ConfigRuleId"]
    assert after["ConfigRuleName"] == "judge"


def test_changing_a_rule_by_an_unknown_id_fails(world: World) -> None:
    with pytest.raises(ConfigError) as error:
        world.call("PutConfigRule", ConfigRule={"ConfigRuleId": "config-rule-x"})
    assert error.value.code == "NoSuchConfigRuleException"


def test_a_new_rule_needs_a_name(world: World) -> None:
    with pytest.raises(ConfigError) as error:
        world.call("PutConfigRule", ConfigRule={"Source": source()})
    assert error.value.code == "InvalidParameterValueException"


def test_a_rule_needs_a_recorder(bare: World) -> None:
    assert refusal(bare).code == "NoAvailableConfigurationRecorderException"


def test_a_stopped_recorder_is_enough_for_a_rule(world: World) -> None:
    world.call("StopConfigurationRecorder", ConfigurationRecorderName="default")
    assert world.define(message_types=("ScheduledNotification",))


def test_a_function_that_config_may_not_invoke_is_refused(world: World) -> None:
    world.permitted = False
    error = refusal(world)
    assert error.code == "InsufficientPermissionsException"
    assert f"The AWS Lambda function {FUNCTION} cannot be invoked." in error.message
    assert world.call("DescribeConfigRules")["ConfigRules"] == []


def test_permission_is_asked_for_the_rule_and_its_account(world: World) -> None:
    world.define()
    (rule,) = world.call("DescribeConfigRules")["ConfigRules"]
    assert world.asked == [(FUNCTION, rule["ConfigRuleArn"], "111122223333")]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"name": "n" * 129}, "'configRule.configRuleName'"),
        ({"Description": "d" * 257}, "'configRule.description'"),
        ({"InputParameters": json.dumps({"p": "x" * 1016})}, "'configRule.inputParameters'"),
        ({"Source": source(Owner="SOMEBODY")}, "'configRule.source.owner'"),
        ({"Source": source(SourceIdentifier="a" * 257)}, "'configRule.source.sourceIdentifier'"),
        ({"Source": source(SourceDetails=[{}] * 26)}, "'configRule.source.sourceDetails'"),
        ({"Source": None}, "'configRule.source'"),
        ({"Source": detail(MessageType="Whatever")}, "1.member.messageType'"),
        (
            {"Source": detail(MaximumExecutionFrequency="Two_Hours")},
            "1.member.maximumExecutionFrequency'",
        ),
        (
            {
                "Scope": {
                    "ComplianceResourceTypes": [ENDPOINT],
                    "ComplianceResourceId": "i" * 769,
                }
            },
            "'configRule.scope.complianceResourceId'",
        ),
        ({"Scope": {"TagKey": "k" * 129}}, "'configRule.scope.tagKey'"),
        ({"Scope": {"TagKey": "k", "TagValue": "v" * 257}}, "'configRule.scope.tagValue'"),
        (
            {"Scope": {"ComplianceResourceTypes": [ENDPOINT] * 101}},
            "'configRule.scope.complianceResourceTypes'",
        ),
    ],
)
def test_a_member_that_breaks_a_constraint_is_named(
    world: World, rule: dict[str, Any], words: str
) -> None:
    error = refusal(world, **rule)
    assert error.code == "ValidationException"
    assert error.message.startswith("1 validation error detected: ")
    assert words in error.message


def test_every_broken_constraint_is_reported_at_once(world: World) -> None:
    error = refusal(world, name="n" * 129, Description="d" * 257)
    assert error.message.startswith("2 validation errors detected: ")


@pytest.mark.parametrize(
    "rule",
    [
        {"name": "n" * 128},
        {"InputParameters": json.dumps({"p": "x" * 1015})},
        {"Scope": {"ComplianceResourceTypes": [ENDPOINT] * 100}},
        {"Scope": {"ComplianceResourceTypes": [ENDPOINT], "ComplianceResourceId": "vpce-1"}},
        {"Scope": {"TagKey": "k", "TagValue": "v"}},
        {"Description": "d" * 256},
        {"Source": source(SourceIdentifier="arn:" + "a" * 252)},
        {"EvaluationModes": [{"Mode": "DETECTIVE"}]},
        {"Source": detail(MaximumExecutionFrequency="One_Hour")},
    ],
)
def test_a_definition_at_its_limits_is_accepted(world: World, rule: dict[str, Any]) -> None:
    world.define(**rule)
    assert len(world.call("DescribeConfigRules")["ConfigRules"]) == 1


@pytest.mark.parametrize(
    "rule",
    [
        {"InputParameters": "not json"},
        {"InputParameters": '["a"]'},
        {"InputParameters": '{"days":90}'},
        {"InputParameters": '{"services":" "}'},
        {"Source": source(Owner="AWS")},
        {"Source": source(SourceIdentifier="evaluate")},
        {"Source": source(SourceDetails=[])},
        {"Source": detail(EventSource="aws.ec2")},
        {"Source": source(SourceDetails=[{"EventSource": "aws.config"}])},
        {
            "Source": detail(
                MessageType="ConfigurationItemChangeNotification",
                MaximumExecutionFrequency="One_Hour",
            )
        },
        {"Scope": {"ComplianceResourceId": "vpce-1"}},
        {
            "Scope": {
                "ComplianceResourceId": "vpce-1",
                "ComplianceResourceTypes": [ENDPOINT, GROUP],
            }
        },
        {"Scope": {"TagValue": "v"}},
        {"Scope": {"TagKey": "k", "ComplianceResourceTypes": [ENDPOINT]}},
        {"EvaluationModes": [{"Mode": "PROACTIVE"}]},
        {"ConfigRuleState": "DELETING"},
    ],
)
def test_a_definition_that_makes_no_sense_is_refused(world: World, rule: dict[str, Any]) -> None:
    assert refusal(world, **rule).code == "InvalidParameterValueException"


def test_an_account_has_a_thousand_rules_at_most(world: World) -> None:
    for number in range(1000):
        world.define(f"rule-{number}")
    assert refusal(world, name="one-too-many").code == "MaxNumberOfConfigRulesExceededException"
    world.define("rule-0", Description="changing one is still allowed")


def test_rules_are_described_in_pages_of_25(world: World) -> None:
    for number in range(26):
        world.define(f"rule-{number:02}")
    first = world.call("DescribeConfigRules")
    second = world.call("DescribeConfigRules", NextToken=first["NextToken"])
    names = [r["ConfigRuleName"] for page in (first, second) for r in page["ConfigRules"]]
    assert names == [f"rule-{number:02}" for number in range(26)]
    assert len(second["ConfigRules"]) == 1
    assert "NextToken" not in second


@pytest.mark.parametrize("token", ["nonsense", "cGFnZTp4", "b3RoZXI6MQ=="])
def test_a_token_of_no_page_is_refused(world: World, token: str) -> None:
    with pytest.raises(ConfigError) as error:
        world.call("DescribeConfigRules", NextToken=token)
    assert error.value.code == "InvalidNextTokenException"


def test_describing_an_unknown_rule_fails(world: World) -> None:
    with pytest.raises(ConfigError) as error:
        world.call("DescribeConfigRules", ConfigRuleNames=["other"])
    assert error.value.code == "NoSuchConfigRuleException"
    assert "The ConfigRule 'other' provided in the request is invalid." in error.value.message


def test_describing_more_than_25_named_rules_fails(world: World) -> None:
    with pytest.raises(ConfigError) as error:
        world.call("DescribeConfigRules", ConfigRuleNames=["judge"] * 26)
    assert error.value.code == "ValidationException"


def test_a_deleted_rule_is_gone_with_its_results(world: World) -> None:
    world.put(world.token(), "NON_COMPLIANT")
    world.call("DeleteConfigRule", ConfigRuleName="judge")
    assert world.call("DescribeConfigRules")["ConfigRules"] == []
    assert world.call("DescribeComplianceByResource")["ComplianceByResources"] == []


def test_deleting_an_unknown_rule_fails(world: World) -> None:
    with pytest.raises(ConfigError) as error:
        world.call("DeleteConfigRule", ConfigRuleName="other")
    assert error.value.code == "NoSuchConfigRuleException"


def test_a_rule_of_a_deleted_rules_name_starts_afresh(world: World) -> None:
    world.put(world.token(), "NON_COMPLIANT")
    world.call("DeleteConfigRule", ConfigRuleName="judge")
    world.define()
    answer = world.call("GetComplianceDetailsByConfigRule", ConfigRuleName="judge")
    assert answer == {"EvaluationResults": []}


def test_rules_of_another_region_are_not_seen(world: World) -> None:
    virginia = Place(SEOUL.account, "us-east-1")
    world.start_recording(virginia)
    world.define("judge", place=virginia)
    assert world.call("DescribeConfigRules")["ConfigRules"] == []


def test_the_arn_of_a_rule_is_of_the_regions_partition(world: World) -> None:
    china = Place("123456789012", "cn-north-1")
    world.start_recording(china)
    world.define("judge", place=china)
    (rule,) = world.call("DescribeConfigRules", china)["ConfigRules"]
    assert rule["ConfigRuleArn"].startswith("arn:aws-cn:config:cn-north-1:123456789012:")


def test_an_operation_that_the_lab_lacks_is_refused_by_name(world: World) -> None:
    with pytest.raises(ConfigError) as error:
        world.call("PutAggregationAuthorization")
    assert error.value.code == "UnknownOperationException"
    assert "PutAggregationAuthorization" in error.value.message
