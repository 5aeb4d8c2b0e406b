"""The text of `check`: what is broken, where, why and what to do, the worst first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from ..engine import Evaluation
from ..model.facts import Gap
from ..model.verdict import Compliance, Evidence, Severity
from .findings import Findings, Source, summary_line
from .missing_facts import remedy_of
from .page import PLAIN, Layout, Page, Part

_SHOWN = 5

_SEVERITY_STYLE = {
    Severity.CRITICAL: "bold red",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
}
_VERDICT_STYLE = {
    Compliance.UNDETERMINED: "magenta",
    Compliance.COMPLIANT: "green",
    Compliance.NOT_APPLICABLE: "dim",
}
_VERDICT_ORDER = (
    Compliance.NON_COMPLIANT,
    Compliance.UNDETERMINED,
    Compliance.COMPLIANT,
    Compliance.NOT_APPLICABLE,
)
_QUIET_VERDICTS = {Compliance.COMPLIANT, Compliance.NOT_APPLICABLE}


def render_text(findings: Findings, layout: Layout = PLAIN, *, verbose: bool = False) -> str:
    """The report by VPC; with `verbose` also what complies, and evidence in full."""
    page = Page(layout)
    page.line(_origin(findings.source))
    _Vpcs(page, findings, verbose=verbose).write()
    _write_gaps(page, findings, verbose=verbose)
    _write_summary(page, findings)
    return str(page)


class _Vpcs:
    """The sections of the report, one per VPC, those with the worst findings first."""

    def __init__(self, page: Page, findings: Findings, *, verbose: bool) -> None:
        self._page = page
        self._findings = findings
        self._verbose = verbose
        self._advised: dict[str, str] = {}

    def write(self) -> None:
        by_vpc: dict[str, list[Evaluation]] = {}
        for evaluation in self._findings.report.evaluations:
            by_vpc.setdefault(evaluation.vpc_id or "no VPC known", []).append(evaluation)
        for vpc_id, evaluations in sorted(by_vpc.items(), key=self._vpc_order):
            self._vpc(vpc_id, evaluations)

    def _vpc_order(self, vpc: tuple[str, list[Evaluation]]) -> tuple[bool, tuple[int, int], str]:
        """Those with the worst findings first; of known findings alone last."""
        news = [each for each in vpc[1] if not self._findings.is_known(each)]
        return not news, _worst(news or vpc[1]), vpc[0]

    def _vpc(self, vpc_id: str, evaluations: list[Evaluation]) -> None:
        name = self._findings.names.get(vpc_id, "")
        self._page.blank()
        self._page.line((vpc_id, "bold underline"), f"  {name}" if name else "")
        shown = sorted(filter(self._is_shown, evaluations), key=self._order)
        for (label, style, rule), group in groupby(shown, self._heading):
            self._page.line((label, style), "  ", (rule, "bold"), indent=2, hang=2)
            self._rule(rule, vpc_id, list(group))
            self._page.blank()
        if len(shown) < len(evaluations):
            rest = [each for each in evaluations if not self._is_shown(each)]
            self._page.line((self._counts(rest), "dim"), indent=2, hang=2)

    def _is_shown(self, evaluation: Evaluation) -> bool:
        quiet = evaluation.compliance in _QUIET_VERDICTS or self._findings.is_known(evaluation)
        return self._verbose or not quiet

    def _order(self, evaluation: Evaluation) -> tuple[bool, tuple[int, int, str, str, str]]:
        return self._findings.is_known(evaluation), _urgency(evaluation)

    def _heading(self, evaluation: Evaluation) -> tuple[str, str, str]:
        label, style, rule = _heading(evaluation)
        state = ", unchanged" if self._findings.is_known(evaluation) else ""
        return f"{label}{state}", style, rule

    def _counts(self, rest: Sequence[Evaluation]) -> str:
        known = sum(self._findings.is_known(each) for each in rest)
        others = [each for each in rest if not self._findings.is_known(each)]
        parts = [f"{known} unchanged since the baseline"] if known else []
        return ", ".join(parts + ([_counts(others)] if others else []))

    def _rule(self, rule: str, vpc_id: str, group: list[Evaluation]) -> None:
        if group[0].compliance is Compliance.NON_COMPLIANT:
            for evaluation in group:
                self._resources([evaluation])
            self._advice(rule, vpc_id)
            return
        for _, alike in groupby(group, key=lambda each: (each.annotation, each.evidence)):
            self._resources(list(alike))

    def _resources(self, alike: Sequence[Evaluation]) -> None:
        """One finding, or what was said of several resources in the same words."""
        ids = [each.resource_id for each in alike]
        self._page.line(*self._listed(alike), ": ", alike[0].annotation, indent=4, hang=2)
        evidence = alike[0].evidence
        shown = evidence if self._verbose else evidence[:_SHOWN]
        for fact in shown:
            self._page.line((_fact(fact, ids), "dim"), indent=6, hang=2)
        if len(shown) < len(evidence):
            more = f"- and {len(evidence) - len(shown)} more (--verbose shows them)"
            self._page.line((more, "dim"), indent=6, hang=2)

    def _listed(self, alike: Sequence[Evaluation]) -> Iterator[Part]:
        shown = alike if self._verbose else alike[:_SHOWN]
        for position, each in enumerate(shown):
            place = each.location.beside(each.resource_id) if each.location else ""
            known = (self._findings.names.get(each.resource_id), place)
            about = ", ".join(word for word in known if word)
            yield ", " if position else ""
            yield (each.resource_id, "bold")
            yield f" ({about})" if about else ""
        if len(shown) < len(alike):
            yield f" and {len(alike) - len(shown)} more"

    def _advice(self, rule: str, vpc_id: str) -> None:
        """How to fix the finding, in full where the rule is met first."""
        text = self._findings.advice.get(rule, "")
        if rule in self._advised:
            text = f"as above, for {self._advised[rule]}"
        if text:
            self._advised.setdefault(rule, vpc_id)
            self._page.line(("Fix: ", "green"), text, indent=4, hang=5)


def _origin(source: Source) -> str:
    parts = [
        source.kind.capitalize(),
        source.account and f"account {source.account}",
        source.region and f"Region {source.region}",
        source.partition != "aws" and source.partition and f"partition {source.partition}",
    ]
    return ", ".join(part for part in parts if part)


def _worst(evaluations: Iterable[Evaluation]) -> tuple[int, int]:
    return min(_urgency(each)[:2] for each in evaluations)


def _urgency(evaluation: Evaluation) -> tuple[int, int, str, str, str]:
    order = _VERDICT_ORDER.index(evaluation.compliance)
    broken = evaluation.compliance is Compliance.NON_COMPLIANT
    alike = "" if broken else evaluation.annotation
    rank = evaluation.severity.rank if broken else 0
    return order, rank, evaluation.rule, alike, evaluation.resource_id


def _heading(evaluation: Evaluation) -> tuple[str, str, str]:
    if evaluation.compliance is Compliance.NON_COMPLIANT:
        style = _SEVERITY_STYLE[evaluation.severity]
        return evaluation.severity.upper(), style, evaluation.rule
    style = _VERDICT_STYLE[evaluation.compliance]
    return evaluation.compliance.value, style, evaluation.rule


def _fact(evidence: Evidence, ids: Sequence[str]) -> str:
    subject = "" if ids == [evidence.id] else f"{evidence.id}: "
    return f"- {subject}{evidence.detail}"


def _counts(evaluations: Iterable[Evaluation]) -> str:
    return summary_line(evaluations).removeprefix("no findings, ")


def _write_gaps(page: Page, findings: Findings, *, verbose: bool) -> None:
    """What was not read, by reason; `verbose` says of each kind what fills it."""
    by_cause: dict[tuple[str, str], list[Gap]] = {}
    for gap in sorted(findings.report.gaps, key=lambda gap: (gap.fact.key, gap.vpc_id or "")):
        kind = gap.fact.key if verbose or gap.vpc_id else ""
        by_cause.setdefault((gap.reason, kind), []).append(gap)
    if not by_cause:
        return
    is_live = findings.source.is_live
    page.blank()
    page.line(
        ("Not read", "bold underline"),
        "" if verbose or is_live else "  (--verbose names the commands that print it)",
    )
    for (reason, _), gaps in by_cause.items():
        remedy = remedy_of(gaps[0], is_live=is_live) if verbose or is_live else ""
        page.line(
            (_subject(gaps), "bold"),
            f": {reason}",
            (remedy and f"; {remedy}", "dim"),
            indent=2,
            hang=2,
        )
    if findings.unjudged:
        page.line("So nothing was judged by ", ", ".join(findings.unjudged), indent=2, hang=2)


def _subject(gaps: Sequence[Gap]) -> str:
    """The kinds of facts that are missing everywhere, or one kind and the VPCs it is missing of."""
    keys = ", ".join(dict.fromkeys(gap.fact.key for gap in gaps))
    vpc_ids = [gap.vpc_id for gap in gaps if gap.vpc_id]
    return f"{keys} of {_some(vpc_ids)}" if vpc_ids else keys


def _some(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - _SHOWN} more" if len(ids) > _SHOWN else ""
    return ", ".join(ids[:_SHOWN]) + more


def _write_summary(page: Page, findings: Findings) -> None:
    summary = summary_line(findings.report.evaluations)
    broken = findings.report.summary[Compliance.NON_COMPLIANT]
    unknown = findings.report.summary[Compliance.UNDETERMINED] or findings.unjudged
    style = "bold red" if broken else "bold magenta" if unknown else "bold green"
    page.blank()
    if findings.baseline is not None:
        page.line("Since the baseline: ", (str(findings.baseline), "bold"))
    page.line((summary[:1].upper() + summary[1:], style))
