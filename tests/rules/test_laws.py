"""Laws that hold of every network, whatever it looks like."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vpcproof.engine import evaluate
from vpcproof.model.addresses import AddressSet
from vpcproof.model.parameters import Parameters
from vpcproof.model.snapshot import Snapshot, by_id
from vpcproof.model.verdict import Compliance
from vpcproof.rules.registry import find_rule

from tests.networks import (
    NOW,
    VPC,
    ago,
    allow,
    allow_all,
    endpoint,
    gateway,
    group,
    instance,
    main_table,
    network,
    node,
    prefix_list,
    route,
    subnet,
    table,
    to_gateway,
)

REACHABILITY = ("vpc-endpoint-admits-workloads", "security-group-admits-endpoint-clients")
PRESENCE = ("vpc-ssm-endpoints-complete",)
RULES = (
    *REACHABILITY,
    *PRESENCE,
    "route-table-has-gateway-endpoint-routes",
    "route-table-has-no-blackhole",
    "security-group-endpoint-ingress-restricted",
    "vpc-endpoint-available",
    "vpc-endpoint-gateway-routes-complete",
    "vpc-endpoint-private-dns-effective",
    "vpc-endpoint-service-name-valid",
)

SUBNETS = {"subnet-a": "10.0.1.0/24", "subnet-b": "10.0.2.0/24", "subnet-c": "10.0.3.0/24"}
sources = st.sampled_from(
    ["10.0.0.0/16", "10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/25", "0.0.0.0/0", "192.168.0.0/16"]
)
ports = st.sampled_from([443, 80, (400, 500), (0, 65535)])
named = st.sampled_from(["sg-app", "sg-web", "sg-e", "pl-apps"])
group_rules = st.one_of(
    st.builds(allow, ports, sources),
    st.builds(allow, ports, named),
    st.builds(allow_all, sources),
    st.builds(allow, ports, sources, st.just("udp")),
)
routes = st.sampled_from(
    [
        to_gateway("s3"),
        to_gateway("s3", state="blackhole"),
        route("0.0.0.0/0", "nat-1"),
        route("0.0.0.0/0", "igw-1"),
        route("52.216.0.0/15", "nat-1"),
        route("10.9.0.0/16", "tgw-1", state="blackhole"),
    ]
)
tables = st.lists(routes, max_size=3, unique_by=lambda each: each.destination)
states = st.sampled_from(["available", "available", "available", "pending", "failed", "deleting"])


@st.composite
def interface_endpoints(draw, service, number):
    return endpoint(
        service,
        id=f"vpce-{service}-{number}",
        groups=draw(st.lists(st.sampled_from(["sg-e", "sg-f"]), min_size=1, unique=True)),
        private_dns=draw(st.booleans()),
        state=draw(states),
        created_at=draw(st.sampled_from([ago(days=9), ago(minutes=2)])),
    )


@st.composite
def networks(draw) -> Snapshot:
    """A VPC with up to three subnets, endpoints of every kind and groups of any rules."""
    subnets = draw(st.lists(st.sampled_from(sorted(SUBNETS)), min_size=1, unique=True))
    services = draw(st.lists(st.sampled_from(["ssm", "ssmmessages", "ec2messages", "kms"])))
    endpoints = [
        draw(interface_endpoints(service, number)) for number, service in enumerate(services)
    ]
    interfaces = [
        instance(
            each,
            SUBNETS[each].replace(".0/24", ".10"),
            groups=draw(st.lists(st.sampled_from(["sg-app", "sg-web"]), unique=True)),
            has_public_address=draw(st.booleans()),
        )
        for each in subnets
    ]
    return network(
        *(subnet(each, SUBNETS[each]) for each in subnets),
        *interfaces,
        *endpoints,
        gateway(tables=draw(st.sampled_from([[], ["rtb-main"], ["rtb-b"]]))),
        main_table(*draw(tables)),
        table("rtb-b", *draw(tables), subnets=["subnet-b"]),
        group("sg-e", *draw(st.lists(group_rules, max_size=3))),
        group("sg-f", *draw(st.lists(group_rules, max_size=2))),
        prefix_list("pl-apps", "10.0.1.0/24", "10.0.2.0/24"),
        prefix_list("pl-s3", "52.216.0.0/15"),
        *draw(st.sampled_from([(), (node("i-a", "3.1.0.0"),), (node("i-a", "3.3.987.0"),)])),
    )


def verdicts(snapshot, *rules, parameters=None):
    judged = [find_rule(each) for each in rules or RULES]
    report = evaluate(snapshot, judged, parameters or Parameters())
    return {(each.rule, each.resource_id): each.compliance for each in report.evaluations}


def changed(snapshot: Snapshot, **collections) -> Snapshot:
    return replace(snapshot, **collections)


def with_groups(snapshot, change):
    """The same network with every security group's ingress changed."""
    groups = (
        replace(each, ingress=tuple(change(each.ingress)))
        for each in snapshot.security_groups.values()
    )
    return changed(snapshot, security_groups=by_id(groups))


