from dataclasses import replace
from typing import ClassVar

from vpcproof.model.facts import Fact
from vpcproof.model.route_table import RouteTable

from tests.networks import (
    VPC,
    acl,
    allow,
    attachment,
    entry,
    forwarding,
    group,
    judge,
    main_table,
    open_acl,
    peering,
    profile,
    reaching,
    route,
    standing,
    subnet,
    transit_route,
    transit_table,
    unread,
    vpc,
    zone,
)
from tests.rules.situations import NA, NC, C, RuleTable, Situation, U

RULE = "vpc-central-endpoints-reachable"
HUB = "vpc-hub"
NAMES = {each: f"{each}.us-east-1.amazonaws.com" for each in ("ssm", "ssmmessages")}

# The spoke has no endpoints of its own; it is `reaching` with those gone.
gone = [standing(each, ("subnet-e", "10.0.9.5"), state="deleted")[0] for each in NAMES]


def hub_endpoint(code, address):
    return standing(
        code,
        ("subnet-h", address),
        id=f"vpce-hub-{code}",
        vpc=HUB,
        private_dns=False,
        groups=["sg-hub"],
    )


hub = (
    vpc(),
    vpc("10.200.0.0/16", id=HUB),
    subnet("subnet-h", "10.200.1.0/24", vpc=HUB, zone="us-east-1a"),
    open_acl("acl-hub", vpc_id=HUB),
    *hub_endpoint("ssm", "10.200.1.5"),
    *hub_endpoint("ssmmessages", "10.200.1.6"),
    group("sg-hub", allow(443, "10.0.0.0/8"), vpc=HUB),
)
zones = [
    zone(name, records=[name], targets=[f"vpce-hub-{code}-0a.{code}.us-east-1.vpce.amazonaws.com"])
    for code, name in NAMES.items()
]


def hub_table(*routes):
    local = route("10.200.0.0/16", "local")
    return RouteTable(id="rtb-hub", vpc_id=HUB, is_main=True, routes=(local, *routes))


attached = (attachment(VPC, "subnet-a"), attachment(HUB, "subnet-h"))
transit = transit_table(transit_route("10.0.0.0/16", VPC), transit_route("10.200.0.0/16", HUB))
there = main_table(route("10.200.0.0/16", "tgw-1"))
back = hub_table(route("10.0.0.0/16", "tgw-1"))
over_transit = (*hub, *zones, there, back, *attached, transit)
over_peering = (
    *hub,
    *zones,
    main_table(route("10.200.0.0/16", "pcx-1")),
    hub_table(route("10.0.0.0/16", "pcx-1")),
    peering(VPC, HUB),
)

TRANSIT_FACTS = dict.fromkeys(
    (Fact.TRANSIT_GATEWAY_ATTACHMENTS, Fact.TRANSIT_GATEWAY_ROUTE_TABLES, Fact.HOSTED_ZONES), U
)


def row(number, words, parts, expected, *mentions, without=None, **parameters):
    judged = reaching(*gone, *parts)
    return Situation(number, words, judged, VPC, expected, mentions, parameters, without or {})


