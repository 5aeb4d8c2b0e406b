"""From the answers of AWS to a Snapshot: one way for every source."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from ..model.facts import Fact, Gap
from ..model.hosted_zone import HostedZone
from ..model.name_resolution import ProfileAssociation, ResolverRuleAssociation
from ..model.prefix_list import PrefixList
from ..model.probe_result import ProbeResult
from ..model.security_group import SecurityGroup
from ..model.session_preferences import SessionPreferences
from ..model.snapshot import Snapshot, by_id
from ..model.transit_gateway import TransitGatewayAttachment, TransitGatewayRouteTable
from ..model.vpc import Vpc
from ..model.vpc_endpoint import EndpointService
from .describe import dns, endpoint, interface, probe, routing, security, ssm, transit, vpc
from .documents import KEYS, Documents, Note, Reading
from .missing import gap_order, missing_dns_attributes, missing_hosted_zones, missing_kinds
from .raw import Raw, UnreadableError, flag, shown
from .regions import vpc_regions

T = TypeVar("T")

# Source and members of each resource, out of all answers that speak of it.
Merged = dict[str, tuple[str, dict[str, Any]]]

# https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_ResolverRuleAssociation.html
_NOT_IN_FORCE = {"DELETING", "DELETED", "FAILED", "OVERRIDDEN"}

_DNS_ATTRIBUTES = ("EnableDnsSupport", "EnableDnsHostnames")


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
        self._gaps = {*documents.gaps, *missing_kinds(documents)}

    def reading(self, now: datetime) -> Reading:
        documents = self._documents
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
            profile_associations=self._profile_associations(),
            resolver_rule_associations=self._resolver_rule_associations(),
            transit_gateway_attachments=by_id(self._transit_gateway_attachments()),
            transit_gateway_route_tables=by_id(self._transit_gateway_route_tables()),
            vpc_peering_connections=by_id(
                self._read(Fact.VPC_PEERING_CONNECTIONS, transit.vpc_peering_connection)
            ),
            session_preferences=self._session_preferences(),
            instance_connect_endpoints=by_id(
                self._read(Fact.INSTANCE_CONNECT_ENDPOINTS, endpoint.instance_connect_endpoint)
            ),
            managed_nodes=by_id(self._read(Fact.MANAGED_NODES, ssm.managed_node)),
            probe_results=self._probe_results(),
        )
        vpcs = by_id(self._vpcs(facts))
        self._gaps.update(missing_dns_attributes(documents, vpcs.values()))
        self._gaps.update(missing_hosted_zones(documents, vpcs.values()))
        regions = {each.region for each in vpcs.values() if each.region}
        snapshot = replace(
            facts,
            region=documents.region or (regions.pop() if len(regions) == 1 else None),
            vpcs=vpcs,
            gaps=tuple(sorted(self._gaps, key=gap_order)),
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
            name = element.get(KEYS[fact.key].id) or fact.key
            vpc_id = element.get("VpcId")
            reason = f"{shown(name)} cannot be read: {problem}"
            self._note(source, f"{fact.key}: {reason}")
            vpc_id = vpc_id if isinstance(vpc_id, str) else None
            self._gaps.add(Gap(fact=fact, reason=reason, vpc_id=vpc_id))

    def _by_subject(self, key: str) -> dict[str, list[Raw]]:
        """Elements by what their answer is about; subjects without their last page are left out."""
        found: dict[str, list[Raw]] = {
            subject: [] for subject in self._documents.finished(key) if subject is not None
        }
        for _, subject, element in self._usable(key):
            if subject in found:
                found[subject].append(element)
        return found

    def _merged(self, *keys: str) -> Merged:
        """All that was said about each resource under these keys.

        Of one member said twice the later counts, unless it is null.
        """
        said: Merged = {}
        for key in keys:
            for source, _, element in self._usable(key):
                _, whole = said.setdefault(str(element[KEYS[key].id]), (source, {}))
                whole.update((m, value) for m, value in element.items() if value is not None)
        return said

    def _converted_all(
        self,
        fact: Fact,
        said: Merged,
        convert: Callable[[Raw], T],
    ) -> Iterator[T]:
        for source, whole in said.values():
            yield from self._converted(fact, source, whole, convert)

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
        said = self._merged("PrefixLists")
        for list_id, entries in self._by_subject("Entries").items():
            _, whole = said.setdefault(list_id, ("Entries", {"PrefixListId": list_id}))
            whole["Entries"] = entries
        return self._converted_all(Fact.PREFIX_LISTS, said, routing.prefix_list)

    def _transit_gateway_attachments(self) -> Iterator[TransitGatewayAttachment]:
        said = self._merged("TransitGatewayAttachments", "TransitGatewayVpcAttachments")
        fact = Fact.TRANSIT_GATEWAY_ATTACHMENTS
        return self._converted_all(fact, said, transit.transit_gateway_attachment)

    def _transit_gateway_route_tables(self) -> Iterator[TransitGatewayRouteTable]:
        said = self._merged("TransitGatewayRouteTables")
        for key in ("Routes", "TransitGatewayRouteTablePropagations"):
            for table_id, answered in self._by_subject(key).items():
                if table_id in said:
                    said[table_id][1][key] = answered
        fact = Fact.TRANSIT_GATEWAY_ROUTE_TABLES
        return self._converted_all(fact, said, transit.transit_gateway_route_table)

    def _profile_associations(self) -> tuple[ProfileAssociation, ...]:
        said = _in_force(self._merged("ProfileAssociations"))
        resources = self._by_subject("ProfileResourceAssociations")
        for _, whole in said.values():
            answered = resources.get(str(whole.get("ProfileId")))
            whole["ProfileResourceAssociations"] = answered
        found = self._converted_all(Fact.PROFILE_ASSOCIATIONS, said, dns.profile_association)
        return tuple(by_id(found).values())

    def _resolver_rule_associations(self) -> tuple[ResolverRuleAssociation, ...]:
        said = _in_force(self._merged("ResolverRuleAssociations"))
        rules = self._merged("ResolverRules")
        for _, whole in said.values():
            _, rule = rules.get(str(whole.get("ResolverRuleId")), ("", {}))
            whole.update({"DomainName": rule.get("DomainName"), "RuleType": rule.get("RuleType")})
        found = self._converted_all(Fact.RESOLVER_RULES, said, dns.resolver_rule_association)
        return tuple(by_id(found).values())

    def _session_preferences(self) -> SessionPreferences | None:
        fact, convert = Fact.SESSION_PREFERENCES, ssm.session_preferences
        found = [
            preferences
            for answer in self._documents.answers.get("Content", ())
            for content in answer.elements
            for preferences in self._converted(fact, answer.source, {"Content": content}, convert)
        ]
        return found[-1] if found else None

    def _probe_results(self) -> tuple[ProbeResult, ...]:
        """What was seen last of each service from each subnet."""
        latest: dict[tuple[str, str], ProbeResult] = {}
        for each in self._read(Fact.PROBE_RESULTS, probe.probe_result):
            place = (each.subnet_id, each.service)
            if place not in latest or _taken_at(latest[place]) <= _taken_at(each):
                latest[place] = each
        return tuple(latest[place] for place in sorted(latest))

    def _hosted_zones(self) -> tuple[HostedZone, ...]:
        """The zones of each VPC, with their records where those were read."""
        subjects = self._by_subject("ResourceRecordSets")
        records = {dns.zone_id(subject): answered for subject, answered in subjects.items()}
        zones: dict[tuple[str, str], HostedZone] = {}
        for source, vpc_id, element in self._usable("HostedZoneSummaries"):
            zone_id = dns.zone_id(str(element["HostedZoneId"]))
            whole = {"VpcId": vpc_id, "ResourceRecordSets": records.get(zone_id), **element}
            for zone in self._converted(Fact.HOSTED_ZONES, source, whole, dns.hosted_zone):
                zones[zone.vpc_id, zone.id] = zone
        return tuple(zones[place] for place in sorted(zones))

    def _note(self, source: str, reason: str) -> None:
        self._notes.append(Note(source, reason))


def _in_force(said: Merged) -> Merged:
    """The Route 53 associations that are neither going, gone nor overridden by another."""
    return {
        each: (source, whole)
        for each, (source, whole) in said.items()
        if str(whole.get("Status")).upper() not in _NOT_IN_FORCE
    }


def _taken_at(result: ProbeResult) -> datetime:
    return result.taken_at or datetime.min.replace(tzinfo=UTC)


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
        facts.instance_connect_endpoints,
    )
    named_by_members = {each.vpc_id for kind in members for each in kind.values() if each.vpc_id}
    attached = {each for gateway in facts.internet_gateways.values() for each in gateway.vpc_ids}
    return named_by_members | attached | {zone.vpc_id for zone in facts.hosted_zones}
