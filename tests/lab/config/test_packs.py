"""Conformance packs, and the names of their rules."""

import re
from typing import Any

import pytest

from lab.config import ConfigError
from lab.config.stack_resources import stack_resources
from tests.lab.config.world import FUNCTION, SEOUL, World

RULE = """
  {name}:
    Type: AWS::Config::ConfigRule
    Properties:
      ConfigRuleName: {name}
      InputParameters: {{rule: vpc-endpoint-available, days: {{Ref: days}}}}
      Source:
        Owner: CUSTOM_LAMBDA
        SourceIdentifier: {{Ref: function}}
        SourceDetails: [{{EventSource: aws.config, MessageType: ScheduledNotification}}]
"""
HEAD = "Parameters: {function: {Type: String}, days: {Type: String, Default: '30'}}\nResources:"
ONE, TWO = RULE.format(name="one"), RULE.format(name="two")
GIVEN = [{"ParameterName": "function", "ParameterValue": FUNCTION}]


def put(world: World, *rules: str, given: list[dict[str, str]] = GIVEN) -> dict[str, Any]:
    body = HEAD + "".join(rules)
    return world.call(
        "PutConformancePack",
        ConformancePackName="pack",
        TemplateBody=body,
        ConformancePackInputParameters=given,
    )


def rules(world: World) -> dict[str, dict[str, Any]]:
    found = world.call("DescribeConfigRules")["ConfigRules"]
    return {rule["ConfigRuleName"].partition("-")[0]: rule for rule in found}


def test_rules_of_a_pack_have_one_ending_and_the_parameters_in_them(world: World) -> None:
    put(world, ONE, TWO)
    names = [rule["ConfigRuleName"] for rule in rules(world).values()]
    endings = {re.fullmatch("(one|two)(-conformance-pack-[a-z0-9]{8})", name) for name in names}
    assert len({found[2] for found in endings if found}) == 1
    one = rules(world)["one"]
    assert one["InputParameters"] == '{"rule":"vpc-endpoint-available","days":"30"}'
    assert one["Source"]["SourceIdentifier"] == FUNCTION


def test_a_pack_that_is_put_again_changes_its_rules_and_drops_others(world: World) -> None:
    put(world, ONE, TWO)
    before = rules(world)
    put(world, ONE, given=[*GIVEN, {"ParameterName": "days", "ParameterValue": "60"}])
    after = rules(world)
    assert set(after) == {"one"}
    assert after["one"]["ConfigRuleArn"] == before["one"]["ConfigRuleArn"]
    assert '"days":"60"' in after["one"]["InputParameters"]


@pytest.mark.parametrize(
    ("text", "given", "said"),
    [
        (ONE, [], "must have values"),
        (ONE, [*GIVEN, {"ParameterName": "x", "ParameterValue": "y"}], "do not exist"),
        (ONE.replace("ConfigRule\n", "RemediationConfiguration\n"), GIVEN, "which one is not"),
    ],
)
def test_a_template_that_cannot_be_deployed_is_refused(
    world: World, text: str, given: list[dict[str, str]], said: str
) -> None:
    with pytest.raises(ConfigError, match=said) as error:
        put(world, text, given=given)
    assert error.value.code == "ConformancePackTemplateValidationException"


def test_a_stack_puts_it_and_deletes_it_even_if_it_is_gone(world: World) -> None:
    made = stack_resources(world.config)["AWS::Config::ConformancePack"]
    properties = {
        "ConformancePackName": "pack",
        "TemplateBody": HEAD + ONE,
        "ConformancePackInputParameters": GIVEN,
    }
    assert made.create(SEOUL, "stack-Pack-1", properties) == ("pack", {})
    (told,) = world.call("DescribeConformancePacks")["ConformancePackDetails"]
    assert told["ConformancePackName"] == "pack"
    made.delete(SEOUL, "pack")
    made.delete(SEOUL, "pack")
    assert rules(world) == {}
