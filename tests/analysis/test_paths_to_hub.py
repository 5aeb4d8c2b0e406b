"""From a spoke to the endpoints of a hub: names, routes both ways, filters at both ends."""

from dataclasses import replace

import pytest
from vpcproof.analysis.central import served_centrally
from vpcproof.analysis.path import PathClass
from vpcproof.analysis.paths import path
from vpcproof.analysis.transit import onward
from vpcproof.model.addresses import AddressSet
from vpcproof.model.facts import Fact
from vpcproof.model.parameters import Parameters
from vpcproof.model.route_table import RouteTable

from tests.networks import (
    VPC,
    acl,
    allow,
    allow_all,
    attachment,
    entry,
    group,
    instance,
    main_table,
    network,
    open_acl,
    peering,
    profile,
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

NAME = "ssm.us-east-1.amazonaws.com"
HUB_MAIN = "rtb-hub"
CORE = "arn:aws:networkmanager::111122223333:core-network/core-network-0a"

spoke = (
    vpc(),
    subnet("subnet-a", "10.0.1.0/24", zone_id="use1-az1"),
    group("sg-app", egress=(allow_all("0.0.0.0/0"),)),
    instance("subnet-a", "10.0.1.10"),
    open_acl(),
)
to_hub = zone(NAME, records=[NAME], targets=["vpce-hub-0a1b.ssm.us-east-1.vpce.amazonaws.com"])
hub = (
    vpc("10.200.0.0/16", id="vpc-hub"),
    subnet("subnet-h", "10.200.1.0/24", vpc="vpc-hub", zone_id="use1-az1"),
    open_acl("acl-hub", vpc_id="vpc-hub"),
    standing(
        "ssm",
        ("subnet-h", "10.200.1.5"),
        id="vpce-hub",
        vpc="vpc-hub",
        private_dns=False,
        groups=["sg-hub"],
    ),
    group("sg-hub", allow(443, "10.0.0.0/8"), vpc="vpc-hub"),
)


def hub_table(*routes):
    local = route("10.200.0.0/16", "local")
    return RouteTable(id=HUB_MAIN, vpc_id="vpc-hub", is_main=True, routes=(local, *routes))


def tables(target):
    """The way to the hub and the way back."""
    return (
        main_table(route("10.200.0.0/16", target)),
        hub_table(route("10.0.0.0/16", target)),
    )


over_transit = (
    *tables("tgw-1"),
    attachment(VPC, "subnet-a"),
    attachment("vpc-hub", "subnet-h"),
    transit_table(transit_route("10.0.0.0/16", VPC), transit_route("10.200.0.0/16", "vpc-hub")),
)
over_peering = (*tables("pcx-1"), peering(VPC, "vpc-hub"))


def flat(*parts):
    for part in parts:
        if isinstance(part, tuple | list):
            yield from flat(*part)
        else:
            yield part


def found_in(*parts):
    return path(network(*flat(spoke, to_hub, parts)), "subnet-a", "ssm", Parameters())


def details(found):
    return [("" if each.certain else "?") + each.detail for each in found.blocks]


@pytest.mark.parametrize("link", [over_transit, over_peering], ids=["transit", "peering"])
def test_a_hub_in_view_is_proven(link):
    found = found_in(hub, link)
    assert (found.path_class, found.reachable) == (PathClass.CENTRAL_ENDPOINT, True)
    assert found.via == ("vpce-hub",)
    assert [each.fact for each in found.proof] == ["hosted_zone"]


def test_a_hub_in_view_is_proven_by_a_profile():
    whole = network(*flat(spoke, profile("vpce-hub"), hub, over_transit))
    found = path(whole, "subnet-a", "ssm", Parameters())
    assert (found.path_class, found.reachable) == (PathClass.CENTRAL_ENDPOINT, True)


# Parts given later replace those of the same id.
TRANSIT = (
    # words, parts, reachable, texts of the blocks
    ("124: no route to the hub", [main_table()], False,
     ["no route from subnet-a to 10.200.1.5 in vpc-hub"]),
    ("no route back", [hub_table()], False,
     ["no route from subnet-h to 10.0.1.0 in vpc-home"]),
    ("a route back for half of the spoke",
     [hub_table(route("10.0.1.0/25", "tgw-1"))], False,
     ["no route from subnet-h to 10.0.1.128 in vpc-home"]),
    ("a dead route", [main_table(route("10.200.0.0/16", "tgw-1", state="blackhole"))], False,
     ["10.200.0.0/16 to tgw-1 is blackhole"]),
    ("a dead route that is more specific",
     [main_table(route("10.200.0.0/16", "tgw-1"),
                 route("10.200.1.0/24", "tgw-1", state="blackhole"))], False,
     ["10.200.1.0/24 to tgw-1 is blackhole"]),
    ("a route that leads elsewhere", [main_table(route("10.200.0.0/16", "vgw-1"))], False,
     ["10.200.0.0/16 leads from subnet-a to vgw-1, not to vpc-hub"]),
    ("overlapping VPCs", [main_table(route("10.0.0.0/8", "local"))], False,
     ["10.0.0.0/8 leads from subnet-a to local, not to vpc-hub"]),
    ("a list nobody read may be the route", [main_table(route("pl-own", "tgw-1"))], None,
     ["?no route from subnet-a to 10.200.1.5"]),
    ("a core network", [main_table(route("10.200.0.0/16", CORE))], None,
     ["?core network policies are not modelled"]),
    ("the spoke is not attached", [attachment(VPC, "subnet-a", state="deleted")], False,
     ["no available attachment of vpc-home was found"]),
    ("the hub is not attached", [attachment("vpc-hub", "subnet-h", tgw="tgw-2")], False,
     ["no available attachment of vpc-hub was found"]),
    ("the spoke is attached in another zone",
     [subnet("subnet-b", "10.0.2.0/24", zone_id="use1-az2"), attachment(VPC, "subnet-b")], False,
     ["has no subnet in use1-az1, the zone of subnet-a"]),
    ("the zones of the attachment were not read", [attachment(VPC)], None,
     ["?whether it has a subnet in the zone of subnet-a"]),
    ("a subnet of the attachment was not read", [attachment(VPC, "subnet-unseen")], None,
     ["?whether it has a subnet in the zone of subnet-a"]),
    ("the zone of the subnet is not known", [subnet("subnet-a", "10.0.1.0/24")], None,
     ["?whether it has a subnet in the zone of subnet-a"]),
    ("the transit gateway knows no way to the hub",
     [transit_table(transit_route("10.0.0.0/16", VPC))], False,
     ["leads 10.200.1.5 to nowhere, not to tgw-attach-vpc-hub"]),
    ("the transit gateway drops",
     [transit_table(transit_route("10.0.0.0/16", VPC),
                    transit_route("10.200.0.0/16", "vpc-hub", state="blackhole"))], False,
     ["leads 10.200.1.5 to blackhole routes"]),
    ("the transit gateway leads to another VPC",
     [transit_table(transit_route("10.0.0.0/16", VPC), transit_route("10.200.0.0/15", "vpc-x"))],
     False, ["leads 10.200.1.5 to tgw-attach-vpc-x, not to tgw-attach-vpc-hub"]),
    ("the transit gateway has learnt both VPCs",
     [transit_table(propagating=("tgw-attach-vpc-hub", "tgw-attach-vpc-home"))], True, []),
    ("a static route wins over a learnt one of equal length",
     [transit_table(transit_route("10.200.0.0/16", "vpc-x"),
                    propagating=("tgw-attach-vpc-hub", "tgw-attach-vpc-home"))], False,
     ["leads 10.200.1.5 to tgw-attach-vpc-x"]),
    ("a learnt route wins over a shorter static one",
     [transit_table(transit_route("10.0.0.0/8", "vpc-x"),
                    propagating=("tgw-attach-vpc-hub", "tgw-attach-vpc-home"))], True, []),
    ("the transit gateway may have learnt the way from a VPN",
     [attachment("vpn-1", resource_type="vpn", resource_id="vpn-1"),
      transit_table(transit_route("10.0.0.0/16", VPC), propagating=("tgw-attach-vpn-1",))], None,
     ["?leads 10.200.1.5 to unread routes"]),
    ("the transit gateway lists what it has learnt from a VPN",
     [attachment("vpn-1", resource_type="vpn", resource_id="vpn-1"),
      transit_table(transit_route("10.0.0.0/16", VPC), transit_route("172.16.0.0/12", "vpn-1"),
                    propagating=("tgw-attach-vpn-1",))], False,
     ["leads 10.200.1.5 to nowhere"]),
    ("what is learnt from an attachment nobody read", [transit_table(
        transit_route("10.0.0.0/16", VPC), transit_route("10.200.0.0/16", "vpc-hub"),
        propagating=("tgw-attach-unseen",))], True, []),
    ("the routes of the transit gateway were not read",
     [replace(transit_table(), routes=None)], None, ["?the route table of tgw-attach-vpc-home",
                                                     "?the route table of tgw-attach-vpc-hub"]),
    ("an attachment without a route table", [attachment(VPC, "subnet-a", route_table_id=None)],
     None, ["?the route table of tgw-attach-vpc-home was not read"]),
    ("a NAT gateway, which may pass it on", [main_table(route("0.0.0.0/0", "nat-1"))], None,
     ["?0.0.0.0/0 leads from subnet-a to nat-1, not to vpc-hub"]),
    ("127: the hub admits its own VPC only",
     [group("sg-hub", allow(443, "10.200.0.0/16"), vpc="vpc-hub")], False,
     ["no ingress rule of sg-hub admits tcp 443 from 10.0.1.10 (subnet-a)"]),
    ("94: egress names the hub's group",
     [group("sg-app", egress=(allow(443, "sg-hub"),))], False,
     ["no egress rule of sg-app allows tcp 443 to 10.200.1.5 (vpce-hub)"]),
    ("ingress names the spoke's group", [group("sg-hub", allow(443, "sg-app"), vpc="vpc-hub")],
     None, ["?references to sg-app may work"]),
    ("an ACL of the hub", [acl("acl-h", entry(1, "10.200.0.0/16"), entry(1, "0.0.0.0/0",
     egress=True), subnets=["subnet-h"], vpc_id="vpc-hub")], False,
     ["acl-h of subnet-h denies tcp 443 inbound from 10.0.1.0"]),
    ("the hub's endpoint failed", [replace(hub[3][0], state="failed")], False, ["state is failed"]),
    ("the hub's endpoint has no interface",
     [replace(hub[3][0], subnet_ids=(), network_interface_ids=())], False,
     ["has no network interface"]),
    ("the hub's subnet was not read",
     [replace(hub[3][0], subnet_ids=("subnet-x",), network_interface_ids=())], None,
     ["?its subnet subnet-x was not read"]),
    ("ACLs were not read", [unread(Fact.NETWORK_ACLS)], None, ["?the network ACL"] * 2),
)  # fmt: skip


@pytest.mark.parametrize("row", TRANSIT, ids=[row[0] for row in TRANSIT])
def test_the_way_to_a_hub_over_a_transit_gateway(row):
    _, parts, reachable, texts = row
    found = found_in(hub, over_transit, parts)
    assert found.path_class is PathClass.CENTRAL_ENDPOINT
    assert found.reachable is reachable, details(found)
    assert len(found.blocks) == len(texts), details(found)
    for detail, text in zip(details(found), texts, strict=True):
        assert detail.startswith("?") is text.startswith("?")
        assert text.removeprefix("?") in detail


PEERING = (
    ("the connection is gone", [unread(Fact.VPC_PEERING_CONNECTIONS)], None, "?was not found"),
    ("the connection is another one", [peering(VPC, "vpc-x")], False, "does not lead to vpc-hub"),
    ("the connection is pending", [peering(VPC, "vpc-hub", status="pending-acceptance")], False,
     "is pending-acceptance"),
    ("the far side asked for it", [peering("vpc-hub", VPC)], True, ""),
    ("egress names the hub's group", [group("sg-app", egress=(allow(443, "sg-hub"),))], True, ""),
    ("ingress names the spoke's group", [group("sg-hub", allow(443, "sg-app"), vpc="vpc-hub")],
     True, ""),
    ("a transit gateway elsewhere in the table changes nothing",
     [main_table(route("10.0.0.0/8", "tgw-1"), route("10.200.0.0/16", "pcx-1")),
      group("sg-hub", allow(443, "sg-app"), vpc="vpc-hub")], True, ""),
)  # fmt: skip


@pytest.mark.parametrize("row", PEERING, ids=[row[0] for row in PEERING])
def test_the_way_to_a_hub_over_peering(row):
    _, parts, reachable, text = row
    found = found_in(hub, over_peering, parts)
    assert found.reachable is reachable, details(found)
    assert text in "".join(details(found))


def test_the_way_back_is_not_known_from_a_subnet_nobody_read():
    found = found_in(hub[0], hub[2:], over_transit)
    assert found.reachable is None
    assert ("subnet", "subnet-h") in {(each.fact, each.id) for each in found.blocks}


def test_a_connection_that_does_not_exist_is_a_block():
    assert found_in(hub, tables("pcx-1")).reachable is False


FAULTS = {
    ("route_table", "rtb-main"): main_table(route("10.200.0.0/16", "tgw-1"),
                                            route("10.200.1.5/32", "eni-0", state="blackhole")),
    ("route_table", HUB_MAIN): hub_table(),
    ("security_group", "sg-hub"): group("sg-hub", vpc="vpc-hub"),
    ("security_group", "sg-app"): group("sg-app"),
    ("network_acl", "acl-h"): acl("acl-h", entry(1, "10.200.0.0/16"),
                                  entry(1, "0.0.0.0/0", egress=True), subnets=["subnet-h"],
                                  vpc_id="vpc-hub"),
}  # fmt: skip


def test_five_faults_are_five_blocks():
    found = found_in(hub, over_transit, *FAULTS.values())
    assert {(each.fact, each.id) for each in found.blocks} == set(FAULTS)
    assert len(found.blocks) == 5


@pytest.mark.parametrize("repaired", FAULTS, ids=lambda each: each[1])
def test_repairing_one_fault_removes_exactly_its_block(repaired):
    found = found_in(hub, over_transit, *(part for key, part in FAULTS.items() if key != repaired))
    assert {(each.fact, each.id) for each in found.blocks} == set(FAULTS) - {repaired}


# A hub that is not in view

UNSEEN = (
    ("122: names lead away, and so does a route", [main_table(route("10.200.0.0/16", "tgw-1"))],
     None, ["?leads to a VPC that is not in view"]),
    ("124: no route to any other VPC", [], False, ["no route to another VPC, where the name"]),
    ("a dead route", [main_table(route("10.200.0.0/16", "tgw-1", state="blackhole"))], False,
     ["no route to another VPC"]),
    ("the table was not read", [unread(Fact.ROUTE_TABLES)], None,
     ["?the route table was not read"]),
    ("egress is closed", [main_table(route("10.200.0.0/16", "tgw-1")), group("sg-app")], False,
     ["?not in view", "no egress rule of sg-app allows tcp 443 to 10.200.0.0"]),
    ("94: egress names a group, over a transit gateway",
     [main_table(route("10.200.0.0/16", "tgw-1")),
      group("sg-app", egress=(allow(443, "sg-hub"),))], False,
     ["?not in view", "no egress rule of sg-app"]),
    ("egress names a group, over peering",
     [main_table(route("10.200.0.0/16", "pcx-1")),
      group("sg-app", egress=(allow(443, "sg-hub"),))], None,
     ["?not in view", "?references to sg-hub may work"]),
    ("egress is open to a part", [main_table(route("10.0.0.0/8", "tgw-1")),
      group("sg-app", egress=(allow(443, "10.200.0.0/16"),))], None,
     ["?not in view", "?no egress rule of sg-app"]),
    ("an ACL is closed", [main_table(route("10.200.0.0/16", "tgw-1")),
      acl("acl-a", entry(1, "0.0.0.0/0"), subnets=["subnet-a"])], False,
     ["?not in view", "acl-a of subnet-a denies tcp 443 outbound to 10.200.0.0"]),
    ("routes by a list of one's own", [main_table(route("pl-own", "tgw-1"))], None,
     ["?not in view"]),
)  # fmt: skip


@pytest.mark.parametrize("row", UNSEEN, ids=[row[0] for row in UNSEEN])
def test_of_a_hub_that_is_not_in_view_only_faults_are_proven(row):
    _, parts, reachable, texts = row
    found = found_in(parts)
    assert (found.path_class, found.via) == (PathClass.CENTRAL_ENDPOINT, ())
    assert found.reachable is reachable, details(found)
    assert len(found.blocks) == len(texts), details(found)
    for detail, text in zip(details(found), texts, strict=True):
        assert detail.startswith("?") is text.startswith("?")
        assert text.removeprefix("?") in detail


# What is enough for the rules on presence


@pytest.mark.parametrize(
    ("words", "parts", "served"),
    [
        ("122: the hub is in view", [hub, over_transit], True),
        ("122: only the spoke is in view", [over_transit[0]], True),
        ("the hub's group is not looked at", [hub, over_transit, group("sg-hub")], True),
        ("the transit gateway is proven to lose it", [hub, over_transit[:2]], False),
        (
            "the transit gateway was not read",
            [hub, over_transit[:2], unread(Fact.TRANSIT_GATEWAY_ATTACHMENTS)],
            True,
        ),
        ("124: no route", [], False),
        (
            "124: a route, but not to the hub in view",
            [hub, over_transit, main_table(route("10.99.0.0/16", "tgw-1"))],
            False,
        ),
        ("no route back", [hub, over_transit, hub_table()], False),
        ("routes unread", [unread(Fact.ROUTE_TABLES)], None),
        ("routes unread, the hub is in view", [hub, unread(Fact.ROUTE_TABLES)], None),
        ("subnets unread", [over_transit[0], unread(Fact.SUBNETS)], None),
    ],
)
def test_whether_a_spoke_is_served_by_a_hub(words, parts, served):
    whole = network(*flat(spoke, to_hub, parts))
    subnets = tuple(each for each in whole.subnets.values() if each.vpc_id == VPC)
    assert served_centrally(whole, VPC, "ssm", subnets) is served


@pytest.mark.parametrize(
    ("parts", "served"),
    [
        ([over_transit[0]], False),
        ([over_transit[0], profile()], None),
        ([over_transit[0], unread(Fact.HOSTED_ZONES)], None),
    ],
    ids=["125: no zone", "126: a Profile nobody read", "128: zones unread"],
)
def test_without_names_a_spoke_is_not_served(parts, served):
    whole = network(*flat(spoke, parts))
    assert served_centrally(whole, VPC, "ssm", tuple(whole.subnets.values())) is served


def test_a_table_that_is_associated_decides_not_the_main_one():
    aside = table("rtb-a", route("10.200.0.0/16", "tgw-1"), subnets=["subnet-a"])
    assert found_in(hub, over_transit, main_table(), aside).reachable is True


def test_a_transit_gateway_table_splits_addresses_by_longest_match():
    both = network(
        transit_table(transit_route("10.0.0.0/8", "vpc-x"), transit_route("10.200.0.0/16", "vpc-y"))
    )
    ways = onward(
        both, "tgw-rtb-1", AddressSet.of("10.199.0.0/15", "10.200.0.0/15", "192.0.2.0/24")
    )
    assert [(each.target, str(each.addresses)) for each in ways] == [
        ("tgw-attach-vpc-y", "10.200.0.0/16"),
        ("tgw-attach-vpc-x", "10.198.0.0/15, 10.201.0.0/16"),
        (None, "192.0.2.0/24"),
    ]
