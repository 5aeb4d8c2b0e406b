from typing import ClassVar

import pytest
from vpcproof.model.facts import Fact

from tests.networks import (
    acl,
    ago,
    all_probed,
    allow,
    allow_all,
    attachment,
    aws_prefix_list,
    endpoint,
    entry,
    forwarding,
    group,
    instance,
    judge,
    main_table,
    nat,
    network,
    no_answer,
    node,
    prefix_list,
    probed,
    reaching,
    route,
    standing,
    subnet,
    table,
    transit_route,
    transit_table,
    unread,
    vpc,
    zone,
)
from tests.rules.situations import NA, NC, C, RuleTable, Situation, U

RULE = "subnet-reaches-ssm"
HOME = "subnet-a"
NAMES = ("ssm.us-east-1.amazonaws.com", "ssmmessages.us-east-1.amazonaws.com")

ec2messages = standing("ec2messages", ("subnet-e", "10.0.9.7"))
behind_nat = (
    main_table(route("0.0.0.0/0", "nat-1")),
    subnet("subnet-public", "10.0.0.0/24"),
    table("rtb-public", route("0.0.0.0/0", "igw-1"), subnets=["subnet-public"]),
)
by_igw = main_table(route("0.0.0.0/0", "igw-1"))
public_instance = instance(HOME, "10.0.1.10", has_public_address=True)
no_endpoints = (
    endpoint("ssm", state="deleted"),
    endpoint("ssmmessages", state="deleted"),
)
closed = group("sg-endpoint")
to_hub = (
    main_table(route("10.200.0.0/16", "tgw-1")),
    attachment("vpc-home", HOME),
    transit_table(transit_route("10.200.0.0/16", "vpc-hub")),
)

# Where NAT or an internet gateway carries the traffic.
BY_NAT = {Fact.NAT_GATEWAYS: U}


def row(number, words, parts, expected, *mentions, resource=HOME, without=None, **parameters):
    judged = reaching(*parts)
    return Situation(number, words, judged, resource, expected, mentions, parameters, without or {})


def bare(number, words, parts, expected, *mentions, without=None, **parameters):
    """A subnet with an instance and an ACL that is open, no endpoints."""
    parts = (*parts, *no_endpoints)
    return row(number, words, parts, expected, *mentions, without=without, **parameters)


