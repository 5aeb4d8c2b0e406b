"""The clients of a subnet, one for each distinct set of security groups."""

from __future__ import annotations

from dataclasses import dataclass

from ..model.addresses import AddressSet
from ..model.parameters import Parameters
from ..model.snapshot import Snapshot, per_snapshot
from ..model.vpc import Subnet
from .scope import interface_addresses, workload_interfaces_by_subnet


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Workloads of one subnet that carry the same security groups.

    `group_ids` is None when no network interface data was read: any group may be meant then.
    `example` is the id of one network interface, or of the subnet.
    """

    subnet: Subnet
    addresses: AddressSet
    group_ids: tuple[str, ...] | None
    example: str
    lacks_public_address: str | None = None


def clients_in(snapshot: Snapshot, subnet: Subnet, parameters: Parameters) -> tuple[Client, ...]:
    """The clients of a subnet; without workload interfaces one that stands for any workload.

    With `granularity=subnet` a client may have any address of the subnet, with `eni` those held.
    """
    return _clients_in(snapshot, subnet.id, parameters.granularity)


@per_snapshot
def _clients_in(snapshot: Snapshot, subnet_id: str, granularity: str) -> tuple[Client, ...]:
    subnet = snapshot.subnets[subnet_id]
    interfaces = workload_interfaces_by_subnet(snapshot, subnet.vpc_id).get(subnet.id, ())
    if not interfaces:
        return (Client(subnet=subnet, addresses=subnet.cidrs, group_ids=None, example=subnet.id),)
    alike: dict[tuple[str, ...], list[int]] = {}
    for position, interface in enumerate(interfaces):
        alike.setdefault(tuple(sorted(interface.group_ids)), []).append(position)
    clients = []
    for group_ids, positions in alike.items():
        members = tuple(interfaces[position] for position in positions)
        by_subnet = granularity == "subnet"
        clients.append(
            Client(
                subnet=subnet,
                addresses=subnet.cidrs if by_subnet else interface_addresses(members),
                group_ids=group_ids,
                example=members[0].id,
                lacks_public_address=next(
                    (each.id for each in members if not each.has_public_address), None
                ),
            )
        )
    return tuple(clients)


def addresses_of(clients: tuple[Client, ...]) -> tuple[AddressSet, ...]:
    """The distinct address sets of clients: one for all of them when whole subnets are judged."""
    return tuple(dict.fromkeys(client.addresses for client in clients))
