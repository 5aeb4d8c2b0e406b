"""The names of a service lead to its interface endpoint inside the VPC.

## Why it matters
Clients ask for `ssm.<region>.amazonaws.com`. Without private DNS that name has public addresses:
the endpoint exists, costs money and is never used, and a subnet without NAT reaches nothing.

## How to fix
Turn on `enableDnsSupport` and `enableDnsHostnames` of the VPC, then private DNS of the endpoint:
`aws ec2 modify-vpc-endpoint --vpc-endpoint-id … --private-dns-enabled`. Only one endpoint for a
service in a VPC can have it; a private hosted zone of the same name takes its place.

## Known limits
A private hosted zone of one's own counts as a substitute when it is associated with this VPC; its
records are verified only where they were read, which the zone's account alone can do. Resolver
rules and own DNS servers are advisories here: what they answer cannot be read from AWS.
"""

from dataclasses import dataclass

from ..analysis.admission import clients_of, refusals
from ..analysis.dns import (
    PrivateDns,
    ZoneAnswer,
    deciding_zone,
    hosted_zones_known,
    private_dns_names,
    service_details,
    vpc_private_dns,
)
from ..analysis.endpoints import Life, endpoints_for, life, ports_of, service_of
from ..model.facts import Fact
from ..model.parameters import Parameters
from ..model.resource_type import ResourceType
from ..model.service_catalogue import WITHOUT_PRIVATE_DNS
from ..model.snapshot import Snapshot
from ..model.verdict import (
    Compliance,
    Evidence,
    Severity,
    Verdict,
    compliant,
    non_compliant,
    not_applicable,
    undetermined,
)
from ..model.vpc_endpoint import VpcEndpoint
from .registry import rule


@rule(
    resource_type=ResourceType.VPC_ENDPOINT,
    severity=Severity.HIGH,
    needs={Fact.VPC_ENDPOINTS},
    reads={
        Fact.VPCS,
        Fact.VPC_DNS_ATTRIBUTES,
        Fact.DHCP_OPTIONS,
        Fact.ENDPOINT_SERVICES,
        Fact.HOSTED_ZONES,
        Fact.NETWORK_INTERFACES,
        Fact.PREFIX_LISTS,
        Fact.ROUTE_TABLES,
        Fact.SECURITY_GROUPS,
        Fact.SUBNETS,
    },
    parameters=["granularity", "includePublicSubnets", "pendingGraceMinutes"],
)
def judge(endpoint: VpcEndpoint, snapshot: Snapshot, parameters: Parameters) -> Verdict:
    if not endpoint.is_interface:
        return not_applicable(f"{endpoint.type} endpoints have no private DNS")
    stage = life(snapshot, endpoint, parameters)
    if stage in {Life.GONE, Life.STARTING}:
        return not_applicable(f"state is {endpoint.state}")
    if stage is Life.FAILED:
        return non_compliant(f"state is {endpoint.state}: no name leads to it")
    if endpoint.private_dns_enabled:
        return _enabled(endpoint, snapshot, parameters)
    return _disabled(endpoint, snapshot, parameters)


def _enabled(endpoint: VpcEndpoint, snapshot: Snapshot, parameters: Parameters) -> Verdict:
    attributes = vpc_private_dns(snapshot, endpoint.vpc_id)
    if attributes in {PrivateDns.SUPPORT_OFF, PrivateDns.HOSTNAMES_OFF}:
        return non_compliant(
            f"private DNS is on, but {attributes.value} in {endpoint.vpc_id}",
            Evidence("vpc", endpoint.vpc_id, attributes.value),
        )
    told = endpoint.dns_names
    if told and all(name.removeprefix("*.").startswith("vpce-") for name in told):
        return non_compliant(
            "private DNS is on, but DnsEntries lack the name of the service",
            Evidence("vpc_endpoint", endpoint.id, f"DnsEntries: {', '.join(told)}"),
        )
    if unserved := _ipv6_only_clients(endpoint, snapshot, parameters):
        return non_compliant(f"{unserved} is IPv6-only, the endpoint answers IPv4 only")
    if endpoint.inbound_resolver_only and not _has_s3_gateway(endpoint, snapshot):
        return non_compliant(
            "private DNS is for the inbound resolver only, and the VPC has no gateway endpoint"
        )
    open_twin = _open_twin(endpoint, snapshot, parameters)
    if open_twin.certain:
        return non_compliant(
            "names lead here, where not all workloads are admitted; "
            f"{open_twin.id} admits them, but no name leads to it"
        )
    if attributes is PrivateDns.UNKNOWN:
        return undetermined(f"the DNS attributes of {endpoint.vpc_id} were not read")
    if open_twin.id:
        return undetermined(f"whether this endpoint or {open_twin.id} admits all was not read")
    if _may_have_ipv6_only_subnets(endpoint, snapshot):
        return undetermined("whether a subnet is IPv6-only was not read")
    if endpoint.inbound_resolver_only:
        return compliant("names lead the VPC to the gateway endpoint, on-premises here")
    advice = _advice(endpoint, snapshot)
    return compliant(f"private DNS is on and both DNS attributes of the VPC are on{advice}")


