"""`vpcproof rules`: the list, and the documentation of one rule."""

import json
from pathlib import Path

import jsonschema
import pytest
from vpcproof.model.parameters import PARAMETERS
from vpcproof.rules.registry import all_rules

from tests.cli.conftest import printed

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs" / "schemas" / "rules.schema.json").read_text("utf-8")
)


def test_text_lists_every_rule_with_what_it_is_about(run):
    result = run("rules")
    assert (result.exit_code, result.stderr) == (0, "")
    entries = {entry.splitlines()[0]: entry for entry in result.stdout.split("\n\n")}
    assert list(entries) == list(all_rules())
    for name, rule in all_rules().items():
        assert rule.title in entries[name]
        assert f"{rule.resource_type}, {rule.severity}" in entries[name]
        for word in (*(fact.key for fact in rule.facts), *rule.parameters):
            assert word in entries[name]


def test_json_lists_every_rule_and_fits_the_schema(run):
    result = run("rules", "--format", "json")
    jsonschema.validate(printed(result), SCHEMA)
    assert [rule["name"] for rule in printed(result)["rules"]] == list(all_rules())


def test_json_describes_a_rule(run):
    (described,) = printed(run("rules", "vpc-endpoint-available", "--format", "json"))["rules"]
    taken = ("pendingGraceMinutes", "vpcIds", "vpcTag")
    assert described.pop("documentation").startswith("A VPC endpoint is available.")
    assert described == {
        "name": "vpc-endpoint-available",
        "resource_type": "AWS::EC2::VPCEndpoint",
        "severity": "high",
        "title": "A VPC endpoint is available.",
        "needs": ["VpcEndpoints"],
        "reads": [],
        "actions": ["ec2:DescribeVpcEndpoints", "ec2:DescribeVpcs"],
        "parameters": [
            {
                "name": name,
                "default": PARAMETERS[name].default,
                "allowed": PARAMETERS[name].allowed,
                "meaning": PARAMETERS[name].meaning,
            }
            for name in taken
        ],
    }


@pytest.mark.parametrize("name", all_rules())
def test_the_documentation_is_complete(run, name):
    rule = all_rules()[name]
    result = run("rules", name)
    assert result.exit_code == 0
    words = result.stdout.split()
    for heading in ("Why it matters", "How to fix", "Known limits", "Permissions"):
        assert f"\n{heading}\n" in result.stdout
    assert [word for word in rule.documentation.split() if word != "##" and word not in words] == []
    assert {*rule.parameters, *rule.actions} <= {word.partition("=")[0] for word in words}


def test_parameters_are_explained_with_default_and_what_is_allowed(run):
    text = run("rules", "vpc-endpoint-admits-workloads").stdout
    assert "  granularity=subnet\n    Whether an endpoint must admit" in text
    assert "    Allowed: subnet, eni\n" in text
