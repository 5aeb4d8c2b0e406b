"""Events of AWS Config, read with care."""

import json
from datetime import UTC, datetime

import pytest
from vpcproof.aws.config_event import ChangedResource, Ignored, Invocation, parse_event
from vpcproof.aws.place import Place
from vpcproof.errors import InvocationError, ParameterError, UnknownRuleError
from vpcproof.model.resource_type import ResourceType

from tests.aws.events import (
    ACCOUNT,
    ENDPOINT,
    GROUP,
    REGION,
    RULE_EVENTS,
    VPC,
    configuration_of,
    event,
    item_with,
    message_with,
    parameters,
)


def resource_of(given) -> ChangedResource:
    return parse_event(given).resource


def test_a_change_names_its_rule_resource_vpc_place_and_times():
    invocation = parse_event(event("change-vpc-endpoint"))

    assert invocation.subject.name == "vpc-endpoint-available"
    assert invocation.config_rule == "vpcproof-vpc-endpoint-available"
    assert invocation.place == Place(ACCOUNT, REGION)
    assert invocation.resource == ChangedResource(
        type="AWS::EC2::VPCEndpoint", id=ENDPOINT, vpc_id=VPC
    )
    assert invocation.ordering_timestamp == datetime(2026, 11, 23, 2, 10, 10, 215_000, UTC)
    assert invocation.told_at == datetime(2026, 11, 23, 2, 10, 11, 904_000, UTC)
    assert not invocation.is_test


@pytest.mark.parametrize(
    "name", [name for name in RULE_EVENTS if name != "snapshot-delivery-completed"]
)
def test_every_event_file_is_an_invocation_of_the_rule_it_names(name):
    assert isinstance(parse_event(event(name)), Invocation)


def test_there_is_a_change_of_every_type_that_rules_judge():
    changes = (name for name in RULE_EVENTS if name.startswith("change-"))

    assert {resource_of(event(name)).type for name in changes} == set(ResourceType)


def test_an_instance_connect_endpoint_does_not_say_which_vpc_it_is_in():
    """Its body is that of the CloudFormation registry, which names the subnet alone."""
    assert resource_of(event("change-instance-connect-endpoint")).vpc_id is None


def test_the_vpc_of_a_vpc_is_itself_whatever_the_configuration_holds():
    assert resource_of(item_with(event("change-vpc"), configuration={})).vpc_id == VPC


def test_a_type_from_the_cloudformation_registry_spells_its_vpc_in_pascal_case():
    given = item_with(event("change-security-group"), configuration={"VpcId": "vpc-1"})

    assert resource_of(given).vpc_id == "vpc-1"


@pytest.mark.parametrize("configuration", [{}, {"vpcId": None}, [], "vpc-1"])
def test_a_configuration_without_a_vpc_leaves_it_open(configuration):
    given = item_with(event("change-security-group"), configuration=configuration)

    assert resource_of(given).vpc_id is None


def test_a_re_evaluation_is_ordered_by_when_it_was_sent_not_by_its_old_item():
    """Else its verdict would be older than that of a schedule since, and not be stored."""
    invocation = parse_event(event("re-evaluation-vpc-endpoint"))

    assert invocation.ordering_timestamp == datetime(2026, 11, 23, 4, 0, 0, 417_000, UTC)
    assert invocation.told_at == datetime(2026, 11, 23, 4, 0, 0, 417_000, UTC)


def test_row_142_an_oversized_item_is_known_by_its_summary():
    invocation = parse_event(event("oversized-security-group"))

    assert invocation.resource == ChangedResource(type="AWS::EC2::SecurityGroup", id=GROUP)
    assert invocation.ordering_timestamp == datetime(2026, 11, 23, 2, 10, 10, 215_000, UTC)
    assert invocation.told_at is None


def test_a_schedule_names_no_resource_and_is_ordered_by_its_notification():
    invocation = parse_event(event("scheduled"))

    assert invocation.resource is None
    assert invocation.ordering_timestamp == datetime(2026, 11, 23, 3, 0, 0, 103_000, UTC)


@pytest.mark.parametrize(
    ("name", "status"),
    [
        pytest.param("deleted-vpc-endpoint", "ResourceDeleted", id="row 137: deleted"),
        pytest.param(
            "deleted-vpc-endpoint",
            "ResourceDeletedNotRecorded",
            id="row 138: deleted and not recorded",
        ),
        pytest.param(
            "not-recorded-vpc-endpoint", "ResourceNotRecorded", id="row 138: not recorded"
        ),
    ],
)
def test_a_resource_that_is_gone_says_so(name, status):
    assert resource_of(item_with(event(name), configurationItemStatus=status)).gone


def test_row_139_a_resource_that_left_the_scope_is_gone_though_its_status_is_ok():
    assert "scope" in resource_of(event("left-scope-vpc-endpoint")).gone


