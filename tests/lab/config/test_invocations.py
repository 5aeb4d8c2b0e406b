"""The events that wake a rule's function, and who is woken by what."""

import json

import pytest

from lab.config import ConfigError, Outcome
from tests.lab.config.world import ENDPOINT, FUNCTION, GROUP, ROLE, SUBNET, TABLE, VPC, Sent, World

CHANGE = "ConfigurationItemChangeNotification"
OVERSIZED = "OversizedConfigurationItemChangeNotification"
SCHEDULED = "ScheduledNotification"


def ids(sent: list[Sent]) -> list[str | None]:
    return [one.resource_id for one in sent]


def test_a_change_is_sent_in_the_envelope_of_aws(world: World) -> None:
    world.define(InputParameters='{"rule": "vpc-endpoint-available"}')
    (rule,) = world.call("DescribeConfigRules")["ConfigRules"]
    world.exists(ENDPOINT, "vpce-1")
    (sent,) = world.record()
    assert sent.function_arn == FUNCTION
    event = dict(sent.event)
    assert isinstance(event.pop("invokingEvent"), str)
    assert event.pop("resultToken")
    assert event == {
        "version": "1.0",
        "ruleParameters": '{"rule":"vpc-endpoint-available"}',
        "eventLeftScope": False,
        "executionRoleArn": ROLE,
        "configRuleArn": rule["ConfigRuleArn"],
        "configRuleName": "judge",
        "configRuleId": rule["ConfigRuleId"],
        "accountId": "111122223333",
    }


@pytest.mark.parametrize("parameters", [None, "{}"])
def test_a_rule_without_parameters_sends_none(world: World, parameters: str | None) -> None:
    world.define(InputParameters=parameters)
    world.exists(ENDPOINT, "vpce-1")
    (sent,) = world.record()
    assert "ruleParameters" not in sent.event


def test_the_message_of_a_change_holds_the_item_and_the_difference(world: World) -> None:
    world.define()
    world.exists(ENDPOINT, "vpce-1", State="pending")
    world.record()
    world.exists(ENDPOINT, "vpce-1", State="available")
    (sent,) = world.record()
    message = dict(sent.message)
    item = message.pop("configurationItem")
    assert item["configuration"] == {"state": {"value": "available"}}
    assert item["configurationItemStatus"] == "OK"
    assert message == {
        "configurationItemDiff": {
            "changeType": "UPDATE",
            "changedProperties": {
                "Configuration.State": {
                    "previousValue": {"value": "pending"},
                    "updatedValue": {"value": "available"},
                    "changeType": "UPDATE",
                }
            },
        },
        "notificationCreationTime": "2026-11-23T09:00:00.123Z",
        "messageType": CHANGE,
        "recordVersion": "1.3",
    }


def test_an_item_too_large_for_a_notification_is_summarised(world: World) -> None:
    world.define()
    world.exists(GROUP, "sg-1", Description="x" * 256 * 1024, VpcId="vpc-1")
    (sent,) = world.record()
    assert sent.message == {
        "messageType": OVERSIZED,
        "configurationItemSummary": {
            "changeType": "CREATE",
            "configurationItemVersion": "1.3",
            "configurationItemCaptureTime": "2026-11-23T09:00:00.123Z",
            "configurationStateId": 1795424400123,
            "awsAccountId": "111122223333",
            "configurationItemStatus": "ResourceDiscovered",
            "resourceType": GROUP,
            "resourceId": "sg-1",
            "resourceName": None,
            "ARN": "arn:aws:ec2:ap-northeast-2:111122223333:security-group/sg-1",
            "awsRegion": "ap-northeast-2",
            "availabilityZone": "Not Applicable",
            "configurationStateMd5Hash": "",
            "resourceCreationTime": None,
        },
    }


def test_an_item_is_sent_whole_up_to_the_very_limit(world: World) -> None:
    world.exists(VPC, "vpc-1", CidrBlock="10.0.0.0/16")
    world.record()
    (sent,) = world.define()
    size = len(sent.event["invokingEvent"])
    for limit, kind in ((size, CHANGE), (size - 1, OVERSIZED)):
        world.config.largest_notification = limit
        (again,) = world.define()
        assert again.message["messageType"] == kind


def test_the_size_at_which_an_item_is_too_large_can_be_lowered(world: World) -> None:
    world.config.largest_notification = 10
    world.define()
    world.exists(VPC, "vpc-1")
    (sent,) = world.record()
    assert sent.message["messageType"] == OVERSIZED


def test_a_rule_that_subscribes_to_plain_changes_only_misses_oversized_ones(
    world: World,
) -> None:
    world.define(message_types=(CHANGE,))
    world.config.largest_notification = 10
    world.exists(VPC, "vpc-1")
    assert world.record() == []


