"""Putting evaluations: what is accepted, what is kept, what is announced."""

from datetime import timedelta
from typing import Any

import pytest

from lab.config import REJECTED_EVALUATION, ConfigError, Fault, Place
from tests.lab.config.world import ENDPOINT, SEOUL, World


def evaluation(world: World, **changes: Any) -> dict[str, Any]:
    whole = {
        "ComplianceResourceType": ENDPOINT,
        "ComplianceResourceId": "vpce-1",
        "ComplianceType": "COMPLIANT",
        "OrderingTimestamp": world.now,
        **changes,
    }
    return {key: value for key, value in whole.items() if value is not None}


def refusal(world: World, evaluations: list[dict[str, Any]], token: str | None) -> ConfigError:
    with pytest.raises(ConfigError) as error:
        world.call("PutEvaluations", ResultToken=token, Evaluations=evaluations)
    return error.value


def kept(world: World) -> dict[str, str]:
    answer = world.call("GetComplianceDetailsByConfigRule", ConfigRuleName="judge", Limit=100)
    return {
        result["EvaluationResultIdentifier"]["EvaluationResultQualifier"]["ResourceId"]: result[
            "ComplianceType"
        ]
        for result in answer["EvaluationResults"]
    }


def test_an_evaluation_is_kept(world: World) -> None:
    assert world.put(world.token(), "NON_COMPLIANT") == {"FailedEvaluations": []}
    assert kept(world) == {"vpce-1": "NON_COMPLIANT"}


def test_a_hundred_evaluations_go_in_one_call(world: World) -> None:
    evaluations = [evaluation(world, ComplianceResourceId=f"vpce-{n}") for n in range(100)]
    world.call("PutEvaluations", ResultToken=world.token(), Evaluations=evaluations)
    assert len(kept(world)) == 100


def test_a_hundred_and_one_evaluations_are_refused_and_none_is_kept(world: World) -> None:
    error = refusal(world, [evaluation(world)] * 101, world.token())
    assert error.code == "ValidationException"
    assert "Member must have length less than or equal to 100" in error.message
    assert kept(world) == {}


def test_a_token_serves_several_calls(world: World) -> None:
    token = world.token()
    world.put(token, "COMPLIANT", "vpce-1")
    world.put(token, "COMPLIANT", "vpce-2")
    assert kept(world).keys() == {"vpce-1", "vpce-2"}


def test_an_empty_list_of_evaluations_is_accepted(world: World) -> None:
    answer = world.call("PutEvaluations", ResultToken=world.token(), Evaluations=[])
    assert answer == {"FailedEvaluations": []}


@pytest.mark.parametrize(
    ("changes", "member"),
    [
        ({"Annotation": ""}, "annotation"),
        ({"Annotation": "x" * 257}, "annotation"),
        ({"ComplianceType": "BOGUS"}, "complianceType"),
        ({"ComplianceType": None}, "complianceType"),
        ({"ComplianceResourceType": None}, "complianceResourceType"),
        ({"ComplianceResourceType": "t" * 257}, "complianceResourceType"),
        ({"ComplianceResourceId": None}, "complianceResourceId"),
        ({"ComplianceResourceId": ""}, "complianceResourceId"),
        ({"ComplianceResourceId": "i" * 769}, "complianceResourceId"),
        ({"OrderingTimestamp": None}, "orderingTimestamp"),
    ],
)
def test_an_evaluation_that_breaks_a_constraint_is_refused(
    world: World, changes: dict[str, Any], member: str
) -> None:
    error = refusal(world, [evaluation(world, **changes)], world.token())
    assert error.code == "ValidationException"
    assert f"'evaluations.1.member.{member}'" in error.message


@pytest.mark.parametrize(("resource_type", "resource_id"), [("t", "i"), ("t" * 256, "i" * 768)])
def test_the_names_of_a_resource_may_be_as_long_as_aws_allows(
    world: World, resource_type: str, resource_id: str
) -> None:
    world.put(world.token(), "COMPLIANT", resource_id, resource_type)
    assert kept(world) == {resource_id: "COMPLIANT"}


@pytest.mark.parametrize("annotation", ["x", "가" * 256])
def test_an_annotation_within_its_limits_is_kept(world: World, annotation: str) -> None:
    world.put(world.token(), "COMPLIANT", Annotation=annotation)
    answer = world.call("GetComplianceDetailsByConfigRule", ConfigRuleName="judge")
    assert answer["EvaluationResults"][0]["Annotation"] == annotation


