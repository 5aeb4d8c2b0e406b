"""The text of `fix`: what would be changed and what that repairs, the proof, and what is left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from ..model.verdict import Compliance
from ..remediation.change import Change, MonthlyCost, Risk
from ..remediation.plan import Finding, Plan, Problem
from .page import PLAIN, Layout, Page

_RISK_STYLE = {Risk.ADDITIVE: "green", Risk.NARROWING: "yellow", Risk.DESTRUCTIVE: "bold red"}
_WIDEST_RISK = max(map(len, Risk))
_SHOWN = 3


def render_plans_text(
    plans: Iterable[Plan],
    names: Mapping[str, str],
    layout: Layout = PLAIN,
    *,
    verbose: bool = False,
) -> str:
    """The plans by VPC; with `verbose` also what each change rests on, and every reason."""
    page = Page(layout)
    listed = list(plans)
    for plan in listed:
        page.blank()
        page.line((plan.vpc_id, "bold underline"), _named(plan.vpc_id, names))
        if plan.skipped:
            page.line(("Left alone: ", "bold"), plan.skipped, indent=2, hang=2)
        _write_changes(page, plan, verbose=verbose)
        _write_repairs(page, plan.repairs)
        _write_problems(page, "Not repaired", "bold red", plan.unrepaired, verbose=verbose)
        _write_problems(page, "Not determined", "bold magenta", plan.undetermined, verbose=verbose)
    page.blank()
    page.line(_summary(listed))
    return str(page)


def _named(resource_id: str, names: Mapping[str, str]) -> str:
    return f"  {names[resource_id]}" if resource_id in names else ""


def _write_changes(page: Page, plan: Plan, *, verbose: bool) -> None:
    for number, change in enumerate(plan.changes, start=1):
        page.line(
            f"{number:2}. ",
            (change.risk.ljust(_WIDEST_RISK), _RISK_STYLE[change.risk]),
            "  ",
            change.summary,
            (_priced(change.cost), "cyan"),
            indent=2,
            hang=6 + _WIDEST_RISK,
        )
        for fact in _details(change) if verbose else ():
            page.line((fact, "dim"), indent=8 + _WIDEST_RISK, hang=2)
    if plan.changes:
        page.line(_total(plan.monthly_cost), indent=2, hang=2)
        page.line(proof_in_words(plan), indent=2, hang=2)


def _priced(cost: MonthlyCost) -> str:
    return f"  {_dollars(cost.amount)} a month" if cost.amount else ""


def _dollars(amount: Decimal) -> str:
    sign = "-" if amount < 0 else "+"
    return f"{sign}${abs(amount):.2f}"


def _details(change: Change) -> Iterable[str]:
    for expectation in change.expects:
        yield f"as long as {expectation}"
    for call in change.undo:
        yield f"undone by {call.operation}"


def _total(cost: MonthlyCost) -> str:
    if not cost.amount:
        return "Costs nothing more."
    return f"Costs {_dollars(cost.amount)} a month ({cost.note}: {cost.source})."


def proof_in_words(plan: Plan) -> str:
    """The proof in a sentence."""
    if plan.proof is None:
        return "Not proven."
    return (
        f"Proven on the facts read: none of {plan.proof.verdicts} verdicts gets worse, no path is "
        f"lost after any change ({plan.proof.paths} compared), and undoing all restores every fact."
    )


def _write_repairs(page: Page, repairs: Sequence[Finding]) -> None:
    by_rule: dict[str, list[str]] = {}
    for finding in repairs:
        by_rule.setdefault(finding.rule, []).append(finding.resource_id)
    if by_rule:
        page.blank()
        page.line(("Repairs", "bold green"), indent=2)
    for rule, resource_ids in by_rule.items():
        page.line((rule, "bold"), f": {', '.join(resource_ids)}", indent=4, hang=2)


def _write_problems(
    page: Page, heading: str, style: str, problems: Sequence[Problem], *, verbose: bool
) -> None:
    """Findings that are left for the same reasons share an entry."""
    alike: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for problem in problems:
        key = (problem.finding.rule, problem.reasons)
        alike.setdefault(key, []).append(problem.finding.resource_id)
    if alike:
        page.blank()
        page.line((heading, style), indent=2)
    for (rule, reasons), resource_ids in alike.items():
        page.line((rule, "bold"), f": {', '.join(resource_ids)}", indent=4, hang=2)
        shown = reasons if verbose else reasons[:_SHOWN]
        for reason in shown:
            page.line(f"- {reason}", indent=6, hang=2)
        if len(shown) < len(reasons):
            more = f"- and {len(reasons) - len(shown)} more reasons (--verbose shows them)"
            page.line((more, "dim"), indent=6, hang=2)


def _summary(plans: Sequence[Plan]) -> tuple[str, str]:
    if not plans:
        return "No VPC to repair", "bold"
    changes = sum(len(plan.changes) for plan in plans)
    open_problems = [problem.finding.compliance for plan in plans for problem in plan.problems]
    left = open_problems.count(Compliance.NON_COMPLIANT)
    unknown = open_problems.count(Compliance.UNDETERMINED)
    if not changes and not open_problems:
        return "Nothing to repair", "bold green"
    repaired = sum(len(plan.repairs) for plan in plans)
    parts = [f"{_counted(changes, 'change')} would repair {_counted(repaired, 'finding')}"]
    parts += [f"{left} without a safe repair"] if left else []
    parts += [f"{unknown} not determined"] if unknown else []
    return ", ".join(parts), "bold"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
