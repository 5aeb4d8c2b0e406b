"""Network interfaces that a plan itself shows: of instances, of functions, and single ones."""

from __future__ import annotations

from collections.abc import Iterator

from ...model.facts import NO_FILE, Fact, Gap
from .attributes import Attributes, UnknownError
from .references import NETWORK_INTERFACE, SECURITY_GROUP, SUBNET
from .world import Element, World


def tell_interfaces(world: World) -> None:
    """The interfaces in the plan, and that most workloads have theirs from elsewhere.

    Auto Scaling groups, ECS services and load balancers make interfaces that no plan shows. So
    they are never all: every private subnet is taken to hold workloads besides.
    """
    shown = [*_single(world), *_of_instances(world), *_of_functions(world)]
    if shown:
        world.tell("NetworkInterfaces", shown)
        world.documents.gaps.append(Gap(fact=Fact.NETWORK_INTERFACES, reason=NO_FILE))


def _single(world: World) -> Iterator[Element]:
    owners: dict[str, str] = {}
    for instance in world.managed("aws_instance"):
        with world.known(Fact.NETWORK_INTERFACES, instance, vpc_id=None):
            for each in instance.blocks("network_interface"):
                owners[each.needed("network_interface_id", NETWORK_INTERFACE)] = instance.id
    for interface in world.managed("aws_network_interface"):
        with world.known(Fact.NETWORK_INTERFACES, interface, vpc_id=world.vpc_of(interface)):
            groups = interface.many("security_groups", SECURITY_GROUP)
            element = _interface(world, interface, interface.id, groups)
            addresses = interface.values.get("private_ips") or ()
            if not interface.unknown.get("private_ips"):
                element["PrivateIpAddresses"] = [{"PrivateIpAddress": each} for each in addresses]
            owner = owners.get(interface.id)
            yield element | ({"Attachment": {"InstanceId": owner}} if owner else {})


def _of_instances(world: World) -> Iterator[Element]:
    """The first interface of each instance that has none of its own in the plan."""
    for instance in world.managed("aws_instance"):
        if instance.is_left_open("subnet_id") or instance.values.get("network_interface"):
            continue
        with world.known(Fact.NETWORK_INTERFACES, instance, vpc_id=world.vpc_of(instance)):
            groups = instance.many("vpc_security_group_ids", SECURITY_GROUP)
            element = _interface(world, instance, f"eni of {instance.id}", groups)
            if not instance.unknown.get("private_ip"):
                element["PrivateIpAddress"] = instance.text("private_ip")
            if instance.flag("associate_public_ip_address", default=False):
                element["Association"] = {"PublicIp": "to be assigned"}
            yield element | {"Attachment": {"InstanceId": instance.id}}


def _of_functions(world: World) -> Iterator[Element]:
    for function in world.managed("aws_lambda_function"):
        with world.known(Fact.NETWORK_INTERFACES, function, vpc_id=None):
            for place in function.blocks("vpc_config"):
                groups = place.many("security_group_ids", SECURITY_GROUP)
                for subnet_id in place.many("subnet_ids", SUBNET):
                    yield {
                        "NetworkInterfaceId": f"eni of {function.id} in {subnet_id}",
                        "VpcId": world.vpcs_of_subnets.get(subnet_id),
                        "SubnetId": subnet_id,
                        "Groups": [{"GroupId": each} for each in groups],
                        "InterfaceType": "lambda",
                        "RequesterManaged": True,
                    }


def _interface(
    world: World, holder: Attributes, interface_id: str, groups: tuple[str, ...]
) -> Element:
    """An interface; one that is given no groups carries the default one of its VPC."""
    vpc_id = world.vpc_of(holder)
    if vpc_id is None:
        raise UnknownError("subnet_id")
    vpc = world.managed_vpcs.get(vpc_id)
    if not groups and vpc is not None:
        groups = (world.identities.default_of(vpc, "aws_default_security_group"),)
    return {
        "NetworkInterfaceId": interface_id,
        "VpcId": vpc_id,
        "SubnetId": holder.needed("subnet_id", SUBNET),
        "Groups": [{"GroupId": each} for each in groups],
    }
