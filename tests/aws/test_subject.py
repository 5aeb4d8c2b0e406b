"""What a Config rule stands for: one rule, or the rules of a resource type."""

import pytest
from vpcproof.aws.subject import subject_of
from vpcproof.errors import ParameterError, UnknownRuleError
from vpcproof.model.resource_type import ResourceType
from vpcproof.rules.registry import CORE_RULES, all_rules

ENDPOINTS = "AWS::EC2::VPCEndpoint"


def of_type(kind, rules=None):
    rules = all_rules() if rules is None else rules
    return [name for name in rules if all_rules()[name].resource_type == kind]


def names(subject):
    return [rule.name for rule in subject.rules]


@pytest.mark.parametrize("name", all_rules())
def test_the_name_of_a_rule_stands_for_it_alone(name):
    subject = subject_of(name, None)

    assert (subject.name, names(subject)) == (name, [name])
    assert subject.resource_type == all_rules()[name].resource_type
    assert not subject.judges_together


@pytest.mark.parametrize("kind", ResourceType)
@pytest.mark.parametrize("rule_set", [None, "all"])
def test_a_resource_type_stands_for_all_its_rules(kind, rule_set):
    subject = subject_of(kind.value, rule_set)

    assert names(subject) == of_type(kind)
    assert (subject.name, subject.resource_type) == (kind, kind)
    assert subject.judges_together


@pytest.mark.parametrize("kind", sorted({all_rules()[name].resource_type for name in CORE_RULES}))
def test_the_core_set_holds_those_of_the_types_rules_that_are_in_it(kind):
    assert names(subject_of(kind.value, "core")) == of_type(kind, CORE_RULES)


def test_the_core_set_names_rules_in_the_order_of_their_names():
    assert list(CORE_RULES) == sorted(set(CORE_RULES) & set(all_rules()))


def test_facts_and_parameters_are_those_of_all_the_rules_together():
    subject = subject_of(ENDPOINTS, "all")

    for rule in subject.rules:
        assert rule.collected <= subject.collected
        assert set(rule.parameters) <= subject.parameters
    assert subject.parameters == {name for rule in subject.rules for name in rule.parameters}
    assert subject_of(ENDPOINTS, "core").collected < subject.collected


def test_the_parameters_of_a_type_are_the_same_whichever_of_its_rules_are_chosen():
    """The template hands over all of them whatever RuleSet is."""
    core, every = subject_of(ENDPOINTS, "core"), subject_of(ENDPOINTS, "all")

    assert core.parameters == every.parameters > {p for each in core.rules for p in each.parameters}


def test_a_type_that_no_rule_judges_is_refused_with_those_that_are():
    with pytest.raises(UnknownRuleError, match="'AWS::S3::Bucket'; those judged: AWS::EC2::VPC, "):
        subject_of("AWS::S3::Bucket", None)


def test_an_unknown_set_is_refused_with_those_there_are():
    with pytest.raises(ParameterError, match=r"ruleSet='most'.*AWS::EC2::VPCEndpoint: core, all$"):
        subject_of(ENDPOINTS, "most")


def test_a_set_that_holds_no_rule_of_the_type_would_judge_nothing_and_is_refused():
    with pytest.raises(ParameterError, match=r"ruleSet='core'.*AWS::EC2::NetworkAcl: all$"):
        subject_of("AWS::EC2::NetworkAcl", "core")


def test_a_set_beside_a_rule_is_refused_with_the_reason():
    with pytest.raises(ParameterError, match="chooses among the rules of a resource type"):
        subject_of("vpc-endpoint-available", "all")
