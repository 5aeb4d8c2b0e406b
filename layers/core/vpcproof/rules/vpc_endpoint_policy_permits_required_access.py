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

from ..analysis.dns import service_details
from ..analysis.endpoints import Life, endpoints_for, life, service_of
from ..analysis.requirements import required_services
from ..analysis.scope import vpc_region
from ..model.facts import Fact
from ..model.parameters import Parameters
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

# https://docs.aws.amazon.com/systems-manager/latest/userguide/ssm-agent-technical-details.html
_SSM_BUCKETS = ("amazon-ssm-{region}", "aws-ssm-{region}", "patch-baseline-snapshot-{region}")
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
_ECR_LAYER_BUCKET = "prod-{region}-starport-layer-bucket"


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
    if policy.is_full_access:
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
    buckets = _required_buckets(endpoint, snapshot, parameters)
    open_questions = []
    for bucket in (each.format(region=region) for each in buckets):
        partition = _partition(region)
        answer = policy.permits("s3:GetObject", f"arn:{partition}:s3:::{bucket}/object")
        evidence = Evidence("policy_document", endpoint.id, f"s3:GetObject on {bucket}")
        if answer is False:
            return non_compliant(f"s3:GetObject on {bucket} is not allowed", evidence)
        if answer is None and "starport" in bucket:
            return non_compliant(
                f"s3:GetObject on {bucket} is allowed under conditions only, which presigned "
                "requests for image layers do not meet",
                evidence,
            )
        if answer is None:
            open_questions.append(bucket)
    if open_questions:
        return undetermined(f"conditions decide on {', '.join(open_questions)}")
    return compliant("permits every bucket that is required")


def _required_buckets(
    endpoint: VpcEndpoint, snapshot: Snapshot, parameters: Parameters
) -> tuple[str, ...]:
    buckets = _SSM_BUCKETS if parameters.require_ssm_buckets else ()
    pulls = "ecr.dkr" in required_services(snapshot, endpoint.vpc_id, parameters) or any(
        each.is_available
        for each in endpoints_for(snapshot, endpoint.vpc_id, "ecr.dkr", "Interface")
    )
    return (*buckets, _ECR_LAYER_BUCKET) if pulls else buckets


def _partition(region: str) -> str:
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"
