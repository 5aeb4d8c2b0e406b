"""What came of judging one resource, in the terms of AWS Config."""

from __future__ import annotations

from dataclasses import dataclass

from ..engine import Evaluation
from ..model.verdict import Compliance


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A verdict on one resource, of any type that AWS Config knows."""

    resource_type: str
    resource_id: str
    compliance: Compliance
    annotation: str
    vpc_id: str | None = None

    @classmethod
    def of(cls, evaluation: Evaluation) -> Outcome:
        """The outcome of an evaluation."""
        return cls(
            resource_type=evaluation.resource_type,
            resource_id=evaluation.resource_id,
            compliance=evaluation.compliance,
            annotation=evaluation.annotation,
            vpc_id=evaluation.vpc_id,
        )

    @property
    def key(self) -> tuple[str, str]:
        """Type and id: ids alone may repeat between types."""
        return (self.resource_type, self.resource_id)

    @property
    def is_determined(self) -> bool:
        """Whether AWS Config can be told."""
        return self.compliance is not Compliance.UNDETERMINED
