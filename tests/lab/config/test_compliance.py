"""Reading compliance."""

from typing import Any

import pytest

from lab.config import ConfigError
from tests.lab.config.world import ENDPOINT, VPC, World


@pytest.fixture
def judged(world: World) -> World:
    """Two rules that disagree on two endpoints, and a rule that has not judged anything."""
    first, second = world.token("first"), world.token("second")
    world.put(first, "COMPLIANT", "vpce-1")
    world.put(first, "NON_COMPLIANT", "vpce-2", Annotation="no 443")
    world.put(second, "COMPLIANT", "vpce-1")
    world.put(second, "NOT_APPLICABLE", "vpce-2")
    world.token("third")
    return world


def details(world: World, **request: Any) -> list[tuple[str, str]]:
    answer = world.call("GetComplianceDetailsByConfigRule", ConfigRuleName="first", **request)
    return [(resource(r), r["ComplianceType"]) for r in answer["EvaluationResults"]]


def resource(result: dict[str, Any]) -> str:
    return str(result["EvaluationResultIdentifier"]["EvaluationResultQualifier"]["ResourceId"])


def test_the_details_of_a_rule_list_each_resource(judged: World) -> None:
    assert details(judged) == [("vpce-1", "COMPLIANT"), ("vpce-2", "NON_COMPLIANT")]


def test_a_detail_says_all_about_a_verdict(judged: World) -> None:
    answer = judged.call(
        "GetComplianceDetailsByConfigRule",
        ConfigRuleName="first",
        ComplianceTypes=["NON_COMPLIANT"],
    )
    assert answer["EvaluationResults"] == [
        {
            "EvaluationResultIdentifier": {
                "EvaluationResultQualifier": {
                    "ConfigRuleName": "first",
                    "ResourceType": ENDPOINT,
                    "ResourceId": "vpce-2",
                    "EvaluationMode": "DETECTIVE",
                },
                "OrderingTimestamp": judged.now,
            },
            "ComplianceType": "NON_COMPLIANT",
            "ResultRecordedTime": judged.now,
            "ConfigRuleInvokedTime": judged.now,
            "Annotation": "no 443",
        }
    ]


def test_a_verdict_without_an_annotation_has_no_such_key(judged: World) -> None:
    answer = judged.call("GetComplianceDetailsByConfigRule", ConfigRuleName="second")
    assert "Annotation" not in answer["EvaluationResults"][0]


def test_details_can_be_filtered_by_compliance(judged: World) -> None:
    assert details(judged, ComplianceTypes=["COMPLIANT"]) == [("vpce-1", "COMPLIANT")]


def test_details_cannot_be_filtered_by_insufficient_data(judged: World) -> None:
    with pytest.raises(ConfigError) as error:
        details(judged, ComplianceTypes=["INSUFFICIENT_DATA"])
    assert error.value.code == "InvalidParameterValueException"


@pytest.mark.parametrize(
    ("types", "member"),
    [
        (["COMPLIANT", "BOGUS"], "'complianceTypes.2.member'"),
        (["COMPLIANT"] * 4, "'complianceTypes'"),
    ],
)
def test_a_filter_that_breaks_a_constraint_is_refused(
    judged: World, types: list[str], member: str
) -> None:
    with pytest.raises(ConfigError) as error:
        details(judged, ComplianceTypes=types)
    assert error.value.code == "ValidationException"
    assert member in error.value.message


def test_details_come_in_pages(judged: World) -> None:
    request = {"ConfigRuleName": "first", "Limit": 1}
    first = judged.call("GetComplianceDetailsByConfigRule", **request)
    second = judged.call(
        "GetComplianceDetailsByConfigRule", **request, NextToken=first["NextToken"]
    )
    assert [resource(page["EvaluationResults"][0]) for page in (first, second)] == [
        "vpce-1",
        "vpce-2",
    ]
    assert "NextToken" not in second


@pytest.mark.parametrize("limit", [{}, {"Limit": 0}])
def test_a_page_of_details_holds_ten_by_default(world: World, limit: dict[str, int]) -> None:
    token = world.token("first")
    for number in range(11):
        world.put(token, "COMPLIANT", f"vpce-{number:02}")
    assert len(details(world, **limit)) == 10


def test_a_page_of_more_than_a_hundred_details_is_refused(judged: World) -> None:
    with pytest.raises(ConfigError) as error:
        details(judged, Limit=101)
    assert error.value.code == "ValidationException"


def test_the_details_of_an_unknown_rule_cannot_be_had(world: World) -> None:
    with pytest.raises(ConfigError) as error:
        world.call("GetComplianceDetailsByConfigRule", ConfigRuleName="other")
    assert error.value.code == "NoSuchConfigRuleException"


def by_resource(world: World, **request: Any) -> list[tuple[str, str]]:
    answer = world.call("GetComplianceDetailsByResource", ResourceType=ENDPOINT, **request)
    return [
        (
            result["EvaluationResultIdentifier"]["EvaluationResultQualifier"]["ConfigRuleName"],
            result["ComplianceType"],
        )
        for result in answer["EvaluationResults"]
    ]


