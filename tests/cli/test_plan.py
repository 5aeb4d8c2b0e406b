"""The commands on a Terraform plan."""

import json
from pathlib import Path

import pytest

PLANS = Path(__file__).parents[1] / "plans"
BROKEN = PLANS / "host-names-left-off/plan.json"
WHOLE = PLANS / "private-vpc-complete/plan.json"
# What only network interfaces can answer, which no plan shows in full.
UNASKED = ("--skip", "security-group-egress-reaches-endpoints")


def test_check_finds_what_the_plan_would_break(run):
    result = run("check", "--plan", BROKEN, *UNASKED, "--format", "json")
    assert result.exit_code == 1
    document = json.loads(result.stdout)
    assert document["source"]["kind"] == "plan"
    assert document["source"]["region"] == "eu-west-1"
    found = {
        each["location"]["address"]: each["location"]["file"]
        for each in document["evaluations"]
        if each["rule"] == "vpc-dns-resolves-endpoints"
    }
    assert found == {"aws_vpc.main": str(BROKEN)}


def test_check_passes_a_plan_that_is_right(run):
    assert run("check", "--plan", WHOLE, *UNASKED).exit_code == 0


def test_check_does_not_pass_a_plan_that_shows_too_little(run):
    result = run("check", "--plan", PLANS / "endpoint-into-a-foreign-vpc/plan.json", *UNASKED)
    assert result.exit_code == 3


def test_text_names_a_resource_that_exists_by_its_id_and_its_address(run):
    plan = PLANS / "endpoint-taken-away/plan.json"
    result = run("check", "--plan", plan, "--rule", "vpc-ssm-endpoints-complete")
    assert "vpc-01 (aws_vpc.main): ssmmessages missing" in result.stdout


def test_paths_follow_the_network_to_be(run):
    result = run("paths", "--plan", WHOLE, "--service", "s3", "--format", "json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)["paths"]
    assert {each["class"] for each in found} == {"gateway-endpoint"}
    assert {each["subnet_id"] for each in found} == {'aws_subnet.app["a"]', 'aws_subnet.app["b"]'}


def test_explain_takes_an_address(run):
    result = run("explain", "vpc-dns-resolves-endpoints", "aws_vpc.main", "--plan", BROKEN)
    assert result.exit_code == 1
    assert "enableDnsHostnames is off" in result.stdout


def test_one_vpc_is_named_by_its_address(run):
    plan = PLANS / "two-regions/plan.json"
    result = run("check", "--plan", plan, "--vpc", "aws_vpc.west", "--format", "json")
    vpcs = {each["vpc_id"] for each in json.loads(result.stdout)["evaluations"]}
    assert vpcs == {"aws_vpc.west"}


def test_fix_sends_to_the_configuration(run):
    result = run("fix", "--plan", BROKEN)
    assert result.exit_code == 2
    assert "change its configuration" in result.stderr


@pytest.mark.parametrize("more", [("--snapshot", "."), ("--profile", "x")])
def test_a_second_source_is_refused(more, run):
    result = run("check", "--plan", WHOLE, *more)
    assert result.exit_code == 2
    assert "--plan" in result.stderr


def test_what_is_no_plan_ends_in_one_line(run, tmp_path):
    file = tmp_path / "terraform.tfstate"
    file.write_text('{"version": 4, "serial": 1, "lineage": "x"}')
    result = run("check", "--plan", file)
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "is a state file" in result.stderr
