"""One account in one Region."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..errors import InvocationError

_ARN = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):[a-z0-9-]+:(?P<region>[a-z0-9-]+):(?P<account>[0-9]{12}):.+"
)


@dataclass(frozen=True, slots=True)
class Place:
    """An account in a Region; facts, rules and verdicts of one place never serve another."""

    account: str
    region: str
    partition: str = "aws"

    @classmethod
    def of_arn(cls, arn: object) -> Place:
        """The place that an ARN names."""
        match = _ARN.fullmatch(str(arn))
        if match is None:
            raise InvocationError(f"{str(arn)[:200]!r} is not the ARN of a rule or a function")
        return cls(match["account"], match["region"], match["partition"])

    def __str__(self) -> str:
        return f"account {self.account} in {self.region}"
