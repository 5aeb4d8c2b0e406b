"""`vpcproof snapshot save`: a folder that is judged like the account it was taken of."""

import pytest

from tests.cli.answers import AVAILABLE_RULE, BLACKHOLE_RULE, HOME, route_table, vpc
from tests.cli.conftest import printed

RULES = ("--rule", BLACKHOLE_RULE, "--rule", AVAILABLE_RULE, "--format", "json")


@pytest.fixture
def target(tmp_path):
    return tmp_path / "snapshot"


def test_the_folder_gives_the_verdicts_of_the_account(run, account, target):
    account.ec2.create_vpc_endpoint(
        VpcId=account.ec2.describe_vpcs()["Vpcs"][0]["VpcId"],
        ServiceName="com.amazonaws.us-east-1.ssm",
        VpcEndpointType="Interface",
    )
    saved = run("snapshot", "save", target)
    live, again = run("check", *RULES), run("check", "--snapshot", target, *RULES)
    assert (saved.exit_code, saved.stdout) == (0, "")
    assert len(printed(live)["evaluations"]) == 2
    assert printed(live)["evaluations"] == printed(again)["evaluations"]
    assert printed(again)["source"] == {**printed(live)["source"], "kind": "snapshot"}


def test_the_next_command_is_told(run, account, target):
    result = run("snapshot", "save", target)
    assert result.stderr == f"Saved to {target}: `vpcproof check --snapshot {target}` judges it\n"


def test_quiet_says_nothing(run, account, target):
    assert run("snapshot", "save", target, "--quiet").stderr == ""


def test_what_was_refused_is_named_and_ends_with_3(run, account, target):
    account.refused = {"DescribeSubnets": "UnauthorizedOperation"}
    result = run("snapshot", "save", target)
    assert result.exit_code == 3
    assert "Not read: Subnets: ec2:DescribeSubnets: UnauthorizedOperation\n" in result.stderr
    assert (target / "Vpcs.json").exists()


def test_vpc_saves_that_vpc_only(run, account, target):
    wanted = account.ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    run("snapshot", "save", target, "--vpc", wanted)
    vpcs = {
        each["vpc_id"]
        for each in printed(run("check", "--snapshot", target, *RULES))["evaluations"]
    }
    assert vpcs == {wanted}


def test_a_folder_that_holds_anything_is_refused_before_aws_is_asked(run, account, target):
    target.mkdir()
    (target / "Vpcs.json").write_text("{}", encoding="utf-8")
    account.operations.clear()
    result = run("snapshot", "save", target)
    assert result.exit_code == 2
    assert f"{target} is not empty: name a new folder, or replace by --force" in result.stderr
    assert account.operations == []


def test_force_replaces_the_snapshot_that_is_there(run, account, target):
    run("snapshot", "save", target)
    (target / "InstanceInformationList.json").write_text('{"stale": 1}', encoding="utf-8")
    before = {file.name for file in target.iterdir()}
    assert run("snapshot", "save", target, "--force").exit_code == 0
    assert {file.name for file in target.iterdir()} == before
    assert "stale" not in (target / "InstanceInformationList.json").read_text(encoding="utf-8")


def test_force_removes_nothing_that_is_no_snapshot(run, account, target):
    target.mkdir()
    for name in ("Vpcs.json", "thesis.txt"):
        (target / name).write_text("{}", encoding="utf-8")
    result = run("snapshot", "save", target, "--force")
    assert result.exit_code == 2
    assert "holds more than a snapshot (thesis.txt): name another folder" in result.stderr
    assert {file.name for file in target.iterdir()} == {"Vpcs.json", "thesis.txt"}


def test_force_keeps_the_old_snapshot_when_aws_refuses(run, account, target):
    run("snapshot", "save", target)
    account.refuse_everything("ExpiredToken")
    assert run("snapshot", "save", target, "--force").exit_code == 3
    assert (target / "Vpcs.json").exists()


def test_a_file_is_no_folder_to_save_in(run, account, target):
    target.write_text("", encoding="utf-8")
    result = run("snapshot", "save", target)
    assert result.exit_code == 2
    assert "is a file" in result.stderr


def test_a_redacted_folder_gives_as_many_verdicts_of_each_kind_and_names_nothing(
    run, account, target
):
    vpc_id = account.ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    account.ec2.create_tags(
        Resources=[vpc_id],
        Tags=[{"Key": "Name", "Value": "acme"}, {"Key": "acme-tier", "Value": "secret"}],
    )
    assert run("snapshot", "save", target, "--redact").exit_code == 0
    live, again = run("check", *RULES), run("check", "--snapshot", target, *RULES)
    assert printed(live)["summary"] == printed(again)["summary"]
    written = "".join(file.read_text(encoding="utf-8") for file in target.iterdir())
    assert not [each for each in (vpc_id, "123456789012", "acme", "secret") if each in written]


def test_a_folder_that_was_saved_is_redacted_likewise(run, folder, target):
    source = folder(Vpcs=[vpc(name="acme")], RouteTables=[route_table(blackhole=True)])
    result = run("snapshot", "redact", source, target)
    assert (result.exit_code, result.stdout) == (0, "")
    before = printed(run("check", "--snapshot", source, *RULES))
    after = printed(run("check", "--snapshot", target, *RULES))
    assert before["summary"] == after["summary"]
    assert HOME not in "".join(file.read_text(encoding="utf-8") for file in target.iterdir())


def test_the_tag_that_a_parameter_names_is_kept(run, account, target):
    vpc_id = account.ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    account.ec2.create_tags(Resources=[vpc_id], Tags=[{"Key": "tier", "Value": "judged"}])
    run("snapshot", "save", target, "--redact", "--set", "vpcTag=tier=judged")
    after = run("check", "--snapshot", target, *RULES, "--set", "vpcTag=tier=judged")
    assert printed(after)["summary"]["COMPLIANT"] == 1


def test_parameters_are_for_a_redacted_snapshot(run, account, target):
    result = run("snapshot", "save", target, "--set", "vpcTag=tier")
    assert result.exit_code == 2
    assert "--set says what --redact keeps" in result.stderr
