"""Laws of reachability: what may never change a path, and what may only open it."""

from dataclasses import replace

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from vpcproof.analysis.paths import path
from vpcproof.model.addresses import AddressSet
from vpcproof.model.facts import Fact
from vpcproof.model.parameters import Parameters
from vpcproof.model.snapshot import Snapshot, by_id

from tests.networks import (
    acl,
    allow,
    allow_all,
    attachment,
    aws_prefix_list,
    entry,
    gateway,
    group,
    instance,
    main_table,
    nat,
    open_acl,
    reaching,
    route,
    standing,
    subnet,
    table,
    to_gateway,
    transit_route,
    transit_table,
    vpc,
    without,
    zone,
)

SERVICES = ("ssm", "s3")
CIDRS = ("0.0.0.0/0", "10.0.0.0/16", "10.0.1.0/24", "10.0.1.0/25", "10.0.9.0/24", "52.216.0.0/15")
cidrs = st.sampled_from(CIDRS)
ports = st.sampled_from([443, 80, (400, 500), (0, 65535), None])


open_to_all = st.sampled_from([(allow_all("0.0.0.0/0"),)] * 3 + [()])


def rules_of(*, peers):
    """A few rules, and three times out of four one that allows all: most networks shall work."""
    rule = st.one_of(
        st.builds(allow, st.sampled_from([443, (400, 500), 80]), st.one_of(cidrs, peers)),
        st.builds(allow_all, cidrs),
    )
    return st.builds(lambda few, whole: (*few, *whole), st.lists(rule, max_size=2), open_to_all)


@st.composite
def acls(draw, name, home):
    """An ACL that is open in the end, most of the time, after entries of all kinds."""
    if draw(st.integers(0, 2)):
        return open_acl(name, subnets=[home])
    numbers = draw(st.lists(st.integers(1, 20), max_size=4, unique=True))
    listed = [
        entry(
            number, draw(cidrs), draw(ports), deny=draw(st.booleans()), egress=draw(st.booleans())
        )
        for number in numbers
    ]
    if draw(st.booleans()):
        listed += [entry(100 + each, "0.0.0.0/0", egress=bool(each)) for each in (0, 1)]
    return acl(name, *listed, subnets=[home])


routes = st.sampled_from(
    [
        to_gateway("s3"),
        route("0.0.0.0/0", "nat-1"),
        route("0.0.0.0/0", "igw-1"),
        route("0.0.0.0/0", "tgw-1"),
        route("0.0.0.0/0", "nat-1", state="blackhole"),
        route("52.216.0.0/15", "nat-1"),
        route("10.0.9.0/24", "eni-0", state="blackhole"),
        route("10.0.9.0/25", "vpce-fw"),
    ]
)


@st.composite
def networks(draw):
    """A subnet, an SSM endpoint in another, S3 by a gateway, all kinds of ways out."""
    listed = draw(st.lists(routes, max_size=4, unique_by=lambda each: each.destination))
    groups = st.sets(st.sampled_from(["sg-app", "sg-web"]), min_size=1)
    mostly = st.sampled_from([True, True, False])
    to_app = st.sampled_from(["sg-endpoint", "pl-s3"])
    return reaching(
        vpc(dns_hostnames=draw(st.sampled_from([True, True, True, False, None]))),
        main_table(*listed),
        subnet("subnet-public", "10.0.0.0/24"),
        table("rtb-public", route("0.0.0.0/0", "igw-1"), subnets=["subnet-public"]),
        nat(connectivity=draw(st.sampled_from(["public", "private"]))),
        attachment("vpc-home", "subnet-a"),
        transit_table(transit_route(draw(st.sampled_from(["0.0.0.0/0", "10.0.0.0/8"])), "vpc-x")),
        gateway(),
        aws_prefix_list("s3", "52.216.0.0/15"),
        standing("ssm", ("subnet-e", "10.0.9.5"), private_dns=draw(mostly)),
        group("sg-endpoint", *draw(rules_of(peers=st.sampled_from(["sg-app", "sg-web", "pl-x"])))),
        group("sg-app", egress=draw(rules_of(peers=to_app))),
        group("sg-web", egress=draw(rules_of(peers=st.just("sg-endpoint")))),
        *(
            instance("subnet-a", f"10.0.1.{host}", id=f"{host}", groups=sorted(draw(groups)),
                     has_public_address=draw(st.booleans()))
            for host in range(10, 10 + draw(st.integers(1, 2)))
        ),
        draw(acls("acl-a", "subnet-a")),
        draw(acls("acl-e", "subnet-e")),
        *draw(st.lists(st.just(zone("ssm.us-east-1.amazonaws.com")), max_size=1)),
    )  # fmt: skip


def reached(snapshot, parameters=None):
    chosen = parameters or Parameters()
    return {each: path(snapshot, "subnet-a", each, chosen) for each in SERVICES}


