"""The Snapshot: all facts of the VPCs in view at one point in time, and what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from types import MappingProxyType
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from .facts import Fact, Gap
from .hosted_zone import HostedZone
from .instance_connect_endpoint import InstanceConnectEndpoint
from .location import Location
from .managed_node import ManagedNode
from .name_resolution import ProfileAssociation, ResolverRuleAssociation
from .network_acl import NetworkAcl
from .network_interface import NetworkInterface
from .prefix_list import PrefixList
from .probe_result import ProbeResult
from .resource_type import ResourceType
from .route_table import InternetGateway, NatGateway, RouteTable
from .security_group import SecurityGroup
from .session_preferences import SessionPreferences
from .tags import Tags
from .transit_gateway import (
    TransitGatewayAttachment,
    TransitGatewayRouteTable,
    VpcPeeringConnection,
)
from .vpc import DhcpOptions, Subnet, Vpc
from .vpc_endpoint import EndpointService, VpcEndpoint


class Resource(Protocol):
    """What every resource that a rule judges has."""

    @property
    def id(self) -> str:
        """The resource id, opaque."""
        ...

    @property
    def tags(self) -> Tags:
        """Tags as EC2 returns them."""
        ...


R = TypeVar("R", bound=Any)
P = ParamSpec("P")
Arguments = TypeVar("Arguments")


def by_id(resources: Iterable[R]) -> Mapping[str, R]:
    """An immutable index in id order; the last of several with one id wins."""
    return MappingProxyType({each.id: each for each in sorted(resources, key=lambda r: r.id)})


def _empty() -> Mapping[Any, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """Facts indexed by id, of one or more VPCs; immutable, so every answer about it may be kept.

    `account` is who is looking (a shared VPC's participant is told from its owner by it).
    `captured_at` is when the facts were read. `locations` are where resources are declared, by type
    and id, where the facts come from files that declare them.
    """

    account: str | None = None
    region: str | None = None
    captured_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    vpcs: Mapping[str, Vpc] = field(default_factory=_empty)
    subnets: Mapping[str, Subnet] = field(default_factory=_empty)
    route_tables: Mapping[str, RouteTable] = field(default_factory=_empty)
    vpc_endpoints: Mapping[str, VpcEndpoint] = field(default_factory=_empty)
    endpoint_services: tuple[EndpointService, ...] = ()
    security_groups: Mapping[str, SecurityGroup] = field(default_factory=_empty)
    network_interfaces: Mapping[str, NetworkInterface] = field(default_factory=_empty)
    network_acls: Mapping[str, NetworkAcl] = field(default_factory=_empty)
    prefix_lists: Mapping[str, PrefixList] = field(default_factory=_empty)
    nat_gateways: Mapping[str, NatGateway] = field(default_factory=_empty)
    internet_gateways: Mapping[str, InternetGateway] = field(default_factory=_empty)
    dhcp_options: Mapping[str, DhcpOptions] = field(default_factory=_empty)
    hosted_zones: tuple[HostedZone, ...] = ()
    managed_nodes: Mapping[str, ManagedNode] = field(default_factory=_empty)
    session_preferences: SessionPreferences | None = None
    profile_associations: tuple[ProfileAssociation, ...] = ()
    resolver_rule_associations: tuple[ResolverRuleAssociation, ...] = ()
    transit_gateway_attachments: Mapping[str, TransitGatewayAttachment] = field(
        default_factory=_empty
    )
    transit_gateway_route_tables: Mapping[str, TransitGatewayRouteTable] = field(
        default_factory=_empty
    )
    vpc_peering_connections: Mapping[str, VpcPeeringConnection] = field(default_factory=_empty)
    instance_connect_endpoints: Mapping[str, InstanceConnectEndpoint] = field(
        default_factory=_empty
    )
    probe_results: tuple[ProbeResult, ...] = ()
    gaps: tuple[Gap, ...] = ()
    locations: Mapping[tuple[ResourceType, str], Location] = field(default_factory=_empty)
    _memo: dict[Any, Any] = field(default_factory=dict, init=False, compare=False, repr=False)

    def has(self, fact: Fact, vpc_id: str | None = None) -> bool:
        """Whether this kind of fact was read, for this VPC or at all."""
        if vpc_id is None:
            return fact not in self._first_gaps
        return self.gap(fact, vpc_id) is None

    def gap(self, fact: Fact, vpc_id: str | None = None) -> Gap | None:
        """Why this kind of fact is missing, or None when it was read."""
        first = self._first_gaps.get(fact)
        if not first:
            return None
        found = [position for each in {None, vpc_id} if (position := first.get(each)) is not None]
        return self.gaps[min(found)] if found else None

    @cached_property
    def _first_gaps(self) -> Mapping[Fact, Mapping[str | None, int]]:
        """Where the first gap of each kind stands, by VPC; a sweep may have one for every VPC."""
        found: dict[Fact, dict[str | None, int]] = {}
        for position, gap in enumerate(self.gaps):
            found.setdefault(gap.fact, {}).setdefault(gap.vpc_id, position)
        return found

    def resources(self, resource_type: ResourceType) -> Mapping[str, Any]:
        """All resources of a type that a rule can judge."""
        held: dict[ResourceType, Mapping[str, Any]] = {
            ResourceType.VPC: self.vpcs,
            ResourceType.SUBNET: self.subnets,
            ResourceType.VPC_ENDPOINT: self.vpc_endpoints,
            ResourceType.SECURITY_GROUP: self.security_groups,
            ResourceType.ROUTE_TABLE: self.route_tables,
            ResourceType.NETWORK_ACL: self.network_acls,
            ResourceType.INSTANCE_CONNECT_ENDPOINT: self.instance_connect_endpoints,
        }
        return held.get(resource_type, MappingProxyType({}))

    def subnets_of(self, vpc_id: str) -> tuple[Subnet, ...]:
        """The subnets of a VPC, in id order."""
        return self._subnets_by_vpc.get(vpc_id, ())

    def route_tables_of(self, vpc_id: str) -> tuple[RouteTable, ...]:
        """The route tables of a VPC, in id order."""
        return self._route_tables_by_vpc.get(vpc_id, ())

    def endpoints_of(self, vpc_id: str) -> tuple[VpcEndpoint, ...]:
        """The endpoints of a VPC, in id order."""
        return self._endpoints_by_vpc.get(vpc_id, ())

    def interfaces_of(self, vpc_id: str) -> tuple[NetworkInterface, ...]:
        """The network interfaces of a VPC, in id order."""
        return self._interfaces_by_vpc.get(vpc_id, ())

    def endpoints_carrying(self, group_id: str) -> tuple[VpcEndpoint, ...]:
        """The interface endpoints that a security group is attached to."""
        return self._endpoints_by_group.get(group_id, ())

    def probed(self, subnet_id: str) -> Mapping[str, ProbeResult]:
        """What the probe in a subnet saw of each service, empty where none stands."""
        return self._probed_by_subnet.get(subnet_id, MappingProxyType({}))

    @cached_property
    def _probed_by_subnet(self) -> Mapping[str, Mapping[str, ProbeResult]]:
        by_subnet = _grouped(self.probe_results, lambda each: (each.subnet_id,))
        return {
            subnet_id: {each.service: each for each in results}
            for subnet_id, results in by_subnet.items()
        }

    @cached_property
    def _subnets_by_vpc(self) -> Mapping[str, tuple[Subnet, ...]]:
        return _grouped(self.subnets.values(), lambda each: (each.vpc_id,))

    @cached_property
    def _route_tables_by_vpc(self) -> Mapping[str, tuple[RouteTable, ...]]:
        return _grouped(self.route_tables.values(), lambda each: (each.vpc_id,))

    @cached_property
    def _endpoints_by_vpc(self) -> Mapping[str, tuple[VpcEndpoint, ...]]:
        return _grouped(self.vpc_endpoints.values(), lambda each: (each.vpc_id,))

    @cached_property
    def _interfaces_by_vpc(self) -> Mapping[str, tuple[NetworkInterface, ...]]:
        return _grouped(self.network_interfaces.values(), lambda each: (each.vpc_id,))

    @cached_property
    def _endpoints_by_group(self) -> Mapping[str, tuple[VpcEndpoint, ...]]:
        return _grouped(self.vpc_endpoints.values(), lambda each: each.group_ids)


def _grouped(
    resources: Iterable[R], keys: Callable[[R], Iterable[str]]
) -> Mapping[str, tuple[R, ...]]:
    groups: dict[str, list[R]] = {}
    for resource in resources:
        for key in keys(resource):
            groups.setdefault(key, []).append(resource)
    return {key: tuple(members) for key, members in groups.items()}


_UNASKED = object()


def per_snapshot(
    question: Callable[Concatenate[Snapshot, P], R],
) -> Callable[Concatenate[Snapshot, P], R]:
    """Answer a question about a snapshot once: the answer is kept with the snapshot itself.

    The remaining arguments must be hashable and cheap to hash: ids rather than resources.
    """

    def answered(snapshot: Snapshot, /, *args: P.args, **kwargs: P.kwargs) -> R:
        answers = snapshot._memo.get(question)  # noqa: SLF001 - the memo belongs to this function
        if answers is None:
            answers = snapshot._memo[question] = {}  # noqa: SLF001
        key = (args, tuple(sorted(kwargs.items()))) if kwargs else args
        answer = answers.get(key, _UNASKED)
        if answer is _UNASKED:
            answer = answers[key] = question(snapshot, *args, **kwargs)
        return answer  # type: ignore[no-any-return]

    answered.__name__, answered.__doc__ = question.__name__, question.__doc__
    answered.__wrapped__ = question  # type: ignore[attr-defined]
    return answered
