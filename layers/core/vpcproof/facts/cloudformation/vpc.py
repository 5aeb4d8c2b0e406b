"""VPCs with what AWS adds to each, their blocks, subnets and DHCP options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model.facts import Fact
from .identities import stand_in_block
from .network import Network
from .stack import Resource
from .unknown import NotKnownError

ALL_IPV4, ALL_IPV6 = "0.0.0.0/0", "::/0"
_LAST_ENTRY = 32767


def vpc(resource: Resource, network: Network) -> None:
    """A VPC with its main route table, default network ACL and default security group.

    DNS support is on and DNS hostnames are off where the template leaves them out.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-ec2-vpc.html
    """
    element = network.put(
        "Vpcs",
        {"VpcId": resource.id, "DhcpOptionsId": "default", "Tags": tags_of(resource)},
    )
    network.put("DhcpOptions", _dhcp_options("default", ["AmazonProvidedDNS"]))
    _put_main_route_table(resource, network)
    _put_default_acl(resource, network)
    network.put(
        "SecurityGroups",
        {
            "GroupId": f"{resource.id}.DefaultSecurityGroup",
            "GroupName": "default",
            "VpcId": resource.id,
            "IpPermissions": [_all_from_group(f"{resource.id}.DefaultSecurityGroup")],
            "IpPermissionsEgress": [],
        },
    )
    for attribute, default in (("EnableDnsSupport", True), ("EnableDnsHostnames", False)):
        try:
            given = resource.known(attribute)
            value = {"Value": default if given is None else given}
            network.put(attribute, value, subject=resource.id)
        except NotKnownError as problem:
            network.gap(Fact.VPC_DNS_ATTRIBUTES, str(problem), resource.id)
    if resource.known("CidrBlock") is None:
        raise NotKnownError(f"{resource.path}/Properties: the block comes from an IPAM pool")
    element["CidrBlock"] = resource.known("CidrBlock")


def vpc_cidr_block(resource: Resource, network: Network) -> None:
    """A further block of a VPC; one that AWS provides has a stand-in."""
    element = network.find("Vpcs", resource.identity("VpcId"))
    if element is None:
        return
    if block := resource.known("CidrBlock"):
        _associate(element, "CidrBlock", block)
    elif block := resource.known("Ipv6CidrBlock"):
        _associate(element, "Ipv6CidrBlock", block)
    elif resource.known("AmazonProvidedIpv6CidrBlock"):
        _associate(element, "Ipv6CidrBlock", stand_in_block(resource.id))
    else:
        raise NotKnownError(f"{resource.path}/Properties: the block comes from an IPAM pool")


def local_routes(network: Network) -> None:
    """The routes every table has: to each block of its VPC, those of an unread VPC unknown."""
    for table in network.all("RouteTables"):
        owner = network.find("Vpcs", table["VpcId"]) or {}
        blocks = [owner["CidrBlock"]] if "CidrBlock" in owner else []
        blocks += [each["CidrBlock"] for each in owner.get("CidrBlockAssociationSet", ())]
        for block in blocks:
            table["Routes"].append({"DestinationCidrBlock": block, "GatewayId": "local"})
        for each in owner.get("Ipv6CidrBlockAssociationSet", ()):
            block = each["Ipv6CidrBlock"]
            table["Routes"].append({"DestinationIpv6CidrBlock": block, "GatewayId": "local"})


def subnet(resource: Resource, network: Network) -> None:
    """A subnet; where its zone is left out AWS chooses one."""
    element: dict[str, Any] = {
        "SubnetId": resource.id,
        "VpcId": resource.identity("VpcId"),
        "Tags": tags_of(resource),
    }
    element["MapPublicIpOnLaunch"] = resource.properties.get("MapPublicIpOnLaunch")
    for name in ("AvailabilityZone", "AvailabilityZoneId"):
        zone = resource.properties.get(name)
        if isinstance(zone, str):
            element[name] = zone
    network.put("Subnets", element)
    if block := resource.known("CidrBlock"):
        element["CidrBlock"] = block
    if block := resource.known("Ipv6CidrBlock"):
        _associate(element, "Ipv6CidrBlock", block)
    if "Ipv4IpamPoolId" in resource.properties or "Ipv6IpamPoolId" in resource.properties:
        raise NotKnownError(f"{resource.path}/Properties: the block comes from an IPAM pool")


def subnet_cidr_block(resource: Resource, network: Network) -> None:
    """An IPv6 block of a subnet."""
    element = network.find("Subnets", resource.identity("SubnetId"))
    if element is not None and (block := resource.known("Ipv6CidrBlock")):
        _associate(element, "Ipv6CidrBlock", block)


def forget_doubtful_zones(network: Network) -> None:
    """Zones by position and zones by name may be the same: where a VPC mixes them, none counts.

    Fn::GetAZs gives its zones an order, but which ones there are differs between accounts.
    """
    for owner in network.all("Vpcs"):
        members = [each for each in network.all("Subnets") if each["VpcId"] == owner["VpcId"]]
        by_position = [each for each in members if "[" in each.get("AvailabilityZone", "")]
        if len(by_position) < len(members):
            for each in by_position:
                del each["AvailabilityZone"]


def dhcp_options(resource: Resource, network: Network) -> None:
    """A DHCP options set; without name servers it hands out none."""
    network.put("DhcpOptions", _dhcp_options(resource.id, resource.known_list("DomainNameServers")))


def dhcp_options_association(resource: Resource, network: Network) -> None:
    """The options set of a VPC instead of the default one; one not declared here is not known."""
    owner = network.find("Vpcs", resource.identity("VpcId"))
    if owner is None:
        return
    options = resource.identity("DhcpOptionsId")
    owner["DhcpOptionsId"] = options
    if network.find("DhcpOptions", options) is None:
        raise NotKnownError(f"{resource.path}/Properties/DhcpOptionsId: {options} is not declared")


def tags_of(resource: Resource) -> list[dict[str, str]]:
    """The tags whose key is known; a value that is not shows under its name."""
    given = resource.properties.get("Tags")
    return [
        {"Key": each["Key"], "Value": str(each.get("Value", ""))}
        for each in (given if isinstance(given, list) else ())
        if isinstance(each, Mapping) and isinstance(each.get("Key"), str)
    ]


def all_traffic(cidr: str) -> dict[str, Any]:
    """A permission for everything to or from one block."""
    ranges = {"IpRanges": [{"CidrIp": cidr}]} if ":" not in cidr else {}
    return {"IpProtocol": "-1", **(ranges or {"Ipv6Ranges": [{"CidrIpv6": cidr}]})}


def _all_from_group(group_id: str) -> dict[str, Any]:
    return {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group_id}]}


def _put_main_route_table(resource: Resource, network: Network) -> None:
    table_id = f"{resource.id}.MainRouteTable"
    network.put(
        "RouteTables",
        {
            "RouteTableId": table_id,
            "VpcId": resource.id,
            "Routes": [],
            "Associations": [{"Main": True}],
        },
    )


def _put_default_acl(resource: Resource, network: Network) -> None:
    entries = [
        {
            "RuleNumber": number,
            "Protocol": "-1",
            "RuleAction": action,
            "Egress": egress,
            "CidrBlock": ALL_IPV4,
        }
        for egress in (False, True)
        for number, action in ((100, "allow"), (_LAST_ENTRY, "deny"))
    ]
    entries += [
        {
            "RuleNumber": 101,
            "Protocol": "-1",
            "RuleAction": "allow",
            "Egress": egress,
            "Ipv6CidrBlock": ALL_IPV6,
        }
        for egress in (False, True)
    ]
    network.put(
        "NetworkAcls",
        {
            "NetworkAclId": f"{resource.id}.DefaultNetworkAcl",
            "VpcId": resource.id,
            "IsDefault": True,
            "Associations": [],
            "Entries": entries,
        },
    )


def _associate(element: dict[str, Any], member: str, block: str) -> None:
    element.setdefault(f"{member}AssociationSet", []).append({member: block})


def _dhcp_options(options_id: str, servers: list[Any]) -> dict[str, Any]:
    values = [{"Value": str(each)} for each in servers]
    return {
        "DhcpOptionsId": options_id,
        "DhcpConfigurations": [{"Key": "domain-name-servers", "Values": values}],
    }
