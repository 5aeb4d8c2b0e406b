"""A VPC endpoint, and the document DescribeVpcEndpoints shows of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lab.ec2 import dns_names
from lab.ec2.network import Answer, Network
from lab.ec2.service_catalogue import GATEWAY, GATEWAY_LOAD_BALANCER, INTERFACE, Service


@dataclass(frozen=True)
class Endpoint:
    """A VPC endpoint as it stands; every change replaces it with a new one."""

    id: str
    owner_id: str
    vpc_id: str
    service: Service
    state: str
    policy_document: str
    ip_address_type: str
    creation_timestamp: datetime
    subnet_ids: tuple[str, ...] = ()
    security_group_ids: tuple[str, ...] = ()
    route_table_ids: tuple[str, ...] = ()
    private_dns_enabled: bool = False
    dns_options: Mapping[str, Any] = field(default_factory=dict)
    interface_ids: Mapping[str, str] = field(default_factory=dict)
    """The network interface in each of `subnet_ids`."""
    client_token: str | None = None
    request: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """What CreateVpcEndpoint was asked for: a repeated `client_token` must ask for the same."""

    @property
    def vpc_endpoint_type(self) -> str:
        """Interface, Gateway or GatewayLoadBalancer."""
        return self.service.type

    @property
    def is_interface(self) -> bool:
        """Whether it is reached by address, through security groups."""
        return self.service.type == INTERFACE

    @property
    def is_gateway(self) -> bool:
        """Whether it is reached by route."""
        return self.service.type == GATEWAY

    @property
    def is_gateway_load_balancer(self) -> bool:
        """Whether traffic is routed into it for inspection."""
        return self.service.type == GATEWAY_LOAD_BALANCER

    @property
    def private_names(self) -> tuple[str, ...]:
        """The service names that resolve to this endpoint in its VPC."""
        return self.service.private_names if self.private_dns_enabled else ()


def document(network: Network, endpoint: Endpoint) -> Answer:
    """The endpoint as EC2 describes it.

    The state is lower camel case on the wire, unlike the enumeration of the API reference:
    https://docs.aws.amazon.com/vpc/latest/privatelink/concepts.html
    """
    shown: Answer = {
        "VpcEndpointId": endpoint.id,
        "VpcEndpointType": endpoint.vpc_endpoint_type,
        "VpcId": endpoint.vpc_id,
        "ServiceName": endpoint.service.name,
        "State": endpoint.state,
        "IpAddressType": endpoint.ip_address_type,
        "DnsOptions": dict(endpoint.dns_options),
        "PrivateDnsEnabled": endpoint.private_dns_enabled,
        "RequesterManaged": False,
        "SubnetIds": list(endpoint.subnet_ids),
        "NetworkInterfaceIds": [endpoint.interface_ids[s] for s in endpoint.subnet_ids],
        "CreationTimestamp": endpoint.creation_timestamp,
        "OwnerId": endpoint.owner_id,
        "ServiceRegion": endpoint.service.region,
        "Tags": [{"Key": k, "Value": v} for k, v in network.tags(endpoint.id).items()],
    }
    if endpoint.is_gateway_load_balancer:
        return shown
    return shown | {
        "PolicyDocument": endpoint.policy_document,
        "RouteTableIds": list(endpoint.route_table_ids),
        "Groups": _groups(network, endpoint),
        "DnsEntries": _dns_entries(network, endpoint),
    }


def _groups(network: Network, endpoint: Endpoint) -> list[dict[str, str]]:
    groups = (network.security_group(group_id) for group_id in endpoint.security_group_ids)
    return [{"GroupId": group.id, "GroupName": group.name} for group in groups]


def _dns_entries(network: Network, endpoint: Endpoint) -> list[dict[str, str]]:
    if not endpoint.is_interface:
        return []
    zones = tuple(network.subnet(subnet_id).zone.name for subnet_id in endpoint.subnet_ids)
    own_zone = dns_names.hosted_zone_id(f"vpce.{endpoint.service.region}")
    private_zone = dns_names.hosted_zone_id(endpoint.id)
    own_names = dns_names.endpoint_names(endpoint.id, endpoint.service.base_names[0], zones)
    return [
        *({"DnsName": name, "HostedZoneId": own_zone} for name in own_names),
        *({"DnsName": name, "HostedZoneId": private_zone} for name in endpoint.private_names),
    ]
