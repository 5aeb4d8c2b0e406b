"""The clients of a subnet, one for each distinct set of security groups."""

from __future__ import annotations

from dataclasses import dataclass

from ..model.addresses import NO_ADDRESSES, AddressSet
from ..model.network_interface import NetworkInterface
from ..model.parameters import Parameters
from ..model.service_catalogue import SERVICE_SETS
from ..model.snapshot import Snapshot, per_snapshot
from ..model.vpc import Subnet
from .scope import workload_interfaces_by_subnet


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Workloads of one subnet that carry the same security groups.

    `group_ids` is None for the stand-in of workloads that are not known: any group may be meant.
    `held` are the addresses that its interfaces have today.
    """

    subnet: Subnet
    addresses: AddressSet
    group_ids: tuple[str, ...] | None = None
    held: AddressSet = NO_ADDRESSES
    lacks_public_address: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Crowd:
    """The workloads of a subnet that a service is for, as far as they are judged.

    `of_agents` leaves out those that run no SSM Agent. With `granularity` `subnet` a client may
    have any address of the subnet, with `eni` those held. One object for each.
    """

    subnet_id: str
    of_agents: bool
    granularity: str


def crowd_in(snapshot: Snapshot, subnet: Subnet, code: str, parameters: Parameters) -> Crowd:
    """Systems Manager is for workloads that may run its agent, unless `ssmWorkloads=all`.

    Where all of a subnet may run it, they are one crowd whatever the service.
    """
    of_agents = code in SERVICE_SETS["ssm"] and parameters.ssm_workloads != "all"
    return _crowd(snapshot, subnet.id, parameters.granularity, of_agents)


@per_snapshot
def _crowd(
    snapshot: Snapshot,
    subnet_id: str,
    granularity: str,
    of_agents: bool,  # noqa: FBT001 - part of what is asked
) -> Crowd:
    if of_agents and all(each.may_run_ssm_agent for each in _workloads(snapshot, subnet_id)):
        return _crowd(snapshot, subnet_id, granularity, False)
    return Crowd(subnet_id, of_agents, granularity)


def _workloads(snapshot: Snapshot, subnet_id: str) -> tuple[NetworkInterface, ...]:
    vpc_id = snapshot.subnets[subnet_id].vpc_id
    return workload_interfaces_by_subnet(snapshot, vpc_id).get(subnet_id, ())


@per_snapshot
def clients_in(snapshot: Snapshot, crowd: Crowd) -> tuple[Client, ...]:
    """The clients of a crowd; where there are none, one that stands for any workload."""
    subnet = snapshot.subnets[crowd.subnet_id]
    alike: dict[tuple[str, ...], list[NetworkInterface]] = {}
    for interface in _workloads(snapshot, subnet.id):
        if interface.may_run_ssm_agent or not crowd.of_agents:
            alike.setdefault(tuple(sorted(interface.group_ids)), []).append(interface)
    if not alike:
        return (Client(subnet=subnet, addresses=subnet.cidrs),)
    return tuple(
        Client(
            subnet=subnet,
            addresses=_addresses(subnet, members, held, crowd.granularity),
            group_ids=group_ids,
            held=held,
            lacks_public_address=next(
                (each.id for each in members if not each.has_public_address), None
            ),
        )
        for group_ids, members in alike.items()
        for held in [AddressSet.union(each.addresses for each in members)]
    )


@per_snapshot
def clients_by_group(snapshot: Snapshot, crowd: Crowd) -> dict[str, tuple[Client, ...]]:
    """The clients of a crowd that carry each security group."""
    carriers: dict[str, list[Client]] = {}
    for client in clients_in(snapshot, crowd):
        for group_id in client.group_ids or ():
            carriers.setdefault(group_id, []).append(client)
    return {group_id: tuple(clients) for group_id, clients in carriers.items()}


@per_snapshot
def addresses_in(snapshot: Snapshot, crowd: Crowd) -> tuple[AddressSet, ...]:
    """The distinct address sets of clients: mostly one, when whole subnets are judged."""
    return tuple(dict.fromkeys(client.addresses for client in clients_in(snapshot, crowd)))


def _addresses(
    subnet: Subnet, members: list[NetworkInterface], held: AddressSet, granularity: str
) -> AddressSet:
    """Addresses of the subnet or of its interfaces; IPv6 only where an interface has it."""
    if not all(each.addresses for each in members):
        return subnet.cidrs
    if granularity == "eni":
        return held
    return subnet.cidrs.only(v4=True, v6=bool(held.v6))