def _disabled(endpoint: VpcEndpoint, snapshot: Snapshot, parameters: Parameters) -> Verdict:
    names = private_dns_names(snapshot, endpoint)
    if not names:
        return _nameless(endpoint, snapshot)
    service = service_of(endpoint)
    if service is not None and service.code == "s3" and _has_s3_gateway(endpoint, snapshot):
        return compliant("private DNS is off; the S3 gateway endpoint serves the VPC")
    holder = _twin_with_private_dns(endpoint, snapshot)
    if holder is not None:
        beside = _beside_twin(endpoint, holder, snapshot, parameters)
        return _under_attributes(endpoint, snapshot, beside)
    answer = deciding_zone(snapshot, endpoint.vpc_id, names[0])
    if answer is not None:
        return _under_attributes(endpoint, snapshot, _by_zone(endpoint, names[0], answer, snapshot))
    if not hosted_zones_known(snapshot, endpoint.vpc_id):
        return undetermined("private DNS is off, and the private hosted zones were not read")
    return non_compliant(
        f"private DNS is off: {names[0]} resolves to public addresses",
        Evidence("vpc_endpoint", endpoint.id, "PrivateDnsEnabled is false"),
    )


def _nameless(endpoint: VpcEndpoint, snapshot: Snapshot) -> Verdict:
    """Private DNS is off and no name is known that it could give."""
    service = service_of(endpoint)
    if service is None:
        return not_applicable("the service is not known")
    details = service_details(snapshot, endpoint.service_name or "", endpoint.type)
    if details is not None or service.code in WITHOUT_PRIVATE_DNS:
        return compliant("the service offers no private DNS name")
    if not snapshot.has(Fact.ENDPOINT_SERVICES, endpoint.vpc_id) or not service.is_private:
        return undetermined("private DNS is off, and the names of the service were not read")
    return not_applicable("whether this service has a name is known to its provider only")


def _under_attributes(endpoint: VpcEndpoint, snapshot: Snapshot, verdict: Verdict) -> Verdict:
    """A hosted zone or another endpoint answers only where the VPC's own attributes are on.

    https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html
    """
    attributes = vpc_private_dns(snapshot, endpoint.vpc_id)
    if verdict.compliance is Compliance.NON_COMPLIANT or attributes is PrivateDns.EFFECTIVE:
        return verdict
    if attributes is PrivateDns.UNKNOWN:
        return undetermined(f"the DNS attributes of {endpoint.vpc_id} were not read")
    return non_compliant(
        f"{attributes.value} in {endpoint.vpc_id}",
        Evidence("vpc", endpoint.vpc_id, attributes.value),
    )


def _by_zone(endpoint: VpcEndpoint, name: str, answer: ZoneAnswer, snapshot: Snapshot) -> Verdict:
    """Private DNS is off, a private hosted zone decides: the record must lead to an endpoint."""
    zone = answer.zone
    evidence = Evidence("hosted_zone", zone.id, f"{zone.name} is associated with {zone.vpc_id}")
    if answer.has_record is False:
        return non_compliant(
            f"{name} does not exist: hosted zone {zone.id} ({zone.name}) has no record of it",
            evidence,
        )
    if answer.has_record is None:
        if zone.name.lower() != name:
            return undetermined(f"{zone.name} decides {name}, its records were not read", evidence)
        return compliant(
            f"hosted zone {zone.id} answers for {name}; its records were not read", evidence
        )
    led_to = {target.partition(".")[0] for target in zone.alias_targets if "vpce-" in target}
    twins = {
        each.id: each.dns_names or ()
        for each in snapshot.endpoints_of(endpoint.vpc_id)
        if each.is_available and each.service_name == endpoint.service_name
    }
    own_names = {name for names in twins.values() for name in names}
    by_id = (f"{first}-".startswith(f"{twin}-") for first in led_to for twin in twins)
    if led_to and not own_names.intersection(zone.alias_targets) and not any(by_id):
        target = min(zone.alias_targets)
        return non_compliant(
            f"hosted zone {zone.id} leads {name} to {target}, which is no endpoint here", evidence
        )
    return compliant(f"hosted zone {zone.id} leads {name} to an endpoint", evidence)


