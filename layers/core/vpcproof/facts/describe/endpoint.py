"""VPC endpoints, the services they lead to, and EC2 Instance Connect Endpoints."""

from __future__ import annotations

from ...model.instance_connect_endpoint import InstanceConnectEndpoint
from ...model.vpc_endpoint import EndpointService, VpcEndpoint
from ..raw import (
    Raw,
    flag,
    lower,
    moment,
    required,
    structure,
    structures,
    tags,
    text,
    texts,
    texts_of,
)

_TYPES = {
    name.lower(): name
    for name in ("Interface", "Gateway", "GatewayLoadBalancer", "Resource", "ServiceNetwork")
}


def vpc_endpoint(raw: Raw) -> VpcEndpoint:
    """An endpoint of DescribeVpcEndpoints; without a type it is a gateway endpoint.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html
    """
    return VpcEndpoint(
        id=required(raw, "VpcEndpointId"),
        vpc_id=required(raw, "VpcId"),
        type=_type(text(raw, "VpcEndpointType") or "Gateway"),
        service_name=text(raw, "ServiceName"),
        service_region=text(raw, "ServiceRegion"),
        state=lower(raw, "State", "available"),
        route_table_ids=texts(raw, "RouteTableIds"),
        subnet_ids=texts(raw, "SubnetIds"),
        group_ids=texts_of(raw, "Groups", "GroupId"),
        network_interface_ids=texts(raw, "NetworkInterfaceIds"),
        private_dns_enabled=flag(raw, "PrivateDnsEnabled") or False,
        inbound_resolver_only=flag(
            structure(raw, "DnsOptions"), "PrivateDnsOnlyForInboundResolverEndpoint"
        ),
        dns_names=_dns_names(raw),
        ip_address_type=lower(raw, "IpAddressType", "ipv4"),
        policy_document=text(raw, "PolicyDocument"),
        requester_managed=flag(raw, "RequesterManaged") or False,
        created_at=moment(raw.get("CreationTimestamp")),
        last_error=_last_error(raw),
        owner_id=text(raw, "OwnerId"),
        tags=tags(raw),
    )


def instance_connect_endpoint(raw: Raw) -> InstanceConnectEndpoint:
    """An endpoint of DescribeInstanceConnectEndpoints, which DescribeVpcEndpoints never lists."""
    return InstanceConnectEndpoint(
        id=required(raw, "InstanceConnectEndpointId"),
        vpc_id=required(raw, "VpcId"),
        subnet_id=required(raw, "SubnetId"),
        state=lower(raw, "State", "create-complete"),
        preserve_client_ip=flag(raw, "PreserveClientIp") or False,
        group_ids=texts(raw, "SecurityGroupIds"),
        network_interface_ids=texts(raw, "NetworkInterfaceIds"),
        owner_id=text(raw, "OwnerId"),
        state_message=text(raw, "StateMessage"),
        tags=tags(raw),
    )


def endpoint_service(raw: Raw) -> EndpointService:
    """One ServiceDetail; a private name that the provider never verified is not offered.

    https://docs.aws.amazon.com/vpc/latest/privatelink/verify-domains.html
    """
    verified = lower(raw, "PrivateDnsNameVerificationState", "verified") == "verified"
    names = {text(raw, "PrivateDnsName"), *texts_of(raw, "PrivateDnsNames", "PrivateDnsName")}
    return EndpointService(
        service_name=required(raw, "ServiceName"),
        types=tuple(map(_type, texts_of(raw, "ServiceType", "ServiceType"))),
        service_region=text(raw, "ServiceRegion"),
        zones=texts(raw, "AvailabilityZones"),
        zone_ids=texts(raw, "AvailabilityZoneIds"),
        private_dns_names=tuple(sorted(name for name in names if name)) if verified else (),
        policy_supported=flag(raw, "VpcEndpointPolicySupported"),
        owner=text(raw, "Owner"),
    )


def _type(name: str) -> str:
    return _TYPES.get(name.lower(), name)


def _dns_names(raw: Raw) -> tuple[str, ...] | None:
    """In AWS's order, the regional name before those of the zones."""
    if raw.get("DnsEntries") is None:
        return None
    names = (text(entry, "DnsName") for entry in structures(raw, "DnsEntries"))
    return tuple(name for name in names if name is not None)


def _last_error(raw: Raw) -> str | None:
    error = structure(raw, "LastError")
    said = [part for part in (text(error, "Code"), text(error, "Message")) if part]
    return ": ".join(said) or text(raw, "FailureReason")