@given(networks(), st.sampled_from(["ingress", "egress"]), st.data())
def test_an_allow_rule_more_never_closes_a_path(snapshot, direction, data):
    chosen = data.draw(st.sampled_from(sorted(snapshot.security_groups)))
    opened = snapshot.security_groups[chosen]
    more = (*getattr(opened, direction), data.draw(st.builds(allow, st.just(443), cidrs)))
    after = changed(snapshot, "security_groups", replace(opened, **{direction: more}))
    for service, before in reached(snapshot).items():
        assert not (before.reachable is True and reached(after)[service].reachable is not True)


@given(networks(), st.sampled_from(["acl-a", "acl-e"]), cidrs, ports, st.booleans())
def test_an_allow_entry_before_all_others_never_closes_a_path(snapshot, name, cidr, span, egress):
    guarded = snapshot.network_acls[name]
    first = entry(0, cidr, span, egress=egress)
    after = changed(snapshot, "network_acls", replace(guarded, entries=(first, *guarded.entries)))
    for service, before in reached(snapshot).items():
        assert not (before.reachable is True and reached(after)[service].reachable is not True)


@given(networks(), st.randoms())
def test_the_order_of_lists_changes_nothing(snapshot, random):
    def shuffled(items):
        return tuple(random.sample(list(items), len(items)))

    after = replace(
        snapshot,
        route_tables=each_of(
            snapshot.route_tables, lambda t: replace(t, routes=shuffled(t.routes))
        ),
        security_groups=each_of(
            snapshot.security_groups,
            lambda g: replace(g, ingress=shuffled(g.ingress), egress=shuffled(g.egress)),
        ),
        vpc_endpoints=each_of(
            snapshot.vpc_endpoints, lambda e: replace(e, subnet_ids=shuffled(e.subnet_ids))
        ),
    )
    for service, before in reached(snapshot).items():
        assert essence(reached(after)[service]) == essence(before)


@given(networks())
def test_splitting_cidr_blocks_changes_nothing(snapshot):
    after = replace(
        snapshot,
        route_tables=each_of(
            snapshot.route_tables,
            lambda t: replace(t, routes=tuple(half for each in t.routes for half in halves(each))),
        ),
        security_groups=each_of(
            snapshot.security_groups,
            lambda g: replace(
                g,
                ingress=tuple(half for each in g.ingress for half in rule_halves(each)),
                egress=tuple(half for each in g.egress for half in rule_halves(each)),
            ),
        ),
    )
    for service, before in reached(snapshot).items():
        found = reached(after)[service]
        assert (found.path_class, found.reachable) == (before.path_class, before.reachable)


@given(networks())
def test_the_case_of_letters_changes_nothing(snapshot):
    after = replace(
        snapshot,
        hosted_zones=tuple(replace(z, name=z.name.upper()) for z in snapshot.hosted_zones),
    )
    for service, before in reached(snapshot).items():
        found = reached(after)[service]
        assert (found.path_class, found.reachable) == (before.path_class, before.reachable)


@given(networks(), st.sampled_from([Fact.SECURITY_GROUPS, Fact.NETWORK_ACLS, Fact.ROUTE_TABLES]))
def test_an_unread_fact_makes_no_path_reachable(snapshot, fact):
    for service, after in reached(without(snapshot, fact)).items():
        assert after.reachable is not True, service


@given(networks())
def test_addresses_held_are_reached_wherever_those_of_the_subnet_are(snapshot):
    narrow = reached(snapshot, replace(Parameters(), granularity="eni"))
    for service, wide in reached(snapshot).items():
        assert not (wide.reachable is True and narrow[service].reachable is not True)


@pytest.mark.parametrize("service", SERVICES)
def test_every_answer_of_a_path_is_met_by_these_networks(service):
    """The laws would hold of networks that are never reached as well."""
    seen = set()

    @settings(derandomize=True, max_examples=200, phases=[Phase.generate])
    @given(networks())
    def meet(snapshot):
        seen.add(reached(snapshot)[service].reachable)

    meet()
    assert seen == {True, False, None}


def essence(found):
    """All of a path but the order of its blocks."""
    return found, sorted(found.blocks, key=str)


def changed(snapshot: Snapshot, collection: str, resource) -> Snapshot:
    held = {**getattr(snapshot, collection), resource.id: resource}
    return replace(snapshot, **{collection: by_id(held.values())})


def each_of(resources, change):
    return by_id(change(each) for each in resources.values())


def halves(one):
    """A route as two, for the halves of its block; a list and the local route stay whole."""
    if one.cidr is None or one.target == "local":
        return (one,)
    return tuple(
        replace(one, destination=half, cidr=AddressSet.of(half), prefix_length=length)
        for half, length in split(one.destination)
    )


def split(cidr):
    address, length = cidr.split("/")
    longer = int(length) + 1
    low, high = next(iter(AddressSet.of(cidr).v4))
    middle = (low + high + 1) // 2
    upper = ".".join(str(middle >> shift & 255) for shift in (24, 16, 8, 0))
    return (f"{address}/{longer}", longer), (f"{upper}/{longer}", longer)


def rule_halves(rule):
    if rule.cidr is None:
        return (rule,)
    (cidr,) = rule.cidr.cidrs()
    return tuple(replace(rule, cidr=AddressSet.of(half)) for half, _ in split(cidr))
