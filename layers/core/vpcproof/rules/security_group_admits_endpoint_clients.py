"""A security group on interface endpoints lets their clients in, together with the others there.

## Why it matters
Editing a security group is the commonest way to cut a VPC off from a service, and it changes no
endpoint: AWS Config records a change of the group only. This rule judges the group itself, at the
moment it changes.

## How to fix
Allow the service's port, TCP 443 for most, from every subnet with workloads, in this group or in
another group of the same endpoint.

## Known limits
A group that no endpoint of a known service carries is not applicable. Where an endpoint carries
several groups their rules add up, so a group without any rule complies when the others suffice.
"""

from ..analysis.endpoints import Life, life, ports_of
from ..model.facts import Fact
from ..model.parameters import Parameters
from ..model.resource_type import ResourceType
from ..model.security_group import SecurityGroup
from ..model.snapshot import Snapshot
from ..model.verdict import (
    Compliance,
    Severity,
    Verdict,
    compliant,
    not_applicable,
)
from ..model.vpc_endpoint import VpcEndpoint
from .registry import rule
from .vpc_endpoint_admits_workloads import judge as judge_endpoint


@rule(
    resource_type=ResourceType.SECURITY_GROUP,
    severity=Severity.HIGH,
    needs={Fact.SECURITY_GROUPS, Fact.VPC_ENDPOINTS, Fact.SUBNETS},
    reads={Fact.NETWORK_INTERFACES, Fact.ROUTE_TABLES, Fact.PREFIX_LISTS},
    parameters=["granularity", "includePublicSubnets", "spokeCidrs"],
)
def judge(group: SecurityGroup, snapshot: Snapshot, parameters: Parameters) -> Verdict:
    endpoints = endpoints_guarded_by(group, snapshot, parameters)
    if not endpoints:
        return not_applicable("no interface endpoint carries this group")
    verdicts = [
        (endpoint, judge_endpoint(endpoint, snapshot, parameters)) for endpoint in endpoints
    ]
    for wanted in (Compliance.NON_COMPLIANT, Compliance.UNDETERMINED):
        failing = [(e, v) for e, v in verdicts if v.compliance is wanted]
        if failing:
            endpoint, verdict = failing[0]
            more = f" (and {len(failing) - 1} more endpoints)" if len(failing) > 1 else ""
            evidence = tuple(dict.fromkeys(item for _, v in failing for item in v.evidence))
            severities = [v.severity for _, v in failing if v.severity]
            return Verdict(
                wanted,
                f"{endpoint.id}{more}: {verdict.annotation}",
                evidence,
                min(severities, key=lambda s: s.rank) if severities else None,
            )
    admitting = [e.id for e, v in verdicts if v.compliance is Compliance.COMPLIANT]
    if not admitting:
        return not_applicable("no workload uses the endpoints that carry this group")
    return compliant(f"admits the clients of {', '.join(admitting)}")


def endpoints_guarded_by(
    group: SecurityGroup, snapshot: Snapshot, parameters: Parameters
) -> tuple[VpcEndpoint, ...]:
    """The interface endpoints of services with known ports that carry a group."""
    return tuple(
        endpoint
        for endpoint in snapshot.endpoints_carrying(group.id)
        if endpoint.is_interface
        and life(snapshot, endpoint, parameters) is not Life.GONE
        and ports_of(endpoint)
    )