def test_a_periodic_rule_is_sent_no_changes(world: World) -> None:
    world.define(message_types=(SCHEDULED,))
    world.exists(VPC, "vpc-1")
    assert world.record() == []


def test_a_deletion_is_sent_with_its_status_and_no_body(world: World) -> None:
    world.define(Scope={"ComplianceResourceTypes": [ENDPOINT]})
    world.exists(ENDPOINT, "vpce-1")
    world.record()
    world.vanishes(ENDPOINT, "vpce-1")
    (sent,) = world.record()
    item = sent.message["configurationItem"]
    assert item["configurationItemStatus"] == "ResourceDeleted"
    assert item["configuration"] is None
    assert sent.event["eventLeftScope"] is False


def test_a_rule_hears_of_the_types_in_its_scope_only(world: World) -> None:
    world.define(Scope={"ComplianceResourceTypes": [ENDPOINT, GROUP]})
    for resource_type, resource_id in ((ENDPOINT, "vpce-1"), (GROUP, "sg-1"), (VPC, "vpc-1")):
        world.exists(resource_type, resource_id)
    assert ids(world.record()) == ["sg-1", "vpce-1"]


def test_a_rule_without_a_scope_hears_of_everything(world: World) -> None:
    world.define()
    for resource_type, resource_id in ((ENDPOINT, "vpce-1"), (SUBNET, "subnet-1")):
        world.exists(resource_type, resource_id)
    assert ids(world.record()) == ["subnet-1", "vpce-1"]


def test_a_rule_on_one_resource_hears_of_no_other(world: World) -> None:
    world.define(Scope={"ComplianceResourceTypes": [VPC], "ComplianceResourceId": "vpc-2"})
    world.exists(VPC, "vpc-1")
    world.exists(VPC, "vpc-2")
    assert ids(world.record()) == ["vpc-2"]


