"""Network ACLs against an evaluator that asks for every packet, one by one."""

from dataclasses import dataclass
from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vpcproof.analysis.network_acls import crossing_blocks, denials, network_acl_of
from vpcproof.model.addresses import AddressSet
from vpcproof.model.intervals import IntervalSet
from vpcproof.model.ports import ports

from tests.networks import acl, entry, network, open_acl, subnet, vpc

UNIVERSE = ip_network("10.0.0.0/29")
PORTS = range(442, 447)
EPHEMERAL = IntervalSet(((32768, 65535),))
HTTPS = ports(443)


@st.composite
def entries(draw):
    """Entries of both directions, all protocols and single ones, with unique numbers each way."""
    found = []
    for number in draw(st.lists(st.integers(1, 99), max_size=6, unique=True)):
        subnets = list(UNIVERSE.subnets(prefixlen_diff=draw(st.integers(0, 3))))
        cidr = str(draw(st.sampled_from([*subnets, ip_network("0.0.0.0/0")])))
        low, high = sorted(draw(st.lists(st.sampled_from(PORTS), min_size=2, max_size=2)))
        found.append(
            entry(
                number,
                cidr,
                draw(st.sampled_from([None, (low, high)])),
                deny=draw(st.booleans()),
                egress=draw(st.booleans()),
                protocol=draw(st.sampled_from(["6", "6", "17"])),
            )
        )
    return found


def lets_through(listed, address, port, *, egress):
    """The first entry that matches a TCP packet decides; what none matches is denied."""
    for each in sorted(listed, key=lambda one: one.number):
        if each.egress is not egress or not AddressSet.of(address) <= each.cidr:
            continue
        if each.protocol == "-1" or (
            each.protocol == "6" and each.from_port <= port <= each.to_port
        ):
            return each.allow
    return False


@given(entries(), st.booleans())
def test_denials_are_the_packets_that_are_not_let_through(listed, egress):
    """Of each port that behaves differently from the one below it, which is enough to know all."""
    asked = AddressSet.of(str(UNIVERSE))
    wanted = IntervalSet(((PORTS[0], PORTS[-1]),))
    found = denials(acl("acl-1", *listed), egress=egress, ports=wanted, addresses=asked)
    for port in PORTS:
        stopped = [
            str(each)
            for each in UNIVERSE
            if not lets_through(listed, str(each), port, egress=egress)
        ]
        told = AddressSet.union(each.addresses for each in found if each.port == port)
        if any(each.port == port for each in found):
            assert told == AddressSet.of(*stopped)
        elif stopped:
            assert any(
                AddressSet.of(*stopped)
                == AddressSet.union(each.addresses for each in found if each.port == below)
                for below in range(PORTS[0], port)
            )


@given(entries(), st.sampled_from(list(UNIVERSE)))
def test_an_allow_entry_before_all_others_lets_more_through_never_less(listed, address):
    opened = [entry(0, f"{address}/32", (443, 443), egress=True), *listed]
    asked = AddressSet.of(str(UNIVERSE))

    def stopped(entries_of_acl):
        found = denials(acl("acl-1", *entries_of_acl), egress=True, ports=HTTPS, addresses=asked)
        return AddressSet.union(each.addresses for each in found)

    assert stopped(opened) <= stopped(listed)


@given(entries(), st.randoms())
def test_the_order_in_which_entries_are_listed_changes_nothing(listed, random):
    shuffled = random.sample(listed, len(listed))
    asked = AddressSet.of(str(UNIVERSE))
    first, second = (
        denials(acl("acl-1", *each), egress=False, ports=HTTPS, addresses=asked)
        for each in (listed, shuffled)
    )
    assert first == second


def test_the_entry_that_stops_is_named_and_the_last_one_has_no_number():
    mixed = acl(
        "acl-1",
        entry(90, "10.0.0.0/31", 443, deny=True),
        entry(100, "10.0.0.0/30", 443),
        entry(32767, "0.0.0.0/0", deny=True),
    )
    found = denials(mixed, egress=False, ports=HTTPS, addresses=AddressSet.of("10.0.0.0/29"))
    assert [(each.entry, str(each.addresses)) for each in found] == [
        (90, "10.0.0.0/31"),
        (None, "10.0.0.4/30"),
    ]


