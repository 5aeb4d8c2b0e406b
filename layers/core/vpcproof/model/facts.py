"""The kinds of facts a snapshot holds, each with the answer and the permission it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Fact(Enum):
    """A kind of fact: the top-level key of the AWS answer, and the IAM actions that read it."""

    VPCS = ("Vpcs", "ec2:DescribeVpcs")
    VPC_DNS_ATTRIBUTES = ("EnableDnsSupport, EnableDnsHostnames", "ec2:DescribeVpcAttribute")
    SUBNETS = ("Subnets", "ec2:DescribeSubnets")
    ROUTE_TABLES = ("RouteTables", "ec2:DescribeRouteTables")
    VPC_ENDPOINTS = ("VpcEndpoints", "ec2:DescribeVpcEndpoints")
    ENDPOINT_SERVICES = ("ServiceDetails", "ec2:DescribeVpcEndpointServices")
    SECURITY_GROUPS = ("SecurityGroups", "ec2:DescribeSecurityGroups")
    NETWORK_INTERFACES = ("NetworkInterfaces", "ec2:DescribeNetworkInterfaces")
    NETWORK_ACLS = ("NetworkAcls", "ec2:DescribeNetworkAcls")
    PREFIX_LISTS = (
        "PrefixLists",
        "ec2:DescribePrefixLists",
        "ec2:DescribeManagedPrefixLists",
        "ec2:GetManagedPrefixListEntries",
    )
    NAT_GATEWAYS = ("NatGateways", "ec2:DescribeNatGateways")
    INTERNET_GATEWAYS = ("InternetGateways", "ec2:DescribeInternetGateways")
    DHCP_OPTIONS = ("DhcpOptions", "ec2:DescribeDhcpOptions")
    HOSTED_ZONES = (
        "HostedZoneSummaries",
        "route53:ListHostedZonesByVPC",
        "route53:ListResourceRecordSets",
    )
    PROFILE_ASSOCIATIONS = (
        "ProfileAssociations",
        "route53profiles:ListProfileAssociations",
        "route53profiles:ListProfileResourceAssociations",
    )
    RESOLVER_RULES = (
        "ResolverRuleAssociations",
        "route53resolver:ListResolverRuleAssociations",
        "route53resolver:ListResolverRules",
    )
    TRANSIT_GATEWAY_ATTACHMENTS = (
        "TransitGatewayAttachments",
        "ec2:DescribeTransitGatewayAttachments",
        "ec2:DescribeTransitGatewayVpcAttachments",
    )
    TRANSIT_GATEWAY_ROUTE_TABLES = (
        "TransitGatewayRouteTables",
        "ec2:DescribeTransitGatewayRouteTables",
        "ec2:GetTransitGatewayRouteTablePropagations",
        "ec2:SearchTransitGatewayRoutes",
    )
    VPC_PEERING_CONNECTIONS = ("VpcPeeringConnections", "ec2:DescribeVpcPeeringConnections")
    INSTANCE_CONNECT_ENDPOINTS = (
        "InstanceConnectEndpoints",
        "ec2:DescribeInstanceConnectEndpoints",
    )
    SESSION_PREFERENCES = ("Content", "ssm:GetDocument")
    MANAGED_NODES = ("InstanceInformationList", "ssm:DescribeInstanceInformation")
    PROBE_RESULTS = ("ProbeResults", "lambda:InvokeFunction", "tag:GetResources")

    def __init__(self, key: str, *actions: str) -> None:
        self.key = key
        self.actions = actions


# Why a kind of facts is missing that a source simply does not hold.
NO_FILE = "no file"
NOT_DECLARED = "known only once deployed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Facts that were not read, of one VPC or of all; never to be taken for absent."""

    fact: Fact
    reason: str
    vpc_id: str | None = None

    @property
    def was_refused(self) -> bool:
        """Whether the facts exist and could not be read, rather than being none of the source's."""
        return self.reason not in {NO_FILE, NOT_DECLARED}
