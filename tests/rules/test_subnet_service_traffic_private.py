from typing import ClassVar

from vpcproof.model.facts import Fact

from tests.networks import (
    attachment,
    aws_prefix_list,
    endpoint,
    forwarding,
    gateway,
    group,
    instance,
    judge,
    main_table,
    nat,
    plumbing,
    profile,
    reaching,
    route,
    standing,
    subnet,
    table,
    to_gateway,
    transit_route,
    transit_table,
    unread,
    vpc,
    zone,
)
from tests.rules.situations import NA, NC, C, RuleTable, Situation, U

RULE = "subnet-service-traffic-private"
HOME = "subnet-a"

no_ssm = (endpoint("ssm", state="deleted"), endpoint("ssmmessages", state="deleted"))
public_side = (
    subnet("subnet-public", "10.0.0.0/24"),
    table("rtb-public", route("0.0.0.0/0", "igw-1"), subnets=["subnet-public"]),
)
by_nat = (main_table(route("0.0.0.0/0", "nat-1")), *public_side, nat())
s3 = (gateway(), aws_prefix_list("s3", "52.216.0.0/15"))
s3_and_nat = (*s3, main_table(to_gateway("s3"), route("0.0.0.0/0", "nat-1")), *public_side, nat())
by_igw = main_table(route("0.0.0.0/0", "igw-1"))
public_instance = instance(HOME, "10.0.1.10", has_public_address=True)
zones = [zone(f"{each}.us-east-1.amazonaws.com") for each in ("ssm", "ssmmessages")]


def row(number, words, parts, expected, *mentions, resource=HOME, without=None, **parameters):
    judged = reaching(*parts)
    return Situation(number, words, judged, resource, expected, mentions, parameters, without or {})


