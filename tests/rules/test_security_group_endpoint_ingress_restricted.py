from typing import ClassVar

import pytest
from vpcproof.model.facts import Fact
from vpcproof.model.security_group import GroupReference

from tests.networks import (
    allow,
    allow_all,
    aws_prefix_list,
    endpoint,
    gateway,
    group,
    judge,
    network,
    prefix_list,
    unread,
    vpc,
)
from tests.rules.situations import NA, NC, C, RuleTable, Situation, U

RULE = "security-group-endpoint-ingress-restricted"
GROUP = "sg-e"


def row(number, words, parts, expected, *mentions, without=None, **parameters):
    judged = network(*parts)
    return Situation(number, words, judged, GROUP, expected, mentions, parameters, without or {})


def with_rules(*rules):
    return endpoint("ssm", groups=[GROUP]), group(GROUP, *rules)


class TestSecurityGroupEndpointIngressRestricted(RuleTable):
    rule = RULE
    immaterial: ClassVar = {Fact.PREFIX_LISTS: "no rule in the row names a list"}
    situations = (
        row("63", "443 from the whole VPC", with_rules(allow(443, "10.0.0.0/16")), C),
        row(
            "63",
            "443 from every internal range",
            with_rules(
                allow(443, "10.0.0.0/8"),
                allow(443, "172.16.0.0/12"),
                allow(443, "192.168.0.0/16"),
                allow(443, "100.64.0.0/10"),
            ),
            C,
        ),
        row("76", "443 from a group", with_rules(allow(443, "sg-app")), C),
        row(
            "83",
            "443 from a group of a peer VPC",
            with_rules(allow(443, GroupReference(group_id="sg-peer", owner_id="123456789012"))),
            C,
        ),
        row("77", "no rule", with_rules(), C),
        row("90", "443 from 0.0.0.0/0", with_rules(allow(443, "0.0.0.0/0")), NC, "0.0.0.0/0"),
        row("90", "443 from ::/0", with_rules(allow(443, "::/0")), NC, "::/0"),
        row(
            "90",
            "443 from everywhere, which the parameter calls internal",
            with_rules(allow(443, "0.0.0.0/0")),
            C,
            internalCidrs="0.0.0.0/0",
        ),
        row(
            "90",
            "443 from both halves of the world",
            with_rules(allow(443, "0.0.0.0/1"), allow(443, "128.0.0.0/1")),
            NC,
            "and 1 more rules",
        ),
        row(
            "90",
            "everything is said first, whatever the order",
            with_rules(allow(443, "203.0.113.0/24"), allow(443, "0.0.0.0/0")),
            NC,
            "tcp 443 from 0.0.0.0/0: ",
            "and 1 more rules",
        ),
        row(
            "90",
            "443 from a foreign range",
            with_rules(allow(443, "203.0.113.0/24")),
            NC,
            "203.0.113.0",
        ),
        row(
            "90",
            "443 from a range of which a part is internal",
            with_rules(allow(443, "10.0.0.0/7")),
            NC,
            "11.0.0.0 is outside",
        ),
        row(
            "90",
            "443 from another internal range than the parameter's",
            with_rules(allow(443, "192.168.0.0/16")),
            NC,
            "192.168.0.0",
            internalCidrs="10.0.0.0/8",
        ),
        row(
            "-",
            "a VPC of public address space is internal to itself",
            (vpc("198.51.100.0/24"), with_rules(allow(443, "198.51.100.0/24"))),
            C,
        ),
        row(
            "-",
            "the IPv6 block of the VPC",
            (vpc("10.0.0.0/16", "2001:db8::/56"), with_rules(allow(443, "2001:db8::/56"))),
            C,
        ),
        row(
            "91",
            "ssh from everywhere beside a right 443",
            with_rules(allow(22, "0.0.0.0/0"), allow(443, "10.0.0.0/16")),
            NC,
            "tcp 22",
        ),
        row("91", "ssh from a group", with_rules(allow(22, "sg-app")), NC, "serves 443 only"),
        row(
            "73", "tcp 400-500", with_rules(allow((400, 500), "10.0.0.0/16")), NC, "serves 443 only"
        ),
        row("71", "all protocols", with_rules(allow_all("10.0.0.0/16")), NC, "serves 443 only"),
        row("74", "udp 443", with_rules(allow(443, "10.0.0.0/16", "udp")), NC, "TCP only"),
        row("74", "icmp", with_rules(allow((-1, -1), "10.0.0.0/16", "icmp")), NC, "TCP only"),
        row("75", "protocol 50", with_rules(allow(None, "10.0.0.0/16", "50")), NC, "TCP only"),
        row("72", "protocol 6", with_rules(allow(443, "10.0.0.0/16", "6")), C),
        row("80", "the default group", with_rules(allow_all(GROUP)), NC),
        row(
            "85",
            "a customer's prefix list of internal ranges",
            (prefix_list("pl-apps", "10.0.1.0/24"), with_rules(allow(443, "pl-apps"))),
            C,
            without={Fact.PREFIX_LISTS: U},
        ),
        row(
            "85",
            "a customer's prefix list with a foreign range",
            (
                prefix_list("pl-apps", "10.0.1.0/24", "203.0.113.0/24"),
                with_rules(allow(443, "pl-apps")),
            ),
            NC,
            "203.0.113.0",
        ),
        row(
            "86",
            "a prefix list that is being deleted",
            (
                prefix_list("pl-apps", "203.0.113.0/24", state="delete-in-progress"),
                with_rules(allow(443, "pl-apps")),
            ),
            C,
            without={Fact.PREFIX_LISTS: U},
        ),
        row(
            "87",
            "a prefix list that may not be read",
            (unread(Fact.PREFIX_LISTS), with_rules(allow(443, "pl-apps"))),
            U,
            "pl-apps",
        ),
        row(
            "87",
            "a prefix list that may not be read, for a wrong port",
            (unread(Fact.PREFIX_LISTS), with_rules(allow(22, "pl-apps"))),
            NC,
        ),
        row(
            "88",
            "AWS's list of S3",
            (aws_prefix_list("s3", "52.216.0.0/15"), with_rules(allow(443, "pl-s3"))),
            NC,
            "52.216.0.0",
        ),
        row(
            "88",
            "AWS's list of S3, whose entries were not read",
            (prefix_list("pl-s3", owner_id="AWS", cidrs=None), with_rules(allow(443, "pl-s3"))),
            U,
        ),
        row(
            "-",
            "two endpoints with different ports",
            (
                endpoint("ssm", groups=[GROUP]),
                endpoint("cassandra", groups=[GROUP]),
                group(GROUP, allow(443, "10.0.0.0/16"), allow(9142, "10.0.0.0/16")),
            ),
            C,
            "443, 9142",
        ),
        row("156", "a group that no endpoint carries", (group(GROUP, allow(22, "0.0.0.0/0")),), NA),
        row("37", "a gateway endpoint has no group", (gateway(groups=[GROUP]), group(GROUP)), NA),
    )


@pytest.mark.parametrize(
    "rules",
    [
        [allow(443, "sg-e"), allow(443, "0.0.0.0/0")],
        [allow(443, "0.0.0.0/0"), allow(443, "sg-e")],
    ],
    ids=["itself first", "itself last"],
)
def test_a_rule_for_itself_excuses_none_that_follows(rules):
    """Checkov's port check passes a group whose first rule names the group itself."""
    assert judge(RULE, GROUP, network(*with_rules(*rules))).compliance is NC


def test_a_port_within_a_range_is_seen():
    """Guard's registry looks for port 22 by equality and misses 0-65535."""
    everything = network(*with_rules(allow((0, 65535), "0.0.0.0/0")))
    assert judge(RULE, GROUP, everything).compliance is NC


def test_every_group_is_judged_by_itself():
    """Config's default-policy rule lets the last of several endpoints decide for all."""
    two = network(
        endpoint("ssm", groups=["sg-open"]),
        endpoint("kms", groups=["sg-tight"]),
        group("sg-open", allow(443, "0.0.0.0/0")),
        group("sg-tight", allow(443, "10.0.0.0/16")),
    )
    assert judge(RULE, "sg-open", two).compliance is NC
    assert judge(RULE, "sg-tight", two).compliance is C
