"""What is given for a plan by mistake or with ill will: one line that says what to give instead."""

import json
import zipfile

import pytest
from vpcproof.errors import SnapshotError
from vpcproof.facts.terraform import document
from vpcproof.facts.terraform.read import read_plan

from tests.networks import NOW
from tests.terraform.telling import Telling

PLAN = Telling().add("aws_vpc", "main", cidr_block="10.0.0.0/16").plan()


@pytest.fixture
def refusal(tmp_path):
    """`refusal(content)`: what is said of a file with it, that a remedy is in it assured."""

    def ask(content):
        file = tmp_path / "plan.json"
        if isinstance(content, bytes):
            file.write_bytes(content)
        else:
            file.write_text(content if isinstance(content, str) else json.dumps(content))
        with pytest.raises(SnapshotError) as caught:
            read_plan(file, now=NOW)
        said = str(caught.value)
        assert "\n" not in said
        return said

    return ask


def test_a_saved_plan_is_for_terraform_show(tmp_path):
    file = tmp_path / "plan.out"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("tfplan", b"\x08\x03")
    with pytest.raises(SnapshotError, match=r"is a saved plan.*terraform show -json plan\.out"):
        read_plan(file, now=NOW)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"version": 4, "serial": 3, "lineage": "x", "resources": []}, "is a state file"),
        ({"format_version": "1.0", "values": {"root_module": {}}}, "is a state in JSON"),
        ({"Vpcs": []}, "is JSON of something else"),
        ([], "no JSON object"),
        ('{"@level":"info","@message":"Terraform 1.9.8"}\n{"@level":"info"}', "is the log"),
        ("Terraform will perform the following actions:", "is not valid JSON"),
        ("", "is empty"),
        ("[" * 100_000, "nested too deeply"),
        (b"{\xff}", "not text in UTF-8"),
        ({**PLAN, "format_version": "2.0"}, "has format_version 2.0"),
        ({**PLAN, "format_version": "0.1"}, "has format_version 0.1"),
        ({**PLAN, "format_version": 1}, "has format_version 1"),
        ({**PLAN, "errored": True}, "a run that failed"),
        ({**PLAN, "planned_values": None}, "has no planned_values"),
        ({**PLAN, "configuration": None}, "has no configuration"),
        ({**PLAN, "resource_changes": {}}, "resource_changes of the plan is not as Terraform"),
        ({**PLAN, "resource_changes": [None]}, "resource_changes of the plan is not"),
        ({**PLAN, "planned_values": {"root_module": []}}, "root_module of the plan is not"),
        ({**PLAN, "planned_values": {"root_module": {"resources": 1}}}, "resources of the plan"),
        ({**PLAN, "planned_values": {"root_module": {"resources": [{}]}}}, "planned_values of the"),
        (
            {**PLAN, "planned_values": {"root_module": {"child_modules": [{}]}}},
            "planned_values of the",
        ),
    ],
)
def test_what_is_no_plan_is_named_with_the_remedy(content, said, refusal):
    assert said in refusal(content)


def test_modules_nested_without_end_are_refused(refusal):
    module = "{" + '"address":"module.a","child_modules":[{' * 900 + "}]" * 900 + "}"
    plan = json.dumps({**PLAN, "planned_values": {"root_module": "HERE"}}).replace('"HERE"', module)
    assert "not as Terraform" in refusal(plan) or "nested too deeply" in refusal(plan)


def test_a_file_that_is_too_large_is_not_read(refusal, monkeypatch):
    monkeypatch.setattr(document, "LARGEST_PLAN", 10)
    assert "more than" in refusal(PLAN)


def test_a_folder_and_a_missing_file_are_named(tmp_path):
    with pytest.raises(SnapshotError, match="is a folder"):
        read_plan(tmp_path, now=NOW)
    with pytest.raises(SnapshotError, match="does not exist"):
        read_plan(tmp_path / "none.json", now=NOW)


@pytest.mark.parametrize("value", [None, 7, "x", [], {}, [7], [[]], [{"cidr_blocks": 7}], True])
@pytest.mark.parametrize(
    ("kind", "attribute"),
    [
        ("aws_vpc", "cidr_block"),
        ("aws_vpc", "tags_all"),
        ("aws_security_group", "ingress"),
        ("aws_security_group", "vpc_id"),
        ("aws_vpc_endpoint", "subnet_ids"),
        ("aws_vpc_endpoint", "dns_entry"),
        ("aws_vpc_endpoint", "policy"),
        ("aws_route_table", "route"),
        ("aws_route53_zone", "vpc"),
        ("aws_vpc_dhcp_options", "domain_name_servers"),
        ("aws_ec2_managed_prefix_list", "entry"),
        ("aws_instance", "network_interface"),
        ("aws_lambda_function", "vpc_config"),
        ("aws_network_interface", "private_ips"),
    ],
)
def test_values_of_any_shape_make_no_traceback(kind, attribute, value, tmp_path):
    told = Telling().add("aws_vpc", "main", cidr_block="10.0.0.0/16")
    told.add(kind, "odd", existing={"id": "odd-1"}, **{"vpc_id": "vpc-1", attribute: value})
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(told.plan()))
    read_plan(file, now=NOW)
