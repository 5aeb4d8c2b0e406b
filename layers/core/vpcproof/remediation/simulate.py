"""What the facts will be after a call, told without making it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from types import MappingProxyType
from typing import Any

from ..model.snapshot import Snapshot
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
    return all(
        _same(
            _without_interfaces_of(one, getattr(one, each.name), recreated),
            _without_interfaces_of(other, getattr(other, each.name), recreated),
            recreated,
        )
        for each in fields(Snapshot)
        if each.compare
    )


def _same(one: Any, other: Any, recreated: frozenset[str]) -> bool:  # noqa: ANN401 - any kind of fact
    """Equal as they are, or resource by resource when their order is put aside."""
    if one == other:
        return True
    if not (isinstance(one, Mapping) and isinstance(other, Mapping) and one.keys() == other.keys()):
        return False
    return all(
        one[each] == other[each]
        or _canonical(one[each], recreated) == _canonical(other[each], recreated)
        for each in one
    )


def _without_interfaces_of(snapshot: Snapshot, held: Any, endpoint_ids: frozenset[str]) -> Any:  # noqa: ANN401 - likewise
    if not endpoint_ids or held is not snapshot.network_interfaces:
        return held
    gone = {
        interface_id
        for each in endpoint_ids & snapshot.vpc_endpoints.keys()
        for interface_id in snapshot.vpc_endpoints[each].network_interface_ids
    }
    return {each: interface for each, interface in held.items() if each not in gone}


def _canonical(resource: Any, recreated: frozenset[str]) -> Any:  # noqa: ANN401 - of any type
    """A resource with every list in one order."""
    lists = {
        name: tuple(sorted(set(value), key=repr))
        for name in _UNORDERED
        if (value := getattr(resource, name, None))
    }
    assigned = _ASSIGNED_BY_AWS if resource.id in recreated else {}
    return replace(resource, **{**lists, **assigned})


_UNORDERED = (
    "dns_names",
    "egress",
    "group_ids",
    "ingress",
    "network_interface_ids",
    "route_table_ids",
    "routes",
    "subnet_ids",
)
_ASSIGNED_BY_AWS: Mapping[str, Any] = MappingProxyType(
    {
        "network_interface_ids": (),
        "created_at": None,
        "dns_names": None,
        "last_error": None,
        "owner_id": None,
    }
)
