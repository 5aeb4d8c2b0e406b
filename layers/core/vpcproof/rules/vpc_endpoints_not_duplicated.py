"""A VPC has no second interface endpoint for a service.

## Why it matters
Only one of them can hold the private DNS name; the other is billed per zone and hour and serves
nobody but clients that name it. When they differ in their security groups, the one that DNS leads
to decides who is cut off.

## How to fix
Delete the endpoint that names do not lead to, after its flow logs or CloudWatch metrics show no
traffic. Gateway and Interface endpoints of one service are no duplicates.

## Known limits
Private services (`vpce-svc-…`) are not judged: their providers may ask for several.
"""

from ..analysis.endpoints import Life, life, service_of
from ..model.facts import Fact
from ..model.parameters import Parameters
from ..model.resource_type import ResourceType
from ..model.snapshot import Snapshot
from ..model.verdict import Evidence, Severity, Verdict, compliant, non_compliant, not_applicable
from ..model.vpc import Vpc
from .registry import rule


@rule(
    resource_type=ResourceType.VPC,
    severity=Severity.LOW,
    needs={Fact.VPC_ENDPOINTS},
    reads={Fact.VPCS},
    parameters=["pendingGraceMinutes"],
)
def judge(vpc: Vpc, snapshot: Snapshot, parameters: Parameters) -> Verdict:
    by_service: dict[str, list[str]] = {}
    for endpoint in snapshot.endpoints_of(vpc.id):
        service = service_of(endpoint)
        alive = life(snapshot, endpoint, parameters) is not Life.GONE
        if endpoint.is_interface and alive and service is not None and not service.is_private:
            region = endpoint.service_region or service.region
            name = f"{service.code} of {region}" if region else service.code
            by_service.setdefault(name, []).append(endpoint.id)
    if not by_service:
        return not_applicable("no interface endpoint in the VPC")
    doubled = {name: ids for name, ids in by_service.items() if len(ids) > 1}
    if not doubled:
        return compliant("one interface endpoint for each service")
    listing = "; ".join(f"{name}: {', '.join(ids)}" for name, ids in doubled.items())
    evidence = [
        Evidence("vpc_endpoint", each, name) for name, ids in doubled.items() for each in ids
    ]
    return non_compliant(f"duplicate endpoints for {listing}", *evidence)
