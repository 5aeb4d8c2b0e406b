"""What a finding and its resource are called outside of vpcproof, the same in every run."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from ..model.resource_type import ResourceType

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The account and the Region that a finding is about."""

    account: str
    region: str
    partition: str = "aws"

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a resource of a service there."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"


def fingerprint(rule: str, resource_id: str) -> str:
    """What rule and resource make of a finding's identity, whatever the verdict and its words."""
    identity = f"{rule}\0{resource_id}"
    return sha256(identity.encode("utf-8", "backslashreplace")).hexdigest()[:32]


def resource_arn(resource_type: ResourceType, resource_id: str, origin: Origin) -> str:
    """The ARN of a resource."""
    return origin.arn("ec2", f"{_ARN_NAMES[resource_type]}/{resource_id}")
