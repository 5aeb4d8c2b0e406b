"""CSV, read back by Python's reader, and safe in a spreadsheet."""

import csv
import re
from io import StringIO

import pytest
from hypothesis import given
from vpcproof.model.verdict import Compliance, Evidence
from vpcproof.render.csv_table import COLUMNS, render_csv
from vpcproof.render.findings import Source

from tests.render.hostile import HOSTILE, hostile_findings
from tests.render.samples import compared, evaluation, everything, findings


def rows(shown):
    return list(csv.DictReader(StringIO(render_csv(shown), newline="")))


def row(shown):
    (only,) = rows(shown)
    return only


def test_there_is_a_row_per_verdict_under_the_header():
    assert len(rows(everything())) == len(everything().report.evaluations)
    assert tuple(rows(everything())[0]) == COLUMNS
    assert render_csv(findings()).split("\r\n") == [
        ",".join(f'"{column}"' for column in COLUMNS),
        "",
    ]


def test_lines_end_as_rfc_4180_says():
    assert not re.search(r"(?<!\r)\n|\r(?!\n)", render_csv(everything()))


def test_a_row_says_everything():
    shown = findings(
        evaluation(Compliance.NON_COMPLIANT, Evidence("route", "rtb-1", "is a blackhole")),
        names={"vpc-0b1c2d3e4f5061728": "production", "rtb-0a1b2c3d4e5f60718": "main"},
        advice={"route-table-has-no-blackhole": "Replace the route."},
    )
    assert row(shown) == {
        "account": "111122223333",
        "region": "ap-northeast-2",
        "vpc_id": "vpc-0b1c2d3e4f5061728",
        "vpc_name": "production",
        "rule": "route-table-has-no-blackhole",
        "resource_type": "AWS::EC2::RouteTable",
        "resource_id": "rtb-0a1b2c3d4e5f60718",
        "resource_name": "main",
        "compliance": "NON_COMPLIANT",
        "severity": "medium",
        "exempt": "no",
        "baseline": "",
        "annotation": "blackhole: 0.0.0.0/0 to nat-0123456789abcdef0",
        "evidence": "rtb-1: is a blackhole",
        "fix": "Replace the route.",
        "location": "",
    }


def test_what_is_not_known_is_empty():
    shown = findings(evaluation(vpc_id=None), source=Source(kind="live"))
    assert [row(shown)[key] for key in ("account", "region", "vpc_id", "vpc_name")] == [""] * 4


def test_how_to_fix_is_said_of_findings_only():
    advice = {"route-table-has-no-blackhole": "Replace the route."}
    assert row(findings(evaluation(Compliance.COMPLIANT), advice=advice))["fix"] == ""


def test_exemptions_and_the_baseline_have_a_column_each():
    exempt = [each for each in rows(everything()) if each["exempt"] == "yes"]
    assert [each["resource_id"] for each in exempt] == ["rtb-0c1d2e3f405162738"]
    states = [each["baseline"] for each in rows(compared())]
    assert (states.count("new"), states.count("unchanged")) == (1, 2)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "' =1"),
        ("\r=1", "' =1"),
        ("\n=1", "' =1"),
        ("vpc-1", "vpc-1"),
        ("", ""),
    ],
)
def test_a_spreadsheet_is_given_nothing_to_calculate(text, cell):
    assert row(findings(evaluation(annotation=text)))["annotation"] == cell


@pytest.mark.parametrize(
    "sign",
    [
        "\N{FULLWIDTH EQUALS SIGN}",
        "\N{FULLWIDTH PLUS SIGN}",
        "\N{FULLWIDTH HYPHEN-MINUS}",
        "\N{FULLWIDTH COMMERCIAL AT}",
    ],
)
def test_a_full_width_sign_is_one_too(sign):
    assert row(findings(evaluation(annotation=f"{sign}1")))["annotation"] == f"'{sign}1"


@given(HOSTILE)
def test_no_text_adds_a_cell_a_line_or_a_formula(text):
    document = render_csv(hostile_findings(text))
    assert document.count("\r\n") == 2
    cells = next(iter(csv.reader(StringIO(document.split("\r\n")[1], newline=""))))
    assert len(cells) == len(COLUMNS)
    assert all(cell.isprintable() for cell in cells)
    assert not any(cell.lstrip()[:1] in {"=", "+", "-", "@"} for cell in cells if cell)
