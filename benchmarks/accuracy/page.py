"""docs/accuracy.md, from the peers' stored answers and vpcproof's of now."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.accuracy import judging, one_change
from benchmarks.accuracy.counting import by_defect, tally
from benchmarks.accuracy.findings import Finding, of_prowler, pairs_found
from benchmarks.accuracy.network import CLASSES, Network, Pair, scenarios

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/accuracy.md"
STORED = Path(__file__).parent / "peers.json"

Answers = Mapping[str, Mapping[Pair, bool | None]]
Judge = Callable[[Network], Mapping[Pair, bool | None]]

_TEXT = (Path(__file__).parent / "page.md.in").read_text()


def networks() -> dict[str, Network]:
    """All labelled networks by name."""
    held = [*scenarios(ROOT / "tests/scenarios"), *one_change.networks()]
    return {each.name: each for each in held}


def columns(held: Mapping[str, Network], stored: Mapping[str, Any]) -> dict[str, Answers]:
    """The answers of each tool to every pair."""
    of_peers = {
        peer: {
            name: [Finding(*each) for each in stored[peer]["findings"].get(name, [])]
            for name in held
        }
        for peer in ("prowler", "custodian")
    }
    judges: dict[str, Judge] = {
        "vpcproof": judging.vpcproof,
        "name exists": judging.by_existence,
        "Cloud Custodian": lambda one: _said(one, of_peers["custodian"][one.name]),
        "Prowler": lambda one: _said(one, of_prowler(of_peers["prowler"][one.name])),
    }
    return {
        title: {name: judge(one) for name, one in held.items()} for title, judge in judges.items()
    }


def _said(network: Network, findings: Sequence[Finding]) -> Mapping[Pair, bool]:
    """A pair that nothing is found against passes."""
    against = pairs_found(network, findings)
    return {pair: pair not in against for pair in network.works}


def page() -> str:
    """The whole text."""
    held = networks()
    stored = json.loads(STORED.read_text())
    answers = columns(held, stored)
    made = {each.name for each in one_change.networks()}
    return _TEXT.format(
        networks=len(held),
        pairs=sum(len(each.works) for each in held.values()),
        broken=sum(not works for each in held.values() for works in each.works.values()),
        scenarios=len(held) - len(made),
        made=len(made),
        date=stored["date"],
        prowler=stored["prowler"]["version"],
        custodian=stored["custodian"]["version"],
        total=_totals(held, answers),
        made_total=_totals({name: held[name] for name in held if name in made}, answers),
        classes=_classes(held, answers),
        wrong=_wrong(held, answers["vpcproof"]),
        given=_given(stored),
        each=_each(held, answers),
    )


def _totals(held: Mapping[str, Network], answers: Mapping[str, Answers]) -> str:
    rows = []
    for title, said in answers.items():
        counted = tally(held, said)
        cells = (
            counted.found,
            counted.missed,
            counted.invented,
            counted.left_open,
            _percent(counted.precision),
            _percent(counted.recall),
        )
        rows.append(_row(title, *cells))
    return "\n".join(rows)


def _classes(held: Mapping[str, Network], answers: Mapping[str, Answers]) -> str:
    tallies = {title: by_defect(held, said) for title, said in answers.items()}
    rows = []
    for defect in CLASSES:
        broken = tallies["vpcproof"].get(defect)
        if broken:
            counts = [_percent(tallies[title][defect].recall) for title in answers]
            rows.append(_row(defect, broken.found + broken.missed, *counts))
    return "\n".join(rows)


def _each(held: Mapping[str, Network], answers: Mapping[str, Answers]) -> str:
    """Right answers of all, by network."""
    rows = []
    for name, network in held.items():
        right = [
            sum(said[name][pair] is works for pair, works in network.works.items())
            for said in answers.values()
        ]
        broken = sum(not works for works in network.works.values())
        rows.append(_row(name, len(network.works), broken, *right))
    return "\n".join(rows)


def _wrong(held: Mapping[str, Network], said: Answers) -> str:
    rows = [
        f"* *{name}*: {_shown(pair[1] for pair in pairs)}"
        for name, network in held.items()
        if (pairs := [p for p, works in network.works.items() if said[name][p] is not works])
    ]
    return "\n".join(rows) or "None."


def _shown(services: Iterable[str]) -> str:
    listed = list(services)
    return f"{len(listed)} answers, about {', '.join(sorted(set(listed)))}"


def _given(stored: Mapping[str, Any]) -> str:
    rows = []
    for peer, title in (("prowler", "Prowler"), ("custodian", "Cloud Custodian")):
        checks: dict[str, int] = {}
        for found in stored[peer]["findings"].values():
            for check, _, _ in found:
                checks[check] = checks.get(check, 0) + 1
        rows += [_row(title, f"`{check}`", count) for check, count in sorted(checks.items())]
    return "\n".join(rows)


def _percent(share: float | None) -> str:
    return "none" if share is None else f"{share:.0%}".replace("%", " %")


def _row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"
