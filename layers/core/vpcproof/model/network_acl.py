"""Network ACLs: ordered, stateless, first match wins."""

from __future__ import annotations

from dataclasses import dataclass, field

from .addresses import AddressSet
from .intervals import IntervalSet
from .ports import tcp_ports
from .tags import Tags, no_tags


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkAclEntry:
    """One numbered entry of one direction."""

    number: int
    protocol: str
    allow: bool
    egress: bool
    cidr: AddressSet
    from_port: int | None = None
    to_port: int | None = None

    @property
    def tcp_ports(self) -> IntervalSet:
        """The TCP ports it decides on."""
        return tcp_ports(self.protocol, self.from_port, self.to_port)


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkAcl:
    """A network ACL with its entries sorted by number and the subnets it guards."""

    id: str
    vpc_id: str
    is_default: bool = False
    subnet_ids: tuple[str, ...] = ()
    entries: tuple[NetworkAclEntry, ...] = ()
    owner_id: str | None = None
    tags: Tags = field(default_factory=no_tags)
