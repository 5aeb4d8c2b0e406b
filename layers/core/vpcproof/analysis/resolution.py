"""Where the name of a service leads in a VPC: to an endpoint, to public addresses, to nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ..model.facts import Fact
from ..model.hosted_zone import HostedZone
from ..model.name_resolution import ProfileAssociation, ResolverRuleAssociation
from ..model.service_catalogue import WITHOUT_PRIVATE_DNS
from ..model.snapshot import Snapshot, per_snapshot
from ..model.verdict import Evidence
from ..model.vpc import Vpc
from ..model.vpc_endpoint import VpcEndpoint
from .dns import (
    ZoneAnswer,
    deciding_zone,
    private_dns_names,
    public_host_name,
)
from .endpoints import endpoints_for, service_of, standing_endpoints
from .naming import ServiceName
from .path import Block
from .routing import routes_to_other_vpcs
from .scope import vpc_region


class Leads(StrEnum):
    """Where a name leads."""

    HERE = "to an interface endpoint of this VPC"
    ELSEWHERE = "to an endpoint of another VPC"
    PUBLIC = "to public addresses"
    NOWHERE = "nowhere"
    UNKNOWN = "not known"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """The answer to a name, with the settings that hide an endpoint from it.

    `endpoint_ids` are where it leads: of this VPC, or of another one, empty when that is not in
    view. `blocks` say why the answer is not the endpoint that stands in the VPC, and, those that
    are not certain, what the answer would depend on.
    """

    leads: Leads
    name: str
    endpoint_ids: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    proof: tuple[Evidence, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether nothing that decides the answer is missing."""
        return all(block.certain for block in self.blocks)


@per_snapshot
def resolve(snapshot: Snapshot, vpc_id: str, code: str) -> Resolution:
    """Follow the default name of a service as a resolver of this VPC would.

    Private DNS of an endpoint is the most specific zone there is; then private hosted zones decide,
    the most specific one alone; then Route 53 Profiles and public DNS. What a forwarding rule sends
    elsewhere cannot be read from AWS.
    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html
    """
    name = service_host_name(snapshot, vpc_id, code)
    vpc = snapshot.vpcs.get(vpc_id)
    endpoints = standing_endpoints(snapshot, vpc_id, code, "Interface")
    holder = next((each for each in endpoints if _claims_name(each)), None)
    hidden = (
        *_attributes_off(snapshot, vpc_id, endpoints),
        *(_why_not_claiming(each, code) for each in endpoints if holder is None),
    )
    if vpc is not None and vpc.dns_support is False:
        return _by_own_servers(snapshot, vpc, name, hidden)
    forwarded = forwarding_blocks(snapshot, vpc_id, name)
    if holder is not None and not (vpc is not None and vpc.dns_hostnames is False):
        proof = Evidence("vpc_endpoint", holder.id, f"private DNS leads {name} to it")
        advice = own_dns_servers(snapshot, vpc) if vpc is not None else None
        return Resolution(
            leads=Leads.HERE,
            name=name,
            endpoint_ids=(holder.id,),
            blocks=(*_attributes_unread(snapshot, vpc_id), *forwarded),
            proof=(proof, advice) if advice else (proof,),
        )
    doubts = (*_endpoints_unread(snapshot, vpc_id), *forwarded)
    if doubts:
        return Resolution(leads=Leads.UNKNOWN, name=name, blocks=(*hidden, *doubts))
    zone = deciding_zone(snapshot, vpc_id, name)
    if zone is not None:
        return _by_zone(snapshot, code, name, zone, hidden)
    profile = next((p for p in snapshot.profile_associations if p.vpc_id == vpc_id), None)
    if profile is not None:
        return _by_profile(snapshot, name, profile, code, hidden)
    unread = _unread(snapshot, vpc_id)
    leads = Leads.UNKNOWN if unread else Leads.PUBLIC
    return Resolution(leads=leads, name=name, blocks=(*hidden, *unread))


def _by_own_servers(
    snapshot: Snapshot, vpc: Vpc, name: str, hidden: tuple[Block, ...]
) -> Resolution:
    """Without the VPC's resolver only DNS servers of one's own answer, which cannot be read."""
    servers = own_dns_servers(snapshot, vpc)
    if servers is None:
        return Resolution(leads=Leads.NOWHERE, name=name, blocks=hidden)
    doubt = Block(servers.fact, servers.id, servers.detail, certain=False)
    return Resolution(leads=Leads.UNKNOWN, name=name, blocks=(*hidden, doubt))