class TestSubnetReachesSsm(RuleTable):
    rule = RULE
    immaterial: ClassVar = {
        Fact.NETWORK_INTERFACES: "any workload is taken to stand there, and its egress to be open",
        Fact.PREFIX_LISTS: "no rule and no route in the row names a list",
        Fact.NAT_GATEWAYS: "traffic passes none",
        Fact.ENDPOINT_SERVICES: "the names of AWS's own services are formed from their codes",
        Fact.DHCP_OPTIONS: "own DNS servers are an advisory: what they answer cannot be read",
        Fact.HOSTED_ZONES: "private DNS of the endpoints is more specific than any of them",
        Fact.PROFILE_ASSOCIATIONS: "likewise",
        Fact.RESOLVER_RULES: "rules that were not read are taken for absent: few VPCs have them",
        Fact.TRANSIT_GATEWAY_ATTACHMENTS: "traffic passes none",
        Fact.TRANSIT_GATEWAY_ROUTE_TABLES: "likewise",
        Fact.VPC_PEERING_CONNECTIONS: "likewise",
        Fact.PROBE_RESULTS: "the settings decide where no probe answers",
    }
    situations = (
        bare("1", "no endpoints, no way out", [], NC, "ssm, ssmmessages not reached"),
        row("2", "both endpoints, open all the way", [ec2messages], C, "ssm by interface-endpoint",
            without={Fact.MANAGED_NODES: C}),
        row("3", "ssmmessages missing", [endpoint("ssmmessages", state="deleted")], NC,
            "ssmmessages not reached"),
        row("4", "ssm missing", [endpoint("ssm", state="deleted")], NC, "ssm not reached"),
        row("5", "ec2messages missing, every agent new", [node("i-a", "3.3.40.0")], C),
        row("6", "ec2messages missing, one agent old", [node("i-a", "3.2.0.0")], NC,
            "ec2messages not reached"),
        row("6", "ec2messages there, one agent old", [node("i-a", "3.2.0.0"), ec2messages], C,
            without={Fact.MANAGED_NODES: C, Fact.NETWORK_INTERFACES: C}),
        row("7", "ec2messages missing, no agent known", [], C),
        row("7", "ec2messages missing, asked always", [], NC, "ec2messages",
            requireEc2Messages="always"),
        row("7", "ec2messages missing, agents not read", [unread(Fact.MANAGED_NODES)], U,
            "Agent versions"),
        row("9", "agents are compared by number", [node("i-a", "3.3.100.0")], C),
        row("11", "the endpoint is another Region's",
            [endpoint("com.amazonaws.eu-west-1.ssm", id="vpce-ssm", service_region="eu-west-1")],
            NC, "ssm not reached"),
        bare("21", "no endpoints, a working NAT gateway", [behind_nat, nat()], C, "ssm by nat",
             without={**BY_NAT, Fact.VPC_DNS_ATTRIBUTES: C, Fact.VPCS: C, Fact.MANAGED_NODES: C}),
        bare("22", "no endpoints, a private NAT gateway", [behind_nat, nat(connectivity="private")],
             NC, "nat-1 is a private NAT gateway"),
        bare("23", "no endpoints, the NAT gateway deleted",
             [main_table(route("0.0.0.0/0", "nat-1", state="blackhole"))], NC),
        bare("24", "no endpoints, public addresses and the internet gateway",
             [by_igw, public_instance], NA, "internet gateway"),
        bare("24", "the same, public subnets included", [by_igw, public_instance], C,
             "ssm by internet-gateway", includePublicSubnets="true",
             without={Fact.NETWORK_INTERFACES: U, Fact.VPC_DNS_ATTRIBUTES: C, Fact.VPCS: C,
                      Fact.MANAGED_NODES: C}),
        bare("24", "the internet gateway, but no public address", [by_igw], NC,
             "has no public address", without={Fact.NETWORK_INTERFACES: NA}),
        row("24", "private DNS leads the public subnet to the endpoints as well",
            [by_igw, public_instance], C,
            without={Fact.NETWORK_INTERFACES: NA, Fact.MANAGED_NODES: C}),
        row("24", "private DNS leads the public subnet to endpoints that are closed",
            [by_igw, public_instance, closed], NC, "no ingress rule of sg-endpoint",
            without={Fact.NETWORK_INTERFACES: NA}),
        row("25", "nobody in the subnet", [instance(HOME, "10.0.1.10", instance_id=None,
            interface_type="nat_gateway", requester_managed=True)], NA, "no EC2",
            without={Fact.NETWORK_INTERFACES: C}),
        row("27", "functions only", [instance(HOME, "10.0.1.10", instance_id=None,
            interface_type="lambda", id="a")], NA, "no EC2", without={Fact.NETWORK_INTERFACES: C}),
        row("27", "functions only, all workloads asked for",
            [instance(HOME, "10.0.1.10", instance_id=None, interface_type="lambda", id="a")], C,
            ssmWorkloads="all", without={Fact.NETWORK_INTERFACES: C}),
        row("28", "the VPC belongs to another account", [vpc(owner_id="444455556666")], NA,
            "444455556666", without={Fact.VPCS: U}),
        row("29", "instances belong to participants",
            [instance(HOME, "10.0.1.10", owner_id="444455556666")], C),
        row("45", "enableDnsHostnames off", [vpc(dns_hostnames=False)], NC,
            "enableDnsHostnames is off"),
        row("46", "enableDnsSupport off", [vpc(dns_support=False)], NC, "enableDnsSupport is off"),
        row("47", "private DNS off", [standing("ssm", ("subnet-e", "10.0.9.5"), private_dns=False)],
            NC, "vpce-ssm: private DNS is off", without={Fact.HOSTED_ZONES: U}),
        row("50", "a zone without the record",
            [standing("ssm", ("subnet-e", "10.0.9.5"), private_dns=False),
             zone(NAMES[0], records=[])], NC, "has no record", without={Fact.HOSTED_ZONES: U}),
        row("53", "a rule forwards the Region", [forwarding("us-east-1.amazonaws.com")], U,
            "forwards us-east-1.amazonaws.com", without={Fact.RESOLVER_RULES: C}),
        row("56", "private DNS leads to the closed one of two",
            [standing("ssm", ("subnet-e", "10.0.9.5"), groups=["sg-closed"]), group("sg-closed"),
             standing("ssm", ("subnet-e", "10.0.9.8"), id="vpce-2", private_dns=False)], NC,
            "no ingress rule of sg-closed"),
        row("61", "an IPv6-only subnet and endpoints of IPv4",
            [vpc("10.0.0.0/16", "2001:db8::/56"), subnet(HOME, "2001:db8::/64"),
             instance(HOME, "2001:db8::10")], NC, "answers IPv4 only"),
        row("64", "the group admits another subnet",
            [group("sg-endpoint", allow(443, "10.0.2.0/24"))], NC,
            "no ingress rule of sg-endpoint admits tcp 443 from 10.0.1.10"),
        row("65", "the group admits the subnet in two halves",
            [group("sg-endpoint", allow(443, "10.0.1.0/25"), allow(443, "10.0.1.128/25"))], C),
        row("68", "the group admits the only address, asked by interface",
            [group("sg-endpoint", allow(443, "10.0.1.10/32"))], C, granularity="eni",
            without={Fact.NETWORK_INTERFACES: NC}),
        row("68", "the group admits the only address, asked by subnet",
            [group("sg-endpoint", allow(443, "10.0.1.10/32"))], NC),
        row("71", "all traffic admitted", [group("sg-endpoint", allow_all("10.0.0.0/16"))], C),
        row("74", "UDP 443 admitted", [group("sg-endpoint", allow(443, "10.0.0.0/16", "udp"))], NC),
        row("76", "the group admits the group that the instances carry",
            [group("sg-endpoint", allow(443, "sg-app"))], C, without={Fact.NETWORK_INTERFACES: U}),
        row("85", "the group admits a list", [group("sg-endpoint", allow(443, "pl-own")),
            prefix_list("pl-own", "10.0.0.0/16")], C, without={Fact.PREFIX_LISTS: U}),
        row("88", "the group admits a list of AWS", [group("sg-endpoint", allow(443, "pl-s3")),
            aws_prefix_list("s3", "0.0.0.0/0")], NC, without={Fact.PREFIX_LISTS: U}),
        row("92", "the instances' group lets nothing out", [group("sg-app")], NC,
            "no egress rule of sg-app", without={Fact.NETWORK_INTERFACES: C}),
        row("93", "egress to the endpoints' group",
            [group("sg-app", egress=(allow(443, "sg-endpoint"),))], C),
        row("97", "no egress to port 53",
            [group("sg-app", egress=(allow(443, "10.0.9.0/24"),))], C),
        row("92", "a database beside the instances lets nothing out",
            [group("sg-db"), instance(HOME, "10.0.1.20", id="db", groups=["sg-db"],
             instance_id=None, requester_managed=True)], C),
        row("98", "an ACL denies before it allows", [acl("acl-e", entry(90, "10.0.0.0/8", 443,
            deny=True), entry(100, "0.0.0.0/0"), entry(100, "0.0.0.0/0", egress=True),
            subnets=["subnet-e"])], NC, "acl-e of subnet-e denies tcp 443", "(entry 90)"),
        row("99", "an ACL without reply ports", [acl("acl-e", entry(100, "0.0.0.0/0", 443),
            entry(100, "0.0.0.0/0", 443, egress=True), subnets=["subnet-e"])], NC, "reply ports"),
        row("99", "an ACL with the reply ports that are asked for",
            [acl("acl-e", entry(100, "0.0.0.0/0", 443),
             entry(100, "0.0.0.0/0", (49152, 65535), egress=True), subnets=["subnet-e"])], C,
            ephemeralPorts="49152-65535"),
        row("100", "a closed ACL, endpoints in the same subnet", [acl("acl-a", subnets=[HOME]),
            standing("ssm", (HOME, "10.0.1.5")), standing("ssmmessages", (HOME, "10.0.1.6"))], C,
            without={Fact.NETWORK_ACLS: C}),
        row("103", "endpoints in another zone",
            [subnet(HOME, "10.0.1.0/24", zone="us-east-1b")], C),
        bare("125", "a route to a hub, no names that lead there",
             [to_hub], NC, "no endpoint for ssm in the VPC",
             without={Fact.HOSTED_ZONES: U}),
        bare("122", "names and a route lead to a hub that is not in view",
             [*to_hub, [zone(each) for each in NAMES]], U,
             "not in view", without={Fact.HOSTED_ZONES: U}),
        bare("124", "names lead to a hub, no route does", [[zone(each) for each in NAMES]], NC,
             "no route to another VPC", without={Fact.HOSTED_ZONES: NC}),
        bare("128", "zones not read, a route to a hub",
             [*to_hub, unread(Fact.HOSTED_ZONES)], U,
             "private hosted zones were not read"),
        row("-", "a probe sees what the settings say", [all_probed()], C,
            "ssm by interface-endpoint"),
        row("-", "open settings, and a probe that gets no answer", [all_probed(no_answer())], NC,
            "the probe in the subnet does not reach ssm, ssmmessages, though no setting is known",
            "connect 10.0.9.5:443: timed-out", without={Fact.PROBE_RESULTS: C}),
        row("-", "one service of two is not reached by the probe",
            [probed("ssm"), probed("ssmmessages", no_answer(error="certificate"))], NC,
            "does not reach ssmmessages, though", without={Fact.PROBE_RESULTS: C}),
        row("-", "a probe that got no answer long ago",
            [all_probed(no_answer(), taken_at=ago(minutes=91))], C),
        row("-", "the same, when that is not long ago",
            [all_probed(no_answer(), taken_at=ago(minutes=91))], NC, "does not reach",
            probeMaxAgeMinutes="91", without={Fact.PROBE_RESULTS: C}),
        row("-", "a probe that failed itself", [all_probed(failure="timed out")], C),
        row("-", "a probe reaches what the settings block", [closed, all_probed()], NC,
            "no ingress rule of sg-endpoint", "but the probe in the subnet reaches ssm"),
        row("-", "a probe cannot prove what was not read",
            [forwarding("us-east-1.amazonaws.com"), all_probed()], U, "forwards",
            without={Fact.RESOLVER_RULES: C}),
        row("-", "a probe refutes what was not read",
            [forwarding("us-east-1.amazonaws.com"), all_probed(no_answer())], NC,
            "the probe in the subnet does not reach ssm",
            without={Fact.PROBE_RESULTS: U}),
        row("-", "the probe stands in another subnet",
            [all_probed(no_answer(), subnet="subnet-e")], C),
    )  # fmt: skip


