"""Each document as it was looked at, and what all formats promise.

`VPCPROOF_WRITE_GOLDEN=1` writes the files anew; read the difference before committing it.
"""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from vpcproof import __version__
from vpcproof.model.verdict import Compliance, Evidence
from vpcproof.render.formats import FORMATS
from vpcproof.render.text import render_text

from tests.render.embedded import without_assets
from tests.render.samples import SNAPSHOT, compared, evaluation, everything, findings, report

GOLDEN = Path(__file__).parent / "golden"
SUFFIX = {"html": "html", "junit": "xml", "markdown": "md", "csv": "csv", "sarif": "sarif"}


def golden(name: str, text: str) -> str:
    file = GOLDEN / name
    if os.environ.get("VPCPROOF_WRITE_GOLDEN"):
        file.write_text(text, encoding="utf-8", newline="")
    with file.open(encoding="utf-8", newline="") as opened:
        return opened.read()


@pytest.mark.parametrize("name", FORMATS)
def test_the_document_is_the_one_that_was_looked_at(name):
    text = "".join(FORMATS[name](everything())).replace(f'"{__version__}"', '"VERSION"')
    text = without_assets(text) if name == "html" else text
    assert text == golden(f"{name}.{SUFFIX.get(name, 'json')}", text)


@pytest.mark.parametrize("name", ["junit", "markdown"])
def test_a_baseline_is_seen_in_what_people_read(name):
    text = "".join(FORMATS[name](compared()))
    assert text == golden(f"{name}-baseline.{SUFFIX[name]}", text)


@pytest.mark.parametrize("verbose", [False, True])
def test_a_baseline_is_seen_in_the_text(verbose):
    text = render_text(compared(), verbose=verbose)
    assert text == golden(f"baseline{'-verbose' if verbose else ''}.txt", text)


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_findings_give_the_same_bytes(name):
    assert "".join(FORMATS[name](everything())) == "".join(FORMATS[name](everything()))


@pytest.mark.parametrize("name", FORMATS)
def test_the_order_in_which_names_and_advice_were_met_changes_nothing(name):
    one = everything()
    other = replace(
        one,
        names=dict(reversed(one.names.items())),
        advice=dict(reversed(one.advice.items())),
        rules=dict(reversed(one.rules.items())),
        report=report(one.report.evaluations, *reversed(one.report.gaps)),
    )
    assert "".join(FORMATS[name](other)) == "".join(FORMATS[name](one))


@pytest.mark.parametrize("name", FORMATS)
def test_a_document_ends_its_last_line(name):
    assert "".join(FORMATS[name](findings())).endswith("\n")


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_written_in_any_script_can_be_encoded(name):
    named = findings(
        evaluation(
            Compliance.NON_COMPLIANT, Evidence("route", "운영", "\ud800"), annotation="운영 ü"
        ),
        names={SNAPSHOT.account: "운영"},
    )
    document = "".join(FORMATS[name](named))
    document.encode("utf-8")
    assert "운영 ü" in document or "\\uc6b4\\uc601 \\u00fc" in document
