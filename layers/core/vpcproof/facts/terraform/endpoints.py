"""VPC endpoints, their associations, and EC2 Instance Connect Endpoints."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ...model.facts import NO_FILE, Fact, Gap
from ...model.resource_type import ResourceType
from ..raw import structures, text
from .attributes import Attributes, UnknownError
from .references import ENDPOINT, ROUTE_TABLE, SECURITY_GROUP, SUBNET, VPC
from .world import Element, World, tags_of

# What AWS gives an endpoint that is made without a policy.
# https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
_FULL_ACCESS = json.dumps(
    {"Statement": [{"Action": "*", "Effect": "Allow", "Principal": "*", "Resource": "*"}]}
)

# The resources that associate one thing each with an endpoint, beside the endpoint's own list.
_ASSOCIATIONS = {
    "subnet_ids": ("aws_vpc_endpoint_subnet_association", "subnet_id", SUBNET),
    "route_table_ids": ("aws_vpc_endpoint_route_table_association", "route_table_id", ROUTE_TABLE),
    "security_group_ids": (
        "aws_vpc_endpoint_security_group_association",
        "security_group_id",
        SECURITY_GROUP,
    ),
}


_DETAILS = {
    "service_name": "ServiceName",
    "service_region": "ServiceRegion",
    "availability_zones": "AvailabilityZones",
    "private_dns_name": "PrivateDnsName",
    "vpc_endpoint_policy_supported": "VpcEndpointPolicySupported",
    "owner": "Owner",
}


def tell_endpoints(world: World) -> None:
    """All endpoints of VPCs, and EC2 Instance Connect Endpoints."""
    world.tell("VpcEndpoints", [])
    for endpoint in world.managed(*ENDPOINT.types):
        vpc_id = world.vpc_of(endpoint)
        world.place(ResourceType.VPC_ENDPOINT, endpoint)
        with world.known(Fact.VPC_ENDPOINTS, endpoint, vpc_id=vpc_id):
            world.tell("VpcEndpoints", [_endpoint(world, endpoint)])
    world.tell("InstanceConnectEndpoints", [])
    for endpoint in world.managed("aws_ec2_instance_connect_endpoint"):
        vpc_id = world.vpc_of(endpoint)
        world.place(ResourceType.INSTANCE_CONNECT_ENDPOINT, endpoint)
        with world.known(Fact.INSTANCE_CONNECT_ENDPOINTS, endpoint, vpc_id=vpc_id):
            element = _instance_connect_endpoint(world, endpoint, vpc_id)
            world.tell("InstanceConnectEndpoints", [element])


def tell_services(world: World) -> None:
    """The services that the plan looked up; the rest of AWS's catalogue is in no plan."""
    details = [
        {member: service.values.get(attribute) for attribute, member in _DETAILS.items()}
        | {"ServiceType": [{"ServiceType": service.values["service_type"]}]}
        for service in world.read("aws_vpc_endpoint_service")
        if service.values.get("service_name") and service.values.get("service_type")
    ]
    if details:
        world.tell("ServiceDetails", details)
        world.documents.gaps.append(Gap(fact=Fact.ENDPOINT_SERVICES, reason=NO_FILE))


def gateway_endpoint_tables(world: World) -> Iterator[tuple[Attributes, str]]:
    """Each gateway endpoint with each of its route tables."""
    for endpoint in world.managed(*ENDPOINT.types):
        with world.known(Fact.ROUTE_TABLES, endpoint, vpc_id=world.vpc_of(endpoint)):
            if _type(endpoint) == "Gateway":
                for table_id in _listed(world, endpoint, "route_table_ids"):
                    yield endpoint, table_id


def prefix_list_of(world: World, endpoint: Attributes) -> str:
    """The prefix list that the route to a gateway endpoint is for: AWS's own of the service."""
    known = endpoint.values.get("prefix_list_id")
    service_name = endpoint.sure("service_name") or ""
    if isinstance(known, str) and known:
        return known
    for key in ("aws_prefix_list", "aws_ec2_managed_prefix_list"):
        for looked_up in world.read(key):
            if looked_up.values.get("name") == service_name and looked_up.instance.known_id:
                return looked_up.instance.known_id
    return f"pl-{service_name}"


def endpoint_name(endpoint: Attributes) -> str:
    """What stands for the DNS names that an endpoint gets when it is made."""
    return f"name-of-{endpoint.id}".lower()


def _endpoint(world: World, endpoint: Attributes) -> Element:
    kind = _type(endpoint)
    service_name = endpoint.sure("service_name") if "service_name" in endpoint.values else None
    names = [text(each, "dns_name") for each in structures(endpoint.values, "dns_entry")]
    return {
        "VpcEndpointId": endpoint.id,
        "VpcId": endpoint.needed("vpc_id", VPC),
        "VpcEndpointType": kind,
        "ServiceName": service_name or endpoint.sure("service_name"),
        "ServiceRegion": endpoint.text("service_region"),
        "State": _state(endpoint, service_name or ""),
        "RouteTableIds": _listed(world, endpoint, "route_table_ids"),
        "SubnetIds": _listed(world, endpoint, "subnet_ids"),
        "Groups": [{"GroupId": each} for each in _groups(world, endpoint, kind)],
        "IpAddressType": endpoint.text("ip_address_type"),
        "PrivateDnsEnabled": _private_dns(world, endpoint, kind),
        "DnsOptions": _dns_options(endpoint),
        "DnsEntries": [{"DnsName": each} for each in names or [endpoint_name(endpoint)] if each],
        "PolicyDocument": _policy(world, endpoint),
        "OwnerId": endpoint.text("owner_id"),
        "Tags": tags_of(endpoint),
    }


