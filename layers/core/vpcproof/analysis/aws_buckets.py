"""The buckets of AWS that agents and image pulls read from, through the account's S3 endpoint."""

from __future__ import annotations

from collections.abc import Iterator

# https://docs.aws.amazon.com/systems-manager/latest/userguide/ssm-agent-technical-details.html
SSM_BUCKETS = ("amazon-ssm-{region}", "aws-ssm-{region}", "patch-baseline-snapshot-{region}")
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
ECR_LAYER_BUCKET = "prod-{region}-starport-layer-bucket"


def object_arn(bucket: str, region: str) -> str:
    """The ARN of some object in one of these buckets, as a Region has it."""
    return f"arn:{_partition(region)}:s3:::{bucket.format(region=region)}/object"


def object_arns(region: str) -> Iterator[str]:
    """One object of each bucket."""
    for bucket in (*SSM_BUCKETS, ECR_LAYER_BUCKET):
        yield object_arn(bucket, region)


def _partition(region: str) -> str:
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"
