"""An earlier JSON document of `check`, and what has become of its findings."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..engine import Evaluation, Report
from ..errors import SnapshotError
from ..model.resource_type import ResourceType
from ..model.verdict import Compliance, Severity
from .exempted import is_exempt

_VERSION = "1."

_Identity = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """The findings of an earlier run, and where they were found."""

    account: str | None
    region: str | None
    findings: tuple[Evaluation, ...]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The findings of two runs, told apart.

    `new` and `unchanged` are found now, the other two were found then. `undecided` are those of
    which this run does not tell whether they are fixed: they are undetermined or exempt now, or
    this run did not judge them.
    """

    new: tuple[Evaluation, ...] = ()
    unchanged: tuple[Evaluation, ...] = ()
    fixed: tuple[Evaluation, ...] = ()
    undecided: tuple[Evaluation, ...] = ()

    @cached_property
    def known(self) -> frozenset[Evaluation]:
        """The findings of this run that the baseline has, too."""
        return frozenset(self.unchanged)

    def __str__(self) -> str:
        parts = [f"{len(self.new)} new", f"{len(self.unchanged)} unchanged"]
        parts += [f"{len(self.fixed)} fixed"]
        parts += [f"{len(self.undecided)} undecided"] if self.undecided else []
        return ", ".join(parts)


def read_baseline(text: str, name: str) -> Baseline:
    """Read what `check --format json` wrote; raises SnapshotError when it is anything else."""
    try:
        document = json.loads(text)
        if not str(document["schema_version"]).startswith(_VERSION):
            raise SnapshotError(
                f"{name} is of schema version {document['schema_version']}, this program reads "
                f"{_VERSION}x: write the baseline again"
            )
        return Baseline(
            account=document["source"]["account"],
            region=document["source"]["region"],
            findings=tuple(
                _evaluation(each)
                for each in document["evaluations"]
                if each["compliance"] == Compliance.NON_COMPLIANT
            ),
        )
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise SnapshotError(
            f"{name} is no document of `vpcproof check --format json`: write one with "
            "`vpcproof check --format json -o FILE`"
        ) from error


def _evaluation(member: Mapping[str, Any]) -> Evaluation:
    texts = [member["rule"], member["resource_id"], member["annotation"], member["vpc_id"] or ""]
    if not all(isinstance(text, str) for text in texts):
        raise TypeError(texts)
    return Evaluation(
        rule=member["rule"],
        resource_type=ResourceType(member["resource_type"]),
        resource_id=member["resource_id"],
        vpc_id=member["vpc_id"],
        compliance=Compliance.NON_COMPLIANT,
        severity=Severity(member["severity"]),
        annotation=member["annotation"],
    )


def compare(
    baseline: Baseline,
    report: Report,
    *,
    judged: Collection[str],
    vpc_ids: Collection[str] = (),
) -> Comparison:
    """Tell the findings of a report from those of the baseline.

    `judged` are the rules that this run judged by; one whose resources were not read is not among
    them. A finding that has become more severe is new.
    """
    then = {_identity(each): each for each in baseline.findings}
    now = {_identity(each): each for each in report.evaluations}
    found = [each for each in report.evaluations if each.compliance is Compliance.NON_COMPLIANT]
    new = [each for each in found if _is_worse(each, then.get(_identity(each)))]
    gone = _without(then.values(), found)
    fixed = [
        each
        for each in gone
        if each.rule in judged
        and (not vpc_ids or each.vpc_id in vpc_ids)
        and _is_fixed(now.get(_identity(each)))
    ]
    return Comparison(
        new=tuple(new),
        unchanged=_without(found, new),
        fixed=_in_order(fixed),
        undecided=_in_order(_without(gone, fixed)),
    )


def _identity(evaluation: Evaluation) -> _Identity:
    return evaluation.rule, evaluation.resource_id


def _is_worse(found: Evaluation, before: Evaluation | None) -> bool:
    return before is None or found.severity.rank < before.severity.rank


def _is_fixed(current: Evaluation | None) -> bool:
    """Whether the resource complies, or the rule has nothing to say of it, or it is gone."""
    if current is None:
        return True
    return current.compliance is not Compliance.UNDETERMINED and not is_exempt(current)


def _without(
    all_of_them: Iterable[Evaluation], some: Collection[Evaluation]
) -> tuple[Evaluation, ...]:
    left_out = {_identity(each) for each in some}
    return tuple(each for each in all_of_them if _identity(each) not in left_out)


def _in_order(evaluations: Iterable[Evaluation]) -> tuple[Evaluation, ...]:
    return tuple(
        sorted(evaluations, key=lambda each: (each.rule, each.resource_type, each.resource_id))
    )