def test_what_a_probe_saw_is_among_the_evidence():
    found = judge(RULE, HOME, reaching(all_probed()))
    told = [each.detail for each in found.evidence if each.fact == "probe_result"]
    assert len(told) == 2
    assert told[0].startswith("ssm: the probe reached it at ")


def test_all_settings_are_in_the_evidence_and_the_first_in_the_annotation():
    found = judge(RULE, HOME, reaching(vpc(dns_hostnames=False), closed, group("sg-app")))
    assert {(each.fact, each.id) for each in found.evidence} >= {
        ("vpc", "vpc-home"),
        ("security_group", "sg-endpoint"),
        ("security_group", "sg-app"),
    }
    assert "(and " in found.annotation


@pytest.mark.parametrize("instances", [(), ("10.0.1.10",)])
def test_an_endpoint_for_instances_is_no_way_to_services(instances):
    """135: an EC2 Instance Connect Endpoint gives no service access."""
    alone = network(subnet(HOME, "10.0.1.0/24"), *(instance(HOME, each) for each in instances))
    assert judge(RULE, HOME, alone).compliance in {NC, U}


def test_an_endpoint_for_ec2messages_alone_is_no_way():
    """Prowler's substring test passes a VPC with ec2messages only."""
    alone = reaching(*no_endpoints, ec2messages)
    assert judge(RULE, HOME, alone).compliance is NC


def test_a_closed_endpoint_group_blocks():
    """Batfish's model calls an endpoint reachable whose group denies 443."""
    assert judge(RULE, HOME, reaching(closed)).compliance is NC
