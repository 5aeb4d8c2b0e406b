"""Which calls read which kind of fact from a live account, and about which resources they ask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..model.facts import Fact
from ..model.service_catalogue import SERVICE_DOMAINS
from .describe.dns import domain_name
from .raw import flag, lower, structure, structures, text

Element = Mapping[str, Any]


# Services whose actions have another prefix than their clients.
_IAM_PREFIXES = {"resourcegroupstaggingapi": "tag"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """An operation that lists resources in pages.

    `page` is the largest page that AWS gives. `vpc_filter` is the filter that narrows the listing
    to some VPCs; a listing without one is always read whole.
    """

    key: str
    operation: str
    page: int = 1000
    service: str = "ec2"
    vpc_filter: str | None = None
    filters_member: str = "Filters"

    @property
    def action(self) -> str:
        """The IAM action that allows it."""
        return f"{_IAM_PREFIXES.get(self.service, self.service)}:{self.operation}"


# Page sizes: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/ (MaxResults of each operation)
LISTINGS: Mapping[Fact, tuple[Listing, ...]] = {
    Fact.VPCS: (Listing(key="Vpcs", operation="DescribeVpcs", vpc_filter="vpc-id"),),
    Fact.SUBNETS: (Listing(key="Subnets", operation="DescribeSubnets", vpc_filter="vpc-id"),),
    Fact.ROUTE_TABLES: (
        Listing(key="RouteTables", operation="DescribeRouteTables", page=100, vpc_filter="vpc-id"),
    ),
    Fact.VPC_ENDPOINTS: (
        Listing(key="VpcEndpoints", operation="DescribeVpcEndpoints", vpc_filter="vpc-id"),
    ),
    # Without filter: AWS's own services have more owners than `amazon`, and the few private ones
    # that are offered to the account say whether their private DNS name is verified.
    Fact.ENDPOINT_SERVICES: (
        Listing(key="ServiceDetails", operation="DescribeVpcEndpointServices"),
    ),
    Fact.SECURITY_GROUPS: (
        Listing(key="SecurityGroups", operation="DescribeSecurityGroups", vpc_filter="vpc-id"),
    ),
    Fact.NETWORK_INTERFACES: (
        Listing(
            key="NetworkInterfaces", operation="DescribeNetworkInterfaces", vpc_filter="vpc-id"
        ),
    ),
    Fact.NETWORK_ACLS: (
        Listing(key="NetworkAcls", operation="DescribeNetworkAcls", vpc_filter="vpc-id"),
    ),
    Fact.PREFIX_LISTS: (Listing(key="PrefixLists", operation="DescribePrefixLists"),),
    Fact.NAT_GATEWAYS: (
        Listing(
            key="NatGateways",
            operation="DescribeNatGateways",
            vpc_filter="vpc-id",
            filters_member="Filter",
        ),
    ),
    Fact.INTERNET_GATEWAYS: (
        Listing(
            key="InternetGateways",
            operation="DescribeInternetGateways",
            vpc_filter="attachment.vpc-id",
        ),
    ),
    Fact.DHCP_OPTIONS: (Listing(key="DhcpOptions", operation="DescribeDhcpOptions"),),
    Fact.PROFILE_ASSOCIATIONS: (
        Listing(
            key="ProfileAssociations",
            operation="ListProfileAssociations",
            page=100,
            service="route53profiles",
        ),
    ),
    Fact.RESOLVER_RULES: (
        Listing(
            key="ResolverRuleAssociations",
            operation="ListResolverRuleAssociations",
            page=100,
            service="route53resolver",
            vpc_filter="VPCId",
        ),
        Listing(
            key="ResolverRules",
            operation="ListResolverRules",
            page=100,
            service="route53resolver",
        ),
    ),
    # Of all VPCs even when some are asked for: the far end of a path is in another one.
    Fact.TRANSIT_GATEWAY_ATTACHMENTS: (
        Listing(key="TransitGatewayAttachments", operation="DescribeTransitGatewayAttachments"),
        Listing(
            key="TransitGatewayVpcAttachments", operation="DescribeTransitGatewayVpcAttachments"
        ),
    ),
    Fact.TRANSIT_GATEWAY_ROUTE_TABLES: (
        Listing(key="TransitGatewayRouteTables", operation="DescribeTransitGatewayRouteTables"),
    ),
    Fact.VPC_PEERING_CONNECTIONS: (
        Listing(key="VpcPeeringConnections", operation="DescribeVpcPeeringConnections"),
    ),
    Fact.INSTANCE_CONNECT_ENDPOINTS: (
        Listing(
            key="InstanceConnectEndpoints",
            operation="DescribeInstanceConnectEndpoints",
            page=50,
            vpc_filter="vpc-id",
        ),
    ),
    Fact.MANAGED_NODES: (
        Listing(
            key="InstanceInformationList",
            operation="DescribeInstanceInformation",
            page=50,
            service="ssm",
        ),
    ),
}

MANAGED_PREFIX_LISTS = Listing(key="PrefixLists", operation="DescribeManagedPrefixLists", page=100)
PREFIX_LIST_ENTRIES = Listing(key="Entries", operation="GetManagedPrefixListEntries", page=100)
PROPAGATIONS = Listing(
    key="TransitGatewayRouteTablePropagations",
    operation="GetTransitGatewayRouteTablePropagations",
)
TRANSIT_ROUTES = Listing(key="Routes", operation="SearchTransitGatewayRoutes")
PROFILE_RESOURCES = Listing(
    key="ProfileResourceAssociations",
    operation="ListProfileResourceAssociations",
    page=100,
    service="route53profiles",
)
HOSTED_ZONES = Listing(
    key="HostedZoneSummaries", operation="ListHostedZonesByVPC", page=100, service="route53"
)
RECORDS = Listing(
    key="ResourceRecordSets", operation="ListResourceRecordSets", page=300, service="route53"
)

TAGGED_PROBES = Listing(
    key="ResourceTagMappingList",
    operation="GetResources",
    page=100,
    service="resourcegroupstaggingapi",
)
_WAYS_TO_OTHER_VPCS = ("TransitGatewayId", "VpcPeeringConnectionId", "CoreNetworkArn")


def referenced_prefix_lists(
    route_tables: Iterable[Element], security_groups: Iterable[Element]
) -> set[str]:
    """The prefix lists that routes lead to and that security group rules name."""
    found = {
        text(route, "DestinationPrefixListId")
        for table in route_tables
        for route in structures(table, "Routes")
    }
    for group in security_groups:
        for member in ("IpPermissions", "IpPermissionsEgress"):
            for permission in structures(group, member):
                found |= {text(e, "PrefixListId") for e in structures(permission, "PrefixListIds")}
    return {list_id for list_id in found if list_id is not None}


def vpcs_where_zones_matter(
    endpoints: Iterable[Element], route_tables: Iterable[Element]
) -> set[str]:
    """The VPCs in which a private hosted zone could lead a service name to an endpoint.

    Those that have an interface endpoint without private DNS, and those with a route to another
    VPC, where a central endpoint may stand.
    """
    holders = {
        text(endpoint, "VpcId")
        for endpoint in endpoints
        if lower(endpoint, "VpcEndpointType", "") == "interface"
        and not flag(endpoint, "PrivateDnsEnabled")
    }
    spokes = {
        text(table, "VpcId")
        for table in route_tables
        if any(
            route.get(way) for route in structures(table, "Routes") for way in _WAYS_TO_OTHER_VPCS
        )
    }
    return {vpc_id for vpc_id in holders | spokes if vpc_id is not None}


def may_hold_service_names(zone: Element, account: str | None) -> bool:
    """Whether a hosted zone is this account's to read and covers names of AWS services."""
    if account is None or text(structure(zone, "Owner"), "OwningAccount") != account:
        return False
    name = domain_name(text(zone, "Name") or "")
    return any(
        f".{name}".endswith(f".{domain}") or f".{domain}".endswith(f".{name}")
        for domain in SERVICE_DOMAINS
    )
