"""One AWS Config rule per rule, or per resource type: when each is there, and what it is given."""

import json
import re

import pytest
from config_rules import choices, plural, rules_by_type, taken_by
from vpcproof.model.parameters import PARAMETERS
from vpcproof.rules.registry import CORE_RULES, PROBE_RULES, all_rules

RULES = all_rules()
PROBED = {"ProbeSubnetIds": "subnet-0a0a0a0a", "ProbeSecurityGroupIds": "sg-0a0a0a0a"}
TYPES = rules_by_type()
# What each Config rule stands for: the end of its name, the rules, and the type that they judge.
SUBJECTS = {
    **{name: ([rule], rule.resource_type) for name, rule in RULES.items()},
    **{plural(kind): (rules, kind) for kind, rules in TYPES.items()},
}


@pytest.fixture(scope="module")
def config_rules(of_type):
    found = of_type("AWS::Config::ConfigRule").values()
    return {
        each["ConfigRuleName"]["Fn::Sub"].removeprefix("${RuleNamePrefix}"): each for each in found
    }


@pytest.fixture(scope="module")
def deployed(resources, chosen):
    """What the Config rules stand for that are there under these parameters."""

    def under(**parameters):
        here = chosen(**parameters)
        return {
            each["Properties"]["InputParameters"]["rule"]
            for each in resources.values()
            if each["Type"] == "AWS::Config::ConfigRule" and here.holds(each["Condition"])
        }

    return under


def test_there_is_one_for_each_rule_and_for_each_type_and_no_other(config_rules, of_type):
    assert set(config_rules) == set(SUBJECTS)
    assert len(of_type("AWS::Config::ConfigRule")) == len(RULES) + len(TYPES)


def test_unless_told_otherwise_every_rule_runs_as_a_config_rule_of_its_own(deployed):
    assert deployed() == set(RULES) - set(PROBE_RULES)


def test_rules_about_probes_run_where_there_are_probes(deployed):
    assert deployed(**PROBED) == set(RULES)


def test_the_core_set_runs_the_rules_of_that_set(deployed):
    assert deployed(RuleSet="core") == set(CORE_RULES)
    assert 8 <= len(CORE_RULES) <= 12


@pytest.mark.parametrize("name", RULES)
def test_a_list_of_one_runs_that_one(deployed, name):
    assert deployed(RuleSet="list", RuleList=name, **PROBED) == {name}


@pytest.mark.parametrize("count", [2, 3, len(RULES)])
def test_a_list_of_several_runs_these(deployed, count):
    names = list(RULES)[:count]
    assert deployed(RuleSet="list", RuleList=",".join(names), **PROBED) == set(names)
    assert deployed(RuleSet="list", RuleList=",".join(reversed(names)), **PROBED) == set(names)


@pytest.mark.parametrize("rule_set", ["core", "all"])
def test_a_list_counts_only_where_it_is_asked_for(deployed, rule_set):
    without = deployed(RuleSet=rule_set)
    assert deployed(RuleSet=rule_set, RuleList="vpc-endpoints-not-duplicated") == without


def test_by_resource_type_one_config_rule_runs_for_each(deployed):
    everything = {kind.value for kind in TYPES}
    assert deployed(RuleLayout="resource-type") == everything
    of_core = {RULES[name].resource_type.value for name in CORE_RULES}
    assert deployed(RuleLayout="resource-type", RuleSet="core") == of_core < everything


def test_a_name_that_no_rule_has_is_refused_before_anything_is_deployed(template):
    parameter = template["Parameters"]["RuleList"]
    admits = re.compile(parameter["AllowedPattern"]).fullmatch
    assert all(map(admits, ["", *RULES, ",".join(RULES), ",".join(reversed(RULES))]))
    name = next(iter(RULES))
    wrong = ["nonsense", f"{name}-x", f"{name}, {name}", f",{name}", f"{name},", f"{name},nonsense"]
    assert not any(map(admits, wrong))
    assert "docs/rules" in parameter["ConstraintDescription"]


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"RuleSet": "list"}, "has to name the rules"),
        (
            {"RuleSet": "list", "RuleList": "a", "RuleLayout": "resource-type"},
            "needs RuleLayout `rule`",
        ),
        ({"StartUp": "snapstart", "Runtime": "python3.11"}, "python3.12 or later"),
    ],
)
def test_choices_that_do_not_go_together_are_refused_with_the_reason(chosen, parameters, said):
    (refusal,) = chosen(**parameters).refusals()
    assert said in refusal


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"RuleSet": "core", "RuleLayout": "resource-type"},
        {"RuleSet": "list", "RuleList": "a"},
        {"StartUp": "snapstart", "Runtime": "python3.12"},
        {"StartUp": "provisioned", "Runtime": "python3.11"},
    ],
)
def test_choices_that_go_together_are_accepted(chosen, parameters):
    assert chosen(**parameters).refusals() == []


@pytest.mark.parametrize("name", SUBJECTS)
def test_it_is_named_scoped_and_described_after_its_subject(config_rules, template, name):
    made, (rules, kind) = config_rules[name], SUBJECTS[name]
    assert template["Parameters"]["RuleNamePrefix"]["MaxLength"] + len(name) <= 128
    assert made["Scope"] == {"ComplianceResourceTypes": [kind]}
    assert made["Description"] == rules[0].title or kind in made["Description"]
    assert len(made["Description"]) <= 256
    assert made["Description"].isascii()


@pytest.mark.parametrize("kind", TYPES)
def test_the_config_rule_of_a_type_is_not_taken_for_that_of_a_rule(kind):
    assert not any(name in plural(kind) for name in RULES)


@pytest.mark.parametrize("name", SUBJECTS)
def test_it_wakes_on_change_on_oversized_change_and_on_schedule(config_rules, name):
    source = config_rules[name]["Source"]
    assert source["Owner"] == "CUSTOM_LAMBDA"
    assert source["SourceIdentifier"] == {"Ref": "EvaluateFunction.Alias"}
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


@pytest.mark.parametrize("kind", TYPES)
def test_it_hands_over_the_parameters_of_all_rules_of_the_type(config_rules, kind):
    assert config_rules[plural(kind)]["InputParameters"] == {
        "rule": kind.value,
        "ruleSet": {"Ref": "RuleSet"},
        **{parameter: {"Ref": parameter} for parameter in taken_by(TYPES[kind])},
    }


@pytest.mark.parametrize("name", SUBJECTS)
def test_its_input_stays_within_the_limit_whatever_is_chosen(config_rules, template, name):
    values = {
        member: "x" * _longest(template["Parameters"][value["Ref"]]) if "Ref" in value else value
        for member, value in config_rules[name]["InputParameters"].items()
    }
    assert len(json.dumps(values)) <= 1024


def _longest(parameter):
    allowed = parameter.get("AllowedValues", [])
    return max(map(len, allowed)) if allowed else parameter["MaxLength"]


@pytest.mark.parametrize("name", [name for name in PARAMETERS if not choices(PARAMETERS[name])])
def test_a_free_text_has_room_for_more_than_its_default(template, name):
    made = template["Parameters"][name]
    assert "AllowedValues" not in made
    assert made["MaxLength"] >= max(len(made["Default"]) * 2, 5)


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
