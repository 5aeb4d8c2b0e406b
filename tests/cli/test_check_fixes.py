"""`vpcproof check --fixes`: under each finding the changes that were proven to repair it."""

import json

import pytest

from tests.cli.test_fix import HOME, saved, vpc
from tests.render.test_json_document import VALIDATOR


@pytest.fixture
def check(run, folder):
    def invoke(answers, *options):
        place = folder(**answers)
        zones = {"VpcId": HOME, "HostedZoneSummaries": []}
        (place / "zones.json").write_text(json.dumps(zones))
        return run("check", "--snapshot", place, *options)

    return invoke


def fixes(result):
    document = json.loads(result.stdout)
    VALIDATOR.validate(document)
    return {
        each["rule"]: each["fixes"]
        for each in document["evaluations"]
        if each["compliance"] == "NON_COMPLIANT"
    }


def test_a_finding_names_the_changes_that_repair_it(check):
    found = fixes(check(saved(vpc()), "--format", "json", "--fixes"))
    (fix,) = found["vpc-ssm-endpoints-complete"]
    assert fix["summary"] == f"4 changes in {HOME}, 14.60 USD a month"
    assert fix["changes"][0] == "create the security group vpcproof-endpoints"
    assert len(fix["changes"]) == 4


def test_a_finding_without_a_safe_repair_has_no_fix(check):
    answers = saved(vpc(EnableDnsHostnames={"Value": False}))
    found = fixes(check(answers, "--format", "json", "--fixes"))
    assert found["vpc-ssm-endpoints-complete"] == []


def test_unless_asked_for_there_are_none(check):
    found = fixes(check(saved(vpc()), "--format", "json"))
    assert found
    assert not any(found.values())


def test_fixes_are_for_json(check):
    refused = check(saved(vpc()), "--fixes")
    assert refused.exit_code == 2
    assert "--fixes is for --format json" in refused.stderr
