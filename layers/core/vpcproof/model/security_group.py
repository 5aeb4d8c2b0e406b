"""Security groups: allow-only rules, flattened to one source each."""

from __future__ import annotations

from dataclasses import dataclass, field

from .addresses import AddressSet
from .intervals import IntervalSet
from .ports import protocol_name, tcp_ports
from .tags import Tags, no_tags


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupReference:
    """A security group named as source or destination, perhaps of a peer VPC or another account."""

    group_id: str
    owner_id: str | None = None
    vpc_id: str | None = None
    peering_connection_id: str | None = None
    peering_status: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityGroupRule:
    """One permission with exactly one source (or destination): addresses, a list or a group."""

    protocol: str
    from_port: int | None = None
    to_port: int | None = None
    cidr: AddressSet | None = None
    prefix_list_id: str | None = None
    group: GroupReference | None = None

    @property
    def tcp_ports(self) -> IntervalSet:
        """The TCP ports it opens."""
        return tcp_ports(self.protocol, self.from_port, self.to_port)

    @property
    def peer(self) -> str:
        """The source or destination as a person would name it."""
        if self.cidr is not None:
            return str(self.cidr)
        return self.prefix_list_id or (self.group.group_id if self.group else "no source")

    def __str__(self) -> str:
        name = protocol_name(self.protocol)
        if name == "-1":
            return f"all traffic from {self.peer}"
        if self.from_port is None or name not in {"tcp", "udp"}:
            return f"protocol {name} from {self.peer}"
        span = (
            f"{self.from_port}"
            if self.from_port == self.to_port
            else (f"{self.from_port}-{self.to_port}")
        )
        return f"{name} {span} from {self.peer}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityGroup:
    """A security group; the rules of all groups on a network interface add up."""

    id: str
    vpc_id: str | None = None
    name: str | None = None
    owner_id: str | None = None
    ingress: tuple[SecurityGroupRule, ...] = ()
    egress: tuple[SecurityGroupRule, ...] = ()
    tags: Tags = field(default_factory=no_tags)
