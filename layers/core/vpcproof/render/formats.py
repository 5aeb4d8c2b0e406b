"""The formats that need no terminal: each a function from findings to a document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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

FORMATS: Mapping[str, Callable[[Findings], str]] = MappingProxyType(
    {
        "json": render_json,
        "sarif": render_sarif,
        "junit": render_junit,
        "csv": render_csv,
        "markdown": render_markdown,
        "asff": render_asff,
        "ocsf": render_ocsf,
        "html": render_html,
    }
)

# Formats that draw the network behind the findings, and so need it in `Findings`.
DRAWN = frozenset({"html"})
