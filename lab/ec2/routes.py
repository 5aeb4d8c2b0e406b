"""The route a gateway endpoint keeps in each of its route tables.

https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
"""

from dataclasses import replace

from lab.ec2 import prefix_lists
from lab.ec2.endpoint import Endpoint
from lab.ec2.errors import AwsError
from lab.ec2.network import Network, Params


def refuse_second_route(network: Network, endpoint: Endpoint) -> None:
    """One route table holds one endpoint route per service."""
    prefix_list = prefix_lists.of_service(network, endpoint.service)
    for table_id in endpoint.route_table_ids:
        target = network.route_table(table_id).prefix_list_routes.get(prefix_list.id)
        if target not in (None, endpoint.id):
            raise AwsError(
                "RouteAlreadyExists",
                f"route table {table_id} already has a route with destination-prefix-list-id "
                f"{prefix_list.id}",
            )


def establish(network: Network, endpoint: Endpoint, before: tuple[str, ...] = ()) -> None:
    """Bring the routes of a gateway endpoint in line with its route tables."""
    prefix_list = prefix_lists.of_service(network, endpoint.service)
    for table_id in before:
        if table_id not in endpoint.route_table_ids:
            network.delete_prefix_list_route(table_id, prefix_list.id)
    for table_id in endpoint.route_table_ids:
        if table_id not in before:
            network.create_prefix_list_route(table_id, prefix_list.id, endpoint.id)


def withdraw(network: Network, endpoint: Endpoint) -> None:
    """Remove every route of a gateway endpoint."""
    establish(network, replace(endpoint, route_table_ids=()), endpoint.route_table_ids)


def refuse_changing_endpoint_route(network: Network, params: Params) -> None:
    """An endpoint's route is changed through the endpoint, never by DeleteRoute or ReplaceRoute."""
    prefix_list_id = params.get("DestinationPrefixListId")
    if not prefix_list_id:
        return
    table = network.route_table(params["RouteTableId"])
    if table.prefix_list_routes.get(prefix_list_id) in network.endpoints:
        raise AwsError(
            "InvalidParameterValue",
            f"cannot remove VPC endpoint route {prefix_list_id} in route table {table.id}",
        )


def forget_table(network: Network, params: Params) -> None:
    """A deleted route table leaves the endpoints it was associated with."""
    table_id = params["RouteTableId"]
    for endpoint in list(network.endpoints.values()):
        if table_id in endpoint.route_table_ids:
            kept = tuple(kept for kept in endpoint.route_table_ids if kept != table_id)
            network.endpoints[endpoint.id] = replace(endpoint, route_table_ids=kept)
