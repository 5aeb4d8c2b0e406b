"""What a finding and its resource are called outside of vpcproof, the same in every run."""

from __future__ import annotations

from hashlib import sha256

from ..engine import Evaluation
from ..model.resource_type import ResourceType
from .findings import Source

# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
_ARN_NAMES = {
    ResourceType.VPC: "vpc",
    ResourceType.SUBNET: "subnet",
    ResourceType.VPC_ENDPOINT: "vpc-endpoint",
    ResourceType.SECURITY_GROUP: "security-group",
    ResourceType.ROUTE_TABLE: "route-table",
    ResourceType.NETWORK_ACL: "network-acl",
    ResourceType.INSTANCE_CONNECT_ENDPOINT: "instance-connect-endpoint",
}


def fingerprint(evaluation: Evaluation) -> str:
    """What rule and resource make of a finding's identity, whatever the verdict and its words."""
    identity = f"{evaluation.rule}\0{evaluation.resource_id}"
    return sha256(identity.encode("utf-8", "backslashreplace")).hexdigest()[:32]


def resource_arn(evaluation: Evaluation, source: Source) -> str | None:
    """The ARN of the resource that was judged; None where account or Region are not known."""
    if not (source.account and source.region):
        return None
    place = f"arn:{source.partition or 'aws'}:ec2:{source.region}:{source.account}"
    return f"{place}:{_ARN_NAMES[evaluation.resource_type]}/{evaluation.resource_id}"
