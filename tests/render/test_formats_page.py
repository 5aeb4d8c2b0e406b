"""docs/formats.md says what is so."""

import re
from itertools import groupby
from pathlib import Path

import pytest
from vpcproof.render.csv_table import COLUMNS
from vpcproof.render.formats import FORMATS
from vpcproof.render.frameworks import controls_about
from vpcproof.rules.registry import all_rules

PAGE = (Path(__file__).parents[2] / "docs/formats.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["text", *FORMATS])
def test_every_format_has_its_section_and_its_row(name):
    assert f"\n## {name}\n" in PAGE
    assert f"\n| [{name}](#{name}) | " in PAGE


def test_no_section_is_about_a_format_that_is_gone():
    listed = re.findall(r"^\| \[(\w+)\]\(#\w+\)", PAGE, re.MULTILINE)
    assert listed == ["text", *FORMATS]


def test_the_columns_of_csv_are_listed_in_their_order():
    assert ", ".join(COLUMNS) in " ".join(PAGE.split())


def frameworks():
    """The rows of the table as the data has them."""
    rules_of = {}
    for rule in all_rules():
        for control in controls_about(rule):
            rules_of.setdefault(control, []).append(rule)
    for control, rules in rules_of.items():
        about = f", about `{control.service}`" if control.service else ""
        by_standard = groupby(control.requirements, key=lambda each: each.standard)
        listed = (f"{name} {', '.join(each.id for each in ids)}" for name, ids in by_standard)
        yield (
            f"| [{control.id}]({control.url}) "
            f"| {', '.join(f'[{rule}](rules/{rule}.md)' for rule in rules)}{about} "
            f"| {'; '.join(listed)} |"
        )


def test_the_table_of_frameworks_is_the_data():
    rows = [line for line in PAGE.splitlines() if line.startswith("| [EC2.")]
    assert sorted(rows) == sorted(frameworks())
