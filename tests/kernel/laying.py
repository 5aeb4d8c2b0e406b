"""A network laid on the wires: addresses, routes and filters, written from AWS's documentation.

Nothing here asks vpcproof's analysis; the model's facts are all that both have in common.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from ipaddress import ip_network

from vpcproof.model.network_acl import NetworkAcl, NetworkAclEntry
from vpcproof.model.network_interface import NetworkInterface
from vpcproof.model.route_table import Route, RouteTable
from vpcproof.model.security_group import SecurityGroupRule
from vpcproof.model.snapshot import Snapshot

from tests.kernel import topology as wires
from tests.kernel.namespaces import configure, empty_tables, filter_by
from tests.kernel.topology import DELIVERY, Topology, node_side, router_side, table_of
from tests.networks import VPC

HUB_VPC = "vpc-hub"
# What an internet gateway shows the world in place of private addresses.
NAT_PUBLIC = "203.0.113.1"


@dataclass(frozen=True)
class Filters:
    """Which filters are in force; all of them unless some are opened or only a few are kept."""

    opened: frozenset[str] = frozenset()
    kept: frozenset[str] | None = None

    def holds(self, setting: str) -> bool:
        """Whether a network ACL, or the groups of an interface, still refuse anything."""
        return setting not in self.opened and (self.kept is None or setting in self.kept)


ALL_FILTERS = Filters()
NO_FILTERS = Filters(kept=frozenset())


def groups_of(interface: NetworkInterface) -> str:
    """The security groups of an interface as one setting."""
    return ", ".join(sorted(interface.group_ids))


@dataclass(frozen=True)
class Laid:
    """A network, and which node stands for which of its interfaces."""

    snapshot: Snapshot
    nat_ports: tuple[int, int] = (1024, 65535)
    public_addresses: tuple[str, ...] = ()

    @cached_property
    def node_of(self) -> dict[str, str]:
        """The node of each interface, by the interface's id."""
        free = {
            "client": iter(wires.CLIENTS),
            "endpoint": iter(wires.ENDPOINTS),
            "hub": iter(wires.HUB_ENDPOINTS),
            "nat": iter((wires.NAT,)),
        }
        return {
            each.id: next(free[_kind(each)]) for each in self.snapshot.network_interfaces.values()
        }

    @cached_property
    def _interfaces(self) -> dict[str, NetworkInterface]:
        return {node: self.snapshot.network_interfaces[each] for each, node in self.node_of.items()}

    def interfaces(self, router: str) -> dict[str, NetworkInterface]:
        """The interfaces behind one router, by their nodes."""
        vpc_id = VPC if router == wires.HOME else HUB_VPC
        return {node: each for node, each in self._interfaces.items() if each.vpc_id == vpc_id}

    def table_of(self, subnet_id: str) -> RouteTable:
        """The table that a subnet names, else the main one."""
        tables = self.snapshot.route_tables.values()
        vpc_id = self.snapshot.subnets[subnet_id].vpc_id
        named = [each for each in tables if subnet_id in each.subnet_ids]
        return (named or [each for each in tables if each.is_main and each.vpc_id == vpc_id])[0]

    def acl_of(self, subnet_id: str) -> NetworkAcl:
        """The ACL that a subnet names, else the default one."""
        acls = self.snapshot.network_acls.values()
        vpc_id = self.snapshot.subnets[subnet_id].vpc_id
        named = [each for each in acls if subnet_id in each.subnet_ids]
        return (named or [each for each in acls if each.is_default and each.vpc_id == vpc_id])[0]


def _kind(interface: NetworkInterface) -> str:
    if interface.instance_id:
        return "client"
    if interface.interface_type == "nat_gateway":
        return "nat"
    return "endpoint" if interface.vpc_id == VPC else "hub"


# Addresses and routes


