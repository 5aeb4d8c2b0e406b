"""Which rules a change concerns besides those that AWS Config tells of it."""

import pytest
from vpcproof.aws.dependents import TOLD_BY, UNTOLD, depends_on
from vpcproof.aws.subject import subject_of
from vpcproof.model.facts import Fact
from vpcproof.model.resource_type import ResourceType
from vpcproof.rules.registry import LISTED_BY, all_rules

GROUP = "AWS::EC2::SecurityGroup"


def dependents_of(resource_type):
    return {name for name in all_rules() if depends_on(subject_of(name, None), resource_type)}


def test_an_edited_group_concerns_the_rules_on_endpoints_subnets_and_vpcs_behind_it():
    concerned = dependents_of(GROUP)

    assert concerned >= {
        "vpc-endpoint-admits-workloads",
        "subnet-reaches-ssm",
        "subnet-service-traffic-private",
        "vpc-central-endpoints-reachable",
        "instance-connect-endpoint-reaches-instances",
    }
    assert "vpc-endpoint-available" not in concerned


@pytest.mark.parametrize("resource_type", ResourceType)
def test_rules_that_get_the_item_itself_are_not_among_them(resource_type):
    kinds = {all_rules()[name].resource_type for name in dependents_of(resource_type)}

    assert resource_type not in kinds


@pytest.mark.parametrize("name", all_rules())
def test_every_other_type_that_a_fact_of_a_rule_lists_concerns_it(name):
    rule = all_rules()[name]
    for kind, fact in LISTED_BY.items():
        expected = fact in rule.facts and kind is not rule.resource_type
        if fact is Fact.VPCS:
            expected |= Fact.VPC_DNS_ATTRIBUTES in rule.facts and kind is not rule.resource_type
        assert depends_on(subject_of(name, None), kind) == expected, kind


def test_a_type_judged_by_all_of_its_rules_depends_on_what_any_of_them_does():
    assert depends_on(subject_of("AWS::EC2::VPCEndpoint", "core"), GROUP)
    assert not depends_on(subject_of("AWS::EC2::SecurityGroup", "all"), GROUP)
    assert depends_on(subject_of("AWS::EC2::RouteTable", "all"), "AWS::EC2::VPCEndpoint")


def test_every_kind_of_fact_is_told_of_or_waits_for_the_schedule_for_a_reason():
    assert set(TOLD_BY) | set(UNTOLD) == set(Fact)
    assert not set(TOLD_BY) & set(UNTOLD)


def test_what_an_evaluation_makes_aws_config_record_concerns_nobody():
    """https://docs.aws.amazon.com/config/latest/developerguide/resource-config-reference.html"""
    made = {each for types in TOLD_BY.values() for each in types}

    assert not any(each.startswith("AWS::Config::") for each in made)
    assert dependents_of("AWS::Config::ResourceCompliance") == set()
