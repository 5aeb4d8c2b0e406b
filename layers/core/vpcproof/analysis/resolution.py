"""Where the name of a service leads in a VPC: to an endpoint, to public addresses, to nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ..model.facts import Fact
from ..model.hosted_zone import HostedZone
from ..model.service_catalogue import WITHOUT_PRIVATE_DNS
from ..model.snapshot import Snapshot, per_snapshot
from ..model.verdict import Evidence
from ..model.vpc_endpoint import VpcEndpoint
from .dns import (
    PrivateDns,
    ZoneAnswer,
    deciding_zone,
    hosted_zones_known,
    private_dns_names,
    public_host_name,
    vpc_private_dns,
)
from .endpoints import endpoints_for
from .naming import ServiceName
from .path import Block
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
    view. `blocks` say why the answer is not the endpoint that stands in the VPC.
    """

    leads: Leads
    name: str
    endpoint_ids: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    proof: tuple[Evidence, ...] = ()


@per_snapshot
def resolve(snapshot: Snapshot, vpc_id: str, code: str) -> Resolution:
    """Follow the default name of a service as a resolver of this VPC would.

    Private DNS of an endpoint is the most specific zone there is; then private hosted zones decide,
    the most specific one alone; then Route 53 Profiles, forwarding rules and public DNS.
    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html
    """
    name = service_host_name(snapshot, vpc_id, code)
    endpoints = endpoints_for(snapshot, vpc_id, code, "Interface")
    holder = next((each for each in endpoints if _claims_name(each)), None)
    attributes = vpc_private_dns(snapshot, vpc_id)
    if attributes is PrivateDns.SUPPORT_OFF:
        block = Block("vpc", vpc_id, f"{vpc_id} answers no name: {attributes.value}")
        return Resolution(leads=Leads.NOWHERE, name=name, blocks=(block,))
    if holder is not None and attributes is PrivateDns.EFFECTIVE:
        proof = Evidence("vpc_endpoint", holder.id, f"private DNS leads {name} to it")
        return Resolution(leads=Leads.HERE, name=name, endpoint_ids=(holder.id,), proof=(proof,))
    if holder is not None and attributes is PrivateDns.UNKNOWN:
        block = Block("vpc", vpc_id, "the DNS attributes were not read", certain=False)
        return Resolution(leads=Leads.HERE, name=name, endpoint_ids=(holder.id,), blocks=(block,))
    hidden = _why_hidden(vpc_id, attributes, holder, endpoints, code)
    return _without_private_dns(snapshot, vpc_id, name, hidden)


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


def _why_hidden(
    vpc_id: str,
    attributes: PrivateDns,
    holder: VpcEndpoint | None,
    endpoints: tuple[VpcEndpoint, ...],
    code: str,
) -> tuple[Block, ...]:
    """Every setting that keeps the name from the endpoints that exist."""
    blocks = []
    if attributes is PrivateDns.HOSTNAMES_OFF and endpoints:
        blocks.append(Block("vpc", vpc_id, f"{attributes.value}, so private DNS has no effect"))
    if holder is None and code not in WITHOUT_PRIVATE_DNS:
        blocks += [_why_not_claiming(each) for each in endpoints]
    return tuple(blocks)


def _why_not_claiming(endpoint: VpcEndpoint) -> Block:
    if not endpoint.is_available:
        return Block("vpc_endpoint", endpoint.id, f"state is {endpoint.state}")
    if endpoint.private_dns_enabled:
        detail = "private DNS answers the inbound resolver only"
    else:
        detail = "private DNS is off"
    return Block("vpc_endpoint", endpoint.id, detail)


