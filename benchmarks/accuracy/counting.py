"""Precision and recall of what is said to be broken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.accuracy.network import Network, Pair


@dataclass(slots=True)
class Tally:
    """Pairs by what is true and what was said; what was left open counts as not found."""

    found: int = 0
    missed: int = 0
    invented: int = 0
    cleared: int = 0
    left_open: int = 0

    def count(self, *, works: bool, said: bool | None) -> None:
        """Take in one pair."""
        self.left_open += said is None
        if works:
            self.invented += said is False
            self.cleared += said is True
        else:
            self.found += said is False
            self.missed += said is not False

    @property
    def precision(self) -> float | None:
        """None where nothing was said to be broken."""
        said = self.found + self.invented
        return self.found / said if said else None

    @property
    def recall(self) -> float | None:
        """None where nothing is broken."""
        broken = self.found + self.missed
        return self.found / broken if broken else None


def tally(
    networks: Mapping[str, Network], answers: Mapping[str, Mapping[Pair, bool | None]]
) -> Tally:
    """All pairs of all networks."""
    whole = Tally()
    for name, network in networks.items():
        for pair, works in network.works.items():
            whole.count(works=works, said=answers[name][pair])
    return whole


def by_defect(
    networks: Mapping[str, Network], answers: Mapping[str, Mapping[Pair, bool | None]]
) -> Mapping[str, Tally]:
    """The broken pairs by the class of what breaks them."""
    classes: dict[str, Tally] = {}
    for name, network in networks.items():
        for pair, works in network.works.items():
            if not works:
                held = classes.setdefault(network.defect_of(pair), Tally())
                held.count(works=works, said=answers[name][pair])
    return classes
