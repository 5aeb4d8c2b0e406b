"""The parts of an endpoint: groups, interfaces, routes, names; each put on and taken off."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from ...analysis.dns import PrivateDns, deciding_zone, private_dns_names, vpc_private_dns
from ...model.facts import Fact
from ...model.network_interface import NetworkInterface
from ...model.route_table import Route, RouteTable
from ...model.snapshot import Snapshot
from ...model.vpc import Subnet
from ...model.vpc_endpoint import VpcEndpoint
from ..change import Arguments
from .editing import added, drop, existing, put, removed
from .operation import RefusedCallError

# https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups
GROUPS_PER_INTERFACE = 5
GOING = frozenset({"deleting", "deleted"})


def refuse_conflicting_names(snapshot: Snapshot, endpoint: VpcEndpoint) -> None:
    """Private DNS needs both attributes of the VPC, and a name that nobody else there holds.

    https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
    """
    attributes = vpc_private_dns(snapshot, endpoint.vpc_id)
    if attributes is PrivateDns.UNKNOWN:
        raise RefusedCallError(f"the DNS attributes of {endpoint.vpc_id} were not read")
    if attributes is not PrivateDns.EFFECTIVE:
        raise RefusedCallError(
            f"private DNS needs both DNS attributes of {endpoint.vpc_id}: {attributes.value}"
        )
    for name in private_dns_names(snapshot, endpoint):
        if problem := _holder(snapshot, endpoint, name):
            raise RefusedCallError(problem)


def _holder(snapshot: Snapshot, endpoint: VpcEndpoint, name: str) -> str | None:
    """Who else holds a name in the VPC, in words; None when nobody does."""
    wanted = name.removeprefix("*.").lower()
    for other in snapshot.endpoints_of(endpoint.vpc_id):
        claims = other.private_dns_enabled and other.is_interface and other.state not in GOING
        if other.id == endpoint.id or not claims:
            continue
        if name in private_dns_names(snapshot, other):
            return f"{other.id} holds the private DNS name {wanted}"
    if not snapshot.has(Fact.HOSTED_ZONES, endpoint.vpc_id):
        return f"the private hosted zones were not read: one named {wanted} would conflict"
    answer = deciding_zone(snapshot, endpoint.vpc_id, name)
    if answer is not None and answer.zone.name.lower() == wanted:
        return f"the private hosted zone {answer.zone.id} is named {wanted}; zones are not touched"
    return None


def with_groups(snapshot: Snapshot, endpoint_id: str, group_ids: Iterable[str]) -> Snapshot:
    """The endpoint and its interfaces carry these groups, too; EC2 refuses more than five."""
    endpoint = snapshot.vpc_endpoints[endpoint_id]
    carried = added(endpoint.group_ids, group_ids)
    for group_id in group_ids:
        group = existing(snapshot.security_groups, group_id)
        if group.vpc_id not in {None, endpoint.vpc_id}:
            raise RefusedCallError(f"{group_id} is not of {endpoint.vpc_id}")
        if group_id in endpoint.group_ids:
            raise RefusedCallError(f"{endpoint_id} carries {group_id} already")
    if len(carried) > GROUPS_PER_INTERFACE:
        raise RefusedCallError(
            f"{endpoint_id} would carry more than {GROUPS_PER_INTERFACE} security groups, the quota"
        )
    return _regrouped(snapshot, endpoint, lambda held: added(held, group_ids))


def without_groups(snapshot: Snapshot, endpoint_id: str, group_ids: Iterable[str]) -> Snapshot:
    """The endpoint and its interfaces carry these groups no longer."""
    endpoint = snapshot.vpc_endpoints[endpoint_id]
    return _regrouped(snapshot, endpoint, lambda held: removed(held, group_ids))


def _regrouped(
    snapshot: Snapshot,
    endpoint: VpcEndpoint,
    change: Callable[[tuple[str, ...]], tuple[str, ...]],
) -> Snapshot:
    """An endpoint's interfaces carry the groups of the endpoint."""
    interfaces = (
        replace(each, group_ids=change(each.group_ids)) for each in _interfaces(snapshot, endpoint)
    )
    changed = replace(endpoint, group_ids=change(endpoint.group_ids))
    return put(snapshot, vpc_endpoints=[changed], network_interfaces=interfaces)