@pytest.mark.parametrize("status", ["OK", "ResourceDiscovered"])
def test_a_resource_that_exists_is_not_gone(status):
    given = item_with(event("change-vpc-endpoint"), configurationItemStatus=status)

    assert resource_of(given).gone is None


@pytest.mark.parametrize(
    "given",
    [None, "", "{}", json.dumps({"rule": "vpc-endpoint-available"})],
    ids=["missing", "empty", "empty object", "the rule alone"],
)
def test_row_151_without_parameters_the_defaults_hold(given):
    invocation = parse_event(event("change-vpc-endpoint", ruleParameters=given))

    assert invocation.subject.name == "vpc-endpoint-available"
    assert invocation.parameters.pending_grace_minutes == 60


def test_row_151_a_config_rule_that_names_no_rule_anywhere_says_what_to_add():
    given = event("change-vpc-endpoint", ruleParameters="{}", configRuleName="network-check")

    with pytest.raises(InvocationError, match=r'network-check .*"rule"'):
        parse_event(given)


def test_row_151_a_number_is_given_as_text():
    given = event(
        "change-vpc-endpoint",
        ruleParameters=parameters("vpc-endpoint-available", pendingGraceMinutes="5"),
    )

    assert parse_event(given).parameters.pending_grace_minutes == 5


def test_row_151_an_unknown_parameter_is_refused_with_those_the_rule_takes():
    given = event(
        "change-vpc-endpoint",
        ruleParameters=parameters("vpc-endpoint-available", services="ssm"),
    )

    with pytest.raises(ParameterError, match=r"'services'; allowed here: pendingGraceMinutes"):
        parse_event(given)


def test_row_152_an_invalid_value_is_refused():
    given = event(
        "change-vpc",
        ruleParameters=parameters("vpc-ssm-endpoints-complete", requireEc2Messages="maybe"),
    )

    with pytest.raises(ParameterError, match=r"requireEc2Messages='maybe'.*auto, always, never"):
        parse_event(given)


def test_an_unknown_rule_is_refused_with_the_nearest_names():
    given = event("change-vpc-endpoint", ruleParameters=parameters("vpc-endpoint-avaliable"))

    with pytest.raises(UnknownRuleError, match="did you mean vpc-endpoint-available"):
        parse_event(given)


def test_row_157_an_unknown_message_is_ignored_whatever_else_the_event_says():
    given = event("snapshot-delivery-completed", ruleParameters="not even JSON")

    assert parse_event(given) == Ignored("ConfigurationSnapshotDeliveryCompleted")


def test_row_157_a_message_without_type_is_ignored():
    assert parse_event(message_with(event("scheduled"), messageType=None)) == Ignored("None")


def test_row_161_the_token_testmode_says_that_it_is_a_test():
    assert parse_event(event("test-mode-vpc-endpoint")).is_test


@pytest.mark.parametrize(
    "member", ["invokingEvent", "configRuleName", "configRuleArn", "resultToken"]
)
def test_an_event_without_what_it_needs_is_refused_by_name(member):
    with pytest.raises(InvocationError, match=f"no {member}|{member} of"):
        parse_event(event("change-vpc-endpoint", **{member: None}))


@pytest.mark.parametrize("member", ["resourceType", "resourceId"])
def test_an_item_without_what_it_needs_is_refused_by_name(member):
    with pytest.raises(InvocationError, match=member):
        parse_event(item_with(event("change-vpc-endpoint"), **{member: None}))


@pytest.mark.parametrize("text", ["[]", "{", "null", 7])
def test_a_message_that_is_no_json_object_is_refused(text):
    with pytest.raises(InvocationError, match="invokingEvent"):
        parse_event(event("change-vpc-endpoint", invokingEvent=text))


def test_a_change_without_item_is_refused():
    with pytest.raises(InvocationError, match="configurationItem"):
        parse_event(message_with(event("change-vpc-endpoint"), configurationItem=None))


def test_an_event_without_any_time_is_refused():
    given = message_with(event("scheduled"), notificationCreationTime=None)

    with pytest.raises(InvocationError, match="when it was made"):
        parse_event(given)


def test_a_time_that_is_none_is_refused():
    given = message_with(event("scheduled"), notificationCreationTime="yesterday")

    with pytest.raises(InvocationError, match="'yesterday'"):
        parse_event(given)


def test_a_time_without_zone_is_utc():
    given = message_with(event("scheduled"), notificationCreationTime="2026-11-23T03:00:00")

    assert parse_event(given).ordering_timestamp == datetime(2026, 11, 23, 3, tzinfo=UTC)


def test_the_event_files_hold_what_the_tests_say_they_hold():
    assert configuration_of(event("change-security-group"))["ipPermissions"] == []
