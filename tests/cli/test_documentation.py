"""The sections of a rule's documentation."""

from dataclasses import replace

from vpcproof.cli.documentation import advice, sections
from vpcproof.rules.registry import find_rule

RULE = replace(
    find_rule("vpc-endpoint-available"),
    documentation="It is so.\n\n"
    "## Why it matters\nOne\ntwo.\n\n"
    "## How to fix\nFirst\nthis.\n\nThen that.\n",
)


def test_paragraphs_are_kept_apart_and_lines_are_not():
    assert sections(RULE) == {
        "Why it matters": ("One two.",),
        "How to fix": ("First this.", "Then that."),
    }


def test_advice_is_one_line():
    assert advice(RULE) == "First this. Then that."


def test_a_rule_that_says_nothing_gives_no_advice():
    assert advice(replace(RULE, documentation="It is so.\n")) == ""
