"""Endpoints that no name leads to: private DNS turned on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...analysis.endpoints import endpoints_for, service_of
from ...model.vpc_endpoint import VpcEndpoint
from ..operations.vpc_endpoint import modify_endpoint
from ..repair import Concern, Obstacle, Phase, Proposal, Repair
from ..situation import Situation, hands_off

_RULE = "vpc-endpoint-private-dns-effective"
_RULES = frozenset({_RULE, "subnet-reaches-ssm", "subnet-service-traffic-private"})


def turn_on_private_dns(situation: Situation) -> Iterator[Proposal]:
    """Private DNS of every endpoint whose name leads elsewhere only because it is off."""
    for endpoint in _without_name(situation):
        about = Concern(_RULES, frozenset({endpoint.id}))
        if reason := _obstacle(situation, endpoint):
            yield Obstacle(about=about, reason=reason)
            continue
        call = modify_endpoint(endpoint.id, PrivateDnsEnabled=True, **_options(endpoint))
        yield Repair(about=about, phase=Phase.PRIVATE_DNS, calls=(call,))


def nameless_endpoints(situation: Situation) -> tuple[VpcEndpoint, ...]:
    """The endpoints whose private DNS may be turned on, if it can be proven to be safe."""
    return tuple(each for each in _without_name(situation) if _obstacle(situation, each) is None)


def _without_name(situation: Situation) -> list[VpcEndpoint]:
    broken = situation.broken(_RULE)
    return [
        each
        for each in situation.endpoints
        if each.id in broken and each.is_interface and not each.private_dns_enabled
    ]


def _obstacle(situation: Situation, endpoint: VpcEndpoint) -> str | None:
    service = service_of(endpoint)
    if reason := hands_off(endpoint):
        return reason
    if service is None or service.is_private:
        return f"{endpoint.id}: the private name of the service is its provider's to verify"
    twins = endpoints_for(situation.snapshot, endpoint.vpc_id, service.code, "Interface")
    holder = next((each.id for each in twins if each.private_dns_enabled), None)
    return f"{holder} holds the private DNS name of {service.code}" if holder else None


def _options(endpoint: VpcEndpoint) -> dict[str, Any]:
    """S3 answers resolvers on-premises only, unless told otherwise.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html
    """
    service = service_of(endpoint)
    if service is None or service.code != "s3":
        return {}
    return {"DnsOptions": {"PrivateDnsOnlyForInboundResolverEndpoint": False}}
