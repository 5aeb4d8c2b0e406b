"""VPCs, subnets and DHCP options sets."""

from __future__ import annotations

from collections.abc import Iterator

from ...model.addresses import AddressSet
from ...model.vpc import DhcpOptions, Subnet, Vpc
from ..raw import Raw, addresses, flag, lower, number, required, structure, structures, tags, text


def vpc(raw: Raw) -> Vpc:
    """A VPC of DescribeVpcs; its DNS attributes only where a file holds them beside the rest."""
    return Vpc(
        id=required(raw, "VpcId"),
        cidrs=_cidrs(raw) or None,
        owner_id=text(raw, "OwnerId"),
        is_default=flag(raw, "IsDefault") or False,
        dhcp_options_id=text(raw, "DhcpOptionsId"),
        dns_support=flag(raw, "EnableDnsSupport"),
        dns_hostnames=flag(raw, "EnableDnsHostnames"),
        tags=tags(raw),
    )


def subnet(raw: Raw) -> Subnet:
    """A subnet of DescribeSubnets; an IPv6-only one has no `CidrBlock`."""
    return Subnet(
        id=required(raw, "SubnetId"),
        vpc_id=required(raw, "VpcId"),
        cidrs=_cidrs(raw),
        zone=text(raw, "AvailabilityZone"),
        zone_id=text(raw, "AvailabilityZoneId"),
        owner_id=text(raw, "OwnerId"),
        free_addresses=number(raw, "AvailableIpAddressCount"),
        tags=tags(raw),
    )


def dhcp_options(raw: Raw) -> DhcpOptions:
    """A DHCP options set of DescribeDhcpOptions; the order of its name servers is kept."""
    servers = [
        server
        for configuration in structures(raw, "DhcpConfigurations")
        if text(configuration, "Key") == "domain-name-servers"
        for value in structures(configuration, "Values")
        if (server := text(value, "Value")) is not None
    ]
    return DhcpOptions(id=required(raw, "DhcpOptionsId"), domain_name_servers=tuple(servers))


def _cidrs(raw: Raw) -> AddressSet:
    """All associated blocks, and the primary one unless its association says that it is gone."""
    associations = [*_associations(raw, "CidrBlock"), *_associations(raw, "Ipv6CidrBlock")]
    blocks = {block for block, state in associations if state == "associated"}
    gone = {block for block, state in associations if state.startswith("disassociat")}
    primary = text(raw, "CidrBlock")
    if primary is not None and primary not in gone:
        blocks.add(primary)
    return AddressSet.union(map(addresses, blocks))


def _associations(raw: Raw, block_member: str) -> Iterator[tuple[str, str]]:
    for association in structures(raw, f"{block_member}AssociationSet"):
        block = text(association, block_member)
        if block is not None:
            state = structure(association, f"{block_member}State")
            yield block, lower(state, "State", "associated")
