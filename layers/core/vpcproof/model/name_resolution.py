"""Route 53 facts beside hosted zones: Profiles and Resolver rules of a VPC."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileAssociation:
    """A Route 53 Profile associated with a VPC.

    `endpoint_ids` are the interface endpoints the Profile carries, None when they were not read.
    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/profiles.html
    """

    id: str
    profile_id: str
    vpc_id: str
    endpoint_ids: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolverRuleAssociation:
    """A Route 53 Resolver rule associated with a VPC; a FORWARD rule sends a domain elsewhere.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-rules-managing.html
    """

    id: str
    rule_id: str
    vpc_id: str
    domain_name: str | None = None
    rule_type: str = "FORWARD"
