"""Events of the remediate function: those it takes, and the words in which others are refused."""

import pytest
from vpcproof.aws.place import Place
from vpcproof.aws.repair.request import Action, parse_request
from vpcproof.errors import InvocationError, UnknownRuleError
from vpcproof.model.resource_type import ResourceType

from tests.aws.events import ACCOUNT, COMPLIANCE_CHANGES, GROUP, REGION, REPAIR_REQUESTS, VPC, event

HERE = Place(ACCOUNT, REGION)


@pytest.mark.parametrize("name", REPAIR_REQUESTS)
def test_the_request_of_every_event_file_is_understood(name):
    request = parse_request(event(name), HERE)
    assert request.action.value == event(name)["action"]
    assert (request.target is None) == (request.action is Action.UNDO)


def test_of_all_changes_of_compliance_only_a_finding_asks_for_a_repair():
    asked = {name for name in COMPLIANCE_CHANGES if parse_request(event(name), HERE)}
    assert asked == {"compliance-change-non-compliant", "compliance-change-first-evaluation"}


def test_a_finding_asks_for_the_repair_of_what_its_rule_finds():
    request = parse_request(event("compliance-change-non-compliant"), HERE)
    assert request.action is Action.REPAIR
    assert (request.target.resource_type, request.target.resource_id) == (
        ResourceType.SECURITY_GROUP,
        GROUP,
    )
    assert request.rules == ("security-group-admits-endpoint-clients",)


def test_a_finding_of_a_whole_resource_type_asks_for_all_rules_of_the_type():
    found = event("compliance-change-non-compliant")
    found["detail"]["configRuleName"] = "vpcproof-security-groups"
    request = parse_request(found, HERE)
    assert request.rule == "AWS::EC2::SecurityGroup"
    assert "security-group-sources-live" in request.rules
    assert len(request.rules) == 4


def test_a_request_without_a_rule_is_about_all_of_them():
    assert parse_request({"action": "plan", "vpcId": VPC, "rule": ""}, HERE).rules == ()


@pytest.mark.parametrize("here", [Place("999988887777", REGION), Place(ACCOUNT, "eu-west-1")])
def test_a_finding_of_another_account_or_region_is_refused(here):
    with pytest.raises(InvocationError, match="this function repairs account"):
        parse_request(event("compliance-change-non-compliant"), here)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "neither a Config Rules Compliance Change"),
        ({"detail-type": "Scheduled Event"}, "neither a Config Rules Compliance Change"),
        ({"action": "destroy"}, "'destroy' is none of plan, apply, ask, expire, undo"),
        ({"action": "repair", "vpcId": VPC}, "'repair' is none of"),
        ({"action": ["plan"]}, "no action"),
        ({"action": "plan"}, "names neither vpcId nor resourceType and resourceId"),
        ({"action": "plan", "vpcId": "vpce-0b2c3d4e5f6071829"}, "vpcId of the event cannot be"),
        ({"action": "plan", "vpcId": ACCOUNT}, "vpcId of the event cannot be"),
        ({"action": "plan", "vpcId": f"{VPC}\n"}, "vpcId of the event cannot be"),
        ({"action": "plan", "vpcId": {"a": 1}}, "no vpcId"),
        ({"action": "plan", "vpcId": VPC, "planID": "x"}, "and not planID"),
        ({"action": "apply", "vpcId": VPC, "planId": "../x"}, "planId of the event cannot be"),
        ({"action": "apply", "resourceType": "AWS::S3::Bucket", "resourceId": "b"}, "none of AWS"),
        (
            {"action": "apply", "resourceType": "AWS::EC2::VPC", "resourceId": "sg-0a1b2c3d"},
            "not the id of an AWS::EC2::VPC",
        ),
        (
            {"action": "apply", "resourceType": "AWS::EC2::Subnet", "resourceId": "; rm -rf"},
            "not the id of an AWS::EC2::Subnet",
        ),
        ({"action": "ask", "vpcId": VPC, "planId": "0123456789ab"}, "no taskToken"),
        (
            {"action": "ask", "vpcId": VPC, "planId": "0123456789ab", "taskToken": "a b"},
            "taskToken of the event cannot be",
        ),
        (
            {"action": "expire", "vpcId": VPC, "planId": "0123456789ab", "reason": "bored"},
            "reason of the event cannot be 'bored'",
        ),
        ({"action": "undo"}, "no runId"),
        ({"action": "undo", "runId": "../../etc"}, "runId of the event cannot be"),
    ],
)
def test_anything_else_is_refused_and_the_fault_is_named(given, words):
    with pytest.raises(InvocationError, match=words):
        parse_request(given, HERE)


def test_181_a_resource_that_is_not_judged_is_no_resource_to_repair():
    found = event("compliance-change-non-compliant")
    found["detail"] |= {"resourceType": "AWS::::Account", "resourceId": ACCOUNT}
    with pytest.raises(InvocationError, match="none of AWS::EC2"):
        parse_request(found, HERE)


def test_an_unknown_rule_is_refused():
    with pytest.raises(UnknownRuleError):
        parse_request({"action": "plan", "vpcId": VPC, "rule": "make-it-so"}, HERE)
