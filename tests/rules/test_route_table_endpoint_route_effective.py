from typing import ClassVar

from vpcproof.model.facts import Fact

from tests.networks import (
    MAIN,
    aws_prefix_list,
    endpoint,
    gateway,
    judge,
    main_table,
    network,
    prefix_list,
    route,
    to_gateway,
    vpc,
)
from tests.rules.situations import NA, NC, C, RuleTable, Situation, U

RULE = "route-table-endpoint-route-effective"

s3 = (gateway(), aws_prefix_list("s3", "52.216.0.0/15", "3.5.0.0/19"))
firewall = endpoint("fw", id="vpce-fw", type="GatewayLoadBalancer", subnet_ids=("subnet-a",))
BY_LIST = {Fact.PREFIX_LISTS: U}


def row(number, words, parts, routes, expected, *mentions, without=None):
    judged = network(*parts, main_table(*routes))
    return Situation(number, words, judged, MAIN, expected, mentions, {}, without or {})


class TestRouteTableEndpointRouteEffective(RuleTable):
    rule = RULE
    immaterial: ClassVar = {
        Fact.PREFIX_LISTS: "no other route could hold public addresses",
    }
    situations = (
        row("108", "the endpoint's route alone", s3, [to_gateway("s3")], C, "reaches vpce-s3"),
        row("112", "the endpoint's route before NAT", s3,
            [to_gateway("s3"), route("0.0.0.0/0", "nat-1")], C),
        row("112", "the endpoint's route beside private ranges", s3,
            [to_gateway("s3"), route("10.0.0.0/8", "tgw-1"), route("192.168.0.0/16", "vgw-1")], C),
        row("113", "a static route of the same length", s3,
            [to_gateway("s3"), route("52.216.0.0/15", "nat-1")], NC, "52.216.0.0/15",
            without=BY_LIST),
        row("113", "a static route for a part", s3,
            [to_gateway("s3"), route("52.216.4.0/24", "nat-1")], NC, "52.216.4.0/24",
            without=BY_LIST),
        row("113", "a static route for more", s3,
            [to_gateway("s3"), route("52.0.0.0/8", "nat-1")], C, without=BY_LIST),
        row("113", "a static route for other public addresses", s3,
            [to_gateway("s3"), route("203.0.113.0/24", "nat-1")], C, without=BY_LIST),
        row("113", "a dead static route for a part", s3,
            [to_gateway("s3"), route("52.216.4.0/24", "eni-0", state="blackhole")], NC,
            without=BY_LIST),
        row("113", "a propagated route of the same length loses", s3,
            [to_gateway("s3"), route("52.216.0.0/15", "vgw-1",
             origin="EnableVgwRoutePropagation")], C, without=BY_LIST),
        row("113", "a propagated route for a part wins", s3,
            [to_gateway("s3"), route("52.216.4.0/24", "vgw-1",
             origin="EnableVgwRoutePropagation")], NC, without=BY_LIST),
        row("113", "the entries of the list were not read", [gateway()],
            [to_gateway("s3"), route("52.216.0.0/15", "nat-1")], U, "vpce-s3", "were not read"),
        row("111", "the endpoint's route is dead", s3, [to_gateway("s3", state="blackhole")], NC,
            "blackhole"),
        row("111", "the endpoint is gone", [s3[1]], [to_gateway("s3")], NC,
            "vpce-s3 does not exist"),
        row("114", "the route leads to a firewall", [firewall, s3[1]], [route("pl-s3", "vpce-fw")],
            NC, "vpce-fw is a GatewayLoadBalancer endpoint", without=BY_LIST),
        row("114", "the route leads to a firewall, the list was not read", [firewall],
            [route("pl-s3", "vpce-fw")], U, "vpce-fw"),
        row("114", "a list of one's own leads to a firewall",
            [firewall, prefix_list("pl-own", "203.0.113.0/24")], [route("pl-own", "vpce-fw")], NA,
            "no prefix-list route"),
        row("114", "a route of an address block leads to a firewall", [firewall],
            [route("0.0.0.0/0", "vpce-fw")], NA),
        row("109", "no route to any endpoint", s3, [], NA),
        row("113", "a list of one's own leads to NAT", [prefix_list("pl-own", "203.0.113.0/24")],
            [route("pl-own", "nat-1")], NA),
        row("115", "S3 effective, DynamoDB overridden",
            [*s3, gateway("dynamodb"), aws_prefix_list("dynamodb", "52.94.0.0/22")],
            [to_gateway("s3"), to_gateway("dynamodb"), route("52.94.0.0/24", "nat-1")], NC,
            "vpce-dynamodb: ", without=BY_LIST),
        row("28", "the VPC belongs to another account", [*s3, vpc(owner_id="444455556666")],
            [to_gateway("s3", state="blackhole")], NA),
    )  # fmt: skip


def test_a_finding_outranks_a_doubt():
    both = network(
        gateway(),
        gateway("dynamodb"),
        main_table(
            to_gateway("s3", state="blackhole"),
            to_gateway("dynamodb"),
            route("52.94.0.0/24", "nat-1"),
        ),
    )
    assert judge(RULE, MAIN, both).compliance is NC