def _interfaces(snapshot: Snapshot, endpoint: VpcEndpoint) -> list[NetworkInterface]:
    held = snapshot.network_interfaces
    return [held[each] for each in endpoint.network_interface_ids if each in held]


def with_subnets(snapshot: Snapshot, endpoint_id: str, subnet_ids: Iterable[str]) -> Snapshot:
    """An interface in each subnet; EC2 refuses a second one in a zone.

    AWS picks a free address of the subnet. Which one is not known before, so the simulated
    interface has none, and whatever rests on it must hold for every address of the subnet.
    https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
    """
    after = snapshot
    for subnet_id in subnet_ids:
        endpoint = after.vpc_endpoints[endpoint_id]
        subnet = existing(after.subnets, subnet_id)
        _refuse_subnet(after, endpoint, subnet)
        interface = NetworkInterface(
            id=_interface_id(endpoint_id, subnet_id),
            vpc_id=endpoint.vpc_id,
            subnet_id=subnet_id,
            group_ids=endpoint.group_ids,
            interface_type="vpc_endpoint",
            requester_managed=True,
            owner_id=snapshot.account,
        )
        changed = replace(
            endpoint,
            subnet_ids=added(endpoint.subnet_ids, [subnet_id]),
            network_interface_ids=added(endpoint.network_interface_ids, [interface.id]),
        )
        after = put(
            after,
            vpc_endpoints=[changed],
            network_interfaces=[interface],
            subnets=[_with_free(subnet, -1)],
        )
    return after


def _interface_id(endpoint_id: str, subnet_id: str) -> str:
    return f"eni-of-{endpoint_id}-in-{subnet_id}"


def _refuse_subnet(snapshot: Snapshot, endpoint: VpcEndpoint, subnet: Subnet) -> None:
    if subnet.vpc_id != endpoint.vpc_id:
        raise RefusedCallError(f"{subnet.id} is not of {endpoint.vpc_id}")
    if subnet.free_addresses == 0:
        raise RefusedCallError(f"{subnet.id} has no free address")
    zone = subnet.zone_id or subnet.zone
    for other_id in endpoint.subnet_ids:
        other = snapshot.subnets.get(other_id)
        if other is not None and zone is not None and zone == (other.zone_id or other.zone):
            raise RefusedCallError(f"{endpoint.id} stands in {zone} already")


def _with_free(subnet: Subnet, more: int) -> Subnet:
    free = subnet.free_addresses
    return subnet if free is None else replace(subnet, free_addresses=free + more)


def without_subnets(snapshot: Snapshot, endpoint_id: str, subnet_ids: Iterable[str]) -> Snapshot:
    """The interfaces in these subnets are gone, their addresses free."""
    endpoint = snapshot.vpc_endpoints[endpoint_id]
    gone = {
        each.id for each in _interfaces(snapshot, endpoint) if each.subnet_id in set(subnet_ids)
    }
    changed = replace(
        endpoint,
        subnet_ids=removed(endpoint.subnet_ids, subnet_ids),
        network_interface_ids=removed(endpoint.network_interface_ids, gone),
    )
    freed = [_with_free(existing(snapshot.subnets, each), 1) for each in subnet_ids]
    return put(drop(snapshot, network_interfaces=gone), vpc_endpoints=[changed], subnets=freed)


def with_route_tables(snapshot: Snapshot, endpoint_id: str, table_ids: Iterable[str]) -> Snapshot:
    """The route to the service's prefix list; EC2 refuses a second one to the same list.

    https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
    """
    endpoint = snapshot.vpc_endpoints[endpoint_id]
    tables = []
    for table_id in table_ids:
        table = existing(snapshot.route_tables, table_id)
        route = _route(snapshot, endpoint)
        if any(each.prefix_list_id == route.prefix_list_id for each in table.routes):
            raise RefusedCallError(f"{table_id} has a route to {route.destination} already")
        tables.append(replace(table, routes=(*table.routes, route)))
    changed = replace(endpoint, route_table_ids=added(endpoint.route_table_ids, table_ids))
    return put(snapshot, vpc_endpoints=[changed], route_tables=tables)


