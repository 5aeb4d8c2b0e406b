from dataclasses import replace
from typing import ClassVar

import pytest
from vpcproof.model.facts import NOT_DECLARED, Fact, Gap

from tests.networks import (
    allow,
    allow_all,
    aws_prefix_list,
    endpoint,
    gateway,
    group,
    instance,
    judge,
    main_table,
    prefix_list,
    reaching,
    route,
    standing,
    subnet,
    table,
    to_gateway,
    vpc,
    without,
)
from tests.rules.situations import NA, NC, C, RuleTable, Situation, U

RULE = "security-group-egress-reaches-endpoints"
APP = "sg-app"

gone = (endpoint("ssm", state="deleted"), endpoint("ssmmessages", state="deleted"))
s3 = (*gone, gateway(), aws_prefix_list("s3", "52.216.0.0/15"), main_table(to_gateway("s3")))
s3_unread = (*gone, gateway(), main_table(to_gateway("s3")))


def out(*rules):
    return group(APP, egress=rules)


def row(number, words, parts, expected, *mentions, resource=APP, without=None, **parameters):
    judged = reaching(*parts)
    return Situation(number, words, judged, resource, expected, mentions, parameters, without or {})


class TestSecurityGroupEgressReachesEndpoints(RuleTable):
    rule = RULE
    immaterial: ClassVar = {
        Fact.ROUTE_TABLES: "no gateway endpoint in the row",
        Fact.PREFIX_LISTS: "no rule in the row needs a list's entries",
        Fact.NETWORK_INTERFACES: "what lets everything out does so whoever carries it",
    }
    situations = (
        row("2", "everything allowed", [], C, "every endpoint they use"),
        row("92", "no egress rule", [out()], NC,
            "no egress rule of sg-app allows tcp 443 to 10.0.9.5 (vpce-ssm)", "(and 1 more)"),
        row("93", "egress to the endpoints' group", [out(allow(443, "sg-endpoint"))], C),
        row("93", "egress to a group that no endpoint carries", [out(allow(443, "sg-x"))], NC),
        row("93", "egress to one of two endpoints' groups", [out(allow(443, "sg-endpoint")),
            standing("ssm", ("subnet-e", "10.0.9.5"), groups=["sg-other"])], NC, "vpce-ssm"),
        row("92", "egress to the VPC", [out(allow(443, "10.0.0.0/16"))], C),
        row("92", "egress to another range", [out(allow(443, "10.1.0.0/16"))], NC),
        row("92", "egress to one of two interfaces", [out(allow(443, "10.0.9.0/24")),
            subnet("subnet-f", "10.0.8.0/24"),
            standing("ssm", ("subnet-e", "10.0.9.5"), ("subnet-f", "10.0.8.5"))], NC, "10.0.8.5"),
        row("74", "egress by UDP", [out(allow(443, "0.0.0.0/0", "udp"))], NC),
        row("71", "egress of all traffic", [out(allow_all("10.0.0.0/8"))], C),
        row("85", "egress to a list", [out(allow(443, "pl-own")), prefix_list("pl-own",
            "10.0.9.0/24")], C, without={Fact.PREFIX_LISTS: U}),
        row("87", "egress to a list whose entries were not read", [out(allow(443, "pl-own"))], U,
            "pl-own"),
        row("97", "no egress to port 53", [out(allow(443, "10.0.9.0/24"))], C),
        row("92", "another group of the same instance lets out",
            [out(), group("sg-more", egress=(allow_all("0.0.0.0/0"),)),
             instance("subnet-a", "10.0.1.10", groups=[APP, "sg-more"])], C),
        row("95", "S3 by gateway, egress to the VPC only", [s3, out(allow(443, "10.0.0.0/16"))], NC,
            "allows tcp 443 to 52.216.0.0 (pl-s3)", without={Fact.ROUTE_TABLES: U}),
        row("96", "S3 by gateway, egress to its list", [s3, out(allow(443, "pl-s3"))], C,
            without={Fact.ROUTE_TABLES: U, Fact.PREFIX_LISTS: C}),
        row("96", "S3 by gateway, egress to its ranges", [s3, out(allow(443, "52.216.0.0/15"))], C,
            without={Fact.ROUTE_TABLES: U, Fact.PREFIX_LISTS: U}),
        row("96", "S3 by gateway, egress everywhere, its list unread",
            [s3_unread, out(allow(443, "0.0.0.0/0"))], C, without={Fact.ROUTE_TABLES: U}),
        row("95", "S3 by gateway, egress to some public range, its list unread",
            [s3_unread, out(allow(443, "52.0.0.0/8"))], U, "pl-s3"),
        row("95", "S3 by gateway, egress to private ranges, its list unread",
            [s3_unread, out(allow(443, "10.0.0.0/8"))], NC, without={Fact.ROUTE_TABLES: U}),
        row("109", "S3 by gateway, but the table lacks the route",
            [*gone, gateway(), out(allow(443, "10.0.0.0/16"))], NA, "use no endpoint"),
        row("59", "S3 for the inbound resolver only: nobody here is led to it",
            [*gone, standing("s3", ("subnet-e", "10.0.9.7"), inbound_resolver_only=True), out()],
            NA),
        row("47", "endpoints without private DNS are not used by default names",
            [standing("ssm", ("subnet-e", "10.0.9.5"), private_dns=False),
             standing("ssmmessages", ("subnet-e", "10.0.9.6"), private_dns=False), out()], NA),
        row("34", "endpoints that failed are used by nobody",
            [endpoint("ssm", state="failed"), endpoint("ssmmessages", state="failed"), out()], NA),
        row("41", "private services are their providers' business",
            [*gone, standing("com.amazonaws.vpce.us-east-1.vpce-svc-0a", ("subnet-e", "10.0.9.7"),
             id="vpce-p"), out()], NA),
        row("27", "functions need no endpoint of Systems Manager",
            [out(), instance("subnet-a", "10.0.1.10", instance_id=None, interface_type="lambda")],
            NA),
        row("27", "functions, all workloads count",
            [out(), instance("subnet-a", "10.0.1.10", instance_id=None, interface_type="lambda")],
            NC, ssmWorkloads="all"),
        row("27", "functions use the endpoint for logs",
            [out(), standing("logs", ("subnet-e", "10.0.9.7")),
             instance("subnet-a", "10.0.1.10", instance_id=None, interface_type="lambda")], NC,
            "vpce-logs"),
        row("156", "a group that no workload carries", [group("sg-idle")], NA,
            "no workload carries", resource="sg-idle"),
        row("82", "the endpoints' own group needs no egress", [], NA, resource="sg-endpoint"),
        row("70", "a dual-stack endpoint, workloads without IPv6",
            [out(allow(443, "10.0.0.0/16")), vpc("10.0.0.0/16", "2001:db8::/56"),
             subnet("subnet-e", "10.0.9.0/24", "2001:db8:0:9::/64"),
             standing("ssm", ("subnet-e", "10.0.9.5", "2001:db8:0:9::5"),
                      ip_address_type="dualstack")], C),
        row("28", "the VPC belongs to another account", [vpc(owner_id="444455556666")], NA),
    )  # fmt: skip


