"""Whole networks as the AWS CLI prints them, each judged by every rule it expects something of.

A scenario is a folder of describe output and `expected.json`: parameters, for each rule the verdict
on every resource, and the paths of subnets to services as `[class, reachable]`. No paths at all are
expected where they are said to be `{}`, as of a participant of a shared VPC. The same network told
differently must be judged the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from vpcproof.analysis.path import PathClass
from vpcproof.analysis.paths import all_paths
from vpcproof.engine import evaluate
from vpcproof.facts.folder import read_folder
from vpcproof.model.parameters import Parameters, parse_parameters
from vpcproof.model.snapshot import Snapshot
from vpcproof.rules.registry import all_rules, find_rule

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
HERE = Path(__file__).parent
SCENARIOS = sorted(folder.name for folder in HERE.iterdir() if (folder / "expected.json").exists())
EXPECTED = "expected.json"

Json = Any
Telling = Callable[[Json], Json]


def expected_of(name: str) -> Mapping[str, Any]:
    return json.loads((HERE / name / EXPECTED).read_text())


def judged(folder: Path, name: str) -> dict[str, Any]:
    """What is said of a folder about all that the scenario expects something of."""
    expected = expected_of(name)
    parameters = parse_parameters(expected["parameters"])
    snapshot = read_folder(folder, now=NOW).snapshot
    assert not [gap for gap in snapshot.gaps if "cannot be read" in gap.reason]
    found = {**expected, "verdicts": verdicts(snapshot, expected["verdicts"], parameters)}
    if "paths" in expected:
        found["paths"] = paths(snapshot, expected["paths"], parameters)
    return found


def verdicts(
    snapshot: Snapshot, expected: Mapping[str, Any], parameters: Parameters
) -> dict[str, dict[str, str]]:
    """The verdicts on all resources by the rules that something is expected of."""
    report = evaluate(snapshot, [find_rule(rule) for rule in expected], parameters)
    found: dict[str, dict[str, str]] = {rule: {} for rule in expected}
    for each in report.evaluations:
        found[each.rule][each.resource_id] = each.compliance.value
    return found


def paths(
    snapshot: Snapshot, expected: Mapping[str, Any], parameters: Parameters
) -> dict[str, dict[str, list[Any]]]:
    """The paths that something is expected of; all there are where none is expected."""
    found: dict[str, dict[str, list[Any]]] = {}
    for each in all_paths(snapshot, parameters):
        if not expected or each.service in expected.get(each.subnet_id, {}):
            services = found.setdefault(each.subnet_id, {})
            services[each.service] = [each.path_class.value, each.reachable]
    return found


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_gets_its_verdicts_and_paths(name):
    assert judged(HERE / name, name) == expected_of(name)


# The same facts, told differently


def everywhere(change: Telling, told: Json) -> Json:
    """Apply a change to a document and all that is in it, innermost first."""
    if isinstance(told, dict):
        told = {key: everywhere(change, value) for key, value in told.items()}
    elif isinstance(told, list):
        told = [everywhere(change, value) for value in told]
    return change(told)


def in_another_order(told: Json) -> Json:
    if isinstance(told, list):
        return told[::-1]
    return dict(reversed(told.items())) if isinstance(told, dict) else told


def in_capitals(told: Json) -> Json:
    """States and types in the capitals that some answers of AWS have."""
    if not isinstance(told, dict):
        return told
    return {
        key: value.upper()
        if key in {"State", "IpAddressType"} and isinstance(value, str)
        else value
        for key, value in told.items()
    }


def in_halves(told: Json) -> Json:
    """Every CIDR block of a security group as two."""
    if not isinstance(told, dict) or "IpRanges" not in told:
        return told
    blocks = [ip_network(each["CidrIp"]) for each in told["IpRanges"]]
    halves = [half for block in blocks for half in block.subnets()]
    return {**told, "IpRanges": [{"CidrIp": str(half)} for half in halves]}


def without_ports_of_all_traffic(told: Json) -> Json:
    """`-1` with the ports -1 that DescribeSecurityGroupRules writes."""
    if isinstance(told, dict) and told.get("IpProtocol") == "-1":
        return {**told, "FromPort": -1, "ToPort": -1}
    return told


def as_recorded(told: Json) -> Json:
    """The wrapping in which placebo records an answer."""
    return {"status_code": 200, "data": {**told, "ResponseMetadata": {}}}


def in_flat_rules(told: Json) -> Json:
    """Security groups with their rules one by one, as DescribeSecurityGroupRules gives them."""
    if "SecurityGroups" not in told:
        return told
    groups = [
        {k: v for k, v in group.items() if not k.startswith("IpPermissions")}
        for group in told["SecurityGroups"]
    ]
    rules = [
        flat
        for group in told["SecurityGroups"]
        for member, is_egress in (("IpPermissions", False), ("IpPermissionsEgress", True))
        for permission in group[member]
        for flat in _flat(group, permission, is_egress=is_egress)
    ]
    for number, rule in enumerate(rules):
        rule["SecurityGroupRuleId"] = f"sgr-{number:017x}"
    return {"SecurityGroups": groups, "SecurityGroupRules": rules}


def _flat(group: Json, permission: Json, *, is_egress: bool) -> list[Json]:
    sources = [{"CidrIpv4": each["CidrIp"]} for each in permission["IpRanges"]]
    sources += [{"CidrIpv6": each["CidrIpv6"]} for each in permission["Ipv6Ranges"]]
    sources += [{"PrefixListId": each["PrefixListId"]} for each in permission["PrefixListIds"]]
    sources += [{"ReferencedGroupInfo": each} for each in permission["UserIdGroupPairs"]]
    ports = {"FromPort": permission.get("FromPort", -1), "ToPort": permission.get("ToPort", -1)}
    owner = {"GroupId": group["GroupId"], "GroupOwnerId": group["OwnerId"], "IsEgress": is_egress}
    return [{**owner, "IpProtocol": permission["IpProtocol"], **ports, **each} for each in sources]


TELLINGS: Mapping[str, Telling] = {
    "in another order": lambda told: everywhere(in_another_order, told),
    "in capitals": lambda told: everywhere(in_capitals, told),
    "with CIDR blocks in halves": lambda told: everywhere(in_halves, told),
    "with ports beside -1": lambda told: everywhere(without_ports_of_all_traffic, told),
    "as a recording": as_recorded,
    "in flat rules": in_flat_rules,
}


@pytest.mark.parametrize("telling", TELLINGS)
@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_told_differently_is_judged_the_same(name, telling, tmp_path):
    for source in (HERE / name).glob("*.json"):
        if source.name != EXPECTED:
            told = TELLINGS[telling](json.loads(source.read_text()))
            (tmp_path / source.name).write_text(json.dumps(told))
    assert judged(tmp_path, name) == expected_of(name)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_in_one_file_of_many_answers_is_judged_the_same(name, tmp_path):
    answers = [
        json.loads(source.read_text())
        for source in (HERE / name).glob("*.json")
        if source.name != EXPECTED
    ]
    (tmp_path / "all.json").write_text(json.dumps(answers))
    assert judged(tmp_path, name) == expected_of(name)


def test_there_are_enough_scenarios():
    assert len(SCENARIOS) >= 46


@pytest.mark.parametrize("rule", all_rules())
def test_every_rule_finds_something_and_passes_something(rule):
    expected = [expected_of(name)["verdicts"].get(rule, {}).values() for name in SCENARIOS]
    assert {"COMPLIANT", "NON_COMPLIANT"} <= {verdict for each in expected for verdict in each}


@pytest.mark.parametrize("path_class", PathClass)
def test_every_path_class_is_expected_of_some_subnet(path_class):
    expected = [expected_of(name).get("paths", {}).values() for name in SCENARIOS]
    classes = {found for each in expected for services in each for found, _ in services.values()}
    assert path_class.value in classes
