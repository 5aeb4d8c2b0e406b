"""The class of every path, what it passes, and all that blocks it."""

from dataclasses import replace

import pytest
from vpcproof.analysis.path import Block, PathClass
from vpcproof.analysis.paths import COMMON_SERVICES, all_paths, path
from vpcproof.model.facts import Fact
from vpcproof.model.parameters import Parameters, parse_parameters
from vpcproof.model.route_table import RouteTable

from tests.networks import (
    MAIN,
    VPC,
    acl,
    allow,
    allow_all,
    attachment,
    aws_prefix_list,
    endpoint,
    entry,
    forwarding,
    gateway,
    group,
    instance,
    main_table,
    nat,
    network,
    open_acl,
    plumbing,
    prefix_list,
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

NONE, NAT, IGW = PathClass.NONE, PathClass.NAT, PathClass.INTERNET_GATEWAY
INTERFACE, GATEWAY = PathClass.INTERFACE_ENDPOINT, PathClass.GATEWAY_ENDPOINT
TGW, VGW = PathClass.TRANSIT_GATEWAY, PathClass.VIRTUAL_PRIVATE_GATEWAY
CENTRAL = PathClass.CENTRAL_ENDPOINT

everywhere = allow_all("0.0.0.0/0")
home = (
    subnet("subnet-a", "10.0.1.0/24", zone="us-east-1a"),
    group("sg-app", egress=(everywhere,)),
    instance("subnet-a", "10.0.1.10"),
    open_acl(),
)
CORE = "arn:aws:networkmanager::111122223333:core-network/core-network-0a"
targets = "nat-1 igw-1 tgw-1 vgw-1 pcx-1 eni-0 i-0 vpce-fw lgw-1"
out_by = {each: main_table(route("0.0.0.0/0", each)) for each in (*targets.split(), CORE)}
behind_nat = (
    subnet("subnet-public", "10.0.0.0/24"),
    table("rtb-public", route("0.0.0.0/0", "igw-1"), subnets=["subnet-public"]),
)
s3_list = aws_prefix_list("s3", "52.216.0.0/15", "3.5.0.0/19")
to_s3 = (gateway(), s3_list, main_table(to_gateway("s3")))
attached = (attachment(VPC, "subnet-a"),)


def way(*parts, service="ssm", subnet="subnet-a", **parameters):
    """The path of one subnet of a network to one service."""
    whole = network(*home, *parts)
    return path(whole, subnet, service, parse_parameters(parameters))


def details(found):
    return [("" if each.certain else "?") + each.detail for each in found.blocks]


TABLE = (
    # words, parts, class, reachable, via, texts of the blocks
    ("no way at all", [], NONE, False, (),
     ["no endpoint for ssm in the VPC", "no route to public addresses"]),
    ("a route to a partner is no way out", [main_table(route("203.0.113.0/24", "vgw-1"))], NONE,
     False, (), ["no endpoint for ssm", "no route to public addresses"]),
    ("a public NAT gateway", [out_by["nat-1"], behind_nat, nat()], NAT, True, (MAIN, "nat-1"), []),
    ("a NAT gateway in halves",
     [main_table(route("0.0.0.0/1", "nat-1"), route("128.0.0.0/1", "nat-1")), behind_nat, nat()],
     NAT, True, (MAIN, "nat-1"), []),
    ("a regional NAT gateway", [out_by["nat-1"], nat(subnet=None, availability_mode="regional")],
     NAT, True, (MAIN, "nat-1"), []),
    ("a NAT gateway in the subnet itself",
     [main_table(route("0.0.0.0/0", "igw-1")), table("rtb-a", route("0.0.0.0/0", "nat-1"),
      subnets=["subnet-a"]), nat(subnet="subnet-public"), subnet("subnet-public", "10.0.0.0/24")],
     NAT, True, ("rtb-a", "nat-1"), []),
    ("a NAT gateway that is its own way out", [out_by["nat-1"], nat(subnet="subnet-a")], NAT, False,
     (MAIN, "nat-1"), ["nat-1 stands in a subnet without internet gateway"]),
    ("a private NAT gateway", [out_by["nat-1"], behind_nat, nat(connectivity="private")], NAT,
     False, (MAIN, "nat-1"), ["nat-1 is a private NAT gateway"]),
    ("a NAT gateway that failed", [out_by["nat-1"], behind_nat, nat(state="failed")], NAT, False,
     (MAIN, "nat-1"), ["nat-1 is failed"]),
    ("a NAT gateway that is gone", [out_by["nat-1"]], NAT, False, (MAIN, "nat-1"),
     ["nat-1 was not found"]),
    ("a NAT gateway nobody looked for", [out_by["nat-1"], unread(Fact.NAT_GATEWAYS)], NAT, None,
     (MAIN, "nat-1"), ["?nat-1 was not found"]),
    ("a NAT gateway in a private subnet",
     [out_by["nat-1"], subnet("subnet-public", "10.0.0.0/24"), nat()], NAT, False, (MAIN, "nat-1"),
     ["nat-1 stands in a subnet without internet gateway"]),
    ("a NAT gateway where IPv6 alone is public",
     [out_by["nat-1"], subnet("subnet-public", "10.0.0.0/24"), nat(),
      table("rtb-public", route("::/0", "igw-1"), subnets=["subnet-public"])], NAT, False,
     (MAIN, "nat-1"), ["nat-1 stands in a subnet without internet gateway"]),
    ("a NAT gateway in a subnet nobody read", [out_by["nat-1"], nat(subnet="subnet-unseen")], NAT,
     None, (MAIN, "nat-1"), ["?the route table of nat-1", "?the network ACL was not read"]),
    ("a dead route to a NAT gateway",
     [main_table(route("0.0.0.0/0", "nat-1", state="blackhole"))], NONE, False, (),
     ["no endpoint for ssm", "0.0.0.0/0 to nat-1 is blackhole"]),
    ("a dead route for a part of the public space",
     [main_table(route("0.0.0.0/0", "nat-1"), route("52.217.0.0/16", "nat-0", state="blackhole")),
      behind_nat, nat()], NAT, None, (MAIN, "nat-1"), ["?52.217.0.0/16 to nat-0 is blackhole"]),
    ("a NAT instance by interface", [out_by["eni-0"]], NAT, None, (MAIN, "eni-0"),
     ["?forwards as its own software decides"]),
    ("a NAT instance by instance", [out_by["i-0"]], NAT, None, (MAIN, "i-0"), ["?forwards"]),
    ("an ACL of the NAT gateway's subnet lets no client in",
     [out_by["nat-1"], behind_nat, nat(), acl("acl-p", entry(1, "0.0.0.0/0", egress=True),
      entry(1, "203.0.113.0/24"), entry(2, "0.0.0.0/0", (1024, 65535)),
      subnets=["subnet-public"])],
     NAT, False, (MAIN, "nat-1"), ["acl-p of subnet-public denies tcp 443 inbound from 10.0.1.0"]),
    ("an ACL keeps a part of the public space away",
     [out_by["igw-1"], instance("subnet-a", "10.0.1.10", has_public_address=True),
      acl("acl-open", entry(1, "203.0.113.0/24", deny=True, egress=True),
          entry(2, "0.0.0.0/0", egress=True), entry(3, "0.0.0.0/0"))],
     IGW, None, (MAIN, "igw-1"), ["?acl-open of subnet-a denies tcp 443 outbound to 203.0.113.0"]),
    ("an internet gateway and a public address",
     [out_by["igw-1"], instance("subnet-a", "10.0.1.10", has_public_address=True)], IGW, True,
     (MAIN, "igw-1"), []),
    ("an internet gateway and no public address", [out_by["igw-1"]], IGW, False, (MAIN, "igw-1"),
     ["has no public address"]),
    ("an internet gateway and nobody there", [out_by["igw-1"], subnet("subnet-b", "10.0.2.0/24")],
     IGW, None, (MAIN, "igw-1"), ["?whether workloads in subnet-b have"], {"subnet": "subnet-b"}),
    ("an internet gateway by IPv6 only", [main_table(route("::/0", "igw-1"))], NONE, False, (),
     ["no endpoint for ssm", "no route to public addresses"]),
    ("egress closed towards public addresses",
     [out_by["nat-1"], behind_nat, nat(), group("sg-app", egress=(allow(443, "10.0.0.0/8"),))],
     NAT, False, (MAIN, "nat-1"), ["no egress rule of sg-app allows tcp 443"]),
    ("egress open to some public addresses",
     [out_by["nat-1"], behind_nat, nat(), group("sg-app", egress=(allow(443, "52.0.0.0/8"),))],
     NAT, None, (MAIN, "nat-1"), ["?no egress rule of sg-app allows tcp 443"]),
    ("a transit gateway", [out_by["tgw-1"], attached, transit_table(
        transit_route("0.0.0.0/0", "vpc-egress"))], TGW, None, (MAIN, "tgw-1"),
     ["?what lies behind it is not followed"]),
    ("a transit gateway without a default route", [out_by["tgw-1"], attached, transit_table(
        transit_route("10.0.0.0/16", VPC))], TGW, False, (MAIN, "tgw-1"),
     ["has no route to public addresses", "?what lies behind"]),
    ("a transit gateway that drops", [out_by["tgw-1"], attached, transit_table(
        transit_route("0.0.0.0/0", None, state="blackhole"))], TGW, False, (MAIN, "tgw-1"),
     ["has no route to public addresses", "?what lies behind"]),
    ("a transit gateway without attachment", [out_by["tgw-1"]], TGW, False, (MAIN, "tgw-1"),
     ["no available attachment of vpc-home was found", "?what lies behind"]),
    ("a transit gateway whose attachments were not read",
     [out_by["tgw-1"], unread(Fact.TRANSIT_GATEWAY_ATTACHMENTS)], TGW, None, (MAIN, "tgw-1"),
     ["?no available attachment", "?what lies behind"]),
    ("a transit gateway attached in another zone",
     [out_by["tgw-1"], subnet("subnet-t", "10.0.2.0/24", zone="us-east-1b"),
      attachment(VPC, "subnet-t"), transit_table(transit_route("0.0.0.0/0", "vpc-egress"))], TGW,
     False, (MAIN, "tgw-1"), ["has no subnet in us-east-1a, the zone of subnet-a", "?what lies"]),
    ("a transit gateway attached nobody knows where",
     [out_by["tgw-1"], attachment(VPC), transit_table(transit_route("0.0.0.0/0", "vpc-egress"))],
     TGW, None, (MAIN, "tgw-1"), ["?whether it has a subnet in the zone of", "?what lies"]),
    ("a transit gateway whose routes were not read",
     [out_by["tgw-1"], attached, replace(transit_table(), routes=None)], TGW, None,
     (MAIN, "tgw-1"), ["?the route table of tgw-attach-vpc-home was not read", "?what lies"]),
    ("a transit gateway that learns from a VPN",
     [out_by["tgw-1"], attached, attachment("vpn-1", resource_type="vpn", resource_id="vpn-1"),
      transit_table(propagating=("tgw-attach-vpn-1",))], TGW, None, (MAIN, "tgw-1"),
     ["?what lies behind"]),
    ("a core network", [out_by[CORE]], TGW, None, (MAIN, CORE),
     ["?what lies behind is not in view"]),
    ("a virtual private gateway", [out_by["vgw-1"]], VGW, None, (MAIN, "vgw-1"),
     ["?on-premises networks are not in view"]),
    ("a peering connection", [out_by["pcx-1"]], NONE, False, (MAIN, "pcx-1"),
     ["no endpoint for ssm", "pcx-1: peering has no way out"]),
    ("a target that is not modelled", [out_by["lgw-1"]], NONE, None, (MAIN, "lgw-1"),
     ["?is a target that is not modelled"]),
    ("a prefix list nobody read may be the way out", [main_table(route("pl-own", "nat-1"))], NONE,
     None, (), ["?entries were not read"]),
    ("a prefix list is the way out",
     [main_table(route("pl-own", "nat-1")), behind_nat, nat(),
      prefix_list("pl-own", "0.0.0.0/1", "128.0.0.0/1")], NAT, True, (MAIN, "nat-1"), []),
    ("the route table was not read", [unread(Fact.ROUTE_TABLES)], NONE, None, (),
     ["?the route table was not read"]),
    ("private DNS off, and the route table was not read",
     [endpoint("ssm", private_dns=False), unread(Fact.ROUTE_TABLES)], NONE, None, (),
     ["?the route table was not read"]),
    ("an IPv6-only subnet",
     [out_by["nat-1"], behind_nat, nat(), subnet("subnet-six", "2001:db8::/64"),
      instance("subnet-six", "2001:db8::10")], NAT, None, (MAIN, "nat-1"),
     ["?is IPv6-only, whose ways"], {"subnet": "subnet-six"}),
    # A Gateway Load Balancer endpoint in the way
    ("a firewall, and a NAT gateway behind it",
     [out_by["vpce-fw"], subnet("subnet-fw", "10.0.8.0/24"), behind_nat, nat(),
      endpoint("fw", id="vpce-fw", type="GatewayLoadBalancer", subnet_ids=("subnet-fw",)),
      table("rtb-fw", route("0.0.0.0/0", "nat-1"), subnets=["subnet-fw"])],
     NAT, None, (MAIN, "vpce-fw"), ["?the appliance behind it decides"]),
    ("a firewall, and a dead route behind it",
     [out_by["vpce-fw"], subnet("subnet-fw", "10.0.8.0/24"),
      endpoint("fw", id="vpce-fw", type="GatewayLoadBalancer", subnet_ids=("subnet-fw",)),
      table("rtb-fw", route("0.0.0.0/0", "nat-1", state="blackhole"), subnets=["subnet-fw"])],
     NONE, False, (MAIN, "vpce-fw"), ["0.0.0.0/0 to nat-1 is blackhole", "?the appliance"]),
    ("a firewall, and a private NAT gateway behind it",
     [out_by["vpce-fw"], subnet("subnet-fw", "10.0.8.0/24"), nat(connectivity="private"),
      endpoint("fw", id="vpce-fw", type="GatewayLoadBalancer", subnet_ids=("subnet-fw",)),
      table("rtb-fw", route("0.0.0.0/0", "nat-1"), subnets=["subnet-fw"])],
     NAT, False, (MAIN, "vpce-fw"), ["nat-1 is a private NAT gateway", "?the appliance"]),
    ("a firewall in the subnet's own table",
     [out_by["vpce-fw"],
      endpoint("fw", id="vpce-fw", type="GatewayLoadBalancer", subnet_ids=("subnet-a",))],
     NONE, None, (MAIN, "vpce-fw"), ["?the appliance behind it decides"]),
    ("a firewall nobody read", [out_by["vpce-fw"]], NONE, None, (MAIN, "vpce-fw"),
     ["?the appliance behind it decides"]),
    # Gateway endpoints
    ("S3 by its gateway endpoint", [to_s3], GATEWAY, True, (MAIN, "vpce-s3"), [],
     {"service": "s3"}),
    ("S3 by its gateway endpoint before NAT",
     [gateway(), s3_list, main_table(to_gateway("s3"), route("0.0.0.0/0", "nat-1"))], GATEWAY, True,
     (MAIN, "vpce-s3"), [], {"service": "s3"}),
    ("S3 overridden by a route to NAT",
     [gateway(), s3_list, behind_nat, nat(),
      main_table(to_gateway("s3"), route("52.216.0.0/15", "nat-1"))], NAT, True, (MAIN, "nat-1"),
     [], {"service": "s3"}),
    ("S3 overridden by a dead route",
     [gateway(), s3_list, main_table(to_gateway("s3"),
                                     route("52.216.0.0/16", "eni-0", state="blackhole"))],
     NONE, False, (), ["52.216.0.0/16 to eni-0 is blackhole"], {"service": "s3"}),
    ("S3 by a dead route to its endpoint",
     [gateway(), s3_list, main_table(to_gateway("s3", state="blackhole"))], GATEWAY, False,
     (MAIN, "vpce-s3"), ["the route to vpce-s3 is a blackhole"], {"service": "s3"}),
    ("S3 perhaps overridden: the list was not read",
     [gateway(), main_table(to_gateway("s3"), route("52.0.0.0/8", "eni-0"))], GATEWAY, None,
     (MAIN, "vpce-s3"), ["?52.0.0.0/8 may override vpce-s3"], {"service": "s3"}),
    ("S3 where the table lacks the route, to an endpoint that is gone",
     [gateway(state="deleted"), s3_list], NONE, False, (),
     ["no endpoint for s3 in the VPC", "no route to public addresses"], {"service": "s3"}),
    ("S3 where the table lacks the route", [gateway(), s3_list], NONE, False, (),
     ["has no route to gateway endpoint vpce-s3"], {"service": "s3"}),
    ("S3 where the table lacks the route, by NAT", [gateway(), s3_list, out_by["nat-1"], behind_nat,
      nat()], NAT, True, (MAIN, "nat-1"), [], {"service": "s3"}),
    ("S3 by an endpoint that is going", [gateway(state="deleting"), s3_list, to_s3[2]], GATEWAY,
     False, (MAIN, "vpce-s3"), ["state is deleting"], {"service": "s3"}),
    ("S3, egress to the VPC only", [to_s3, group("sg-app", egress=(allow(443, "10.0.0.0/16"),))],
     GATEWAY, False, (MAIN, "vpce-s3"),
     ["no egress rule of sg-app allows tcp 443 to 3.5.0.0 (pl-s3)"], {"service": "s3"}),
    ("S3, egress to the prefix list", [to_s3, group("sg-app", egress=(allow(443, "pl-s3"),))],
     GATEWAY, True, (MAIN, "vpce-s3"), [], {"service": "s3"}),
    ("S3, egress to the prefix list, its entries unread",
     [gateway(), main_table(to_gateway("s3")), group("sg-app", egress=(allow(443, "pl-s3"),))],
     GATEWAY, True, (MAIN, "vpce-s3"), [], {"service": "s3"}),
    ("S3, an ACL for the VPC only",
     [to_s3, acl("acl-open", entry(1, "10.0.0.0/16"), entry(1, "10.0.0.0/16", egress=True))],
     GATEWAY, False, (MAIN, "vpce-s3"), ["denies tcp 443 outbound to 3.5.0.0",
      "denies tcp 32768 of the reply ports 32768-65535 inbound from 3.5.0.0"], {"service": "s3"}),
    ("S3 by lists of both families",
     [gateway(), s3_list, prefix_list("pl-s3-six", "2600::/16"),
      main_table(route("pl-s3-six", "vpce-s3"), to_gateway("s3"))], GATEWAY, True,
     (MAIN, "vpce-s3"), [], {"service": "s3"}),
    ("DynamoDB by its interface endpoint alone", [standing("dynamodb", ("subnet-a", "10.0.1.5"),
      private_dns=False)], NONE, False, (), ["no private DNS exists for dynamodb"],
     {"service": "dynamodb"}),
)  # fmt: skip


@pytest.mark.parametrize(
    ("lost", "reachable"), [("52.217.0.0/16", False), ("203.0.113.0/24", True)]
)
def test_a_dead_route_matters_where_a_service_publishes_its_addresses(lost, reachable):
    out = main_table(route("0.0.0.0/0", "nat-1"), route(lost, "nat-0", state="blackhole"))
    parts = [out, behind_nat, nat(), s3_list]
    assert way(*parts, service="s3").reachable is reachable


@pytest.mark.parametrize(("granularity", "reachable"), [("eni", True), ("subnet", False)])
def test_a_detour_on_the_way_back_matters_to_addresses_in_use(granularity, reachable):
    back = table("rtb-e", route("10.0.1.0/28", "eni-0", state="blackhole"), subnets=["subnet-e"])
    whole = reaching(back, instance("subnet-a", "10.0.1.20"))
    found = path(whole, "subnet-a", "ssm", parse_parameters({"granularity": granularity}))
    assert found.reachable is reachable


@pytest.mark.parametrize("row", TABLE, ids=[row[0] for row in TABLE])
def test_the_way_of_a_subnet_to_a_service(row):
    _, parts, path_class, reachable, via, texts, *options = row
    found = way(*parts, **(options[0] if options else {}))
    assert (found.path_class, found.reachable, found.via) == (path_class, reachable, via)
    assert len(found.blocks) == len(texts), details(found)
    for detail, text in zip(details(found), texts, strict=True):
        assert detail.startswith("?") is text.startswith("?")
        assert text.removeprefix("?") in detail


# Interface endpoints


def test_an_endpoint_is_reached_and_the_proof_says_by_what():
    found = path(reaching(), "subnet-a", "ssm", Parameters())
    assert (found.path_class, found.reachable, found.via) == (INTERFACE, True, ("vpce-ssm",))
    assert [(each.fact, each.id) for each in found.proof] == [
        ("vpc_endpoint", "vpce-ssm"),
        ("route_table", MAIN),
        ("subnet", "subnet-e"),
        ("security_group", "sg-endpoint"),
    ]


FAULTS = {
    "the endpoint is not available": standing("ssm", ("subnet-e", "10.0.9.5"), state="failed"),
    "its group is closed": group("sg-endpoint"),
    "egress is closed": group("sg-app"),
    "names are not answered": vpc(dns_hostnames=False),
    "an ACL denies": acl(
        "acl-a",
        entry(100, "0.0.0.0/0"),
        entry(90, "10.0.9.0/24", 443, deny=True, egress=True),
        entry(100, "0.0.0.0/0", egress=True),
        subnets=["subnet-a"],
    ),
    "a dead route is more specific": main_table(route("10.0.9.0/24", "eni-0", state="blackhole")),
}
BLOCK_OF = {
    "the endpoint is not available": ("vpc_endpoint", "vpce-ssm"),
    "its group is closed": ("security_group", "sg-endpoint"),
    "egress is closed": ("security_group", "sg-app"),
    "names are not answered": ("vpc", VPC),
    "an ACL denies": ("network_acl", "acl-a"),
    "a dead route is more specific": ("route_table", MAIN),
}


def blocked_by(*faults):
    found = path(reaching(*(FAULTS[each] for each in faults)), "subnet-a", "ssm", Parameters())
    assert all(each.certain for each in found.blocks)
    return {(each.fact, each.id) for each in found.blocks}, found.reachable


def test_all_faults_are_named_at_once():
    assert blocked_by(*FAULTS) == (set(BLOCK_OF.values()), False)


@pytest.mark.parametrize("repaired", FAULTS)
def test_repairing_one_fault_removes_exactly_its_block(repaired):
    left = [each for each in FAULTS if each != repaired]
    assert blocked_by(*left) == ({BLOCK_OF[each] for each in left}, False)


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_alone_blocks(fault):
    assert blocked_by(fault) == ({BLOCK_OF[fault]}, False)


def test_repairing_all_faults_makes_it_reachable():
    assert blocked_by() == (set(), True)


def test_both_attributes_and_private_dns_off_are_named_with_all_the_rest():
    found = path(
        reaching(
            vpc(dns_support=False, dns_hostnames=False),
            standing("ssm", ("subnet-e", "10.0.9.5"), private_dns=False),
            group("sg-endpoint"),
        ),
        "subnet-a",
        "ssm",
        Parameters(),
    )
    assert (found.path_class, found.reachable) == (NONE, False)
    assert [(each.fact, each.id) for each in found.blocks] == [
        ("vpc", VPC),
        ("vpc", VPC),
        ("vpc_endpoint", "vpce-ssm"),
        ("security_group", "sg-endpoint"),
    ]


HERE = (
    # words, parts, reachable, texts of the blocks
    ("a self reference", [group("sg-both", allow_all("sg-both"), egress=(allow_all("sg-both"),)),
     instance("subnet-a", "10.0.1.10", groups=["sg-both"]),
     standing("ssm", ("subnet-e", "10.0.9.5"), groups=["sg-both"])], True, []),
    ("egress to the endpoint's group", [group("sg-app", egress=(allow(443, "sg-endpoint"),))],
     True, []),
    ("egress to a group that the endpoint has not", [group("sg-app", egress=(allow(443, "sg-x"),))],
     False, ["no egress rule of sg-app"]),
    ("egress to a list nobody read", [group("sg-app", egress=(allow(443, "pl-own"),))], None,
     ["?no egress rule of sg-app"]),
    ("no rule for DNS is needed", [group("sg-app", egress=(allow(443, "10.0.9.0/24"),))], True, []),
    ("egress by UDP only", [group("sg-app", egress=(allow(443, "0.0.0.0/0", "udp"),))], False,
     ["no egress rule of sg-app"]),
    ("the workload's groups were not read",
     [instance("subnet-a", "10.0.1.10", groups=["sg-unseen"])], None,
     ["?no egress rule of sg-unseen"]),
    ("a workload without any group", [instance("subnet-a", "10.0.1.10", groups=[])], False,
     ["no egress rule of no security group"]),
    ("ingress by a list nobody read", [group("sg-endpoint", allow(443, "pl-own"))], None,
     ["?entries of pl-own in sg-endpoint were not read"]),
    ("ingress by another group", [group("sg-endpoint", allow(443, "sg-x"))], False,
     ["no ingress rule of sg-endpoint admits tcp 443 from 10.0.1.10"]),
    ("ingress of another subnet", [group("sg-endpoint", allow(443, "10.0.2.0/24"))], False,
     ["no ingress rule of sg-endpoint admits tcp 443 from 10.0.1.10"]),
    ("ingress of one address of the subnet", [group("sg-endpoint", allow(443, "10.0.1.10"))], False,
     ["admits tcp 443 from 10.0.1.0"]),
    ("an endpoint without interface", [endpoint("ssm")], False, ["has no network interface"]),
    ("an endpoint in a subnet nobody read", [endpoint("ssm", subnet_ids=("subnet-x",))], None,
     ["?its subnet subnet-x was not read"]),
    ("one of two interfaces is shut off by an ACL",
     [subnet("subnet-f", "10.0.8.0/24"), acl("acl-f", subnets=["subnet-f"]),
      standing("ssm", ("subnet-e", "10.0.9.5"), ("subnet-f", "10.0.8.5"))], False,
     ["acl-f of subnet-f denies tcp 443 inbound", "acl-f of subnet-f denies tcp 32768"]),
    ("an ACL within one subnet",
     [acl("acl-a", subnets=["subnet-a"]), standing("ssm", ("subnet-a", "10.0.1.5"))], True, []),
    ("interfaces unread, an ACL closed to a part of their subnet",
     [endpoint("ssm", subnet_ids=("subnet-e",)), acl("acl-a", entry(1, "0.0.0.0/0"),
      entry(1, "10.0.9.0/25", egress=True), subnets=["subnet-a"])], None, ["?acl-a of subnet-a"]),
    ("ACLs unread", [unread(Fact.NETWORK_ACLS)], None, ["?the network ACL was not read"] * 2),
    ("the tables unread", [unread(Fact.ROUTE_TABLES)], None,
     ["?the route table was not read"] * 2),
    ("a firewall between subnets", [main_table(route("10.0.9.0/24", "vpce-fw"))], None,
     ["?10.0.9.0/24 leads to vpce-fw, on the way from subnet-a to 10.0.9.5"]),
    ("a dead route back", [table("rtb-e", route("10.0.1.0/25", "eni-0", state="blackhole"),
     subnets=["subnet-e"])], False, ["10.0.1.0/25 is a blackhole, on the way from subnet-e"]),
    ("a route for another subnet", [main_table(route("10.0.7.0/24", "eni-0", state="blackhole"))],
     True, []),
    ("a route less specific than the local one", [main_table(route("10.0.0.0/8", "tgw-1"))], True,
     []),
    ("a firewall in the place of the local route",
     [RouteTable(id=MAIN, vpc_id=VPC, is_main=True, routes=(route("10.0.0.0/16", "vpce-fw"),))],
     None, ["?10.0.0.0/16 leads to vpce-fw, on the way from subnet-a to 10.0.9.5",
            "?10.0.0.0/16 leads to vpce-fw, on the way from subnet-e to 10.0.1.0/24"]),
    ("a table that shows no local route, as in a template",
     [RouteTable(id=MAIN, vpc_id=VPC, is_main=True, routes=(route("0.0.0.0/0", "nat-1"),))], True,
     []),
    ("a table without local route, and the VPC was not read",
     [RouteTable(id=MAIN, vpc_id=VPC, is_main=True), unread(Fact.VPCS)], None,
     ["?the DNS attributes were not read"]),
    ("the addresses of a workload are not known",
     [instance("subnet-a"), group("sg-endpoint", allow(443, "10.0.1.0/24"))], True, []),
    ("a subnet of the secondary block, admitted",
     [vpc("10.0.0.0/16", "100.64.0.0/16"), subnet("subnet-a", "100.64.1.0/24"),
      instance("subnet-a", "100.64.1.10"), group("sg-endpoint", allow(443, "100.64.0.0/16"))], True,
     []),
    ("a subnet of the secondary block, left out",
     [vpc("10.0.0.0/16", "100.64.0.0/16"), subnet("subnet-a", "100.64.1.0/24"),
      instance("subnet-a", "100.64.1.10")], False, ["admits tcp 443 from 100.64.1.10"]),
    ("the addresses of the subnet are not known", [subnet("subnet-a")], None,
     ["?its CIDR blocks are not known"]),
    ("the addresses of the endpoint are not known",
     [subnet("subnet-e"), endpoint("ssm", subnet_ids=("subnet-e",))], None,
     ["?its CIDR blocks are not known"]),
    ("a database beside the instance lets nothing out: it runs no agent",
     [group("sg-db"), instance("subnet-a", "10.0.1.20", id="db", groups=["sg-db"], instance_id=None,
                               requester_managed=True)], True, []),
    ("nobody in the subnet, the group open to the VPC",
     [plumbing("subnet-a", "nat_gateway"), instance("subnet-e", "10.0.9.10", id="e")], True, []),
)  # fmt: skip


@pytest.mark.parametrize("row", HERE, ids=[row[0] for row in HERE])
def test_the_way_to_an_endpoint_of_the_vpc(row):
    _, parts, reachable, texts = row
    found = path(reaching(*parts), "subnet-a", "ssm", Parameters())
    assert (found.path_class, found.reachable) == (INTERFACE, reachable), details(found)
    assert len(found.blocks) == len(texts), details(found)
    for detail, text in zip(details(found), texts, strict=True):
        assert detail.startswith("?") is text.startswith("?")
        assert text.removeprefix("?") in detail


@pytest.mark.parametrize(
    ("parts", "reachable"),
    [
        ([], False),
        ([out_by["nat-1"], behind_nat, nat()], None),
        ([out_by["nat-1"], behind_nat, nat(connectivity="private")], False),
        ([main_table(route("10.200.0.0/16", "pcx-1"))], None),
    ],
    ids=["no other way", "NAT works", "NAT does not", "a peering"],
)
def test_where_private_dns_is_in_doubt_a_closed_endpoint_is_proof_only_without_another_way(
    parts, reachable
):
    closed = reaching(group("sg-endpoint"), *parts, unread(Fact.VPC_DNS_ATTRIBUTES))
    found = path(closed, "subnet-a", "ssm", Parameters())
    assert (found.path_class, found.reachable) == (INTERFACE, reachable)


def test_who_carries_a_group_is_not_known_without_interfaces():
    asked = reaching(group("sg-endpoint", allow(443, "sg-app")), unread(Fact.NETWORK_INTERFACES))
    found = path(asked, "subnet-a", "ssm", Parameters())
    assert found.reachable is None
    assert "who carries sg-app is not known" in found.blocks[0].detail


def test_ssm_is_for_all_workloads_where_that_is_asked():
    database = (
        group("sg-db"),
        instance("subnet-a", "10.0.1.20", id="db", groups=["sg-db"], instance_id=None,
                 requester_managed=True),
    )  # fmt: skip
    asked = parse_parameters({"ssmWorkloads": "all"})
    assert path(reaching(database), "subnet-a", "ssm", asked).reachable is False


def test_with_granularity_eni_only_the_addresses_held_count():
    one = reaching(group("sg-endpoint", allow(443, "10.0.1.10/32")))
    assert path(one, "subnet-a", "ssm", Parameters()).reachable is False
    by_interface = parse_parameters({"granularity": "eni"})
    assert path(one, "subnet-a", "ssm", by_interface).reachable is True


def test_a_service_on_two_ports_needs_both():
    smtp = reaching(
        standing("email-smtp", ("subnet-e", "10.0.9.7"), groups=["sg-smtp"]),
        group("sg-smtp", allow(587, "10.0.0.0/16")),
    )
    found = path(smtp, "subnet-a", "email-smtp", Parameters())
    assert found.reachable is False
    assert not any("tcp 587" in each.detail for each in found.blocks)


# IPv6

six = (
    vpc("10.0.0.0/16", "2001:db8::/56"),
    subnet("subnet-a", "10.0.1.0/24", "2001:db8:0:1::/64", zone="us-east-1a"),
    subnet("subnet-e", "10.0.9.0/24", "2001:db8:0:9::/64"),
    main_table(route("2001:db8::/56", "local")),
)
dual = standing("ssm", ("subnet-e", "10.0.9.5", "2001:db8:0:9::5"), ip_address_type="dualstack")
both_in = group("sg-endpoint", allow(443, "10.0.0.0/16"), allow(443, "2001:db8::/56"))
both_out = group("sg-app", egress=(everywhere, allow_all("::/0")))
with_both = instance("subnet-a", "10.0.1.10", "2001:db8:0:1::10")


@pytest.mark.parametrize(
    ("words", "parts", "reachable", "text"),
    [
        ("an endpoint of IPv4, workloads with both", [six, with_both], True, ""),
        ("a dual-stack endpoint open to both", [six, dual, both_in, both_out, with_both], True, ""),
        ("a dual-stack endpoint open to IPv4 only", [six, dual, both_out, with_both], False,
         "admits tcp 443 from 2001:db8:0:1::10"),
        ("egress to IPv4 only", [six, dual, both_in, with_both], False,
         "allows tcp 443 to 2001:db8:0:9::5"),
        ("IPv4 only all the way, workloads without IPv6", [six, dual], True, ""),
        ("an ACL for IPv4 only, workloads with both",
         [six, dual, both_in, both_out, with_both,
          acl("acl-open", entry(1, "0.0.0.0/0"), entry(1, "0.0.0.0/0", egress=True))],
         False, "outbound to 2001:db8:0:9::5"),
        ("an ACL for IPv4 only, workloads without IPv6",
         [six, dual, acl("acl-open", entry(1, "0.0.0.0/0"), entry(1, "0.0.0.0/0", egress=True))],
         True, ""),
        ("an IPv6-only subnet and an endpoint of IPv4",
         [six, subnet("subnet-a", "2001:db8:0:1::/64"), instance("subnet-a", "2001:db8:0:1::10"),
          both_out], False, "answers IPv4 only, subnet-a has none"),
        ("an IPv4 subnet and an endpoint of IPv6",
         [six, subnet("subnet-a", "10.0.1.0/24"),
          standing("ssm", ("subnet-e", "2001:db8:0:9::5"), ip_address_type="ipv6")], False,
         "answers IPv6 only, subnet-a has none"),
        ("an IPv6-only subnet and a dual-stack endpoint",
         [six, dual, both_in, both_out, subnet("subnet-a", "2001:db8:0:1::/64"),
          instance("subnet-a", "2001:db8:0:1::10")], True, ""),
    ],
)  # fmt: skip
def test_both_ends_speak_the_families_that_both_have(words, parts, reachable, text):
    found = path(reaching(*parts), "subnet-a", "ssm", Parameters())
    assert found.reachable is reachable, details(found)
    assert text in "".join(details(found))


# What was not read of names


UNKNOWN_NAMES = (
    ("the endpoints were not read, NAT works",
     [unread(Fact.VPC_ENDPOINTS), out_by["nat-1"], behind_nat, nat()], NAT, None),
    ("the endpoints were not read, nothing else works", [unread(Fact.VPC_ENDPOINTS)], NONE, None),
    ("a rule forwards, and the transit gateway learns from a VPN",
     [forwarding("amazonaws.com"), main_table(route("10.200.0.0/16", "tgw-1")), attached,
      attachment("vpn-1", resource_type="vpn", resource_id="vpn-1"),
      transit_table(propagating=("tgw-attach-vpn-1",))], NONE, None),
    ("a rule forwards, NAT works",
     [out_by["nat-1"], behind_nat, nat(), forwarding("amazonaws.com")], NAT, None),
    ("a rule forwards, nothing else works, and no endpoint could help",
     [forwarding("amazonaws.com")], NONE, False),
    ("a rule forwards, and a hub could help",
     [forwarding("amazonaws.com"), main_table(route("10.200.0.0/16", "tgw-1")), attached,
      transit_table(transit_route("10.200.0.0/16", "vpc-hub"))], NONE, None),
    ("a rule forwards, and the way to a hub leads nowhere",
     [forwarding("amazonaws.com"), main_table(route("10.200.0.0/16", "tgw-1")), attached,
      transit_table(transit_route("10.0.0.0/16", VPC))], NONE, False),
    ("a rule forwards, and the way to a hub starts in another zone",
     [forwarding("amazonaws.com"), main_table(route("10.200.0.0/16", "tgw-1")),
      subnet("subnet-t", "10.0.2.0/24", zone="us-east-1b"), attachment(VPC, "subnet-t")],
     NONE, False),
    ("a rule forwards, and what the transit gateway knows was not read",
     [forwarding("amazonaws.com"), main_table(route("10.200.0.0/16", "tgw-1")), attached], NONE,
     None),
    ("a rule forwards, and a peering could help",
     [forwarding("amazonaws.com"), main_table(route("10.200.0.0/16", "pcx-1"))], NONE, None),
    ("a rule forwards, and the tables were not read",
     [forwarding("amazonaws.com"), unread(Fact.ROUTE_TABLES)], NONE, None),
    ("zones unread, an endpoint without private DNS stands here",
     [endpoint("ssm", private_dns=False), unread(Fact.HOSTED_ZONES)], NONE, None),
    ("zones unread, a private NAT gateway, and an endpoint here",
     [endpoint("ssm", private_dns=False), unread(Fact.HOSTED_ZONES), out_by["nat-1"], behind_nat,
      nat(connectivity="private")], NAT, None),
    ("a Profile nobody read, NAT works", [profile(), out_by["nat-1"], behind_nat, nat()], NAT,
     None),
    ("a zone whose records nobody read, NAT works",
     [zone("amazonaws.com"), out_by["nat-1"], behind_nat, nat()], NAT, None),
)  # fmt: skip


@pytest.mark.parametrize("row", UNKNOWN_NAMES, ids=[row[0] for row in UNKNOWN_NAMES])
def test_a_name_that_is_not_known_proves_nothing_but_what_holds_for_all(row):
    _, parts, path_class, reachable = row
    found = way(*parts)
    assert (found.path_class, found.reachable, found.class_known) == (path_class, reachable, False)


@pytest.mark.parametrize(
    ("parts", "service", "known"),
    [
        ([out_by["nat-1"], behind_nat, nat()], "ssm", True),
        ([standing("ssm", ("subnet-a", "10.0.1.5"))], "ssm", True),
        (
            [standing("ssm", ("subnet-a", "10.0.1.5")), unread(Fact.VPC_DNS_ATTRIBUTES)],
            "ssm",
            False,
        ),
        ([unread(Fact.ROUTE_TABLES)], "ssm", False),
        ([out_by["lgw-1"]], "ssm", False),
        ([out_by["pcx-1"]], "ssm", True),
        ([main_table(route("pl-own", "nat-1"))], "ssm", False),
        ([to_s3], "s3", True),
        ([gateway(), main_table(to_gateway("s3"), route("52.0.0.0/8", "eni-0"))], "s3", False),
    ],
)
def test_whether_the_class_is_known(parts, service, known):
    assert way(*parts, service=service).class_known is known


def test_endpoints_alone_are_private():
    assert {each for each in PathClass if each.is_private} == {INTERFACE, GATEWAY, CENTRAL}


def test_no_path_without_a_class_is_ever_reachable():
    for row in TABLE:
        found = way(*row[1], **(row[6] if len(row) > 6 else {}))
        assert not (found.path_class is NONE and found.reachable), row[0]


# The whole table


def test_paths_are_those_of_the_common_services_and_of_all_endpoints_in_order():
    whole = reaching(standing("kms", ("subnet-e", "10.0.9.8")), endpoint("fw", id="vpce-svc",
        service_name="com.amazonaws.vpce.us-east-1.vpce-svc-0a"))  # fmt: skip
    found = all_paths(whole, Parameters())
    assert [each.subnet_id for each in found] == sorted(each.subnet_id for each in found)
    asked = [each.service for each in found if each.subnet_id == "subnet-a"]
    assert asked == sorted({*COMMON_SERVICES, "kms"})


def test_paths_may_be_narrowed_to_services_and_vpcs():
    two = network(vpc(), vpc(id="vpc-b"), subnet("subnet-a"), subnet("subnet-b", vpc="vpc-b"))
    found = all_paths(two, Parameters(), services=("sqs",), vpc_ids=frozenset({"vpc-b"}))
    assert [(each.vpc_id, each.subnet_id, each.service) for each in found] == [
        ("vpc-b", "subnet-b", "sqs")
    ]


def test_a_shared_vpc_is_its_owners_to_judge():
    assert all_paths(network(vpc(owner_id="123456789012")), Parameters()) == ()


def test_a_block_is_told_with_its_subject():
    assert str(Block("vpc_endpoint", "vpce-1", "state is failed")) == "vpce-1: state is failed"
    assert str(Block("network_acl", "acl-1", "acl-1 denies all")) == "acl-1 denies all"
