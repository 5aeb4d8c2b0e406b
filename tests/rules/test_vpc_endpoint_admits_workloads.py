from typing import ClassVar

import pytest
from vpcproof.model.addresses import AddressSet
from vpcproof.model.facts import Fact
from vpcproof.model.security_group import GroupReference
from vpcproof.model.verdict import Severity

from tests.networks import (
    VPC,
    allow,
    allow_all,
    aws_prefix_list,
    endpoint,
    gateway,
    group,
    instance,
    judge,
    network,
    nobody,
    plumbing,
    prefix_list,
    route,
    subnet,
    table,
    unread,
    vpc,
)
from tests.rules.situations import NA, NC, C, RuleTable, Situation, U

RULE = "vpc-endpoint-admits-workloads"
SSM = "vpce-ssm"

two_subnets = (subnet("subnet-a", "10.0.1.0/24"), subnet("subnet-b", "10.0.2.0/24"))
two_in_a = (
    instance("subnet-a", "10.0.1.10", groups=["sg-app"]),
    instance("subnet-a", "10.0.1.11", id="b", groups=["sg-web"]),
)
public_subnet = (
    subnet("subnet-a", "10.0.1.0/24"),
    subnet("subnet-public", "10.0.0.0/24"),
    table("rtb-public", route("0.0.0.0/0", "igw-1"), subnets=["subnet-public"]),
    instance("subnet-a", "10.0.1.10"),
    instance("subnet-public", "10.0.0.10", has_public_address=True),
)
ipv6_subnet = (
    vpc("10.0.0.0/16", "2001:db8::/56"),
    subnet("subnet-a", "10.0.1.0/24", "2001:db8::/64"),
)
peer = GroupReference(
    group_id="sg-peer",
    owner_id="123456789012",
    vpc_id="vpc-peer",
    peering_connection_id="pcx-1",
    peering_status="active",
)

# Where a group reference is all that lets workloads in, only interfaces tell who carries it.
BY_GROUP = {Fact.NETWORK_INTERFACES: U}
BY_LIST = {Fact.PREFIX_LISTS: U}


def row(number, words, parts, expected, *mentions, resource=SSM, without=None, **parameters):
    judged = network(*parts)
    return Situation(number, words, judged, resource, expected, mentions, parameters, without or {})


def admitting(*rules, groups=("sg-e",), **others):
    """An endpoint for ssm with one group of these rules."""
    return endpoint("ssm", groups=groups, **others), group("sg-e", *rules)


