"""Draw docs/check.svg: what `vpcproof paths` prints for the network of docs/example.

The picture of the README is made by the program itself, so that it cannot promise more.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import generated
from rich.console import Console
from rich.text import Text
from vpcproof.analysis.paths import all_paths
from vpcproof.cli.sources import names_of
from vpcproof.facts.folder import read_folder
from vpcproof.model.parameters import parse_parameters
from vpcproof.render.page import Layout
from vpcproof.render.paths_text import render_paths_text

EXAMPLE = generated.ROOT / "docs" / "example"
PICTURE = generated.ROOT / "docs" / "check.svg"
COLUMNS = 118
COMMAND = "vpcproof paths --snapshot docs/example --service ssm --service s3"


def outputs() -> Mapping[Path, str]:
    """The picture, the same for the same text."""
    snapshot = read_folder(EXAMPLE, now=datetime(2026, 1, 1, tzinfo=UTC)).snapshot
    parameters = parse_parameters({"services": "ssm,s3"})
    paths = all_paths(snapshot, parameters, services=parameters.services)
    layout = Layout(width=COLUMNS, colour=True)
    text = render_paths_text(paths, snapshot, names_of(snapshot), layout)
    console = Console(
        record=True, width=COLUMNS, file=StringIO(), force_terminal=True, color_system="standard"
    )
    console.print(Text.assemble(("$ ", "dim"), (COMMAND, "bold")))
    console.print(Text.from_ansi(text))
    return {PICTURE: console.export_svg(title="vpcproof paths", unique_id="vpcproof")}


if __name__ == "__main__":
    sys.exit(generated.main(outputs, __doc__))
