"""Which clients the security groups of an endpoint admit, exactly and with a counterexample."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..model.addresses import NO_ADDRESSES, AddressSet
from ..model.intervals import IntervalSet
from ..model.network_interface import NetworkInterface
from ..model.parameters import Parameters
from ..model.security_group import SecurityGroup, SecurityGroupRule
from ..model.snapshot import Snapshot, per_snapshot
from ..model.vpc import Subnet
from ..model.vpc_endpoint import VpcEndpoint
from .scope import (
    interface_addresses,
    is_public,
    subnets_in_scope,
    workload_interfaces_by_subnet,
)
from .scope import workload_subnets as all_workload_subnets


@dataclass(frozen=True, slots=True)
class Admission:
    """What a set of security groups admits on one port.

    `addresses` are proven by CIDR and prefix-list rules, `group_ids` by references to groups of
    this VPC. `prefix_list_ids` are the lists named, whether their entries were read or not.
    `unknown` names every rule whose source could not be resolved: it may admit more.
    """

    port: int
    addresses: AddressSet = NO_ADDRESSES
    group_ids: frozenset[str] = frozenset()
    prefix_list_ids: frozenset[str] = frozenset()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Clients of one subnet that an endpoint does not admit.

    `example` is one source address; `interfaces` those that were found to be left out, empty
    without network interface data. `unknown` is set when a rule that was not resolved may admit
    them after all.
    """

    subnet: Subnet
    port: int
    example: str
    missing: AddressSet
    interfaces: tuple[NetworkInterface, ...] = ()
    unknown: tuple[str, ...] = ()


@per_snapshot
def ingress(snapshot: Snapshot, group_ids: tuple[str, ...], port: int) -> Admission:
    """What these groups together let in on a TCP port; groups only ever add to each other.

    AWS's own prefix lists hold the addresses of services, never of clients: they let nobody in.
    https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
    """

    def rules_of(group: SecurityGroup) -> tuple[SecurityGroupRule, ...]:
        return tuple(each for each in group.ingress if not names_list_of_aws(snapshot, each))

    return _admission(snapshot, group_ids, port, rules_of)


@per_snapshot
def egress(snapshot: Snapshot, group_ids: tuple[str, ...], port: int) -> Admission:
    """What these groups together let out to a TCP port; without any rule that is nothing."""
    return _admission(snapshot, group_ids, port, lambda group: group.egress)


def _admission(
    snapshot: Snapshot,
    group_ids: tuple[str, ...],
    port: int,
    rules_of: Callable[[SecurityGroup], tuple[SecurityGroupRule, ...]],
) -> Admission:
    addresses: list[AddressSet] = []
    groups: set[str] = set()
    prefix_lists: set[str] = set()
    unknown: list[str] = []
    for group_id in group_ids:
        group = snapshot.security_groups.get(group_id)
        if group is None:
            unknown.append(f"{group_id} was not read")
            continue
        for rule in rules_of(group):
            if port not in rule.tcp_ports:
                continue
            if rule.group is not None:
                groups.add(rule.group.group_id)
                continue
            if rule.prefix_list_id is not None:
                prefix_lists.add(rule.prefix_list_id)
            resolved = rule_addresses(snapshot, rule)
            if resolved is None:
                unknown.append(f"entries of {rule.prefix_list_id} in {group_id} were not read")
            else:
                addresses.append(resolved)
    return Admission(
        port,
        AddressSet.union(addresses),
        frozenset(groups),
        frozenset(prefix_lists),
        tuple(unknown),
    )


def names_list_of_aws(snapshot: Snapshot, rule: SecurityGroupRule) -> bool:
    """Whether the source is one of AWS's own lists: the addresses of a service."""
    prefix_list = snapshot.prefix_lists.get(rule.prefix_list_id or "")
    return prefix_list is not None and prefix_list.is_aws_managed


def rule_addresses(snapshot: Snapshot, rule: SecurityGroupRule) -> AddressSet | None:
    """The addresses of a CIDR or prefix-list rule; None when the list's entries were not read.

    A prefix list that failed or is being deleted admits nobody.
    """
    if rule.cidr is not None:
        return rule.cidr
    if rule.prefix_list_id is None:
        return NO_ADDRESSES
    prefix_list = snapshot.prefix_lists.get(rule.prefix_list_id)
    if prefix_list is None:
        return None
    return prefix_list.entries if prefix_list.is_usable else NO_ADDRESSES


