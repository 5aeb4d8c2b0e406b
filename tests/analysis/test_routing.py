"""Routes against an evaluator that asks for every address, one by one."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vpcproof.analysis.routing import (
    GatewayRoute,
    effective_route_table,
    gateway_route,
    lookup,
    main_route_table,
    routes_to_internet_gateway,
    subnets_by_route_table,
)
from vpcproof.model.addresses import AddressSet

from tests.networks import (
    MAIN,
    VPC,
    aws_prefix_list,
    gateway,
    instance,
    main_table,
    network,
    prefix_list,
    route,
    subnet,
    table,
    to_gateway,
    vpc,
)

UNIVERSE = ip_network("52.0.0.0/28")
PROPAGATED = "EnableVgwRoutePropagation"

# Between routes of one length: static, then prefix list, then propagated.
STATIC, LISTED, LEARNT = 2, 1, 0


@st.composite
def small_cidrs(draw):
    subnets = list(UNIVERSE.subnets(prefixlen_diff=draw(st.integers(0, 4))))
    return str(draw(st.sampled_from(subnets)))


@st.composite
def other_routes(draw):
    """A route that is not the endpoint's: its state, its origin, its destination, its list."""
    destination = draw(st.sampled_from(["cidr", "list", "default"]))
    cidrs = draw(st.lists(small_cidrs(), min_size=1, max_size=3))
    state = draw(st.sampled_from(["active", "blackhole"]))
    learnt = draw(st.booleans())
    if destination == "default":
        return route("0.0.0.0/0", "nat-1", state=state), (), LEARNT
    if destination == "list":
        return route("pl-other", "tgw-1", state=state), tuple(cidrs), LISTED
    origin = PROPAGATED if learnt else "CreateRoute"
    return route(cidrs[0], "tgw-1", state=state, origin=origin), (), LEARNT if learnt else STATIC


def prefixes_of(other, entries):
    if other.prefix_list_id:
        return [ip_network(each) for each in entries]
    return [ip_network(other.destination)]


def loses_traffic(listed, rivals):
    """Whether some address of the list goes elsewhere, by the table of priorities alone.

    Two lists of equal length share the traffic at random: the endpoint may lose it.
    """
    for address in UNIVERSE:
        own = [net.prefixlen for net in map(ip_network, listed) if address in net]
        if not own:
            continue
        for other, entries, rank in rivals:
            lengths = [net.prefixlen for net in prefixes_of(other, entries) if address in net]
            if lengths and (max(lengths), rank) >= (max(own), LISTED):
                return True
    return False


@given(
    st.lists(small_cidrs(), min_size=1, max_size=4),
    st.lists(other_routes(), max_size=3, unique_by=lambda each: each[0].destination),
)
def test_the_route_of_an_endpoint_is_effective_unless_an_address_goes_elsewhere(listed, rivals):
    lists = [prefix_list("pl-other", *entries) for _, entries, rank in rivals if rank == LISTED]
    only = main_table(to_gateway("s3"), *(other for other, _, _ in rivals))
    whole = network(gateway(), aws_prefix_list("s3", *listed), *lists, only)
    answer = gateway_route(whole, whole.route_tables[MAIN], whole.vpc_endpoints["vpce-s3"])
    expected = GatewayRoute.OVERRIDDEN if loses_traffic(listed, rivals) else GatewayRoute.EFFECTIVE
    assert answer.status is expected


def longest(address, rivals):
    """How the best route for an address ranks; None where no route has it."""
    ranks = [
        (max(lengths), rank)
        for other, entries, rank in rivals
        if (lengths := [n.prefixlen for n in prefixes_of(other, entries) if address in n])
    ]
    return max(ranks, default=None)


