"""`--template`: judged before it is deployed, with the line of every finding."""

import json
import sys
from pathlib import Path

import pytest
from vpcproof.facts.cloudformation import source

from tests.cli.conftest import printed

TEMPLATES = Path(__file__).parents[1] / "templates"
BROKEN = TEMPLATES / "ssm-endpoints-wrong-source/template.yaml"
GOOD = TEMPLATES / "ssm-endpoints/template.yaml"
LINE = 1 + BROKEN.read_text().splitlines().index("  EndpointGroup:")
RULE = "security-group-admits-endpoint-clients"


def complaint(result):
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    return result.stderr


def test_a_good_template_has_no_finding(run):
    result = run("check", "--template", GOOD, "--region", "eu-west-1")
    assert result.exit_code == 0, result.output
    assert "No findings" in result.stdout


def test_a_finding_names_logical_id_file_and_line(run):
    result = run("check", "--template", BROKEN, "--region", "eu-west-1")
    assert result.exit_code == 1
    assert f"EndpointGroup ({BROKEN}:{LINE}):" in result.stdout


def test_json_has_the_location(run):
    document = printed(
        run("check", "--template", BROKEN, "--region", "eu-west-1", "--format", "json")
    )
    assert document["source"]["kind"] == "template"
    (finding,) = [
        each
        for each in document["evaluations"]
        if each["rule"] == RULE and each["resource_id"] == "EndpointGroup"
    ]
    assert finding["location"] == {"file": str(BROKEN), "line": LINE, "address": "EndpointGroup"}


def test_sarif_leads_to_the_line(run):
    result = run("check", "--template", BROKEN, "--region", "eu-west-1", "--format", "sarif")
    results = json.loads(result.stdout)["runs"][0]["results"]
    regions = {
        each["locations"][0]["physicalLocation"]["region"]["startLine"]
        for each in results
        if each["ruleId"] == RULE
    }
    assert regions == {LINE}


def test_a_parameter_goes_before_the_file(run):
    folder = TEMPLATES / "parameters-file"
    options = ("--region", "eu-west-1", "--parameters-file", folder / "parameters.json")
    template = folder / "template.yaml"
    assert run("check", "--template", template, *options).exit_code == 1
    wide = ("--parameter", "SourceCidr=10.20.0.0/16")
    assert run("check", "--template", template, *options, *wide).exit_code == 0


def test_what_is_open_is_told_with_its_place(run):
    template = TEMPLATES / "endpoints-by-unknown-condition/template.yaml"
    result = run("check", "--template", template, "--region", "eu-west-1")
    assert result.exit_code == 3
    assert "Resources/Ssm: whether condition IsProd holds: parameter Environment has no" in (
        result.stdout
    )


def test_paths_and_explain_take_a_template(run):
    options = ("--template", BROKEN, "--region", "eu-west-1")
    assert "PrivateA" in run("paths", *options, "--service", "ssm").stdout
    explained = run("explain", RULE, "EndpointGroup", *options)
    assert explained.exit_code == 1
    assert f"at {BROKEN}:{LINE}" in explained.stdout


def test_fix_says_where_a_template_is_repaired(run):
    assert "repaired where it is written" in complaint(run("fix", "--template", BROKEN))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--template", GOOD, "--snapshot", "."), "two sources"),
        (("--template", GOOD, "--profile", "x"), "--template needs none"),
        (("--snapshot", ".", "--parameter", "A=B"), "are for a --template"),
        (("--template", GOOD, "--parameter", "Typo=B"), "no parameter Typo"),
        (("--template", GOOD, "--parameters-file", "nowhere.json"), "nowhere.json cannot be read"),
        (("--template", "nowhere.yaml"), "nowhere.yaml does not exist"),
        (("--template", GOOD, "--vpc", "vpc-1"), "no VPC vpc-1 here; there is Vpc"),
    ],
)
def test_options_that_make_no_sense_are_refused(run, options, words):
    assert words in complaint(run("check", *options))


def test_without_cfn_lint_the_extra_is_named(run, monkeypatch):
    source._decoder.cache_clear()
    monkeypatch.setitem(sys.modules, "cfnlint.decode.decode", None)
    assert "pip install 'vpcproof[cli,templates]'" in complaint(run("check", "--template", GOOD))
