"""When an interface endpoint may take over the service's public name in its VPC.

https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
"""

from collections.abc import Mapping
from typing import Any

from lab.ec2 import errors
from lab.ec2.endpoint import Endpoint
from lab.ec2.network import Network
from lab.ec2.service_catalogue import GATEWAY, Service

INBOUND_ONLY = "PrivateDnsOnlyForInboundResolverEndpoint"


def options(
    service: Service, asked: Mapping[str, Any], *, ip_address_type: str, private_dns: bool
) -> dict[str, Any]:
    """The DNS options in force: what was asked for, completed with AWS's defaults."""
    record_type = "service-defined" if service.type == GATEWAY else ip_address_type
    chosen = {"DnsRecordIpType": asked.get("DnsRecordIpType", record_type)}
    if private_dns and _shares_with_gateway(service):
        chosen[INBOUND_ONLY] = asked.get(INBOUND_ONLY, True)
    return chosen


def refuse_unless_possible(network: Network, endpoint: Endpoint) -> None:
    """Refuse private DNS, in AWS's words, where the service or the VPC stands against it."""
    if not endpoint.service.private_names:
        raise errors.invalid_parameter(
            f"Private DNS can't be enabled because the service {endpoint.service.name} "
            "does not provide a private DNS name."
        )
    vpc = network.vpc(endpoint.vpc_id)
    if not (vpc.dns_support and vpc.dns_hostnames):
        raise errors.invalid_parameter(
            "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC "
            f"attributes set to true for {vpc.id}"
        )
    _refuse_conflicting_name(network, endpoint)
    _refuse_inbound_only_without_gateway(network, endpoint)


def holding_gateway(network: Network, gateway: Endpoint) -> Endpoint | None:
    """The interface endpoint whose private DNS would break without this gateway endpoint."""
    for endpoint in network.endpoints.values():
        shared = endpoint.vpc_id == gateway.vpc_id and endpoint.service.code == gateway.service.code
        if shared and endpoint.dns_options.get(INBOUND_ONLY):
            return endpoint
    return None


def _refuse_conflicting_name(network: Network, endpoint: Endpoint) -> None:
    for other in network.endpoints.values():
        if other.id == endpoint.id or other.vpc_id != endpoint.vpc_id:
            continue
        for name in endpoint.private_names:
            if name in other.private_names:
                raise errors.invalid_parameter(
                    "private-dns-enabled cannot be set because there is already a conflicting "
                    f"DNS domain for {name} in the VPC {endpoint.vpc_id}"
                )


def _refuse_inbound_only_without_gateway(network: Network, endpoint: Endpoint) -> None:
    """S3's private DNS keeps the VPC's own traffic on the gateway endpoint, so there must be one.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html
    """
    if not endpoint.dns_options.get(INBOUND_ONLY):
        return
    for other in network.endpoints.values():
        same_service = other.is_gateway and other.service.code == endpoint.service.code
        if same_service and other.vpc_id == endpoint.vpc_id:
            return
    raise errors.invalid_parameter(
        f"To set {INBOUND_ONLY} to true, the VPC {endpoint.vpc_id} must have a Gateway endpoint "
        "for the service."
    )


def _shares_with_gateway(service: Service) -> bool:
    return service.code == "s3" and service.type != GATEWAY