class TestVpcEndpointAdmitsWorkloads(RuleTable):
    rule = RULE
    immaterial: ClassVar = {
        Fact.ROUTE_TABLES: "unknown tables leave no workload out, so more are asked about",
        Fact.NETWORK_INTERFACES: "all addresses of the subnets are admitted, whoever holds them",
        Fact.PREFIX_LISTS: "no rule in the row names a list",
    }
    situations = (
        row("63", "443 from the whole VPC", admitting(allow(443, "10.0.0.0/16")), C),
        row(
            "64",
            "443 from one of two subnets",
            (two_subnets, admitting(allow(443, "10.0.1.0/24"))),
            NC,
            "443 not admitted from subnet-b (10.0.2.0/24)",
            "sg-e",
        ),
        row(
            "65",
            "two halves of the subnet",
            admitting(allow(443, "10.0.1.0/25"), allow(443, "10.0.1.128/25")),
            C,
        ),
        row(
            "65",
            "two halves of the whole world",
            admitting(allow(443, "0.0.0.0/1"), allow(443, "128.0.0.0/1")),
            C,
        ),
        row(
            "65",
            "three quarters of the subnet",
            admitting(allow(443, "10.0.1.0/25"), allow(443, "10.0.1.128/26")),
            NC,
            "10.0.1.192/26",
        ),
        row(
            "66",
            "a subnet of the secondary CIDR is left out",
            (
                vpc("10.0.0.0/16", "100.64.0.0/16"),
                subnet("subnet-a", "10.0.1.0/24"),
                subnet("subnet-pods", "100.64.0.0/18"),
                admitting(allow(443, "10.0.0.0/16")),
            ),
            NC,
            "subnet-pods",
        ),
        row(
            "67",
            "a secondary CIDR that is gone needs nothing",
            (vpc("10.0.0.0/16"), admitting(allow(443, "10.0.0.0/16"))),
            C,
        ),
        row(
            "68",
            "443 from the only workload, asked by subnet",
            admitting(allow(443, "10.0.1.10/32")),
            NC,
            "subnet-a",
        ),
        row(
            "68",
            "443 from the only workload, asked by interface",
            admitting(allow(443, "10.0.1.10/32")),
            C,
            granularity="eni",
            without={Fact.NETWORK_INTERFACES: NC},
        ),
        row(
            "68",
            "asked by interface, but the addresses of the interface are not known",
            (instance("subnet-a"), admitting(allow(443, "10.0.1.10/32"))),
            NC,
            granularity="eni",
        ),
        row("69", "IPv6 only, an IPv4 endpoint", admitting(allow(443, "::/0")), NC),
        row(
            "70",
            "IPv4 only, a dual-stack endpoint and a workload with IPv6",
            (ipv6_subnet, admitting(allow(443, "10.0.0.0/16"), ip_address_type="dualstack")),
            NC,
            "2001:db8::",
        ),
        row(
            "70",
            "IPv4 only, a dual-stack endpoint and no workload with IPv6",
            (
                ipv6_subnet,
                instance("subnet-a", "10.0.1.10"),
                admitting(allow(443, "10.0.0.0/16"), ip_address_type="dualstack"),
            ),
            C,
            without={Fact.NETWORK_INTERFACES: NC},
        ),
        row(
            "70",
            "both families, a dual-stack endpoint",
            (
                ipv6_subnet,
                admitting(
                    allow(443, "10.0.0.0/16"),
                    allow(443, "2001:db8::/56"),
                    ip_address_type="dualstack",
                ),
            ),
            C,
        ),
        row(
            "70",
            "IPv6 only, an IPv6 endpoint",
            (ipv6_subnet, admitting(allow(443, "2001:db8::/56"), ip_address_type="ipv6")),
            C,
        ),
        row("71", "all protocols, ports absent", admitting(allow_all("10.0.0.0/16")), C),
        row("71", "all protocols, ports -1", admitting(allow((-1, -1), "10.0.0.0/16", "-1")), C),
        row("71", "all protocols, by word", admitting(allow(None, "10.0.0.0/16", "all")), C),
        row("72", "protocol 6", admitting(allow(443, "10.0.0.0/16", "6")), C),
        row("73", "tcp 400-500", admitting(allow((400, 500), "10.0.0.0/16")), C),
        row("73", "tcp 0-65535", admitting(allow((0, 65535), "10.0.0.0/16")), C),
        row("74", "udp 443", admitting(allow(443, "10.0.0.0/16", "udp")), NC),
        row("74", "every icmp", admitting(allow((-1, -1), "10.0.0.0/16", "icmp")), NC),
        row("74", "tcp 80", admitting(allow(80, "10.0.0.0/16")), NC),
        row("75", "ESP from everywhere", admitting(allow(None, "0.0.0.0/0", "50")), NC),
        row(
            "76",
            "a group that every workload carries",
            (two_subnets, admitting(allow(443, "sg-app"))),
            C,
            without=BY_GROUP,
        ),
        row(
            "77",
            "a group that nobody carries",
            admitting(allow(443, "sg-nobody")),
            NC,
            "subnet-a",
        ),
        row(
            "78",
            "a group that half of the workloads carry",
            (two_in_a, admitting(allow(443, "sg-app"))),
            NC,
            "10.0.1.11",
        ),
        row(
            "78",
            "a group that half carry, the CIDR of the other half, asked by interface",
            (two_in_a, admitting(allow(443, "sg-app"), allow(443, "10.0.1.11/32"))),
            C,
            granularity="eni",
            without=BY_GROUP,
        ),
        row(
            "79",
            "the endpoint has the default group, the workloads others",
            (endpoint("ssm", groups=["sg-default"]), group("sg-default", allow_all("sg-default"))),
            NC,
            "sg-default",
        ),
        row(
            "80",
            "endpoint and workloads share the default group",
            (
                endpoint("ssm", groups=["sg-default"]),
                group("sg-default", allow_all("sg-default")),
                instance("subnet-a", "10.0.1.10", groups=["sg-default"]),
            ),
            C,
            without=BY_GROUP,
        ),
        row(
            "81",
            "the second of two groups allows 443",
            (group("sg-none"), admitting(allow(443, "10.0.0.0/16"), groups=["sg-none", "sg-e"])),
            C,
        ),
        row("82", "no egress rule", admitting(allow(443, "10.0.0.0/16")), C),
        row("83", "the group of a peer VPC", admitting(allow(443, peer)), NC),
        row(
            "84",
            "a deleted group",
            admitting(allow(443, GroupReference(group_id="sg-peer", peering_status="deleted"))),
            NC,
        ),
        row(
            "85",
            "a customer's prefix list with every subnet",
            (
                two_subnets,
                prefix_list("pl-apps", "10.0.1.0/24", "10.0.2.0/24"),
                admitting(allow(443, "pl-apps")),
            ),
            C,
            without=BY_LIST,
        ),
        row(
            "86",
            "an empty prefix list",
            (prefix_list("pl-apps"), admitting(allow(443, "pl-apps"))),
            NC,
        ),
        row(
            "86",
            "a prefix list of IPv6",
            (prefix_list("pl-apps", "2001:db8::/56"), admitting(allow(443, "pl-apps"))),
            NC,
        ),
        row(
            "86",
            "a prefix list that is being deleted",
            (
                prefix_list("pl-apps", "10.0.0.0/16", state="delete-in-progress"),
                admitting(allow(443, "pl-apps")),
            ),
            NC,
        ),
        row(
            "87",
            "the entries of a shared list may not be read",
            (prefix_list("pl-apps", cidrs=None), admitting(allow(443, "pl-apps"))),
            U,
            "pl-apps",
        ),
        row(
            "87",
            "no prefix list may be read",
            (unread(Fact.PREFIX_LISTS), admitting(allow(443, "pl-apps"))),
            U,
            "pl-apps",
        ),
        row(
            "87",
            "an unread list beside a rule that admits everybody",
            (
                prefix_list("pl-apps", cidrs=None),
                admitting(allow(443, "pl-apps"), allow(443, "10.0.0.0/16")),
            ),
            C,
        ),
        row(
            "88",
            "AWS's list of S3",
            (aws_prefix_list("s3", "52.216.0.0/15"), admitting(allow(443, "pl-s3"))),
            NC,
        ),
        row(
            "88",
            "AWS's list of S3, whose entries were not read",
            (
                prefix_list("pl-s3", owner_id="AWS", cidrs=None),
                admitting(allow(443, "pl-s3")),
            ),
            NC,
        ),
        row("89", "only 192.168.0.0/16", admitting(allow(443, "192.168.0.0/16")), NC),
        row("90", "0.0.0.0/0", admitting(allow(443, "0.0.0.0/0")), C),
        row(
            "91",
            "ssh from everywhere beside a right 443",
            admitting(allow(22, "0.0.0.0/0"), allow(443, "10.0.0.0/16")),
            C,
        ),
        row("77", "no group at all", (endpoint("ssm", groups=[]),), NC, "no security group"),
        row("77", "a group without any rule", admitting(), NC),
        row(
            "79",
            "the group was not read",
            (endpoint("ssm", groups=["sg-unseen"]),),
            U,
            "sg-unseen",
        ),
        row(
            "37",
            "without type, so a gateway",
            (gateway(),),
            NA,
            "Gateway",
            resource="vpce-s3",
        ),
        row(
            "38",
            "a Gateway Load Balancer endpoint",
            (endpoint("ssm", type="GatewayLoadBalancer", groups=()),),
            NA,
        ),
        row(
            "39",
            "a ServiceNetwork endpoint has no service name",
            (endpoint("ssm", type="ServiceNetwork", service_name=None),),
            NA,
        ),
        row("35", "being deleted", admitting(state="deleting"), NA),
        row(
            "41",
            "a private service's ports are its provider's",
            (
                endpoint(
                    "com.amazonaws.vpce.us-east-1.vpce-svc-0e87e8a7b3c4d5e6f",
                    id=SSM,
                    private_dns=False,
                ),
            ),
            NA,
        ),
        row("39", "a name of no form that AWS uses", (endpoint("com.example", id=SSM),), NA),
        row(
            "25",
            "no workload",
            (nobody, admitting()),
            NA,
            VPC,
            without={Fact.NETWORK_INTERFACES: NC},
        ),
        row(
            "26",
            "only plumbing of AWS",
            (plumbing("subnet-a", "nat_gateway"), admitting()),
            NA,
            without={Fact.NETWORK_INTERFACES: NC},
        ),
        row(
            "24",
            "a public subnet that is left out, and private DNS leads it here",
            (public_subnet, admitting(allow(443, "10.0.1.0/24"))),
            NC,
            "subnet-public",
            without={Fact.NETWORK_INTERFACES: C},
        ),
        row(
            "24",
            "a public subnet that is left out, and no name leads it here",
            (public_subnet, admitting(allow(443, "10.0.1.0/24"), private_dns=False)),
            C,
            without={Fact.ROUTE_TABLES: U},
        ),
        row(
            "24",
            "the same where public subnets are in scope",
            (public_subnet, admitting(allow(443, "10.0.1.0/24"), private_dns=False)),
            NC,
            "subnet-public",
            includePublicSubnets="true",
        ),
        row(
            "24",
            "workloads in public subnets only, and no name leads them here",
            (
                public_subnet[1:3],
                public_subnet[-1],
                admitting(private_dns=False),
            ),
            NA,
            "public subnet",
            without={Fact.ROUTE_TABLES: U},
        ),
        row(
            "127",
            "a hub's endpoint admits the hub only",
            (nobody, admitting(allow(443, "10.0.0.0/16"), private_dns=False)),
            NC,
            "10.9.0.0/16",
            spokeCidrs="10.9.0.0/16",
        ),
        row(
            "127",
            "a hub's endpoint admits hub and spokes",
            (
                nobody,
                admitting(allow(443, "10.0.0.0/16"), allow(443, "10.0.0.0/8"), private_dns=False),
            ),
            C,
            "spokes",
            spokeCidrs="10.9.0.0/16",
        ),
        row(
            "127",
            "whether a hub's endpoint admits the spokes was not read",
            (
                nobody,
                prefix_list("pl-spokes", cidrs=None),
                admitting(allow(443, "pl-spokes"), private_dns=False),
            ),
            U,
            "pl-spokes",
            spokeCidrs="10.9.0.0/16",
        ),
        row(
            "127",
            "an endpoint with private DNS is no hub's",
            (admitting(allow(443, "10.0.0.0/16")),),
            C,
            spokeCidrs="10.9.0.0/16",
        ),
        row(
            "-",
            "the address blocks of a subnet are not known",
            (subnet("subnet-a"), instance("subnet-a"), admitting(allow(443, "10.0.0.0/16"))),
            U,
            "CIDR blocks of subnet-a",
        ),
        row(
            "-",
            "Keyspaces listens on 9142",
            (
                endpoint("cassandra", id=SSM, groups=["sg-e"]),
                group("sg-e", allow(443, "10.0.0.0/16")),
            ),
            NC,
            "9142 not admitted",
        ),
        row(
            "-",
            "Keyspaces with its port",
            (
                endpoint("cassandra", id=SSM, groups=["sg-e"]),
                group("sg-e", allow(9142, "10.0.0.0/16")),
            ),
            C,
        ),
    )