def test_the_details_of_a_resource_list_each_rule(judged: World) -> None:
    assert by_resource(judged, ResourceId="vpce-1") == [
        ("first", "COMPLIANT"),
        ("second", "COMPLIANT"),
    ]
    assert by_resource(judged, ResourceId="vpce-2") == [("first", "NON_COMPLIANT")]


def test_the_details_of_a_resource_can_be_filtered(judged: World) -> None:
    request = {"ResourceId": "vpce-2", "ComplianceTypes": ["COMPLIANT"]}
    assert by_resource(judged, **request) == []


def test_the_details_of_a_resource_need_its_type_and_id(judged: World) -> None:
    with pytest.raises(ConfigError) as error:
        by_resource(judged)
    assert error.value.code == "InvalidParameterValueException"


def test_a_rule_is_as_compliant_as_its_worst_resource(judged: World) -> None:
    answer = judged.call("DescribeComplianceByConfigRule")
    assert answer == {
        "ComplianceByConfigRules": [
            {
                "ConfigRuleName": "first",
                "Compliance": {
                    "ComplianceType": "NON_COMPLIANT",
                    "ComplianceContributorCount": {"CappedCount": 1, "CapExceeded": False},
                },
            },
            {"ConfigRuleName": "second", "Compliance": {"ComplianceType": "COMPLIANT"}},
            {"ConfigRuleName": "third", "Compliance": {"ComplianceType": "INSUFFICIENT_DATA"}},
        ]
    }


def rules(world: World, **request: Any) -> list[str]:
    answer = world.call("DescribeComplianceByConfigRule", **request)
    return [summary["ConfigRuleName"] for summary in answer["ComplianceByConfigRules"]]


def test_rules_can_be_filtered_by_name_and_by_compliance(judged: World) -> None:
    assert rules(judged, ConfigRuleNames=["second"]) == ["second"]
    assert rules(judged, ComplianceTypes=["NON_COMPLIANT", "INSUFFICIENT_DATA"]) == [
        "first",
        "third",
    ]


def test_the_compliance_of_rules_comes_in_pages_of_25(world: World) -> None:
    for number in range(26):
        world.define(f"rule-{number:02}")
    first = world.call("DescribeComplianceByConfigRule")
    assert len(first["ComplianceByConfigRules"]) == 25
    assert rules(world, NextToken=first["NextToken"]) == ["rule-25"]


def test_the_compliance_of_an_unknown_rule_cannot_be_had(judged: World) -> None:
    with pytest.raises(ConfigError) as error:
        rules(judged, ConfigRuleNames=["other"])
    assert error.value.code == "NoSuchConfigRuleException"


@pytest.mark.parametrize(("failing", "capped"), [(25, False), (26, True)])
def test_contributors_are_counted_to_25(world: World, failing: int, *, capped: bool) -> None:
    token = world.token("first")
    for number in range(failing):
        world.put(token, "NON_COMPLIANT", f"vpce-{number}")
    (summary,) = world.call("DescribeComplianceByConfigRule")["ComplianceByConfigRules"]
    assert summary["Compliance"]["ComplianceContributorCount"] == {
        "CappedCount": 25,
        "CapExceeded": capped,
    }


def resources(world: World, **request: Any) -> dict[str, str]:
    answer = world.call("DescribeComplianceByResource", **request)
    return {
        summary["ResourceId"]: summary["Compliance"]["ComplianceType"]
        for summary in answer["ComplianceByResources"]
    }


def test_a_resource_is_as_compliant_as_its_worst_rule_says(judged: World) -> None:
    judged.put(judged.token("second"), "NON_COMPLIANT", "vpce-1")
    answer = judged.call("DescribeComplianceByResource", ResourceId="vpce-1", ResourceType=ENDPOINT)
    assert answer["ComplianceByResources"] == [
        {
            "ResourceType": ENDPOINT,
            "ResourceId": "vpce-1",
            "Compliance": {
                "ComplianceType": "NON_COMPLIANT",
                "ComplianceContributorCount": {"CappedCount": 1, "CapExceeded": False},
            },
        }
    ]


def test_resources_can_be_filtered(judged: World) -> None:
    judged.put(judged.token("third"), "COMPLIANT", "vpc-1", VPC)
    assert resources(judged) == {
        "vpc-1": "COMPLIANT",
        "vpce-1": "COMPLIANT",
        "vpce-2": "NON_COMPLIANT",
    }
    assert resources(judged, ResourceType=VPC) == {"vpc-1": "COMPLIANT"}
    assert resources(judged, ComplianceTypes=["NON_COMPLIANT"]) == {"vpce-2": "NON_COMPLIANT"}


def test_resources_come_in_pages(judged: World) -> None:
    first = judged.call("DescribeComplianceByResource", Limit=1)
    assert len(first["ComplianceByResources"]) == 1
    assert resources(judged, Limit=1, NextToken=first["NextToken"]) == {"vpce-2": "NON_COMPLIANT"}


def test_a_resource_id_needs_its_type(judged: World) -> None:
    with pytest.raises(ConfigError) as error:
        resources(judged, ResourceId="vpce-1")
    assert error.value.code == "InvalidParameterValueException"