class TestSubnetServiceTrafficPrivate(RuleTable):
    rule = RULE
    immaterial: ClassVar = {
        **dict.fromkeys(
            (Fact.SECURITY_GROUPS, Fact.NETWORK_ACLS, Fact.NAT_GATEWAYS,
             Fact.TRANSIT_GATEWAY_ATTACHMENTS, Fact.TRANSIT_GATEWAY_ROUTE_TABLES,
             Fact.VPC_PEERING_CONNECTIONS),
            "whether traffic arrives is another rule's; by which way it leaves is judged here",
        ),
        Fact.NETWORK_INTERFACES: "without them private subnets are taken to hold workloads",
        Fact.PREFIX_LISTS: "no other route in the row could override the endpoint's",
        Fact.ENDPOINT_SERVICES: "the names of AWS's own services are formed from their codes",
        Fact.DHCP_OPTIONS: "own DNS servers are an advisory: what they answer cannot be read",
        Fact.HOSTED_ZONES: "private DNS of the endpoints is more specific than any of them",
        Fact.PROFILE_ASSOCIATIONS: "likewise",
        Fact.RESOLVER_RULES: "rules that were not read are taken for absent: few VPCs have them",
        Fact.MANAGED_NODES: "they may ask for ec2messages, to which there is no path at all",
        Fact.SESSION_PREFERENCES: "they may ask for services to which there is no path at all",
    }  # fmt: skip
    situations = (
        row("2", "interface endpoints with private DNS", [], C,
            "ssm by interface-endpoint, ssmmessages by interface-endpoint"),
        row("1", "no endpoints, no way out", [no_ssm], NA, "no path to any"),
        row("21", "no endpoints, a working NAT gateway", [no_ssm, by_nat], NC,
            "ssm leaves by nat (nat-1)"),
        row("21", "the same, NAT accepted", [no_ssm, by_nat], C, "ssm by nat", acceptNat="true",
            without={Fact.VPC_DNS_ATTRIBUTES: C, Fact.VPCS: C}),
        row("22", "no endpoints, a private NAT gateway: nothing arrives, so nothing leaves",
            [no_ssm, by_nat, nat(connectivity="private")], NA, "no path",
            without={Fact.NAT_GATEWAYS: NC}),
        row("22", "the same, NAT accepted", [no_ssm, by_nat, nat(connectivity="private")], NA,
            acceptNat="true", without={Fact.NAT_GATEWAYS: C}),
        row("23", "no endpoints, the NAT gateway deleted",
            [no_ssm, main_table(route("0.0.0.0/0", "nat-1", state="blackhole"))], NA),
        row("3", "one endpoint missing, a NAT gateway", [no_ssm[1], by_nat], NC,
            "ssmmessages leaves by nat"),
        row("47", "private DNS off, a NAT gateway",
            [standing("ssm", ("subnet-e", "10.0.9.5"), private_dns=False), by_nat], NC,
            "ssm leaves by nat", without={Fact.HOSTED_ZONES: U}),
        row("45", "enableDnsHostnames off, a NAT gateway", [vpc(dns_hostnames=False), by_nat], NC,
            "ssm leaves by nat", without={Fact.VPC_DNS_ATTRIBUTES: U, Fact.VPCS: U}),
        row("112", "a prefix-list route before NAT", [s3_and_nat], C, "s3 by gateway-endpoint",
            services="s3"),
        row("110", "a gateway endpoint, but no route in this table",
            [s3, by_nat], NC, "s3 leaves by nat", services="s3"),
        row("113", "a route of one's own takes S3's range to NAT",
            [s3, main_table(to_gateway("s3"), route("52.216.0.0/15", "nat-1")), public_side, nat()],
            NC, "s3 leaves by nat", services="s3", without={Fact.PREFIX_LISTS: U}),
        row("113", "a route of one's own may take S3's range: the list was not read",
            [gateway(), main_table(to_gateway("s3"), route("52.216.0.0/15", "nat-1"))], U,
            "the way of s3 is not known", services="s3"),
        row("118", "a public subnet without the route", [s3, by_igw, public_instance], NA,
            "no workload", services="s3", without={Fact.NETWORK_INTERFACES: NA}),
        row("118", "the same, public subnets included", [s3, by_igw, public_instance], NC,
            "s3 leaves by internet-gateway (igw-1)", services="s3", includePublicSubnets="true"),
        row("24", "an internet gateway, no public address", [no_ssm, by_igw], NA,
            without={Fact.NETWORK_INTERFACES: NA}),
        row("25", "nobody in the subnet", [plumbing(HOME, "nat_gateway"),
            instance(HOME, "10.0.1.10", interface_type="nat_gateway")], NA, "no workload",
            without={Fact.NETWORK_INTERFACES: C}),
        row("28", "the VPC belongs to another account", [vpc(owner_id="444455556666")], NA,
            without={Fact.VPCS: U}),
        row("116", "a transit gateway carries the traffic",
            [no_ssm, main_table(route("0.0.0.0/0", "tgw-1")), attachment("vpc-home", HOME),
             transit_table(transit_route("0.0.0.0/0", "vpc-egress"))], NC,
            "ssm leaves by transit-gateway", without={Fact.HOSTED_ZONES: U}),
        row("21", "a VPN carries the traffic",
            [no_ssm, main_table(route("0.0.0.0/0", "vgw-1"))], NC,
            "ssm leaves by virtual-private-gateway (vgw-1)"),
        row("122", "names lead to a hub",
            [no_ssm, zones, main_table(route("10.200.0.0/16", "tgw-1")),
             attachment("vpc-home", HOME)], C, "ssm by central-endpoint",
            without={Fact.HOSTED_ZONES: U, Fact.VPC_DNS_ATTRIBUTES: C, Fact.VPCS: C}),
        row("126", "a Profile nobody read may lead to a hub", [no_ssm, profile(), by_nat], U,
            "is not known", without={Fact.PROFILE_ASSOCIATIONS: NC}),
        row("128", "zones not read, a hub could be led to",
            [no_ssm, *by_nat, main_table(route("0.0.0.0/0", "nat-1"),
             route("10.200.0.0/16", "tgw-1")), unread(Fact.HOSTED_ZONES)], U,
            "private hosted zones were not read"),
        row("53", "a rule forwards, a NAT gateway",
            [no_ssm, by_nat, forwarding("amazonaws.com")], U, "forwards",
            without={Fact.RESOLVER_RULES: NC}),
        row("6", "ec2messages needed by nobody is not asked for", [], C),
        row("92", "closed groups change no way", [group("sg-app"), group("sg-endpoint")], C),
        row("114", "a firewall that is not modelled in the way",
            [no_ssm, main_table(route("0.0.0.0/0", "vpce-fw"))], U, "the appliance behind it"),
    )  # fmt: skip


def test_services_with_an_endpoint_are_judged_besides_those_required():
    logs = standing("logs", ("subnet-e", "10.0.9.8"), private_dns=False)
    found = judge(RULE, HOME, reaching(logs, *by_nat))
    assert found.compliance is NC
    assert "logs leaves by nat" in found.annotation