def clients_of(
    snapshot: Snapshot, endpoint: VpcEndpoint, parameters: Parameters
) -> tuple[Subnet, ...]:
    """The subnets whose workloads use an endpoint.

    Private DNS holds for the whole VPC: with it on, public subnets are led to the endpoint too.
    Where it answers the inbound resolver only, no workload of the VPC is led to it.
    https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html
    """
    if endpoint.private_dns_enabled and endpoint.inbound_resolver_only:
        return ()
    if endpoint.private_dns_enabled:
        return all_workload_subnets(snapshot, endpoint.vpc_id)
    return subnets_in_scope(snapshot, endpoint.vpc_id, parameters)


def refusals(
    snapshot: Snapshot, endpoint: VpcEndpoint, ports: IntervalSet, parameters: Parameters
) -> tuple[Refusal, ...]:
    """Every client subnet with workloads that the endpoint does not admit on one of its ports."""
    subnets = clients_of(snapshot, endpoint, parameters)
    return tuple(
        refusal
        for low, high in ports
        for port in range(low, high + 1)
        for subnet in subnets
        if (refusal := refusal_of(snapshot, endpoint, subnet, port, parameters))
    )


def refusal_of(
    snapshot: Snapshot, endpoint: VpcEndpoint, subnet: Subnet, port: int, parameters: Parameters
) -> Refusal | None:
    """The clients of one subnet that an endpoint does not admit on one port; None if it does."""
    return _refusal(snapshot, endpoint.id, subnet.id, port, parameters)


@per_snapshot
def _refusal(
    snapshot: Snapshot, endpoint_id: str, subnet_id: str, port: int, parameters: Parameters
) -> Refusal | None:
    endpoint, subnet = snapshot.vpc_endpoints[endpoint_id], snapshot.subnets[subnet_id]
    admission = ingress(snapshot, endpoint.group_ids, port)
    interfaces = workload_interfaces_by_subnet(snapshot, endpoint.vpc_id).get(subnet.id, ())
    unreferenced = tuple(
        each for each in interfaces if not admission.group_ids.intersection(each.group_ids)
    )
    if interfaces and not unreferenced:
        return None
    if not subnet.cidrs:
        nameless = f"the CIDR blocks of {subnet.id} are not known"
        return Refusal(subnet, port, subnet.id, NO_ADDRESSES, unreferenced, (nameless,))
    missing = _wanted(subnet, unreferenced, endpoint, parameters) - admission.addresses
    if not missing:
        return None
    left_out = tuple(each for each in unreferenced if each.addresses & missing) or unreferenced
    return Refusal(
        subnet=subnet,
        port=port,
        example=_example(missing, left_out),
        missing=missing,
        interfaces=left_out,
        unknown=(
            *admission.unknown,
            *_unresolved_groups(admission, interfaces),
            *_doubtful_scope(snapshot, endpoint, subnet, interfaces, parameters),
        ),
    )


def _wanted(
    subnet: Subnet,
    interfaces: tuple[NetworkInterface, ...],
    endpoint: VpcEndpoint,
    parameters: Parameters,
) -> AddressSet:
    """The addresses that must be admitted: of the subnet, or of its interfaces today.

    Only the families that the endpoint answers in count, and IPv6 only where workloads have it.
    """
    held = interface_addresses(interfaces)
    v4 = endpoint.ip_address_type != "ipv6"
    known = bool(interfaces) and all(each.addresses for each in interfaces)
    v6 = endpoint.ip_address_type != "ipv4" and (not known or bool(held.v6))
    if parameters.granularity == "eni" and known:
        return held.only(v4=v4, v6=v6)
    return subnet.cidrs.only(v4=v4, v6=v6)


def _unresolved_groups(
    admission: Admission, interfaces: tuple[NetworkInterface, ...]
) -> tuple[str, ...]:
    """Group references that may admit workloads whose network interfaces are not known."""
    if interfaces:
        return ()
    return tuple(
        f"who carries {group_id} is unknown without network interfaces"
        for group_id in sorted(admission.group_ids)
    )


def _doubtful_scope(
    snapshot: Snapshot,
    endpoint: VpcEndpoint,
    subnet: Subnet,
    interfaces: tuple[NetworkInterface, ...],
    parameters: Parameters,
) -> tuple[str, ...]:
    """Why workloads with public addresses may not be clients: their subnet may be public."""
    if endpoint.private_dns_enabled or parameters.include_public_subnets or not interfaces:
        return ()
    if is_public(snapshot, subnet.id) is not None:
        return ()
    if not all(each.has_public_address for each in interfaces):
        return ()
    return (f"whether {subnet.id} is public was not read",)


def _example(missing: AddressSet, left_out: tuple[NetworkInterface, ...]) -> str:
    held = interface_addresses(left_out) & missing
    return (held or missing).first
