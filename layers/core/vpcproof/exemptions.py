"""Exemptions: findings accepted for a while, with a reason, by tag or by configuration."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from .model.snapshot import Resource
from .model.verdict import Verdict

TAG_PREFIX = "vpcproof:exempt/"
_FORM = re.compile(r"until=(?P<until>\d{4}-\d{2}-\d{2})\s+reason=(?P<reason>\S.*)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """One accepted finding from the configuration file."""

    rule: str
    resource_id: str
    until: str
    reason: str


@dataclass(frozen=True, slots=True)
class ExemptionAnswer:
    """Whether an exemption applies, or why one that was tried does not."""

    applies: bool = False
    note: str = ""

    def annotate(self, verdict: Verdict) -> Verdict:
        """Say in the verdict that an exemption was refused; it is judged all the same."""
        if not self.note:
            return verdict
        return replace(verdict, annotation=f"{verdict.annotation} [{self.note}]")


_NONE = ExemptionAnswer()


def exemption_of(
    rule: str, resource: Resource, configured: Sequence[Exemption], *, on: date
) -> ExemptionAnswer:
    """Look for an exemption of this resource from this rule, on its tags and in configuration.

    Expiry and reason are required. One that is malformed or expired does not apply, and says so.
    """
    tag = resource.tags.get(TAG_PREFIX + rule)
    if tag is None and not configured:
        return _NONE
    texts = [] if tag is None else [tag]
    texts += [
        f"until={each.until} reason={each.reason}"
        for each in configured
        if each.rule == rule and each.resource_id == resource.id
    ]
    answers = [_read(text, on) for text in texts]
    applying = next((answer for answer in answers if answer.applies), None)
    return applying or (answers[0] if answers else _NONE)


def without_reason(text: str) -> str:
    """The text of an exemption tag that means the same and tells no reason."""
    match = _FORM.fullmatch(text.strip())
    return f"until={match['until']} reason=redacted" if match else "malformed"


def _read(text: str, on: date) -> ExemptionAnswer:
    match = _FORM.fullmatch(text.strip())
    if match is None:
        return ExemptionAnswer(note="exemption ignored: it must read `until=YYYY-MM-DD reason=…`")
    try:
        until = date.fromisoformat(match["until"])
    except ValueError:
        return ExemptionAnswer(note=f"exemption ignored: {match['until']} is not a date")
    if on > until:
        return ExemptionAnswer(note=f"exemption expired on {until}")
    return ExemptionAnswer(True, f"exempt until {until}: {match['reason']}")