class TestVpcCentralEndpointsReachable(RuleTable):
    rule = RULE
    immaterial: ClassVar = {
        Fact.VPCS: "the CIDR blocks are those of subnets and routes",
        Fact.VPC_DNS_ATTRIBUTES: "hosted zones are followed whether hostnames are on or off",
        Fact.NETWORK_INTERFACES: "the subnets of the hub's endpoints are open as a whole",
        Fact.PREFIX_LISTS: "no rule and no route in the row names a list",
        Fact.NAT_GATEWAYS: "traffic passes none",
        Fact.ENDPOINT_SERVICES: "the names of AWS's own services are formed from their codes",
        Fact.DHCP_OPTIONS: "asked only where the VPC's own resolver is off",
        Fact.HOSTED_ZONES: "a Profile leads there",
        Fact.PROFILE_ASSOCIATIONS: "hosted zones come before it",
        Fact.RESOLVER_RULES: "rules that were not read are taken for absent: few VPCs have them",
        Fact.TRANSIT_GATEWAY_ATTACHMENTS: "traffic passes none",
        Fact.TRANSIT_GATEWAY_ROUTE_TABLES: "likewise",
        Fact.VPC_PEERING_CONNECTIONS: "likewise",
    }
    situations = (
        row("122", "hub and spoke in view, over a transit gateway", over_transit, C,
            "ssm, ssmmessages reached", without=TRANSIT_FACTS),
        row("122", "hub and spoke in view, over peering", over_peering, C,
            without={Fact.VPC_PEERING_CONNECTIONS: U, Fact.HOSTED_ZONES: U}),
        row("126", "a Profile carries the hub's endpoints",
            [*hub, there, back, *attached, transit, profile("vpce-hub-ssm",
             "vpce-hub-ssmmessages")], C, without={**TRANSIT_FACTS, Fact.HOSTED_ZONES: C,
                                                   Fact.PROFILE_ASSOCIATIONS: NA}),
        row("122", "only the spoke is in view", [*zones, there, attached[0], transit], U,
            "not in view",
            without={Fact.HOSTED_ZONES: U}),
        row("1", "no name leads away", [*hub, there, back, *attached, transit], NA,
            "no service name leads to another VPC", without={Fact.HOSTED_ZONES: U}),
        row("2", "the endpoints stand here", [standing("ssm", ("subnet-e", "10.0.9.5")),
            standing("ssmmessages", ("subnet-e", "10.0.9.6"))], NA),
        row("124", "no route to the hub", [*over_transit, main_table()], NC,
            "ssm from subnet-a: rtb-main: no route from subnet-a to 10.200.1.5",
            without={Fact.HOSTED_ZONES: NA}),
        row("124", "no route to any other VPC, the hub not in view", zones, NC,
            "no route to another VPC", without={Fact.HOSTED_ZONES: NA}),
        row("124", "no route back", [*over_transit, hub_table()], NC,
            "no route from subnet-h to 10.0.1.0"),
        row("124", "the spoke is not attached", [*over_transit, replace(attached[0],
            state="deleted")], NC, "no available attachment of vpc-home",
            without={Fact.HOSTED_ZONES: NA}),
        row("124", "the transit gateway does not know the hub",
            [*over_transit, transit_table(transit_route("10.0.0.0/16", VPC))], NC,
            "tgw-rtb-1: leads 10.200.1.5 to nowhere", without={Fact.HOSTED_ZONES: NA}),
        row("127", "the hub admits its own addresses only",
            [*over_transit, group("sg-hub", allow(443, "10.200.0.0/16"), vpc=HUB)], NC,
            "no ingress rule of sg-hub admits tcp 443 from 10.0.1.10"),
        row("94", "egress names the hub's group, over a transit gateway",
            [*over_transit, group("sg-app", egress=(allow(443, "sg-hub"),))], NC,
            "no egress rule of sg-app", without={Fact.NETWORK_INTERFACES: C}),
        row("94", "egress names the hub's group, over peering",
            [*over_peering, group("sg-app", egress=(allow(443, "sg-hub"),))], C,
            without={Fact.VPC_PEERING_CONNECTIONS: U, Fact.HOSTED_ZONES: U}),
        row("83", "the hub admits the spoke's group, over peering",
            [*over_peering, group("sg-hub", allow(443, "sg-app"), vpc=HUB)], C,
            without={Fact.VPC_PEERING_CONNECTIONS: U, Fact.HOSTED_ZONES: U,
                     Fact.NETWORK_INTERFACES: U}),
        row("83", "the hub admits the spoke's group, over a transit gateway",
            [*over_transit, group("sg-hub", allow(443, "sg-app"), vpc=HUB)], U,
            "references to sg-app may work"),
        row("99", "an ACL of the hub has no reply ports", [*over_transit, acl("acl-h",
            entry(1, "0.0.0.0/0"), entry(1, "0.0.0.0/0", 443, egress=True), subnets=["subnet-h"],
            vpc_id=HUB)], NC, "reply ports"),
        row("99", "an ACL of the hub with the reply ports that are asked for",
            [*over_transit, acl("acl-h", entry(1, "0.0.0.0/0"), entry(1, "0.0.0.0/0",
             (49152, 65535), egress=True), subnets=["subnet-h"], vpc_id=HUB)], C,
            ephemeralPorts="49152-65535", without=TRANSIT_FACTS),
        row("34", "an endpoint of the hub failed", [*over_transit, replace(hub[4],
            state="failed")], NC, "state is failed"),
        row("126", "a Profile nobody read", [profile(), there, *attached, transit], U,
            "was not read", without={Fact.PROFILE_ASSOCIATIONS: NA}),
        row("53", "a rule forwards, and a hub could be led to",
            [forwarding("amazonaws.com"), there, *attached, transit], U, "forwards",
            without={Fact.RESOLVER_RULES: NA}),
        row("128", "zones not read", [there, *attached, transit, unread(Fact.HOSTED_ZONES)], U,
            "private hosted zones were not read"),
        row("128", "zones not read, and no other VPC can be reached",
            [unread(Fact.HOSTED_ZONES)], NA),
        row("28", "the VPC belongs to another account", [vpc(owner_id="444455556666")], NA),
    )  # fmt: skip


def test_the_hub_itself_has_no_name_that_leads_away():
    assert judge(RULE, HUB, reaching(*gone, *over_transit)).compliance is NA


def test_a_gateway_endpoint_of_the_hub_serves_no_spoke():
    """116: the rule has nothing to say, other rules find S3 missing in the spoke."""
    found = judge(RULE, VPC, reaching(*gone, *hub, there, back, *attached, transit), services="s3")
    assert found.compliance is NA
