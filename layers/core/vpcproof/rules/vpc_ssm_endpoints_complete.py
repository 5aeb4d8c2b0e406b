"""A VPC with instances has the endpoints that Systems Manager needs, available and of its Region.

## Why it matters
Session Manager needs `ssm` and `ssmmessages`, and older agents `ec2messages`. With one of them
missing in a private subnet the console says no more than "not connected".

## How to fix
Create an interface endpoint for each missing service, with private DNS, in one subnet per zone, and
a security group that admits TCP 443 from the workloads.

## Known limits
This rule judges presence, state and Region; whether the endpoints can be reached is for the rules
on each endpoint and security group. Instances are told from other workloads by their network
interfaces; interfaces that AWS services manage run no SSM Agent. Whether `ec2messages` is needed
depends on the agents that are registered: one that never came online cannot be seen. Where nothing
tells whether a workload needs the set, a part of it that stands in the VPC tells that it was meant.
"""

from dataclasses import dataclass

from ..analysis.central import served_centrally
from ..analysis.endpoints import Life, endpoints_for, life
from ..analysis.nat import nat_path
from ..analysis.scope import is_public, subnets_in_scope, vpc_region, workload_interfaces
from ..analysis.ssm import Ec2MessagesNeed, Need, ec2messages_need, nodes_needing_endpoints
from ..model.facts import Fact
from ..model.parameters import Parameters
from ..model.resource_type import ResourceType
from ..model.snapshot import Snapshot
from ..model.verdict import (
    Evidence,
    Severity,
    Verdict,
    compliant,
    non_compliant,
    not_applicable,
    undetermined,
)
from ..model.vpc import Subnet, Vpc
from ..model.vpc_endpoint import VpcEndpoint
from .registry import rule


@rule(
    resource_type=ResourceType.VPC,
    severity=Severity.HIGH,
    needs={Fact.VPC_ENDPOINTS},
    reads={
        Fact.VPCS,
        Fact.SUBNETS,
        Fact.ROUTE_TABLES,
        Fact.NETWORK_INTERFACES,
        Fact.NAT_GATEWAYS,
        Fact.ENDPOINT_SERVICES,
        Fact.HOSTED_ZONES,
        Fact.MANAGED_NODES,
        Fact.PROFILE_ASSOCIATIONS,
        Fact.RESOLVER_RULES,
        Fact.VPC_DNS_ATTRIBUTES,
    },
    parameters=[
        "acceptNat",
        "allowCentralised",
        "includePublicSubnets",
        "pendingGraceMinutes",
        "requireEc2Messages",
        "ssmWorkloads",
    ],
)
def judge(vpc: Vpc, snapshot: Snapshot, parameters: Parameters) -> Verdict:
    nobody = _nobody_needs_it(vpc, snapshot, parameters)
    if nobody:
        return not_applicable(nobody)
    need = ec2messages_need(snapshot, vpc.id, parameters)
    coverage = [_cover(snapshot, vpc.id, code, parameters) for code in ("ssm", "ssmmessages")]
    optional = _cover(snapshot, vpc.id, "ec2messages", parameters)
    if need.need is Need.REQUIRED:
        coverage.append(optional)
    missing = [each for each in coverage if not each.available]
    evidence = tuple(each.evidence for each in (*coverage, optional))
    if missing:
        return _missing(vpc, snapshot, parameters, missing, need, tuple(dict.fromkeys(evidence)))
    if vpc_region(snapshot, vpc.id) is None:
        return undetermined("the Region of the VPC, which its endpoints must serve, is not known")
    if need.need is Need.UNKNOWN and not optional.available:
        return undetermined(f"ec2messages is missing and {need.reason}", *evidence)
    names = ", ".join(each.code for each in coverage)
    absent = "" if optional.available else f"; ec2messages not needed: {need.reason}"
    return compliant(f"{names} available{absent}", *dict.fromkeys(evidence))


@dataclass(frozen=True, slots=True)
class _Coverage:
    """One service of the set, and the endpoint that stands for it best."""

    code: str
    endpoint: VpcEndpoint | None
    stage: Life | None

    @property
    def available(self) -> bool:
        return self.stage is Life.IN_SERVICE

    @property
    def evidence(self) -> Evidence:
        if self.endpoint is None:
            return Evidence("vpc_endpoint", self.code, f"no endpoint for {self.code}")
        return Evidence(
            "vpc_endpoint", self.endpoint.id, f"{self.code}, state {self.endpoint.state}"
        )

    @property
    def lack(self) -> str:
        return f"{self.code} is {self.endpoint.state}" if self.endpoint else f"{self.code} missing"


