"""What is being read of a plan: answers in the form of AWS, gaps, and where resources stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ...model.facts import Fact, Gap
from ...model.resource_type import ResourceType
from ..documents import Answer, Documents
from ..raw import UnreadableError, shown
from .attributes import Attributes, UnknownError
from .identities import Identities
from .plan import Instance, Plan
from .references import SUBNET, VPC, Kind

Element = dict[str, Any]


@dataclass
class World:
    """One plan on its way into documents."""

    plan: Plan
    source: str
    documents: Documents = field(default_factory=Documents)
    addresses: dict[tuple[ResourceType, str], str] = field(default_factory=dict)

    @cached_property
    def identities(self) -> Identities:
        """The ids of the plan's resources."""
        return Identities(self.plan)

    def managed(self, *types: str) -> Iterator[Attributes]:
        """The attributes of the resources of these types that the plan manages."""
        for instance in self.plan.of(*types):
            yield Attributes.of(self.identities, instance)

    def read(self, *types: str) -> Iterator[Attributes]:
        """The attributes of data sources of these types, as far as they were read."""
        for instance in self.plan.data(*types):
            yield Attributes.of(self.identities, instance)

    @cached_property
    def managed_vpcs(self) -> Mapping[str, Instance]:
        """The VPCs that the plan manages, by id."""
        return {self.identities.id_of(each): each for each in self.plan.of(*VPC.types)}

    @cached_property
    def vpcs_of_subnets(self) -> Mapping[str, str]:
        """The VPC of each subnet in the plan, those it only looked up included."""
        found: dict[str, str] = {}
        for subnet in (*self.read(*SUBNET.types), *self.managed(*SUBNET.types)):
            with self.known(Fact.SUBNETS, subnet, vpc_id=None):
                found[subnet.id] = subnet.needed("vpc_id", VPC)
        return found

    def vpc_of(self, attributes: Attributes, subnets: str = "subnet_id") -> str | None:
        """The VPC of what names it itself or by a subnet; None where that is not known."""
        try:
            named = attributes.one("vpc_id", VPC)
            if named is not None:
                return named
            homes = attributes.many(subnets, SUBNET) if subnets.endswith("s") else ()
            home = homes[0] if homes else attributes.one(subnets, SUBNET)
        except (UnknownError, UnreadableError):
            return None
        return self.vpcs_of_subnets.get(home or "")

    @contextmanager
    def known(self, fact: Fact, attributes: Attributes, *, vpc_id: str | None) -> Iterator[None]:
        """Turn what is not known in here into a gap of this VPC, or of all."""
        try:
            yield
        except UnknownError as problem:
            self.gap(fact, attributes, f"{problem} is known only after apply", vpc_id)
        except UnreadableError as problem:
            self.gap(fact, attributes, str(problem), vpc_id)

    def gap(self, fact: Fact, attributes: Attributes, reason: str, vpc_id: str | None) -> None:
        """Say that a fact is missing because of this resource."""
        why = f"{shown(attributes.instance.address, 200)}: {reason}"
        self.documents.gaps.append(Gap(fact=fact, reason=why, vpc_id=vpc_id))

    def tell(self, key: str, elements: Iterable[Element], subject: str | None = None) -> None:
        """Answer a question of AWS; no element is an answer, too."""
        self.documents.add(key, Answer([*elements], self.source, subject))

    def place(self, resource_type: ResourceType, attributes: Attributes, own_id: str = "") -> None:
        """Remember by which address the plan manages what a rule judges."""
        self.addresses[resource_type, own_id or attributes.id] = attributes.instance.address

    def ids_of(self, kind: Kind) -> frozenset[str]:
        """The ids of all resources of a kind, managed or read."""
        instances = (*self.plan.of(*kind.types), *self.plan.data(*kind.types))
        return frozenset(map(self.identities.id_of, instances))


def tags_of(attributes: Attributes) -> list[Mapping[str, str]]:
    """Tags as EC2 lists them, those of the provider included; unknown ones are left out."""
    merged = attributes.values.get("tags_all") or attributes.values.get("tags")
    pairs = merged.items() if isinstance(merged, Mapping) else ()
    return [{"Key": key, "Value": value} for key, value in pairs if isinstance(value, str)]