@given(st.lists(other_routes(), max_size=4, unique_by=lambda each: each[0].destination))
def test_an_address_takes_the_longest_match_dead_or_alive(rivals):
    lists = [prefix_list("pl-other", *entries) for _, entries, rank in rivals if rank == LISTED]
    only = main_table(*(other for other, _, _ in rivals))
    whole = network(*lists, only)
    by_destination = {other.destination: (other, entries, rank) for other, entries, rank in rivals}
    for address in UNIVERSE:
        answer = lookup(whole, whole.route_tables[MAIN], AddressSet.of(str(address)))
        won = [by_destination[answer.route.destination]] if answer.route else []
        assert longest(address, won) == longest(address, rivals)
        assert answer.unread is None


def test_the_local_route_wins_over_a_static_one_of_equal_length():
    both = network(main_table(route("10.0.0.0/16", "tgw-1")))
    answer = lookup(both, both.route_tables[MAIN], AddressSet.of("10.0.1.10"))
    assert answer.route.target == "local"


def test_an_unread_list_is_named_for_it_might_hold_a_longer_match():
    unread = network(main_table(route("pl-unread", "tgw-1"), route("0.0.0.0/0", "nat-1")))
    answer = lookup(unread, unread.route_tables[MAIN], AddressSet.of("52.0.0.1"))
    assert (answer.route.target, answer.unread) == ("nat-1", "pl-unread")


def test_of_two_lists_of_an_endpoint_the_overridden_one_is_named_before_the_unread_one():
    both = network(
        gateway(),
        prefix_list("pl-six", cidrs=None),
        aws_prefix_list("s3", "52.0.0.0/16"),
        main_table(route("pl-six", "vpce-s3"), to_gateway("s3"), route("52.0.0.0/24", "nat-1")),
    )
    answer = gateway_route(both, both.route_tables[MAIN], both.vpc_endpoints["vpce-s3"])
    assert answer.status is GatewayRoute.OVERRIDDEN


def test_a_subnet_uses_the_table_associated_with_it_else_the_main_table_of_its_vpc():
    two = network(
        vpc(),
        vpc(id="vpc-other"),
        subnet("subnet-a"),
        subnet("subnet-b"),
        subnet("subnet-o", vpc="vpc-other"),
        table("rtb-b", subnets=["subnet-b"]),
        main_table(),
        main_table(id="rtb-0", vpc="vpc-other"),
        instance("subnet-a"),
    )
    used = {each: effective_route_table(two, each).id for each in two.subnets}
    assert used == {"subnet-a": MAIN, "subnet-b": "rtb-b", "subnet-o": "rtb-0"}
    assert subnets_by_route_table(two) == {
        MAIN: ("subnet-a",),
        "rtb-b": ("subnet-b",),
        "rtb-0": ("subnet-o",),
    }
    assert main_route_table(two, VPC).id == MAIN


def test_a_subnet_that_is_not_known_and_not_associated_uses_no_known_table():
    assert effective_route_table(network(), "subnet-unseen") is None


@pytest.mark.parametrize(
    ("routes", "public"),
    [
        ([("0.0.0.0/0", "igw-1")], True),
        ([("::/0", "igw-1")], True),
        ([("0.0.0.0/1", "igw-1"), ("128.0.0.0/1", "igw-1")], True),
        ([("0.0.0.0/1", "igw-1")], False),
        ([("0.0.0.0/1", "igw-1"), ("128.0.0.0/1", "nat-1")], False),
        ([("0.0.0.0/0", "nat-1")], False),
        ([("::/0", "eigw-1")], False),
        ([("198.51.100.0/24", "igw-1")], False),
        ([], False),
    ],
)
def test_a_table_is_public_when_a_whole_family_leaves_by_an_internet_gateway(routes, public):
    assert routes_to_internet_gateway(table("rtb-1", *(route(*each) for each in routes))) is public


def test_a_dead_route_to_an_internet_gateway_makes_nothing_public():
    dead = table("rtb-1", route("0.0.0.0/0", "igw-1", state="blackhole"))
    assert not routes_to_internet_gateway(dead)


def test_the_universe_is_small_enough_to_be_asked_through():
    assert ip_address("52.0.0.15") in UNIVERSE
