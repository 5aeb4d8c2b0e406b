"""A VPC endpoint is available.

## Why it matters
Only an `available` endpoint carries traffic. One that is rejected, failed or expired still exists,
still has its name in every list, and is still billed.

## How to fix
`pendingAcceptance` waits for the owner of the endpoint service to accept the connection. A failed,
rejected or expired endpoint has to be deleted and created again; `LastError` says what went wrong.

## Known limits
AWS does not document what the state `partial` means; like any unknown state it is a finding.
A folder of saved answers that does not say when it was taken is judged as if taken now.
"""

from ..analysis.endpoints import Life, life
from ..model.facts import Fact
from ..model.parameters import Parameters
from ..model.resource_type import ResourceType
from ..model.snapshot import Snapshot
from ..model.verdict import Evidence, Severity, Verdict, compliant, non_compliant, not_applicable
from ..model.vpc_endpoint import VpcEndpoint
from .registry import rule


@rule(
    resource_type=ResourceType.VPC_ENDPOINT,
    severity=Severity.HIGH,
    needs={Fact.VPC_ENDPOINTS},
    parameters=["pendingGraceMinutes"],
)
def judge(endpoint: VpcEndpoint, snapshot: Snapshot, parameters: Parameters) -> Verdict:
    evidence = Evidence("vpc_endpoint", endpoint.id, f"state {endpoint.state}")
    stage = life(snapshot, endpoint, parameters)
    if stage is Life.IN_SERVICE:
        return compliant("state is available", evidence)
    if stage is Life.GONE:
        return not_applicable(f"state is {endpoint.state}", evidence)
    if stage is Life.STARTING:
        return not_applicable("state is pending, not yet available", evidence)
    cause = f": {endpoint.last_error}" if endpoint.last_error else ""
    return non_compliant(f"state is {endpoint.state}, not available{cause}", evidence)