def lay(topology: Topology, laid: Laid) -> None:
    """Give every node its addresses and every router its routes."""
    for router in (wires.HOME, wires.HUB):
        for node, interface in laid.interfaces(router).items():
            configure(topology[node], _node_lines(router, node, interface.addresses.cidrs()))
    public = laid.public_addresses
    configure(topology[wires.GATEWAY], _node_lines(wires.HOME, wires.GATEWAY, public))
    configure(topology[wires.WORLD], _node_lines(wires.EDGE, wires.WORLD, public))
    beyond = [
        f"route replace {each} via {node_side(wires.WORLD)[0]} dev world onlink" for each in public
    ]
    configure(topology[wires.EDGE], [*_node_lines(wires.HOME, wires.EDGE, ()), *beyond])
    for router, devices, lines in (
        (wires.HOME, wires.HOME_DEVICES, _router_lines(laid, wires.HOME)),
        (wires.HUB, wires.HUB_DEVICES, _router_lines(laid, wires.HUB)),
        (wires.TRANSIT, ("home", "hub"), _transit_lines(laid)),
    ):
        empty_tables(topology[router], [*map(table_of, devices), DELIVERY])
        configure(topology[router], [*lines])


def _node_lines(router: str, node: str, addresses: Iterable[str]) -> list[str]:
    own, hops = node_side(node), router_side(router)
    return [
        "addr flush dev eth0",
        f"addr add {own[0]}/32 dev eth0",
        f"addr add {own[1]}/64 dev eth0 nodad",
        *(f"addr add {each} dev eth0{' nodad' * (':' in each)}" for each in addresses),
        f"route replace default via {hops[0]} dev eth0 onlink",
        f"route replace ::/0 via {hops[1]} dev eth0 onlink",
    ]


def _router_lines(laid: Laid, router: str) -> Iterator[str]:
    for node, interface in laid.interfaces(router).items():
        for address in interface.addresses.cidrs():
            yield _route_line(address, DELIVERY, node, node_side(node))
        for neighbour in _neighbours(laid, router, node):
            yield f"route add throw {neighbour} table {table_of(node)} metric 1"
        for route in laid.table_of(interface.subnet_id).routes:
            for cidr in _cidrs(laid.snapshot, route):
                yield _carrying(router, route, cidr, table_of(node))


def _neighbours(laid: Laid, router: str, node: str) -> Iterator[str]:
    """The addresses in an interface's own subnet: no route table stands between them."""
    interfaces = laid.interfaces(router)
    for each in interfaces.values():
        if each.subnet_id == interfaces[node].subnet_id:
            yield from each.addresses.cidrs()


def _cidrs(snapshot: Snapshot, route: Route) -> tuple[str, ...]:
    if route.prefix_list_id:
        return snapshot.prefix_lists[route.prefix_list_id].cidrs or ()
    return (route.destination,)


def _carrying(router: str, route: Route, cidr: str, table: int) -> str:
    """The longest match decides; among equals the metric: local, static, list, propagated.

    https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html
    """
    if route.target == "local":
        return f"route add throw {cidr} table {table} metric 10"
    metric = 40 if route.is_propagated else 30 if route.prefix_list_id else 20
    if not route.is_active:
        return f"route add blackhole {cidr} table {table} metric {metric}"
    device = _DEVICES[(route.target or "").partition("-")[0]]
    hops = node_side(device)
    if router == wires.HUB and device == "peer":
        hops = router_side(wires.HOME)
    return f"{_route_line(cidr, table, device, hops)} metric {metric}"


_DEVICES = {
    "nat": wires.NAT,
    "vpce": wires.GATEWAY,
    "igw": wires.EDGE,
    "tgw": wires.TRANSIT,
    "pcx": "peer",
}


def _route_line(cidr: str, table: int, device: str, hops: tuple[str, str]) -> str:
    return f"route add {cidr} via {hops[':' in cidr]} dev {device} table {table} onlink"


def _transit_lines(laid: Laid) -> Iterator[str]:
    """Each attachment's own route table; what it has no route for is dropped."""
    devices = {f"tgw-attach-{VPC}": "home", f"tgw-attach-{HUB_VPC}": "hub"}
    for attachment in laid.snapshot.transit_gateway_attachments.values():
        table = table_of(devices[attachment.id])
        routes = laid.snapshot.transit_gateway_route_tables[attachment.route_table_id or ""].routes
        for route in routes or ():
            if route.state == "blackhole":
                yield f"route add blackhole {route.destination} table {table}"
            else:
                device = devices[route.attachment_id or ""]
                yield _route_line(route.destination, table, device, router_side(device))


