"""What the facts will be after a call, told without making it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from ..model.snapshot import Snapshot, by_id
from ..model.vpc_endpoint import VpcEndpoint
from .change import Call, Change
from .operations.operation import Operation, RefusedCallError
from .operations.security_group import (
    AuthorizeSecurityGroupIngress,
    CreateSecurityGroup,
    DeleteSecurityGroup,
    RevokeSecurityGroupIngress,
)
from .operations.vpc_attribute import ModifyVpcAttribute
from .operations.vpc_endpoint import CreateVpcEndpoint, DeleteVpcEndpoints, ModifyVpcEndpoint
from .prices import of_zones
from .questions import holds

OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {
        "CreateVpcEndpoint": CreateVpcEndpoint(),
        "ModifyVpcEndpoint": ModifyVpcEndpoint(),
        "DeleteVpcEndpoints": DeleteVpcEndpoints(),
        "CreateSecurityGroup": CreateSecurityGroup(),
        "DeleteSecurityGroup": DeleteSecurityGroup(),
        "AuthorizeSecurityGroupIngress": AuthorizeSecurityGroupIngress(),
        "RevokeSecurityGroupIngress": RevokeSecurityGroupIngress(),
        "ModifyVpcAttribute": ModifyVpcAttribute(),
    }
)


def simulate(snapshot: Snapshot, *calls: Call) -> Snapshot:
    """The facts as AWS would show them after these calls, all endpoints available.

    What AWS assigns is named as the calls name it (`Call.creates`). Raises RefusedCallError where
    AWS would refuse a call.
    """
    after = snapshot
    for call in calls:
        after = OPERATIONS[call.operation].simulate(after, call)
    return after


def change_of(snapshot: Snapshot, call: Call) -> Change:
    """The call with everything that is to be known before it is made on these facts."""
    operation = OPERATIONS[call.operation]
    return Change(
        call=call,
        summary=operation.summary(call),
        risk=operation.risk,
        expects=operation.expects(snapshot, call),
        undo=operation.inverse(snapshot, call),
        cost=of_zones(operation.zones(snapshot, call)),
    )


def unmet(snapshot: Snapshot, changes: Iterable[Change]) -> tuple[str, ...]:
    """What no longer holds of that which changes rest on, on facts that were read later.

    Empty when all of them may still be made, in their order.
    """
    state = snapshot
    for change in changes:
        broken = tuple(str(each) for each in change.expects if not holds(state, each))
        if broken:
            return tuple(f"{change.summary}: no longer so: {each}" for each in broken)
        try:
            state = simulate(state, change.call)
        except RefusedCallError as refusal:
            return (f"{change.summary}: {refusal}",)
    return ()


def same_facts(one: Snapshot, other: Snapshot, *, recreated: frozenset[str] = frozenset()) -> bool:
    """Whether two snapshots hold the same facts; the order of rules, routes and ids is none.

    Endpoints that were deleted and created anew are compared by what a request says: AWS gives
    them other interfaces, names and dates.
    """
    return _canonical(one, recreated) == _canonical(other, recreated)


def _canonical(snapshot: Snapshot, recreated: frozenset[str]) -> Snapshot:
    interfaces = {
        interface_id
        for each in recreated
        if each in snapshot.vpc_endpoints
        for interface_id in snapshot.vpc_endpoints[each].network_interface_ids
    }
    endpoints = (
        _canonical_endpoint(each, is_recreated=each.id in recreated)
        for each in snapshot.vpc_endpoints.values()
    )
    groups = (
        replace(each, ingress=_unordered(each.ingress), egress=_unordered(each.egress))
        for each in snapshot.security_groups.values()
    )
    tables = (
        replace(each, routes=_unordered(each.routes)) for each in snapshot.route_tables.values()
    )
    others = (
        replace(each, group_ids=_unordered(each.group_ids))
        for each in snapshot.network_interfaces.values()
        if each.id not in interfaces
    )
    return replace(
        snapshot,
        vpc_endpoints=by_id(endpoints),
        security_groups=by_id(groups),
        route_tables=by_id(tables),
        network_interfaces=by_id(others),
    )


def _canonical_endpoint(endpoint: VpcEndpoint, *, is_recreated: bool) -> VpcEndpoint:
    ordered = replace(
        endpoint,
        subnet_ids=_unordered(endpoint.subnet_ids),
        group_ids=_unordered(endpoint.group_ids),
        route_table_ids=_unordered(endpoint.route_table_ids),
        network_interface_ids=_unordered(endpoint.network_interface_ids),
        dns_names=endpoint.dns_names and _unordered(endpoint.dns_names),
    )
    return replace(ordered, **_ASSIGNED_BY_AWS) if is_recreated else ordered


_ASSIGNED_BY_AWS: Mapping[str, Any] = MappingProxyType(
    {
        "network_interface_ids": (),
        "created_at": None,
        "dns_names": None,
        "last_error": None,
        "owner_id": None,
    }
)


def _unordered(values: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(sorted(set(values), key=repr))
