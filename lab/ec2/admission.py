"""What AWS checks before an endpoint becomes as it was asked to be."""

from lab.ec2 import errors, network_interfaces, private_dns, routes
from lab.ec2.endpoint import Endpoint
from lab.ec2.errors import AwsError
from lab.ec2.network import Network


def refuse_unless_possible(network: Network, endpoint: Endpoint) -> None:
    """Raise AWS's own error for the first thing that stands against the endpoint."""
    network.vpc(endpoint.vpc_id)
    _check_subnets(network, endpoint)
    _check_security_groups(network, endpoint)
    _check_route_tables(network, endpoint)
    network_interfaces.wanted(network, endpoint)
    if endpoint.is_interface and endpoint.private_dns_enabled:
        private_dns.refuse_unless_possible(network, endpoint)
    if endpoint.is_gateway:
        routes.refuse_second_route(network, endpoint)


def _check_subnets(network: Network, endpoint: Endpoint) -> None:
    if endpoint.subnet_ids and endpoint.is_gateway:
        raise errors.invalid_parameter(
            "Subnet IDs are only supported for Interface and GatewayLoadBalancer type VPC "
            "Endpoints."
        )
    if endpoint.is_gateway_load_balancer and len(endpoint.subnet_ids) != 1:
        raise errors.invalid_parameter(
            "A GatewayLoadBalancer type VPC Endpoint must have exactly one subnet."
        )
    zones = set()
    for subnet_id in endpoint.subnet_ids:
        subnet = network.subnet(subnet_id)
        _check_same_vpc(endpoint, subnet.vpc_id, f"Subnet {subnet_id}")
        if subnet.zone in zones:
            raise AwsError(
                "DuplicateSubnetsInSameZone",
                f"Found another VPC endpoint subnet in the availability zone of {subnet_id}. VPC "
                "endpoint subnets should be in different availability zones supported by the VPC "
                "endpoint service.",
            )
        if endpoint.service.zone_names and subnet.zone.name not in endpoint.service.zone_names:
            raise errors.invalid_parameter(
                f"The VPC endpoint service {endpoint.service.name} does not support the "
                f"availability zone of the subnet: {subnet_id}."
            )
        zones.add(subnet.zone)


def _check_security_groups(network: Network, endpoint: Endpoint) -> None:
    if endpoint.security_group_ids and not endpoint.is_interface:
        raise errors.invalid_parameter(
            "Security group IDs are only supported for Interface type VPC Endpoint."
        )
    if endpoint.is_interface and not endpoint.security_group_ids:
        raise errors.invalid_parameter(
            "An Interface VPC Endpoint must always have at least one Security Group"
        )
    for group_id in endpoint.security_group_ids:
        group = network.security_group(group_id)
        _check_same_vpc(endpoint, group.vpc_id, f"Security group {group_id}")


def _check_route_tables(network: Network, endpoint: Endpoint) -> None:
    if endpoint.route_table_ids and not endpoint.is_gateway:
        raise errors.invalid_parameter(
            "Route table IDs are only supported for Gateway type VPC Endpoint."
        )
    for table_id in endpoint.route_table_ids:
        table = network.route_table(table_id)
        _check_same_vpc(endpoint, table.vpc_id, f"Route table {table_id}")


def _check_same_vpc(endpoint: Endpoint, vpc_id: str, resource: str) -> None:
    if vpc_id != endpoint.vpc_id:
        raise errors.invalid_parameter(
            f"{resource} does not belong to the same network as {endpoint.vpc_id}"
        )
