"""Admission against an evaluator that sends a packet from every address, one by one."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vpcproof.analysis.admission import clients_of, refusals
from vpcproof.model.addresses import AddressSet
from vpcproof.model.parameters import Parameters
from vpcproof.model.ports import ports

from tests.networks import (
    allow,
    endpoint,
    group,
    instance,
    network,
    prefix_list,
    subnet,
)

SUBNETS = {"subnet-a": "10.0.0.0/29", "subnet-b": "10.0.0.8/29"}
LIST = ("10.0.0.0/31", "10.0.0.12/30")
GROUPS = ("sg-app", "sg-web", "sg-none")


@st.composite
def sources(draw):
    network_ = ip_network("10.0.0.0/28")
    cidrs = list(network_.subnets(prefixlen_diff=draw(st.integers(0, 4))))
    kinds = st.one_of(
        st.sampled_from(list(map(str, cidrs))), st.sampled_from(GROUPS), st.just("pl-apps")
    )
    return draw(kinds)


protocols = st.sampled_from(
    [("tcp", 443), ("tcp", (400, 500)), ("-1", None), ("6", 443), ("udp", 443), ("tcp", 80)]
)
rules = st.lists(st.tuples(protocols, sources()), max_size=4)
workloads = st.dictionaries(
    st.integers(0, 15), st.sets(st.sampled_from(GROUPS[:2]), max_size=2), min_size=1, max_size=6
)


def home_of(host):
    return "subnet-a" if host < 8 else "subnet-b"


def packet_admitted(given_rules, address, groups):
    """One packet to port 443: is there a rule for its source?"""
    for (protocol, port), source in given_rules:
        low, high = port if isinstance(port, tuple) else (port, port)
        if protocol not in {"tcp", "6", "-1"} or (protocol != "-1" and not low <= 443 <= high):
            continue
        if source.startswith("sg-"):
            matches = source in groups
        else:
            cidrs = LIST if source == "pl-apps" else [source]
            matches = any(address in ip_network(each) for each in cidrs)
        if matches:
            return True
    return False


def situation(given_rules, hosts):
    interfaces = [
        instance(home_of(host), f"10.0.0.{host}", id=f"{host}", groups=sorted(groups))
        for host, groups in hosts.items()
    ]
    return network(
        *(subnet(name, cidr) for name, cidr in SUBNETS.items()),
        *interfaces,
        prefix_list("pl-apps", *LIST),
        endpoint("ssm", groups=["sg-e"]),
        group("sg-e", *(allow(port, source, protocol) for (protocol, port), source in given_rules)),
    )


def refused(whole, granularity):
    parameters = Parameters(granularity=granularity)
    found = refusals(whole, whole.vpc_endpoints["vpce-ssm"], ports(443), parameters)
    return {each.subnet.id: each for each in found}


@given(rules, workloads)
def test_by_interface_a_subnet_is_refused_when_a_packet_of_a_workload_is(given_rules, hosts):
    whole = situation(given_rules, hosts)
    expected = {
        home_of(host)
        for host, groups in hosts.items()
        if not packet_admitted(given_rules, ip_address(f"10.0.0.{host}"), groups)
    }
    assert set(refused(whole, "eni")) == expected


@given(rules, workloads)
def test_by_subnet_any_address_may_be_the_next_workload(given_rules, hosts):
    """A subnet passes when all its workloads carry an admitted group, else by all its addresses."""
    whole = situation(given_rules, hosts)
    expected = set()
    for subnet_id, cidr in SUBNETS.items():
        own = {host: groups for host, groups in hosts.items() if home_of(host) == subnet_id}
        nowhere = ip_address("192.0.2.1")
        if not own or all(packet_admitted(given_rules, nowhere, each) for each in own.values()):
            continue
        if not all(packet_admitted(given_rules, each, ()) for each in ip_network(cidr)):
            expected.add(subnet_id)
    assert set(refused(whole, "subnet")) == expected


@given(rules, workloads, st.sampled_from(["eni", "subnet"]))
def test_the_counterexample_is_really_refused(given_rules, hosts, granularity):
    whole = situation(given_rules, hosts)
    for refusal in refused(whole, granularity).values():
        assert AddressSet.of(refusal.example) <= refusal.missing
        assert not packet_admitted(given_rules, ip_address(refusal.example), ())
        assert not refusal.unknown


@given(rules, workloads)
def test_all_missing_addresses_are_refused_and_no_other_of_the_subnet(given_rules, hosts):
    whole = situation(given_rules, hosts)
    for subnet_id, refusal in refused(whole, "subnet").items():
        for address in ip_network(SUBNETS[subnet_id]):
            missing = AddressSet.of(str(address)) <= refusal.missing
            assert missing is not packet_admitted(given_rules, address, ())


@pytest.mark.parametrize(("private_dns", "served"), [(True, 2), (False, 2)])
def test_private_subnets_are_clients_with_private_dns_or_without(private_dns, served):
    two = network(
        *(subnet(name, cidr) for name, cidr in SUBNETS.items()),
        endpoint("ssm", private_dns=private_dns),
    )
    assert len(clients_of(two, two.vpc_endpoints["vpce-ssm"], Parameters())) == served
