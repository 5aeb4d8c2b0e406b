"""Which rules depend on resources of other types than the one they judge.

AWS Config tells a rule of changes of the resources that it judges, and of no others: a security
group that is edited makes no item of the endpoint behind it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ..model.facts import Fact
from .subject import Subject

# The resource types whose items tell that facts of a kind have changed.
# https://docs.aws.amazon.com/config/latest/developerguide/resource-config-reference.html
TOLD_BY: Mapping[Fact, tuple[str, ...]] = MappingProxyType(
    {
        Fact.VPCS: ("AWS::EC2::VPC",),
        Fact.VPC_DNS_ATTRIBUTES: ("AWS::EC2::VPC",),
        Fact.SUBNETS: ("AWS::EC2::Subnet",),
        Fact.ROUTE_TABLES: ("AWS::EC2::RouteTable",),
        Fact.VPC_ENDPOINTS: ("AWS::EC2::VPCEndpoint",),
        Fact.SECURITY_GROUPS: ("AWS::EC2::SecurityGroup",),
        Fact.NETWORK_ACLS: ("AWS::EC2::NetworkAcl",),
        Fact.PREFIX_LISTS: ("AWS::EC2::PrefixList",),
        Fact.NAT_GATEWAYS: ("AWS::EC2::NatGateway",),
        Fact.INTERNET_GATEWAYS: ("AWS::EC2::InternetGateway",),
        Fact.DHCP_OPTIONS: ("AWS::EC2::DHCPOptions",),
        Fact.HOSTED_ZONES: ("AWS::Route53::HostedZone",),
        Fact.PROFILE_ASSOCIATIONS: ("AWS::Route53Profiles::ProfileAssociation",),
        Fact.RESOLVER_RULES: (
            "AWS::Route53Resolver::ResolverRule",
            "AWS::Route53Resolver::ResolverRuleAssociation",
        ),
        Fact.TRANSIT_GATEWAY_ATTACHMENTS: ("AWS::EC2::TransitGatewayAttachment",),
        Fact.TRANSIT_GATEWAY_ROUTE_TABLES: ("AWS::EC2::TransitGatewayRouteTable",),
        Fact.VPC_PEERING_CONNECTIONS: ("AWS::EC2::VPCPeeringConnection",),
        Fact.INSTANCE_CONNECT_ENDPOINTS: ("AWS::EC2::InstanceConnectEndpoint",),
    }
)

# Why changes of the other kinds wait for the schedule.
UNTOLD: Mapping[Fact, str] = MappingProxyType(
    {
        Fact.NETWORK_INTERFACES: "come and go with every instance, task and function",
        Fact.MANAGED_NODES: "their inventory is recorded anew all the time",
        Fact.SESSION_PREFERENCES: "one document among all that AWS Config records",
        Fact.ENDPOINT_SERVICES: "AWS's own catalogue has no items",
        Fact.PROBE_RESULTS: "a probe answers when it is asked",
    }
)


def depends_on(subject: Subject, resource_type: str) -> bool:
    """Whether verdicts may turn by a change of a resource of this type, unless it is the judged.

    The rules of the changed resource's own type get its item; they are not among the dependents.
    """
    return resource_type != subject.resource_type and any(
        resource_type in TOLD_BY.get(fact, ()) for rule in subject.rules for fact in rule.facts
    )