def test_a_subnet_that_was_not_read_is_not_asked_about():
    stray = reaching(instance("subnet-unseen", "10.0.3.10", groups=["sg-stray"], id="s"),
                     group("sg-stray"))  # fmt: skip
    assert judge(RULE, "sg-stray", stray).compliance is NA


@pytest.mark.parametrize("aside", [True, False])
def test_the_table_of_each_subnet_decides_on_gateway_endpoints(aside):
    routes = (to_gateway("s3"),) if aside else ()
    both = reaching(*s3, table("rtb-a", *routes, route("10.9.0.0/16", "tgw-1"),
                               subnets=["subnet-a"]), out(allow(443, "10.0.0.0/16")))  # fmt: skip
    assert judge(RULE, APP, both).compliance is (NC if aside else NA)


@pytest.mark.parametrize(
    ("rules", "blocks", "expected"),
    [
        ([allow_all("0.0.0.0/0")], ["10.0.0.0/16"], C),
        ([allow_all("0.0.0.0/0")], ["10.0.0.0/16", "2001:db8::/56"], U),
        ([allow_all("0.0.0.0/0"), allow_all("::/0")], ["10.0.0.0/16", "2001:db8::/56"], C),
        ([allow(443, "0.0.0.0/0")], ["10.0.0.0/16"], U),
        ([allow_all("10.0.0.0/16")], ["10.0.0.0/16"], U),
        ([], ["10.0.0.0/16"], U),
    ],
)
def test_without_interfaces_only_a_group_that_lets_everything_out_is_enough(
    rules, blocks, expected
):
    unknown = without(reaching(out(*rules), vpc(*blocks)), Fact.NETWORK_INTERFACES)
    assert judge(RULE, APP, unknown).compliance is expected


def test_an_interface_that_is_shut_in_is_a_finding_though_not_all_are_known():
    some = reaching(out())
    gap = Gap(fact=Fact.NETWORK_INTERFACES, reason=NOT_DECLARED)
    assert judge(RULE, APP, replace(some, gaps=(*some.gaps, gap))).compliance is NC
