from typing import ClassVar

from vpcproof.model.facts import Fact

from tests.networks import (
    MAIN,
    aws_prefix_list,
    endpoint,
    gateway,
    instance,
    main_table,
    nat,
    network,
    nobody,
    prefix_list,
    route,
    subnet,
    table,
    to_gateway,
    unread,
)
from tests.rules.situations import NA, NC, C, RuleTable, Situation, U

S3 = "vpce-s3"
S3_LIST = aws_prefix_list("s3", "3.5.0.0/19", "52.216.0.0/15")

two_subnets = (subnet("subnet-a", "10.0.1.0/24"), subnet("subnet-b", "10.0.2.0/24"))
with_public = (
    subnet("subnet-a", "10.0.1.0/24"),
    subnet("subnet-public", "10.0.0.0/24"),
    table("rtb-public", route("0.0.0.0/0", "igw-1"), subnets=["subnet-public"]),
    main_table(to_gateway("s3")),
    instance("subnet-a", "10.0.1.10"),
    instance("subnet-public", "10.0.0.10", has_public_address=True),
)

# Whether another route takes the traffic hangs on the entries of the lists.
BY_LIST = {Fact.PREFIX_LISTS: U}


def row(number, words, parts, expected, *mentions, resource=S3, without=None, **parameters):
    judged = network(*parts)
    return Situation(number, words, judged, resource, expected, mentions, parameters, without or {})


def beside(*rivals):
    """The route of the S3 gateway with its list, and other routes in the same table."""
    return S3_LIST, gateway(), main_table(to_gateway("s3"), *rivals)


