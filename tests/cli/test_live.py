"""`check` on a live account: what it reads, and what it says when it may not."""

import pytest

from tests.cli.answers import BLACKHOLE_RULE
from tests.cli.conftest import printed

RULES = ("--rule", BLACKHOLE_RULE)


@pytest.fixture
def blackhole(account) -> str:
    """A route table whose NAT gateway is gone."""
    ec2 = account.ec2
    vpc_id = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc_id, CidrBlock="10.1.1.0/24")["Subnet"]["SubnetId"]
    table = ec2.create_route_table(VpcId=vpc_id)["RouteTable"]["RouteTableId"]
    interface = ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]
    ec2.create_route(
        RouteTableId=table,
        DestinationCidrBlock="0.0.0.0/0",
        NetworkInterfaceId=interface["NetworkInterfaceId"],
    )
    return table


def test_the_account_the_region_and_the_partition_are_named(run, account):
    result = run("check", *RULES, "--format", "json")
    assert result.exit_code == 0
    assert printed(result)["source"] == {
        "kind": "live",
        "account": "123456789012",
        "region": "us-east-1",
        "partition": "aws",
    }


def test_only_what_the_rules_need_is_read(run, account):
    account.operations.clear()
    run("check", *RULES)
    assert sorted(account.operations) == [
        "DescribeRouteTables",
        "DescribeVpcs",
        "GetCallerIdentity",
    ]


def test_region_reads_another_region(run, account):
    result = run("check", *RULES, "--format", "json", "--region", "eu-west-1")
    assert printed(result)["source"]["region"] == "eu-west-1"


def test_vpc_reads_that_vpc_only(run, account, blackhole):
    vpc_id = account.ec2.describe_route_tables(RouteTableIds=[blackhole])["RouteTables"][0]["VpcId"]
    result = run("check", *RULES, "--format", "json", "--vpc", vpc_id)
    assert {each["vpc_id"] for each in printed(result)["evaluations"]} == {vpc_id}


def test_an_unknown_vpc_is_usage(run, account):
    result = run("check", *RULES, "--vpc", "vpc-0123456789abcdef0")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no VPC vpc-0123456789abcdef0 here; there is none" in result.stderr


def test_a_vpc_that_may_not_be_looked_up_is_not_called_unknown(run, account):
    account.refused = {"DescribeVpcs": "UnauthorizedOperation"}
    result = run("check", *RULES, "--vpc", "vpc-0123456789abcdef0")
    assert result.exit_code == 3
    assert "Vpcs: ec2:DescribeVpcs: UnauthorizedOperation; allow this action" in result.stdout


def test_a_refused_action_is_named_and_ends_with_3(run, account):
    account.refused = {"DescribeRouteTables": "UnauthorizedOperation"}
    result = run("check", *RULES)
    assert result.exit_code == 3
    assert (
        "RouteTables: ec2:DescribeRouteTables: UnauthorizedOperation; allow this action"
        in result.stdout
    )
    assert result.stderr == f"Not judged, as the resources were not read: {BLACKHOLE_RULE}\n"


def test_a_refused_fact_that_a_verdict_needs_makes_it_undetermined(run, account):
    account.refused = {"DescribeVpcEndpoints": "UnauthorizedOperation"}
    result = run("check", "--rule", "vpc-ssm-endpoints-complete")
    assert result.exit_code == 3
    assert (
        "not read: VpcEndpoints (ec2:DescribeVpcEndpoints: UnauthorizedOperation)" in result.stdout
    )


def complaint(result) -> str:
    assert (result.exit_code, result.stdout) == (3, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith("Error: ")
    return line


def test_missing_credentials_are_one_line(run, monkeypatch):
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    line = complaint(run("check", "--region", "us-east-1"))
    assert "Unable to locate credentials" in line
    assert "`aws sso login`" in line


@pytest.mark.parametrize("code", ["ExpiredToken", "RequestExpired", "AuthFailure"])
def test_credentials_that_aws_refuses_are_one_line(run, account, code):
    account.refuse_everything(code)
    line = complaint(run("check", *RULES))
    assert code in line
    assert "`aws sso login`" in line


def test_half_a_pair_of_credentials_is_one_line(run, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    assert "AWS_SECRET_ACCESS_KEY" in complaint(run("check", "--region", "us-east-1"))


def test_a_broken_configuration_file_is_one_line(run, tmp_path):
    (tmp_path / "aws-config").write_text("[profile", encoding="utf-8")
    assert "aws-config" in complaint(run("check", "--region", "us-east-1"))
