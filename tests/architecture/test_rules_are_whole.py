"""A rule is a module, a page, a table of tests and an AWS Config rule, all under its one name."""

import re
from pathlib import Path

import pytest
from new_rule import PLACEHOLDERS
from vpcproof.model.parameters import PARAMETERS
from vpcproof.model.snapshot import Snapshot
from vpcproof.rules.registry import all_rules

ROOT = Path(__file__).resolve().parents[2]
RULES = all_rules()
HEADINGS = ["Why it matters", "How to fix", "Known limits"]


def module(name):
    return ROOT / "layers/core/vpcproof/rules" / f"{name.replace('-', '_')}.py"


def table(name):
    return ROOT / "tests/rules" / f"test_{name.replace('-', '_')}.py"


def test_every_module_of_the_folder_is_a_rule():
    stems = {path.stem for path in module("").parent.glob("*.py")} - {"__init__", "registry"}
    assert stems == {name.replace("-", "_") for name in RULES}


@pytest.mark.parametrize("name", RULES)
def test_its_module_says_why_how_and_how_far(name):
    found = re.findall(r"^## (.+)$", RULES[name].documentation, re.MULTILINE)
    assert found == HEADINGS
    assert RULES[name].title.endswith(".")
    assert not [text for text in PLACEHOLDERS if text in module(name).read_text()]


@pytest.mark.parametrize("name", RULES)
def test_it_has_a_page(name):
    assert RULES[name].title in (ROOT / f"docs/rules/{name}.md").read_text()


@pytest.mark.parametrize("name", RULES)
def test_it_has_a_table_with_both_verdicts(name):
    text = table(name).read_text()
    assert re.search(rf'rule = (RULE|"{name}")', text)
    for verdict in ("C", "NC"):
        assert re.search(rf"\b{verdict}\b", text), f"no {verdict} row"
    assert not [text for text in PLACEHOLDERS if text in table(name).read_text()]


@pytest.mark.parametrize("name", RULES)
def test_it_has_an_aws_config_rule(name):
    assert f"${{RuleNamePrefix}}{name}\n" in (ROOT / "template.yaml").read_text()


@pytest.mark.parametrize("name", RULES)
def test_its_name_begins_with_what_it_judges(name):
    kind = RULES[name].resource_type.name.lower().replace("_", "-")
    assert name.startswith(f"{kind}-")


@pytest.mark.parametrize("name", PARAMETERS)
def test_every_parameter_is_used_by_a_rule(name):
    assert [rule.name for rule in RULES.values() if name in rule.parameters]


@pytest.mark.parametrize("name", PARAMETERS)
def test_every_default_can_be_given_as_text(name):
    PARAMETERS[name].parse(PARAMETERS[name].default)


def test_the_snapshot_has_resources_of_every_type_that_rules_judge():
    for rule in RULES.values():
        assert Snapshot(captured_at=None).resources(rule.resource_type) == {}
