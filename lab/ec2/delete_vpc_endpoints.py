"""DeleteVpcEndpoints.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcEndpoints.html
"""

from typing import Any

from lab.ec2 import errors, network_interfaces, private_dns, routes
from lab.ec2.errors import AwsError
from lab.ec2.network import Answer, Network, Params


def delete_vpc_endpoints(network: Network, params: Params) -> Answer:
    """Delete the endpoints that can be, and list the others with the reason why not."""
    if params.get("DryRun"):
        raise errors.dry_run()
    unsuccessful = []
    for endpoint_id in params.get("VpcEndpointIds") or []:
        try:
            _delete(network, endpoint_id)
        except AwsError as error:
            unsuccessful.append(_unsuccessful_item(endpoint_id, error))
    return {"Unsuccessful": unsuccessful}


def _delete(network: Network, endpoint_id: str) -> None:
    endpoint = network.endpoints.get(endpoint_id)
    if endpoint is None:
        raise AwsError(
            "InvalidVpcEndpoint.NotFound", f"The Vpc Endpoint Id '{endpoint_id}' does not exist"
        )
    if endpoint.is_gateway:
        if holder := private_dns.holding_gateway(network, endpoint):
            raise errors.dependency_violation(
                f"{endpoint_id} is needed by the private DNS of {holder.id}"
            )
        routes.withdraw(network, endpoint)
    network_interfaces.withdraw(network, endpoint)
    network.delete_tags(endpoint_id)
    del network.endpoints[endpoint_id]


def _unsuccessful_item(endpoint_id: str, error: AwsError) -> dict[str, Any]:
    return {
        "ResourceId": endpoint_id,
        "Error": {"Code": error.code, "Message": error.message},
    }
