"""From the answers of AWS to a Snapshot: one way for every source."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from ..model.facts import Fact, Gap
from ..model.hosted_zone import HostedZone
from ..model.prefix_list import PrefixList
from ..model.security_group import SecurityGroup
from ..model.snapshot import Snapshot, by_id
from ..model.vpc import Vpc
from ..model.vpc_endpoint import EndpointService
from .describe import endpoint, interface, named, routing, security, vpc
from .documents import KEYS, Documents, Note, Reading
from .raw import Raw, UnreadableError, flag
from .regions import vpc_regions

T = TypeVar("T")

NO_FILE = "no file"

_DNS_ATTRIBUTES = ("EnableDnsSupport", "EnableDnsHostnames")

# Kinds that an answer with another key than their own shows as read, too.
_SETTLED_BY: Mapping[Fact, tuple[str, ...]] = {
    Fact.SECURITY_GROUPS: ("SecurityGroups", "SecurityGroupRules"),
    Fact.PREFIX_LISTS: ("PrefixLists", "Entries"),
}
_FACT_ORDER = {fact: position for position, fact in enumerate(Fact)}
_READ_PER_VPC = {Fact.VPC_DNS_ATTRIBUTES, Fact.HOSTED_ZONES}


def snapshot_of(documents: Documents, *, now: datetime) -> Reading:
    """Build the snapshot; `now` stands in where the documents do not say when they were captured.

    The order of answers and of their elements changes nothing, except that of several elements
    with one id the last counts.
    """
    return _Builder(documents).reading(now)


class _Builder:
    """Turns documents into a snapshot while it collects what cannot be used."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._notes = list(documents.notes)
        self._gaps = set(documents.gaps)

    def reading(self, now: datetime) -> Reading:
        documents = self._documents
        self._gaps.update(self._missing_kinds())
        facts = Snapshot(
            account=documents.account,
            captured_at=documents.captured_at or now,
            subnets=by_id(self._read(Fact.SUBNETS, vpc.subnet)),
            route_tables=by_id(self._read(Fact.ROUTE_TABLES, routing.route_table)),
            vpc_endpoints=by_id(self._read(Fact.VPC_ENDPOINTS, endpoint.vpc_endpoint)),
            endpoint_services=self._endpoint_services(),
            security_groups=by_id(self._security_groups()),
            network_interfaces=by_id(
                self._read(Fact.NETWORK_INTERFACES, interface.network_interface)
            ),
            network_acls=by_id(self._read(Fact.NETWORK_ACLS, security.network_acl)),
            prefix_lists=by_id(self._prefix_lists()),
            nat_gateways=by_id(self._read(Fact.NAT_GATEWAYS, routing.nat_gateway)),
            internet_gateways=by_id(self._read(Fact.INTERNET_GATEWAYS, routing.internet_gateway)),
            dhcp_options=by_id(self._read(Fact.DHCP_OPTIONS, vpc.dhcp_options)),
            hosted_zones=self._hosted_zones(),
            managed_nodes=by_id(self._read(Fact.MANAGED_NODES, interface.managed_node)),
        )
        vpcs = by_id(self._vpcs(facts))
        self._gaps.update(self._missing_dns_attributes(vpcs.values()))
        self._gaps.update(self._missing_hosted_zones(vpcs))
        regions = {each.region for each in vpcs.values()}
        snapshot = replace(
            facts,
            region=documents.region or (regions.pop() if len(regions) == 1 else None),
            vpcs=vpcs,
            gaps=tuple(sorted(self._gaps, key=_gap_order)),
        )
        return Reading(snapshot, documents, tuple(self._notes))

    # Elements

    def _usable(self, key: str) -> Iterator[tuple[str, str | None, Raw]]:
        """Source, subject and element of all that can be told apart; the rest is noted."""
        id_member = KEYS[key].id
        for answer in self._documents.answers.get(key, ()):
            for element in answer.elements:
                if not isinstance(element, Mapping):
                    self._note(answer.source, f"{key}: an element is not an object")
                elif id_member and element.get(id_member) in (None, ""):
                    self._note(answer.source, f"{key}: an element has no {id_member}")
                else:
                    yield answer.source, answer.subject, element

    def _read(self, fact: Fact, convert: Callable[[Raw], T]) -> Iterator[T]:
        for source, _, element in self._usable(fact.key):
            yield from self._converted(fact, source, element, convert)

    def _converted(
        self, fact: Fact, source: str, element: Raw, convert: Callable[[Raw], T]
    ) -> Iterator[T]:
        """The element as an object of the model; one that cannot be understood is a gap.

        Were it left out quietly, its absence would be taken for proven.
        """
        try:
            yield convert(element)
        except UnreadableError as problem:
            key = KEYS[fact.key]
            vpc_id = element.get("VpcId")
            self._note(source, f"{fact.key}: {element.get(key.id or '')!s:.80} {problem}")
            self._gaps.add(
                Gap(
                    fact=fact,
                    reason=f"{source} holds an element that cannot be read: {problem}",
                    vpc_id=vpc_id if isinstance(vpc_id, str) else None,
                )
            )

    def _by_subject(self, key: str) -> dict[str, list[Raw]]:
        """Elements by what their answer is about; subjects without their last page are left out."""
        found: dict[str, list[Raw]] = {
            subject: [] for subject in self._documents.finished(key) if subject is not None
        }
        for _, subject, element in self._usable(key):
            if subject in found:
                found[subject].append(element)
        return found

    # Kinds that are made of more than one answer

    def _vpcs(self, facts: Snapshot) -> Iterator[Vpc]:
        """The VPCs of DescribeVpcs; where that was not read, those that other facts name."""
        attributes = self._dns_attributes()
        regions = vpc_regions(self._documents)
        listed: dict[str, Vpc] = {}
        for source, _, element in self._usable("Vpcs"):
            whole = {**element, **attributes.get(str(element["VpcId"]), {})}
            for each in self._converted(Fact.VPCS, source, whole, vpc.vpc):
                listed[each.id] = each
        unread = {gap.vpc_id for gap in self._gaps if gap.fact is Fact.VPCS}
        known = {vpc_id for vpc_id in unread if vpc_id is not None}
        if None in unread:
            known |= _vpc_ids(facts) | attributes.keys()
        for vpc_id in known - listed.keys():
            listed[vpc_id] = vpc.vpc({"VpcId": vpc_id, **attributes.get(vpc_id, {})})
        for each in listed.values():
            yield replace(each, region=regions.get(each.id, self._documents.region))

    def _dns_attributes(self) -> dict[str, dict[str, bool]]:
        found: dict[str, dict[str, bool]] = {}
        for attribute in _DNS_ATTRIBUTES:
            for answer in self._documents.answers.get(attribute, ()):
                for element in answer.elements:
                    try:
                        value = flag({attribute: element}, attribute)
                    except UnreadableError as problem:
                        self._note(answer.source, str(problem))
                        continue
                    if answer.subject is not None and value is not None:
                        found.setdefault(answer.subject, {})[attribute] = value
        return found

    def _endpoint_services(self) -> tuple[EndpointService, ...]:
        """Each service once per set of types: two details may share a name, of S3 for instance."""
        services = {
            (each.service_name, each.types, each.service_region or "", each.owner or ""): each
            for each in self._read(Fact.ENDPOINT_SERVICES, endpoint.endpoint_service)
        }
        return tuple(services[name] for name in sorted(services))

    def _security_groups(self) -> Iterator[SecurityGroup]:
        """The groups listed, and those of which only the flat rules were read."""
        flat: dict[str, dict[Any, Raw]] = {}
        for _, _, rule in self._usable("SecurityGroupRules"):
            rules = flat.setdefault(str(rule["GroupId"]), {})
            rules[str(rule.get("SecurityGroupRuleId") or len(rules))] = rule
        listed = set()
        for source, _, element in self._usable("SecurityGroups"):
            group_id = str(element["GroupId"])
            listed.add(group_id)
            whole = {"SecurityGroupRules": [*flat.get(group_id, {}).values()], **element}
            yield from self._converted(Fact.SECURITY_GROUPS, source, whole, security.security_group)
        for group_id in flat.keys() - listed:
            whole = {"GroupId": group_id, "SecurityGroupRules": [*flat[group_id].values()]}
            yield from self._converted(
                Fact.SECURITY_GROUPS, "SecurityGroupRules", whole, security.security_group
            )

    def _prefix_lists(self) -> Iterator[PrefixList]:
        """Each list out of the answers of both operations that list them, and its entries."""
        said: dict[str, dict[str, Any]] = {}
        sources: dict[str, str] = {}
        for source, _, element in self._usable("PrefixLists"):
            list_id = str(element["PrefixListId"])
            known = {member: value for member, value in element.items() if value is not None}
            said.setdefault(list_id, {}).update(known)
            sources[list_id] = source
        for list_id, entries in self._by_subject("Entries").items():
            said.setdefault(list_id, {"PrefixListId": list_id})["Entries"] = entries
        for list_id, whole in said.items():
            source = sources.get(list_id, "Entries")
            yield from self._converted(Fact.PREFIX_LISTS, source, whole, named.prefix_list)

    def _hosted_zones(self) -> tuple[HostedZone, ...]:
        """The zones of each VPC, with their records where those were read."""
        subjects = self._by_subject("ResourceRecordSets")
        records = {named.zone_id(subject): answered for subject, answered in subjects.items()}
        zones: dict[tuple[str, str], HostedZone] = {}
        for source, vpc_id, element in self._usable("HostedZoneSummaries"):
            zone_id = named.zone_id(str(element["HostedZoneId"]))
            whole = {"VpcId": vpc_id, "ResourceRecordSets": records.get(zone_id), **element}
            for zone in self._converted(Fact.HOSTED_ZONES, source, whole, named.hosted_zone):
                zones[zone.vpc_id, zone.id] = zone
        return tuple(zones[place] for place in sorted(zones))

    # What was not read

    def _missing_kinds(self) -> Iterator[Gap]:
        """A gap for each kind without any answer, or without the last page of its answer."""
        answers, known = self._documents.answers, {gap.fact for gap in self._gaps}
        for fact in set(Fact) - _READ_PER_VPC - known:
            keys = [key for key in _SETTLED_BY.get(fact, (fact.key,)) if key in answers]
            if not keys:
                yield Gap(fact=fact, reason=NO_FILE)
            for key in keys:
                if KEYS[key].subject is None and not self._documents.finished(key):
                    last = answers[key][-1].source
                    yield Gap(fact=fact, reason=f"{last} has a NextToken and no further page")

    def _missing_dns_attributes(self, vpcs: Collection[Vpc]) -> Iterator[Gap]:
        """Both attributes are needed; DescribeVpcAttribute gives one at a time."""
        told = [(each.id, (each.dns_support, each.dns_hostnames)) for each in vpcs]
        reasons = {
            vpc_id: " and ".join(
                name for name, value in zip(_DNS_ATTRIBUTES, values, strict=True) if value is None
            )
            for vpc_id, values in told
            if None in values
        }
        any_read = any(value is not None for _, values in told for value in values)
        return self._missing_per_vpc(Fact.VPC_DNS_ATTRIBUTES, reasons, any_read=any_read)

    def _missing_hosted_zones(self, vpc_ids: Collection[str]) -> Iterator[Gap]:
        """An answer that lists no zone is an answer; a VPC without one has not been asked about."""
        read = self._documents.finished("HostedZoneSummaries")
        reasons = {vpc_id: "HostedZoneSummaries" for vpc_id in vpc_ids if vpc_id not in read}
        return self._missing_per_vpc(Fact.HOSTED_ZONES, reasons, any_read=bool(read))

    def _missing_per_vpc(
        self, fact: Fact, unread: Mapping[str, str], *, any_read: bool
    ) -> Iterator[Gap]:
        explained = {gap.vpc_id for gap in self._gaps if gap.fact is fact}
        if None in explained:
            return
        if not any_read and not explained:
            yield Gap(fact=fact, reason=NO_FILE)
            return
        for vpc_id in unread.keys() - explained:
            yield Gap(fact=fact, reason=f"no {unread[vpc_id]} of this VPC", vpc_id=vpc_id)

    def _note(self, source: str, reason: str) -> None:
        self._notes.append(Note(source, reason))


def _vpc_ids(facts: Snapshot) -> set[str]:
    """The VPCs that anything in the snapshot belongs to."""
    members: Iterable[Mapping[str, Any]] = (
        facts.subnets,
        facts.route_tables,
        facts.vpc_endpoints,
        facts.security_groups,
        facts.network_interfaces,
        facts.network_acls,
        facts.nat_gateways,
    )
    named_by_members = {each.vpc_id for kind in members for each in kind.values() if each.vpc_id}
    attached = {each for gateway in facts.internet_gateways.values() for each in gateway.vpc_ids}
    return named_by_members | attached | {zone.vpc_id for zone in facts.hosted_zones}


def _gap_order(gap: Gap) -> tuple[int, str, str]:
    return _FACT_ORDER[gap.fact], gap.vpc_id or "", gap.reason
