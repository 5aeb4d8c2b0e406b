"""Which table a subnet uses, and where its routes lead."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from ..model.addresses import ALL_IPV4, ALL_IPV6, AddressSet, prefix_length
from ..model.route_table import Route, RouteTable
from ..model.snapshot import Snapshot, per_snapshot
from ..model.vpc_endpoint import VpcEndpoint

# Destinations that no AWS service prefix list contains.
PRIVATE_RANGES = AddressSet.of(
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "fc00::/7"
)
PUBLIC_ADDRESSES = ALL_IPV4 - PRIVATE_RANGES


@per_snapshot
def main_route_table(snapshot: Snapshot, vpc_id: str) -> RouteTable | None:
    """The main table of a VPC, of this VPC only."""
    return next((table for table in snapshot.route_tables_of(vpc_id) if table.is_main), None)


@per_snapshot
def _explicit_associations(snapshot: Snapshot) -> dict[str, RouteTable]:
    return {
        subnet_id: table
        for table in snapshot.route_tables.values()
        for subnet_id in table.subnet_ids
    }


def effective_route_table(snapshot: Snapshot, subnet_id: str) -> RouteTable | None:
    """The table a subnet uses: the one associated with it, else the main table of its VPC.

    None when neither is in the snapshot.
    https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html
    """
    explicit = _explicit_associations(snapshot).get(subnet_id)
    if explicit is not None:
        return explicit
    subnet = snapshot.subnets.get(subnet_id)
    return main_route_table(snapshot, subnet.vpc_id) if subnet else None


@per_snapshot
def subnets_by_route_table(snapshot: Snapshot) -> dict[str, tuple[str, ...]]:
    """The subnets each table serves, the implicit ones of main tables included."""
    served: dict[str, list[str]] = {}
    for subnet_id in snapshot.subnets:
        table = effective_route_table(snapshot, subnet_id)
        if table is not None:
            served.setdefault(table.id, []).append(subnet_id)
    return {table_id: tuple(subnet_ids) for table_id, subnet_ids in served.items()}


def default_targets(table: RouteTable, kind: str, everything: AddressSet) -> tuple[str, ...]:
    """The targets of a kind (`nat-`) that active routes send a whole family to, halved or not."""
    sent: dict[str, list[AddressSet]] = {}
    for route in table.routes:
        if route.is_active and route.cidr is not None and (route.target or "").startswith(kind):
            sent.setdefault(route.target or "", []).append(route.cidr)
    return tuple(target for target, parts in sent.items() if everything <= AddressSet.union(parts))


def routes_to_internet_gateway(table: RouteTable) -> bool:
    """Whether a default route of either family leads to an internet gateway.

    An egress-only internet gateway (`eigw-`) does not make a subnet public.
    """
    return any(default_targets(table, "igw-", family) for family in (ALL_IPV4, ALL_IPV6))


class GatewayRoute(StrEnum):
    """How a route table stands towards a gateway endpoint."""

    EFFECTIVE = "effective"
    MISSING = "missing"
    BLACKHOLE = "blackhole"
    OVERRIDDEN = "overridden"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class GatewayRouteAnswer:
    """The answer for one table, with the route that decides it."""

    status: GatewayRoute
    route: Route | None = None


def gateway_route(
    snapshot: Snapshot, table: RouteTable, endpoint: VpcEndpoint
) -> GatewayRouteAnswer:
    """Whether the prefix-list route to this very endpoint carries all of its traffic.

    The target must be the endpoint itself: a `vpce-` id may also be a Gateway Load Balancer
    endpoint. Prefix lists resolve to their CIDRs; among routes that match, the longest prefix wins,
    a static route wins over a prefix-list route of equal length, a propagated one loses. A
    blackhole takes part in that: what it wins is dropped.
    https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html
    """
    towards = [
        route for route in table.routes if route.prefix_list_id and route.target == endpoint.id
    ]
    if not towards:
        return GatewayRouteAnswer(GatewayRoute.MISSING)
    active = [route for route in towards if route.is_active]
    if not active:
        return GatewayRouteAnswer(GatewayRoute.BLACKHOLE, towards[0])
    rivals = [rival for route in active if (rival := _overriding_route(snapshot, table, route))]
    proven = (rival for rival in rivals if rival.status is GatewayRoute.OVERRIDDEN)
    return next(
        proven, rivals[0] if rivals else GatewayRouteAnswer(GatewayRoute.EFFECTIVE, active[0])
    )


@dataclass(frozen=True, slots=True)
class Carried:
    """The addresses that one route carries."""

    route: Route
    addresses: AddressSet


@dataclass(frozen=True, slots=True)
class Lookup:
    """Which routes carry a set of addresses, and what none of them does.

    `unread` names a prefix list whose entries were not read and which might take any of it;
    `lost` is what dead routes take away from an answer that is otherwise one way.
    """

    carried: tuple[Carried, ...]
    unrouted: AddressSet
    unread: str | None = None
    lost: tuple[Carried, ...] = ()

    @property
    def route(self) -> Route | None:
        """The longest match of all; of a single address the one that carries it."""
        return self.carried[0].route if self.carried else None


def lookup(snapshot: Snapshot, table: RouteTable, addresses: AddressSet) -> Lookup:
    """The longest match for each address, dead routes included: they win and drop the traffic.

    On equal length the local route comes first, then static, prefix-list and propagated ones.
    https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html
    """
    ranking = _ranking(snapshot, table.id)
    found = []
    for prefix in ranking.prefixes:
        part = addresses & prefix.cidr
        if part:
            found.append(Carried(prefix.route, part))
            addresses -= part
    return Lookup(tuple(found), addresses, ranking.unread)


@dataclass(frozen=True, slots=True)
class _Prefix:
    cidr: AddressSet
    length: int
    route: Route


@dataclass(frozen=True, slots=True)
class _Ranking:
    """The prefixes of a table, those that win first, and a list of it that was not read."""

    prefixes: tuple[_Prefix, ...]
    unread: str | None


@per_snapshot
def _ranking(snapshot: Snapshot, table_id: str) -> _Ranking:
    prefixes = []
    unread = None
    for route in snapshot.route_tables[table_id].routes:
        resolved = _prefixes(snapshot, route)
        if resolved is None and not _is_of_gateway_endpoint(snapshot, route):
            unread = unread or route.prefix_list_id
        prefixes += [_Prefix(cidr, length, route) for cidr, length in resolved or ()]
    prefixes.sort(key=lambda each: (each.length, _preference(each.route)), reverse=True)
    return _Ranking(tuple(prefixes), unread)


def routes_to_other_vpcs(table: RouteTable) -> tuple[Route, ...]:
    """The active routes that lead into other VPCs at all."""
    return tuple(
        route
        for route in table.routes
        if route.is_active and (route.target or "").startswith(("tgw-", "pcx-", "arn:"))
    )


def public_route(snapshot: Snapshot, table: RouteTable) -> Lookup:
    """The route of public IPv4 addresses, a default route in one piece or in several.

    Where targets share them it is the one with the most. Routes for a smaller part are no way to
    services, whose addresses may be anywhere.
    """
    return _public_route(snapshot, table.id)


@per_snapshot
def _public_route(snapshot: Snapshot, table_id: str) -> Lookup:
    answer = lookup(snapshot, snapshot.route_tables[table_id], PUBLIC_ADDRESSES)
    if are_most_public(answer.unrouted):
        return replace(answer, carried=())
    sizes: dict[tuple[str | None, str], int] = {}
    for each in answer.carried:
        way = (each.route.target, each.route.state)
        sizes[way] = sizes.get(way, 0) + _size(each.addresses)
    most = max(sizes, key=lambda way: sizes[way])
    on_way = [each for each in answer.carried if (each.route.target, each.route.state) == most]
    on_way.sort(key=lambda each: _size(each.addresses), reverse=True)
    lost = (each for each in answer.carried if not each.route.is_active and each not in on_way)
    return replace(answer, carried=tuple(on_way), lost=tuple(lost))


def are_most_public(addresses: AddressSet) -> bool:
    """Whether these are more than half of the public IPv4 addresses."""
    return 2 * _size(addresses & PUBLIC_ADDRESSES) > _size(PUBLIC_ADDRESSES)


def _size(addresses: AddressSet) -> int:
    return sum(high - low + 1 for low, high in addresses.v4)


def _preference(route: Route) -> int:
    if route.target == "local":
        return 3
    if route.is_propagated:
        return 0
    return 1 if route.prefix_list_id else 2


Prefixes = tuple[tuple[AddressSet, int], ...]


def _overriding_route(
    snapshot: Snapshot, table: RouteTable, listed: Route
) -> GatewayRouteAnswer | None:
    entries = _prefixes(snapshot, listed)
    unknown: Route | None = None
    for rival in table.routes:
        if not _can_rival(rival, listed) or _is_of_gateway_endpoint(snapshot, rival):
            continue
        prefixes = _prefixes(snapshot, rival)
        if entries is None or prefixes is None:
            unknown = rival
        elif _takes_traffic(prefixes, entries, wins_ties=not rival.is_propagated):
            return GatewayRouteAnswer(GatewayRoute.OVERRIDDEN, rival)
    return GatewayRouteAnswer(GatewayRoute.UNKNOWN, unknown) if unknown else None


def _can_rival(route: Route, listed: Route) -> bool:
    if route.state == "filtered" or route.is_default or route.target == listed.target:
        return False
    return route.cidr is None or not route.cidr <= PRIVATE_RANGES


def _is_of_gateway_endpoint(snapshot: Snapshot, route: Route) -> bool:
    """A route of another gateway endpoint: AWS's lists of two services share no address."""
    endpoint = snapshot.vpc_endpoints.get(route.target or "")
    return route.prefix_list_id is not None and endpoint is not None and endpoint.is_gateway


def _prefixes(snapshot: Snapshot, route: Route) -> Prefixes | None:
    """The prefixes that a route stands for; None when its prefix list was not read."""
    if route.cidr is not None and route.prefix_length is not None:
        return ((route.cidr, route.prefix_length),)
    prefix_list = snapshot.prefix_lists.get(route.prefix_list_id or "")
    if prefix_list is None or prefix_list.cidrs is None:
        return None
    return tuple((AddressSet.of(cidr), prefix_length(cidr)) for cidr in prefix_list.cidrs)


def _takes_traffic(rival: Prefixes, listed: Prefixes, *, wins_ties: bool) -> bool:
    """Whether the rival is the longest match for any address of the list.

    Between a static and a prefix-list route of equal length the static one wins; two prefix lists
    that overlap share the traffic at random, so either may lose it.
    """
    for cidr, length in rival:
        beaten = [entry for entry, own in listed if own < length or (wins_ties and own == length)]
        winning = [
            entry for entry, own in listed if own > length or not (wins_ties or own < length)
        ]
        if (cidr & AddressSet.union(beaten)) - AddressSet.union(winning):
            return True
    return False
