"""Port sets, and what an IP protocol field of EC2 means for them."""

from __future__ import annotations

from .intervals import IntervalSet

ALL_PORTS = IntervalSet(((0, 65535),))
NO_PORTS = IntervalSet()

# EC2 accepts the four names and any protocol number; network ACLs print numbers only.
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html
_PROTOCOL_NAMES = {"1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6", "all": "-1"}


def protocol_name(protocol: str) -> str:
    """EC2's own name of a protocol given as name or number; `-1` stands for every protocol."""
    text = protocol.strip().lower()
    return _PROTOCOL_NAMES.get(text, text)


def ports(*numbers: int) -> IntervalSet:
    """The set of single ports."""
    return IntervalSet.of((number, number) for number in numbers)


def tcp_ports(protocol: str, from_port: int | None, to_port: int | None) -> IntervalSet:
    """The TCP ports that a permission or network ACL entry of this protocol covers.

    `-1` covers all of them whatever the ports say: EC2 leaves the range out, AWS Config writes
    null, DescribeSecurityGroupRules writes -1. The -1 of an ICMP rule is a type, not a range.
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html
    """
    name = protocol_name(protocol)
    if name == "-1":
        return ALL_PORTS
    if name != "tcp":
        return NO_PORTS
    if from_port is None or to_port is None or from_port == -1:
        return ALL_PORTS
    return IntervalSet.of([(from_port, to_port)]) if from_port <= to_port else NO_PORTS


def describe_ports(numbers: IntervalSet) -> str:
    """Ports as people write them: `443`, `443, 1024-65535`, `all ports`."""
    if numbers == ALL_PORTS:
        return "all ports"
    return ", ".join(str(low) if low == high else f"{low}-{high}" for low, high in numbers)