def test_insufficient_data_cannot_be_put(world: World) -> None:
    error = refusal(world, [evaluation(world, ComplianceType="INSUFFICIENT_DATA")], world.token())
    assert error.code == "InvalidParameterValueException"


def test_a_token_that_was_never_given_out_is_refused(world: World) -> None:
    assert refusal(world, [evaluation(world)], "made-up").code == "InvalidResultTokenException"


def test_a_missing_token_is_refused(world: World) -> None:
    assert refusal(world, [], None).code == "ValidationException"


def test_a_token_of_another_account_is_refused(world: World) -> None:
    token = world.token()
    with pytest.raises(ConfigError) as error:
        world.call(
            "PutEvaluations",
            Place("123456789012", SEOUL.region),
            ResultToken=token,
            Evaluations=[evaluation(world)],
        )
    assert error.value.code == "InvalidResultTokenException"


def test_a_token_of_a_deleted_rule_is_refused(world: World) -> None:
    token = world.token()
    world.call("DeleteConfigRule", ConfigRuleName="judge")
    assert refusal(world, [evaluation(world)], token).code == "NoSuchConfigRuleException"


def test_test_mode_takes_any_token_and_keeps_nothing(world: World) -> None:
    world.define()
    evaluations = [evaluation(world)]
    answer = world.call(
        "PutEvaluations", ResultToken="TESTMODE", TestMode=True, Evaluations=evaluations
    )
    assert answer == {"FailedEvaluations": []}
    assert kept(world) == {}
    assert world.verdicts() == []


def test_test_mode_still_checks_the_evaluations(world: World) -> None:
    with pytest.raises(ConfigError) as error:
        world.call(
            "PutEvaluations",
            ResultToken="TESTMODE",
            TestMode=True,
            Evaluations=[evaluation(world, Annotation="")],
        )
    assert error.value.code == "ValidationException"


def test_a_newer_evaluation_replaces_an_older_one(world: World) -> None:
    token = world.token()
    world.put(token, "COMPLIANT")
    world.put(token, "NON_COMPLIANT", OrderingTimestamp=world.now + timedelta(milliseconds=1))
    assert kept(world) == {"vpce-1": "NON_COMPLIANT"}


def test_an_older_evaluation_does_not_replace_a_newer_one(world: World) -> None:
    token = world.token()
    world.put(token, "COMPLIANT")
    world.put(token, "NON_COMPLIANT", OrderingTimestamp=world.now - timedelta(milliseconds=1))
    assert kept(world) == {"vpce-1": "COMPLIANT"}
    assert len(world.verdicts()) == 1


def test_an_older_evaluation_does_not_bring_back_a_resource_that_is_gone(world: World) -> None:
    token = world.token()
    world.put(token, "NOT_APPLICABLE")
    world.put(token, "NON_COMPLIANT", OrderingTimestamp=world.now - timedelta(seconds=1))
    assert kept(world) == {}


def test_an_evaluation_of_the_same_moment_replaces_the_one_before(world: World) -> None:
    token = world.token()
    world.put(token, "COMPLIANT")
    world.put(token, "NON_COMPLIANT")
    assert kept(world) == {"vpce-1": "NON_COMPLIANT"}


@pytest.mark.parametrize("spelled", [1795424400.123, "2026-11-23T09:00:00.123Z"])
def test_an_ordering_timestamp_is_read_in_every_spelling(world: World, spelled: object) -> None:
    world.put(world.token(), "COMPLIANT", OrderingTimestamp=spelled)
    answer = world.call("GetComplianceDetailsByConfigRule", ConfigRuleName="judge")
    identifier = answer["EvaluationResults"][0]["EvaluationResultIdentifier"]
    assert identifier["OrderingTimestamp"].isoformat() == "2026-11-23T09:00:00.123000+00:00"


def test_not_applicable_takes_a_resource_out_of_the_views(world: World) -> None:
    token = world.token()
    world.put(token, "NON_COMPLIANT")
    world.put(token, "NOT_APPLICABLE")
    assert kept(world) == {}
    assert world.call("DescribeComplianceByResource") == {"ComplianceByResources": []}


def test_the_results_of_a_rule_can_be_deleted(world: World) -> None:
    world.put(world.token(), "NON_COMPLIANT")
    world.call("DeleteEvaluationResults", ConfigRuleName="judge")
    assert kept(world) == {}
    assert len(world.verdicts()) == 1


