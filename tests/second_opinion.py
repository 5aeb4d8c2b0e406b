"""A second opinion on paths: one packet after the other, address by address, port by port.

It knows the facts of a Snapshot and the rules of AWS's documentation, and nothing of vpcproof's
analysis: no sets, no intervals. It is slow, so the networks that it is asked about are small.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from vpcproof.model.network_acl import NetworkAcl
from vpcproof.model.network_interface import NetworkInterface
from vpcproof.model.route_table import Route, RouteTable
from vpcproof.model.security_group import SecurityGroupRule
from vpcproof.model.snapshot import Snapshot
from vpcproof.model.vpc_endpoint import VpcEndpoint

HTTPS = 443
LAST_PORT = 65535
# Larger than every IPv4 subnet asked about, smaller than any of IPv6.
SMALL = 256

Addresses = IPv4Network | IPv6Network
parsed = cache(ip_address)
block = cache(ip_network)


@dataclass(frozen=True, slots=True)
class Place:
    """An address, the subnet it is in, and the security groups of its interface."""

    address: str
    subnet_id: str
    group_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """What becomes of packets in a network; clients open connections from these ports."""

    network: Snapshot
    first_port: int = 32768
    whole_subnets: bool = True

    def arrives(self, subnet_id: str, endpoint: VpcEndpoint) -> bool:
        """Whether every client of a subnet opens a connection to each address of an endpoint."""
        servers = [
            Place(address, each.subnet_id, endpoint.group_ids)
            for each in self.network.network_interfaces.values()
            if each.id in endpoint.network_interface_ids
            for address in _addresses(each)
        ]
        answered = {parsed(each.address).version for each in servers}
        return all(
            self._connects(client, server, port)
            for client in self.clients(subnet_id)
            if parsed(client.address).version in answered
            for server in servers
            if parsed(server.address).version == parsed(client.address).version
            for port in self._ports
        )

    def reaches_list(self, subnet_id: str, endpoint: VpcEndpoint, cidrs: Iterable[str]) -> bool:
        """Whether every client gets to all addresses of a list through a gateway endpoint."""
        return all(
            self._leaves(client, address, endpoint.id)
            and all(self._passes_subnet(client, address, port) for port in self._ports)
            for client in self.clients(subnet_id)
            if parsed(client.address).version == 4
            for address in self._edges_within(cidrs)
        )

    def clients(self, subnet_id: str) -> Iterator[Place]:
        """The instances of a subnet, at their own addresses or at any of the subnet's."""
        for each in self.network.network_interfaces.values():
            if each.subnet_id == subnet_id and each.instance_id:
                held = [*_addresses(each)]
                families = {parsed(address).version for address in held}
                for cidr in self.network.subnets[subnet_id].cidrs.cidrs():
                    if self.whole_subnets and block(cidr).version in families | {4}:
                        held += self._edges_within([cidr])
                for address in dict.fromkeys(held):
                    yield Place(address, subnet_id, each.group_ids)

    # One connection

    def _connects(self, client: Place, server: Place, port: int) -> bool:
        if not self._allows(client, server, outbound=True):
            return False
        if not self._allows(server, client, outbound=False):
            return False
        if client.subnet_id == server.subnet_id:
            return True
        return (
            self._delivers(client, server)
            and self._delivers(server, client)
            and self._admits(client.subnet_id, server.address, HTTPS, egress=True)
            and self._admits(server.subnet_id, client.address, HTTPS, egress=False)
            and self._admits(server.subnet_id, client.address, port, egress=True)
            and self._admits(client.subnet_id, server.address, port, egress=False)
        )

    def _passes_subnet(self, client: Place, address: str, port: int) -> bool:
        away = self._admits(client.subnet_id, address, HTTPS, egress=True)
        return away and self._admits(client.subnet_id, address, port, egress=False)

    # Security groups

    def _allows(self, place: Place, peer: Place, *, outbound: bool) -> bool:
        groups = [self.network.security_groups[each] for each in place.group_ids]
        rules = [rule for group in groups for rule in (group.egress if outbound else group.ingress)]
        return any(self._matches(rule, place, peer) for rule in rules)

    def _matches(self, rule: SecurityGroupRule, place: Place, peer: Place) -> bool:
        if not _is_about(rule.protocol, rule.from_port, rule.to_port, HTTPS):
            return False
        if rule.group is not None:
            return rule.group.group_id in peer.group_ids and self._carries_references(place, peer)
        if rule.prefix_list_id is not None:
            cidrs = self.network.prefix_lists[rule.prefix_list_id].cidrs or ()
        else:
            cidrs = tuple(rule.cidr.cidrs()) if rule.cidr is not None else ()
        return any(_is_in(peer.address, cidr) for cidr in cidrs)

    def _carries_references(self, place: Place, peer: Place) -> bool:
        one, other = (self.network.subnets[each.subnet_id].vpc_id for each in (place, peer))
        return one == other or bool(self.network.vpc_peering_connections)

    def _leaves(self, client: Place, address: str, target: str) -> bool:
        away = Place(address, "", ())
        rules = [
            rule
            for each in client.group_ids
            for rule in self.network.security_groups[each].egress
            if rule.group is None
        ]
        route = self._route(client.subnet_id, address)
        allowed = any(self._matches(rule, client, away) for rule in rules)
        return allowed and route is not None and route.is_active and route.target == target

    # Network ACLs

    def _admits(self, subnet_id: str, peer: str, port: int, *, egress: bool) -> bool:
        for entry in sorted(self._acl(subnet_id).entries, key=lambda each: each.number):
            if entry.egress is not egress or not _is_in(peer, str(entry.cidr)):
                continue
            if _is_about(entry.protocol, entry.from_port, entry.to_port, port):
                return entry.allow
        return False

    def _acl(self, subnet_id: str) -> NetworkAcl:
        acls = self.network.network_acls.values()
        vpc_id = self.network.subnets[subnet_id].vpc_id
        own = [each for each in acls if subnet_id in each.subnet_ids]
        return (own or [each for each in acls if each.is_default and each.vpc_id == vpc_id])[0]

    @property
    def _ports(self) -> list[int]:
        """Every port at which an entry begins, ends, or is just missed."""
        edges = {self.first_port, LAST_PORT}
        for acl in self.network.network_acls.values():
            for entry in acl.entries:
                if entry.from_port is not None and entry.to_port is not None:
                    edges |= {entry.from_port, entry.to_port, entry.to_port + 1}
        return sorted(port for port in edges if self.first_port <= port <= LAST_PORT)

    # Routes

    def _delivers(self, origin: Place, to: Place) -> bool:
        """Whether a table, and what its route leads to, brings a packet to another subnet."""
        route = self._route(origin.subnet_id, to.address)
        if route is None or not route.is_active:
            return False
        home, there = (self.network.subnets[each.subnet_id].vpc_id for each in (origin, to))
        if route.target == "local":
            return home == there
        if (route.target or "").startswith("pcx-"):
            return home != there
        return (route.target or "").startswith("tgw-") and self._transits(home, there, to.address)

    def _transits(self, home: str, there: str, address: str) -> bool:
        attachments = self.network.transit_gateway_attachments
        table_id = attachments[f"tgw-attach-{home}"].route_table_id or ""
        routes = self.network.transit_gateway_route_tables[table_id].routes or ()
        fitting = [each for each in routes if _is_in(address, each.destination)]
        best = max(fitting, key=lambda each: block(each.destination).prefixlen, default=None)
        return best is not None and best.attachment_id == f"tgw-attach-{there}"

    def _route(self, subnet_id: str, address: str) -> Route | None:
        """The longest match; among equals the local route, then static ones, then lists."""
        found = [
            (block(cidr).prefixlen, route.target == "local", not route.prefix_list_id, route)
            for route in self._table(subnet_id).routes
            for cidr in self._cidrs(route)
            if _is_in(address, cidr)
        ]
        return max(found, key=lambda each: each[:3])[3] if found else None

    def _cidrs(self, route: Route) -> tuple[str, ...]:
        if route.prefix_list_id is None:
            return (route.destination,)
        return self.network.prefix_lists[route.prefix_list_id].cidrs or ()

    def _table(self, subnet_id: str) -> RouteTable:
        tables = self.network.route_tables.values()
        vpc_id = self.network.subnets[subnet_id].vpc_id
        own = [each for each in tables if subnet_id in each.subnet_ids]
        return (own or [each for each in tables if each.is_main and each.vpc_id == vpc_id])[0]

    # Addresses

    def _edges_within(self, cidrs: Iterable[str]) -> list[str]:
        """All addresses of small blocks; of large ones those where any rule begins or ends."""
        found: list[str] = []
        for cidr in cidrs:
            whole = block(cidr)
            if whole.num_addresses <= SMALL:
                found += [str(each) for each in whole]
                continue
            inside = (block(each) for each in (cidr, *self._all_cidrs()))
            found += [
                str(edge)
                for each in inside
                for edge in (each.network_address, each.broadcast_address)
                if edge.version == whole.version and edge in whole
            ]
        return list(dict.fromkeys(found))

    def _all_cidrs(self) -> Iterator[str]:
        for acl in self.network.network_acls.values():
            for entry in acl.entries:
                yield str(entry.cidr)
        for group in self.network.security_groups.values():
            for rule in (*group.ingress, *group.egress):
                yield from rule.cidr.cidrs() if rule.cidr is not None else ()
        for table in self.network.route_tables.values():
            yield from (each.destination for each in table.routes if not each.prefix_list_id)
        for prefix_list in self.network.prefix_lists.values():
            yield from prefix_list.cidrs or ()


def _addresses(interface: NetworkInterface) -> list[str]:
    return [cidr.partition("/")[0] for cidr in interface.addresses.cidrs()]


@cache
def _is_in(address: str, cidr: str) -> bool:
    return parsed(address).version == block(cidr).version and parsed(address) in block(cidr)


def _is_about(protocol: str, low: int | None, high: int | None, port: int) -> bool:
    if protocol == "-1":
        return True
    if protocol not in {"tcp", "6"}:
        return False
    return low is None or high is None or low <= port <= high
