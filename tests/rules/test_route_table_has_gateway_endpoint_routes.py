from typing import ClassVar

from vpcproof.model.facts import Fact

from tests.networks import (
    MAIN,
    aws_prefix_list,
    endpoint,
    gateway,
    instance,
    main_table,
    network,
    route,
    subnet,
    table,
    to_gateway,
)
from tests.rules.situations import NA, NC, C, RuleTable, Situation, U

two_subnets = (subnet("subnet-a", "10.0.1.0/24"), subnet("subnet-b", "10.0.2.0/24"))
with_public = (
    subnet("subnet-a", "10.0.1.0/24"),
    subnet("subnet-public", "10.0.0.0/24"),
    table("rtb-public", route("0.0.0.0/0", "igw-1"), subnets=["subnet-public"]),
    main_table(to_gateway("s3")),
    instance("subnet-a", "10.0.1.10"),
    instance("subnet-public", "10.0.0.10", has_public_address=True),
)


def row(number, words, parts, expected, *mentions, resource=MAIN, without=None, **parameters):
    judged = network(*parts)
    return Situation(number, words, judged, resource, expected, mentions, parameters, without or {})


class TestRouteTableHasGatewayEndpointRoutes(RuleTable):
    rule = "route-table-has-gateway-endpoint-routes"
    immaterial: ClassVar = {
        Fact.NETWORK_INTERFACES: "the table has the routes, whoever is in its subnets",
        Fact.MANAGED_NODES: "ec2messages has no gateway endpoint",
        Fact.SESSION_PREFERENCES: "an S3 endpoint for session logs is asked for where it is known",
        Fact.PREFIX_LISTS: "no other route could take the traffic",
    }
    situations = (
        row("108", "the main table has the route", (gateway(), main_table(to_gateway("s3"))), C),
        row(
            "109",
            "the main table lacks the route",
            (gateway(), main_table()),
            NC,
            "vpce-s3",
            "subnet-a",
        ),
        row(
            "110",
            "the second table lacks the route",
            (
                two_subnets,
                gateway(),
                main_table(to_gateway("s3")),
                table("rtb-b", subnets=["subnet-b"]),
            ),
            NC,
            "subnet-b",
            resource="rtb-b",
        ),
        row(
            "110",
            "the table has one gateway's route and lacks the other's",
            (gateway("s3"), gateway("dynamodb"), main_table(to_gateway("s3"))),
            NC,
            "vpce-dynamodb",
        ),
        row(
            "110",
            "the table has both routes",
            (
                gateway("s3"),
                gateway("dynamodb"),
                main_table(to_gateway("s3"), to_gateway("dynamodb")),
            ),
            C,
            "vpce-s3",
            "vpce-dynamodb",
        ),
        row(
            "107",
            "a table that no subnet uses",
            (gateway(), main_table(to_gateway("s3")), table("rtb-spare")),
            NA,
            "no subnet",
            resource="rtb-spare",
        ),
        row(
            "111",
            "the route is a blackhole",
            (gateway(), main_table(to_gateway("s3", state="blackhole"))),
            NC,
            "blackhole",
        ),
        row(
            "113",
            "a static route overrides it",
            (
                aws_prefix_list("s3", "52.216.0.0/15"),
                gateway(),
                main_table(to_gateway("s3"), route("52.216.0.0/15", "nat-1")),
            ),
            NC,
            "overrides",
        ),
        row(
            "113",
            "whether a static route overrides it was not read",
            (gateway(), main_table(to_gateway("s3"), route("52.216.0.0/15", "nat-1"))),
            U,
        ),
        row(
            "115",
            "only DynamoDB, S3 is required",
            (gateway("dynamodb"), main_table(to_gateway("dynamodb"))),
            NC,
            "s3",
            services="s3",
        ),
        row(
            "116",
            "the hub's S3 gateway serves no spoke",
            (main_table(route("10.9.0.0/16", "tgw-1")),),
            NC,
            "s3",
            services="s3",
        ),
        row(
            "43",
            "S3 Express is not S3",
            (gateway("s3express"), main_table(to_gateway("s3express"))),
            NC,
            "s3",
            services="s3",
        ),
        row(
            "115",
            "S3 is required and there",
            (gateway(), main_table(to_gateway("s3"))),
            C,
            services="s3",
        ),
        row(
            "44",
            "S3 is required and has an interface endpoint",
            (endpoint("s3"),),
            NA,
            services="s3",
        ),
        row(
            "34",
            "S3 is required and its interface endpoint failed",
            (endpoint("s3", state="failed"),),
            NC,
            services="s3",
        ),
        row(
            "35",
            "S3 is required and its gateway was deleted",
            (gateway(state="deleted"),),
            NC,
            "s3",
            services="s3",
        ),
        row("35", "the only gateway is being deleted", (gateway(state="deleting"),), NA),
        row("115", "no gateway endpoint, none is required", (), NA),
        row(
            "118",
            "a public table lacks the route",
            (gateway(), with_public),
            NA,
            resource="rtb-public",
        ),
        row(
            "118",
            "a public table lacks the route, strictly",
            (gateway(), with_public),
            NC,
            resource="rtb-public",
            includePublicSubnets="true",
        ),
        row(
            "118",
            "a public table with an instance that has no public address",
            (gateway(), with_public[:-1], instance("subnet-public", "10.0.0.10")),
            NC,
            resource="rtb-public",
            without={Fact.NETWORK_INTERFACES: NA},
        ),
        row(
            "119",
            "the table of an internet gateway",
            (gateway(), main_table(to_gateway("s3")), table("rtb-edge", gateway_ids=("igw-1",))),
            NA,
            "igw-1",
            resource="rtb-edge",
        ),
    )
