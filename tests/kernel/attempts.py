"""Which packets decide a path: where names lead, and the edges of every rule on the way."""

from collections.abc import Iterable, Iterator
from ipaddress import ip_address, ip_network

from vpcproof.model.network_interface import NetworkInterface
from vpcproof.model.snapshot import Snapshot

from tests.kernel.connections import Attempt
from tests.kernel.generator import S3_CIDRS
from tests.kernel.laying import HUB_VPC, Laid
from tests.networks import VPC

CLIENT_PORTS = (32768, 65535)
NAT_PORTS = (1024, 65535)
# Public addresses of services other than S3, on both sides of all rules.
ELSEWHERE = ("3.5.140.1", "203.0.114.7", "18.1.2.3")


def clients(snapshot: Snapshot, subnet_id: str) -> tuple[NetworkInterface, ...]:
    """The instances of a subnet."""
    return tuple(
        each
        for each in snapshot.network_interfaces.values()
        if each.subnet_id == subnet_id and each.instance_id
    )


def destinations(snapshot: Snapshot, service: str) -> tuple[str, ...] | None:
    """The addresses that a name has in the VPC; None where no name is answered.

    Private DNS of an endpoint needs both attributes of the VPC; a hosted zone comes next.
    """
    vpc = snapshot.vpcs[VPC]
    if not vpc.dns_support:
        return None
    if service == "s3":
        return s3_addresses(snapshot)
    here = snapshot.vpc_endpoints["vpce-ssm"]
    if here.private_dns_enabled and vpc.dns_hostnames:
        return _addresses_of(snapshot, VPC)
    if snapshot.hosted_zones:
        return _addresses_of(snapshot, HUB_VPC)
    return ELSEWHERE


def _addresses_of(snapshot: Snapshot, vpc_id: str) -> tuple[str, ...]:
    return tuple(
        str(ip_network(cidr).network_address)
        for each in snapshot.network_interfaces.values()
        if each.interface_type == "vpc_endpoint" and each.vpc_id == vpc_id
        for cidr in each.addresses.cidrs()
    )


def s3_addresses(snapshot: Snapshot) -> tuple[str, ...]:
    """First and last address of each block of S3, and of every rule and route inside them."""
    whole = [ip_network(cidr) for cidr in S3_CIDRS]
    edges = {
        each
        for cidr in (*S3_CIDRS, *_cidrs_of(snapshot))
        if ":" not in cidr
        for inner in [ip_network(cidr)]
        for each in (inner.network_address, inner.broadcast_address)
        if any(each in block for block in whole)
    }
    return tuple(map(str, sorted(edges)))


def _cidrs_of(snapshot: Snapshot) -> Iterator[str]:
    for acl in snapshot.network_acls.values():
        for entry in acl.entries:
            yield from entry.cidr.cidrs()
    for table in snapshot.route_tables.values():
        yield from (each.destination for each in table.routes if each.cidr is not None)
    for group in snapshot.security_groups.values():
        for rule in (*group.ingress, *group.egress):
            yield from rule.cidr.cidrs() if rule.cidr is not None else ()


def stretches(snapshot: Snapshot, within: tuple[int, int]) -> tuple[tuple[int, int], ...]:
    """A port range cut where entries of network ACLs begin and end; a part is all alike."""
    low, high = within
    starts = {low}
    for acl in snapshot.network_acls.values():
        for entry in acl.entries:
            if entry.from_port is not None and entry.to_port is not None:
                starts |= {
                    each for each in (entry.from_port, entry.to_port + 1) if low < each <= high
                }
    ordered = sorted(starts)
    return tuple(zip(ordered, [each - 1 for each in ordered[1:]] + [high], strict=True))


def attempts(
    laid: Laid, subnet_id: str, service: str, addresses: Iterable[str]
) -> Iterator[Attempt]:
    """Every instance of a subnet, from both ends of each stretch, to each address of its family."""
    ports = {port for part in stretches(laid.snapshot, CLIENT_PORTS) for port in part}
    for client in clients(laid.snapshot, subnet_id):
        for source in (str(ip_network(each).network_address) for each in client.addresses.cidrs()):
            for port in sorted(ports):
                for destination in addresses:
                    if ip_address(source).version == ip_address(destination).version:
                        yield Attempt(laid.node_of[client.id], source, port, destination)
