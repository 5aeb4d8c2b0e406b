"""The EC2 resource types AWS Config records that the lab describes.

https://docs.aws.amazon.com/config/latest/developerguide/resource-config-reference.html
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Description:
    """Where the document of a resource is found: the operation, its list and the id in it."""

    operation: str
    member: str
    id_member: str


RESOURCE_TYPES: Mapping[str, Description] = {
    "AWS::EC2::VPC": Description("DescribeVpcs", "Vpcs", "VpcId"),
    "AWS::EC2::Subnet": Description("DescribeSubnets", "Subnets", "SubnetId"),
    "AWS::EC2::RouteTable": Description("DescribeRouteTables", "RouteTables", "RouteTableId"),
    "AWS::EC2::SecurityGroup": Description("DescribeSecurityGroups", "SecurityGroups", "GroupId"),
    "AWS::EC2::NetworkAcl": Description("DescribeNetworkAcls", "NetworkAcls", "NetworkAclId"),
    "AWS::EC2::NetworkInterface": Description(
        "DescribeNetworkInterfaces", "NetworkInterfaces", "NetworkInterfaceId"
    ),
    "AWS::EC2::VPCEndpoint": Description("DescribeVpcEndpoints", "VpcEndpoints", "VpcEndpointId"),
    "AWS::EC2::NatGateway": Description("DescribeNatGateways", "NatGateways", "NatGatewayId"),
    "AWS::EC2::InternetGateway": Description(
        "DescribeInternetGateways", "InternetGateways", "InternetGatewayId"
    ),
    "AWS::EC2::VPCPeeringConnection": Description(
        "DescribeVpcPeeringConnections", "VpcPeeringConnections", "VpcPeeringConnectionId"
    ),
    "AWS::EC2::TransitGateway": Description(
        "DescribeTransitGateways", "TransitGateways", "TransitGatewayId"
    ),
    "AWS::EC2::DHCPOptions": Description("DescribeDhcpOptions", "DhcpOptions", "DhcpOptionsId"),
    "AWS::EC2::PrefixList": Description(
        "DescribeManagedPrefixLists", "PrefixLists", "PrefixListId"
    ),
}