def _cover(snapshot: Snapshot, vpc_id: str, code: str, parameters: Parameters) -> _Coverage:
    order = list(Life)
    candidates = sorted(
        (
            (order.index(stage), endpoint.id, endpoint, stage)
            for endpoint in endpoints_for(snapshot, vpc_id, code, "Interface")
            if (stage := life(snapshot, endpoint, parameters)) is not Life.GONE
        ),
        key=lambda each: each[:2],
    )
    if not candidates:
        return _Coverage(code, None, None)
    _, _, endpoint, stage = candidates[0]
    return _Coverage(code, endpoint, stage)


def _nobody_needs_it(vpc: Vpc, snapshot: Snapshot, parameters: Parameters) -> str | None:
    if snapshot.has(Fact.NETWORK_INTERFACES, vpc.id):
        if not workload_interfaces(snapshot, vpc.id):
            return "no workload in the VPC"
        if not nodes_needing_endpoints(snapshot, vpc.id, parameters):
            return "no EC2 instance in a private subnet"
        return None
    if snapshot.has(Fact.SUBNETS, vpc.id) and not subnets_in_scope(snapshot, vpc.id, parameters):
        return "no private subnet in the VPC"
    return None


def _somebody_needs_it(vpc: Vpc, snapshot: Snapshot, parameters: Parameters) -> bool:
    """Whether a workload without the internet gateway is proven, not only assumed."""
    if snapshot.has(Fact.NETWORK_INTERFACES, vpc.id):
        return parameters.include_public_subnets or any(
            not each.has_public_address or is_public(snapshot, each.subnet_id) is not None
            for each in nodes_needing_endpoints(snapshot, vpc.id, parameters)
        )
    in_scope = subnets_in_scope(snapshot, vpc.id, parameters)
    if parameters.include_public_subnets:
        return bool(in_scope)
    return any(is_public(snapshot, each.id) is False for each in in_scope)


def _missing(
    vpc: Vpc,
    snapshot: Snapshot,
    parameters: Parameters,
    missing: list[_Coverage],
    need: Ec2MessagesNeed,
    evidence: tuple[Evidence, ...],
) -> Verdict:
    listing = ", ".join(each.lack for each in missing)
    if all(each.stage is Life.STARTING for each in missing):
        return not_applicable(f"{listing}: not yet available", *evidence)
    begun = any(snapshot.vpc_endpoints.get(item.id) for item in evidence)
    if not begun and not _somebody_needs_it(vpc, snapshot, parameters):
        return undetermined(f"{listing}; whether a workload needs it was not read", *evidence)
    because = f" ({need.reason})" if any(each.code == "ec2messages" for each in missing) else ""
    subnets = subnets_in_scope(snapshot, vpc.id, parameters)
    if parameters.allow_centralised:
        central = _central(snapshot, vpc, missing, subnets)
        if central is not None:
            return central
    paths = [nat_path(snapshot, subnet.id) for subnet in subnets]
    works = bool(paths) and all(path.works for path in paths)
    if parameters.accept_nat:
        if works:
            return compliant(f"{listing}; reachable by NAT through {paths[0].detail}", *evidence)
        if not paths or any(path.works is None for path in paths):
            unread = next((each.detail for each in paths if each.works is None), "no subnets read")
            return undetermined(f"{listing}; whether NAT serves instead is not known: {unread}")
    by_nat = f"; reachable by NAT through {paths[0].detail}, not privately" if works else ""
    return non_compliant(f"{listing}{because}{by_nat}", *evidence)


def _central(
    snapshot: Snapshot, vpc: Vpc, missing: list[_Coverage], subnets: tuple[Subnet, ...]
) -> Verdict | None:
    """The verdict where a hub may serve the VPC; None when it does not."""
    served = {each.code: served_centrally(snapshot, vpc.id, each.code, subnets) for each in missing}
    names = ", ".join(served)
    if all(served.values()):
        return compliant(f"{names} from a central VPC; not verified: hub security groups")
    if any(answer is False for answer in served.values()):
        return None
    return undetermined(f"whether a central VPC serves {names} was not read")
