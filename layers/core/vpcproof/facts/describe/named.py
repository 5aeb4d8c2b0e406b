"""Prefix lists and hosted zones: facts that several answers about one subject make up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ...model.hosted_zone import HostedZone
from ...model.prefix_list import PrefixList
from ..raw import Raw, addresses, required, structure, structures, text, texts, texts_of

# Only these records lead anywhere: every zone has NS and SOA records at its own name.
_LEADING_TYPES = {"A", "AAAA", "CNAME"}


def prefix_list(raw: Raw) -> PrefixList:
    """A prefix list out of all that was said about it, its `Entries` included.

    DescribePrefixLists gives AWS's own lists with their `Cidrs` and never an owner;
    DescribeManagedPrefixLists gives every list with its owner and never a CIDR.
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribePrefixLists.html
    """
    cidrs: tuple[str, ...] | None = None
    if raw.get("Cidrs") is not None:
        cidrs = texts(raw, "Cidrs")
    elif raw.get("Entries") is not None:
        cidrs = texts_of(raw, "Entries", "Cidr")
    for cidr in cidrs or ():
        addresses(cidr)
    return PrefixList(
        id=required(raw, "PrefixListId"),
        name=text(raw, "PrefixListName"),
        owner_id=text(raw, "OwnerId") or ("AWS" if "Cidrs" in raw else None),
        state=text(raw, "State"),
        cidrs=cidrs,
    )


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