def _beside_twin(
    endpoint: VpcEndpoint, holder: VpcEndpoint, snapshot: Snapshot, parameters: Parameters
) -> Verdict:
    evidence = Evidence("vpc_endpoint", holder.id, "has private DNS for the same service")
    holder_closed = _is_closed(holder, snapshot, parameters)
    closed = _is_closed(endpoint, snapshot, parameters)
    if holder_closed and closed is False:
        return non_compliant(
            f"names lead to {holder.id}, which does not admit all workloads; this one does",
            evidence,
        )
    if holder_closed is not False and not closed:
        return undetermined(f"whether {holder.id} or this one admits all was not read", evidence)
    return compliant(f"names lead to {holder.id}; a second endpoint costs twice", evidence)


@dataclass(frozen=True, slots=True)
class _OpenTwin:
    """A second endpoint for the service that admits everybody where the first may not."""

    id: str | None = None
    certain: bool = False


def _open_twin(endpoint: VpcEndpoint, snapshot: Snapshot, parameters: Parameters) -> _OpenTwin:
    twins = _twins(endpoint, snapshot)
    closed = _is_closed(endpoint, snapshot, parameters) if twins else False
    if closed is False:
        return _OpenTwin()
    answers = {twin.id: _is_closed(twin, snapshot, parameters) for twin in twins}
    surely = next((twin for twin, answer in answers.items() if answer is False), None)
    perhaps = next((twin for twin, answer in answers.items() if not answer), None)
    return _OpenTwin(surely or perhaps, certain=bool(closed and surely))


def _is_closed(endpoint: VpcEndpoint, snapshot: Snapshot, parameters: Parameters) -> bool | None:
    """Whether an endpoint refuses some workload; None when that is not known."""
    refused = refusals(snapshot, endpoint, ports_of(endpoint), parameters)
    if any(not refusal.unknown for refusal in refused):
        return True
    return None if refused or not snapshot.has(Fact.SUBNETS, endpoint.vpc_id) else False


def _twins(endpoint: VpcEndpoint, snapshot: Snapshot) -> list[VpcEndpoint]:
    service = service_of(endpoint)
    if service is None:
        return []
    same = endpoints_for(snapshot, endpoint.vpc_id, service.code, "Interface")
    return [each for each in same if each.id != endpoint.id and each.is_available]


def _twin_with_private_dns(endpoint: VpcEndpoint, snapshot: Snapshot) -> VpcEndpoint | None:
    return next((each for each in _twins(endpoint, snapshot) if each.private_dns_enabled), None)


def _has_s3_gateway(endpoint: VpcEndpoint, snapshot: Snapshot) -> bool:
    gateways = endpoints_for(snapshot, endpoint.vpc_id, "s3", "Gateway")
    return any(each.is_available for each in gateways)


def _ipv6_only_clients(
    endpoint: VpcEndpoint, snapshot: Snapshot, parameters: Parameters
) -> str | None:
    if endpoint.ip_address_type != "ipv4":
        return None
    return next(
        (
            subnet.id
            for subnet in clients_of(snapshot, endpoint, parameters)
            if subnet.cidrs.v6 and not subnet.cidrs.v4
        ),
        None,
    )


def _may_have_ipv6_only_subnets(endpoint: VpcEndpoint, snapshot: Snapshot) -> bool:
    """Whether a subnet that was not read may be one that an IPv4 endpoint does not serve."""
    if endpoint.ip_address_type != "ipv4" or snapshot.has(Fact.SUBNETS, endpoint.vpc_id):
        return False
    vpc = snapshot.vpcs.get(endpoint.vpc_id)
    return vpc is None or vpc.cidrs is None or bool(vpc.cidrs.v6)


def _advice(endpoint: VpcEndpoint, snapshot: Snapshot) -> str:
    """What cannot be proven from here, said beside a verdict that holds."""
    advice = []
    vpc = snapshot.vpcs.get(endpoint.vpc_id)
    options = snapshot.dhcp_options.get((vpc.dhcp_options_id if vpc else None) or "")
    if vpc is not None and options is not None:
        foreign = options.foreign_name_servers(vpc)
        if foreign:
            advice.append(f"DHCP options name {', '.join(foreign)}, which must forward to the VPC")
    for name in private_dns_names(snapshot, endpoint)[:1]:
        answer = deciding_zone(snapshot, endpoint.vpc_id, name)
        if answer is not None and answer.zone.name.lower() != name:
            advice.append(f"hosted zone {answer.zone.name} hides other services' public names")
    if any(not twin.private_dns_enabled for twin in _twins(endpoint, snapshot)):
        advice.append("a second endpoint for the service costs twice")
    return "".join(f"; note: {each}" for each in advice)