def test_a_subnet_without_an_acl_of_its_own_has_the_default_one_of_its_vpc():
    two = network(
        vpc(),
        vpc(id="vpc-other"),
        subnet("subnet-a"),
        subnet("subnet-b"),
        subnet("subnet-o", vpc="vpc-other"),
        open_acl(),
        acl("acl-b", subnets=["subnet-b"]),
        open_acl("acl-other", vpc_id="vpc-other"),
    )
    held = {each: network_acl_of(two, each).id for each in two.subnets}
    assert held == {"subnet-a": "acl-open", "subnet-b": "acl-b", "subnet-o": "acl-other"}
    assert network_acl_of(two, "subnet-unseen") is None


# Legs: four for a connection between two subnets, each with its own entry.

CLIENT, SERVER = "10.0.1.0/24", "10.0.9.5"
LEGS = {
    "request leaves the client": ("acl-a", entry(10, SERVER, 443, egress=True)),
    "reply enters the client": ("acl-a", entry(11, SERVER, (32768, 65535))),
    "request enters the server": ("acl-e", entry(10, CLIENT, 443)),
    "reply leaves the server": ("acl-e", entry(11, CLIENT, (32768, 65535), egress=True)),
}


@dataclass
class Connection:
    """Two subnets, each with an ACL of the entries given, by name of the leg."""

    legs: dict

    def blocks(self, *, server=SERVER, exact=True):
        acls = [
            acl(name, *(each for at, each in self.legs.values() if at == name), subnets=[home])
            for name, home in (("acl-a", "subnet-a"), ("acl-e", "subnet-e"))
        ]
        whole = network(subnet("subnet-a", CLIENT), subnet("subnet-e", "10.0.9.0/24"), *acls)
        return crossing_blocks(
            whole,
            ("subnet-a", AddressSet.of(CLIENT)),
            ("subnet-e", AddressSet.of(server)),
            port=443,
            ephemeral=EPHEMERAL,
            exact=exact,
        )


def test_a_connection_passes_when_all_four_legs_are_open():
    assert Connection(LEGS).blocks() == ()


@pytest.mark.parametrize("closed", LEGS)
def test_each_closed_leg_is_one_block_of_its_acl(closed):
    (block,) = Connection({leg: each for leg, each in LEGS.items() if leg != closed}).blocks()
    assert (block.id, block.certain) == (LEGS[closed][0], True)
    assert "no entry allows it" in block.detail


def test_all_closed_legs_are_named_at_once():
    assert len(Connection({}).blocks()) == 4


def test_two_entries_that_deny_on_one_leg_are_two_blocks():
    denied = {
        **LEGS,
        "half": ("acl-e", entry(1, "10.0.1.0/25", 443, deny=True)),
        "other half": ("acl-e", entry(2, "10.0.1.128/26", 443, deny=True)),
    }
    details = [each.detail for each in Connection(denied).blocks()]
    assert [detail[-9:] for detail in details] == ["(entry 1)", "(entry 2)"]


def test_reply_ports_are_told_from_the_port_of_the_service():
    narrow = {**LEGS, "reply enters the client": ("acl-a", entry(11, SERVER, (32768, 61000)))}
    (block,) = Connection(narrow).blocks()
    assert "tcp 61001 of the reply ports 32768-65535 inbound from 10.0.9.5" in block.detail


def test_where_only_some_of_the_addresses_are_meant_a_part_refused_proves_nothing():
    (part,) = {each.certain for each in Connection(LEGS).blocks(server="10.0.9.4/31", exact=False)}
    assert part is False


def test_where_only_some_of_the_addresses_are_meant_all_refused_is_proof():
    found = Connection({}).blocks(server="10.0.9.4/31", exact=False)
    assert all(each.certain for each in found)


def test_within_one_subnet_no_acl_is_asked():
    closed = network(acl("acl-1", subnets=["subnet-a"]))
    both = ("subnet-a", AddressSet.of("10.0.1.0/24"))
    assert crossing_blocks(closed, both, both, port=443, ephemeral=EPHEMERAL) == ()


def test_an_acl_that_was_not_read_leaves_doubt():
    found = crossing_blocks(
        network(subnet("subnet-a", CLIENT), subnet("subnet-e", "10.0.9.0/24")),
        ("subnet-a", AddressSet.of(CLIENT)),
        ("subnet-e", AddressSet.of(SERVER)),
        port=443,
        ephemeral=EPHEMERAL,
    )
    assert {(each.id, each.certain) for each in found} == {("subnet-a", False), ("subnet-e", False)}


def test_the_universe_is_small_enough_to_be_asked_through():
    assert ip_address("10.0.0.7") in UNIVERSE