# Filters


def filter_all(topology: Topology, laid: Laid, filters: Filters, round_number: int) -> None:
    """Put the filters in force; a zone of its own lets each round forget earlier connections."""
    zone = f"""
table inet forget {{
    chain prerouting {{ type filter hook prerouting priority -300; ct zone set {round_number}; }}
    chain output {{ type filter hook output priority -300; ct zone set {round_number}; }}
}}
"""
    for router in (wires.HOME, wires.HUB):
        filter_by(topology[router], zone + _router_rules(laid, router, filters))
    nat = next(
        (each for each in laid.interfaces(wires.HOME).values() if _kind(each) == "nat"), None
    )
    if nat is not None:
        private = nat.addresses.first
        ports = "-".join(map(str, laid.nat_ports))
        filter_by(topology[wires.NAT], zone + _nat_rules(f"{private}:{ports}"))
    filter_by(topology[wires.EDGE], zone + _edge_rules(laid))


def _router_rules(laid: Laid, router: str, filters: Filters) -> str:
    """Groups at both ends, and ACLs where a packet leaves one subnet and enters another."""
    interfaces = laid.interfaces(router)
    leaving = {
        node: _group_chain(laid, router, node, filters, outbound=True) for node in interfaces
    }
    arriving = {
        node: _group_chain(laid, router, node, filters, outbound=False) for node in interfaces
    }
    subnets = sorted({each.subnet_id for each in interfaces.values()})
    chains = [
        *(_chain(f"leave_{node}", lines) for node, lines in leaving.items()),
        *(_chain(f"arrive_{node}", lines) for node, lines in arriving.items()),
        *(
            _chain(_acl_chain(subnet, way), _acl_lines(laid.acl_of(subnet), filters, way))
            for subnet in subnets
            for way in ("out", "in")
        ),
    ]
    neighbours = [
        f'"{one}" . "{other}"'
        for one, first in interfaces.items()
        for other, second in interfaces.items()
        if first.subnet_id == second.subnet_id
    ]
    forward = [
        "type filter hook forward priority 0; policy accept;",
        *_by_device("iifname", {node: f"leave_{node}" for node in interfaces}),
        "jump acls",
        *_by_device("oifname", {node: f"arrive_{node}" for node in interfaces}),
    ]
    acls = [
        *([f"iifname . oifname {{ {', '.join(neighbours)} }} return"] if neighbours else []),
        *_by_device(
            "iifname", {node: _acl_chain(e.subnet_id, "out") for node, e in interfaces.items()}
        ),
        *_by_device(
            "oifname", {node: _acl_chain(e.subnet_id, "in") for node, e in interfaces.items()}
        ),
    ]
    body = "\n".join((*chains, _chain("acls", acls), _chain("forward", forward)))
    return f"table inet vpc {{\n{body}\n}}\n"


def _chain(name: str, lines: Iterable[str]) -> str:
    return f"chain {name} {{\n" + "\n".join(lines) + "\n}"


def _by_device(key: str, chains: dict[str, str]) -> list[str]:
    if not chains:
        return []
    return [f"{key} vmap {{ " + ", ".join(f'"{d}" : jump {c}' for d, c in chains.items()) + " }"]


def _acl_chain(subnet_id: str, way: str) -> str:
    return f"{way}_{subnet_id.replace('-', '_')}"


def _group_chain(
    laid: Laid, router: str, node: str, filters: Filters, *, outbound: bool
) -> list[str]:
    """Replies pass; then whatever any group allows; a NAT gateway has no groups."""
    interface = laid.interfaces(router)[node]
    if _kind(interface) == "nat" or not filters.holds(groups_of(interface)):
        return ["return"]
    groups = [laid.snapshot.security_groups[each] for each in interface.group_ids]
    rules = [rule for group in groups for rule in (group.egress if outbound else group.ingress)]
    allowed = [
        f"{match} return"
        for rule in rules
        for match in _matches(laid, interface.vpc_id, rule, outbound=outbound)
    ]
    return ["ct state established,related return", *allowed, "drop"]


