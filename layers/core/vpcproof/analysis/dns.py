"""Whether the names of a service lead to its interface endpoint inside the VPC."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ..model.facts import Fact
from ..model.hosted_zone import HostedZone
from ..model.service_catalogue import GLOBAL_SERVICE_CODES, WITHOUT_PRIVATE_DNS
from ..model.snapshot import Snapshot, per_snapshot
from ..model.vpc_endpoint import EndpointService, VpcEndpoint
from .naming import ServiceName, parse_service_name
from .scope import vpc_region

# The DNS suffix of each partition's service names.
# https://docs.aws.amazon.com/general/latest/gr/rande.html
_DNS_SUFFIXES = (
    ("cn-", "amazonaws.com.cn"),
    ("us-isob-", "sc2s.sgov.gov"),
    ("us-isof-", "csp.hci.ic.gov"),
    ("eu-isoe-", "cloud.adc-e.uk"),
    ("us-iso-", "c2s.ic.gov"),
    ("eusc-", "amazonaws.eu"),
)

# Under which AWS's services have their names.
AWS_DNS_SUFFIXES = frozenset(
    {"amazonaws.com", "api.aws", "sagemaker.aws", *(suffix for _, suffix in _DNS_SUFFIXES)}
)

# Codes whose public host name is not the code itself, with its dotted parts reversed.
# https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html
HOST_LABELS = {
    "ecs-agent": "ecs-a",
    "ecs-telemetry": "ecs-t",
    "kinesis-streams": "kinesis",
    "kinesis-firehose": "firehose",
    "codeartifact.repositories": "d.codeartifact",
    "appstream.api": "appstream2",
    "git-codecommit": "git-codecommit",
    "memory-db": "memory-db",
}


class PrivateDns(StrEnum):
    """What a VPC needs for private DNS names to resolve to its endpoints."""

    EFFECTIVE = "effective"
    SUPPORT_OFF = "enableDnsSupport is off"
    HOSTNAMES_OFF = "enableDnsHostnames is off"
    UNKNOWN = "unknown"


def dns_suffix(region: str) -> str:
    """The DNS suffix of a Region's partition."""
    return next((s for prefix, s in _DNS_SUFFIXES if region.startswith(prefix)), "amazonaws.com")


def public_host_name(service: ServiceName, region: str) -> str:
    """The name that clients use for a service by default, as AWS forms it from the code.

    Dotted codes are reversed: `ecr.api` is `api.ecr.<region>.amazonaws.com`. Global services,
    whose endpoint names have no Region, have none in their host names either.
    """
    if service.prefix == "aws.sagemaker":
        return f"{service.code}.{region}.sagemaker.aws"
    if service.prefix in {"aws.api", "api.aws"} or service.code == "eks-auth":
        return f"{service.code}.{region}.api.aws"
    label = HOST_LABELS.get(service.code) or ".".join(reversed(service.code.split(".")))
    home = f"{region}." if service.region or service.code not in GLOBAL_SERVICE_CODES else ""
    return f"{label}.{home}{dns_suffix(region)}"


def vpc_private_dns(snapshot: Snapshot, vpc_id: str) -> PrivateDns:
    """Whether the VPC's own attributes let private DNS take effect; both are needed.

    https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html
    """
    vpc = snapshot.vpcs.get(vpc_id)
    if vpc is not None and vpc.dns_support is False:
        return PrivateDns.SUPPORT_OFF
    if vpc is not None and vpc.dns_hostnames is False:
        return PrivateDns.HOSTNAMES_OFF
    if vpc is None or vpc.dns_support is None or vpc.dns_hostnames is None:
        return PrivateDns.UNKNOWN
    return PrivateDns.EFFECTIVE


@per_snapshot
def _services_by_name(snapshot: Snapshot) -> dict[str, tuple[EndpointService, ...]]:
    found: dict[str, list[EndpointService]] = {}
    for service in snapshot.endpoint_services:
        found.setdefault(service.service_name, []).append(service)
    return {name: tuple(services) for name, services in found.items()}


def service_details(
    snapshot: Snapshot, service_name: str, endpoint_type: str
) -> EndpointService | None:
    """The catalogue's entry of a service for one endpoint type."""
    offered = _services_by_name(snapshot).get(service_name, ())
    return next((service for service in offered if endpoint_type in service.types), None)


def private_dns_names(snapshot: Snapshot, endpoint: VpcEndpoint) -> tuple[str, ...]:
    """The names that private DNS gives to an interface endpoint; empty where it gives none.

    From the catalogue where it was read, else formed from the service code. The name that clients
    use by default comes first, before those of FIPS and dual-stack endpoints. The catalogue names
    none for S3, which has private DNS all the same.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html
    """
    service = parse_service_name(endpoint.service_name or "")
    formed = _formed_name(snapshot, endpoint, service)
    details = service_details(snapshot, endpoint.service_name or "", endpoint.type)
    of_s3 = service is not None and service.code == "s3"
    if details is not None and (details.private_dns_names or not of_s3):
        defaults = {formed, f"*.{formed}"}
        return tuple(sorted(details.private_dns_names, key=lambda name: name not in defaults))
    return (formed,) if formed else ()


def _formed_name(
    snapshot: Snapshot, endpoint: VpcEndpoint, service: ServiceName | None
) -> str | None:
    if service is None or service.is_private or service.code in WITHOUT_PRIVATE_DNS:
        return None
    region = service.region or vpc_region(snapshot, endpoint.vpc_id)
    return public_host_name(service, region) if region else None


@dataclass(frozen=True, slots=True)
class ZoneAnswer:
    """The hosted zone that decides a name in a VPC, and whether it has a record for it.

    `has_record` is None when the records of the zone were not read.
    """

    zone: HostedZone
    has_record: bool | None


def deciding_zone(snapshot: Snapshot, vpc_id: str, name: str) -> ZoneAnswer | None:
    """The most specific private hosted zone of the VPC that matches a name.

    It answers alone: without a record the name does not exist, public DNS is not asked.
    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html
    """
    wanted = name.lower().rstrip(".").removeprefix("*.")
    matching = [
        zone
        for zone in snapshot.hosted_zones
        if zone.vpc_id == vpc_id
        and zone.owning_service is None
        and (wanted == zone.name.lower() or wanted.endswith("." + zone.name.lower()))
    ]
    if not matching:
        return None
    zone = max(matching, key=lambda each: len(each.name))
    if zone.record_names is None:
        return ZoneAnswer(zone, None)
    covered_below = name.startswith("*.") and f"*.{wanted}" in zone.record_names
    return ZoneAnswer(zone, covered_below or _answers(zone.record_names, wanted))


def _answers(records: tuple[str, ...], wanted: str) -> bool:
    """Whether a name has a record of its own, or a wildcard at its closest existing ancestor.

    https://www.rfc-editor.org/rfc/rfc4592#section-3.3
    """
    if wanted in records:
        return True
    parent = wanted
    while "." in parent:
        parent = parent.partition(".")[2]
        if f"*.{parent}" in records:
            return True
        if any(f".{record}".endswith(f".{parent}") for record in records):
            return False
    return False


def hosted_zones_known(snapshot: Snapshot, vpc_id: str) -> bool:
    """Whether absence of a zone for this VPC is proven."""
    return snapshot.has(Fact.HOSTED_ZONES, vpc_id)
