"""The text of `paths`: for each subnet how its services are reached, or all that blocks them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby

from ..analysis.path import Path
from ..analysis.probed import probe_words
from ..model.probe_result import ProbeResult
from ..model.snapshot import Snapshot
from .page import PLAIN, Layout, Page

_OUTCOME = {
    True: ("reached", "green"),
    False: ("BLOCKED", "bold red"),
    None: ("unknown", "magenta"),
}
_WIDEST_OUTCOME = max(len(word) for word, _ in _OUTCOME.values())


def render_paths_text(
    paths: Iterable[Path],
    snapshot: Snapshot,
    names: Mapping[str, str],
    layout: Layout = PLAIN,
    *,
    verbose: bool = False,
) -> str:
    """The paths by VPC and subnet; services that fare alike share an entry.

    With `verbose` the proof of what is reached is shown, too.
    """
    page = Page(layout)
    listed = list(paths)
    for vpc_id, of_vpc in groupby(listed, key=lambda each: each.vpc_id):
        page.blank()
        page.line((vpc_id, "bold underline"), _named(vpc_id, names))
        for subnet_id, of_subnet in groupby(of_vpc, key=lambda each: each.subnet_id):
            page.line(*_subnet_heading(subnet_id, snapshot, names), indent=2, hang=2)
            probed = snapshot.probed(subnet_id)
            for alike in _alike(of_subnet, probed):
                _write_entry(page, alike, probed, verbose=verbose)
            page.blank()
    page.line(_summary(listed))
    return str(page)


def _subnet_heading(
    subnet_id: str, snapshot: Snapshot, names: Mapping[str, str]
) -> list[str | tuple[str, str]]:
    subnet = snapshot.subnets[subnet_id]
    where = ", ".join(filter(None, (str(subnet.cidrs), subnet.zone or subnet.zone_id)))
    return [(subnet_id, "bold"), _named(subnet_id, names), (f"  {where}", "dim")]


def _named(resource_id: str, names: Mapping[str, str]) -> str:
    return f"  {names[resource_id]}" if resource_id in names else ""


def _alike(paths: Iterable[Path], probed: Mapping[str, ProbeResult]) -> list[list[Path]]:
    """Paths of one subnet grouped by everything but the service."""
    groups: dict[object, list[Path]] = {}
    for path in paths:
        details = tuple(block.detail.replace(path.service, "…") for block in path.blocks)
        seen = probed.get(path.service)
        told = seen and (seen.answered, seen.reaches)
        key = (path.reachable, path.path_class, path.blocks and details, not path.blocks, told)
        groups.setdefault(key, []).append(path)
    return sorted(groups.values(), key=lambda alike: (_rank(alike[0]), alike[0].service))


def _rank(path: Path) -> int:
    return (False, None, True).index(path.reachable)


def _write_entry(
    page: Page, alike: list[Path], probed: Mapping[str, ProbeResult], *, verbose: bool
) -> None:
    indent = 6 + _WIDEST_OUTCOME
    word, style = _OUTCOME[alike[0].reachable]
    services = ", ".join(path.service for path in alike)
    way = f"  {alike[0].path_class}"
    via = dict.fromkeys(step for path in alike for step in path.via)
    page.line(
        (word.ljust(_WIDEST_OUTCOME), style),
        "  ",
        (services, "bold"),
        (way, style),
        (f"  {', '.join(via)}" if via else "", "dim"),
        indent=4,
        hang=_WIDEST_OUTCOME + 2,
    )
    for block in dict.fromkeys(block for path in alike for block in path.blocks):
        sign = "-" if block.certain else "?"
        page.line(f"{sign} {block}", indent=indent, hang=2)
    for path in alike:
        if result := probed.get(path.service):
            agrees = result.answered and result.reaches is path.reachable
            words = f"= {path.service}: {probe_words(result)}"
            page.line((words, "" if agrees else "bold magenta"), indent=indent, hang=2)
    if verbose and not alike[0].blocks:
        for fact in dict.fromkeys(fact for path in alike for fact in path.proof):
            page.line((f"- {fact.detail}", "dim"), indent=indent, hang=2)


def _summary(paths: list[Path]) -> tuple[str, str]:
    if not paths:
        return "No subnet to follow paths from", "bold"
    counts = [
        f"{number} {word.lower()}"
        for outcome, (word, _) in _OUTCOME.items()
        if (number := sum(path.reachable is outcome for path in paths))
    ]
    return f"{len(paths)} paths: {', '.join(counts)}", "bold"
