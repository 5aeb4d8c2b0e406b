"""Which of the proposed repairs a plan makes: those that can be proven, and are needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ..engine import Evaluation
from ..model.verdict import Compliance
from .change import Call
from .dedicated_group import group_calls
from .plan import Mandate
from .prove import Baseline, Judged, Trial, outcome, rehearse
from .repair import Obstacle, Repair
from .situation import Situation

Play = Callable[[Sequence[Repair]], Trial]


@dataclass(frozen=True, kw_only=True)
class Selection:
    """The repairs that are made, as one trial, and what stands in the way of the others."""

    trial: Trial | None = None
    obstacles: tuple[Obstacle, ...] = ()


def select(
    situation: Situation,
    baseline: Baseline,
    findings: Sequence[Evaluation],
    repairs: Sequence[Repair],
    earlier: tuple[Call, ...] = (),
) -> Selection:
    """The repairs that can be proven, only those that some finding needs, within the limits.

    `earlier` are the calls that led from the baseline to the situation; they are part of the trial.
    """
    bench = _Bench(situation, baseline, findings, earlier)
    chosen = sorted(repairs, key=lambda each: each.phase)
    obstacles: list[Obstacle] = []
    for play in (bench.play, *((bench.play_within_limits,) if bench.is_limited else ())):
        chosen, refused = _provable(play, chosen)
        chosen = bench.needed(chosen)
        obstacles += refused
    trial = bench.play(chosen) if chosen or earlier else None
    return Selection(trial=trial, obstacles=tuple(obstacles))


def cured(
    findings: Sequence[Evaluation], verdicts: Mapping[Judged, Evaluation]
) -> frozenset[Judged]:
    """The findings that become COMPLIANT."""
    return frozenset(
        key
        for each in findings
        if each.compliance is Compliance.NON_COMPLIANT
        and (key := (each.rule, each.resource_id)) in verdicts
        and verdicts[key].compliance is Compliance.COMPLIANT
    )


@dataclass(frozen=True)
class _Bench:
    """Where sets of repairs are tried."""

    situation: Situation
    baseline: Baseline
    findings: Sequence[Evaluation]
    earlier: tuple[Call, ...]
    played: dict[tuple[int, ...], Trial] = field(default_factory=dict)

    @property
    def is_limited(self) -> bool:
        """Whether there is a limit to be kept."""
        mandate = self.situation.mandate
        return mandate.max_changes is not None or mandate.max_monthly_cost is not None

    def play(self, repairs: Sequence[Repair]) -> Trial:
        """The proof of some repairs, made once."""
        key = tuple(map(id, repairs))
        if key not in self.played:
            self.played[key] = rehearse(self.baseline, self._calls(repairs))
        return self.played[key]

    def play_within_limits(self, repairs: Sequence[Repair]) -> Trial:
        """The same, with an objection to too many changes and too high a cost."""
        trial = self.play(repairs)
        over = _over_limit(self.situation.mandate, trial)
        return Trial(objections=(over,)) if over else trial

    def needed(self, repairs: Sequence[Repair]) -> list[Repair]:
        """The repairs without which some finding would stay: a plan does nothing else.

        The quick question comes first: most repairs are needed, which the verdicts alone tell.
        """
        wanted = self._cured(repairs)
        needed = list(repairs) if wanted > self._cured(()) else []
        for repair in reversed(tuple(needed)):
            fewer = [each for each in needed if each is not repair]
            if self._cured(fewer) >= wanted and self.play(fewer).is_proven:
                needed = fewer
        return needed

    def _cured(self, repairs: Sequence[Repair]) -> frozenset[Judged]:
        played = self.played.get(tuple(map(id, repairs)))
        verdicts = played.verdicts if played else outcome(self.baseline, self._calls(repairs))
        return cured(self.findings, verdicts)

    def _calls(self, repairs: Sequence[Repair]) -> tuple[Call, ...]:
        """The dedicated group first, for all who need it; then the repairs in their order."""
        admits = [admission for repair in repairs for admission in repair.admits]
        return (
            *self.earlier,
            *group_calls(self.situation, admits),
            *(call for repair in repairs for call in repair.calls),
        )


def _provable(play: Play, repairs: Sequence[Repair]) -> tuple[list[Repair], list[Obstacle]]:
    """The repairs that can be proven together, and what refuses the others.

    A repair whose own call is refused goes; where only the outcome is, they are tried one by one.
    """
    left = list(repairs)
    refused: list[Obstacle] = []
    while not (trial := play(left)).is_proven:
        culprit = next((each for each in left if trial.stopped_at in each.calls), None)
        if culprit is None:
            accepted, others = _one_by_one(play, left)
            return accepted, [*refused, *others]
        left.remove(culprit)
        refused += _objections(culprit, trial)
    return left, refused


def _one_by_one(play: Play, repairs: Sequence[Repair]) -> tuple[list[Repair], list[Obstacle]]:
    accepted: list[Repair] = []
    refused: list[Obstacle] = []
    for repair in repairs:
        trial = play([*accepted, repair])
        if trial.is_proven:
            accepted.append(repair)
        else:
            refused += _objections(repair, trial)
    return accepted, refused


def _objections(repair: Repair, trial: Trial) -> list[Obstacle]:
    return [Obstacle(about=repair.about, reason=each) for each in trial.objections]


def _over_limit(mandate: Mandate, trial: Trial) -> str | None:
    count, most = len(trial.changes), mandate.max_changes
    if most is not None and count > most:
        return f"that would be {count} changes, and maxChanges is {most}"
    cost = sum(change.cost.amount for change in trial.changes)
    limit = mandate.max_monthly_cost
    if limit is not None and cost > limit:
        return f"that would cost {cost} USD a month, and maxMonthlyCost is {limit}"
    return None
