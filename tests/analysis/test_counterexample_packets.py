"""What filters stop is shown by a packet: its port, and the end that the filter decides on."""

from vpcproof.analysis.path import Packet
from vpcproof.analysis.paths import path
from vpcproof.model.parameters import Parameters

from tests.networks import (
    acl,
    allow,
    entry,
    gateway,
    group,
    main_table,
    open_acl,
    reaching,
    to_gateway,
)

OUT = entry(100, "0.0.0.0/0", egress=True)


def packets(*others, service="ssm"):
    shown = path(reaching(*others), "subnet-a", service, Parameters())
    return [block.packet for block in shown.blocks]


def test_a_group_of_an_endpoint_keeps_out_the_address_of_a_workload():
    closed = group("sg-endpoint", allow(443, "10.0.9.0/24"))
    assert packets(closed) == [Packet(443, source="10.0.1.10")]


def test_a_group_of_workloads_keeps_them_from_the_address_of_an_endpoint():
    closed = group("sg-app", egress=(allow(443, "10.0.1.0/24"),))
    assert packets(closed) == [Packet(443, destination="10.0.9.5")]


def test_a_group_of_workloads_keeps_them_from_the_addresses_of_a_gateway_endpoint():
    others = (gateway("s3"), main_table(to_gateway("s3")), group("sg-app", egress=()))
    (packet,) = packets(*others, service="s3")
    assert packet.port == 443
    assert packet.destination is not None
    assert packet.source is None


def test_an_acl_stops_a_packet_of_either_direction():
    inward = acl("acl-a", entry(100, "10.0.9.5/32", (443, 443)), OUT, subnets=["subnet-a"])
    (reply,) = packets(open_acl(), inward)
    assert (reply.source, reply.destination) == ("10.0.9.5", None)
    assert reply.port >= 1024
    outward = acl("acl-a", entry(100, "0.0.0.0/0"), subnets=["subnet-a"])
    assert packets(open_acl(), outward) == [Packet(443, destination="10.0.9.5")]


def test_a_setting_that_is_no_filter_has_no_packet():
    assert packets(service="logs") == [None, None]
