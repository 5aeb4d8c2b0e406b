"""The VPC, its DHCP options set and its subnets."""

from __future__ import annotations

from dataclasses import dataclass, field

from .addresses import NO_ADDRESSES, AddressSet
from .tags import Tags, no_tags

# The three spellings of "the resolver of the VPC itself" that need no address of the VPC.
# https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html
_AMAZON_PROVIDED_DNS = {"amazonprovideddns", "169.254.169.253", "fd00:ec2::253"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Vpc:
    """A VPC with all its associated CIDR blocks.

    `cidrs` is None when only the id is known. The DNS attributes are None when they were not read:
    DescribeVpcs never returns them, DescribeVpcAttribute gives one at a time.
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcAttribute.html
    """

    id: str
    cidrs: AddressSet | None = None
    owner_id: str | None = None
    region: str | None = None
    is_default: bool = False
    dhcp_options_id: str | None = None
    dns_support: bool | None = None
    dns_hostnames: bool | None = None
    tags: Tags = field(default_factory=no_tags)


@dataclass(frozen=True, slots=True, kw_only=True)
class DhcpOptions:
    """A DHCP options set; no `domain-name-servers` entry means that EC2 hands out none."""

    id: str
    domain_name_servers: tuple[str, ...] = ()

    def foreign_name_servers(self, vpc: Vpc) -> tuple[str, ...]:
        """The servers that are not the VPC's own resolver (its base address plus two included).

        https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html
        """
        own = set(_AMAZON_PROVIDED_DNS)
        for low, _ in vpc.cidrs.v4 if vpc.cidrs else ():
            own.add(
                AddressSet.of(".".join(str((low + 2) >> s & 255) for s in (24, 16, 8, 0))).first
            )
        return tuple(server for server in self.domain_name_servers if server.lower() not in own)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subnet:
    """A subnet; compare zones across accounts by `zone_id`, never by name."""

    id: str
    vpc_id: str
    cidrs: AddressSet = NO_ADDRESSES
    zone: str | None = None
    zone_id: str | None = None
    owner_id: str | None = None
    free_addresses: int | None = None
    tags: Tags = field(default_factory=no_tags)