def test_allow_all_admits_443_and_udp_443_does_not():
    """Custodian's `Ports: [443]` misses protocol -1 and matches UDP."""
    everything = network(*admitting(allow_all("10.0.0.0/16")))
    udp = network(*admitting(allow(443, "10.0.0.0/16", "udp")))
    assert judge(RULE, SSM, everything).compliance is C
    assert judge(RULE, SSM, udp).compliance is NC


def test_a_group_that_denies_443_blocks():
    """Batfish's model reaches an endpoint whatever its groups say."""
    denied = network(*admitting(allow(80, "10.0.0.0/16")))
    assert judge(RULE, SSM, denied).compliance is NC


@pytest.mark.parametrize("ports", [(0, 65535), (443, 443), (1, 443), (443, 9000)])
def test_a_port_range_that_holds_443_admits_it(ports):
    """Guard's registry compares ports for equality and misses ranges."""
    assert judge(RULE, SSM, network(*admitting(allow(ports, "10.0.0.0/16")))).compliance is C


def test_a_rule_for_itself_first_hides_nothing_that_follows():
    """Checkov's port check returns at the first self-referencing rule."""
    order = admitting(allow(443, "sg-e"), allow(443, "10.0.0.0/16"))
    assert judge(RULE, SSM, network(*order)).compliance is C


