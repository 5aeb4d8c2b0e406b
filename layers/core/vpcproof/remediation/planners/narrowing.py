"""Groups on endpoints that let in more than the clients: narrowed, where that was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import or_

from ...analysis.admission import ingress
from ...analysis.endpoints import ports_of, service_of
from ...model.addresses import NO_ADDRESSES, AddressSet
from ...model.facts import Fact
from ...model.intervals import IntervalSet
from ...model.ports import NO_PORTS, protocol_name
from ...model.security_group import SecurityGroup, SecurityGroupRule
from ...model.snapshot import Snapshot
from ...model.tags import OPT_OUT_TAG, OPT_OUT_VALUE
from ...model.vpc_endpoint import VpcEndpoint
from ..change import Call
from ..operations.editing import put
from ..operations.permissions import identity, permission_of, rules_of, tcp_permission
from ..repair import Concern, Obstacle, Phase, Proposal, Repair
from ..situation import Situation, addresses_of, each_port, is_opted_out

RULE = "security-group-endpoint-ingress-restricted"


def narrow_ingress(situation: Situation) -> Iterator[Proposal]:
    """Rules that let in too much are replaced by rules for the clients, which come first."""
    for group_id in situation.broken(RULE):
        group = situation.snapshot.security_groups[group_id]
        about = Concern(frozenset({RULE}), frozenset({group_id}))
        if reason := _obstacle(situation, group):
            yield Obstacle(about=about, reason=reason)
            continue
        yield Repair(about=about, phase=Phase.NARROW, calls=_calls(situation, group))


def _obstacle(situation: Situation, group: SecurityGroup) -> str | None:
    snapshot = situation.snapshot
    if RULE not in situation.mandate.narrow:
        return f"narrowing takes access away and was not asked for (narrow={RULE})"
    if is_opted_out(group):
        return f"{group.id} is tagged {OPT_OUT_TAG}={OPT_OUT_VALUE}"
    if not snapshot.has(Fact.NETWORK_INTERFACES, situation.vpc.id):
        return f"who else carries {group.id} was not read"
    of_endpoints = {
        each
        for endpoint in snapshot.vpc_endpoints.values()
        for each in endpoint.network_interface_ids
    }
    others = [
        each.id
        for each in snapshot.network_interfaces.values()
        if group.id in each.group_ids and each.id not in of_endpoints
    ]
    if others:
        return f"{others[0]} carries {group.id} too, and who connects to it is not known"
    return None


def _calls(situation: Situation, group: SecurityGroup) -> tuple[Call, ...]:
    endpoints = situation.snapshot.endpoints_carrying(group.id)
    served = _served(endpoints)
    clients = _clients(situation, endpoints)
    excessive = [each for each in group.ingress if _is_excessive(situation, each, served)]
    kept = tuple(each for each in group.ingress if each not in excessive)
    granted: list[dict[str, object]] = []
    for rule in excessive:
        granted += _replacement(situation, rule, served, clients, kept)
        kept = (*kept, *rules_of(granted))
    calls = [_call("Authorize", group, granted)] if granted else []
    distinct = {identity(each): each for each in excessive}
    calls.append(_call("Revoke", group, [permission_of(each) for each in distinct.values()]))
    return tuple(calls)


def _served(endpoints: tuple[VpcEndpoint, ...]) -> IntervalSet:
    return reduce(or_, map(ports_of, endpoints), NO_PORTS)


def _clients(situation: Situation, endpoints: tuple[VpcEndpoint, ...]) -> AddressSet:
    """Everybody whom a name leads to one of the endpoints."""
    codes = {service.code for each in endpoints if (service := service_of(each)) is not None}
    return AddressSet.union(
        [NO_ADDRESSES, *(addresses_of(situation.led_subnets(code)) for code in codes)]
    )


def _is_excessive(situation: Situation, rule: SecurityGroupRule, served: IntervalSet) -> bool:
    """As the rule itself decides: foreign addresses, or ports that no endpoint serves."""
    return protocol_name(rule.protocol) != "tcp" or bool(
        rule.tcp_ports - served or _foreign(situation, rule)
    )


def _foreign(situation: Situation, rule: SecurityGroupRule) -> AddressSet:
    internal = situation.parameters.internal_cidrs | (situation.vpc.cidrs or NO_ADDRESSES)
    return (rule.cidr or NO_ADDRESSES) - internal


def _replacement(
    situation: Situation,
    rule: SecurityGroupRule,
    served: IntervalSet,
    clients: AddressSet,
    kept: tuple[SecurityGroupRule, ...],
) -> list[dict[str, object]]:
    """What is still to be let in of that which a rule lets in, beyond the rules that stay."""
    granted: list[dict[str, object]] = []
    for port in each_port(rule.tcp_ports & served):
        if rule.cidr is None:
            same = {**permission_of(rule), "IpProtocol": "tcp", "FromPort": port, "ToPort": port}
            if not {identity(each) for each in kept}.issuperset(map(identity, rules_of([same]))):
                granted.append(same)
            continue
        wanted = rule.cidr & clients if _foreign(situation, rule) else rule.cidr
        left = wanted - _admitted(situation.snapshot, kept, port)
        if left:
            granted.append(tcp_permission(port, left))
    return granted


def _admitted(snapshot: Snapshot, rules: tuple[SecurityGroupRule, ...], port: int) -> AddressSet:
    trial = SecurityGroup(id="sg-of-rules-kept", ingress=rules)
    return ingress(put(snapshot, security_groups=[trial]), (trial.id,), port).addresses


def _call(verb: str, group: SecurityGroup, permissions: list[dict[str, object]]) -> Call:
    return Call(
        operation=f"{verb}SecurityGroupIngress",
        arguments={"GroupId": group.id, "IpPermissions": permissions},
    )
