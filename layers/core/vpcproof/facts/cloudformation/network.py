"""The answers AWS would give about the network, as resources of the template fill them in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...model.facts import NOT_DECLARED, Fact, Gap
from ..documents import KEYS, Answer, Documents, Note

Element = dict[str, Any]

# What no template tells, though every account has it.
_NOT_DECLARED = (
    Fact.ENDPOINT_SERVICES,
    Fact.NETWORK_INTERFACES,
    Fact.MANAGED_NODES,
    Fact.SESSION_PREFERENCES,
)
# Elements of one id that stand beside each other.
_REPEATED = {"Routes", "ResourceRecordSets"}
_LISTED_PER_VPC = {Fact.HOSTED_ZONES, Fact.VPC_DNS_ATTRIBUTES}


class Network:
    """Elements of answers by key and id; what is open about them is a gap."""

    def __init__(self) -> None:
        self._elements: dict[tuple[str, str | None], dict[str, Element]] = {}
        self._gaps: dict[Gap, None] = {}
        self._notes: list[Note] = []
        self._zones: dict[str, str] = {}

    def put(self, key: str, element: Element, *, subject: str | None = None) -> Element:
        """Add an element to the answer with this key."""
        held = self._elements.setdefault((key, subject), {})
        identity = KEYS[key].id
        name = str(element[identity]) if identity else str(len(held))
        held[f"{name} {len(held)}" if key in _REPEATED else name] = element
        return element

    def find(self, key: str, identity: str | None) -> Element | None:
        """One element, None where the template declares none of this id."""
        return self._elements.get((key, None), {}).get(identity or "")

    def all(self, key: str) -> list[Element]:
        """All elements of an answer, in the order of their ids."""
        held = self._elements.get((key, None), {})
        return [held[each] for each in sorted(held)]

    def gap(self, fact: Fact, reason: str, vpc_id: str | None = None) -> None:
        """Say that facts are open, of one VPC or of all."""
        self._gaps[Gap(fact=fact, reason=reason, vpc_id=vpc_id)] = None

    def note(self, source: str, reason: str) -> None:
        """Say that a part of the template was not used."""
        self._notes.append(Note(source, reason))

    def put_zone(self, zone_id: str, name: str) -> None:
        """Keep a hosted zone by name, too, as records may refer to it."""
        self._zones[name.rstrip(".").lower()] = zone_id

    def zone_named(self, name: str) -> str | None:
        """The hosted zone of this name."""
        return self._zones.get(name.rstrip(".").lower())

    def vpc_of(self, key: str, identity: str | None) -> str | None:
        """The VPC that a declared resource belongs to."""
        element = self.find(key, identity)
        return element.get("VpcId") if element else None

    def documents(self, region: str | None) -> Documents:
        """The answers, complete but for the gaps."""
        documents = Documents(gaps=list(self._gaps), notes=self._notes, region=region)
        for fact in Fact:
            if fact in _NOT_DECLARED:
                documents.gaps.append(Gap(fact=fact, reason=NOT_DECLARED))
            elif fact not in _LISTED_PER_VPC:
                documents.add(fact.key, Answer([], "template"))
        for (key, subject), held in self._elements.items():
            documents.add(key, Answer(list(held.values()), "template", subject))
        for vpc in self.all("Vpcs"):
            documents.add("HostedZoneSummaries", Answer([], "template", vpc["VpcId"]))
        for zone_id in self._zones.values():
            documents.add("ResourceRecordSets", Answer([], "template", zone_id))
        for key in ("Routes", "TransitGatewayRouteTablePropagations"):
            for table in self.all("TransitGatewayRouteTables"):
                table_id = table["TransitGatewayRouteTableId"]
                documents.add(key, Answer([], "template", table_id))
        return documents

    def foreign_vpcs(self) -> Iterator[str]:
        """VPCs that resources are placed in and that the template does not declare."""
        declared = {each["VpcId"] for each in self.all("Vpcs")}
        named = {
            element["VpcId"]
            for held in self._elements.values()
            for element in held.values()
            if isinstance(element.get("VpcId"), str)
        }
        yield from sorted(named - declared)