def _without_private_dns(
    snapshot: Snapshot, vpc_id: str, name: str, hidden: tuple[Block, ...]
) -> Resolution:
    answer = deciding_zone(snapshot, vpc_id, name)
    if answer is not None and answer.has_record is False:
        block = Block("hosted_zone", answer.zone.id, f"{answer.zone.name} has no record for {name}")
        return Resolution(leads=Leads.NOWHERE, name=name, blocks=(block, *hidden))
    if answer is not None and (answer.has_record or answer.zone.name.lower() == name):
        return _by_zone(snapshot, vpc_id, name, answer)
    profile = next((p for p in snapshot.profile_associations if p.vpc_id == vpc_id), None)
    if profile is not None:
        proof = Evidence("profile_association", profile.id, f"{profile.profile_id} on {vpc_id}")
        return Resolution(
            leads=Leads.ELSEWHERE if profile.endpoint_ids else Leads.UNKNOWN,
            name=name,
            endpoint_ids=profile.endpoint_ids or (),
            blocks=hidden,
            proof=(proof,),
        )
    unknown = _undecided(snapshot, vpc_id, name)
    return Resolution(
        leads=Leads.UNKNOWN if unknown else Leads.PUBLIC, name=name, blocks=(*hidden, *unknown)
    )


def _by_zone(snapshot: Snapshot, vpc_id: str, name: str, answer: ZoneAnswer) -> Resolution:
    """A private hosted zone of the account's own answers: follow its alias to an endpoint.

    Without an endpoint in view it still leads elsewhere: to a hub of another account, or to an
    endpoint that is gone.
    """
    zone = answer.zone
    proof = Evidence("hosted_zone", zone.id, f"{zone.name} answers for {name} in {vpc_id}")
    targets = [each for each in snapshot.vpc_endpoints.values() if _is_target(each, zone)]
    here = tuple(each.id for each in targets if each.vpc_id == vpc_id)
    leads = Leads.HERE if here else Leads.ELSEWHERE
    ids = here or tuple(each.id for each in targets)
    return Resolution(leads=leads, name=name, endpoint_ids=ids, proof=(proof,))


def _is_target(endpoint: VpcEndpoint, zone: HostedZone) -> bool:
    return any(
        target.removeprefix("*.").startswith(endpoint.id + "-")
        or target in (endpoint.dns_names or ())
        for target in zone.alias_targets
    )


def _undecided(snapshot: Snapshot, vpc_id: str, name: str) -> tuple[Block, ...]:
    """Facts that could still send the name elsewhere."""
    forwarding = [
        Block(
            "resolver_rule",
            each.rule_id,
            f"forwards {each.domain_name} to servers that cannot be read",
            certain=False,
        )
        for each in snapshot.resolver_rule_associations
        if each.vpc_id == vpc_id
        and each.rule_type == "FORWARD"
        and each.domain_name
        and each.domain_name != "."
        and (name == each.domain_name or name.endswith("." + each.domain_name))
    ]
    if not hosted_zones_known(snapshot, vpc_id) and _zone_could_lead_to_endpoint(snapshot, vpc_id):
        gap = snapshot.gap(Fact.HOSTED_ZONES, vpc_id)
        why = f"private hosted zones were not read ({gap.reason if gap else 'unknown'})"
        forwarding.append(Block("hosted_zone", vpc_id, why, certain=False))
    return tuple(forwarding)


def _zone_could_lead_to_endpoint(snapshot: Snapshot, vpc_id: str) -> bool:
    """Whether an unread hosted zone would have an endpoint to lead to: here, or in a hub.

    Where neither exists a zone of one's own could only break names, which nobody associates on
    purpose; the doubt would drown every verdict about gateway endpoints and NAT.
    """
    here = any(
        endpoint.is_interface and not endpoint.private_dns_enabled
        for endpoint in snapshot.endpoints_of(vpc_id)
    )
    if here or not snapshot.has(Fact.ROUTE_TABLES, vpc_id):
        return True
    return any(
        route.is_active and (route.target or "").startswith(("tgw-", "pcx-", "arn:"))
        for table in snapshot.route_tables_of(vpc_id)
        for route in table.routes
    )
