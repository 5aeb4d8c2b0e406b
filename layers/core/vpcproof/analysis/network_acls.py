"""What network ACLs permit: stateless, in order, both ways, and never within one subnet."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.addresses import NO_ADDRESSES, AddressSet
from ..model.intervals import IntervalSet
from ..model.network_acl import NetworkAcl, NetworkAclEntry
from ..model.ports import describe_ports
from ..model.snapshot import Snapshot, per_snapshot
from .path import Block


@per_snapshot
def _associations(snapshot: Snapshot) -> dict[str, NetworkAcl]:
    return {
        subnet_id: acl for acl in snapshot.network_acls.values() for subnet_id in acl.subnet_ids
    }


@per_snapshot
def _defaults(snapshot: Snapshot) -> dict[str, NetworkAcl]:
    return {acl.vpc_id: acl for acl in snapshot.network_acls.values() if acl.is_default}


def network_acl_of(snapshot: Snapshot, subnet_id: str) -> NetworkAcl | None:
    """The ACL of a subnet: its own, else the default one of the VPC; None when neither was read."""
    own = _associations(snapshot).get(subnet_id)
    subnet = snapshot.subnets.get(subnet_id)
    return own or (_defaults(snapshot).get(subnet.vpc_id) if subnet else None)


def permitted(acl: NetworkAcl, *, egress: bool, port: int) -> AddressSet:
    """The addresses that an ACL lets through on a TCP port in one direction.

    Entries count in the order of their numbers and the first that matches decides; what none
    matches is denied.
    https://docs.aws.amazon.com/vpc/latest/userguide/nacl-basics.html
    """
    allowed, decided = NO_ADDRESSES, NO_ADDRESSES
    for entry in acl.entries:
        if entry.egress is egress and port in entry.tcp_ports:
            if entry.allow:
                allowed |= entry.cidr - decided
            decided |= entry.cidr
    return allowed


def refused(
    acl: NetworkAcl, *, egress: bool, ports: IntervalSet, addresses: AddressSet
) -> tuple[int, AddressSet] | None:
    """The first port on which some of these addresses are not let through, and those addresses."""
    for port in _deciding_ports(acl, ports):
        stopped = addresses - permitted(acl, egress=egress, port=port)
        if stopped:
            return port, stopped
    return None


def _deciding_ports(acl: NetworkAcl, ports: IntervalSet) -> Iterator[int]:
    """One port of each stretch over which no entry begins or ends: the rest behave like it."""
    edges = {low for low, _ in ports}
    for entry in acl.entries:
        for low, high in entry.tcp_ports:
            edges.update(edge for edge in (low, high + 1) if edge in ports)
    return iter(sorted(edges))


def deciding_entry(
    acl: NetworkAcl, *, egress: bool, port: int, address: AddressSet
) -> NetworkAclEntry | None:
    """The entry that decides one packet; None when only the final deny of all is left."""
    return next(
        (
            entry
            for entry in acl.entries
            if entry.egress is egress and port in entry.tcp_ports and address & entry.cidr
        ),
        None,
    )


@per_snapshot
def crossing_blocks(
    snapshot: Snapshot,
    client: tuple[str, AddressSet],
    server: tuple[str, AddressSet],
    *,
    port: int,
    ephemeral: IntervalSet,
    exact: bool = True,
) -> tuple[Block, ...]:
    """All that the ACLs of two subnets stop of a TCP connection between them, replies included.

    `client` and `server` are a subnet id and addresses. When not `exact`, the server has only some
    of its addresses, so refusing a part of them proves nothing.
    """
    if client[0] == server[0]:
        return ()
    (client_subnet, sources), (server_subnet, destinations) = client, server
    return (
        *one_sided_blocks(
            snapshot, client_subnet, destinations, port=port, ephemeral=ephemeral, exact=exact
        ),
        *receiving_blocks(snapshot, server_subnet, sources, port=port, ephemeral=ephemeral),
    )


@per_snapshot
def one_sided_blocks(
    snapshot: Snapshot,
    subnet_id: str,
    peers: AddressSet,
    *,
    port: int,
    ephemeral: IntervalSet,
    exact: bool = True,
) -> tuple[Block, ...]:
    """All that one subnet's ACL stops of its connections to addresses outside the VPC."""
    service = IntervalSet(((port, port),))
    return (
        *_leg(snapshot, subnet_id, peers, service, egress=True, exact=exact),
        *_leg(snapshot, subnet_id, peers, ephemeral, egress=False, exact=exact),
    )


def receiving_blocks(
    snapshot: Snapshot,
    subnet_id: str,
    sources: AddressSet,
    *,
    port: int,
    ephemeral: IntervalSet,
) -> tuple[Block, ...]:
    """All that one subnet's ACL stops of connections that pass into it, and of their replies."""
    service = IntervalSet(((port, port),))
    return (
        *_leg(snapshot, subnet_id, sources, service, egress=False, exact=True),
        *_leg(snapshot, subnet_id, sources, ephemeral, egress=True, exact=True),
    )


def _leg(
    snapshot: Snapshot,
    subnet_id: str,
    peers: AddressSet,
    ports: IntervalSet,
    *,
    egress: bool,
    exact: bool,
) -> tuple[Block, ...]:
    acl = network_acl_of(snapshot, subnet_id)
    if acl is None:
        return (Block("network_acl", subnet_id, "the network ACL was not read", certain=False),)
    answer = refused(acl, egress=egress, ports=ports, addresses=peers)
    if answer is None:
        return ()
    port, stopped = answer
    way = "outbound to" if egress else "inbound from"
    example = AddressSet.of(stopped.first)
    entry = deciding_entry(acl, egress=egress, port=port, address=example)
    which = f"entry {entry.number}" if entry else "no entry allows it"
    span = f"{port}" if ports.intervals == ((port, port),) else _reply(port, ports)
    detail = f"{acl.id} of {subnet_id} denies tcp {span} {way} {example} ({which})"
    return (Block("network_acl", acl.id, detail, certain=exact or stopped == peers),)


def _reply(port: int, ports: IntervalSet) -> str:
    return f"{port} of the reply ports {describe_ports(ports)}"
