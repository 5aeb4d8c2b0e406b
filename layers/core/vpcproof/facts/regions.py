"""The Region a VPC is in, which no EC2 answer states, and the partition of a Region."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .documents import Documents

_REGION = re.compile(r"[a-z]{2,}(?:-[a-z]+)+-\d+")
_ARN = re.compile(rf"arn:[^:]*:[^:]*:(?P<region>{_REGION.pattern}):")

# Regions of the standard partition have none of these prefixes; the longest prefix decides.
# https://docs.aws.amazon.com/general/latest/gr/rande.html
_PARTITIONS = {
    "cn-": "aws-cn",
    "us-gov-": "aws-us-gov",
    "us-iso-": "aws-iso",
    "us-isob-": "aws-iso-b",
    "eu-isoe-": "aws-iso-e",
    "us-isof-": "aws-iso-f",
    "eusc-": "aws-eusc",
}

Pairs = Iterator[tuple[str, str]]


def partition_of(region: str) -> str:
    """The partition of a Region, told by its name."""
    return next(
        (partition for prefix, partition in _PARTITIONS.items() if region.startswith(prefix)),
        "aws",
    )


def vpc_regions(documents: Documents) -> dict[str, str]:
    """The Region of each VPC that anything tells of; VPCs it does not name are left out.

    Zones are certain, local zones (`us-west-2-lax-1a`) included. Where nobody said in which Region
    the documents were read, the services that endpoints lead to are the next best witness, by
    majority since an interface endpoint may lead to another Region; then ARNs.
    https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
    """
    certain = {**_commonest(_from_zones(documents)), **dict(_stated(documents))}
    if documents.region is not None:
        return certain
    return {**_commonest(_from_arns(documents)), **_commonest(_from_services(documents)), **certain}


def _stated(documents: Documents) -> Pairs:
    """What a plan says of a VPC by the provider that makes it."""
    for vpc in documents.elements("Vpcs"):
        if isinstance(vpc.get("Region"), str):
            yield from _named(vpc, vpc["Region"])


def _from_zones(documents: Documents) -> Pairs:
    for key in ("Subnets", "NetworkInterfaces"):
        for element in documents.elements(key):
            zone = element.get("AvailabilityZone")
            if isinstance(zone, str) and (match := _REGION.match(zone)):
                yield from _named(element, match[0])


def _from_services(documents: Documents) -> Pairs:
    for element in documents.elements("VpcEndpoints"):
        labels = f"{element.get('ServiceName')}.{element.get('ServiceRegion')}".split(".")
        region = next(filter(_REGION.fullmatch, labels), None)
        if region is not None:
            yield from _named(element, region)


def _from_arns(documents: Documents) -> Pairs:
    for key in documents.answers:
        for element in documents.elements(key):
            for member, value in element.items():
                named = member.endswith("Arn") and isinstance(value, str) and _ARN.match(value)
                if named:
                    yield from _named(element, named["region"])


def _named(element: Mapping[str, Any], region: str) -> Pairs:
    vpc_id = element.get("VpcId")
    if isinstance(vpc_id, str):
        yield vpc_id, region


def _commonest(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The Region named most often for each VPC; where two draw level, neither."""
    votes: dict[str, Counter[str]] = {}
    for vpc_id, region in pairs:
        votes.setdefault(vpc_id, Counter())[region] += 1
    ranked = {vpc_id: counted.most_common(2) for vpc_id, counted in votes.items()}
    return {
        vpc_id: best[0]
        for vpc_id, (best, *others) in ranked.items()
        if not others or others[0][1] < best[1]
    }
