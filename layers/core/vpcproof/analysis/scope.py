"""Which VPCs, subnets and network interfaces the rules are about."""

from __future__ import annotations

from ..model.addresses import NO_ADDRESSES, AddressSet
from ..model.facts import Fact
from ..model.network_interface import NetworkInterface
from ..model.parameters import Parameters
from ..model.snapshot import Snapshot, per_snapshot
from ..model.vpc import Subnet
from .routing import effective_route_table, routes_to_internet_gateway


def shared_by_owner(snapshot: Snapshot, vpc_id: str) -> str | None:
    """The account that shares this VPC with the one looking; None when it is the looker's own.

    A participant of a shared VPC cannot describe its endpoints, so there an empty answer means
    unknown rather than missing.
    https://docs.aws.amazon.com/vpc/latest/userguide/vpc-sharing.html
    """
    vpc = snapshot.vpcs.get(vpc_id)
    owner = vpc.owner_id if vpc else None
    return owner if owner and snapshot.account and owner != snapshot.account else None


def out_of_scope(snapshot: Snapshot, vpc_id: str, parameters: Parameters) -> str | None:
    """Which scope parameter leaves a VPC out; None when it is to be judged.

    A VPC whose tags were not read is judged.
    """
    if parameters.vpc_ids and vpc_id not in parameters.vpc_ids:
        return "vpcIds"
    vpc = snapshot.vpcs.get(vpc_id)
    if parameters.vpc_tag is None or vpc is None or not snapshot.has(Fact.VPCS, vpc_id):
        return None
    key, value = parameters.vpc_tag
    carried = key in vpc.tags and value in {None, vpc.tags[key]}
    return None if carried else "vpcTag"


def vpc_region(snapshot: Snapshot, vpc_id: str) -> str | None:
    """The Region a VPC is in, as far as the snapshot tells."""
    vpc = snapshot.vpcs.get(vpc_id)
    return (vpc.region if vpc else None) or snapshot.region


@per_snapshot
def is_public(snapshot: Snapshot, subnet_id: str) -> bool | None:
    """Whether the subnet has a default route to an internet gateway; None when not known."""
    subnet = snapshot.subnets.get(subnet_id)
    if not snapshot.has(Fact.ROUTE_TABLES, subnet.vpc_id if subnet else None):
        return None
    table = effective_route_table(snapshot, subnet_id)
    return routes_to_internet_gateway(table) if table else None


@per_snapshot
def workload_interfaces(snapshot: Snapshot, vpc_id: str) -> tuple[NetworkInterface, ...]:
    """The network interfaces of a VPC that are not AWS's own plumbing."""
    return tuple(each for each in snapshot.interfaces_of(vpc_id) if each.is_workload)


@per_snapshot
def workload_interfaces_by_subnet(
    snapshot: Snapshot, vpc_id: str
) -> dict[str, tuple[NetworkInterface, ...]]:
    """The workload interfaces of each subnet that has any."""
    held: dict[str, list[NetworkInterface]] = {}
    for interface in workload_interfaces(snapshot, vpc_id):
        held.setdefault(interface.subnet_id, []).append(interface)
    return {subnet_id: tuple(interfaces) for subnet_id, interfaces in held.items()}


def is_public_workload(snapshot: Snapshot, interface: NetworkInterface) -> bool:
    """Whether an interface reaches public service addresses by the internet gateway itself.

    Besides the route that takes a public IPv4 address of its own; an IPv6 address does not help
    with the service names that have IPv4 addresses only.
    """
    return interface.has_public_address and is_public(snapshot, interface.subnet_id) is True


@per_snapshot
def workload_subnets(snapshot: Snapshot, vpc_id: str) -> tuple[Subnet, ...]:
    """All subnets that hold workloads, public ones included.

    Without any network interface data these are the subnets whose table has no active route to an
    internet gateway, or that cannot be told.
    """
    subnets = snapshot.subnets_of(vpc_id)
    if snapshot.has(Fact.NETWORK_INTERFACES, vpc_id):
        occupied = workload_interfaces_by_subnet(snapshot, vpc_id)
        return tuple(subnet for subnet in subnets if subnet.id in occupied)
    return tuple(subnet for subnet in subnets if is_public(snapshot, subnet.id) is not True)


def subnets_in_scope(snapshot: Snapshot, vpc_id: str, parameters: Parameters) -> tuple[Subnet, ...]:
    """The subnets whose workloads depend on private paths.

    A public subnet counts when `includePublicSubnets` says so, or when a workload in it has no
    public address: the internet gateway is of no use to that one.
    """
    return _subnets_in_scope(snapshot, vpc_id, include_public=parameters.include_public_subnets)


@per_snapshot
def _subnets_in_scope(
    snapshot: Snapshot, vpc_id: str, *, include_public: bool
) -> tuple[Subnet, ...]:
    everywhere = workload_subnets(snapshot, vpc_id)
    if include_public:
        known = snapshot.has(Fact.NETWORK_INTERFACES, vpc_id)
        return everywhere if known else snapshot.subnets_of(vpc_id)
    interfaces = workload_interfaces_by_subnet(snapshot, vpc_id)
    return tuple(
        subnet
        for subnet in everywhere
        if not (held := interfaces.get(subnet.id))
        or not all(is_public_workload(snapshot, each) for each in held)
    )


def interface_addresses(interfaces: tuple[NetworkInterface, ...]) -> AddressSet:
    """All private addresses that these interfaces hold."""
    return AddressSet.union(each.addresses for each in interfaces) if interfaces else NO_ADDRESSES
