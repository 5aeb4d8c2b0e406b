"""Whole templates, good and broken, each judged by every rule.

A template is a folder with the files and `expected.json`: the Region, parameters of the rules and
of the template, for each rule the verdicts that are not NOT_APPLICABLE, and what is open in the
template. The same template told differently must be judged the same.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from vpcproof.engine import evaluate
from vpcproof.facts.cloudformation.parameters import read_parameters_file
from vpcproof.facts.cloudformation.reader import read_template
from vpcproof.facts.cloudformation.source import read_template_file
from vpcproof.model.facts import NOT_DECLARED
from vpcproof.model.parameters import parse_parameters
from vpcproof.model.verdict import Compliance
from vpcproof.rules.registry import all_rules

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
HERE = Path(__file__).parent
TEMPLATES = sorted(folder.name for folder in HERE.iterdir() if (folder / "expected.json").exists())
EXPECTED = "expected.json"

Json = Any
Telling = Callable[[Json], Json]


def expected_of(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((HERE / name / EXPECTED).read_text())
    return found


def judged(folder: Path, expected: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of a template, in the form of its expectation."""
    given = expected.get("parameters_file")
    reading = read_template(
        folder / expected["template"],
        parameters={
            **(read_parameters_file(folder / given) if given else {}),
            **expected["template_parameters"],
        },
        region=expected["region"],
        now=NOW,
    )
    parameters = parse_parameters(expected["parameters"])
    report = evaluate(reading.snapshot, all_rules().values(), parameters)
    verdicts: dict[str, dict[str, str]] = {}
    for each in report.evaluations:
        assert each.location is not None or " " in each.resource_id
        if each.compliance is not Compliance.NOT_APPLICABLE:
            verdicts.setdefault(each.rule, {})[each.resource_id] = each.compliance.value
    gaps = sorted({gap.reason for gap in reading.snapshot.gaps} - {NOT_DECLARED})
    return {**expected, "verdicts": verdicts, "open": gaps}


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_gets_its_verdicts(name):
    found = judged(HERE / name, expected_of(name))
    if os.environ.get("VPCPROOF_WRITE_GOLDEN"):
        (HERE / name / EXPECTED).write_text(json.dumps(found, indent=2) + "\n")
    assert found == expected_of(name)


def test_there_are_good_and_broken_templates():
    found = [expected_of(name)["verdicts"] for name in TEMPLATES]
    assert len(TEMPLATES) >= 25
    for verdict in ("COMPLIANT", "NON_COMPLIANT", "UNDETERMINED"):
        assert any(verdict in of_rule.values() for each in found for of_rule in each.values())


# The same templates, told differently


def in_another_order(body: Json) -> Json:
    return {**body, "Resources": dict(reversed(body["Resources"].items()))}


def with_rules_apart(body: Json) -> Json:
    """Every rule of a security group as a resource of its own."""
    resources: dict[str, Json] = {}
    for name, resource in body["Resources"].items():
        resources[name] = resource
        if resource["Type"] != "AWS::EC2::SecurityGroup":
            continue
        properties = dict(resource["Properties"])
        for direction in ("Ingress", "Egress"):
            rules = properties.pop(f"SecurityGroup{direction}", [])
            for number, rule in enumerate(rules):
                resources[f"{name}{direction}{number}"] = {
                    "Type": f"AWS::EC2::SecurityGroup{direction}",
                    "Properties": {"GroupId": {"Ref": name}, **rule},
                }
        resources[name] = {**resource, "Properties": properties}
    return {**body, "Resources": resources}


def without_loops(body: Json) -> bool:
    return not any(name.startswith("Fn::ForEach") for name in body["Resources"])


TELLINGS: Mapping[str, Telling] = {
    "as JSON": lambda body: body,
    "in another order": in_another_order,
    "with rules apart": with_rules_apart,
}


@pytest.mark.parametrize("telling", TELLINGS)
@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_told_differently_is_judged_the_same(name, telling, tmp_path):
    expected = expected_of(name)
    folder = tmp_path / name
    shutil.copytree(HERE / name, folder)
    file = folder / expected["template"]
    body = dict(read_template_file(file, str(file)).body)
    if without_loops(body):
        body = TELLINGS[telling](body)
    file.write_text(json.dumps(body, default=str))
    assert judged(folder, expected)["verdicts"] == expected["verdicts"]
