"""The network interfaces of endpoints: one per subnet, with an address of that subnet."""

from collections.abc import Container, Iterable, Mapping
from ipaddress import IPv4Address, IPv6Address
from itertools import islice
from typing import TypeVar

from lab.ec2 import errors
from lab.ec2.endpoint import Endpoint
from lab.ec2.errors import AwsError
from lab.ec2.network import Address, Addresses, Network, Params, ServiceInterface, Subnet
from lab.ec2.service_catalogue import GATEWAY_LOAD_BALANCER, INTERFACE

INTERFACE_TYPES = {
    INTERFACE: "vpc_endpoint",
    GATEWAY_LOAD_BALANCER: "gateway_load_balancer_endpoint",
}

RESERVED_FIRST_HOSTS = 3

Family = TypeVar("Family", IPv4Address, IPv6Address)


def wanted(network: Network, endpoint: Endpoint) -> dict[str, ServiceInterface]:
    """What each subnet of the endpoint should hold; an interface there keeps its addresses."""
    return {
        subnet_id: ServiceInterface(
            subnet_id=subnet_id,
            interface_type=INTERFACE_TYPES[endpoint.vpc_endpoint_type],
            description=f"VPC Endpoint Interface {endpoint.id}",
            group_ids=endpoint.security_group_ids,
            addresses=_addresses(network, endpoint, network.subnet(subnet_id)),
        )
        for subnet_id in endpoint.subnet_ids
    }


def establish(network: Network, endpoint: Endpoint) -> Mapping[str, str]:
    """Bring the interfaces of an endpoint in line with its subnets and groups."""
    interfaces = wanted(network, endpoint)
    for subnet_id in endpoint.interface_ids.keys() - interfaces.keys():
        network.delete_interface(endpoint.interface_ids[subnet_id])
    established = {}
    for subnet_id, interface in interfaces.items():
        if interface_id := endpoint.interface_ids.get(subnet_id):
            network.modify_service_interface(interface_id, interface)
        else:
            interface_id = network.create_service_interface(interface)
        established[subnet_id] = interface_id
    return established


def withdraw(network: Network, endpoint: Endpoint) -> None:
    """Delete every interface of an endpoint."""
    for interface_id in endpoint.interface_ids.values():
        network.delete_interface(interface_id)


def next_free(hosts: Iterable[Family], taken: Container[Address]) -> Family:
    """The lowest free host address of a subnet, past the three AWS keeps for itself.

    https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
    """
    for address in islice(hosts, RESERVED_FIRST_HOSTS, None):
        if address not in taken:
            return address
    raise AwsError(
        "InsufficientFreeAddressesInSubnet",
        "The specified subnet does not have enough free addresses to satisfy the request.",
    )


def refuse_deleting_service_interface(network: Network, params: Params) -> None:
    """An interface a service holds cannot be deleted by hand."""
    interface_id = params["NetworkInterfaceId"]
    if network.service_interface(interface_id):
        raise AwsError(
            "InvalidParameterValue", f"Network interface '{interface_id}' is currently in use."
        )


def refuse_detaching_service_interface(network: Network, params: Params) -> None:
    """An interface a service holds cannot be detached by hand."""
    interface_id = network.interface_of_attachment(params["AttachmentId"])
    if interface_id and network.service_interface(interface_id):
        raise AwsError(
            "OperationNotPermitted", "You are not allowed to manage 'ela-attach' attachments."
        )


def _addresses(network: Network, endpoint: Endpoint, subnet: Subnet) -> Addresses:
    interface_id = endpoint.interface_ids.get(subnet.id)
    present = network.service_interface(interface_id) if interface_id else None
    held = present.addresses if present else Addresses()
    taken = network.addresses_in_use(subnet.id)
    wants_ipv4 = endpoint.ip_address_type != "ipv6"
    wants_ipv6 = endpoint.ip_address_type != "ipv4"
    if (wants_ipv4 and not subnet.ipv4) or (wants_ipv6 and not subnet.ipv6):
        raise errors.invalid_parameter(
            f"Subnet {subnet.id} does not support the IP address type {endpoint.ip_address_type}."
        )
    return Addresses(
        ipv4=(held.ipv4 or next_free(subnet.ipv4.hosts(), taken))
        if wants_ipv4 and subnet.ipv4
        else None,
        ipv6=(held.ipv6 or next_free(subnet.ipv6.hosts(), taken))
        if wants_ipv6 and subnet.ipv6
        else None,
    )
