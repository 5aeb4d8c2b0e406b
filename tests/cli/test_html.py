"""`check` and `paths` as HTML: what is read, drawn and planned for the report."""

import pytest
from vpcproof.cli import drawn

from tests.cli.test_paths import TWO_SUBNETS
from tests.render.embedded import embedded

ADMITS = "vpc-endpoint-admits-workloads"


@pytest.fixture
def check(folder):
    return ("check", "--snapshot", folder(**TWO_SUBNETS), "--format", "html")


def test_paths_are_a_report_of_their_own(run, folder):
    result = run("paths", "--snapshot", folder(**TWO_SUBNETS), "--format", "html")
    assert result.exit_code == 0
    data = embedded(result.stdout)
    assert "findings" not in data
    (vpc,) = data["vpcs"]
    assert (vpc["id"], vpc["cidrs"]) == ("vpc-1", "10.0.0.0/16")
    assert [each["name"] for each in embedded(result.stdout, "vpc-0")["subnets"]] == [
        "app-a",
        "app-b",
    ]


def test_paths_to_one_service_are_drawn_alone(run, folder):
    result = run(
        *("paths", "--snapshot", folder(**TWO_SUBNETS), "--service", "ssm", "--format", "html")
    )
    drawing = embedded(result.stdout, "vpc-0")
    assert "ssm" in drawing["services"]
    assert "s3" not in drawing["services"]
    assert drawing["plan"] is None


def test_the_plan_repairs_what_the_chosen_rules_found(run, check):
    plan = embedded(run(*check, "--rule", ADMITS).stdout, "vpc-0")["plan"]
    (change,) = plan["changes"]
    assert "sg-endpoint" in change[0]
    assert "no path is lost" in plan["proof"]


def test_all_paths_are_drawn_whatever_rules_are_chosen(run, check):
    one = embedded(run(*check, "--rule", ADMITS).stdout, "vpc-0")
    everything = embedded(run(*check).stdout, "vpc-0")
    assert [path[:6] for path in one["paths"]] == [path[:6] for path in everything["paths"]]


def test_gaps_of_the_paths_are_told_though_the_chosen_rule_reads_less(run, check):
    page = run(*check, "--rule", "route-table-has-no-blackhole").stdout
    assert "Transit gateway route tables" in page
    assert "Instance connect endpoints" not in page


def test_many_vpcs_are_drawn_without_plans(run, check, monkeypatch):
    monkeypatch.setattr(drawn, "_PLANNED", 0)
    assert embedded(run(*check).stdout, "vpc-0")["plan"] is None


def test_only_the_vpc_asked_for_is_drawn(run, folder):
    other = {"VpcId": "vpc-2", "CidrBlock": "10.1.0.0/16"}
    home = {"SubnetId": "subnet-2", "VpcId": "vpc-2", "CidrBlock": "10.1.0.0/24"}
    answers = {
        **TWO_SUBNETS,
        "Vpcs": [*TWO_SUBNETS["Vpcs"], other],
        "Subnets": [*TWO_SUBNETS["Subnets"], home],
    }
    page = run("check", "--snapshot", folder(**answers), "--vpc", "vpc-2", "--format", "html")
    data = embedded(page.stdout)
    assert [each["id"] for each in data["vpcs"]][: data["drawn"]] == ["vpc-2"]
