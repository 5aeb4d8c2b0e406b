"""What network ACLs permit: stateless, in order, both ways, and never within one subnet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..model.addresses import ALL_ADDRESSES, AddressSet
from ..model.intervals import IntervalSet
from ..model.network_acl import NetworkAcl, NetworkAclEntry
from ..model.ports import describe_ports
from ..model.snapshot import Snapshot, per_snapshot
from .path import Block, Packet

# The number under which EC2 shows the last entry, the one that denies what is left.
# https://docs.aws.amazon.com/vpc/latest/userguide/nacl-basics.html
LAST_ENTRY = 32767


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


@dataclass(frozen=True, slots=True)
class Denial:
    """Addresses that an ACL does not let through on a TCP port, and the entry that stops them.

    `entry` is None where no entry matches: the last one, which EC2 shows as `*`, denies the rest.
    """

    port: int
    addresses: AddressSet
    entry: int | None


def denials(
    acl: NetworkAcl, *, egress: bool, ports: IntervalSet, addresses: AddressSet
) -> tuple[Denial, ...]:
    """All that an ACL stops of these addresses on these ports in one direction.

    Entries count in the order of their numbers and the first that matches decides; what none
    matches is denied.
    https://docs.aws.amazon.com/vpc/latest/userguide/nacl-basics.html
    """
    entries = [entry for entry in acl.entries if entry.egress is egress]
    found = []
    for port in _deciding_ports(entries, ports):
        undecided = addresses
        for entry in entries:
            if port in entry.tcp_ports and (met := undecided & entry.cidr):
                undecided -= met
                if not entry.allow:
                    number = None if entry.number == LAST_ENTRY else entry.number
                    found.append(Denial(port, met, number))
        if undecided:
            found.append(Denial(port, undecided, None))
    return tuple(found)


def _deciding_ports(entries: list[NetworkAclEntry], ports: IntervalSet) -> Iterator[int]:
    """One port of each stretch over which no entry begins or ends: the rest behave like it."""
    edges = {low for low, _ in ports}
    for entry in entries:
        for low, high in entry.tcp_ports:
            edges.update(edge for edge in (low, high + 1) if edge in ports)
    return iter(sorted(edges))


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
    if peers <= _let_through(snapshot, acl.id, egress, ports):
        return ()
    stopped = denials(acl, egress=egress, ports=ports, addresses=peers)
    certain = exact or _stops_all(stopped, peers)
    first_of_entry = {each.entry: each for each in reversed(stopped)}
    return tuple(
        Block(
            "network_acl",
            acl.id,
            _words(acl, subnet_id, each, ports, egress=egress),
            certain,
            _packet(each, egress=egress),
        )
        for each in stopped
        if each is first_of_entry[each.entry]
    )


@per_snapshot
def _let_through(
    snapshot: Snapshot,
    acl_id: str,
    egress: bool,  # noqa: FBT001 - part of the question's key
    ports: IntervalSet,
) -> AddressSet:
    """The addresses of which an ACL stops nothing on any of these ports."""
    acl = snapshot.network_acls[acl_id]
    stopped = denials(acl, egress=egress, ports=ports, addresses=ALL_ADDRESSES)
    return ALL_ADDRESSES - AddressSet.union(each.addresses for each in stopped)


def _stops_all(stopped: tuple[Denial, ...], peers: AddressSet) -> bool:
    """Whether on some port nothing is let through at all."""
    return any(
        peers <= AddressSet.union(each.addresses for each in stopped if each.port == port)
        for port in {each.port for each in stopped}
    )


def _packet(denial: Denial, *, egress: bool) -> Packet:
    peer = denial.addresses.first
    return Packet(denial.port, **{"destination" if egress else "source": peer})


def _words(
    acl: NetworkAcl, subnet_id: str, denial: Denial, ports: IntervalSet, *, egress: bool
) -> str:
    way = "outbound to" if egress else "inbound from"
    which = "no entry allows it" if denial.entry is None else f"entry {denial.entry}"
    port = f"{denial.port}"
    if ports.intervals != ((denial.port, denial.port),):
        port = f"{port} of the reply ports {describe_ports(ports)}"
    return f"{acl.id} of {subnet_id} denies tcp {port} {way} {denial.addresses.first} ({which})"
