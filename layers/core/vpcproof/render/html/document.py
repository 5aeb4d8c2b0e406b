"""The HTML report of `check` and of `paths`."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from ...analysis.path import Path
from ...engine import Evaluation
from ...model.facts import Gap
from ...model.verdict import Compliance, Severity
from ..findings import Findings, Source, summary_line
from ..missing_facts import remedy_of
from ..network import Network
from ..page import printable
from . import verdicts
from .drawing import drawing
from .hops import Stage

Json = dict[str, Any]

_STYLES = ("page.css", "map.css", "print.css")
_SCRIPTS = ("elements.js", "data.js", "place.js", "matrix.js", "proof.js", "map.js")
_SCRIPTS_OF_FINDINGS = ("findings.js",)
_LAST_SCRIPTS = ("picker.js", "start.js")
# What would end a script element or a line of JavaScript, in a text within JSON.
_ACTIVE = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}
_OUTCOMES = ((True, "reached"), (False, "blocked"), (None, "unknown"))


def render_html(findings: Findings) -> str:
    """The report of `check`: the same bytes for the same findings."""
    ordered = verdicts.worst_first(findings)
    index, drawings = _vpcs(findings.network, findings.names, ordered)
    data = verdicts.data(findings, ordered, [each["id"] for each in index])
    return _page(
        title=_headline(findings),
        subtitle=summary_line(findings.report.evaluations),
        source=_place(findings),
        counts=verdicts.counts(findings),
        paths=_in_words(findings.network) if findings.network else "",
        vpcs=len(index),
        affected=sum(bool(each["worst"]) for each in index),
        gaps=_gaps(findings.report.gaps, findings.source),
        unjudged=findings.unjudged,
        baseline="" if findings.baseline is None else str(findings.baseline),
        rows=verdicts.rows(findings, ordered),
        attention=verdicts.attention(findings),
        judged=True,
        drawings=drawings,
        data={"vpcs": index, "drawn": len(drawings), "stages": list(Stage), **data},
    )


def render_paths_html(network: Network, names: Mapping[str, str], source: Source) -> str:
    """The report of `paths`: the network without any verdict of a rule."""
    index, drawings = _vpcs(network, names, [])
    listed = sorted(network.paths, key=lambda each: (False, None, True).index(each.reachable))
    return _page(
        title=_paths_headline(network.paths),
        subtitle="",
        source=_words_of(source),
        counts=[],
        paths=_in_words(network),
        vpcs=len(index),
        affected=0,
        gaps=_gaps(network.snapshot.gaps, source),
        unjudged=(),
        baseline="",
        rows=[_path_row(each) for each in listed[: verdicts.SHOWN_WITHOUT_SCRIPT]],
        attention=len(listed),
        judged=False,
        drawings=drawings,
        data={"vpcs": index, "drawn": len(drawings), "stages": list(Stage)},
    )


def _page(*, data: Mapping[str, Any], drawings: Iterable[Any], judged: bool, **words: Any) -> str:  # noqa: ANN401 - the words of the template
    """Texts of strangers become printable here, all at once; the template escapes them."""
    scripts = (*_SCRIPTS, *(_SCRIPTS_OF_FINDINGS if judged else ()), *_LAST_SCRIPTS)
    style, script = _joined(_STYLES), _joined(scripts)
    page: str = _template().render(
        style=style,
        script=script,
        style_hash=_digest(style),
        script_hash=_digest(script),
        judged=judged,
        data=_embedded(data),
        drawings=[_embedded(each) for each in drawings],
        **_shown(words),
    )
    return page


def _vpcs(
    network: Network | None, names: Mapping[str, str], ordered: Iterable[Evaluation]
) -> tuple[list[Json], list[Json]]:
    """A line for each VPC to choose it by, the worst first; and as many drawings as there are.

    VPCs without a path to draw come last: those without subnets, and those that others judge.
    """
    judged: dict[str, list[Evaluation]] = {}
    for each in ordered:
        if each.vpc_id:
            judged.setdefault(each.vpc_id, []).append(each)
    paths: dict[str, list[Path]] = {}
    for path in network.paths if network else ():
        paths.setdefault(path.vpc_id, []).append(path)
    lines = [
        _line(vpc_id, names, judged.get(vpc_id, []), paths.get(vpc_id, []), network)
        for vpc_id in judged.keys() | paths.keys()
    ]
    lines.sort(key=lambda each: (each["id"] not in paths, _rank(each["worst"]), each["id"]))
    if network is None:
        return lines, []
    drawings = [
        drawing(network, vpc_id, paths[vpc_id], names)
        for vpc_id in (each["id"] for each in lines)
        if vpc_id in paths
    ]
    return lines, drawings


def _line(
    vpc_id: str,
    names: Mapping[str, str],
    judged: Iterable[Evaluation],
    paths: Iterable[Path],
    network: Network | None,
) -> Json:
    broken = [each for each in judged if each.compliance is Compliance.NON_COMPLIANT]
    vpc = network.snapshot.vpcs.get(vpc_id) if network else None
    return {
        "id": vpc_id,
        "name": names.get(vpc_id, ""),
        "cidrs": str(vpc.cidrs) if vpc and vpc.cidrs else "",
        "findings": len(broken),
        "worst": min((each.severity for each in broken), key=lambda e: e.rank, default=""),
        "blocked": sum(path.reachable is False for path in paths),
    }


def _rank(worst: str) -> int:
    return Severity(worst).rank if worst else len(Severity)


def _headline(findings: Findings) -> str:
    """What there is to say first."""
    summary = findings.report.summary
    broken, unknown = summary[Compliance.NON_COMPLIANT], summary[Compliance.UNDETERMINED]
    if broken:
        return "1 finding" if broken == 1 else f"{broken:,} findings"
    if unknown or findings.unjudged:
        return "Not everything could be determined"
    return "Everything judged is proven" if findings.report.evaluations else "Nothing to judge"


def _paths_headline(paths: tuple[Path, ...]) -> str:
    reached = sum(path.reachable is True for path in paths)
    return f"{reached:,} of {len(paths):,} paths are proven" if paths else "No path to follow"


def _place(findings: Findings) -> list[str]:
    """Where the facts are from; the time of saved answers is not always theirs, so left out."""
    words = _words_of(findings.source)
    if findings.source.is_live:
        words.append(f"read {findings.captured_at:%Y-%m-%d %H:%M} UTC")
    return words


def _words_of(source: Source) -> list[str]:
    words = ["live account" if source.is_live else "saved answers"]
    words += [f"account {source.account}"] if source.account else []
    words += [source.region] if source.region else []
    words += [source.partition] if source.partition not in (None, "aws") else []
    return words


def _counted(paths: Iterable[Path]) -> list[Json]:
    outcomes = [path.reachable for path in paths]
    return [{"word": word, "number": outcomes.count(outcome)} for outcome, word in _OUTCOMES]


def _in_words(network: Network) -> str:
    """The paths counted in a sentence: those required, where any are."""
    required = [path for path in network.paths if network.is_required(path)]
    kind, paths = ("required ", required) if required else ("", network.paths)
    if not paths:
        return ""
    counts = [f"{each['number']:,} {each['word']}" for each in _counted(paths) if each["number"]]
    return f"Of {len(paths):,} {kind}paths from a subnet to a service: {', '.join(counts)}."


def _gaps(gaps: Iterable[Gap], source: Source) -> list[dict[str, str]]:
    """What was not read, in words; the VPCs of one reason together."""
    alike: dict[tuple[str, str], list[Gap]] = {}
    for gap in sorted(gaps, key=lambda each: (each.fact.key, each.vpc_id or "")):
        alike.setdefault((gap.fact.name, gap.reason), []).append(gap)
    return [
        {
            "what": name.replace("_", " ").capitalize().replace("Vpc", "VPC").replace("dns", "DNS"),
            "where": ", ".join(each.vpc_id for each in some if each.vpc_id),
            "reason": reason,
            "remedy": remedy_of(some[0], is_live=source.is_live),
        }
        for (name, reason), some in alike.items()
    ]


def _path_row(path: Path) -> Json:
    return {
        "outcome": dict(_OUTCOMES)[path.reachable],
        "vpc": path.vpc_id,
        "subnet": path.subnet_id,
        "service": path.service,
        "way": path.path_class.value,
        "blocks": [str(block) for block in path.blocks],
    }


def _shown(value: Any) -> Any:  # noqa: ANN401 - JSON of any shape
    """The same data without characters that cannot be seen or that turn the writing around."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {printable(key): _shown(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(each) for each in value]
    return value


def _embedded(data: object) -> str:
    """JSON that can stand in a script element: pure ASCII, no angle bracket, no ampersand."""
    written = json.dumps(_shown(data), separators=(",", ":"))
    return written.translate(_ACTIVE)


@cache
def _joined(names: tuple[str, ...]) -> str:
    folder = files(__package__) / "assets"
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in names)


def _digest(text: str) -> str:
    """The source expression by which a Content-Security-Policy lets one inline text pass."""
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


@cache
def _template() -> Any:  # noqa: ANN401 - jinja2 is loaded when a page is asked for
    import jinja2  # noqa: PLC0415 - the other formats do without

    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: _joined((name,))),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["parts"] = lambda text: text.split("`")
    return environment.get_template("report.html.jinja")
