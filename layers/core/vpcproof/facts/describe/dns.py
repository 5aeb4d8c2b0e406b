"""What decides names in a VPC: hosted zones, Profiles and Resolver rules of Route 53."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ...model.hosted_zone import HostedZone
from ...model.name_resolution import ProfileAssociation, ResolverRuleAssociation
from ..raw import Raw, required, structure, structures, text, texts_of

# Only these records lead anywhere: every zone has NS and SOA records at its own name.
_LEADING_TYPES = {"A", "AAAA", "CNAME"}


def hosted_zone(raw: Raw) -> HostedZone:
    """A zone of ListHostedZonesByVPC, with the `VpcId` it was asked about.

    Its `ResourceRecordSets` are None where they were not read.
    """
    owner = structure(raw, "Owner")
    records = list(structures(raw, "ResourceRecordSets"))
    leading = [record for record in records if text(record, "Type") in _LEADING_TYPES]
    names = _domain_names(required(record, "Name") for record in leading)
    return HostedZone(
        id=zone_id(required(raw, "HostedZoneId")),
        name=domain_name(required(raw, "Name")),
        vpc_id=required(raw, "VpcId"),
        owning_account=text(owner, "OwningAccount"),
        owning_service=text(owner, "OwningService"),
        record_names=None if raw.get("ResourceRecordSets") is None else names,
        alias_targets=_domain_names(target for record in leading for target in _targets(record)),
    )


def profile_association(raw: Raw) -> ProfileAssociation:
    """A Profile on a VPC, with its `ProfileResourceAssociations` where they were read."""
    arns = texts_of(raw, "ProfileResourceAssociations", "ResourceArn")
    endpoints = [arn.rpartition("/")[2] for arn in arns if ":vpc-endpoint/" in arn]
    return ProfileAssociation(
        id=required(raw, "Id"),
        profile_id=required(raw, "ProfileId"),
        vpc_id=required(raw, "ResourceId"),
        endpoint_ids=None if raw.get("ProfileResourceAssociations") is None else tuple(endpoints),
    )


def resolver_rule_association(raw: Raw) -> ResolverRuleAssociation:
    """A Resolver rule on a VPC, with the `DomainName` and `RuleType` of the rule where read."""
    domain = text(raw, "DomainName")
    return ResolverRuleAssociation(
        id=required(raw, "Id"),
        rule_id=required(raw, "ResolverRuleId"),
        vpc_id=required(raw, "VPCId"),
        domain_name=None if domain is None else domain_name(domain),
        rule_type=(text(raw, "RuleType") or "FORWARD").upper(),
    )


def zone_id(given: str) -> str:
    """A hosted zone's id; some answers write `/hostedzone/` before it."""
    return given.removeprefix("/hostedzone/")


def domain_name(given: str) -> str:
    r"""A name in lower case, without trailing dot, `\052` read as the `*` it stands for.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html
    """
    plain = re.sub(r"\\([0-3][0-7]{2})", lambda octal: chr(int(octal[1], 8)), given)
    return plain.rstrip(".").lower()


def _targets(record: Raw) -> Iterator[str]:
    alias = text(structure(record, "AliasTarget"), "DNSName")
    if alias is not None:
        yield alias
    if text(record, "Type") == "CNAME":
        yield from texts_of(record, "ResourceRecords", "Value")


def _domain_names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(map(domain_name, names))))