def _matches(laid: Laid, vpc_id: str, rule: SecurityGroupRule, *, outbound: bool) -> Iterator[str]:
    side = "daddr" if outbound else "saddr"
    ports = _ports(rule.protocol, rule.from_port, rule.to_port)
    for cidr in _peers(laid, vpc_id, rule) if ports is not None else ():
        family = "ip6" if ":" in cidr else "ip"
        yield f"{family} {side} {cidr} {ports}"


def _peers(laid: Laid, vpc_id: str, rule: SecurityGroupRule) -> tuple[str, ...]:
    """Addresses; a group stands for the interfaces that carry it, here or over peering.

    https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
    """
    if rule.cidr is not None:
        return tuple(rule.cidr.cidrs())
    if rule.prefix_list_id is not None:
        return laid.snapshot.prefix_lists[rule.prefix_list_id].cidrs or ()
    return tuple(
        cidr
        for each in laid.snapshot.network_interfaces.values()
        if rule.group is not None
        and rule.group.group_id in each.group_ids
        and (each.vpc_id == vpc_id or laid.snapshot.vpc_peering_connections)
        for cidr in each.addresses.cidrs()
    )


def _ports(protocol: str, low: int | None, high: int | None) -> str | None:
    """The ports of TCP that a rule is about; None when it is not about TCP."""
    if protocol == "-1":
        return ""
    if protocol not in {"tcp", "6"}:
        return None
    return "" if low is None or high is None else f"tcp dport {low}-{high}"


def _acl_lines(acl: NetworkAcl, filters: Filters, way: str) -> list[str]:
    """The first entry that matches decides; the last one, which is not listed, denies."""
    if not filters.holds(acl.id):
        return ["return"]
    entries = sorted(acl.entries, key=lambda each: each.number)
    lines = [
        _acl_line(entry, ports)
        for entry in entries
        if entry.egress is (way == "out")
        and (ports := _ports(entry.protocol, entry.from_port, entry.to_port)) is not None
    ]
    return [*lines, "drop"]


def _acl_line(entry: NetworkAclEntry, ports: str) -> str:
    cidr = str(entry.cidr)
    family = "ip6" if ip_network(cidr).version == 6 else "ip"
    side = "daddr" if entry.egress else "saddr"
    return f"{family} {side} {cidr} {ports} {'return' if entry.allow else 'drop'}"


def _nat_rules(address_and_ports: str) -> str:
    return f"""
table ip nat {{
    chain postrouting {{
        type nat hook postrouting priority 100;
        ip saddr 169.254.0.0/16 return
        ip protocol tcp snat to {address_and_ports}
    }}
}}
"""


def _edge_rules(laid: Laid) -> str:
    """An internet gateway knows interfaces with a public address, and NAT gateways with one."""
    mapped = dict(_public_addresses(laid))
    known = ", ".join(mapped) or "192.0.2.1"
    translated = ", ".join(f"{private} : {public}" for private, public in mapped.items())
    translation = f"snat to ip saddr map {{ {translated} }}" if mapped else ""
    return f"""
table ip edge {{
    chain forward {{
        type filter hook forward priority 0; policy drop;
        ct state established accept
        ip saddr {{ {known} }} accept
    }}
    chain postrouting {{
        type nat hook postrouting priority 100;
        {translation}
    }}
}}
"""


def _public_addresses(laid: Laid) -> Iterator[tuple[str, str]]:
    for number, interface in enumerate(laid.interfaces(wires.HOME).values(), start=2):
        if _kind(interface) == "nat":
            gateways = laid.snapshot.nat_gateways.values()
            if any(each.connectivity == "public" for each in gateways):
                yield interface.addresses.first, NAT_PUBLIC
        elif interface.has_public_address and interface.addresses.v4:
            yield interface.addresses.only(v4=True).first, f"203.0.113.{number}"
