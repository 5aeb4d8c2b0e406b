"""A plan: everything that is to be changed in one VPC, what that repairs, and what stays broken."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ..engine import Evaluation
from ..errors import VpcProofError
from ..model.resource_type import ResourceType
from ..model.verdict import Compliance
from .change import Change, MonthlyCost
from .prices import NOTE, SOURCE


class PlanError(VpcProofError):
    """A plan cannot be made of, or read from, what was given; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mandate:
    """How far a plan may go; by default it only adds, and leaves the DNS of the VPC alone.

    `narrow` names the rules for whose sake access may be taken away.
    """

    allow_dns_change: bool = False
    narrow: frozenset[str] = frozenset()
    remove_duplicates: bool = False
    max_changes: int | None = None
    max_monthly_cost: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A verdict of today that a plan is about."""

    rule: str
    resource_type: ResourceType
    resource_id: str
    compliance: Compliance
    annotation: str

    @classmethod
    def of(cls, evaluation: Evaluation) -> Finding:
        """What identifies an evaluation, and its words."""
        return cls(
            rule=evaluation.rule,
            resource_type=evaluation.resource_type,
            resource_id=evaluation.resource_id,
            compliance=evaluation.compliance,
            annotation=evaluation.annotation,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A finding without a safe repair, and why there is none."""

    finding: Finding
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """How much was compared: verdicts before and after, and paths after every single change."""

    verdicts: int
    paths: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The changes of one VPC in the order in which to make them; proven unless there are none.

    `skipped` says why the VPC is left alone as a whole.
    """

    vpc_id: str
    account: str | None = None
    region: str | None = None
    changes: tuple[Change, ...] = ()
    repairs: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    proof: Proof | None = None
    skipped: str | None = None

    @property
    def monthly_cost(self) -> MonthlyCost:
        """What all changes together add to a month's bill."""
        total = sum((change.cost.amount for change in self.changes), Decimal(0))
        return MonthlyCost(amount=total, source=SOURCE, note=NOTE)

    @property
    def unrepaired(self) -> tuple[Problem, ...]:
        """The problems that are broken for certain."""
        return tuple(p for p in self.problems if p.finding.compliance is Compliance.NON_COMPLIANT)

    @property
    def undetermined(self) -> tuple[Problem, ...]:
        """The problems that may be none: a fact was not read."""
        return tuple(p for p in self.problems if p.finding.compliance is Compliance.UNDETERMINED)
