"""DescribeVpcEndpoints.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpoints.html
"""

from collections.abc import Mapping

from lab.ec2 import errors, filters
from lab.ec2.endpoint import Endpoint, document
from lab.ec2.network import Answer, Network, Params


def describe_vpc_endpoints(network: Network, params: Params) -> Answer:
    """The endpoints that were asked for by id and that every filter lets through."""
    asked = params.get("VpcEndpointIds") or list(network.endpoints)
    for endpoint_id in asked:
        if endpoint_id not in network.endpoints:
            raise errors.endpoint_not_found(endpoint_id)

    def tags(endpoint: Endpoint) -> Mapping[str, str]:
        return network.tags(endpoint.id)

    chosen = [network.endpoints[endpoint_id] for endpoint_id in dict.fromkeys(asked)]
    selected = filters.select(chosen, params, _FILTERS, tags)
    return {"VpcEndpoints": [document(network, endpoint) for endpoint in selected]}


_FILTERS: filters.Filters[Endpoint] = {
    "ip-address-type": lambda endpoint: [endpoint.ip_address_type],
    "service-name": lambda endpoint: [endpoint.service.name],
    "service-region": lambda endpoint: [endpoint.service.region],
    "vpc-id": lambda endpoint: [endpoint.vpc_id],
    "vpc-endpoint-id": lambda endpoint: [endpoint.id],
    "vpc-endpoint-state": lambda endpoint: [endpoint.state],
    "vpc-endpoint-type": lambda endpoint: [endpoint.vpc_endpoint_type],
}
