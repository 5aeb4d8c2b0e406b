"""From a service code to the name that an endpoint of it is created with."""

from __future__ import annotations

from dataclasses import dataclass

from ..analysis.catalogue import is_whole
from ..analysis.naming import parse_service_name
from ..analysis.scope import vpc_region
from ..model.service_catalogue import (
    CN_PLAIN_SERVICE_CODES,
    CN_PREFIXED_SERVICE_CODES,
    GLOBAL_SERVICE_CODES,
    KNOWN_SERVICE_CODES,
)
from ..model.snapshot import Snapshot

# Codes whose names begin with `aws.api`, `api.aws` or `aws.sagemaker`.
# https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
_IRREGULAR = frozenset(
    """
    cassandra-streams experiments freetier kendra-ranking notebook partner-app qbusiness
    resource-explorer-2-fips s3files studio
    """.split()
)
# Regions of partitions that prefix some of their services' names, nobody says which.
_PREFIXING = ("eusc-", "us-iso", "eu-iso")


@dataclass(frozen=True, slots=True)
class NameAnswer:
    """The name, or why there is none to be sure of."""

    name: str | None
    problem: str = ""


def service_name(snapshot: Snapshot, vpc_id: str, code: str, endpoint_type: str) -> NameAnswer:
    """The name of a service in the VPC's Region: the catalogue's, or as AWS forms it.

    Where names are irregular and the catalogue was not read none is guessed.
    """
    region = vpc_region(snapshot, vpc_id)
    if region is None:
        return NameAnswer(None, f"the Region of {vpc_id} is not known")
    for service in snapshot.endpoint_services:
        parsed = parse_service_name(service.service_name)
        if (
            parsed is not None
            and not parsed.is_private
            and parsed.code == code
            and parsed.region in {region, None}
            and endpoint_type in service.types
        ):
            return NameAnswer(service.service_name)
    if is_whole(snapshot, region):
        return NameAnswer(None, f"{code} is not offered as {endpoint_type} in {region}")
    return _formed(code, region, endpoint_type)


def _formed(code: str, region: str, endpoint_type: str) -> NameAnswer:
    unsure = NameAnswer(
        None, f"the service name of {code} in {region} is not known: read ServiceDetails"
    )
    if code in _IRREGULAR or code not in KNOWN_SERVICE_CODES or region.startswith(_PREFIXING):
        return unsure
    if code in GLOBAL_SERVICE_CODES:
        return NameAnswer(f"com.amazonaws.{code}")
    plain = f"com.amazonaws.{region}.{code}"
    if not region.startswith("cn-"):
        return NameAnswer(plain)
    if code in CN_PLAIN_SERVICE_CODES or (code == "s3" and endpoint_type == "Gateway"):
        return NameAnswer(plain)
    return NameAnswer(f"cn.{plain}") if code in CN_PREFIXED_SERVICE_CODES else unsure
