"""Which ids, names and addresses resources of a template go by until AWS gives them real ones.

A resource goes by its logical id, as findings name it. What only routes and attachments name goes
by its logical id behind the prefix that tells in AWS what a route leads to.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from ipaddress import IPv6Network

_PREFIXES: Mapping[str, str] = {
    "AWS::EC2::CarrierGateway": "cagw-",
    "AWS::EC2::EgressOnlyInternetGateway": "eigw-",
    "AWS::EC2::Instance": "i-",
    "AWS::EC2::InternetGateway": "igw-",
    "AWS::EC2::NatGateway": "nat-",
    "AWS::EC2::NetworkInterface": "eni-",
    "AWS::EC2::TransitGateway": "tgw-",
    "AWS::EC2::VPCPeeringConnection": "pcx-",
    "AWS::EC2::VPNGateway": "vgw-",
}

# Attributes that give the same id as Ref does.
_OWN_IDS: Mapping[str, str] = {
    "AWS::EC2::DHCPOptions": "DhcpOptionsId",
    "AWS::EC2::InternetGateway": "InternetGatewayId",
    "AWS::EC2::Instance": "InstanceId",
    "AWS::EC2::NatGateway": "NatGatewayId",
    "AWS::EC2::PrefixList": "PrefixListId",
    "AWS::EC2::RouteTable": "RouteTableId",
    "AWS::EC2::SecurityGroup": "GroupId",
    "AWS::EC2::Subnet": "SubnetId",
    "AWS::EC2::TransitGatewayRouteTable": "TransitGatewayRouteTableId",
    "AWS::EC2::VPC": "VpcId",
    "AWS::EC2::VPNGateway": "VPNGatewayId",
    "AWS::Route53Resolver::ResolverRule": "ResolverRuleId",
}


def id_of(resource_type: str, logical_id: str) -> str:
    """The id a resource goes by."""
    return f"{_PREFIXES.get(resource_type, '')}{logical_id}"


def is_own_id(resource_type: str, attribute: str) -> bool:
    """Whether an attribute is the resource's own id."""
    return attribute == "Id" or _OWN_IDS.get(resource_type) == attribute


def dns_name_of(endpoint_id: str, service_name: str) -> str:
    """The name of an endpoint in DNS, told apart from all others like the real one."""
    return f"vpce-{endpoint_id.replace('.', '-')}.{service_name}.vpce.amazonaws.com".lower()


def stand_in_block(association_id: str) -> str:
    """A block in the place of one that AWS provides, which no text of the template can know.

    It is of the documentation prefix: in ::/0, outside of every block that networks use, and
    another one for every association.
    https://www.rfc-editor.org/rfc/rfc3849
    """
    number = int.from_bytes(sha256(association_id.encode()).digest()[:3])
    prefix = int(IPv6Network("2001:db8::/32").network_address)
    return str(IPv6Network((prefix | number << 72, 56)))