def own_dns_servers(snapshot: Snapshot, vpc: Vpc) -> Evidence | None:
    """The DNS servers that instances ask in place of the VPC's own resolver, if any."""
    options = snapshot.dhcp_options.get(vpc.dhcp_options_id or "")
    foreign = options.foreign_name_servers(vpc) if options else ()
    if not options or not foreign:
        return None
    detail = f"instances ask {', '.join(foreign)}, which must forward to the VPC's resolver"
    return Evidence("dhcp_options", options.id, detail)


def service_host_name(snapshot: Snapshot, vpc_id: str, code: str) -> str:
    """The name that clients in a VPC use for a service by default."""
    for endpoint in endpoints_for(snapshot, vpc_id, code, "Interface"):
        for name in private_dns_names(snapshot, endpoint):
            return name.removeprefix("*.")
    region = vpc_region(snapshot, vpc_id) or "<region>"
    return public_host_name(ServiceName("com.amazonaws", region, code), region)


def _claims_name(endpoint: VpcEndpoint) -> bool:
    return (
        endpoint.is_available
        and endpoint.private_dns_enabled
        and not endpoint.inbound_resolver_only
    )


def _why_not_claiming(endpoint: VpcEndpoint, code: str) -> Block:
    if not endpoint.is_available:
        detail = f"state is {endpoint.state}"
    elif code in WITHOUT_PRIVATE_DNS:
        detail = f"no private DNS exists for {code}, only names of the endpoint's own"
    elif endpoint.private_dns_enabled:
        detail = "private DNS answers the inbound resolver only"
    else:
        detail = "private DNS is off"
    return Block("vpc_endpoint", endpoint.id, detail)


def _attributes_off(
    snapshot: Snapshot, vpc_id: str, endpoints: tuple[VpcEndpoint, ...]
) -> tuple[Block, ...]:
    """Each DNS attribute of the VPC that keeps names from its endpoints.

    https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html
    """
    vpc = snapshot.vpcs.get(vpc_id)
    blocks = []
    if vpc is not None and vpc.dns_support is False:
        blocks.append(Block("vpc", vpc_id, "enableDnsSupport is off, so no name is answered"))
    if vpc is not None and vpc.dns_hostnames is False and endpoints:
        detail = "enableDnsHostnames is off, so private DNS has no effect"
        blocks.append(Block("vpc", vpc_id, detail))
    return tuple(blocks)


def _attributes_unread(snapshot: Snapshot, vpc_id: str) -> tuple[Block, ...]:
    vpc = snapshot.vpcs.get(vpc_id)
    if vpc is not None and vpc.dns_support is not None and vpc.dns_hostnames is not None:
        return ()
    return (Block("vpc", vpc_id, "the DNS attributes were not read", certain=False),)


def _endpoints_unread(snapshot: Snapshot, vpc_id: str) -> tuple[Block, ...]:
    """The doubt that an endpoint which was not read may have the name."""
    gap = snapshot.gap(Fact.VPC_ENDPOINTS, vpc_id)
    if gap is None:
        return ()
    why = f"the endpoints of the VPC were not read ({gap.reason})"
    return (Block("vpc_endpoint", vpc_id, why, certain=False),)


def forwarding_rule(snapshot: Snapshot, vpc_id: str, name: str) -> ResolverRuleAssociation | None:
    """The Resolver rule that sends a name elsewhere: the most specific one that matches it.

    A SYSTEM rule keeps names in the VPC. A rule for the root is no matter here: AWS's own names
    are not what it stands for, and zones of the VPC come before it.
    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-rules-managing.html
    """
    matching = [
        each
        for each in snapshot.resolver_rule_associations
        if each.vpc_id == vpc_id
        and each.domain_name
        and f".{name}".endswith(f".{each.domain_name}")
    ]
    rule = max(matching, key=lambda each: len(each.domain_name or ""), default=None)
    return rule if rule is not None and rule.rule_type == "FORWARD" else None


def forwarding_blocks(snapshot: Snapshot, vpc_id: str, name: str) -> tuple[Block, ...]:
    """What cannot be told of a name because a rule forwards it."""
    rule = forwarding_rule(snapshot, vpc_id, name)
    if rule is None:
        return ()
    detail = f"forwards {rule.domain_name} to servers that cannot be read"
    return (Block("resolver_rule", rule.rule_id, detail, certain=False),)


