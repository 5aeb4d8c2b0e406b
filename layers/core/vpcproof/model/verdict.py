"""What a rule says about one resource, and the facts it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Compliance(StrEnum):
    """The four verdicts; AWS Config knows the first three, UNDETERMINED raises there."""

    COMPLIANT = "COMPLIANT"
    NON_COMPLIANT = "NON_COMPLIANT"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    UNDETERMINED = "UNDETERMINED"


class Severity(StrEnum):
    """How much a failed rule matters, worst first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One fact a verdict rests on: its kind, the id of the resource, what it says."""

    fact: str
    id: str
    detail: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """One verdict on one resource; `severity` overrides the rule's own where the case is worse."""

    compliance: Compliance
    annotation: str
    evidence: tuple[Evidence, ...] = ()
    severity: Severity | None = None


def compliant(annotation: str, *evidence: Evidence) -> Verdict:
    """The desired state holds, proven from facts that were read."""
    return Verdict(Compliance.COMPLIANT, annotation, evidence)


def non_compliant(
    annotation: str, *evidence: Evidence, severity: Severity | None = None
) -> Verdict:
    """The desired state does not hold; the annotation begins with the fact that breaks it."""
    return Verdict(Compliance.NON_COMPLIANT, annotation, evidence, severity)


def not_applicable(annotation: str, *evidence: Evidence) -> Verdict:
    """The rule has nothing to say about this resource."""
    return Verdict(Compliance.NOT_APPLICABLE, annotation, evidence)


def undetermined(annotation: str, *evidence: Evidence) -> Verdict:
    """A fact that decides could not be read."""
    return Verdict(Compliance.UNDETERMINED, annotation, evidence)
