"""The question of reachability put to z3, from the definitions of AWS and by none of our analysis.

A subnet reaches an endpoint when no address of the subnet, no reply port and no workload can be
found whose connection, or whose reply, is dropped by a route, a network ACL or a security group.
Settings become formulas once; each question is one check of a solver that keeps them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

import z3
from vpcproof.model.addresses import AddressSet
from vpcproof.model.network_acl import NetworkAcl
from vpcproof.model.route_table import RouteTable
from vpcproof.model.security_group import SecurityGroupRule
from vpcproof.model.snapshot import Snapshot

HTTPS = 443
_HTTPS = z3.BitVecVal(HTTPS, 16)
_REPLIES = (32768, 65535)
_TCP = {"-1", "tcp", "6"}

Formula = Any


class Encoding:
    """A network of IPv4 addresses as formulas about one connection."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._source, self._target = z3.BitVecs("source target", 32)
        self._reply = z3.BitVec("reply", 16)
        self._solver = z3.SolverFor("QF_BV")
        self._solver.add(_between(self._reply, *_REPLIES))
        self._kept: dict[tuple[str, str], Formula] = {}

    def reaches(self, subnet_id: str, endpoint_id: str) -> bool:
        """Whether nothing of the connection to any interface of the endpoint can be dropped."""
        endpoint = self._snapshot.vpc_endpoints[endpoint_id]
        homes = [self._snapshot.network_interfaces[each] for each in endpoint.network_interface_ids]
        return all(
            self._arrives(subnet_id, home.subnet_id, home.addresses, endpoint.group_ids)
            for home in homes
        )

    def _arrives(
        self, subnet_id: str, far_id: str, address: AddressSet, group_ids: tuple[str, ...]
    ) -> bool:
        near = self._snapshot.subnets[subnet_id]
        passes = [
            *self._groups(subnet_id, group_ids),
            *([] if subnet_id == far_id else self._crossing(subnet_id, far_id)),
        ]
        self._solver.push()
        self._solver.add(_within(self._source, near.cidrs), _within(self._target, address))
        self._solver.add(z3.Not(z3.And(passes)))
        dropped = self._solver.check()
        self._solver.pop()
        return bool(dropped == z3.unsat)

    def _crossing(self, near_id: str, far_id: str) -> list[Formula]:
        """What a connection meets only on its way from one subnet into another."""
        return [
            self._routed(near_id, "target", self._target),
            self._routed(far_id, "source", self._source),
            self._permitted(near_id, "out", self._target, _HTTPS),
            self._permitted(near_id, "in", self._target, self._reply),
            self._permitted(far_id, "in", self._source, _HTTPS),
            self._permitted(far_id, "out", self._source, self._reply),
        ]

    def _groups(self, subnet_id: str, group_ids: tuple[str, ...]) -> list[Formula]:
        """Every workload may go out to the target, and be let in from its address or its group."""
        return [
            formula
            for carried in self._carried.get(subnet_id, ())
            for formula in (
                self._allowed(carried, "egress", self._target, group_ids),
                self._allowed(group_ids, "ingress", self._source, carried),
            )
        ]

    @cached_property
    def _carried(self) -> Mapping[str, set[tuple[str, ...]]]:
        """The sets of groups that workloads of a subnet carry."""
        found: dict[str, set[tuple[str, ...]]] = {}
        for interface in self._snapshot.network_interfaces.values():
            if interface.interface_type != "vpc_endpoint":
                found.setdefault(interface.subnet_id, set()).add(interface.group_ids)
        return found

    def _allowed(
        self, group_ids: Iterable[str], way: str, peer: Formula, peers: tuple[str, ...]
    ) -> Formula:
        key = (way, f"{group_ids} {peers}")
        if key not in self._kept:
            rules = (
                rule
                for group_id in group_ids
                for rule in getattr(self._snapshot.security_groups[group_id], way)
                if _is_for(rule, HTTPS)
            )
            self._kept[key] = z3.Or([_names(rule, peer, peers) for rule in rules])
        return self._kept[key]

    def _permitted(self, subnet_id: str, way: str, peer: Formula, port: Formula) -> Formula:
        """The first entry that matches, in the order of the numbers, decides; else it is denied."""
        acl = self._acl(subnet_id)
        key = (f"{acl.id} {way}", f"{peer} {port}")
        if key not in self._kept:
            decision = z3.BoolVal(False)
            for entry in sorted(acl.entries, key=lambda each: each.number, reverse=True):
                if entry.egress is (way == "out") and entry.protocol in _TCP:
                    met = _within(peer, entry.cidr)
                    if entry.protocol != "-1" and entry.from_port is not None:
                        met = z3.And(met, _between(port, entry.from_port, entry.to_port))
                    decision = z3.If(met, z3.BoolVal(entry.allow), decision)
            self._kept[key] = decision
        return self._kept[key]

    def _acl(self, subnet_id: str) -> NetworkAcl:
        acls = self._snapshot.network_acls.values()
        vpc_id = self._snapshot.subnets[subnet_id].vpc_id
        own = [each for each in acls if subnet_id in each.subnet_ids]
        return (own or [each for each in acls if each.is_default and each.vpc_id == vpc_id])[0]

    def _routed(self, subnet_id: str, end: str, address: Formula) -> Formula:
        """The longest prefix that matches leads to `local`."""
        table = self._table(subnet_id)
        key = (table.id, end)
        if key not in self._kept:
            decision = z3.BoolVal(False)
            for route in sorted(table.routes, key=lambda each: each.prefix_length or 0):
                home = z3.BoolVal(route.target == "local" and route.state == "active")
                decision = z3.If(_within(address, route.cidr or AddressSet()), home, decision)
            self._kept[key] = decision
        return self._kept[key]

    def _table(self, subnet_id: str) -> RouteTable:
        tables = self._snapshot.route_tables.values()
        vpc_id = self._snapshot.subnets[subnet_id].vpc_id
        own = [each for each in tables if subnet_id in each.subnet_ids]
        return (own or [each for each in tables if each.is_main and each.vpc_id == vpc_id])[0]


def _within(number: Formula, addresses: AddressSet) -> Formula:
    return z3.Or([_between(number, low, high) for low, high in addresses.v4])


def _between(number: Formula, low: int, high: int | None) -> Formula:
    return z3.And(z3.UGE(number, low), z3.ULE(number, low if high is None else high))


def _is_for(rule: SecurityGroupRule, port: int) -> bool:
    if rule.protocol == "-1":
        return True
    return rule.protocol in _TCP and (rule.from_port or 0) <= port <= (rule.to_port or 0)


def _names(rule: SecurityGroupRule, peer: Formula, groups: tuple[str, ...]) -> Formula:
    if rule.group is not None:
        return z3.BoolVal(rule.group.group_id in groups)
    return _within(peer, rule.cidr or AddressSet())
