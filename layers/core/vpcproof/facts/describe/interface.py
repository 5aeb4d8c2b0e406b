"""Network interfaces, alone or as instances carry them."""

from __future__ import annotations

from collections.abc import Iterator

from ...model.addresses import AddressSet
from ...model.network_interface import NetworkInterface
from ..raw import Raw, addresses, flag, required, structure, structures, text, texts_of


def network_interface(raw: Raw) -> NetworkInterface:
    """An interface of DescribeNetworkInterfaces; an IPv6 address alone does not make it public.

    Whether IPv6 reaches the internet is for the routes to say.
    """
    return NetworkInterface(
        id=required(raw, "NetworkInterfaceId"),
        vpc_id=required(raw, "VpcId"),
        # The interfaces of regional NAT gateways name `AssociatedSubnets` instead.
        subnet_id=text(raw, "SubnetId") or "",
        addresses=AddressSet.union(map(addresses, _private_addresses(raw))),
        has_public_address=_has_public_address(raw),
        group_ids=texts_of(raw, "Groups", "GroupId"),
        interface_type=text(raw, "InterfaceType") or "interface",
        requester_managed=flag(raw, "RequesterManaged") or False,
        requester_id=text(raw, "RequesterId"),
        description=text(raw, "Description") or "",
        instance_id=text(structure(raw, "Attachment"), "InstanceId"),
        owner_id=text(raw, "OwnerId"),
    )


def instance_interfaces(reservation: Raw) -> Iterator[Raw]:
    """The interfaces of a reservation's instances, in the form of DescribeNetworkInterfaces."""
    for instance in structures(reservation, "Instances"):
        if text(structure(instance, "State"), "Name") == "terminated":
            continue
        for interface in structures(instance, "NetworkInterfaces"):
            attachment = {
                **structure(interface, "Attachment"),
                "InstanceId": text(instance, "InstanceId"),
            }
            yield {**interface, "Attachment": attachment}


def _private_addresses(raw: Raw) -> Iterator[str]:
    """Every address and delegated prefix of the interface."""
    for address in (text(raw, "PrivateIpAddress"), text(raw, "Ipv6Address")):
        if address is not None:
            yield address
    yield from texts_of(raw, "PrivateIpAddresses", "PrivateIpAddress")
    yield from texts_of(raw, "Ipv6Addresses", "Ipv6Address")
    yield from texts_of(raw, "Ipv4Prefixes", "Ipv4Prefix")
    yield from texts_of(raw, "Ipv6Prefixes", "Ipv6Prefix")


def _has_public_address(raw: Raw) -> bool:
    holders = (raw, *structures(raw, "PrivateIpAddresses"))
    return any(text(structure(each, "Association"), "PublicIp") for each in holders)
