"""VPCs, their DNS, their subnets and DHCP options sets."""

from __future__ import annotations

from ...model.facts import Fact
from ...model.resource_type import ResourceType
from ..raw import UnreadableError
from .attributes import Attributes, UnknownError
from .references import DHCP_OPTIONS, SUBNET, VPC
from .regions import region_of
from .world import Element, World, tags_of

# The set that every Region of an account begins with hands out the resolver of the VPC.
# https://docs.aws.amazon.com/vpc/latest/userguide/DHCPOptionSetConcepts.html
_DEFAULT_OPTIONS = "default DHCP options"


def tell_vpcs(world: World) -> None:
    """VPCs with their CIDR blocks and DNS attributes, managed or looked up."""
    more = _more_blocks(world)
    options = _options_of_vpcs(world)
    for vpc in (*world.read("aws_vpc"), *world.managed(*VPC.types)):
        if not vpc.instance.is_data:
            world.place(ResourceType.VPC, vpc)
        with world.known(Fact.VPC_DNS_ATTRIBUTES, vpc, vpc_id=vpc.id):
            _tell_dns(world, vpc)
        element: Element = {"VpcId": vpc.id, "Tags": tags_of(vpc)}
        with world.known(Fact.VPCS, vpc, vpc_id=vpc.id):
            element |= _vpc(vpc, more.get(vpc.id, []))
        element["Region"] = region_of(world, vpc.instance)
        element["DhcpOptionsId"] = options.get(vpc.id) or _options_of(vpc)
        world.tell("Vpcs", [element])


def tell_subnets(world: World) -> None:
    """Subnets, managed or looked up."""
    world.tell("Subnets", [])
    for subnet in (*world.read("aws_subnet"), *world.managed(*SUBNET.types)):
        vpc_id = world.vpcs_of_subnets.get(subnet.id)
        if vpc_id is None:
            continue
        if not subnet.instance.is_data:
            world.place(ResourceType.SUBNET, subnet)
        with world.known(Fact.SUBNETS, subnet, vpc_id=vpc_id):
            world.tell("Subnets", [_subnet(subnet, vpc_id)])


def tell_dhcp_options(world: World) -> None:
    """DHCP options sets; one that a VPC names and the plan does not show is a gap."""
    world.tell("DhcpOptions", [_options(_DEFAULT_OPTIONS, ("AmazonProvidedDNS",))])
    shown = {_DEFAULT_OPTIONS}
    for options in (*world.read("aws_vpc_dhcp_options"), *world.managed(*DHCP_OPTIONS.types)):
        with world.known(Fact.DHCP_OPTIONS, options, vpc_id=None):
            default = options.instance.type.startswith("aws_default")
            servers = ("AmazonProvidedDNS",) if default else _servers(options)
            world.tell("DhcpOptions", [_options(options.id, servers)])
            shown.add(options.id)
    named = _options_of_vpcs(world)
    for vpc in (*world.read("aws_vpc"), *world.managed(*VPC.types)):
        options_id = named.get(vpc.id) or _options_of(vpc)
        if options_id not in shown:
            reason = f"its DHCP options set {options_id} is not in the plan"
            world.gap(Fact.DHCP_OPTIONS, vpc, reason, vpc.id)


def _vpc(vpc: Attributes, more: list[Element]) -> Element:
    """The VPC; one that takes its block from an address pool has none before it exists."""
    has_ipv6 = vpc.values.get("assign_generated_ipv6_cidr_block") or "ipv6_ipam_pool_id" in (
        vpc.written or {}
    )
    ipv6 = vpc.sure("ipv6_cidr_block") if has_ipv6 else vpc.text("ipv6_cidr_block")
    blocks = [{"Ipv6CidrBlock": ipv6}] if ipv6 else []
    associated = vpc.values.get("cidr_block_associations") or ()
    secondary = [{"CidrBlock": each.get("cidr_block")} for each in associated]
    return {
        "OwnerId": vpc.text("owner_id"),
        "IsDefault": vpc.instance.type == "aws_default_vpc" or vpc.values.get("default") is True,
        "CidrBlock": vpc.sure("cidr_block"),
        "CidrBlockAssociationSet": [*secondary, *(e for e in more if "CidrBlock" in e)],
        "Ipv6CidrBlockAssociationSet": [*blocks, *(e for e in more if "Ipv6CidrBlock" in e)],
    }