def _type(endpoint: Attributes) -> str:
    """The type, `Gateway` where none is written, as in CreateVpcEndpoint."""
    return endpoint.text("vpc_endpoint_type") or "Gateway"


def _state(endpoint: Attributes, service_name: str) -> str:
    """AWS accepts connections to its own services; a provider may not, and then nobody knows."""
    known = endpoint.values.get("state")
    if isinstance(known, str) and known and not endpoint.unknown.get("state"):
        return known
    if ".vpce-svc-" in service_name and endpoint.values.get("auto_accept") is not True:
        raise UnknownError("state")
    return "available"


def _listed(world: World, endpoint: Attributes, attribute: str) -> list[str]:
    """What the endpoint lists itself, and what other resources associate or take away."""
    type_name, member, kind = _ASSOCIATIONS[attribute]
    going = {
        str(each.before.get(member))
        for each in world.plan.removed
        if each.type == type_name and each.before.get("vpc_endpoint_id") == endpoint.id
    }
    found = set(endpoint.many(attribute, kind)) - going
    for association in world.managed(type_name):
        if association.needed("vpc_endpoint_id", ENDPOINT) == endpoint.id:
            found.add(association.needed(member, kind))
    return sorted(found)


def _groups(world: World, endpoint: Attributes, kind: str) -> list[str]:
    """Security groups; an interface endpoint that is given none gets the default one of its VPC."""
    groups = _listed(world, endpoint, "security_group_ids")
    vpc = world.managed_vpcs.get(endpoint.needed("vpc_id", VPC))
    own = endpoint.many("security_group_ids", SECURITY_GROUP)
    if kind != "Interface" or own or endpoint.instance.known_id:
        return groups
    if vpc is None:
        raise UnknownError("security_group_ids")
    default = world.identities.default_of(vpc, "aws_default_security_group")
    replaced = any(
        association.values.get("replace_default_association") is True
        and association.needed("vpc_endpoint_id", ENDPOINT) == endpoint.id
        for association in world.managed("aws_vpc_endpoint_security_group_association")
    )
    return groups if replaced else [*groups, default]


def _private_dns(world: World, endpoint: Attributes, kind: str) -> bool:
    """Off unless written: the provider's default, other than that of CreateVpcEndpoint.

    https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/vpc_endpoint
    """
    for switch in world.managed("aws_vpc_endpoint_private_dns"):
        if switch.needed("vpc_endpoint_id", ENDPOINT) == endpoint.id:
            return switch.flag("private_dns_enabled", default=False)
    return kind == "Interface" and endpoint.flag("private_dns_enabled", default=False)


def _dns_options(endpoint: Attributes) -> Element:
    if endpoint.is_left_open("dns_options"):
        return {}
    member = "private_dns_only_for_inbound_resolver_endpoint"
    found: Element = {}
    for options in endpoint.blocks("dns_options"):
        if not options.unknown.get(member):
            found["PrivateDnsOnlyForInboundResolverEndpoint"] = options.values.get(member)
    return found


def _policy(world: World, endpoint: Attributes) -> str | None:
    """The policy; None where it is made of what is not known yet, which only its rules mind."""
    for policy in world.managed("aws_vpc_endpoint_policy"):
        if policy.needed("vpc_endpoint_id", ENDPOINT) == endpoint.id:
            return _policy_of(policy)
    return _policy_of(endpoint)


def _policy_of(attributes: Attributes) -> str | None:
    if attributes.is_left_open("policy") or attributes.values.get("policy") == "":
        return _FULL_ACCESS
    if attributes.unknown.get("policy"):
        return None
    return text(attributes.values, "policy") or _FULL_ACCESS


def _instance_connect_endpoint(world: World, endpoint: Attributes, vpc_id: str | None) -> Element:
    """An EC2 Instance Connect Endpoint; without groups it gets the default one of its VPC."""
    if vpc_id is None:
        raise UnknownError("subnet_id")
    groups = endpoint.many("security_group_ids", SECURITY_GROUP)
    vpc = world.managed_vpcs.get(vpc_id)
    if not groups and vpc is None:
        raise UnknownError("security_group_ids")
    if not groups and vpc is not None:
        groups = (world.identities.default_of(vpc, "aws_default_security_group"),)
    return {
        "InstanceConnectEndpointId": endpoint.id,
        "VpcId": vpc_id,
        "SubnetId": endpoint.needed("subnet_id", SUBNET),
        "State": "create-complete",
        "PreserveClientIp": endpoint.flag("preserve_client_ip", default=True),
        "SecurityGroupIds": [*groups],
        "Tags": tags_of(endpoint),
    }
