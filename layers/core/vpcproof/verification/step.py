"""A step of the verification: what was asked, by which command, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What came of a check."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at; `next` is what to do about it, empty where nothing is."""

    subject: str
    outcome: Outcome
    detail: str
    next: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step; `commands` ask AWS or a resolver the same, each the words of a command line.

    A step without checks was not taken; `note` says why, or what its checks do not prove.
    """

    number: int
    title: str
    commands: tuple[tuple[str, ...], ...] = ()
    checks: tuple[Check, ...] = ()
    note: str = ""


def outcome_of(steps: Iterable[Step]) -> Outcome:
    """What the steps together come to: one failure outranks what is unknown."""
    found = {check.outcome for step in steps for check in step.checks}
    if Outcome.FAILED in found:
        return Outcome.FAILED
    return Outcome.UNKNOWN if Outcome.UNKNOWN in found or not found else Outcome.PASSED