def test_deleting_the_results_of_an_unknown_rule_fails(world: World) -> None:
    with pytest.raises(ConfigError) as error:
        world.call("DeleteEvaluationResults", ConfigRuleName="other")
    assert error.value.code == "NoSuchConfigRuleException"


def test_putting_evaluations_is_noted_in_the_status_of_the_rule(world: World) -> None:
    token = world.token()
    world.pass_time(seconds=1)
    world.put(token, "COMPLIANT")
    (status,) = world.call("DescribeConfigRuleEvaluationStatus")["ConfigRulesEvaluationStatus"]
    assert status["LastSuccessfulEvaluationTime"] == world.now


def test_a_first_verdict_is_announced_without_an_old_one(world: World) -> None:
    token = world.token()
    (rule,) = world.call("DescribeConfigRules")["ConfigRules"]
    world.pass_time(seconds=1)
    ordered = world.now - timedelta(milliseconds=500)
    world.put(token, "NON_COMPLIANT", Annotation="no 443", OrderingTimestamp=ordered)
    (event,) = world.verdicts()
    assert (event.place, event.source, event.resources) == (SEOUL, "aws.config", ())
    assert event.detail == {
        "resourceId": "vpce-1",
        "awsRegion": "ap-northeast-2",
        "awsAccountId": "111122223333",
        "configRuleName": "judge",
        "recordVersion": "1.0",
        "configRuleARN": rule["ConfigRuleArn"],
        "messageType": "ComplianceChangeNotification",
        "newEvaluationResult": {
            "evaluationResultIdentifier": {
                "evaluationResultQualifier": {
                    "configRuleName": "judge",
                    "resourceType": ENDPOINT,
                    "resourceId": "vpce-1",
                },
                "orderingTimestamp": "2026-11-23T09:00:00.623Z",
            },
            "complianceType": "NON_COMPLIANT",
            "resultRecordedTime": "2026-11-23T09:00:01.123Z",
            "configRuleInvokedTime": "2026-11-23T09:00:00.123Z",
            "annotation": "no 443",
        },
        "notificationCreationTime": "2026-11-23T09:00:01.123Z",
        "resourceType": ENDPOINT,
    }


def test_a_verdict_that_changes_is_announced_with_the_old_one(world: World) -> None:
    token = world.token()
    world.put(token, "NON_COMPLIANT", Annotation="no 443")
    world.put(token, "COMPLIANT")
    detail = world.verdicts()[-1].detail
    assert detail["newEvaluationResult"]["complianceType"] == "COMPLIANT"
    assert "annotation" not in detail["newEvaluationResult"]
    assert detail["oldEvaluationResult"]["complianceType"] == "NON_COMPLIANT"
    assert detail["oldEvaluationResult"]["annotation"] == "no 443"


def test_a_verdict_that_stays_is_not_announced_even_for_another_reason(world: World) -> None:
    token = world.token()
    world.put(token, "NON_COMPLIANT", Annotation="no 443")
    world.put(token, "NON_COMPLIANT", Annotation="no 80")
    assert len(world.verdicts()) == 1


def test_a_resource_that_goes_is_announced_as_not_applicable(world: World) -> None:
    token = world.token()
    world.put(token, "NON_COMPLIANT")
    world.put(token, "NOT_APPLICABLE")
    detail = world.verdicts()[-1].detail
    assert detail["newEvaluationResult"]["complianceType"] == "NOT_APPLICABLE"
    assert detail["oldEvaluationResult"]["complianceType"] == "NON_COMPLIANT"


def test_a_resource_that_never_applied_is_not_announced(world: World) -> None:
    token = world.token()
    world.put(token, "NOT_APPLICABLE")
    world.put(token, "NOT_APPLICABLE")
    assert world.verdicts() == []


def test_two_rules_judge_a_resource_apart(world: World) -> None:
    world.put(world.token("judge"), "COMPLIANT")
    world.put(world.token("other"), "NON_COMPLIANT")
    assert kept(world) == {"vpce-1": "COMPLIANT"}
    assert all("oldEvaluationResult" not in event.detail for event in world.verdicts())


def test_evaluations_can_be_made_to_fail_one_by_one(world: World) -> None:
    world.config.faults.add(REJECTED_EVALUATION, Fault(times=1))
    token = world.token()
    evaluations = [evaluation(world, ComplianceResourceId=f"vpce-{n}") for n in range(2)]
    answer = world.call("PutEvaluations", ResultToken=token, Evaluations=evaluations)
    assert answer == {"FailedEvaluations": [evaluations[0]]}
    assert kept(world) == {"vpce-1": "COMPLIANT"}
