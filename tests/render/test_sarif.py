"""SARIF, held against the schema of its standard and against what GitHub takes."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from jsonschema import Draft4Validator
from vpcproof.model.resource_type import ResourceType
from vpcproof.model.verdict import Compliance, Evidence, Severity
from vpcproof.render.findings import Source
from vpcproof.render.sarif import render_sarif
from vpcproof.rules.registry import all_rules

from tests.render.hostile import HOSTILE, hostile_findings
from tests.render.samples import (
    BLACKHOLE,
    PROD,
    compared,
    documented,
    endpoint_missing,
    evaluation,
    everything,
    findings,
)

SCHEMA = json.loads((Path(__file__).parent / "schemas/sarif-2.1.0.json").read_text("utf-8"))
VALIDATOR = Draft4Validator(SCHEMA)


def run_of(shown):
    log = json.loads(render_sarif(shown))
    VALIDATOR.validate(log)
    (run,) = log["runs"]
    return run


def results_of(shown):
    return run_of(shown)["results"]


@pytest.mark.parametrize(
    "shown",
    [
        everything(),
        compared(),
        findings(),
        findings(evaluation(vpc_id=None), source=Source(kind="live")),
        findings(rules=all_rules()),
    ],
    ids=["everything", "with a baseline", "nothing", "unknown source", "every rule"],
)
def test_every_log_fits_the_schema_of_the_standard(shown):
    run_of(shown)


def test_the_schema_bites():
    log = json.loads(render_sarif(everything()))
    log["runs"][0]["results"][0]["level"] = "fatal"
    assert not VALIDATOR.is_valid(log)


@pytest.mark.parametrize(
    ("severity", "level", "score"),
    [
        (Severity.CRITICAL, "error", "9.5"),
        (Severity.HIGH, "error", "8.0"),
        (Severity.MEDIUM, "warning", "5.5"),
        (Severity.LOW, "note", "2.0"),
    ],
)
def test_the_level_is_that_of_the_finding_and_the_score_that_of_the_rule(severity, level, score):
    (result,) = results_of(findings(evaluation(severity=severity)))
    assert (result["kind"], result["level"]) == ("fail", level)
    by_severity = {rule.severity: rule for rule in all_rules().values()}
    if severity in by_severity:
        rule = by_severity[severity]
        (described,) = run_of(findings(rules={rule.name: rule}))["tool"]["driver"]["rules"]
        assert described["defaultConfiguration"]["level"] == level
        assert described["properties"]["security-severity"] == score


def test_what_could_not_be_told_is_open_and_not_taken_for_fixed():
    (result,) = results_of(findings(evaluation(Compliance.UNDETERMINED)))
    assert (result["kind"], result["level"]) == ("open", "none")


@pytest.mark.parametrize("compliance", [Compliance.COMPLIANT, Compliance.NOT_APPLICABLE])
def test_what_is_no_problem_is_no_result_as_github_takes_every_result_for_one(compliance):
    assert results_of(findings(evaluation(compliance))) == []


def test_a_result_names_its_rule_by_position():
    rules = {name: documented(name) for name in (BLACKHOLE, "vpc-endpoint-available")}
    run = run_of(findings(evaluation(), rules=rules))
    (result,) = run["results"]
    described = run["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert described["id"] == result["ruleId"] == BLACKHOLE
    assert described["shortDescription"]["text"] == f"The desired state of {BLACKHOLE}."
    assert described["help"]["markdown"].startswith("## Why it matters")


def test_the_fingerprint_outlives_a_change_of_words_severity_and_verdict():
    def print_of(*arguments, **changes):
        (result,) = results_of(findings(evaluation(*arguments, **changes)))
        return result["partialFingerprints"]

    same = [
        print_of(),
        print_of(annotation="other words"),
        print_of(severity=Severity.CRITICAL),
        print_of(Compliance.UNDETERMINED, Evidence("a", "b", "c")),
    ]
    assert all(each == same[0] for each in same)
    assert print_of(resource_id="rtb-other") != same[0]
    assert print_of(rule="route-table-endpoint-route-effective") != same[0]
    assert same[0] == {"ruleAndResource/v1": "caffd8669ccd3d97793b179e80e108f6"}


def test_a_location_leads_from_the_account_to_the_resource():
    (result,) = results_of(findings(evaluation()))
    (location,) = result["locations"]
    table = "rtb-0a1b2c3d4e5f60718"
    path = f"111122223333/ap-northeast-2/{PROD}/{table}"
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": path},
        "region": {"startLine": 1},
    }
    assert location["logicalLocations"] == [
        {"name": table, "fullyQualifiedName": path, "kind": "resource"},
        {"name": "111122223333", "kind": "account"},
        {"name": "ap-northeast-2", "kind": "region"},
        {"name": PROD, "kind": "vpc"},
    ]


def test_a_vpc_is_named_once():
    vpc = evaluation(resource_id=PROD, resource_type=ResourceType.VPC)
    (result,) = results_of(findings(vpc))
    named = [each["name"] for each in result["locations"][0]["logicalLocations"]]
    assert named == [PROD, "111122223333", "ap-northeast-2"]


def test_runs_of_several_accounts_and_regions_are_told_apart():
    assert run_of(everything())["automationDetails"] == {
        "id": "vpcproof/111122223333/ap-northeast-2/"
    }


def test_facts_that_were_not_read_are_notifications():
    (invocation,) = run_of(everything())["invocations"]
    texts = [each["message"]["text"] for each in invocation["toolExecutionNotifications"]]
    assert "NetworkAcls not read: no file" in texts
    assert len(texts) == 5


def test_a_baseline_gives_each_result_its_state():
    states = [(each["kind"], each["baselineState"]) for each in results_of(compared())]
    assert states.count(("fail", "new")) == 1
    assert states.count(("fail", "unchanged")) == 2
    assert all("baselineState" not in each for each in results_of(everything()))


def test_requirements_of_frameworks_are_tags_of_the_rule_and_properties_of_the_result():
    rule = "vpc-required-endpoints-present"
    run = run_of(findings(endpoint_missing("ssm"), rules={rule: documented(rule)}))
    tags = run["tool"]["driver"]["rules"][0]["properties"]["tags"]
    assert "AWS Foundational Security Best Practices v1.0.0/EC2.57" in tags
    assert "NIST.800-53.r5 SC-7" in tags
    assert run["results"][0]["properties"]["requirements"] == [
        "AWS Foundational Security Best Practices v1.0.0/EC2.57"
    ]


def test_no_rule_has_more_tags_than_github_takes():
    rules = run_of(findings(rules=all_rules()))["tool"]["driver"]["rules"]
    assert max(len(each["properties"]["tags"]) for each in rules) <= 20


@given(HOSTILE)
def test_no_text_leads_out_of_its_place(text):
    (result,) = json.loads(render_sarif(hostile_findings(text)))["runs"][0]["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    steps = uri.split("/")
    assert uri.isascii()
    assert steps[:2] == ["111122223333", "ap-northeast-2"]
    assert len(steps) == 3
    assert steps[2].strip(".")
    message = result["message"]["text"]
    assert "](" not in message.replace("\\](", "")
    assert all(line.isprintable() for line in message.split("\n"))


@pytest.mark.parametrize("name", ["..", ".", "a/../b", "", "서울", "\ud800"])
def test_a_log_with_a_hostile_id_fits_the_schema_and_stays_in_its_place(name):
    (result,) = results_of(hostile_findings(name))
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert {".", ".."}.isdisjoint(uri.split("/"))