@given(networks(), group_rules)
def test_another_allow_rule_never_takes_reach_away(before, rule):
    after = with_groups(before, lambda ingress: [*ingress, rule])
    was, became = verdicts(before, *REACHABILITY), verdicts(after, *REACHABILITY)
    assert not [
        judged
        for judged, verdict in was.items()
        if verdict is Compliance.COMPLIANT and became[judged] is Compliance.NON_COMPLIANT
    ]


@given(networks(), group_rules)
def test_another_allow_rule_never_makes_a_group_tighter(before, rule):
    restricted = "security-group-endpoint-ingress-restricted"
    after = with_groups(before, lambda ingress: [*ingress, rule])
    was, became = verdicts(before, restricted), verdicts(after, restricted)
    assert not [
        judged
        for judged, verdict in was.items()
        if verdict is Compliance.NON_COMPLIANT and became[judged] is Compliance.COMPLIANT
    ]


@given(networks())
def test_the_order_of_rules_routes_and_ids_changes_nothing(before):
    tables = (
        replace(
            each, routes=tuple(reversed(each.routes)), subnet_ids=tuple(reversed(each.subnet_ids))
        )
        for each in before.route_tables.values()
    )
    endpoints = (
        replace(each, group_ids=tuple(reversed(each.group_ids)))
        for each in before.vpc_endpoints.values()
    )
    after = changed(
        with_groups(before, reversed),
        route_tables=by_id(tables),
        vpc_endpoints=by_id(endpoints),
    )
    assert verdicts(after) == verdicts(before)


def halves(rule):
    """The same permission as two, each for one half of its addresses."""
    if rule.cidr is None:
        return (rule,)
    low, high = rule.cidr.v4.intervals[0]
    middle = (low + high) // 2
    first = replace(rule.cidr, v4=type(rule.cidr.v4).of([(low, middle)]))
    second = replace(rule.cidr, v4=type(rule.cidr.v4).of([(middle + 1, high)]))
    assert first | second == rule.cidr
    return (replace(rule, cidr=first), replace(rule, cidr=second))


@given(networks())
def test_a_cidr_written_in_halves_changes_nothing(before):
    after = with_groups(before, lambda ingress: [half for each in ingress for half in halves(each)])
    assert verdicts(after) == verdicts(before)


@given(networks())
def test_a_default_route_written_in_halves_changes_nothing(before):
    def split(routes):
        for each in routes:
            if each.destination == "0.0.0.0/0":
                yield route("0.0.0.0/1", each.target)
                yield route("128.0.0.0/1", each.target)
            else:
                yield each

    tables = (
        replace(each, routes=tuple(split(each.routes))) for each in before.route_tables.values()
    )
    after = changed(before, route_tables=by_id(tables))
    judged = [each for each in RULES if each != "route-table-has-no-blackhole"]
    assert verdicts(after, *judged) == verdicts(before, *judged)


@given(networks(), st.data())
def test_an_endpoint_taken_away_never_completes_a_set(before, data):
    gone = data.draw(st.sampled_from(sorted(before.vpc_endpoints)))
    left = by_id(each for each in before.vpc_endpoints.values() if each.id != gone)
    was = verdicts(before, *PRESENCE)[PRESENCE[0], VPC]
    became = verdicts(changed(before, vpc_endpoints=left), *PRESENCE)[PRESENCE[0], VPC]
    assert not (was is Compliance.NON_COMPLIANT and became is Compliance.COMPLIANT)


@given(networks())
def test_what_interfaces_must_be_admitted_for_subnets_must_be_too(before):
    """A subnet that passes as a whole passes for each interface in it."""
    by_subnet = verdicts(before, *REACHABILITY)
    by_interface = verdicts(before, *REACHABILITY, parameters=Parameters(granularity="eni"))
    assert not [
        judged
        for judged, verdict in by_subnet.items()
        if verdict is Compliance.COMPLIANT and by_interface[judged] is not Compliance.COMPLIANT
    ]


@given(networks())
def test_a_network_judged_twice_gets_the_same_report(before):
    assert verdicts(before) == verdicts(changed(before))


def test_the_halves_of_everything_are_everything():
    first, second = halves(allow(443, "0.0.0.0/0"))
    assert AddressSet.union([first.cidr, second.cidr]) == AddressSet.of("0.0.0.0/0")


@pytest.mark.parametrize("minutes", [2, 59])
def test_generated_endpoints_are_both_old_and_new(minutes):
    assert ago(days=9) < ago(minutes=minutes) < NOW