def _by_zone(
    snapshot: Snapshot,
    code: str,
    name: str,
    answer: ZoneAnswer,
    hidden: tuple[Block, ...],
) -> Resolution:
    """A private hosted zone answers: follow its alias to an endpoint.

    Without an endpoint in view it leads elsewhere: to a hub of another account, or to an endpoint
    that is gone. Where its records are no aliases, or were not read, it may also lead to endpoints
    that stand here.
    """
    zone = answer.zone
    if answer.has_record is False:
        block = Block("hosted_zone", zone.id, f"{zone.name} has no record for {name}")
        return Resolution(leads=Leads.NOWHERE, name=name, blocks=(block, *hidden))
    unread = Block(
        "hosted_zone", zone.id, f"where {zone.name} leads {name} was not read", certain=False
    )
    if answer.has_record is None and zone.name.lower() != name:
        return Resolution(leads=Leads.UNKNOWN, name=name, blocks=(*hidden, unread))
    proof = (Evidence("hosted_zone", zone.id, f"{zone.name} answers for {name} in {zone.vpc_id}"),)
    if zone.alias_targets:
        found = [
            each
            for each in snapshot.vpc_endpoints.values()
            if _is_target(each, zone) and _serves(each, code)
        ]
        return _led_to(zone.vpc_id, name, found, proof)
    endpoints = standing_endpoints(snapshot, zone.vpc_id, code, "Interface")
    standing = tuple(each.id for each in endpoints if each.is_available)
    if not standing:
        return Resolution(leads=Leads.ELSEWHERE, name=name, proof=proof)
    return Resolution(
        leads=Leads.HERE, name=name, endpoint_ids=standing, blocks=(unread,), proof=proof
    )


def _is_target(endpoint: VpcEndpoint, zone: HostedZone) -> bool:
    return any(
        target.removeprefix("*.").startswith(endpoint.id + "-")
        or target in (endpoint.dns_names or ())
        for target in zone.alias_targets
    )


def _by_profile(
    snapshot: Snapshot,
    name: str,
    profile: ProfileAssociation,
    code: str,
    hidden: tuple[Block, ...],
) -> Resolution:
    """A Route 53 Profile may carry the endpoint of the service, besides zones that are not read.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/profiles.html
    """
    proof = Evidence("profile_association", profile.id, f"{profile.profile_id} on {profile.vpc_id}")
    carried = profile.endpoint_ids or ()
    seen = [snapshot.vpc_endpoints[each] for each in carried if each in snapshot.vpc_endpoints]
    found = [each for each in seen if _serves(each, code)]
    if found or len(seen) < len(carried):
        return _led_to(profile.vpc_id, name, found, (proof,))
    detail = f"where {profile.profile_id} leads {name} was not read"
    unread = Block("profile_association", profile.id, detail, certain=False)
    return Resolution(leads=Leads.UNKNOWN, name=name, blocks=(*hidden, unread), proof=(proof,))


def _serves(endpoint: VpcEndpoint, code: str) -> bool:
    service = service_of(endpoint)
    return service is not None and service.code == code


def _led_to(
    vpc_id: str, name: str, found: list[VpcEndpoint], proof: tuple[Evidence, ...]
) -> Resolution:
    """To endpoints of this VPC where there are any, else to those of another one."""
    here = tuple(each.id for each in found if each.vpc_id == vpc_id)
    return Resolution(
        leads=Leads.HERE if here else Leads.ELSEWHERE,
        name=name,
        endpoint_ids=here or tuple(each.id for each in found),
        proof=proof,
    )


def _unread(snapshot: Snapshot, vpc_id: str) -> tuple[Block, ...]:
    """The doubt that private hosted zones leave where they were not read.

    Only where an endpoint exists that one could lead to: here, or in a hub. Else a zone of one's
    own could only break names, which nobody associates on purpose; the doubt would drown every
    verdict about gateway endpoints and NAT. Profiles and rules that were not read are taken for
    absent: few VPCs have them.
    """
    gap = snapshot.gap(Fact.HOSTED_ZONES, vpc_id)
    if gap is None or not _could_lead_to_endpoint(snapshot, vpc_id):
        return ()
    why = f"private hosted zones were not read ({gap.reason})"
    return (Block("hosted_zone", vpc_id, why, certain=False),)


def _could_lead_to_endpoint(snapshot: Snapshot, vpc_id: str) -> bool:
    here = any(
        endpoint.is_interface and not endpoint.private_dns_enabled
        for endpoint in snapshot.endpoints_of(vpc_id)
    )
    if here or not snapshot.has(Fact.ROUTE_TABLES, vpc_id):
        return True
    return any(routes_to_other_vpcs(table) for table in snapshot.route_tables_of(vpc_id))
