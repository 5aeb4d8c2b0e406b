import pytest
from vpcproof.model.addresses import ALL_ADDRESSES
from vpcproof.model.intervals import IntervalSet
from vpcproof.model.network_acl import NetworkAclEntry
from vpcproof.model.ports import (
    ALL_PORTS,
    NO_PORTS,
    describe_ports,
    ports,
    protocol_name,
    tcp_ports,
)


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("tcp", "tcp"),
        ("TCP", "tcp"),
        ("6", "tcp"),
        (" 6 ", "tcp"),
        ("17", "udp"),
        ("1", "icmp"),
        ("58", "icmpv6"),
        ("-1", "-1"),
        ("all", "-1"),
        ("50", "50"),
    ],
)
def test_a_protocol_has_one_name_however_it_is_spelt(spelling, name):
    assert protocol_name(spelling) == name


@pytest.mark.parametrize(
    ("protocol", "low", "high", "covered"),
    [
        ("-1", None, None, ALL_PORTS),
        ("-1", -1, -1, ALL_PORTS),
        ("all", 80, 80, ALL_PORTS),
        ("tcp", 443, 443, ports(443)),
        ("6", 443, 443, ports(443)),
        ("TCP", 400, 500, IntervalSet.of([(400, 500)])),
        ("tcp", 0, 65535, ALL_PORTS),
        ("tcp", None, None, ALL_PORTS),
        ("tcp", -1, -1, ALL_PORTS),
        ("tcp", 500, 400, NO_PORTS),
        ("udp", 443, 443, NO_PORTS),
        ("icmp", -1, -1, NO_PORTS),
        ("icmpv6", -1, -1, NO_PORTS),
        ("50", None, None, NO_PORTS),
        ("132", 443, 443, NO_PORTS),
    ],
)
def test_the_tcp_ports_of_a_permission(protocol, low, high, covered):
    assert tcp_ports(protocol, low, high) == covered
    entry = NetworkAclEntry(
        number=100,
        protocol=protocol,
        allow=True,
        egress=False,
        cidr=ALL_ADDRESSES,
        from_port=low,
        to_port=high,
    )
    assert entry.tcp_ports == covered


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        (ports(443), "443"),
        (ALL_PORTS, "all ports"),
        (ports(22, 443) | IntervalSet.of([(1024, 65535)]), "22, 443, 1024-65535"),
    ],
)
def test_ports_read_as_people_write_them(numbers, words):
    assert describe_ports(numbers) == words
