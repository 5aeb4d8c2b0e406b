"""Each function may do what it does, and nothing else: its calls against its role, both ways.

Which actions know resources is read from the Service Authorization Reference as cfn-lint carries
it: https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

import json
from functools import cache
from importlib.resources import files

import pytest
from cfnlint.decode.cfn_yaml import load
from vpcproof.aws.config_event import TEST_MODE_TOKEN
from vpcproof.finding.asff import product_arn
from vpcproof.finding.identity import Origin
from vpcproof.model.resource_type import ResourceType
from vpcproof.rules.registry import all_rules

from tests.aws.events import (
    COMPLIANCE_CHANGES,
    QUEUED_CHANGES,
    RULE_EVENTS,
    batch,
    event,
    parameters,
)
from tests.facts.fake_aws import refusal
from tests.security.iam import Request, Role
from tests.security.recording import RecordingAws
from tests.template.conftest import ROOT
from tests.template.intrinsics import Evaluator

MEMBER = "444455556666"
ACCOUNTS = {"AllowedAccounts": f"123456789012,{MEMBER}"}
ORGANIZATION = {"OrganizationId": "o-exampleorgid"}
READERS = ("EvaluateRole", "ReevaluateRole", "NotifyRole")
ROLES = (*READERS, "RemediateRole", "ApprovalRole", "RemediationDocumentRole")
# What AWS does in the name of the role, where a function itself makes no call: Lambda writes its
# log, keeps the events it gives up and takes messages from queues, and SNS encrypts messages.
# https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
# https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
# https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
LOGS = {"logs:CreateLogStream", "logs:PutLogEvents"}
TAKES = {"sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"}
BY_AWS = {
    "EvaluateRole": LOGS | {"sqs:SendMessage"},
    "ReevaluateRole": LOGS | TAKES,
    "NotifyRole": LOGS | TAKES | {"kms:Decrypt", "kms:GenerateDataKey*"},
}
# Actions that know resources and are permitted on all, and why.
FACTS_ON_ALL = {
    "ec2:DescribeVpcAttribute": "every VPC of the account is asked about",
    "ec2:GetManagedPrefixListEntries": "AWS and other accounts own some of the lists in use",
    "ec2:SearchTransitGatewayRoutes": "every route table of the account is asked about",
    "route53:ListResourceRecordSets": "the ARN of a zone says nothing of its account or VPC",
}
ON_ALL = {
    "EvaluateRole": FACTS_ON_ALL,
    "RemediateRole": FACTS_ON_ALL
    | {"route53:AssociateVPCWithHostedZone": "AWS owns the zone, and makes it with the endpoint"},
}


@pytest.fixture(scope="module")
def resources():
    return load(str(ROOT / "template.yaml"))["Resources"]


@pytest.fixture(scope="module")
def statements(resources):
    """The statements of a role that every deployment has."""

    def of(role):
        return [
            statement
            for policy in resources[role]["Properties"]["Policies"]
            for statement in policy["PolicyDocument"]["Statement"]
        ]

    return of


def permitted(statement):
    actions = statement["Action"]
    return {actions} if isinstance(actions, str) else set(actions)


def resources_of(action):
    """The kinds of resources that an action knows, by the Service Authorization Reference."""
    service, _, name = action.partition(":")
    return _reference()[service]["Actions"][name.lower()].get("Resources", [])


@cache
def _reference():
    text = (files("cfnlint") / "data/AdditionalSpecs/Policies.json").read_text()
    services = json.loads(text)
    for service in services.values():
        service["Actions"] = {name.lower(): each for name, each in service["Actions"].items()}
    return services


def every_event():
    """Every kind of event, then a schedule of each rule and each type: so every fact is read."""
    for name in RULE_EVENTS:
        yield event(name)
    for subject in (*all_rules(), *ResourceType):
        yield event("scheduled", ruleParameters=parameters(subject))


def evaluated():
    aws = RecordingAws()
    for each in every_event():
        aws.evaluate(each)
    return aws.actions


def evaluated_for_a_member():
    """What is called in the own account, and what in the member's; tests are of no account."""
    own, theirs = RecordingAws(), RecordingAws()
    for each in every_event():
        if each["resultToken"] != TEST_MODE_TOKEN:
            own.evaluate(each, theirs)
    return own.actions, theirs.actions


