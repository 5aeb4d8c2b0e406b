"""The formats that need no terminal: each a function from findings to the pieces of a document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from .asff import render_asff
from .csv_table import render_csv
from .findings import Findings
from .html.document import render_html
from .json_document import render_json
from .junit import render_junit
from .markdown import render_markdown
from .ocsf import render_ocsf
from .sarif import render_sarif


def _whole(render: Callable[[Findings], str]) -> Callable[[Findings], Iterable[str]]:
    return lambda findings: (render(findings),)


FORMATS: Mapping[str, Callable[[Findings], Iterable[str]]] = MappingProxyType(
    {
        "json": render_json,
        "sarif": _whole(render_sarif),
        "junit": _whole(render_junit),
        "csv": _whole(render_csv),
        "markdown": _whole(render_markdown),
        "asff": _whole(render_asff),
        "ocsf": _whole(render_ocsf),
        "html": _whole(render_html),
    }
)

# Formats that draw the network behind the findings, and so need it in `Findings`.
DRAWN = frozenset({"html"})
