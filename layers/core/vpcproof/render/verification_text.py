"""The text of `verify`: three steps, each with its commands, what came of it, what to do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ..verification.step import Check, Outcome, Step, outcome_of
from .command_line import command_lines
from .page import PLAIN, Layout, Page

_SIGNS = {
    Outcome.PASSED: ("✓", "bold green"),
    Outcome.FAILED: ("✗", "bold red"),
    Outcome.UNKNOWN: ("?", "bold magenta"),
}


def render_verification_text(
    vpc_id: str, name: str, steps: Sequence[Step], layout: Layout = PLAIN
) -> str:
    """The page, as an operator would go through it by hand."""
    page = Page(layout)
    page.line((vpc_id, "bold underline"), f"  {name}" if name else "")
    for step in steps:
        page.blank()
        page.line((f"{step.number}. {step.title}", "bold"))
        for command in step.commands:
            first, *others = command_lines(command)
            page.line(("$ ", "dim"), (first, "dim"), indent=3, hang=2)
            for line in others:
                page.line((line, "dim"), indent=7, hang=2)
        for check in step.checks:
            _write_check(page, check)
        if step.note:
            page.line(step.note[:1].upper() + step.note[1:], indent=3, hang=2)
    page.blank()
    page.line(_summary(steps))
    return str(page)


def _write_check(page: Page, check: Check) -> None:
    page.line(
        _SIGNS[check.outcome], " ", (check.subject, "bold"), f"  {check.detail}", indent=3, hang=2
    )
    if check.next:
        page.line(("Next: ", "green"), check.next, indent=5, hang=6)


def _summary(steps: Sequence[Step]) -> tuple[str, str]:
    counts = Counter(check.outcome for step in steps for check in step.checks)
    untaken = [str(step.number) for step in steps if not step.checks]
    words = [
        f"{counts[Outcome.PASSED]} passed",
        f"{counts[Outcome.FAILED]} failed",
        f"{counts[Outcome.UNKNOWN]} unknown",
    ]
    if untaken:
        words.append(f"not taken: step {' and '.join(untaken)}")
    return ", ".join(words), _SIGNS[outcome_of(steps)][1]
