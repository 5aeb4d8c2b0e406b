"""Findings about resources that a file declares lead to the file and the line."""

import csv
import json
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from jsonschema import Draft4Validator, Draft202012Validator
from junitparser import JUnitXml
from vpcproof.engine import evaluate_resource
from vpcproof.model.location import Location
from vpcproof.model.parameters import parse_parameters
from vpcproof.model.resource_type import ResourceType
from vpcproof.render.csv_table import render_csv
from vpcproof.render.explanation import Explanation, render_explanation
from vpcproof.render.junit import render_junit
from vpcproof.render.markdown import render_markdown
from vpcproof.render.sarif import render_sarif
from vpcproof.render.text import render_text
from vpcproof.rules.registry import find_rule

from tests.networks import network, table
from tests.render.hostile import HOSTILE
from tests.render.samples import BLACKHOLE, evaluation, findings, json_of

ROOT = Path(__file__).parents[2]
SARIF = Draft4Validator(json.loads((ROOT / "tests/render/schemas/sarif-2.1.0.json").read_text()))
CHECK = Draft202012Validator(json.loads((ROOT / "docs/schemas/check.schema.json").read_text()))

DECLARED = evaluation(
    resource_id="Private",
    location=Location(file="network/template.yaml", line=12, address="Private"),
)


def physical_of(shown):
    log = json.loads(render_sarif(shown))
    SARIF.validate(log)
    return log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]


def test_an_evaluation_has_the_location_that_the_snapshot_knows_of_its_resource():
    snapshot = replace(
        network(table("rtb-a")),
        locations={(ResourceType.ROUTE_TABLE, "rtb-a"): Location(file="t.yaml", line=3)},
    )
    rule, resource = find_rule(BLACKHOLE), snapshot.route_tables["rtb-a"]
    judged = evaluate_resource(snapshot, rule, resource, parse_parameters({}))
    assert judged.location == Location(file="t.yaml", line=3)


def test_json_has_the_location_and_fits_the_schema():
    document = json.loads(json_of(findings(DECLARED)))
    CHECK.validate(document)
    assert document["evaluations"][0]["location"] == {
        "file": "network/template.yaml",
        "line": 12,
        "address": "Private",
    }


def test_json_leaves_out_what_is_not_known_of_a_location():
    document = json.loads(json_of(findings(replace(DECLARED, location=Location(file="plan")))))
    CHECK.validate(document)
    assert document["evaluations"][0]["location"] == {"file": "plan"}


@pytest.mark.parametrize(
    ("location", "uri", "line"),
    [
        (Location(file="a b/t.yaml", line=12), "a%20b/t.yaml", 12),
        (Location(file="./t.yaml", line=1), "t.yaml", 1),
        (Location(file="/srv/t.yaml", line=7), "file:///srv/t.yaml", 7),
        (Location(file="plan.json", address="aws_vpc.main"), "plan.json", 1),
    ],
)
def test_sarif_names_file_and_line(location, uri, line):
    shown = findings(replace(DECLARED, location=location))
    assert physical_of(shown) == {
        "artifactLocation": {"uri": uri},
        "region": {"startLine": line},
    }


@given(HOSTILE)
def test_no_file_name_breaks_a_document(name):
    shown = findings(replace(DECLARED, location=Location(file=name, line=1)))
    physical_of(shown)
    CHECK.validate(json.loads(json_of(shown)))
    JUnitXml.fromstring(render_junit(shown).encode())
    assert "\x1b" not in render_text(shown)


def test_text_shows_file_and_line_beside_the_resource():
    assert "Private (network/template.yaml:12): blackhole" in render_text(findings(DECLARED))
    named = findings(DECLARED, names={"Private": "app"})
    assert "Private (app, network/template.yaml:12): blackhole" in render_text(named)


def test_the_explanation_shows_file_and_line():
    explained = Explanation(
        evaluation=DECLARED, rule=find_rule(BLACKHOLE), name="", resource=(), fix=(), gaps=()
    )
    assert "at network/template.yaml:12\n" in render_explanation(explained)


def test_junit_has_file_and_line_as_attributes():
    (suite,) = JUnitXml.fromstring(render_junit(findings(DECLARED)).encode())
    (case,) = suite
    assert (case._elem.get("file"), case._elem.get("line")) == ("network/template.yaml", "12")


def test_csv_has_a_last_column_for_the_location():
    (row,) = csv.DictReader(StringIO(render_csv(findings(DECLARED)), newline=""))
    assert list(row.items())[-1] == ("location", "network/template.yaml:12")


def test_markdown_names_the_place_after_the_resource():
    assert "`Private` at `network/template.yaml:12`" in render_markdown(findings(DECLARED))
