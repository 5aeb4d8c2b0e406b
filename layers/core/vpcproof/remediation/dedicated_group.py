"""The security group that vpcproof keeps for the interface endpoints of a VPC.

A group of its own, so that letting endpoint clients in lets nobody in to anything else.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..analysis.admission import ingress
from ..model.addresses import NO_ADDRESSES, AddressSet
from ..model.facts import Fact
from ..model.security_group import SecurityGroup
from ..model.tags import OPT_OUT_TAG, OPT_OUT_VALUE
from .change import Call
from .operations.editing import tag_specifications
from .operations.permissions import tcp_permission
from .repair import Admission
from .situation import Situation, is_opted_out

GROUP_NAME = "vpcproof-endpoints"
NEW_GROUP = "sg-new-endpoints"
OWNERSHIP = ("ManagedBy", "vpcproof")
_DESCRIPTION = "Clients of the interface endpoints of the VPC"


def ownership_tags(name: str) -> dict[str, str]:
    """The tags of everything that plans create; the role that applies plans is bound to them."""
    return {"Name": name, OWNERSHIP[0]: OWNERSHIP[1]}


def group_id_of(situation: Situation) -> str:
    """The id of the group: of the one that exists, or the name of the one to be made."""
    group = _existing(situation)
    return group.id if group else NEW_GROUP


def group_obstacle(situation: Situation) -> str | None:
    """Why the group can be neither used nor made; None when it can."""
    if not situation.snapshot.has(Fact.SECURITY_GROUPS, situation.vpc.id):
        return "the security groups were not read"
    group = _existing(situation)
    if group is not None:
        return (
            f"{group.id} is tagged {OPT_OUT_TAG}={OPT_OUT_VALUE}" if is_opted_out(group) else None
        )
    taken = next((each.id for each in _named(situation)), None)
    if taken:
        return f"{taken} is named {GROUP_NAME}, but not tagged {'='.join(OWNERSHIP)}"
    return None


def group_calls(situation: Situation, admits: Iterable[Admission]) -> tuple[Call, ...]:
    """The calls after which the group lets in all that is asked for, and no more than before."""
    wanted: dict[int, AddressSet] = {}
    for each in admits:
        wanted[each.port] = wanted.get(each.port, NO_ADDRESSES) | each.addresses
    if not wanted:
        return ()
    group = _existing(situation)
    lacking = {
        port: addresses - _admitted(situation, group, port) for port, addresses in wanted.items()
    }
    permissions = [
        tcp_permission(port, addresses, _DESCRIPTION)
        for port, addresses in sorted(lacking.items())
        if addresses
    ]
    calls = () if group else (_creation(situation),)
    if not permissions:
        return calls
    return (
        *calls,
        Call(
            operation="AuthorizeSecurityGroupIngress",
            arguments={"GroupId": group_id_of(situation), "IpPermissions": permissions},
        ),
    )


def _creation(situation: Situation) -> Call:
    return Call(
        operation="CreateSecurityGroup",
        arguments={
            "VpcId": situation.vpc.id,
            "GroupName": GROUP_NAME,
            "Description": _DESCRIPTION,
            "TagSpecifications": tag_specifications("security-group", ownership_tags(GROUP_NAME)),
        },
        creates=NEW_GROUP,
    )


def _admitted(situation: Situation, group: SecurityGroup | None, port: int) -> AddressSet:
    if group is None:
        return NO_ADDRESSES
    return ingress(situation.snapshot, (group.id,), port).addresses


def _existing(situation: Situation) -> SecurityGroup | None:
    key, value = OWNERSHIP
    return next((each for each in _named(situation) if each.tags.get(key) == value), None)


def _named(situation: Situation) -> list[SecurityGroup]:
    return [
        each
        for each in situation.snapshot.security_groups.values()
        if each.vpc_id == situation.vpc.id and each.name == GROUP_NAME
    ]
