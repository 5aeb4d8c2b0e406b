"""The text of `explain`: one verdict, the fact that decides it, and everything around it."""

from __future__ import annotations

from dataclasses import dataclass

from ..engine import Evaluation
from ..model.verdict import Compliance
from ..rules.registry import Rule
from .page import PLAIN, Layout, Page

_STYLE = {
    Compliance.COMPLIANT: "bold green",
    Compliance.NON_COMPLIANT: "bold red",
    Compliance.NOT_APPLICABLE: "dim",
    Compliance.UNDETERMINED: "bold magenta",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One verdict and what a person needs to check it by hand."""

    evaluation: Evaluation
    rule: Rule
    name: str
    resource: tuple[tuple[str, str], ...]
    fix: tuple[str, ...]
    gaps: tuple[tuple[str, str], ...]


def render_explanation(explanation: Explanation, layout: Layout = PLAIN) -> str:
    """The page, from the verdict down to the facts that were not read."""
    evaluation, rule = explanation.evaluation, explanation.rule
    page = Page(layout)
    name = f" ({explanation.name})" if explanation.name else ""
    page.line((rule.name, "bold"), " on ", (evaluation.resource_id, "bold"), name)
    if evaluation.location and (place := evaluation.location.beside(evaluation.resource_id)):
        page.line(f"at {place}")
    page.line(rule.title)
    page.blank()
    page.line(
        (evaluation.compliance.value, _STYLE[evaluation.compliance]),
        f" ({evaluation.severity})" if _is_broken(evaluation) else "",
        "  ",
        evaluation.annotation,
        hang=2,
    )
    _write_pairs(page, "Facts", [(e.id, e.detail) for e in evaluation.evidence])
    _write_pairs(page, str(evaluation.resource_type), explanation.resource)
    _write_pairs(page, "Not read", explanation.gaps)
    if _is_broken(evaluation):
        page.blank()
        page.line(("How to fix", "bold underline"))
        for paragraph in explanation.fix:
            page.line(paragraph, indent=2)
    return str(page)


def _is_broken(evaluation: Evaluation) -> bool:
    return evaluation.compliance is Compliance.NON_COMPLIANT


def _write_pairs(
    page: Page, heading: str, pairs: tuple[tuple[str, str], ...] | list[tuple[str, str]]
) -> None:
    if not pairs:
        return
    page.blank()
    page.line((heading, "bold underline"))
    for label, text in pairs:
        page.line((label, "bold"), f": {text}", indent=2, hang=2)
