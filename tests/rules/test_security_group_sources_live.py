from typing import ClassVar

from vpcproof.model.facts import Fact
from vpcproof.model.security_group import GroupReference

from tests.networks import (
    OWNER,
    allow,
    allow_all,
    aws_prefix_list,
    endpoint,
    group,
    instance,
    judge,
    network,
    prefix_list,
    subnet,
    unread,
    vpc,
)
from tests.rules.situations import NA, NC, C, RuleTable, Situation, U

RULE = "security-group-sources-live"
GUARD = "sg-e"

home = subnet("subnet-a", "10.0.1.0/24")
BY_CARRIERS = {Fact.NETWORK_INTERFACES: U}
BY_LIST = {Fact.PREFIX_LISTS: U}


def peer(status="active", **others):
    known = {"owner_id": "123456789012", "vpc_id": "vpc-peer", "peering_connection_id": "pcx-1"}
    return GroupReference(group_id="sg-peer", peering_status=status, **{**known, **others})


def row(number, words, rules, expected, *mentions, beside=(), without=None):
    """An endpoint with the group sg-e of these rules, an instance with sg-app."""
    judged = network(
        home,
        instance("subnet-a", "10.0.1.10"),
        group("sg-app"),
        endpoint("ssm", groups=[GUARD]),
        group(GUARD, *rules),
        *beside,
    )
    return Situation(number, words, judged, GUARD, expected, mentions, {}, without or {})


class TestSecurityGroupSourcesLive(RuleTable):
    rule = RULE
    immaterial: ClassVar = {
        Fact.NETWORK_INTERFACES: "no rule in the row rests on who carries a group",
        Fact.PREFIX_LISTS: "no rule in the row names a list",
    }
    situations = (
        row("63", "a CIDR block", [allow(443, "10.0.0.0/16")], C, "exists and is carried"),
        row("82", "no rule at all", [], C),
        row("76", "a group that workloads carry", [allow(443, "sg-app")], C, without=BY_CARRIERS),
        row("77", "a group that nobody carries", [allow(443, "sg-idle")], NC,
            "sg-idle is carried by nobody", beside=[group("sg-idle")]),
        row("78", "a group that half of the workloads carry", [allow(443, "sg-app")], C,
            beside=[instance("subnet-a", "10.0.1.11", id="b", groups=["sg-web"])],
            without=BY_CARRIERS),
        row("79", "itself, carried by the endpoint alone", [allow_all(GUARD)], C,
            beside=[instance("subnet-a", "10.0.1.5", id="e", groups=[GUARD],
                             interface_type="vpc_endpoint")], without=BY_CARRIERS),
        row("80", "itself, carried by workloads", [allow_all(GUARD)], C,
            beside=[instance("subnet-a", "10.0.1.12", id="c", groups=[GUARD])],
            without=BY_CARRIERS),
        row("83", "the group of a peer VPC", [allow(443, peer())], C),
        row("83", "the group of another VPC of the account, over a transit gateway",
            [allow(443, peer(peering_connection_id=None, owner_id=OWNER))], C),
        row("83", "a group known to be of another VPC",
            [allow(443, "sg-far")], C, beside=[group("sg-far", vpc="vpc-far")]),
        row("83", "the group of another account in the VPC",
            [allow(443, peer(peering_connection_id=None, vpc_id="vpc-home"))], C),
        row("84", "the group of a peering that is gone", [allow(443, peer("deleted"))], NC,
            "sg-peer belongs to a peering that is deleted"),
        row("84", "a stale reference beside a live one", [allow(443, "10.0.0.0/16"),
            allow(443, peer("Deleted"))], NC),
        row("84", "a deleted group, its owner left out", [allow(443, "sg-gone")], NC,
            "sg-gone does not exist in the VPC"),
        row("84", "a deleted group of the account's own",
            [allow(443, GroupReference(group_id="sg-gone", owner_id=OWNER))], NC),
        row("85", "a list with entries", [allow(443, "pl-own")], C,
            beside=[prefix_list("pl-own", "10.0.0.0/16")], without=BY_LIST),
        row("86", "a list without entries", [allow(443, "pl-own")], NC,
            "pl-own is a prefix list without usable entries", beside=[prefix_list("pl-own")],
            without=BY_LIST),
        row("86", "a list that is being deleted", [allow(443, "pl-own")], NC,
            beside=[prefix_list("pl-own", "10.0.0.0/16", state="delete-in-progress")],
            without=BY_LIST),
        row("86", "a list whose creation failed", [allow(443, "pl-own")], NC,
            beside=[prefix_list("pl-own", "10.0.0.0/16", state="create-failed")], without=BY_LIST),
        row("87", "a shared list whose entries were not read", [allow(443, "pl-own")], U, "pl-own",
            beside=[prefix_list("pl-own", cidrs=None, owner_id="123456789012")]),
        row("88", "a list of AWS", [allow(443, "pl-s3")], NC, "of services and not of clients",
            beside=[aws_prefix_list("s3", "52.216.0.0/15")], without=BY_LIST),
        row("89", "on-premises addresses only", [allow(443, "192.168.0.0/16")], C),
        row("77", "interfaces were not read", [allow(443, "sg-app")], U, "sg-app",
            beside=[unread(Fact.NETWORK_INTERFACES)]),
        row("77", "interfaces were not read, and another source is dead",
            [allow(443, "sg-app"), allow(443, "sg-gone")], NC,
            beside=[unread(Fact.NETWORK_INTERFACES)]),
        row("28", "the VPC belongs to another account", [allow(443, "sg-gone")], NA,
            beside=[vpc(owner_id="444455556666")]),
    )  # fmt: skip


def test_a_group_that_no_endpoint_carries_has_nothing_to_answer_for():
    assert judge(RULE, "sg-app", network(group("sg-app", allow(443, "sg-gone")))).compliance is NA


def test_every_dead_source_is_named_once():
    dead = network(
        endpoint("ssm", groups=[GUARD]),
        group(GUARD, allow(443, "sg-gone"), allow(80, "sg-gone"), allow(443, peer("deleted"))),
    )
    assert [each.detail for each in judge(RULE, GUARD, dead).evidence] == [
        "sg-gone does not exist in the VPC",
        "sg-peer belongs to a peering that is deleted",
    ]