def evaluated_where_nothing_is_left():
    aws = RecordingAws(
        DescribeSecurityGroups=refusal("InvalidGroup.NotFound"), DescribeVpcEndpoints={}
    )
    for name in RULE_EVENTS:
        aws.evaluate(event(name))
    return aws.actions


def notified():
    aws = RecordingAws()
    aws.notify(batch(*map(event, COMPLIANCE_CHANGES)))
    return aws.actions


def reevaluated():
    aws = RecordingAws()
    aws.reevaluate(event(QUEUED_CHANGES))
    return aws.actions


CALLED = {"EvaluateRole": evaluated, "ReevaluateRole": reevaluated, "NotifyRole": notified}
TAKEN_BY = {
    "ApprovalRole": "states.amazonaws.com",
    "RemediationDocumentRole": "ssm.amazonaws.com",
}


@pytest.mark.parametrize("role", READERS)
def test_what_a_function_calls_is_what_its_role_permits_nothing_missing_nothing_unused(
    statements, role
):
    allowed = set().union(*map(permitted, statements(role)))

    assert CALLED[role]() == allowed - BY_AWS[role]
    assert BY_AWS[role] <= allowed


def test_rules_of_other_accounts_take_one_permission_and_all_else_is_done_by_their_role(resources):
    own, theirs = evaluated_for_a_member()
    added = resources["EvaluateMembers"]["Properties"]
    member = load(str(ROOT / "organization/member-role.yaml"))["Resources"]["MemberRole"]
    policies = [each["PolicyDocument"] for each in member["Properties"]["Policies"]]
    may = set().union(*(permitted(each) for policy in policies for each in policy["Statement"]))

    assert own == permitted(added["PolicyDocument"]["Statement"][0]) == {"sts:AssumeRole"}
    assert added["Roles"] == [{"Ref": "EvaluateRole"}]
    assert theirs == may == evaluated()


@pytest.mark.parametrize(
    ("chosen", "role", "context", "allowed"),
    [
        (ACCOUNTS, "vpcproof-member", {}, True),
        (ACCOUNTS, "admin", {}, False),
        (ACCOUNTS, "vpcproof-member", {"aws:ResourceAccount": "777788889999"}, False),
        (ORGANIZATION, "vpcproof-member", {}, True),
        (ORGANIZATION, "vpcproof-member", {"aws:ResourceOrgID": "o-other00000"}, False),
        (ACCOUNTS | ORGANIZATION, "vpcproof-member", {"aws:ResourceOrgID": "o-other00000"}, False),
        ({}, "vpcproof-member", {}, False),
    ],
)
def test_the_evaluate_role_assumes_the_role_by_its_name_in_the_accounts_named_only(
    chosen, role, context, allowed
):
    template = load(str(ROOT / "template.yaml"))
    asked = Request(
        "sts:AssumeRole",
        f"arn:aws:iam::{MEMBER}:role/{role}",
        {"aws:ResourceAccount": MEMBER, "aws:ResourceOrgID": "o-exampleorgid", **context},
    )

    assert Role(template, "EvaluateRole", Evaluator(template, chosen)).allows(asked) is allowed