class TestVpcEndpointGatewayRoutesComplete(RuleTable):
    rule = "vpc-endpoint-gateway-routes-complete"
    immaterial: ClassVar = {
        Fact.NETWORK_INTERFACES: "every private subnet has the route, whoever is in it",
        Fact.PREFIX_LISTS: "no other route could take the traffic",
    }
    situations = (
        row("106", "no route table at all", (gateway(tables=[]),), NC, "no route table"),
        row(
            "106",
            "no route table at all, and none was read",
            (gateway(tables=[]), unread(Fact.ROUTE_TABLES), unread(Fact.SUBNETS)),
            NC,
            "no route table",
        ),
        row(
            "107",
            "a table that no subnet uses",
            (
                gateway(tables=["rtb-spare"]),
                table("rtb-spare", to_gateway("s3")),
                main_table(),
            ),
            NC,
            "rtb-spare",
        ),
        row("108", "the main table of an implicit subnet", beside(), C, MAIN),
        row(
            "109",
            "a table that the implicit subnet does not use",
            (
                two_subnets,
                gateway(tables=["rtb-b"]),
                table("rtb-b", to_gateway("s3"), subnets=["subnet-b"]),
                main_table(),
            ),
            NC,
            MAIN,
            "subnet-a",
        ),
        row(
            "110",
            "one of two private tables",
            (
                two_subnets,
                gateway(),
                main_table(to_gateway("s3")),
                table("rtb-b", subnets=["subnet-b"]),
            ),
            NC,
            "rtb-b (subnet-b): no route to the endpoint",
        ),
        row(
            "111",
            "the route is a blackhole",
            (gateway(), main_table(to_gateway("s3", state="blackhole"))),
            NC,
            "blackhole",
        ),
        row(
            "112",
            "a default route to a NAT beside it",
            (beside(route("0.0.0.0/0", "nat-1")), nat()),
            C,
        ),
        row(
            "113",
            "a static route as long as an entry of the list",
            beside(route("52.216.0.0/15", "nat-1")),
            NC,
            "52.216.0.0/15 to nat-1 overrides",
            without=BY_LIST,
        ),
        row(
            "113",
            "a static route longer than an entry",
            beside(route("52.216.9.0/24", "nat-1")),
            NC,
        ),
        row(
            "113",
            "a static route shorter than an entry",
            beside(route("52.0.0.0/8", "nat-1")),
            C,
            without=BY_LIST,
        ),
        row(
            "113",
            "a propagated route as long as an entry",
            beside(route("52.216.0.0/15", "vgw-1", origin="EnableVgwRoutePropagation")),
            C,
            without=BY_LIST,
        ),
        row(
            "113",
            "a propagated route longer than an entry",
            beside(route("52.216.9.0/24", "vgw-1", origin="EnableVgwRoutePropagation")),
            NC,
        ),
        row(
            "113",
            "a static route elsewhere",
            beside(route("198.51.100.0/24", "nat-1")),
            C,
            without=BY_LIST,
        ),
        row(
            "113", "a static route within private ranges", beside(route("10.9.0.0/16", "tgw-1")), C
        ),
        row(
            "113",
            "a dead static route for the ranges of the service drops their traffic",
            beside(route("52.216.0.0/15", "nat-1", state="blackhole")),
            NC,
            "overrides",
        ),
        row(
            "113",
            "a filtered route is none",
            beside(route("52.216.0.0/15", "nat-1", state="filtered")),
            C,
        ),
        row(
            "113",
            "another list with an entry of equal length",
            (prefix_list("pl-proxy", "52.216.0.0/15"), beside(route("pl-proxy", "tgw-1"))),
            NC,
            "pl-proxy to tgw-1 overrides",
        ),
        row(
            "113",
            "another list with shorter entries only",
            (prefix_list("pl-proxy", "52.0.0.0/8"), beside(route("pl-proxy", "tgw-1"))),
            C,
            without=BY_LIST,
        ),
        row(
            "113",
            "another list whose entries were not read",
            (prefix_list("pl-proxy", cidrs=None), beside(route("pl-proxy", "tgw-1"))),
            U,
            MAIN,
        ),
        row(
            "113",
            "the list's own entries overlap, the shorter one is beaten, the longer one is not",
            (
                aws_prefix_list("s3", "52.216.0.0/15", "52.216.0.0/18"),
                gateway(),
                main_table(to_gateway("s3"), route("52.216.0.0/17", "nat-1")),
            ),
            NC,
        ),
        row(
            "113",
            "the list's own entries overlap, and the longer ones cover the other route",
            (
                aws_prefix_list("s3", "52.216.0.0/15", "52.216.0.0/18", "52.216.64.0/18"),
                gateway(),
                main_table(to_gateway("s3"), route("52.216.0.0/17", "nat-1")),
            ),
            C,
            without=BY_LIST,
        ),
        row(
            "114",
            "the prefix list leads to a Gateway Load Balancer endpoint",
            (
                gateway(),
                endpoint(
                    "com.amazonaws.vpce.us-east-1.vpce-svc-0e87e8a7b3c4d5e6f",
                    id="vpce-gwlb",
                    type="GatewayLoadBalancer",
                ),
                main_table(route("pl-s3", "vpce-gwlb")),
            ),
            NC,
        ),
        row(
            "111",
            "the route leads to an S3 endpoint of before",
            (gateway(), main_table(route("pl-s3", "vpce-old"))),
            NC,
        ),
        row("118", "the public subnet lacks the route", (gateway(), with_public), C, MAIN),
        row(
            "118",
            "the public subnet lacks the route, strictly",
            (gateway(), with_public),
            NC,
            "rtb-public",
            includePublicSubnets="true",
        ),
        row(
            "118",
            "an instance without public address in the public subnet that lacks it",
            (gateway(), with_public[:-1], instance("subnet-public", "10.0.0.10")),
            NC,
            "rtb-public",
            without={Fact.NETWORK_INTERFACES: C},
        ),
        row(
            "119",
            "the table of an internet gateway lacks the route",
            (
                gateway(),
                main_table(to_gateway("s3")),
                table("rtb-edge", gateway_ids=("igw-1",)),
            ),
            C,
        ),
        row("112", "no workload at all", (nobody, beside()), C),
        row(
            "108",
            "the main table was not read",
            (two_subnets, gateway(), table("rtb-b", to_gateway("s3"), subnets=["subnet-b"])),
            U,
            "subnet-a",
        ),
        row("37", "an interface endpoint", (endpoint("s3", id=S3),), NA, "Interface"),
        row(
            "44",
            "S3 as an interface too",
            (beside(), endpoint("s3", id="vpce-s3-interface")),
            NA,
            resource="vpce-s3-interface",
        ),
        row("44", "S3 as a gateway too", (beside(), endpoint("s3", id="vpce-s3-interface")), C),
        row("35", "being deleted", (gateway(state="deleting"),), NA),
        row(
            "43",
            "S3 Express has its own gateway",
            (gateway("s3express"), main_table(to_gateway("s3express"))),
            C,
            resource="vpce-s3express",
        ),
        row(
            "-",
            "a VPC of public address space: its local route covers the service",
            (
                S3_LIST,
                gateway(),
                main_table(to_gateway("s3"), route("52.216.0.0/16", "local")),
            ),
            NC,
            "local",
        ),
    )
