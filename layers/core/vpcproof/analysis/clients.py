"""The clients of a subnet, one for each distinct set of security groups."""

from __future__ import annotations

from dataclasses import dataclass

from ..model.addresses import NO_ADDRESSES, AddressSet
from ..model.network_interface import NetworkInterface
from ..model.parameters import Parameters
from ..model.service_catalogue import SERVICE_SETS
from ..model.snapshot import Snapshot, per_snapshot
from ..model.vpc import Subnet
from .scope import interface_addresses, workload_interfaces_by_subnet


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


@dataclass(frozen=True, slots=True)
class Crowd:
    """The workloads of a subnet that a service is for, as far as they are judged.

    `of_agents` leaves out those that run no SSM Agent. With `granularity` `subnet` a client may
    have any address of the subnet, with `eni` those held.
    """

    subnet_id: str
    of_agents: bool
    granularity: str


def crowd_in(subnet: Subnet, code: str, parameters: Parameters) -> Crowd:
    """Systems Manager is for workloads that may run its agent, unless `ssmWorkloads=all`."""
    of_agents = code in SERVICE_SETS["ssm"] and parameters.ssm_workloads != "all"
    return Crowd(subnet.id, of_agents, parameters.granularity)


@per_snapshot
def clients_in(snapshot: Snapshot, crowd: Crowd) -> tuple[Client, ...]:
    """The clients of a crowd; where there are none, one that stands for any workload."""
    subnet = snapshot.subnets[crowd.subnet_id]
    alike: dict[tuple[str, ...], list[NetworkInterface]] = {}
    for interface in workload_interfaces_by_subnet(snapshot, subnet.vpc_id).get(subnet.id, ()):
        if interface.may_run_ssm_agent or not crowd.of_agents:
            alike.setdefault(tuple(sorted(interface.group_ids)), []).append(interface)
    if not alike:
        return (Client(subnet=subnet, addresses=subnet.cidrs),)
    return tuple(
        Client(
            subnet=subnet,
            addresses=_addresses(subnet, tuple(members), crowd.granularity),
            group_ids=group_ids,
            held=interface_addresses(tuple(members)),
            lacks_public_address=next(
                (each.id for each in members if not each.has_public_address), None
            ),
        )
        for group_ids, members in alike.items()
    )


@per_snapshot
def addresses_in(snapshot: Snapshot, crowd: Crowd) -> tuple[AddressSet, ...]:
    """The distinct address sets of clients: mostly one, when whole subnets are judged."""
    return tuple(dict.fromkeys(client.addresses for client in clients_in(snapshot, crowd)))


def _addresses(
    subnet: Subnet, members: tuple[NetworkInterface, ...], granularity: str
) -> AddressSet:
    """Addresses of the subnet or of its interfaces; IPv6 only where an interface has it."""
    if not all(each.addresses for each in members):
        return subnet.cidrs
    held = interface_addresses(members)
    if granularity == "eni":
        return held
    return subnet.cidrs.only(v4=True, v6=bool(held.v6))
