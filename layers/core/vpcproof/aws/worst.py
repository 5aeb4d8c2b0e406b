"""The verdicts of several rules on one resource, made into one: the worst of them.

UNDETERMINED is worse than COMPLIANT, so that no gap passes for compliance; it is better than
NON_COMPLIANT, as nothing that is still unknown could mend what is known to be broken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from ..engine import Evaluation
from ..model.verdict import Compliance
from ..rules.registry import all_rules
from .outcome import Outcome
from .text import one_line

_WORST_FIRST = (
    Compliance.NON_COMPLIANT,
    Compliance.UNDETERMINED,
    Compliance.COMPLIANT,
    Compliance.NOT_APPLICABLE,
)
_LONGEST = 256  # what an annotation of AWS Config has room for
_ROOM_FOR_FACT = 60
_ROOM_FOR_ASIDE = 75
_BLAMES = re.compile(r"fails \d+ of \d+ rules: (?P<rule>[a-z0-9-]+)")


def worst_outcome(evaluations: Sequence[Evaluation]) -> Outcome:
    """One outcome from what several rules found on the same resource.

    Its annotation begins with how many rules decided it, then names them, the gravest first and
    with what it found. Rules that could not tell are named too, beside those that fail.
    """
    by_verdict = {
        verdict: sorted(
            (each for each in evaluations if each.compliance is verdict),
            key=lambda each: (each.severity.rank, each.rule),
        )
        for verdict in _WORST_FIRST
    }
    worst = next(verdict for verdict in _WORST_FIRST if by_verdict[verdict])
    one = evaluations[0]
    return Outcome(
        resource_type=one.resource_type,
        resource_id=one.resource_id,
        compliance=worst,
        annotation=_ANNOTATIONS[worst](by_verdict, len(evaluations)),
        vpc_id=one.vpc_id,
    )


def rule_blamed_in(annotation: str) -> str | None:
    """The gravest rule that fails, by an annotation that was written here; else None."""
    match = _BLAMES.match(annotation)
    return match["rule"] if match and match["rule"] in all_rules() else None


ByVerdict = dict[Compliance, list[Evaluation]]


def _failing(found: ByVerdict, total: int) -> str:
    failing, unknown = found[Compliance.NON_COMPLIANT], found[Compliance.UNDETERMINED]
    also = f"; undetermined: {_names(unknown, room=_ROOM_FOR_ASIDE)}" if unknown else ""
    return _told(f"fails {len(failing)} of {total} rules", failing, also)


def _undetermined(found: ByVerdict, total: int) -> str:
    unknown = found[Compliance.UNDETERMINED]
    return _told(f"undetermined by {len(unknown)} of {total} rules", unknown)


def _passing(found: ByVerdict, total: int) -> str:
    others = found[Compliance.NOT_APPLICABLE]
    also = f"; not applicable: {_names(others, room=_LONGEST - 60)}" if others else ""
    return f"passes {len(found[Compliance.COMPLIANT])} of {total} rules{also}"


def _not_applicable(found: ByVerdict, total: int) -> str:
    """The reason, where all rules have the same one: what is out of scope is so for all."""
    others = found[Compliance.NOT_APPLICABLE]
    reasons = {each.annotation for each in others}
    return reasons.pop() if len(reasons) == 1 else _told(f"none of {total} rules applies", others)


_ANNOTATIONS: dict[Compliance, Callable[[ByVerdict, int], str]] = {
    Compliance.NON_COMPLIANT: _failing,
    Compliance.UNDETERMINED: _undetermined,
    Compliance.COMPLIANT: _passing,
    Compliance.NOT_APPLICABLE: _not_applicable,
}


def _told(count: str, evaluations: Sequence[Evaluation], also: str = "") -> str:
    """The count, the first rule with what it found as far as there is room, the others' names."""
    first, *others = evaluations
    head = f"{count}: {first.rule}"
    left = _LONGEST - len(f"{head} (){also}")
    rest = f", {_names(others, room=left - _ROOM_FOR_FACT)}" if others else ""
    fact = one_line(first.annotation, limit=left - len(rest))
    return f"{head} ({fact}){rest}{also}"


def _names(evaluations: Sequence[Evaluation], *, room: int) -> str:
    """The rules' names; where they are too many, some, and how many more there are."""
    names = [each.rule for each in evaluations]
    told = list(names)
    while told and len(", ".join(told)) > room:
        told.pop()
    more = [f"and {len(names) - len(told)} more"] if len(told) < len(names) else []
    return ", ".join([*told, *more])
