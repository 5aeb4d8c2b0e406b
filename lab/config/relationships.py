"""Which resources a configuration item names, and which items a change makes Config record again.

A direct relationship follows from a resource's own description. An indirect one is inferred from
the description of the other resource: https://aws.amazon.com/config/faq/
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from lab.config.shapes import Json


class Key(NamedTuple):
    """What Config identifies a resource of a place by."""

    resource_type: str
    resource_id: str


@dataclass(frozen=True, order=True)
class Relationship:
    """That one resource has something to do with another, and what."""

    target: Key
    name: str


Relationships = frozenset[Relationship]

_VPC = "AWS::EC2::VPC"
_SUBNET = "AWS::EC2::Subnet"
_GROUP = "AWS::EC2::SecurityGroup"
_TABLE = "AWS::EC2::RouteTable"
_INTERFACE = "AWS::EC2::NetworkInterface"

_IN_VPC = ("VpcId", _VPC, "Is contained in Vpc")
_IN_SUBNET = ("SubnetId", _SUBNET, "Is contained in Subnet")
_IN_SUBNETS = ("SubnetIds", _SUBNET, "Is contained in Subnet")
_ON_SUBNETS = ("Associations.SubnetId", _SUBNET, "Is attached to Subnet")

_DIRECT: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "AWS::EC2::VPCEndpoint": (
        _IN_VPC,
        _IN_SUBNETS,
        ("RouteTableIds", _TABLE, "Is contained in RouteTable"),
        ("NetworkInterfaceIds", _INTERFACE, "Is attached to NetworkInterface"),
    ),
    _GROUP: (_IN_VPC,),
    _TABLE: (_IN_VPC, ("Associations.SubnetId", _SUBNET, "Contains Subnet")),
    _SUBNET: (_IN_VPC,),
    _INTERFACE: (
        _IN_VPC,
        _IN_SUBNET,
        ("Groups.GroupId", _GROUP, "Is associated with SecurityGroup"),
    ),
    "AWS::EC2::NetworkAcl": (_IN_VPC, _ON_SUBNETS),
    "AWS::EC2::NatGateway": (
        _IN_VPC,
        _IN_SUBNET,
        ("NatGatewayAddresses.NetworkInterfaceId", _INTERFACE, "Is attached to NetworkInterface"),
    ),
    "AWS::EC2::InternetGateway": (("Attachments.VpcId", _VPC, "Is attached to Vpc"),),
    "AWS::EC2::InstanceConnectEndpoint": (
        _IN_VPC,
        _IN_SUBNET,
        ("SecurityGroupIds", _GROUP, "Is associated with SecurityGroup"),
    ),
    "AWS::EC2::TransitGatewayAttachment": (
        _IN_VPC,
        _IN_SUBNETS,
        ("TransitGatewayId", "AWS::EC2::TransitGateway", "Is attached to TransitGateway"),
    ),
    "AWS::EC2::VPCPeeringConnection": (
        ("RequesterVpcInfo.VpcId", _VPC, "Is attached to Vpc"),
        ("AccepterVpcInfo.VpcId", _VPC, "Is attached to Vpc"),
    ),
}

_INDIRECT: Mapping[str, Mapping[str, str]] = {
    _TABLE: {_SUBNET: "Is contained in RouteTable", _VPC: "Contains RouteTable"},
    _INTERFACE: {
        _GROUP: "Is associated with NetworkInterface",
        _SUBNET: "Contains NetworkInterface",
        _VPC: "Contains NetworkInterface",
    },
    _GROUP: {_VPC: "Contains SecurityGroup"},
}


def direct(resource_type: str, resource: Mapping[str, Any]) -> Relationships:
    """The relationships that a resource's own description states."""
    return frozenset(
        Relationship(Key(target_type, target_id), name)
        for path, target_type, name in _DIRECT.get(resource_type, ())
        for target_id in _values(resource, path.split("."))
    )


def indirect(known: Mapping[Key, Relationships]) -> dict[Key, set[Relationship]]:
    """The relationships that follow from what other resources state."""
    inferred: dict[Key, set[Relationship]] = {}
    for source, stated in known.items():
        names = _INDIRECT.get(source.resource_type, {})
        for relationship in stated:
            if name := names.get(relationship.target.resource_type):
                found = inferred.setdefault(relationship.target, set())
                found.add(Relationship(source, name))
    return inferred


def touched_by(
    changed: Iterable[Key],
    before: Mapping[Key, Relationships],
    after: Mapping[Key, Relationships],
) -> set[Key]:
    """The resources that Config records again although only their relatives have changed."""
    changed = set(changed)
    touched = {
        key
        for key, stated in after.items()
        if any(relationship.target in changed for relationship in stated)
    }
    for known in (before, after):
        for key in changed & known.keys():
            touched |= _inferring_from(key, known)
    return (touched & after.keys()) - changed


def _inferring_from(key: Key, known: Mapping[Key, Relationships]) -> set[Key]:
    names = _INDIRECT.get(key.resource_type, {})
    targets = {relationship.target for relationship in known[key]}
    inferring = {target for target in targets if target.resource_type in names}
    if key.resource_type == _TABLE:
        inferring |= _interfaces_in(targets, known)
    return inferring


def _interfaces_in(places: set[Key], known: Mapping[Key, Relationships]) -> set[Key]:
    """The interfaces in the subnets that a route table serves."""
    subnets = {key for key in places if key.resource_type == _SUBNET}
    return {
        key
        for key, stated in known.items()
        if key.resource_type == _INTERFACE
        and any(relationship.target in subnets for relationship in stated)
    }


def _values(value: Json, path: list[str]) -> Iterator[str]:
    if isinstance(value, (list, tuple)):
        for member in value:
            yield from _values(member, path)
    elif path and isinstance(value, Mapping):
        yield from _values(value.get(path[0]), path[1:])
    elif isinstance(value, str) and not path:
        yield value
