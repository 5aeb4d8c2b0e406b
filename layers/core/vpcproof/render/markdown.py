"""Markdown for a comment on a pull request: what is broken at a glance, the rest folded away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from ..engine import Evaluation
from ..model.verdict import Compliance
from .findings import Findings, summary_line
from .page import printable

# GitHub takes comments of up to 65536 characters: the table and the details share them.
_TABLE, _DETAILS = 30_000, 30_000
_SHOWN = 5
_LONGEST = 300

# What Markdown, GitHub's extensions or HTML would act on, and the colons and dots of bare links.
_ACTIVE = re.compile(
    r"[\\`*_\[\]<>&|~$!#@]|:(?=//)|(?<=www)\.|(?<=mailto):|(?<=xmpp):", re.IGNORECASE
)
# GitHub looks for these in the finished text: a zero-width space takes the meaning away.
_REFERENCE = re.compile(r"([@#]|\bgh-(?=\d))", re.IGNORECASE)
_PLAIN_ID = re.compile(r"[\w.:/-]+", re.ASCII)

_ORDER = (Compliance.NON_COMPLIANT, Compliance.UNDETERMINED)


def render_markdown(findings: Findings) -> str:
    """Summary, a table of what needs attention, and each finding's facts and fix.

    Findings that the baseline knows are counted and not shown.
    """
    shown = _worst_first(findings)
    lines = [f"## vpcproof: {summary_line(findings.report.evaluations)}", ""]
    if findings.baseline is not None:
        lines += [f"Since the baseline: **{findings.baseline}**.", ""]
    if shown:
        lines += ["| | Rule | Resource | VPC | What |", "|---|---|---|---|---|"]
        lines += _within([_row(each, findings) for each in shown], _TABLE)
        lines += ["", *_within(list(_details(shown, findings)), _DETAILS)]
    lines += _not_read(findings)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).rstrip() + "\n"


def _worst_first(findings: Findings) -> list[Evaluation]:
    """What needs attention: findings by severity, then what could not be determined."""
    return sorted(
        (
            each
            for each in findings.report.evaluations
            if each.compliance in _ORDER and not findings.is_known(each)
        ),
        key=lambda e: (_ORDER.index(e.compliance), e.severity.rank, e.rule, e.resource_id),
    )


def _row(evaluation: Evaluation, findings: Findings) -> str:
    cells = (
        _label(evaluation),
        _code(evaluation.rule),
        _placed(evaluation, findings),
        _named(evaluation.vpc_id, findings) if evaluation.vpc_id else "",
        _prose(evaluation.annotation),
    )
    return f"| {' | '.join(cells)} |"


def _details(shown: Iterable[Evaluation], findings: Findings) -> Iterator[str]:
    """One folded part per rule; the fix is Markdown of the rule's own documentation."""
    for (label, rule), group in groupby(shown, lambda each: (_label(each), each.rule)):
        alike = list(group)
        advice = findings.advice.get(rule, "") if label != _label_of_unknown() else ""
        yield "\n".join(
            [
                f"<details><summary>{label}: {_prose(rule)} ({len(alike)})</summary>",
                "",
                f"{_prose(findings.title(rule))}",
                "",
                *_facts(alike, findings),
                *(["", f"**How to fix:** {printable(advice)}"] if advice else []),
                "",
                "</details>",
                "",
            ]
        )


def _facts(alike: Sequence[Evaluation], findings: Findings) -> Iterator[str]:
    for evaluation in alike[: _SHOWN * 2]:
        yield f"- {_placed(evaluation, findings)}: {_prose(evaluation.annotation)}"
        for fact in evaluation.evidence[:_SHOWN]:
            yield f"  - {_code(fact.id)}: {_prose(fact.detail)}"
        if len(evaluation.evidence) > _SHOWN:
            yield f"  - and {len(evaluation.evidence) - _SHOWN} more"
    if len(alike) > _SHOWN * 2:
        yield f"- and {len(alike) - _SHOWN * 2} more"


def _not_read(findings: Findings) -> list[str]:
    keys = dict.fromkeys(sorted(gap.fact.key for gap in findings.report.gaps))
    return ["", f"Not read: {', '.join(keys)}."] if keys else []


def _label(evaluation: Evaluation) -> str:
    if evaluation.compliance is Compliance.NON_COMPLIANT:
        return evaluation.severity.value
    return _label_of_unknown()


def _label_of_unknown() -> str:
    return Compliance.UNDETERMINED.value.lower()


def _within(parts: Sequence[str], budget: int) -> list[str]:
    """As many parts as there is room for, and how many there is none for."""
    taken: list[str] = []
    for part in parts:
        budget -= len(part) + 1
        if budget < 0:
            return [*taken, "", f"And {len(parts) - len(taken)} more.", ""]
        taken.append(part)
    return taken


def _named(resource_id: str, findings: Findings) -> str:
    name = findings.names.get(resource_id)
    return f"{_code(resource_id)} {_prose(name)}" if name else _code(resource_id)


def _placed(evaluation: Evaluation, findings: Findings) -> str:
    """The resource, and where it is declared if files declare it."""
    named = _named(evaluation.resource_id, findings)
    place = evaluation.location.beside(evaluation.resource_id) if evaluation.location else ""
    return f"{named} at {_code(place)}" if place else named


def _code(text: str) -> str:
    """An id in code, where it looks like one."""
    return f"`{text}`" if _PLAIN_ID.fullmatch(text) and len(text) <= _LONGEST else _prose(text)


def _prose(text: str) -> str:
    """A text that shows as it is: character references can never be structure.

    https://spec.commonmark.org/0.31.2/#entity-and-numeric-character-references
    """
    line = printable(text)
    line = line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
    return _ACTIVE.sub(lambda found: f"&#{ord(found[0])};", _REFERENCE.sub("\\1\u200b", line))
