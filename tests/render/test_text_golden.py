"""The text as a person sees it, at the widths of a phone, an ordinary and a wide terminal.

`VPCPROOF_WRITE_GOLDEN=1` writes the files anew; read the difference before committing it.
"""

import os
from pathlib import Path

import pytest
from vpcproof.render.page import PLAIN, Layout
from vpcproof.render.text import render_text

from tests.render.samples import everything

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize(
    ("name", "layout", "verbose"),
    [
        ("40-columns", Layout(width=40), False),
        ("80-columns", Layout(width=80), False),
        ("120-columns", Layout(width=120), False),
        ("pipe", PLAIN, False),
        ("80-columns-verbose", Layout(width=80), True),
        ("80-columns-colour", Layout(width=80, colour=True), False),
    ],
)
def test_text_is_the_one_that_was_looked_at(name, layout, verbose):
    file = GOLDEN / f"{name}.txt"
    text = render_text(everything(), layout, verbose=verbose)
    if os.environ.get("VPCPROOF_WRITE_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")
