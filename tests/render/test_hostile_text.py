"""Names, tags and ids are written by strangers, who may not draw on the reader's terminal."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vpcproof.model.facts import Fact, Gap
from vpcproof.model.verdict import Compliance, Evidence
from vpcproof.render.page import Layout, printable
from vpcproof.render.text import render_text

from tests.render.samples import PROD, evaluation, findings, json_of, report

STYLE = re.compile(r"\x1b\[[0-9;]+m")

ANYTHING = st.text(st.characters(), max_size=30)
SEQUENCES = st.sampled_from(
    [
        "\x1b[2J",
        "\x1b[31m",
        "\x9b31m",
        "\x1b]0;title\x07",
        "\x1b]8;;http://x\x1b\\",
        "\x1bc",
        "\x1b",
    ]
)
HOSTILE = st.lists(ANYTHING | SEQUENCES, max_size=5).map("".join)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain [bold]name[/bold] :boom:", "plain [bold]name[/bold] :boom:"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b[2J\x1b[1;1Hgone", "gone"),
        ("\x9b31mC1", "C1"),
        ("\x1b]0;new title\x07name", "name"),
        ("\x1b]8;;https://example.com\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bPdevice\x1b\\name", "name"),
        ("\x1bcreset", "reset"),
        ("\x1b(Bcharset", "charset"),
        ("unfinished \x1b", "unfinished \ufffd"),
        ("two\nlines\tand\ra tab", "two lines and a tab"),
        ("bell\x07 null\x00", "bell\ufffd null\ufffd"),
        ("vpc-\u202egnp.exe", "vpc-\ufffdgnp.exe"),
        ("zero\u200bwidth", "zero\ufffdwidth"),
        ("lone \ud800", "lone \ufffd"),
        ("서울 VPC", "서울 VPC"),
    ],
)
def test_printable_keeps_what_can_be_seen_and_marks_the_rest(text, shown):
    assert printable(text) == shown


def hostile_findings(text: str):
    return findings(
        report=report(
            [
                evaluation(
                    Compliance.NON_COMPLIANT,
                    Evidence(text, text, text),
                    rule=text or "rule",
                    resource_id=text,
                    vpc_id=text or None,
                    annotation=text,
                )
            ],
            Gap(fact=Fact.VPCS, reason=text, vpc_id=text),
        ),
        names={text: text},
        advice={text: text},
    )


@given(HOSTILE, st.sampled_from([None, 40, 80]))
def test_no_text_reaches_the_terminal_as_a_control_code(text, width):
    shown = render_text(hostile_findings(text), Layout(width=width), verbose=True)
    assert all(line.isprintable() for line in shown.split("\n"))


@given(HOSTILE)
def test_no_text_adds_a_line_to_a_pipe(text):
    calm = render_text(hostile_findings("calm"), Layout())
    shown = render_text(hostile_findings(text), Layout())
    assert shown.count("\n") <= calm.count("\n")


@given(HOSTILE)
def test_in_colour_the_only_codes_are_ours(text):
    shown = render_text(hostile_findings(text), Layout(width=80, colour=True))
    assert all(line.isprintable() for line in STYLE.sub("", shown).split("\n"))


def test_markup_in_a_name_is_text():
    named = findings(evaluation(), names={PROD: "[bold red]name[/] :warning:"})
    assert f"{PROD}  [bold red]name[/] :warning:" in render_text(named, Layout(width=80))


@given(HOSTILE)
def test_the_json_is_ascii_and_keeps_every_text_as_it_was(text):
    document = json_of(hostile_findings(text))
    assert document.isascii()
    assert document.replace("\n", "").isprintable()
    assert json.loads(document)["evaluations"][0]["resource_id"] == text
