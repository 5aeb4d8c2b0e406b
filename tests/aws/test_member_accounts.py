"""Rules of other accounts: answered for members only, with the member's credentials and facts."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta

import pytest
from vpcproof.aws.member_accounts import MemberAccounts, Membership
from vpcproof.errors import InvocationError

from tests.aws.conftest import build_network
from tests.aws.events import ACCOUNT, ENDPOINT, REGION, VPC, event
from tests.aws.fake_config import FakeConfig, client, silent

MEMBER = "444455556666"
STRANGER = "777788889999"
RULE = f"arn:aws:config:{REGION}:{MEMBER}:config-rule/config-rule-1a2b3c"
NAMED = Membership(accounts=frozenset({MEMBER}), role_name="vpcproof-member")


def calling(number, client):
    """Let moto take the calls of a client, from now on, for calls in one account."""

    def enter(**_):
        os.environ["MOTO_ACCOUNT_ID"] = number

    client.meta.events.register("before-call.*.*", enter)
    return client


@pytest.fixture(autouse=True)
def two_accounts(account):
    """Calls of the function's own clients are of its own account again."""
    calling(ACCOUNT, account.ec2)


class MemberSide:
    """What the assumed role's clients did."""

    def __init__(self):
        self.config = FakeConfig()
        self.credentials = []

    def clients_of(self, session):
        self.credentials.append(session.get_credentials().access_key)
        ec2 = silent(calling(MEMBER, client("ec2")), "DescribeVpcEndpointServices")
        return {"config": self.config.client, "ec2": ec2}.__getitem__


@pytest.fixture
def member():
    return MemberSide()


@pytest.fixture
def central(account, member):
    """The central account, whose function answers for the member as well."""

    def admit(membership=NAMED):
        account.tools = replace(
            account.tools,
            members=MemberAccounts(
                membership, account.clients, lambda: account.now, member.clients_of
            ),
        )
        return account

    return admit


@pytest.fixture
def far(account):
    """A network in the member account, by the ids that the event files are about."""
    network = build_network(calling(MEMBER, client("ec2")))
    return {VPC: network.vpc, ENDPOINT: network.endpoint}


def test_row_158_a_member_is_judged_by_its_facts_and_told_with_its_credentials(
    central, member, far
):
    here = central()

    here.handle(event("change-vpc-endpoint", far, configRuleArn=RULE, accountId=MEMBER))

    assert member.config.verdicts == {far[ENDPOINT]: "COMPLIANT"}
    assert here.config.calls == []
    assert here.described == []


def test_row_160_the_role_is_that_of_the_parameter_whatever_the_event_names(central, member, far):
    here = central()
    asked = []
    here.clients("sts").meta.events.register(
        "provide-client-params.sts.AssumeRole", lambda params, **_: asked.append(params)
    )

    slr = (
        f"arn:aws:iam::{MEMBER}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
    )
    here.handle(event("change-vpc-endpoint", far, configRuleArn=RULE, executionRoleArn=slr))

    (request,) = asked
    assert request["RoleArn"] == f"arn:aws:iam::{MEMBER}:role/vpcproof-member"
    assert request["ExternalId"] == "vpcproof"


@pytest.mark.parametrize(
    "membership",
    [
        Membership(),
        Membership(accounts=frozenset({STRANGER}), role_name="vpcproof-member"),
        Membership(
            accounts=frozenset({STRANGER}), organization_id="o-example", role_name="vpcproof-member"
        ),
        Membership(accounts=frozenset({MEMBER}), role_name=""),
    ],
    ids=["nobody", "others only", "others only, though in the organisation", "no role"],
)
def test_row_159_no_role_is_assumed_for_an_account_that_is_not_admitted(central, far, membership):
    here = central(membership)

    with pytest.raises(InvocationError, match="which may not judge there"):
        here.handle(event("change-vpc-endpoint", far, configRuleArn=RULE))

    assert here.made == set()


def test_an_organisation_admits_its_accounts_by_their_own_trust(central, member, far):
    central(Membership(organization_id="o-example", role_name="vpcproof-member")).handle(
        event("change-vpc-endpoint", far, configRuleArn=RULE)
    )

    assert member.config.verdicts == {far[ENDPOINT]: "COMPLIANT"}


def test_another_region_of_a_member_is_refused(central, far):
    here = central()
    elsewhere = RULE.replace(REGION, "eu-west-1")

    with pytest.raises(InvocationError, match="which may not judge there"):
        here.handle(event("change-vpc-endpoint", far, configRuleArn=elsewhere))

    assert here.made == set()


def test_a_session_serves_until_shortly_before_it_ends(central, member, far):
    here = central()
    for _ in range(2):
        here.handle(event("change-vpc-endpoint", far, configRuleArn=RULE))
    assert len(member.credentials) == 1

    here.now += timedelta(days=36500)
    here.handle(event("change-vpc-endpoint", far, configRuleArn=RULE))
    assert len(member.credentials) == 2


def test_facts_of_a_member_never_serve_the_central_account(central, member, far, network):
    here = central()
    here.handle(event("change-vpc-endpoint", far, configRuleArn=RULE))
    here.handle(event("change-vpc-endpoint", far))

    assert here.config.verdicts == {far[ENDPOINT]: "NOT_APPLICABLE"}


def test_settings_come_from_the_environment_of_the_function(monkeypatch):
    monkeypatch.setenv("ALLOWED_ACCOUNTS", f"{MEMBER}, {ACCOUNT}")
    monkeypatch.setenv("ORGANIZATION_ID", "o-example")
    monkeypatch.setenv("MEMBER_ROLE_NAME", "reader")

    assert Membership.of_environment() == Membership(
        frozenset({MEMBER, ACCOUNT}), "o-example", "reader"
    )


def test_without_settings_nobody_is_a_member(monkeypatch):
    for name in ("ALLOWED_ACCOUNTS", "ORGANIZATION_ID", "MEMBER_ROLE_NAME"):
        monkeypatch.delenv(name, raising=False)

    assert not Membership.of_environment().admits(MEMBER)