def _tell_dns(world: World, vpc: Attributes) -> None:
    """The provider's defaults are those of CreateVpc: support on, host names off.

    The default VPC of an account has both on, and `aws_default_vpc` turns them on likewise.
    https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/vpc
    """
    is_default = vpc.instance.type == "aws_default_vpc"
    support = vpc.flag("enable_dns_support", default=True)
    hostnames = vpc.flag("enable_dns_hostnames", default=is_default)
    world.tell("EnableDnsSupport", [support], vpc.id)  # type: ignore[list-item]
    world.tell("EnableDnsHostnames", [hostnames], vpc.id)  # type: ignore[list-item]


def _more_blocks(world: World) -> dict[str, list[Element]]:
    """The blocks that resources of their own associate with VPCs."""
    found: dict[str, list[Element]] = {}
    kinds = {
        "aws_vpc_ipv4_cidr_block_association": ("cidr_block", "CidrBlock"),
        "aws_vpc_ipv6_cidr_block_association": ("ipv6_cidr_block", "Ipv6CidrBlock"),
    }
    for type_name, (attribute, member) in kinds.items():
        for association in world.managed(type_name):
            vpc_id = world.vpc_of(association)
            with world.known(Fact.VPCS, association, vpc_id=vpc_id):
                block = association.sure(attribute)
                if vpc_id is None:
                    raise UnknownError("vpc_id")
                found.setdefault(vpc_id, []).append({member: block})
    return found


def _subnet(subnet: Attributes, vpc_id: str) -> Element:
    has_ipv6 = "ipv6_cidr_block" in (subnet.written or {})
    ipv6 = subnet.sure("ipv6_cidr_block") if has_ipv6 else subnet.text("ipv6_cidr_block")
    is_pooled = "ipv4_ipam_pool_id" in (subnet.written or {})
    return {
        "SubnetId": subnet.id,
        "VpcId": vpc_id,
        "CidrBlock": subnet.sure("cidr_block") if is_pooled else subnet.text("cidr_block"),
        "Ipv6CidrBlockAssociationSet": [{"Ipv6CidrBlock": ipv6}] if ipv6 else [],
        "AvailabilityZone": _perhaps(subnet, "availability_zone"),
        "AvailabilityZoneId": _perhaps(subnet, "availability_zone_id"),
        "OwnerId": subnet.text("owner_id"),
        "Tags": tags_of(subnet),
    }


def _perhaps(attributes: Attributes, name: str) -> str | None:
    """A value that rules can do without: they say themselves where they miss it."""
    value = attributes.values.get(name)
    return value if isinstance(value, str) else None


def _options_of_vpcs(world: World) -> dict[str, str]:
    """The DHCP options sets that VPCs are given by resources of their own."""
    found: dict[str, str] = {}
    for association in world.managed("aws_vpc_dhcp_options_association"):
        vpc_id = world.vpc_of(association)
        if vpc_id is not None:
            try:
                found[vpc_id] = association.needed("dhcp_options_id", DHCP_OPTIONS)
            except (UnknownError, UnreadableError):
                found[vpc_id] = f"of {association.instance.address}"
    return found


def _options_of(vpc: Attributes) -> str:
    return _perhaps(vpc, "dhcp_options_id") or _DEFAULT_OPTIONS


def _servers(options: Attributes) -> tuple[str, ...]:
    """The name servers, in their order."""
    known = options.texts("domain_name_servers")
    return tuple(options.values["domain_name_servers"]) if known else ()


def _options(options_id: str, servers: tuple[str, ...]) -> Element:
    values = [{"Value": server} for server in servers]
    configuration = {"Key": "domain-name-servers", "Values": values}
    return {"DhcpOptionsId": options_id, "DhcpConfigurations": [configuration]}
