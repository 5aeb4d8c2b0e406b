"""Organisation rules, and the names under which accounts have them."""

import json
import re
from typing import Any

import pytest

from lab.config import ConfigError, Place
from lab.config.stack_resources import stack_resources
from tests.lab.config.world import ENDPOINT, FUNCTION, SEOUL, World

MEMBER = Place("444455556666", SEOUL.region)
TRIGGERS = [
    "ConfigurationItemChangeNotification",
    "OversizedConfigurationItemChangeNotification",
    "ScheduledNotification",
]
RULE: dict[str, Any] = {
    "OrganizationConfigRuleName": "judge",
    "OrganizationCustomRuleMetadata": {
        "Description": "It judges.",
        "LambdaFunctionArn": FUNCTION,
        "InputParameters": '{"rule": "vpc-endpoint-available"}',
        "ResourceTypesScope": [ENDPOINT],
        "OrganizationConfigRuleTriggerTypes": TRIGGERS,
        "MaximumExecutionFrequency": "Six_Hours",
    },
}


@pytest.fixture
def organization(world: World) -> World:
    """An organisation of two accounts, both of which record."""
    world.start_recording(MEMBER)
    world.organizations[SEOUL.account] = (SEOUL.account, MEMBER.account)
    return world


def rules(world: World, place: Place) -> list[dict[str, Any]]:
    return list(world.call("DescribeConfigRules", place)["ConfigRules"])


def test_every_account_gets_the_rule_under_one_name_that_has_an_ending(organization: World) -> None:
    organization.call("PutOrganizationConfigRule", **RULE)
    names = {rules(organization, place)[0]["ConfigRuleName"] for place in (SEOUL, MEMBER)}
    (name,) = names
    assert re.fullmatch("OrgConfigRule-judge-[a-z0-9]{8}", name)


def test_a_rule_of_an_account_says_what_the_organisations_does(organization: World) -> None:
    organization.call("PutOrganizationConfigRule", **RULE)
    (rule,) = rules(organization, MEMBER)
    assert json.loads(rule["InputParameters"]) == {"rule": "vpc-endpoint-available"}
    assert rule["Scope"] == {"ComplianceResourceTypes": [ENDPOINT]}
    assert rule["Source"]["SourceIdentifier"] == FUNCTION
    assert {
        detail["MessageType"]: detail.get("MaximumExecutionFrequency")
        for detail in rule["Source"]["SourceDetails"]
    } == {**dict.fromkeys(TRIGGERS), "ScheduledNotification": "Six_Hours"}


def test_an_account_that_is_excluded_has_none_and_loses_it(organization: World) -> None:
    organization.call("PutOrganizationConfigRule", **RULE)
    (kept,) = rules(organization, SEOUL)
    organization.call("PutOrganizationConfigRule", **RULE, ExcludedAccounts=[MEMBER.account])
    assert rules(organization, MEMBER) == []
    assert rules(organization, SEOUL)[0]["ConfigRuleId"] == kept["ConfigRuleId"]


def test_who_manages_no_organisation_is_refused(world: World) -> None:
    with pytest.raises(ConfigError) as error:
        world.call("PutOrganizationConfigRule", **RULE)
    assert error.value.code == "OrganizationAccessDeniedException"


def test_a_name_has_64_characters_at_most(organization: World) -> None:
    with pytest.raises(ConfigError, match="less than or equal to 64"):
        organization.call(
            "PutOrganizationConfigRule", **RULE | {"OrganizationConfigRuleName": "x" * 65}
        )


def test_a_stack_puts_it_and_deletes_it_even_if_it_is_gone(organization: World) -> None:
    made = stack_resources(organization.config)["AWS::Config::OrganizationConfigRule"]
    assert made.create(SEOUL, "stack-Rule-1", RULE) == ("judge", {})
    (told,) = organization.call("DescribeOrganizationConfigRules")["OrganizationConfigRules"]
    assert told["OrganizationConfigRuleName"] == "judge"
    made.delete(SEOUL, "judge")
    made.delete(SEOUL, "judge")
    assert rules(organization, MEMBER) == rules(organization, SEOUL) == []
