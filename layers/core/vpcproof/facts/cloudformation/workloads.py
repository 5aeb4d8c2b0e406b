"""The network interfaces of workloads that a template declares itself.

They are never all: other stacks and people start workloads in the same subnets. So every private
subnet is taken to hold workloads, as without any interface; but a subnet in which the template
places some itself is judged by the security groups of these.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .network import Element, Network
from .stack import Resource
from .unknown import NotKnownError, Unknown

_INSTANCE, _INTERFACE = "AWS::EC2::Instance", "AWS::EC2::NetworkInterface"
_EIPS = {"AWS::EC2::EIP", "AWS::EC2::EIPAssociation"}
# Where kinds of workloads name their subnets and groups, and the type of the interfaces they get.
_MEMBERS: Mapping[str, tuple[tuple[str, ...], str, str, str]] = {
    "AWS::Lambda::Function": (("VpcConfig",), "SubnetIds", "SecurityGroupIds", "lambda"),
    "AWS::Serverless::Function": (("VpcConfig",), "SubnetIds", "SecurityGroupIds", "lambda"),
    "AWS::ECS::Service": (
        ("NetworkConfiguration", "AwsvpcConfiguration"),
        "Subnets",
        "SecurityGroups",
        "branch",
    ),
}


def add_interfaces(resources: Iterable[Resource], network: Network) -> None:
    """The interfaces in subnets of which the template names every workload it has there.

    A subnet is left out where something else is placed in it (an Auto Scaling group, a cluster),
    or where it is not known what, or whether it has a public address.
    """
    found: list[Element] = []
    doubtful: set[str] = set()
    declared = {each["SubnetId"] for each in network.all("Subnets")}
    for resource in resources:
        if resource.type.startswith("AWS::EC2::") and resource.type not in {
            _INSTANCE,
            _INTERFACE,
            *_EIPS,
        }:
            continue
        try:
            interfaces = list(_interfaces(resource, network))
        except NotKnownError:
            interfaces = []
        placed = {each["SubnetId"] for each in interfaces}
        found += interfaces
        doubtful |= (_texts_in(resource.properties) & declared) - placed
        if resource.doubt is not None:
            doubtful |= placed
    addressed = set().union(
        *(_texts_in(each.properties) for each in resources if each.type in _EIPS)
    )
    doubtful |= {each["SubnetId"] for each in found if each["Owner"] in addressed}
    for each in found:
        if each["SubnetId"] not in doubtful and each["VpcId"] is not None:
            network.put("NetworkInterfaces", each)


def _interfaces(resource: Resource, network: Network) -> Iterator[Element]:
    if resource.type == _INTERFACE:
        groups = resource.identities("GroupSet")
        yield _interface(resource, resource.identity("SubnetId"), groups, network)
    elif resource.type == _INSTANCE:
        yield from _of_instance(resource, network)
    elif resource.type in _MEMBERS:
        path, subnets, groups_member, kind = _MEMBERS[resource.type]
        members: Any = resource.properties
        for step in path:
            members = members.get(step) if isinstance(members, Mapping) else None
        if isinstance(members, Mapping):
            groups = _listed(members, groups_member)
            for subnet_id in _listed(members, subnets):
                yield {
                    **_interface(resource, subnet_id, groups, network),
                    "InterfaceType": kind,
                    "RequesterManaged": True,
                }


def _of_instance(resource: Resource, network: Network) -> Iterator[Element]:
    """The interfaces of an instance; those it takes over are declared themselves."""
    attachment = {"Attachment": {"InstanceId": resource.id}}
    inline = resource.objects("NetworkInterfaces")
    if not inline:
        groups = resource.identities("SecurityGroupIds")
        subnet_id = resource.identity("SubnetId")
        _refuse_public(resource, subnet_id, None, network)
        yield {**_interface(resource, subnet_id, groups, network), **attachment}
    for position, each in enumerate(inline):
        if "SubnetId" in each:
            subnet_id = str(each["SubnetId"])
            _refuse_public(resource, subnet_id, each.get("AssociatePublicIpAddress"), network)
            element = _interface(resource, subnet_id, _listed(each, "GroupSet"), network)
            element["NetworkInterfaceId"] += f"[{position}]"
            yield {**element, **attachment}


def _interface(
    resource: Resource, subnet_id: str | None, groups: list[str], network: Network
) -> Element:
    vpc_id = network.vpc_of("Subnets", subnet_id)
    carried = groups or [f"{vpc_id}.DefaultSecurityGroup"]
    return {
        "NetworkInterfaceId": f"{resource.id} in {subnet_id}",
        "VpcId": vpc_id,
        "SubnetId": subnet_id,
        "Groups": [{"GroupId": each} for each in carried],
        "Owner": resource.id,
    }


def _refuse_public(
    resource: Resource, subnet_id: str | None, asked: object, network: Network
) -> None:
    """An address may be public because the instance, or else its subnet, says so."""
    subnet = network.find("Subnets", subnet_id)
    by_subnet = subnet is not None and subnet.get("MapPublicIpOnLaunch") not in {None, False}
    says = by_subnet if asked is None else str(asked).lower() != "false"
    if says:
        raise NotKnownError(f"{resource.path}: has a public address")


def _listed(members: Mapping[str, Any], name: str) -> list[str]:
    value = members.get(name)
    if value is not None and not isinstance(value, list):
        raise NotKnownError(name)
    return [each.name if isinstance(each, Unknown) else str(each) for each in value or ()]


def _texts_in(value: object) -> set[str]:
    if isinstance(value, str):
        return {value}
    if isinstance(value, Mapping):
        return set().union(*map(_texts_in, value.values()))
    if isinstance(value, list):
        return set().union(*map(_texts_in, value))
    return set()
