"""From a template to a Snapshot, by way of the answers AWS would give about what it builds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ...model.facts import Fact
from ...model.location import Location
from ...model.resource_type import ResourceType
from ..build import snapshot_of
from ..documents import Reading
from ..regions import partition_of
from . import endpoint, names, routing, security, transit, vpc, workloads
from .network import Network
from .source import read_template_file
from .stack import Deployment, Resource, Stack
from .unknown import NotKnownError, Unknown

Handler = Callable[[Resource, Network], None]

# Read in this order, so that whatever a resource changes is there before it.
_HANDLERS: Mapping[str, tuple[Fact, Handler]] = {
    "AWS::EC2::VPC": (Fact.VPCS, vpc.vpc),
    "AWS::EC2::VPCCidrBlock": (Fact.VPCS, vpc.vpc_cidr_block),
    "AWS::EC2::DHCPOptions": (Fact.DHCP_OPTIONS, vpc.dhcp_options),
    "AWS::EC2::VPCDHCPOptionsAssociation": (Fact.DHCP_OPTIONS, vpc.dhcp_options_association),
    "AWS::EC2::Subnet": (Fact.SUBNETS, vpc.subnet),
    "AWS::EC2::SubnetCidrBlock": (Fact.SUBNETS, vpc.subnet_cidr_block),
    "AWS::EC2::PrefixList": (Fact.PREFIX_LISTS, routing.prefix_list),
    "AWS::EC2::InternetGateway": (Fact.INTERNET_GATEWAYS, routing.internet_gateway),
    "AWS::EC2::VPCGatewayAttachment": (Fact.INTERNET_GATEWAYS, routing.gateway_attachment),
    "AWS::EC2::NatGateway": (Fact.NAT_GATEWAYS, routing.nat_gateway),
    "AWS::EC2::RouteTable": (Fact.ROUTE_TABLES, routing.route_table),
    "AWS::EC2::SubnetRouteTableAssociation": (Fact.ROUTE_TABLES, routing.subnet_association),
    "AWS::EC2::GatewayRouteTableAssociation": (Fact.ROUTE_TABLES, routing.gateway_association),
    "AWS::EC2::Route": (Fact.ROUTE_TABLES, routing.route),
    "AWS::EC2::VPNGatewayRoutePropagation": (Fact.ROUTE_TABLES, routing.learnt_routes),
    "AWS::EC2::SecurityGroup": (Fact.SECURITY_GROUPS, security.security_group),
    "AWS::EC2::SecurityGroupIngress": (Fact.SECURITY_GROUPS, security.ingress_rule),
    "AWS::EC2::SecurityGroupEgress": (Fact.SECURITY_GROUPS, security.egress_rule),
    "AWS::EC2::NetworkAcl": (Fact.NETWORK_ACLS, security.network_acl),
    "AWS::EC2::NetworkAclEntry": (Fact.NETWORK_ACLS, security.network_acl_entry),
    "AWS::EC2::SubnetNetworkAclAssociation": (
        Fact.NETWORK_ACLS,
        security.network_acl_association,
    ),
    "AWS::EC2::VPCEndpoint": (Fact.VPC_ENDPOINTS, endpoint.vpc_endpoint),
    "AWS::EC2::InstanceConnectEndpoint": (
        Fact.INSTANCE_CONNECT_ENDPOINTS,
        endpoint.instance_connect_endpoint,
    ),
    "AWS::EC2::VPCPeeringConnection": (Fact.VPC_PEERING_CONNECTIONS, transit.peering_connection),
    "AWS::EC2::TransitGateway": (Fact.TRANSIT_GATEWAY_ROUTE_TABLES, transit.transit_gateway),
    "AWS::EC2::TransitGatewayRouteTable": (Fact.TRANSIT_GATEWAY_ROUTE_TABLES, transit.route_table),
    "AWS::EC2::TransitGatewayAttachment": (Fact.TRANSIT_GATEWAY_ATTACHMENTS, transit.attachment),
    "AWS::EC2::TransitGatewayVpcAttachment": (
        Fact.TRANSIT_GATEWAY_ATTACHMENTS,
        transit.attachment,
    ),
    "AWS::EC2::TransitGatewayConnect": (Fact.TRANSIT_GATEWAY_ATTACHMENTS, transit.other_attachment),
    "AWS::EC2::TransitGatewayPeeringAttachment": (
        Fact.TRANSIT_GATEWAY_ATTACHMENTS,
        transit.other_attachment,
    ),
    "AWS::EC2::VPNConnection": (Fact.TRANSIT_GATEWAY_ATTACHMENTS, transit.other_attachment),
    "AWS::EC2::TransitGatewayRouteTableAssociation": (
        Fact.TRANSIT_GATEWAY_ATTACHMENTS,
        transit.association,
    ),
    "AWS::EC2::TransitGatewayRouteTablePropagation": (
        Fact.TRANSIT_GATEWAY_ROUTE_TABLES,
        transit.propagation,
    ),
    "AWS::EC2::TransitGatewayRoute": (Fact.TRANSIT_GATEWAY_ROUTE_TABLES, transit.route),
    "AWS::Route53::HostedZone": (Fact.HOSTED_ZONES, names.hosted_zone),
    "AWS::Route53::RecordSet": (Fact.HOSTED_ZONES, names.record_set),
    "AWS::Route53::RecordSetGroup": (Fact.HOSTED_ZONES, names.record_set_group),
    "AWS::Route53Resolver::ResolverRule": (Fact.RESOLVER_RULES, names.resolver_rule),
    "AWS::Route53Resolver::ResolverRuleAssociation": (
        Fact.RESOLVER_RULES,
        names.resolver_rule_association,
    ),
    "AWS::Route53Profiles::ProfileAssociation": (
        Fact.PROFILE_ASSOCIATIONS,
        names.profile_association,
    ),
    "AWS::Route53Profiles::ProfileResourceAssociation": (
        Fact.PROFILE_ASSOCIATIONS,
        names.profile_resource_association,
    ),
}
_ORDER = {name: position for position, name in enumerate(_HANDLERS)}

_JUDGED = {kind.value for kind in ResourceType}
# What AWS makes with a VPC, by the name it goes by behind the id of the VPC.
_MADE_WITH_VPC = {
    ResourceType.ROUTE_TABLE: "MainRouteTable",
    ResourceType.NETWORK_ACL: "DefaultNetworkAcl",
    ResourceType.SECURITY_GROUP: "DefaultSecurityGroup",
}

# By which property each kind of resource says to which other it belongs.
_PARENTS = {
    "RouteTableId": "RouteTables",
    "SubnetId": "Subnets",
    "GroupId": "SecurityGroups",
    "NetworkAclId": "NetworkAcls",
}


def read_template(
    path: Path, *, parameters: Mapping[str, str], region: str | None, now: datetime
) -> Reading:
    """Read the network that a template would build; `now` is when, for it was captured then.

    Without a Region the names that hold it are not known. Raises TemplateError in one line.
    """
    stack = Stack(
        read_template_file(path, path.as_posix()), parameters, Deployment(_pseudo(region))
    )
    resources = sorted(
        stack.resources(), key=lambda each: (_ORDER.get(each.type, len(_ORDER)), each.id)
    )
    network = Network()
    for reason in stack.open_parts():
        for fact in Fact:
            network.gap(fact, reason)
    for resource in resources:
        if resource.type in _HANDLERS:
            _take(resource, network)
    _complete(network)
    workloads.add_interfaces(resources, network)
    for vpc_id in network.foreign_vpcs():
        for fact in Fact:
            network.gap(fact, f"{vpc_id} is not declared in the template", vpc_id)
    reading = snapshot_of(network.documents(region), now=now)
    locations = MappingProxyType(dict(_locations(resources)))
    return replace(reading, snapshot=replace(reading.snapshot, locations=locations))


def _take(resource: Resource, network: Network) -> None:
    fact, handler = _HANDLERS[resource.type]
    vpc_id = _vpc_of(resource, network)
    if resource.doubt is not None:
        network.gap(fact, f"{resource.path}: {resource.doubt.reason}", vpc_id)
        return
    try:
        handler(resource, network)
    except NotKnownError as problem:
        network.gap(fact, str(problem), vpc_id)


def _complete(network: Network) -> None:
    """What AWS adds once everything is declared."""
    vpc.local_routes(network)
    vpc.forget_doubtful_zones(network)
    security.add_default_egress(network)
    security.open_foreign_groups(network)
    security.associate_default_acls(network)


def _vpc_of(resource: Resource, network: Network) -> str | None:
    if resource.type == "AWS::EC2::VPC":
        return resource.id
    if resource.properties.get("VpcId") is not None:
        return resource.identity("VpcId")
    for name, key in _PARENTS.items():
        if name in resource.properties and (found := network.vpc_of(key, resource.identity(name))):
            return found
    return None


def _pseudo(region: str | None) -> dict[str, Any]:
    """The pseudo parameters, of which only the deployment knows the account and the stack."""
    partition = partition_of(region) if region else None
    suffixes = {"aws-cn": "amazonaws.com.cn", "aws-eusc": "amazonaws.eu"}
    unknown_region = "AWS::Region is not known: name it by --region"
    return {
        "AWS::Region": region or Unknown("AWS::Region", unknown_region),
        "AWS::Partition": partition or Unknown("AWS::Partition", unknown_region),
        "AWS::URLSuffix": suffixes.get(partition, "amazonaws.com")
        if partition
        else Unknown("AWS::URLSuffix", unknown_region),
        **{
            name: Unknown(name, f"{name} is known once deployed", is_generated=True)
            for name in (
                "AWS::AccountId",
                "AWS::StackName",
                "AWS::StackId",
                "AWS::NotificationARNs",
            )
        },
    }


def _locations(
    resources: list[Resource],
) -> Iterator[tuple[tuple[ResourceType, str], Location]]:
    for resource in resources:
        if resource.type not in _JUDGED:
            continue
        yield (ResourceType(resource.type), resource.id), resource.location
        if resource.type == ResourceType.VPC:
            for kind, name in _MADE_WITH_VPC.items():
                yield (kind, f"{resource.id}.{name}"), resource.location
