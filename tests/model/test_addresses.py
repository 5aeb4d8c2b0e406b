"""Address sets against plain sets of addresses, over two tiny networks."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vpcproof.model.addresses import ALL_ADDRESSES, NO_ADDRESSES, AddressSet, prefix_length

UNIVERSE = [*ip_network("10.0.0.0/28"), *ip_network("2001:db8::/124")]


@st.composite
def small_cidrs(draw):
    network = ip_network(draw(st.sampled_from(["10.0.0.0/28", "2001:db8::/124"])))
    subnets = list(network.subnets(prefixlen_diff=draw(st.integers(0, 4))))
    return str(draw(st.sampled_from(subnets)))


cidrs = st.lists(small_cidrs(), max_size=6)


def holds(found, address):
    return AddressSet.of(str(address)) <= found


def expected(given_cidrs):
    networks = [ip_network(each) for each in given_cidrs]
    return {each for each in UNIVERSE if any(each in network for network in networks)}


@given(cidrs)
def test_a_set_holds_the_addresses_of_its_cidrs(given_cidrs):
    built = AddressSet.of(*given_cidrs)
    assert {each for each in UNIVERSE if holds(built, each)} == expected(given_cidrs)


@given(cidrs, cidrs)
def test_operators_are_those_of_sets(mine, theirs):
    a, b, left, right = (
        AddressSet.of(*mine),
        AddressSet.of(*theirs),
        expected(mine),
        expected(theirs),
    )
    for result, wanted in ((a | b, left | right), (a & b, left & right), (a - b, left - right)):
        assert {each for each in UNIVERSE if holds(result, each)} == wanted
    assert (a <= b) == (left <= right)
    assert bool(a) == bool(left)


@given(cidrs, cidrs)
def test_a_union_of_many_is_the_union_of_two_again_and_again(mine, theirs):
    a, b = AddressSet.of(*mine), AddressSet.of(*theirs)
    assert AddressSet.union([a, b]) == a | b == AddressSet.of(*mine, *theirs)


@given(cidrs)
def test_the_cidrs_of_a_set_make_it_up(given_cidrs):
    built = AddressSet.of(*given_cidrs)
    assert AddressSet.of(*built.cidrs()) == built


@given(small_cidrs())
def test_the_halves_of_a_cidr_are_the_cidr(cidr):
    network = ip_network(cidr)
    halves = map(str, network.subnets()) if network.num_addresses > 1 else [cidr]
    assert AddressSet.of(*halves) == AddressSet.of(cidr)


@given(cidrs.filter(bool))
def test_the_first_address_is_in_the_set_and_the_lowest(given_cidrs):
    order = {each: place for place, each in enumerate(UNIVERSE)}
    lowest = min(expected(given_cidrs), key=order.__getitem__)
    assert AddressSet.of(*given_cidrs).first == str(lowest)


def test_families_are_kept_apart():
    both = AddressSet.of("10.0.0.0/8", "2001:db8::/32")
    assert both.only(v4=True) == AddressSet.of("10.0.0.0/8")
    assert both.only(v6=True) == AddressSet.of("2001:db8::/32")
    assert both.only() == NO_ADDRESSES
    assert both.only(v4=True, v6=True) == both
    assert both <= ALL_ADDRESSES


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("10.0.0.7", "10.0.0.7/32"),
        ("10.0.0.7/24", "10.0.0.0/24"),
        (" 10.0.0.0/24 ", "10.0.0.0/24"),
        ("2001:DB8::1", "2001:db8::1/128"),
    ],
)
def test_an_address_is_a_cidr_and_host_bits_do_not_count(text, meaning):
    assert AddressSet.of(text) == AddressSet.of(meaning)
    assert str(AddressSet.of(text)) == meaning


@pytest.mark.parametrize("text", ["", "10.0.0.0/33", "10.0.0", "sg-1", "10.0.0.0-10.0.0.9"])
def test_text_that_is_no_cidr_is_refused(text):
    with pytest.raises(ValueError, match=r"does not appear to be|Address cannot be empty"):
        AddressSet.of(text)


@pytest.mark.parametrize(
    ("cidr", "length"), [("10.0.0.0/8", 8), ("10.0.0.7", 32), ("::/0", 0), ("2001:db8::1", 128)]
)
def test_the_prefix_length_is_that_of_the_text(cidr, length):
    assert prefix_length(cidr) == length


def test_a_set_reads_as_its_fewest_cidrs():
    assert str(AddressSet.of("10.0.0.0/25", "10.0.0.128/25")) == "10.0.0.0/24"
    assert str(AddressSet.of("10.0.1.0/24", "2001:db8::/64")) == "10.0.1.0/24, 2001:db8::/64"
    assert str(NO_ADDRESSES) == "no address"


def test_the_universe_is_small_enough_to_be_counted():
    assert len(UNIVERSE) == len({ip_address(str(each)) for each in UNIVERSE}) == 32