def test_private_dns_makes_a_refusal_critical():
    """With private DNS on the name leads the whole VPC to the endpoint."""
    with_names = judge(RULE, SSM, network(*admitting()))
    without_names = judge(RULE, SSM, network(*admitting(private_dns=False)))
    assert with_names.severity is Severity.CRITICAL
    assert without_names.severity is Severity.HIGH


def test_the_evidence_names_some_of_those_left_out_and_counts_the_rest():
    crowd = [instance("subnet-a", f"10.0.1.{n}", id=f"{n}") for n in range(10, 18)]
    evaluation = judge(RULE, SSM, network(*crowd, *admitting()))
    assert "left out: eni-10, eni-11, eni-12, eni-13, eni-14 and 3 more" in str(evaluation.evidence)


@pytest.mark.parametrize(
    ("count", "words"), [(2, "nor from subnet-1"), (3, "nor from 2 more subnets")]
)
def test_the_annotation_counts_the_subnets_left_out(count, words):
    subnets = [subnet(f"subnet-{n}", f"10.0.{n}.0/24") for n in range(count)]
    assert words in judge(RULE, SSM, network(*subnets, *admitting())).annotation


def test_the_counterexample_is_an_address_that_is_really_left_out():
    half = network(*admitting(allow(443, "10.0.1.0/25")))
    evaluation = judge(RULE, SSM, half)
    example = evaluation.annotation.rsplit(" ", 1)[1]
    assert AddressSet.of(example) <= AddressSet.of("10.0.1.128/25")
