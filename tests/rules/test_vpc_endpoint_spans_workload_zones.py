from typing import ClassVar

from vpcproof.model.facts import Fact

from tests.networks import (
    endpoint,
    gateway,
    instance,
    judge,
    main_table,
    network,
    nobody,
    offered,
    route,
    subnet,
    vpc,
)
from tests.rules.situations import NA, NC, C, RuleTable, Situation, U

RULE = "vpc-endpoint-spans-workload-zones"
SSM = "vpce-ssm"


def zoned(letter, **others):
    """A subnet with an instance in zone a, b or c."""
    number = "abc".index(letter) + 1
    known = {"zone": f"us-east-1{letter}", "zone_id": f"use1-az{number}"}
    return subnet(f"subnet-{letter}", f"10.0.{number}.0/24", **{**known, **others})


a, b, c = (zoned(each) for each in "abc")


def standing_in(*letters, **others):
    return endpoint("ssm", subnet_ids=tuple(f"subnet-{each}" for each in letters), **others)


def row(number, words, parts, expected, *mentions, resource=SSM, without=None, **parameters):
    judged = network(*parts)
    return Situation(number, words, judged, resource, expected, mentions, parameters, without or {})


# Without the catalogue a service is taken to be offered in every zone.
EVERYWHERE = {Fact.ENDPOINT_SERVICES: NC}


class TestVpcEndpointSpansWorkloadZones(RuleTable):
    rule = RULE
    immaterial: ClassVar = {
        Fact.NETWORK_INTERFACES: "without them more subnets are asked about, not fewer",
        Fact.ROUTE_TABLES: "likewise",
        Fact.ENDPOINT_SERVICES: "an interface stands in every zone, offered or not",
    }
    situations = (
        row("2", "an interface in the only zone", [a, standing_in("a")], C, "us-east-1a"),
        row("103", "one interface in zone a, workloads in a and b", [a, b, standing_in("a")], NC,
            "no interface in us-east-1b"),
        row("103", "interfaces in both zones", [a, b, standing_in("a", "b")], C,
            "us-east-1a, us-east-1b"),
        row("103", "no interface at all", [a, endpoint("ssm")], NC, "us-east-1a"),
        row("104", "the service is not offered in zone c, by name",
            [a, b, c, standing_in("a", "b"), offered("ssm", zones=("us-east-1a", "us-east-1b"))],
            C, without=EVERYWHERE),
        row("104", "the service is not offered in zone c, by id",
            [a, b, c, standing_in("a", "b"), offered("ssm", zone_ids=("use1-az1", "use1-az2"))],
            C, without=EVERYWHERE),
        row("104", "the service is offered in zone c", [a, b, c, standing_in("a", "b"),
            offered("ssm", zones=("us-east-1a", "us-east-1b", "us-east-1c"))], NC, "us-east-1c"),
        row("104", "the catalogue tells no zones", [a, b, standing_in("a"), offered("ssm")], NC),
        row("105", "two subnets were listed, one is left", [a, b, standing_in("b")], NC,
            "us-east-1a"),
        row("105", "two subnets in one zone", [a, b, zoned("c", zone="us-east-1b",
            zone_id="use1-az2"), standing_in("b", "c")], NC, "us-east-1a"),
        row("105", "zones are known by id on one side and by both on the other",
            [a, zoned("b", zone=None, zone_id="use1-az1"), standing_in("b")], C),
        row("105", "the zone of a workload is not known",
            [a, zoned("b", zone=None, zone_id=None), standing_in("a")], U, "zone of subnet-b"),
        row("105", "a subnet of the endpoint was not read", [a, standing_in("a", "x")], U,
            "subnet-x"),
        row("25", "nobody in the VPC", [nobody, a, standing_in("a")], NA, "no workload",
            without={Fact.NETWORK_INTERFACES: C}),
        row("26", "nobody in zone b", [a, b, instance("subnet-a", "10.0.1.10"), standing_in("a")],
            C, without={Fact.NETWORK_INTERFACES: NC}),
        row("118", "private DNS leads public subnets there too",
            [a, b, main_table(route("0.0.0.0/0", "igw-1")),
             instance("subnet-a", "10.0.1.10", has_public_address=True),
             instance("subnet-b", "10.0.2.10", has_public_address=True), standing_in("a")], NC,
            "us-east-1b", without={Fact.NETWORK_INTERFACES: NA}),
        row("118", "without private DNS public subnets are out of scope",
            [a, b, main_table(route("0.0.0.0/0", "igw-1")),
             instance("subnet-a", "10.0.1.10", has_public_address=True),
             instance("subnet-b", "10.0.2.10", has_public_address=True),
             standing_in("a", private_dns=False)], NA, without={Fact.ROUTE_TABLES: NC}),
        row("118", "the same, public subnets included",
            [a, b, main_table(route("0.0.0.0/0", "igw-1")),
             instance("subnet-a", "10.0.1.10", has_public_address=True),
             instance("subnet-b", "10.0.2.10", has_public_address=True),
             standing_in("a", private_dns=False)], NC, includePublicSubnets="true"),
        row("35", "the endpoint is gone", [a, b, standing_in("a", state="deleting")], NA),
        row("34", "the endpoint failed", [a, b, standing_in("a", state="failed")], NC),
        row("106", "a gateway endpoint has no interface", [gateway()], NA, "Gateway endpoints",
            resource="vpce-s3"),
        row("38", "a Gateway Load Balancer endpoint stands in one subnet by nature",
            [a, b, endpoint("fw", id="vpce-fw", type="GatewayLoadBalancer",
             subnet_ids=("subnet-a",))], NA, resource="vpce-fw"),
        row("28", "the VPC belongs to another account", [vpc(owner_id="444455556666"), a,
            standing_in("a")], NA),
    )  # fmt: skip


def test_every_missing_zone_is_named():
    found = judge(RULE, SSM, network(a, b, c, standing_in("a")))
    assert "us-east-1b, us-east-1c" in found.annotation
    assert [each.id for each in found.evidence] == ["subnet-b", "subnet-c"]


def test_a_subnet_in_which_the_endpoint_stands_needs_no_known_zone():
    nameless = {"zone": None, "zone_id": None}
    both = network(zoned("a", **nameless), zoned("b", **nameless), standing_in("a", "b"))
    assert judge(RULE, SSM, both).compliance is C


def test_an_interface_in_a_zone_without_name_may_be_the_missing_one():
    home = zoned("b", zone=None, zone_id=None)
    verdict = judge(RULE, SSM, network(a, home, standing_in("b")))
    assert verdict.compliance is U
    assert "subnet-b" in verdict.annotation