def _route(snapshot: Snapshot, endpoint: VpcEndpoint) -> Route:
    """AWS's own list bears the name of the service; where it was not read it is one unknown."""
    lists = snapshot.prefix_lists.values()
    named = (each.id for each in lists if each.name == endpoint.service_name)
    list_id = _routed_list(snapshot, endpoint) or next(named, f"pl-of-{endpoint.service_name}")
    return Route(
        destination=list_id, prefix_list_id=list_id, target=endpoint.id, origin="CreateRoute"
    )


def _routed_list(snapshot: Snapshot, endpoint: VpcEndpoint) -> str | None:
    """The list that a table routes to the endpoint already: the surest, whatever its name."""
    return next(
        (
            route.prefix_list_id
            for table in snapshot.route_tables_of(endpoint.vpc_id)
            for route in table.routes
            if route.prefix_list_id and _is_route_of(route, endpoint)
        ),
        None,
    )


def _is_route_of(route: Route, endpoint: VpcEndpoint) -> bool:
    return route.prefix_list_id is not None and route.target == endpoint.id


def without_route_tables(
    snapshot: Snapshot, endpoint_id: str, table_ids: Iterable[str]
) -> Snapshot:
    """The routes to the endpoint are gone from these tables."""
    endpoint = snapshot.vpc_endpoints[endpoint_id]

    def bare(table: RouteTable) -> RouteTable:
        left = tuple(each for each in table.routes if not _is_route_of(each, endpoint))
        return replace(table, routes=left)

    tables = [bare(existing(snapshot.route_tables, each)) for each in table_ids]
    changed = replace(endpoint, route_table_ids=removed(endpoint.route_table_ids, table_ids))
    return put(snapshot, vpc_endpoints=[changed], route_tables=tables)


def with_private_dns(snapshot: Snapshot, endpoint_id: str, wanted: Arguments) -> Snapshot:
    """On or off; the option for inbound resolvers means something only while it is on."""
    endpoint = snapshot.vpc_endpoints[endpoint_id]
    enabled = bool(wanted["PrivateDnsEnabled"])
    if enabled:
        refuse_conflicting_names(snapshot, endpoint)
    changed = replace(
        endpoint,
        private_dns_enabled=enabled,
        inbound_resolver_only=inbound_resolver_only(wanted) if enabled else None,
        dns_names=_dns_names(snapshot, endpoint, enabled=enabled),
    )
    return put(snapshot, vpc_endpoints=[changed])


def _dns_names(
    snapshot: Snapshot, endpoint: VpcEndpoint, *, enabled: bool
) -> tuple[str, ...] | None:
    """DnsEntries show the names of the service while private DNS is on."""
    if endpoint.dns_names is None:
        return None
    change = added if enabled else removed
    return change(endpoint.dns_names, private_dns_names(snapshot, endpoint))


def inbound_resolver_only(wanted: Arguments) -> bool | None:
    """What a call says of names for on-premises resolvers only; None when it says nothing."""
    answer = wanted.get("DnsOptions", {}).get("PrivateDnsOnlyForInboundResolverEndpoint")
    return answer if answer is None else bool(answer)


# What each argument of ModifyVpcEndpoint does with the ids it is given.
EDITS: Mapping[str, Callable[[Snapshot, str, Iterable[str]], Snapshot]] = MappingProxyType(
    {
        "AddSecurityGroupIds": with_groups,
        "RemoveSecurityGroupIds": without_groups,
        "AddSubnetIds": with_subnets,
        "RemoveSubnetIds": without_subnets,
        "AddRouteTableIds": with_route_tables,
        "RemoveRouteTableIds": without_route_tables,
    }
)
