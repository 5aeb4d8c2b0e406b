"""What the endpoint behaviours need from the EC2 underneath, in AWS's own words.

The behaviours are written against `Network`; `moto_backend` is its one implementation.
"""

from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from lab.ec2.endpoint import Endpoint
    from lab.ec2.service_catalogue import Service

Params = Mapping[str, Any]
Answer = dict[str, Any]
Address = IPv4Address | IPv6Address


@dataclass(frozen=True)
class Zone:
    """An Availability Zone of the Region."""

    name: str
    id: str


@dataclass(frozen=True)
class Vpc:
    """A VPC and the two attributes private DNS depends on."""

    id: str
    dns_support: bool
    dns_hostnames: bool


@dataclass(frozen=True)
class Subnet:
    """A subnet; an IPv6-only one has no `ipv4`, one without IPv6 no `ipv6`."""

    id: str
    vpc_id: str
    zone: Zone
    ipv4: IPv4Network | None
    ipv6: IPv6Network | None


@dataclass(frozen=True)
class SecurityGroup:
    """A security group by its id and name."""

    id: str
    name: str
    vpc_id: str


@dataclass(frozen=True)
class RouteTable:
    """A route table and the prefix lists it routes, each with its target's id."""

    id: str
    vpc_id: str
    prefix_list_routes: Mapping[str, str | None]


@dataclass(frozen=True)
class PrefixList:
    """A prefix list as DescribePrefixLists shows it."""

    id: str
    name: str
    owner_id: str
    cidrs: tuple[str, ...]


@dataclass(frozen=True)
class Addresses:
    """The private addresses of one network interface."""

    ipv4: IPv4Address | None = None
    ipv6: IPv6Address | None = None


@dataclass(frozen=True)
class ServiceInterface:
    """A network interface AWS makes for a service: requester-managed, attached to `amazon-aws`."""

    subnet_id: str
    interface_type: str
    description: str
    group_ids: tuple[str, ...]
    addresses: Addresses


class Network(Protocol):
    """One account's EC2 in one Region. A lookup by id raises AWS's not-found error."""

    @property
    def account_id(self) -> str:
        """The account that owns everything here."""

    @property
    def region(self) -> str:
        """The Region all of this is in."""

    @property
    def zones(self) -> tuple[Zone, ...]:
        """The Region's Availability Zones."""

    @property
    def endpoints(self) -> MutableMapping[str, "Endpoint"]:
        """The VPC endpoints by id."""

    @property
    def prefix_lists(self) -> tuple[PrefixList, ...]:
        """Every prefix list, AWS's and the account's."""

    @property
    def own_services(self) -> tuple["Service", ...]:
        """The endpoint services the account itself provides."""

    def vpc(self, vpc_id: str) -> Vpc:
        """Look up a VPC."""

    def subnet(self, subnet_id: str) -> Subnet:
        """Look up a subnet."""

    def security_group(self, group_id: str) -> SecurityGroup:
        """Look up a security group."""

    def default_security_group(self, vpc_id: str) -> SecurityGroup:
        """Look up the security group a VPC came with."""

    def groups_referencing(self, group_id: str) -> Iterable[str]:
        """Name the groups with a rule whose source or destination is this group."""

    def route_table(self, route_table_id: str) -> RouteTable:
        """Look up a route table."""

    def addresses_in_use(self, subnet_id: str) -> set[Address]:
        """Tell every address of a subnet that something holds."""

    def interfaces_in(self, subnet_id: str) -> Iterable[str]:
        """Name the network interfaces in a subnet."""

    def interfaces_carrying(self, group_id: str) -> Iterable[str]:
        """Name the network interfaces with a security group on them."""

    def interface_of_attachment(self, attachment_id: str) -> str | None:
        """Name the network interface an attachment is of."""

    def service_interface(self, interface_id: str) -> ServiceInterface | None:
        """Show a network interface, if a service holds it."""

    def create_service_interface(self, interface: ServiceInterface) -> str:
        """Make a network interface for a service and answer its id."""

    def modify_service_interface(self, interface_id: str, interface: ServiceInterface) -> None:
        """Give a service's network interface other groups or addresses."""

    def delete_interface(self, interface_id: str) -> None:
        """Delete a network interface and free its addresses."""

    def create_prefix_list_route(
        self, route_table_id: str, prefix_list_id: str, endpoint_id: str
    ) -> None:
        """Route a prefix list to an endpoint."""

    def delete_prefix_list_route(self, route_table_id: str, prefix_list_id: str) -> None:
        """Remove the route of a prefix list, if there is one."""

    def tags(self, resource_id: str) -> Mapping[str, str]:
        """Tell the tags of a resource."""

    def create_tags(self, resource_id: str, tags: Mapping[str, str]) -> None:
        """Tag a resource."""

    def delete_tags(self, resource_id: str) -> None:
        """Take all tags off a resource."""
