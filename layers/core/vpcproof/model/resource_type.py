"""The resource types that rules judge, as AWS Config names them."""

from enum import StrEnum


class ResourceType(StrEnum):
    """One of AWS Config's resource types.

    https://docs.aws.amazon.com/config/latest/developerguide/resource-config-reference.html
    """

    VPC = "AWS::EC2::VPC"
    SUBNET = "AWS::EC2::Subnet"
    VPC_ENDPOINT = "AWS::EC2::VPCEndpoint"
    SECURITY_GROUP = "AWS::EC2::SecurityGroup"
    ROUTE_TABLE = "AWS::EC2::RouteTable"
    NETWORK_ACL = "AWS::EC2::NetworkAcl"
    INSTANCE_CONNECT_ENDPOINT = "AWS::EC2::InstanceConnectEndpoint"
