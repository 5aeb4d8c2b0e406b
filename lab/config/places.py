"""Where AWS Config keeps its state: nothing is shared between accounts or Regions."""

from dataclasses import dataclass

_PARTITION_BY_REGION_PREFIX = (
    ("cn-", "aws-cn"),
    ("us-gov-", "aws-us-gov"),
    ("us-isob-", "aws-iso-b"),
    ("us-isof-", "aws-iso-f"),
    ("us-iso-", "aws-iso"),
    ("eu-isoe-", "aws-iso-e"),
    ("eusc-", "aws-eusc"),
)


@dataclass(frozen=True, order=True)
class Place:
    """One account in one Region."""

    account: str
    region: str

    @classmethod
    def of_arn(cls, arn: str) -> "Place":
        """The place that an ARN names."""
        parts = arn.split(":")
        return cls(parts[4], parts[3])

    @property
    def partition(self) -> str:
        """The partition that the Region belongs to."""
        for prefix, partition in _PARTITION_BY_REGION_PREFIX:
            if self.region.startswith(prefix):
                return partition
        return "aws"

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a resource of this account in this Region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"