def tagged(**tags: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def test_a_rule_on_a_tag_hears_of_what_carries_it(world: World) -> None:
    world.define(Scope={"TagKey": "env"})
    world.exists(VPC, "vpc-1", Tags=tagged(env="prod"))
    world.exists(VPC, "vpc-2", Tags=tagged(team="net"))
    assert ids(world.record()) == ["vpc-1"]


def test_a_rule_on_a_tag_value_hears_of_no_other_value(world: World) -> None:
    world.define(Scope={"TagKey": "env", "TagValue": "prod"})
    world.exists(VPC, "vpc-1", Tags=tagged(env="prod"))
    world.exists(VPC, "vpc-2", Tags=tagged(env="test"))
    assert ids(world.record()) == ["vpc-1"]


def test_a_resource_that_loses_the_tag_leaves_the_scope_once(world: World) -> None:
    world.define(Scope={"TagKey": "env"})
    world.exists(VPC, "vpc-1", Tags=tagged(env="prod"))
    world.record()
    world.exists(VPC, "vpc-1", Tags=[])
    (sent,) = world.record()
    assert sent.event["eventLeftScope"] is True
    assert sent.message["configurationItem"]["configurationItemStatus"] == "OK"
    world.exists(VPC, "vpc-1", Tags=[], CidrBlock="10.0.0.0/16")
    assert world.record() == []


def test_a_tagged_resource_that_is_deleted_is_still_in_scope(world: World) -> None:
    world.define(Scope={"TagKey": "env"})
    world.exists(VPC, "vpc-1", Tags=tagged(env="prod"))
    world.exists(VPC, "vpc-2")
    world.record()
    world.vanishes(VPC, "vpc-1")
    world.vanishes(VPC, "vpc-2")
    (sent,) = world.record()
    assert sent.resource_id == "vpc-1"
    assert sent.event["eventLeftScope"] is False


def test_a_resource_that_comes_back_out_of_scope_has_not_left_it(world: World) -> None:
    world.define(Scope={"TagKey": "env"})
    world.exists(VPC, "vpc-1", Tags=tagged(env="prod"))
    world.record()
    world.vanishes(VPC, "vpc-1")
    world.record()
    world.exists(VPC, "vpc-1")
    assert world.record() == []


def test_a_group_change_does_not_reach_a_rule_on_endpoints(world: World) -> None:
    world.exists(ENDPOINT, "vpce-1", Groups=[{"GroupId": "sg-1"}])
    world.exists(GROUP, "sg-1")
    world.record()
    world.define(Scope={"ComplianceResourceTypes": [ENDPOINT]})
    world.exists(GROUP, "sg-1", IpPermissions=[])
    assert world.record() == []


def test_a_route_table_change_reaches_a_rule_on_gateway_endpoints(world: World) -> None:
    world.exists(ENDPOINT, "vpce-1", RouteTableIds=["rtb-1"])
    world.exists(TABLE, "rtb-1")
    world.record()
    world.define(Scope={"ComplianceResourceTypes": [ENDPOINT]})
    world.exists(TABLE, "rtb-1", Routes=[])
    assert ids(world.record()) == ["vpce-1"]


def test_a_new_rule_judges_what_exists_already(world: World) -> None:
    world.exists(VPC, "vpc-1")
    world.exists(VPC, "vpc-2")
    world.record()
    world.vanishes(VPC, "vpc-2")
    world.record()
    (sent,) = world.define(Scope={"ComplianceResourceTypes": [VPC]})
    assert sent.resource_id == "vpc-1"
    assert sent.message["configurationItemDiff"] is None
    assert sent.message["configurationItem"]["configurationItemStatus"] == "ResourceDiscovered"


def test_a_new_periodic_rule_runs_at_once(world: World) -> None:
    (sent,) = world.define(message_types=(SCHEDULED,))
    assert sent.message == {
        "awsAccountId": "111122223333",
        "notificationCreationTime": "2026-11-23T09:00:00.123Z",
        "messageType": SCHEDULED,
        "recordVersion": "1.0",
    }


def test_a_hybrid_rule_is_sent_both_kinds(world: World) -> None:
    world.exists(VPC, "vpc-1")
    world.record()
    sent = world.define(message_types=(CHANGE, SCHEDULED))
    assert [one.message["messageType"] for one in sent] == [CHANGE, SCHEDULED]


def test_a_deleted_rule_hears_of_nothing(world: World) -> None:
    world.define()
    world.call("DeleteConfigRule", ConfigRuleName="judge")
    world.exists(VPC, "vpc-1")
    assert world.record() == []


def test_every_invocation_has_a_token_of_its_own(world: World) -> None:
    world.define()
    world.exists(VPC, "vpc-1")
    world.exists(VPC, "vpc-2")
    first, second = world.record()
    assert first.event["resultToken"] != second.event["resultToken"]


def status(world: World) -> dict[str, object]:
    answer = world.call("DescribeConfigRuleEvaluationStatus", ConfigRuleNames=["judge"])
    (found,) = answer["ConfigRulesEvaluationStatus"]
    return found


def test_a_rule_that_was_never_invoked_says_so(world: World) -> None:
    world.define()
    (rule,) = world.call("DescribeConfigRules")["ConfigRules"]
    assert status(world) == {
        "ConfigRuleName": "judge",
        "ConfigRuleArn": rule["ConfigRuleArn"],
        "ConfigRuleId": rule["ConfigRuleId"],
        "FirstActivatedTime": world.now,
        "FirstEvaluationStarted": False,
    }


def test_an_invocation_that_ends_well_is_noted(world: World) -> None:
    (sent,) = world.define(message_types=(SCHEDULED,))
    world.pass_time(seconds=3)
    sent.done(Outcome(accepted=True))
    assert status(world)["LastSuccessfulInvocationTime"] == world.now
    assert status(world)["FirstEvaluationStarted"] is True
    assert "LastErrorCode" not in status(world)


def test_a_function_that_raises_is_noted_with_its_error(world: World) -> None:
    (sent,) = world.define(message_types=(SCHEDULED,))
    sent.done(Outcome(True, "UndeterminedError", "no route tables could be read"))
    found = status(world)
    assert found["LastFailedEvaluationTime"] == world.now
    assert found["LastSuccessfulInvocationTime"] == world.now
    assert found["LastErrorCode"] == "UndeterminedError"
    assert found["LastErrorMessage"] == "no route tables could be read"
    assert "LastFailedInvocationTime" not in found


def test_a_function_that_cannot_be_invoked_is_noted(world: World) -> None:
    (sent,) = world.define(message_types=(SCHEDULED,))
    sent.done(Outcome(False, "ResourceNotFoundException", "Function not found"))
    found = status(world)
    assert found["LastFailedInvocationTime"] == world.now
    assert found["LastErrorCode"] == "ResourceNotFoundException"
    assert "LastSuccessfulInvocationTime" not in found


def test_statuses_come_in_pages_of_the_size_asked_for(world: World) -> None:
    for name in ("a", "b", "c"):
        world.define(name)
    first = world.call("DescribeConfigRuleEvaluationStatus", Limit=2)
    second = world.call("DescribeConfigRuleEvaluationStatus", Limit=2, NextToken=first["NextToken"])
    pages = [page["ConfigRulesEvaluationStatus"] for page in (first, second)]
    assert [[s["ConfigRuleName"] for s in page] for page in pages] == [["a", "b"], ["c"]]
    assert "NextToken" not in second


def test_a_page_of_more_than_50_statuses_is_refused(world: World) -> None:
    with pytest.raises(ConfigError) as error:
        world.call("DescribeConfigRuleEvaluationStatus", Limit=51)
    assert error.value.code == "ValidationException"


def test_the_invoking_event_is_text_that_parses(world: World) -> None:
    (sent,) = world.define(message_types=(SCHEDULED,))
    assert json.loads(sent.event["invokingEvent"]) == sent.message
