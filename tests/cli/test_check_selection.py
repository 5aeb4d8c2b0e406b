"""What `check` judges: rules, VPCs, parameters, Region."""

import json
from shutil import make_archive

import pytest
from vpcproof.rules.registry import all_rules

from tests.cli.answers import (
    AVAILABLE_RULE,
    BLACKHOLE_RULE,
    HOME,
    OTHER,
    endpoint,
    route_table,
    vpc,
)
from tests.cli.conftest import printed


@pytest.fixture
def saved(folder):
    return folder(
        Vpcs=[vpc(), vpc(OTHER)],
        RouteTables=[route_table(), route_table("rtb-other", OTHER, blackhole=True)],
        VpcEndpoints=[endpoint(state="pendingAcceptance"), endpoint("vpce-other", OTHER)],
    )


def judged(result) -> set[str]:
    return {each["rule"] for each in printed(result)["evaluations"]}


def test_rule_judges_by_that_rule_only(run, saved):
    result = run("check", "--snapshot", saved, "--format", "json", "--rule", BLACKHOLE_RULE)
    assert judged(result) == {BLACKHOLE_RULE}


def test_rule_may_be_repeated(run, saved):
    rules = ("--rule", BLACKHOLE_RULE, "--rule", AVAILABLE_RULE)
    result = run("check", "--snapshot", saved, "--format", "json", *rules)
    assert judged(result) == {BLACKHOLE_RULE, AVAILABLE_RULE}


def test_skip_judges_by_all_others(run, saved):
    every = judged(run("check", "--snapshot", saved, "--format", "json"))
    skips = ("--skip", BLACKHOLE_RULE, "--skip", AVAILABLE_RULE)
    others = judged(run("check", "--snapshot", saved, "--format", "json", *skips))
    assert every - others == {BLACKHOLE_RULE, AVAILABLE_RULE}
    assert others


def test_skip_takes_away_from_rule(run, saved):
    options = ("--rule", BLACKHOLE_RULE, "--rule", AVAILABLE_RULE, "--skip", AVAILABLE_RULE)
    result = run("check", "--snapshot", saved, "--format", "json", *options)
    assert judged(result) == {BLACKHOLE_RULE}


def test_vpc_judges_that_vpc_only(run, saved):
    options = ("--rule", BLACKHOLE_RULE, "--vpc", HOME)
    result = run("check", "--snapshot", saved, "--format", "json", *options)
    assert {each["vpc_id"] for each in printed(result)["evaluations"]} == {HOME}
    assert result.exit_code == 0


def test_vpc_may_be_repeated(run, saved):
    options = ("--rule", BLACKHOLE_RULE, "--vpc", HOME, "--vpc", OTHER)
    result = run("check", "--snapshot", saved, "--format", "json", *options)
    assert {each["vpc_id"] for each in printed(result)["evaluations"]} == {HOME, OTHER}
    assert result.exit_code == 1


def test_gaps_of_other_vpcs_are_left_out(run, saved):
    attributes = {"VpcId": OTHER, "EnableDnsSupport": {"Value": True}}
    (saved / "dns.json").write_text(json.dumps(attributes), encoding="utf-8")
    rule = ("--rule", "vpc-endpoint-private-dns-effective")
    result = run("check", "--snapshot", saved, "--format", "json", *rule, "--vpc", HOME)
    assert {gap.get("vpc_id") for gap in printed(result)["gaps"]} == {None, HOME}


def test_gaps_of_rules_not_asked_for_are_left_out(run, saved):
    result = run("check", "--snapshot", saved, "--format", "json", "--rule", BLACKHOLE_RULE)
    assert printed(result)["gaps"] == []


def test_set_changes_a_verdict(run, folder):
    new = {**endpoint(state="pending"), "CreationTimestamp": "2026-01-01T00:00:00+00:00"}
    saved = folder(Vpcs=[vpc()], VpcEndpoints=[new])
    (saved / "taken.json").write_text('{"CapturedAt": "2026-01-01T02:00:00Z"}', encoding="utf-8")
    check = ("check", "--snapshot", saved, "--rule", AVAILABLE_RULE)
    assert run(*check).exit_code == 1
    assert run(*check, "--set", "pendingGraceMinutes=180").exit_code == 0


def test_set_keeps_what_follows_the_first_equals_sign(run, saved):
    result = run("check", "--snapshot", saved, "--set", "granularity=eni=x")
    assert "granularity='eni=x'" in result.stderr


@pytest.mark.parametrize(
    ("region", "partition"),
    [
        ("us-east-1", "aws"),
        ("cn-north-1", "aws-cn"),
        ("us-gov-west-1", "aws-us-gov"),
        ("us-iso-east-1", "aws-iso"),
    ],
)
def test_region_says_where_saved_answers_are_from(run, saved, region, partition):
    result = run("check", "--snapshot", saved, "--format", "json", "--region", region)
    source = printed(result)["source"]
    assert (source["region"], source["partition"]) == (region, partition)


def test_a_zip_is_judged_like_its_folder(run, saved, tmp_path):
    archive = make_archive(str(tmp_path / "zipped"), "zip", saved)
    check = ("check", "--format", "json", "--rule", BLACKHOLE_RULE, "--snapshot")
    assert run(*check, archive).stdout == run(*check, saved).stdout


def test_every_rule_is_judged_by_default(run, saved):
    types = {rule.resource_type for rule in all_rules().values()} & {
        "AWS::EC2::VPC",
        "AWS::EC2::VPCEndpoint",
        "AWS::EC2::RouteTable",
    }
    expected = {name for name, rule in all_rules().items() if rule.resource_type in types}
    assert judged(run("check", "--snapshot", saved, "--format", "json")) == expected
