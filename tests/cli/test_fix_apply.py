"""`vpcproof fix --apply` and `--undo` against an account that the lab plays."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from vpcproof.cli.program import program
from vpcproof.cli.status import ExitStatus

import lab.ec2
from lab.ec2.faults import Fault

SSM = "vpc-ssm-endpoints-complete"


@pytest.fixture(autouse=True)
def lab_ec2(monkeypatch):
    monkeypatch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    lab.ec2.install()
    yield
    lab.ec2.uninstall()
    lab.ec2.faults.clear()


@pytest.fixture
def vpc_id(account):
    ec2 = account.ec2
    vpc_id = ec2.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc_id, EnableDnsHostnames={"Value": True})
    subnet = ec2.create_subnet(VpcId=vpc_id, CidrBlock="10.7.1.0/24")["Subnet"]["SubnetId"]
    ec2.run_instances(ImageId="ami-1", MinCount=1, MaxCount=1, SubnetId=subnet)
    return vpc_id


@pytest.fixture
def fix(run, vpc_id, tmp_path):
    def invoke(*arguments):
        record = ["--record", tmp_path / "runs"]
        return run("fix", "--region", "us-east-1", *record, *arguments)

    return invoke


def endpoints(account, vpc_id):
    of_vpc = [{"Name": "vpc-id", "Values": [vpc_id]}]
    shown = account.ec2.describe_vpc_endpoints(Filters=of_vpc)["VpcEndpoints"]
    return sorted(each["ServiceName"].rpartition(".")[2] for each in shown)


def test_a_plan_is_made_and_its_run_taken_back_by_its_id_or_by_its_file(
    account, vpc_id, fix, tmp_path
):
    for undo in (lambda record: record.stem, str):
        made = fix("--vpc", vpc_id, "--rule", SSM, "--apply", "--yes")
        assert made.exit_code == ExitStatus.CLEAN, made.stderr
        assert f"4 changes made in {vpc_id}" in made.stdout
        assert "1 of 4: create the security group" in made.stderr
        assert endpoints(account, vpc_id) == ["ssm", "ssmmessages"]
        record = max((tmp_path / "runs").glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
        assert json.loads(record.read_text())["status"] == "applied"

        undone = fix("--undo", undo(record), "--yes")
        assert undone.exit_code == ExitStatus.CLEAN, undone.stderr
        assert "is taken back" in undone.stdout
        assert endpoints(account, vpc_id) == []
        assert json.loads(record.read_text())["status"] == "undone"


def test_without_a_terminal_nothing_is_done_unasked(account, vpc_id, fix):
    refused = fix("--vpc", vpc_id, "--apply")
    assert refused.exit_code == ExitStatus.USAGE
    assert "add --yes" in refused.stderr
    assert endpoints(account, vpc_id) == []


@pytest.mark.parametrize(("answer", "made"), [("y\n", True), ("n\n", False)])
def test_at_a_terminal_somebody_is_asked(account, vpc_id, monkeypatch, tmp_path, answer, made):
    monkeypatch.setattr("vpcproof.cli.applying.has_terminal", lambda: True)
    arguments = ["fix", "--region", "us-east-1", "--vpc", vpc_id, "--rule", SSM, "--apply"]
    result = CliRunner().invoke(
        program, [*arguments, "--record", str(tmp_path / "runs")], input=answer
    )

    assert f"Make these changes in {vpc_id}?" in result.stderr
    assert bool(endpoints(account, vpc_id)) is made
    assert result.exit_code == (ExitStatus.CLEAN if made else ExitStatus.INTERRUPTED)


def test_a_missing_permission_leaves_everything_as_it_was(account, vpc_id, fix):
    lab.ec2.faults.inject(Fault("CreateVpcEndpoint", "UnauthorizedOperation"))
    refused = fix("--vpc", vpc_id, "--apply", "--yes")
    assert refused.exit_code == ExitStatus.UNDETERMINED
    assert "ec2:CreateVpcEndpoint is not permitted, so nothing was touched" in refused.stderr
    assert endpoints(account, vpc_id) == []


def test_a_repair_that_fails_is_taken_back_and_its_findings_stay(account, vpc_id, fix):
    lab.ec2.faults.inject(Fault("AuthorizeSecurityGroupIngress", "RulesPerSecurityGroupLimit"))
    failed = fix("--vpc", vpc_id, "--apply", "--yes")
    assert failed.exit_code == ExitStatus.FINDINGS
    assert "was taken back" in failed.stderr
    assert "Traceback" not in failed.stderr


def test_where_there_is_nothing_to_repair_nobody_is_asked(account, vpc_id, fix):
    fix("--vpc", vpc_id, "--rule", SSM, "--apply", "--yes")
    again = fix("--vpc", vpc_id, "--rule", SSM, "--apply", "--yes")
    assert again.exit_code == ExitStatus.CLEAN
    assert "Nothing to repair" in again.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--apply", "--undo", "x", "--yes"), "do not go together"),
        (("--apply", "--snapshot", ".", "--yes"), "saved answers cannot be changed"),
        (("--apply", "--format", "json", "--yes"), "shows the plan as text, not as json"),
    ],
)
def test_options_that_contradict_each_other_are_refused(fix, arguments, words):
    refused = fix(*arguments)
    assert refused.exit_code == ExitStatus.USAGE
    assert words in refused.stderr


@pytest.mark.parametrize(
    ("text", "words"),
    [(None, "no run"), ("{}", "is not the record of a run"), ("\0", "is not the record of a run")],
)
def test_a_run_that_cannot_be_read_is_named(fix, tmp_path, text, words):
    file = tmp_path / "run-1.json"
    if text is not None:
        Path(file).write_text(text)
    refused = fix("--undo", file, "--yes")
    assert refused.exit_code == ExitStatus.UNDETERMINED
    assert words in refused.stderr


def test_an_id_that_leads_out_of_the_folder_is_none(fix):
    refused = fix("--undo", "../../etc/passwd", "--yes")
    assert "is not the id of a run" in refused.stderr
