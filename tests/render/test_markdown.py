"""Markdown, read by a parser of it: what shows is the text, and nothing acts."""

import re

import pytest
from hypothesis import given
from markdown_it import MarkdownIt
from vpcproof.model.verdict import Compliance, Evidence, Severity
from vpcproof.render.markdown import render_markdown

from tests.render.hostile import HOSTILE, hostile_findings
from tests.render.samples import compared, evaluation, everything, findings

PARSER = MarkdownIt("commonmark").enable("table").enable("strikethrough")
OURS = re.compile(r"<details><summary>[^<>\n]*</summary>|</details>")
# What GitHub looks for: in the finished text, and in the Markdown itself.
MENTION = re.compile(r"@[A-Za-z0-9]|#\d|\bgh-\d", re.IGNORECASE)
BARE_LINK = re.compile(r"https?://|\bwww\.", re.IGNORECASE)


def tokens(document):
    for token in PARSER.parse(document):
        yield token
        yield from token.children or ()


def table(document):
    """The cells of the table, row by row, as they show."""
    cells, row, inside = [], [], False
    for token in PARSER.parse(document):
        if token.type in {"td_open", "th_open"}:
            inside = True
        elif token.type == "inline" and inside:
            row.append("".join(child.content for child in token.children))
            inside = False
        elif token.type == "tr_close":
            cells.append(row)
            row = []
    return cells


def test_the_table_has_what_needs_attention_the_worst_first():
    header, *rows = table(render_markdown(everything()))
    assert header == ["", "Rule", "Resource", "VPC", "What"]
    assert [row[0] for row in rows] == ["critical", "medium", "medium", *["undetermined"] * 8]
    assert rows[0][2] == "vpce-0a1b2c3d4e5f60718 ssm"


def test_nothing_to_tell_has_no_table():
    assert render_markdown(findings()) == "## vpcproof: nothing to judge\n"


def test_facts_and_fix_are_folded_away():
    document = render_markdown(everything())
    assert document.count("<details>") == document.count("</details>") == 3
    assert "**How to fix:** Replace the route with one to a live target" in document
    assert "left out: eni-0123456789abcdef0" in document


def test_what_the_baseline_knows_is_counted_and_not_shown():
    document = render_markdown(compared())
    assert "Since the baseline: **1 new, 2 unchanged, 1 fixed, 1 undecided**." in document
    assert "route-table-has-no-blackhole" not in document


def test_a_comment_is_never_longer_than_github_takes():
    many = findings(
        *(
            evaluation(
                Compliance.NON_COMPLIANT,
                *(Evidence("route", f"rtb-{n}", "[" * 60) for n in range(9)),
                rule=f"rule-{n % 40}",
                resource_id=f"rtb-{n:04}",
                annotation="| " * 30,
                severity=list(Severity)[n % 4],
            )
            for n in range(1000)
        )
    )
    document = render_markdown(many)
    assert 30_000 < len(document) < 65_536
    assert re.search(r"^And \d+ more\.$", document, re.MULTILINE)


def test_long_lists_of_facts_are_cut_and_said_so():
    facts = (Evidence("route", f"rtb-{n}", "is a blackhole") for n in range(7))
    tables = [evaluation(resource_id=f"rtb-a{n}") for n in range(12)]
    document = render_markdown(findings(evaluation(Compliance.NON_COMPLIANT, *facts), *tables))
    assert "  - and 2 more\n" in document
    assert "- and 3 more\n" in document


@pytest.mark.parametrize(
    "text",
    [
        "a | b \\| c",
        "<b>bold</b> <!-- x",
        "*a* _b_ `c` ~d~ $e$",
        "[click](https://example.com) ![x](https://example.com/x.png)",
        "https://example.com and www.example.com",
        "@everyone #12 GH-3 a@example.com",
        "&lt;b&gt; &#42;",
        "- item",
        "1. item",
        "# heading",
        "```",
        "\\",
        "서울 ü",
    ],
)
def test_a_text_shows_as_it_is(text):
    _, row = table(render_markdown(findings(evaluation(annotation=text))))
    assert row[4].replace("\u200b", "") == text
    assert not MENTION.search(row[4])


@given(HOSTILE)
def test_no_text_acts_or_breaks_out(text):
    document = render_markdown(hostile_findings(text))
    assert all(line.isprintable() for line in document.replace("\u200b", "").split("\n"))
    assert all(len(row) == 5 for row in table(document))
    for token in tokens(document):
        assert token.type not in {"link_open", "image", "em_open", "s_open", "fence", "code_block"}
        if token.type in {"html_block", "html_inline"}:
            assert OURS.sub("", token.content).strip() == ""
        if token.type == "text":
            assert not MENTION.search(token.content)
    assert not BARE_LINK.search(document)


@given(HOSTILE)
def test_the_summary_line_of_a_rule_is_one(text):
    shown = findings(evaluation(rule=text))
    opened = [line for line in render_markdown(shown).splitlines() if line.startswith("<details")]
    assert len(opened) == 1
    assert OURS.fullmatch(opened[0])
