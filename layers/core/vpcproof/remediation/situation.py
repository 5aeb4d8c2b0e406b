"""One VPC that is to be repaired: its facts, its findings, and what may be done about them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..analysis.paths import path
from ..analysis.scope import workload_subnets
from ..engine import Evaluation
from ..exemptions import Exemption, exemption_of
from ..model.addresses import NO_ADDRESSES, AddressSet
from ..model.intervals import IntervalSet
from ..model.parameters import Parameters
from ..model.snapshot import Resource, Snapshot
from ..model.tags import OPT_OUT_TAG, OPT_OUT_VALUE
from ..model.verdict import Compliance
from ..model.vpc import Subnet, Vpc
from ..model.vpc_endpoint import VpcEndpoint
from .plan import Mandate


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What planners look at; `evaluations` are those of all rules on the VPC's resources."""

    snapshot: Snapshot
    vpc: Vpc
    parameters: Parameters
    mandate: Mandate
    evaluations: tuple[Evaluation, ...]
    exemptions: Sequence[Exemption] = ()

    def broken(self, *rules: str) -> tuple[str, ...]:
        """The resources that do not comply with any of these rules, in id order."""
        return tuple(
            sorted(
                {
                    each.resource_id
                    for each in self.evaluations
                    if each.rule in rules and each.compliance is Compliance.NON_COMPLIANT
                }
            )
        )

    def exempts(self, rule: str, resource: Resource) -> bool:
        """Whether what a rule finds on a resource has been accepted: then it is left as it is."""
        today = self.snapshot.captured_at.date()
        return exemption_of(rule, resource, self.exemptions, on=today).applies

    @property
    def endpoints(self) -> tuple[VpcEndpoint, ...]:
        """The endpoints of the VPC."""
        return self.snapshot.endpoints_of(self.vpc.id)

    def led_subnets(self, code: str) -> tuple[Subnet, ...]:
        """The subnets that the private DNS name of a service leads to its endpoint.

        All that hold workloads, and those that reach the service today, or may: an Auto Scaling
        group that has no instance at the moment must find the service when it has.
        """
        held = {each.id for each in workload_subnets(self.snapshot, self.vpc.id)}
        return tuple(
            subnet
            for subnet in self.snapshot.subnets_of(self.vpc.id)
            if subnet.id in held
            or path(self.snapshot, subnet.id, code, self.parameters).reachable is not False
        )


def addresses_of(subnets: Iterable[Subnet]) -> AddressSet:
    """The IPv4 addresses of subnets."""
    return AddressSet.union([NO_ADDRESSES, *(each.cidrs.only(v4=True) for each in subnets)])


def each_port(ports: IntervalSet) -> Iterator[int]:
    """The single ports of a set."""
    for low, high in ports:
        yield from range(low, high + 1)


def is_opted_out(resource: Resource) -> bool:
    """Whether a tag keeps vpcproof from changing a resource."""
    return resource.tags.get(OPT_OUT_TAG, "").strip().lower() == OPT_OUT_VALUE


def hands_off(endpoint: VpcEndpoint) -> str | None:
    """Why an endpoint is not to be changed; None when it may be."""
    if endpoint.requester_managed:
        return f"{endpoint.id} is managed by the service that made it"
    if is_opted_out(endpoint):
        return f"{endpoint.id} is tagged {OPT_OUT_TAG}={OPT_OUT_VALUE}"
    if not endpoint.is_available:
        return f"{endpoint.id} is {endpoint.state}; only an available endpoint can be changed"
    return None
