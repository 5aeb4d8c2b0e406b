"""The EC2 call that describes one resource, for each type that rules judge."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from botocore import xform_name

from ..model.resource_type import ResourceType


@dataclass(frozen=True, slots=True)
class DescribeCall:
    """An operation of EC2, the member that takes resource ids, and the one that lists answers."""

    operation: str
    ids: str
    answers: str

    @property
    def method(self) -> str:
        """The method of a boto3 client."""
        return xform_name(self.operation)

    def command(self, resource_id: str, region: str) -> str:
        """The same call for the AWS CLI; the id is quoted, wherever it comes from."""
        return shlex.join(
            [
                *("aws", "ec2", xform_name(self.operation, "-")),
                *(f"--{xform_name(self.ids, '-')}", resource_id),
                *("--region", region),
            ]
        )


DESCRIBE_CALLS: Mapping[ResourceType, DescribeCall] = MappingProxyType(
    {
        ResourceType.VPC: DescribeCall("DescribeVpcs", "VpcIds", "Vpcs"),
        ResourceType.SUBNET: DescribeCall("DescribeSubnets", "SubnetIds", "Subnets"),
        ResourceType.VPC_ENDPOINT: DescribeCall(
            "DescribeVpcEndpoints", "VpcEndpointIds", "VpcEndpoints"
        ),
        ResourceType.SECURITY_GROUP: DescribeCall(
            "DescribeSecurityGroups", "GroupIds", "SecurityGroups"
        ),
        ResourceType.ROUTE_TABLE: DescribeCall(
            "DescribeRouteTables", "RouteTableIds", "RouteTables"
        ),
        ResourceType.NETWORK_ACL: DescribeCall(
            "DescribeNetworkAcls", "NetworkAclIds", "NetworkAcls"
        ),
        ResourceType.INSTANCE_CONNECT_ENDPOINT: DescribeCall(
            "DescribeInstanceConnectEndpoints",
            "InstanceConnectEndpointIds",
            "InstanceConnectEndpoints",
        ),
    }
)
