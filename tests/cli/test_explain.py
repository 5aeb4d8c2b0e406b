"""`vpcproof explain`: one verdict, the deciding fact first, and what was not read."""

import pytest

from tests.cli.test_paths import TWO_SUBNETS


@pytest.fixture
def two_subnets(folder):
    return folder(**TWO_SUBNETS)


def test_the_deciding_fact_comes_first_and_all_others_follow(run, two_subnets):
    result = run("explain", "vpc-endpoint-admits-workloads", "vpce-ssm", "--snapshot", two_subnets)
    verdict, facts = result.stdout.index("NON_COMPLIANT"), result.stdout.index("Facts")
    assert verdict < result.stdout.index("443 not admitted from subnet-b") < facts
    assert "left out: eni-b" in result.stdout
    assert result.exit_code == 1


def test_how_to_fix_is_told_for_a_finding_only(run, two_subnets):
    broken = run("explain", "vpc-endpoint-admits-workloads", "vpce-ssm", "--snapshot", two_subnets)
    sound = run("explain", "vpc-endpoint-available", "vpce-ssm", "--snapshot", two_subnets)
    assert "How to fix" in broken.stdout
    assert "How to fix" not in sound.stdout
    assert sound.exit_code == 0


def test_facts_that_were_not_read_are_named(run, two_subnets):
    result = run(
        "explain", "vpc-endpoint-private-dns-effective", "vpce-ssm", "--snapshot", two_subnets
    )
    assert "HostedZoneSummaries: no file" in result.stdout


def test_an_undetermined_verdict_is_status_3(run, folder):
    unread = {key: value for key, value in TWO_SUBNETS.items() if key != "SecurityGroups"}
    result = run(
        "explain", "vpc-endpoint-admits-workloads", "vpce-ssm", "--snapshot", folder(**unread)
    )
    assert result.exit_code == 3


def test_a_resource_that_is_not_there_is_one_line_that_names_those_that_are(run, two_subnets):
    result = run("explain", "vpc-endpoint-available", "vpce-gone", "--snapshot", two_subnets)
    assert result.exit_code == 2
    assert len(result.stderr.strip().splitlines()) == 1
    assert "vpce-ssm" in result.stderr


def test_an_unknown_rule_is_one_line_that_names_the_nearest(run, two_subnets):
    result = run("explain", "vpc-endpoint-availble", "vpce-ssm", "--snapshot", two_subnets)
    assert result.exit_code == 2
    assert "vpc-endpoint-available" in result.stderr