def test_findings_are_imported_with_one_permission_on_one_product_where_they_are_switched_on(
    resources,
):
    aws = RecordingAws()
    aws.notify(batch(*map(event, COMPLIANCE_CHANGES)), to_security_hub=True)
    added = resources["NotifySecurityHub"]
    (statement,) = added["Properties"]["PolicyDocument"]["Statement"]

    assert aws.actions == notified() | permitted(statement)
    assert added["Properties"]["Roles"] == [{"Ref": "NotifyRole"}]
    template = load(str(ROOT / "template.yaml"))
    switched = {each: Evaluator(template, {"SecurityHub": each}) for each in ("true", "false")}
    assert switched["true"].holds(added["Condition"])
    assert not switched["false"].holds(added["Condition"])
    product = switched["true"].value(statement["Resource"])
    assert product == "arn:aws:securityhub:us-east-1:111122223333:product/111122223333/default"
    assert product == product_arn(Origin(account="111122223333", region="us-east-1"))
    assert resources_of("securityhub:BatchImportFindings")


def test_an_account_where_everything_vanished_meanwhile_is_asked_for_nothing_else(statements):
    allowed = set().union(*map(permitted, statements("EvaluateRole")))

    assert evaluated_where_nothing_is_left() <= allowed


@pytest.mark.parametrize("role", ROLES)
def test_no_statement_permits_every_action_or_all_but_some(statements, role):
    for statement in statements(role):
        assert statement["Effect"] == "Allow" or statement["Sid"] == "LeaveAlone"
        assert not {"NotAction", "NotResource"} & set(statement)
        for action in permitted(statement):
            assert "*" not in action.removesuffix("GenerateDataKey*"), action


@pytest.mark.parametrize("role", ROLES)
def test_only_what_knows_no_resource_is_permitted_on_all(statements, role):
    on_all = set().union(
        *(
            permitted(each)
            for each in statements(role)
            if each["Effect"] == "Allow" and "*" in json.dumps(each["Resource"])[:3]
        )
    )
    known = {action for action in on_all if resources_of(action)}

    assert known == ON_ALL.get(role, {}).keys()


@pytest.mark.parametrize("role", ROLES)
def test_a_resource_is_one_that_its_actions_know(statements, role):
    for statement in statements(role):
        for action in permitted(statement) if statement["Resource"] != "*" else ():
            assert action.endswith("*") or resources_of(action), action


@pytest.mark.parametrize("role", ["NotifyRole", "RemediateRole"])
def test_the_key_is_used_by_way_of_the_topics_service_only(statements, role):
    for statement in statements(role):
        if any(action.startswith("kms:") for action in permitted(statement)):
            assert list(statement["Condition"]["StringLike"]) == ["kms:ViaService"]


@pytest.mark.parametrize("role", ROLES)
def test_one_service_takes_the_role_and_no_policy_of_others_adds_to_it(resources, role):
    properties = resources[role]["Properties"]
    (trust,) = properties["AssumeRolePolicyDocument"]["Statement"]
    service = TAKEN_BY.get(role, "lambda.amazonaws.com")

    assert trust["Principal"] == {"Service": service}
    assert "ManagedPolicyArns" not in properties


@pytest.mark.parametrize("role", TAKEN_BY)
def test_a_service_takes_a_role_for_this_account_only(resources, role):
    (trust,) = resources[role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]

    assert trust["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    assert list(trust["Condition"]["ArnLike"]) == ["aws:SourceArn"]


@pytest.mark.parametrize("role", TAKEN_BY)
def test_who_starts_repairs_may_do_no_more_than_invoke_the_function(statements, role):
    may = {each["Sid"]: each for each in statements(role) if each["Sid"] != "DeliverLogs"}

    assert list(may) == ["InvokeRemediate"]
    assert may["InvokeRemediate"]["Action"] == "lambda:InvokeFunction"
    assert may["InvokeRemediate"]["Resource"] == {"Fn::GetAtt": ["RemediateFunction", "Arn"]}


def test_whoever_may_invoke_a_function_is_named_by_account_or_by_rule(resources):
    """A service acts for whoever asks it to: without one of the two, that is everybody."""
    for name, resource in resources.items():
        if resource["Type"] == "AWS::Lambda::Permission":
            properties = resource["Properties"]
            assert {"SourceAccount", "SourceArn"} & set(properties), name
            assert properties["Principal"].endswith(".amazonaws.com"), name
            assert properties["Action"] == "lambda:InvokeFunction", name
