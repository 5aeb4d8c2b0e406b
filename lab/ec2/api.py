"""The API actions the lab answers itself, and what it adds around those moto answers."""

from collections.abc import Callable, Mapping

from lab.ec2 import dependencies, network_interfaces, prefix_lists, routes
from lab.ec2.create_vpc_endpoint import create_vpc_endpoint
from lab.ec2.delete_vpc_endpoints import delete_vpc_endpoints
from lab.ec2.describe_vpc_endpoints import describe_vpc_endpoints
from lab.ec2.instance_connect_endpoints import describe_instance_connect_endpoints
from lab.ec2.modify_vpc_endpoint import modify_vpc_endpoint
from lab.ec2.network import Answer, Network, Params
from lab.ec2.prefix_lists import describe_prefix_lists
from lab.ec2.service_catalogue import describe_vpc_endpoint_services

Action = Callable[[Network, Params], Answer]
Step = Callable[[Network, Params], None]

ACTIONS: Mapping[str, Action] = {
    "CreateVpcEndpoint": create_vpc_endpoint,
    "DeleteVpcEndpoints": delete_vpc_endpoints,
    "DescribeInstanceConnectEndpoints": describe_instance_connect_endpoints,
    "DescribePrefixLists": describe_prefix_lists,
    "DescribeVpcEndpointServices": describe_vpc_endpoint_services,
    "DescribeVpcEndpoints": describe_vpc_endpoints,
    "ModifyVpcEndpoint": modify_vpc_endpoint,
}

REFUSALS: Mapping[str, Step] = {
    "DeleteNetworkInterface": network_interfaces.refuse_deleting_service_interface,
    "DeleteRoute": routes.refuse_changing_endpoint_route,
    "DeleteSecurityGroup": dependencies.refuse_deleting_used_group,
    "DeleteSubnet": dependencies.refuse_deleting_used_subnet,
    "DeleteVpc": dependencies.refuse_deleting_used_vpc,
    "DetachNetworkInterface": network_interfaces.refuse_detaching_service_interface,
    "GetManagedPrefixListEntries": prefix_lists.refuse_reading_unknown,
    "ReplaceRoute": routes.refuse_changing_endpoint_route,
}
"""Checked before moto answers."""

CONSEQUENCES: Mapping[str, Step] = {
    "DeleteRouteTable": routes.forget_table,
}
"""Done after moto has answered."""
