"""The policy of an endpoint does not allow everything to everyone, where that is asked for.

## Why it matters
An endpoint with the default policy lets any credentials of any account through, which is the way
data leaves a network that has no internet. A policy narrows it to one's own accounts and resources.

## How to fix
Set a policy with `aws ec2 modify-vpc-endpoint --vpc-endpoint-id … --policy-document …`. Allow what
agents and image pulls need beside one's own resources: see
`vpc-endpoint-policy-permits-required-access`.

## Known limits
Only full access is found, by meaning; whether a narrower policy is narrow enough is one's own to
say. With `requireRestrictedPolicies=false`, the default, full access complies.
"""

from ..analysis.dns import service_details
from ..analysis.endpoints import Life, life
from ..model.facts import Fact
from ..model.parameters import Parameters
from ..model.policy_document import parse_policy
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
from ..model.vpc_endpoint import VpcEndpoint
from .registry import rule


@rule(
    resource_type=ResourceType.VPC_ENDPOINT,
    severity=Severity.LOW,
    needs={Fact.VPC_ENDPOINTS},
    reads={Fact.ENDPOINT_SERVICES},
    parameters=["requireRestrictedPolicies"],
)
def judge(endpoint: VpcEndpoint, snapshot: Snapshot, parameters: Parameters) -> Verdict:
    if not endpoint.is_interface and not endpoint.is_gateway:
        return not_applicable(f"{endpoint.type} endpoints have no policy")
    if life(snapshot, endpoint, parameters) is Life.GONE:
        return not_applicable(f"state is {endpoint.state}")
    details = service_details(snapshot, endpoint.service_name or "", endpoint.type)
    if details is not None and details.policy_supported is False:
        return not_applicable("the service supports no endpoint policy")
    if endpoint.policy_document is None:
        return _without_policy(parameters)
    policy = parse_policy(endpoint.policy_document)
    if policy is None:
        return undetermined("the policy document cannot be read")
    evidence = Evidence("policy_document", endpoint.id, f"{len(policy.statements)} statements")
    if not policy.is_full_access:
        return compliant("the policy allows less than everything", evidence)
    if parameters.require_restricted_policies:
        return non_compliant("the policy allows everything to everyone", evidence)
    return compliant("full access, which requireRestrictedPolicies=false accepts", evidence)


def _without_policy(parameters: Parameters) -> Verdict:
    if parameters.require_restricted_policies:
        return undetermined("no policy document was read")
    return compliant("no policy document; requireRestrictedPolicies=false accepts full access")
