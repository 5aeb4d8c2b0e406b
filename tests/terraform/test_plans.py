"""Whole plans, each judged by every rule, and held against the configuration they are of.

A plan is a folder of `main.tf`, `plan.json` as `terraform show -json` prints it, and
`expected.json`: the verdict of each rule on each resource that it applies to, by its address, and
the facts that are missing with the reason. The same plan told differently is judged the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hcl2
import pytest
from vpcproof.engine import evaluate
from vpcproof.facts.terraform.read import read_plan
from vpcproof.model.facts import NO_FILE
from vpcproof.model.parameters import parse_parameters
from vpcproof.model.snapshot import Snapshot
from vpcproof.model.verdict import Compliance
from vpcproof.rules.registry import all_rules

from tests.networks import NOW

HERE = Path(__file__).parents[1] / "plans"
PLANS = sorted(folder.name for folder in HERE.iterdir() if (folder / "plan.json").exists())

Json = Any


def snapshot_of(plan: Json, folder: Path) -> Snapshot:
    file = folder / "plan.json"
    file.write_text(json.dumps(plan), encoding="utf-8")
    return read_plan(file, now=NOW).snapshot


def verdicts(snapshot: Snapshot) -> dict[str, dict[str, str]]:
    """By rule and by address, or by id where the plan does not manage the resource."""
    found: dict[str, dict[str, str]] = {}
    for each in evaluate(snapshot, all_rules().values(), parse_parameters({})).evaluations:
        if each.compliance is not Compliance.NOT_APPLICABLE:
            name = each.location.address if each.location else each.resource_id
            found.setdefault(each.rule, {})[name] = each.compliance.value
    return found


def gaps(snapshot: Snapshot) -> list[list[str]]:
    """What is missing of this very plan; some facts are in none."""
    return [[gap.fact.key, gap.reason] for gap in snapshot.gaps if gap.reason != NO_FILE]


def told(name: str) -> Json:
    return json.loads((HERE / name / "plan.json").read_text(encoding="utf-8"))


def expected(name: str) -> Json:
    return json.loads((HERE / name / "expected.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_gets_its_verdicts_and_gaps(name, tmp_path):
    snapshot = snapshot_of(told(name), tmp_path)
    assert {"verdicts": verdicts(snapshot), "gaps": gaps(snapshot)} == expected(name)


def test_there_are_enough_plans_good_and_broken():
    assert len(PLANS) >= 15
    said = [
        {v for of_rule in expected(name)["verdicts"].values() for v in of_rule.values()}
        for name in PLANS
    ]
    assert sum("NON_COMPLIANT" in each for each in said) >= 8
    assert sum("NON_COMPLIANT" not in each for each in said) >= 6


# Source and plan


def blocks(source: Path) -> Iterator[tuple[str, str, str]]:
    """Word, type and name of every resource, data source and module call of a configuration."""
    parsed = hcl2.loads(source.read_text(encoding="utf-8"))
    for word in ("resource", "data"):
        for block in parsed.get(word, ()):
            for kind, named in block.items():
                for name in named:
                    if not name.startswith("__"):
                        yield word, kind.strip('"'), name.strip('"')
    for block in parsed.get("module", ()):
        yield from (("module", "", name.strip('"')) for name in block if not name.startswith("__"))


def addresses_in_source(folder: Path, prefix: str = "") -> set[str]:
    found = set()
    for word, kind, name in blocks(folder / "main.tf"):
        if word == "module":
            path = folder / "modules" / name
            found |= addresses_in_source(path, f"{prefix}module.{name}.")
        else:
            found.add(f"{prefix}{'data.' if word == 'data' else ''}{kind}.{name}")
    return found


def addresses_in_plan(module: Json) -> Iterator[str]:
    for resource in module.get("resources", ()):
        yield re.sub(r"\[[^\]]*\]$", "", resource["address"])
    for child in module.get("child_modules", ()):
        yield from addresses_in_plan(child)


@pytest.mark.parametrize("name", PLANS)
def test_plan_and_source_name_the_same_resources(name):
    plan = told(name)
    planned = {*addresses_in_plan(plan["planned_values"]["root_module"])}
    looked_up = {*addresses_in_plan(plan["prior_state"]["values"]["root_module"])}
    assert addresses_in_source(HERE / name) == planned | looked_up


# The same plan, told differently


def everywhere(change: Callable[[Json], Json], given: Json) -> Json:
    if isinstance(given, dict):
        given = {key: everywhere(change, value) for key, value in given.items()}
    elif isinstance(given, list):
        given = [everywhere(change, value) for value in given]
    return change(given)


def in_another_order(plan: Json) -> Json:
    """Resources, changes and modules the other way round; the order of references means much."""

    def turned(given: Json) -> Json:
        if (
            isinstance(given, list)
            and given
            and all(isinstance(e, dict) and "address" in e for e in given)
        ):
            return given[::-1]
        return dict(reversed(given.items())) if isinstance(given, dict) else given

    return everywhere(turned, plan)


def one_module_deeper(plan: Json) -> Json:
    """All of it called as a module `network` by a root module that has nothing else."""

    def moved(address: str) -> str:
        return f"module.network.{address}"

    def deeper(module: Json) -> Json:
        return {
            "address": moved(module["address"]) if "address" in module else "module.network",
            "resources": [
                {**r, "address": moved(r["address"])} for r in module.get("resources", ())
            ],
            "child_modules": [deeper(each) for each in module.get("child_modules", ())],
        }

    changes = [
        {
            **each,
            "address": moved(each["address"]),
            "module_address": moved(each["module_address"])
            if "module_address" in each
            else "module.network",
        }
        for each in plan["resource_changes"]
    ]
    configuration = plan["configuration"]
    call = {"source": "./network", "module": configuration["root_module"]}
    return {
        **plan,
        "planned_values": {
            "root_module": {"child_modules": [deeper(plan["planned_values"]["root_module"])]}
        },
        "prior_state": {
            "values": {
                "root_module": {
                    "child_modules": [deeper(plan["prior_state"]["values"]["root_module"])]
                }
            }
        },
        "resource_changes": changes,
        "configuration": {**configuration, "root_module": {"module_calls": {"network": call}}},
    }


@pytest.mark.parametrize("name", PLANS)
def test_the_order_of_a_plan_changes_no_verdict(name, tmp_path):
    snapshot = snapshot_of(in_another_order(told(name)), tmp_path)
    assert {"verdicts": verdicts(snapshot), "gaps": gaps(snapshot)} == expected(name)


@pytest.mark.parametrize("name", PLANS)
def test_a_module_around_it_all_changes_no_verdict(name, tmp_path):
    found = verdicts(snapshot_of(one_module_deeper(told(name)), tmp_path))
    plain = json.loads(json.dumps(found).replace("module.network.", ""))
    assert plain == expected(name)["verdicts"]
