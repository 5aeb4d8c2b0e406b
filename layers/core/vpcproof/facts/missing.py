"""What the documents do not answer: a kind without an answer is a gap, never an empty list."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from ..model.facts import NO_FILE, Fact, Gap
from ..model.vpc import Vpc
from .documents import KEYS, Documents

# Kinds that answers with other keys than their own show as read, too.
_SETTLED_BY: Mapping[Fact, tuple[str, ...]] = {
    Fact.SECURITY_GROUPS: ("SecurityGroups", "SecurityGroupRules"),
    Fact.PREFIX_LISTS: ("PrefixLists", "Entries"),
    Fact.TRANSIT_GATEWAY_ATTACHMENTS: (
        "TransitGatewayAttachments",
        "TransitGatewayVpcAttachments",
    ),
}
# Nothing is missing where nobody has put a probe.
_OPTIONAL = {Fact.PROBE_RESULTS}
_READ_PER_VPC = {Fact.VPC_DNS_ATTRIBUTES, Fact.HOSTED_ZONES}
_POSITION = {fact: position for position, fact in enumerate(Fact)}


def missing_kinds(documents: Documents) -> Iterator[Gap]:
    """A gap for each kind without any answer, or without the last page of its answer.

    Kinds for which the documents themselves hold a gap are left alone.
    """
    explained = {gap.fact for gap in documents.gaps}
    for fact in Fact:
        if fact in _READ_PER_VPC or fact in explained:
            continue
        keys = [key for key in _SETTLED_BY.get(fact, (fact.key,)) if key in documents.answers]
        if not keys and fact not in _OPTIONAL:
            yield Gap(fact=fact, reason=NO_FILE)
        for key in keys:
            if KEYS[key].subject is None and not documents.finished(key):
                yield Gap(fact=fact, reason=f"the last page of {key} is missing")


def missing_dns_attributes(documents: Documents, vpcs: Collection[Vpc]) -> Iterator[Gap]:
    """VPCs of which one or both attributes are not known."""
    unread: dict[str, str] = {}
    for vpc in vpcs:
        values = {"EnableDnsSupport": vpc.dns_support, "EnableDnsHostnames": vpc.dns_hostnames}
        names = [name for name, value in values.items() if value is None]
        if names:
            unread[vpc.id] = " and ".join(names)
    nothing_read = all(vpc.dns_support is None and vpc.dns_hostnames is None for vpc in vpcs)
    return _per_vpc(documents, Fact.VPC_DNS_ATTRIBUTES, unread, nothing_read=nothing_read)


def missing_hosted_zones(documents: Documents, vpcs: Collection[Vpc]) -> Iterator[Gap]:
    """VPCs that no answer is about; an answer that lists no zone is an answer."""
    read = documents.finished("HostedZoneSummaries")
    unread = {vpc.id: "HostedZoneSummaries" for vpc in vpcs if vpc.id not in read}
    return _per_vpc(documents, Fact.HOSTED_ZONES, unread, nothing_read=not read)


def gap_order(gap: Gap) -> tuple[int, str, str]:
    """Gaps in the order of the kinds of facts."""
    return _POSITION[gap.fact], gap.vpc_id or "", gap.reason


def _per_vpc(
    documents: Documents, fact: Fact, unread: Mapping[str, str], *, nothing_read: bool
) -> Iterator[Gap]:
    explained = {gap.vpc_id for gap in documents.gaps if gap.fact is fact}
    if None in explained:
        return
    if nothing_read and not explained:
        yield Gap(fact=fact, reason=NO_FILE)
        return
    for vpc_id in sorted(unread.keys() - explained):
        yield Gap(fact=fact, reason=f"no {unread[vpc_id]} of this VPC", vpc_id=vpc_id)
