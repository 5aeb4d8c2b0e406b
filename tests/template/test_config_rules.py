"""One AWS Config rule per rule, woken by every trigger, given just the parameters it takes."""

import json

import pytest
from vpcproof.model.parameters import PARAMETERS
from vpcproof.rules.registry import all_rules

RULES = all_rules()


@pytest.fixture(scope="module")
def config_rules(of_type):
    found = of_type("AWS::Config::ConfigRule")
    return {rule["InputParameters"]["rule"]: rule for rule in found.values()}


def test_there_is_one_for_each_rule_and_no_other(config_rules, of_type):
    assert set(config_rules) == set(RULES)
    assert len(of_type("AWS::Config::ConfigRule")) == len(RULES)


@pytest.mark.parametrize("name", RULES)
def test_it_is_named_scoped_and_described_after_the_rule(config_rules, template, name):
    made = config_rules[name]
    prefix = template["Parameters"]["RuleNamePrefix"]["MaxLength"]
    assert made["ConfigRuleName"] == {"Fn::Sub": "${RuleNamePrefix}" + name}
    assert prefix + len(name) <= 128
    assert made["Scope"] == {"ComplianceResourceTypes": [RULES[name].resource_type]}
    assert made["Description"] == RULES[name].title
    assert len(made["Description"]) <= 256
    assert made["Description"].isascii()


@pytest.mark.parametrize("name", RULES)
def test_it_wakes_on_change_on_oversized_change_and_on_schedule(config_rules, name):
    source = config_rules[name]["Source"]
    assert source["Owner"] == "CUSTOM_LAMBDA"
    assert source["SourceIdentifier"] == {"Fn::GetAtt": ["EvaluateFunction", "Arn"]}
    assert source["SourceDetails"] == [
        {"EventSource": "aws.config", "MessageType": "ConfigurationItemChangeNotification"},
        {
            "EventSource": "aws.config",
            "MessageType": "OversizedConfigurationItemChangeNotification",
        },
        {
            "EventSource": "aws.config",
            "MessageType": "ScheduledNotification",
            "MaximumExecutionFrequency": {"Ref": "ScheduleFrequency"},
        },
    ]


@pytest.mark.parametrize("name", RULES)
def test_it_hands_over_the_parameters_of_the_rule(config_rules, name):
    assert config_rules[name]["InputParameters"] == {
        "rule": name,
        **{parameter: {"Ref": parameter} for parameter in RULES[name].parameters},
    }


@pytest.mark.parametrize("name", RULES)
def test_its_input_stays_within_the_limit_whatever_is_chosen(config_rules, template, name):
    values = {
        parameter: "x" * _longest(template["Parameters"][parameter])
        for parameter in RULES[name].parameters
    }
    assert len(json.dumps({"rule": name, **values})) <= 1024


def _longest(parameter):
    choices = parameter.get("AllowedValues", [])
    return max(map(len, choices)) if choices else parameter["MaxLength"]


def test_each_is_created_after_the_permission_to_invoke(resources):
    """PutConfigRule tries the invocation: without the permission the stack fails."""
    rules = [each for each in resources.values() if each["Type"] == "AWS::Config::ConfigRule"]
    assert {each["DependsOn"] for each in rules} == {"ConfigInvokesEvaluate"}


@pytest.mark.parametrize("name", sorted({p for rule in RULES.values() for p in rule.parameters}))
def test_a_template_parameter_means_what_the_rules_parameter_means(template, name):
    parameter, made = PARAMETERS[name], template["Parameters"][name]
    assert made["Default"] == parameter.default
    assert made["Description"].startswith(parameter.meaning)
    for value in made.get("AllowedValues", [parameter.default]):
        parameter.parse(value)
    assert made["Default"] in made.get("AllowedValues", [made["Default"]])


def test_the_template_has_no_parameter_that_no_rule_takes(template):
    taken = {parameter for rule in RULES.values() for parameter in rule.parameters}
    assert {name for name in template["Parameters"] if name[0].islower()} == taken
