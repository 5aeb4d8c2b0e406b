"""The policy of an endpoint permits what agents and image pulls need.

## Why it matters
A policy without any Allow statement denies everything, however well meant its Deny is. A narrow
S3 policy breaks ECR pulls, whose layers come from a bucket of AWS by presigned requests: a
condition on one's own principals never matches those.

## How to fix
Allow `s3:GetObject` on the bucket that the annotation names, without a condition on principals.

## Known limits
Judged is what holds for anyone: the ECR layer bucket where images are pulled through ECR endpoints
or ECR is required, the buckets of SSM Agent where `requireSsmBuckets=true`, and for every service
that something is allowed at all. A condition whose outcome depends on the request is undetermined,
and so is an endpoint without a policy document, unless the catalogue says that its service supports
none.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from ..analysis.aws_buckets import ECR_LAYER_BUCKET, SSM_BUCKETS, object_arn
from ..analysis.dns import service_details
from ..analysis.endpoints import Life, endpoints_for, life, service_of
from ..analysis.requirements import required_services
from ..analysis.scope import vpc_region
from ..model.facts import Fact
from ..model.parameters import AUTO, Parameters
from ..model.policy_document import PolicyDocument, parse_policy
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


@dataclass(frozen=True, slots=True)
class _Bucket:
    """A bucket of AWS; not `is_needed` where that was not read."""

    name: str
    is_needed: bool = True
    by_presigned_requests: bool = False


@rule(
    resource_type=ResourceType.VPC_ENDPOINT,
    severity=Severity.HIGH,
    needs={Fact.VPC_ENDPOINTS},
    reads={Fact.ENDPOINT_SERVICES, Fact.VPCS, Fact.NETWORK_INTERFACES, Fact.MANAGED_NODES},
    parameters=["requireSsmBuckets", "services"],
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
        return undetermined("no policy document was read")
    policy = parse_policy(endpoint.policy_document)
    if policy is None:
        return undetermined("the policy document cannot be read")
    if policy.is_full_access and all(statement.allow for statement in policy.statements):
        return compliant("the policy allows everything")
    if not any(statement.allow for statement in policy.statements):
        return non_compliant("no statement allows anything, so everything is denied")
    return _required_objects(endpoint, policy, snapshot, parameters)


def _required_objects(
    endpoint: VpcEndpoint, policy: PolicyDocument, snapshot: Snapshot, parameters: Parameters
) -> Verdict:
    service = service_of(endpoint)
    region = vpc_region(snapshot, endpoint.vpc_id)
    if service is None or service.code != "s3":
        return compliant("the policy allows something; no object is required of this service")
    if region is None:
        return undetermined("the Region, part of the required bucket names, is not known")
    open_questions = []
    for bucket in _required_buckets(endpoint, snapshot, parameters):
        name = bucket.name.format(region=region)
        answer = policy.permits("s3:GetObject", object_arn(bucket.name, region))
        problem = _problem(bucket, name, permitted=answer)
        if problem and bucket.is_needed:
            evidence = Evidence("policy_document", endpoint.id, f"s3:GetObject on {name}")
            return non_compliant(problem, evidence)
        if problem:
            open_questions.append(f"{problem}; whether images are pulled was not read")
        elif answer is None:
            open_questions.append(f"conditions decide on {name}")
    if open_questions:
        return undetermined("; ".join(open_questions))
    return compliant("permits every bucket that is required")


def _problem(bucket: _Bucket, name: str, *, permitted: bool | None) -> str | None:
    """Why objects of a bucket are out of reach for certain."""
    if permitted is False:
        return f"s3:GetObject on {name} is not allowed"
    if permitted is None and bucket.by_presigned_requests:
        return (
            f"s3:GetObject on {name} is allowed under conditions only, which presigned requests "
            "for image layers do not meet"
        )
    return None


def _required_buckets(
    endpoint: VpcEndpoint, snapshot: Snapshot, parameters: Parameters
) -> Iterator[_Bucket]:
    if parameters.require_ssm_buckets:
        yield from map(_Bucket, SSM_BUCKETS)
    pulls = "ecr.dkr" in required_services(snapshot, endpoint.vpc_id, parameters) or any(
        each.is_available
        for each in endpoints_for(snapshot, endpoint.vpc_id, "ecr.dkr", "Interface")
    )
    derived = AUTO in parameters.services
    if pulls or (derived and not snapshot.has(Fact.NETWORK_INTERFACES, endpoint.vpc_id)):
        yield _Bucket(ECR_LAYER_BUCKET, is_needed=pulls, by_presigned_requests=True)
