"""VPC endpoints and EC2 Instance Connect Endpoints."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .identities import dns_name_of
from .network import Network
from .stack import Resource
from .unknown import NotKnownError, Unknown, unknowns_in
from .vpc import tags_of

# What an endpoint gets that is made without a policy.
# https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
_FULL_ACCESS = json.dumps(
    {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}
)


def vpc_endpoint(resource: Resource, network: Network) -> None:
    """An endpoint; private DNS is off and the type is Gateway where the template leaves them out.

    Without groups an interface endpoint carries the default one of its VPC.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-ec2-vpcendpoint.html
    """
    vpc_id = resource.identity("VpcId")
    service = resource.known("ServiceName")
    is_interface = str(resource.known("VpcEndpointType")) == "Interface"
    groups = resource.identities("SecurityGroupIds")
    if is_interface and not groups:
        groups = [f"{vpc_id}.DefaultSecurityGroup"]
    element: dict[str, Any] = {
        "VpcEndpointId": resource.id,
        "VpcId": vpc_id,
        "VpcEndpointType": resource.known("VpcEndpointType"),
        "ServiceName": service,
        "ServiceRegion": resource.known("ServiceRegion"),
        "State": "available",
        "SubnetIds": resource.identities("SubnetIds"),
        "Groups": [{"GroupId": each} for each in groups],
        "RouteTableIds": resource.identities("RouteTableIds"),
        "PrivateDnsEnabled": resource.known("PrivateDnsEnabled"),
        "IpAddressType": resource.known("IpAddressType"),
        "DnsOptions": resource.known("DnsOptions"),
        "PolicyDocument": _policy(resource.properties.get("PolicyDocument"), resource.path),
        "Tags": tags_of(resource),
    }
    if is_interface and str(element["PrivateDnsEnabled"]).lower() != "true":
        element["DnsEntries"] = [{"DnsName": dns_name_of(resource.id, str(service))}]
    network.put("VpcEndpoints", element)
    for table_id in element["RouteTableIds"]:
        table = network.find("RouteTables", table_id)
        if table is not None:
            table["Routes"].append(
                {"DestinationPrefixListId": f"the list of {service}", "GatewayId": resource.id}
            )


def instance_connect_endpoint(resource: Resource, network: Network) -> None:
    """An EC2 Instance Connect Endpoint, with the default group of its VPC unless it names others.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-ec2-instanceconnectendpoint.html
    """
    subnet_id = resource.identity("SubnetId")
    vpc_id = network.vpc_of("Subnets", subnet_id)
    if vpc_id is None:
        raise NotKnownError(f"{resource.path}/Properties/SubnetId: {subnet_id} is not declared")
    groups = resource.identities("SecurityGroupIds") or [f"{vpc_id}.DefaultSecurityGroup"]
    network.put(
        "InstanceConnectEndpoints",
        {
            "InstanceConnectEndpointId": resource.id,
            "VpcId": vpc_id,
            "SubnetId": subnet_id,
            "SecurityGroupIds": groups,
            "PreserveClientIp": resource.known("PreserveClientIp"),
            "Tags": tags_of(resource),
        },
    )


def _policy(given: object, path: str) -> str:
    """A policy as text; what AWS makes up at deployment stands in it under its name.

    One that holds anything else that is not known is no policy, but says why.
    """
    if given is None:
        return _FULL_ACCESS
    for each in unknowns_in(given):
        if not each.is_generated:
            return f"{path}/Properties/PolicyDocument: {each.reason}"
    return given if isinstance(given, str) else json.dumps(_named(given), default=str)


def _named(value: Any) -> Any:  # noqa: ANN401 - any part of a policy
    if isinstance(value, Unknown):
        return value.name
    if isinstance(value, Mapping):
        return {name: _named(member) for name, member in value.items()}
    return [_named(each) for each in value] if isinstance(value, list) else value
