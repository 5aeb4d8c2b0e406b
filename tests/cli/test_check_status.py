"""The exit status of `check`: 0 clean, 1 findings, 2 usage, 3 not determined."""

import pytest

from tests.cli.answers import (
    ADMITS_RULE,
    AVAILABLE_RULE,
    BLACKHOLE_RULE,
    OTHER,
    endpoint,
    route_table,
    vpc,
)


@pytest.fixture
def sound(folder):
    return folder(Vpcs=[vpc()], RouteTables=[route_table()])


@pytest.fixture
def broken(folder):
    return folder(Vpcs=[vpc()], RouteTables=[route_table(blackhole=True)])


def test_0_when_nothing_is_broken(run, sound):
    result = run("check", "--snapshot", sound, "--rule", BLACKHOLE_RULE)
    assert (result.exit_code, result.stderr) == (0, "")


def test_1_when_something_is_broken(run, broken):
    result = run("check", "--snapshot", broken, "--rule", BLACKHOLE_RULE)
    assert (result.exit_code, result.stderr) == (1, "")
    assert "0.0.0.0/0 to nat-0123456789abcdef0" in result.stdout


@pytest.mark.parametrize(
    ("fail_on", "status"), [("critical", 0), ("high", 0), ("medium", 1), ("low", 1), ("HIGH", 0)]
)
def test_a_medium_finding_counts_up_to_fail_on(run, broken, fail_on, status):
    result = run("check", "--snapshot", broken, "--rule", BLACKHOLE_RULE, "--fail-on", fail_on)
    assert result.exit_code == status
    assert "1 finding (1 medium)" in result.stdout


def test_3_when_a_verdict_is_undetermined(run, folder):
    saved = folder(Vpcs=[vpc()], VpcEndpoints=[endpoint()])
    result = run("check", "--snapshot", saved, "--rule", ADMITS_RULE)
    assert result.exit_code == 3
    assert "not read: Subnets (no file)" in result.stdout


def test_a_finding_outranks_what_is_undetermined(run, folder):
    saved = folder(
        Vpcs=[vpc()], VpcEndpoints=[endpoint()], RouteTables=[route_table(blackhole=True)]
    )
    rules = ("--rule", ADMITS_RULE, "--rule", BLACKHOLE_RULE)
    assert run("check", "--snapshot", saved, *rules).exit_code == 1


def test_what_is_undetermined_outranks_a_finding_below_fail_on(run, folder):
    saved = folder(
        Vpcs=[vpc()], VpcEndpoints=[endpoint()], RouteTables=[route_table(blackhole=True)]
    )
    rules = ("--rule", ADMITS_RULE, "--rule", BLACKHOLE_RULE, "--fail-on", "high")
    assert run("check", "--snapshot", saved, *rules).exit_code == 3


def test_a_gap_that_no_verdict_depended_on_is_named_and_leaves_the_status_alone(run, folder):
    gateway = {**endpoint(), "VpcEndpointType": "Gateway"}
    saved = folder(Vpcs=[vpc()], VpcEndpoints=[gateway], Subnets=[])
    result = run("check", "--snapshot", saved, "--rule", ADMITS_RULE)
    assert result.exit_code == 0
    assert "SecurityGroups: no file" in result.stdout


def test_3_when_the_resources_of_a_rule_asked_for_were_not_read(run, sound):
    rules = ("--rule", BLACKHOLE_RULE, "--rule", AVAILABLE_RULE)
    result = run("check", "--snapshot", sound, *rules)
    assert result.exit_code == 3
    assert result.stderr == f"Not judged, as the resources were not read: {AVAILABLE_RULE}\n"
    assert f"So nothing was judged by {AVAILABLE_RULE}" in result.stdout


def test_3_when_there_is_nothing_to_judge_at_all(run, folder):
    saved = folder(Vpcs=[vpc()], RouteTables=[])
    result = run("check", "--snapshot", saved, "--rule", BLACKHOLE_RULE)
    assert result.exit_code == 3
    assert result.stderr == (
        "Nothing was judged: there is no resource that these rules are about\n"
    )
    assert result.stdout.endswith("Nothing to judge\n")


def test_3_when_all_that_could_be_judged_was_not_read(run, folder):
    result = run("check", "--snapshot", folder(ServiceDetails=[]))
    assert result.exit_code == 3
    assert result.stderr == "Nothing was judged: the resources of these rules were not read\n"


def test_a_rule_named_twice_is_told_once(run, sound):
    result = run("check", "--snapshot", sound, *("--rule", AVAILABLE_RULE) * 2)
    assert result.stderr == f"Not judged, as the resources were not read: {AVAILABLE_RULE}\n"


def test_no_endpoint_at_all_beside_other_resources_is_clean(run, folder):
    saved = folder(Vpcs=[vpc()], RouteTables=[route_table()], VpcEndpoints=[])
    rules = ("--rule", BLACKHOLE_RULE, "--rule", AVAILABLE_RULE)
    assert run("check", "--snapshot", saved, *rules).exit_code == 0


def test_an_endpoint_that_cannot_be_read_is_not_taken_for_none(run, folder):
    nameless = {**endpoint(), "State": ["available"]}
    saved = folder(Vpcs=[vpc()], RouteTables=[route_table()], VpcEndpoints=[nameless])
    rules = ("--rule", BLACKHOLE_RULE, "--rule", AVAILABLE_RULE)
    result = run("check", "--snapshot", saved, *rules)
    assert result.exit_code == 3
    assert f"Not judged, as the resources were not read: {AVAILABLE_RULE}" in result.stderr


def test_an_endpoint_that_cannot_be_read_is_not_hidden_by_those_of_other_vpcs(run, folder):
    nameless = {**endpoint(), "State": ["available"]}
    saved = folder(Vpcs=[vpc(), vpc(OTHER)], VpcEndpoints=[nameless, endpoint("vpce-2", OTHER)])
    result = run("check", "--snapshot", saved, "--rule", AVAILABLE_RULE)
    assert result.exit_code == 3
    assert "No findings, 1 compliant" in result.stdout


def test_resources_known_from_others_are_judged_without_their_own_list(run, folder):
    saved = folder(RouteTables=[route_table()])
    result = run("check", "--snapshot", saved, "--rule", "vpc-ssm-endpoints-complete")
    assert "1 undetermined" in result.stdout
    assert result.stderr == ""


@pytest.mark.parametrize("command", [["--help"], ["check", "--help"]])
def test_the_help_has_the_table(run, command):
    result = run(*command)
    assert result.exit_code == 0
    for line in ("0  no finding", "1  findings", "2  the command", "3  something"):
        assert f"\n    {line}" in result.stdout
