"""A VPC whose service names lead to a central VPC reaches the endpoints there.

## Why it matters
A hub-and-spoke design has three legs: names (a private hosted zone or a Route 53 Profile on the
spoke), routes both ways over a transit gateway or peering, and a security group at the hub that
admits the spoke's addresses. Each leg is owned by another team, and each alone looks right.

## How to fix
The evidence names the leg: associate the zone of the service with the spoke, route the hub's CIDR
block from the spoke and the spoke's from the hub, admit the spoke's CIDR block at the hub's
endpoint.

## Known limits
A hub of another account is proven only when it is in the same snapshot; else the verdict is
undetermined, and says which legs were seen. Gateway endpoints never serve another VPC. Network ACLs
of the subnets that hold transit gateway attachments are not modelled.
"""

from ..analysis.path import Path, PathClass
from ..analysis.paths import path, services_in_view
from ..analysis.requirements import required_services
from ..analysis.resolution import Leads, resolve
from ..analysis.scope import workload_subnets
from ..model.facts import Fact
from ..model.parameters import Parameters
from ..model.resource_type import ResourceType
from ..model.snapshot import Snapshot
from ..model.verdict import (
    Severity,
    Verdict,
    compliant,
    non_compliant,
    not_applicable,
    undetermined,
)
from ..model.vpc import Vpc
from .registry import rule
from .subnet_reaches_ssm import PATH_FACTS, blocking_evidence


@rule(
    resource_type=ResourceType.VPC,
    severity=Severity.HIGH,
    needs={Fact.VPC_ENDPOINTS, Fact.SUBNETS, Fact.ROUTE_TABLES},
    reads=PATH_FACTS,
    parameters=["ephemeralPorts", "granularity", "services", "ssmWorkloads"],
)
def judge(vpc: Vpc, snapshot: Snapshot, parameters: Parameters) -> Verdict:
    required = required_services(snapshot, vpc.id, parameters)
    paths = [
        each
        for subnet in workload_subnets(snapshot, vpc.id)
        for code in sorted(services_in_view(snapshot, vpc.id, parameters))
        if _leads_to_hub(each := path(snapshot, subnet.id, code, parameters))
        or (code in required and _may_lead_to_hub(each, snapshot))
    ]
    if not paths:
        return not_applicable("no service name leads to another VPC")
    blocked = [each for each in paths if each.reachable is False]
    if blocked:
        return non_compliant(_words(blocked), *blocking_evidence(blocked))
    unknown = [each for each in paths if each.reachable is None]
    if unknown:
        return undetermined(_words(unknown), *blocking_evidence(unknown))
    services = ", ".join(sorted({each.service for each in paths}))
    return compliant(f"{services} reached in the central VPC from every subnet with workloads")


def _leads_to_hub(each: Path) -> bool:
    return each.path_class is PathClass.CENTRAL_ENDPOINT


def _may_lead_to_hub(each: Path, snapshot: Snapshot) -> bool:
    """Whether the name may lead to another VPC, as far as it was read.

    Of services that nobody needs that is left open: a Route 53 Profile may carry any zone.
    """
    leads = resolve(snapshot, each.vpc_id, each.service).leads
    return leads is Leads.UNKNOWN and each.reachable is not False


def _words(paths: list[Path]) -> str:
    first = paths[0]
    return f"{first.service} from {first.subnet_id}: {first.blocks[0]}"
