"""The DNS attributes of a VPC: turned on where that is allowed."""

from __future__ import annotations

from collections.abc import Iterator

from ...analysis.dns import PrivateDns, vpc_private_dns
from ..operations.vpc_attribute import HOSTNAMES, SUPPORT, set_attribute
from ..repair import Concern, Obstacle, Phase, Proposal, Repair
from ..situation import Situation
from .missing_endpoints import ABOUT as MISSING

_RULES = frozenset(
    {
        "vpc-dns-resolves-endpoints",
        "vpc-endpoint-private-dns-effective",
        *MISSING.rules,
    }
)
_OFF = (PrivateDns.SUPPORT_OFF, PrivateDns.HOSTNAMES_OFF)


def names_will_lead_here(situation: Situation) -> bool:
    """Whether private DNS of all endpoints has no effect today, and may have in this plan."""
    attributes = vpc_private_dns(situation.snapshot, situation.vpc.id)
    return attributes in _OFF and situation.mandate.allow_dns_change


def turn_on_attributes(situation: Situation) -> Iterator[Proposal]:
    """Both attributes, as private DNS needs both.

    Host names appear for instances with public addresses then, and names of endpoints change their
    meaning in the whole VPC: that is done only when it is allowed.
    """
    vpc = situation.vpc
    attributes = vpc_private_dns(situation.snapshot, vpc.id)
    if attributes not in _OFF or not situation.broken(*_RULES):
        return
    about = Concern(_RULES)
    if not names_will_lead_here(situation):
        reason = f"{attributes.value} in {vpc.id}, and allowDnsChange is not given"
        yield Obstacle(about=about, reason=reason)
        return
    calls = [
        set_attribute(vpc.id, attribute, value=True)
        for attribute, value in ((SUPPORT, vpc.dns_support), (HOSTNAMES, vpc.dns_hostnames))
        if value is not True
    ]
    yield Repair(about=about, phase=Phase.DNS_ATTRIBUTES, calls=tuple(calls))
