"""Probes: one function for each subnet named, in the template and in the stack of its own."""

import re

import pytest

from tests.template.conftest import ROOT, load
from tests.template.intrinsics import Evaluator

GROUPS = "sg-0a0a0a0a,sg-0b0b0b0b"
SUBNETS = [f"subnet-0a0a0a0{number}" for number in range(1, 7)]


@pytest.fixture(scope="module")
def alone():
    return load(str(ROOT / "organization/probe.yaml"))


@pytest.mark.parametrize("count", range(len(SUBNETS) + 1))
def test_there_is_a_function_in_each_subnet_and_no_other(template, resources, chosen, count):
    here = chosen(ProbeSubnetIds=",".join(SUBNETS[:count]), ProbeSecurityGroupIds=GROUPS)
    there = [
        each["Properties"]
        for name, each in resources.items()
        if name.startswith("ProbeFunction") and here.holds(each["Condition"])
    ]
    assert [here.value(each["VpcConfig"]["SubnetIds"]) for each in there] == [
        [subnet] for subnet in SUBNETS[:count]
    ]
    for each, subnet in zip(there, SUBNETS, strict=False):
        assert here.value(each["VpcConfig"]["SecurityGroupIds"]) == GROUPS.split(",")
        assert here.value(each["Environment"]["Variables"]["SUBNET_ID"]) == subnet
        assert here.value(each["Tags"]["vpcproof:probe"]) == subnet
    assert here.holds("HasProbe") is bool(count)


def test_the_stack_of_its_own_has_the_same_probes(template, alone, resources):
    names = {name for name in resources if name.startswith("ProbeFunction")}
    assert names == {name for name in alone["Resources"] if name.startswith("ProbeFunction")}
    for name in names:
        ours, theirs = resources[name]["Properties"], alone["Resources"][name]["Properties"]
        for member in ("VpcConfig", "Timeout", "MemorySize", "Role", "Description"):
            assert ours[member] == theirs[member]
        tags = {tag["Key"]: tag["Value"] for tag in theirs["Tags"]}
        assert tags["vpcproof:probe"] == ours["Tags"]["vpcproof:probe"]
    assert alone["Resources"]["ProbeRole"] == resources["ProbeRole"]


def test_a_probe_may_use_its_subnets_and_the_code_of_it_nothing(of_type, chosen):
    (policy,) = of_type("AWS::IAM::Role")["ProbeRole"]["Policies"]
    statements = {each["Sid"]: each for each in policy["PolicyDocument"]["Statement"]}
    here = chosen(ProbeSubnetIds=",".join(SUBNETS[:2]), ProbeSecurityGroupIds=GROUPS)
    used = [here.value(each) for each in statements["UseSubnets"]["Resource"]]
    named = [each.rpartition("/")[2] for each in used if each]
    assert named == SUBNETS[:2]
    denied = statements["NotByTheCodeOfTheFunctions"]
    assert denied["Effect"] == "Deny"
    allowed = {
        action
        for each in statements.values()
        if each["Effect"] == "Allow"
        for action in each["Action" if isinstance(each["Action"], list) else "Sid"]
        if action.startswith("ec2:")
    }
    assert allowed | {"ec2:CreateNetworkInterface"} == set(denied["Action"])
    assert denied["Condition"] == {"Null": {"lambda:SourceFunctionArn": "false"}}


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("ProbeSubnetIds", ["", SUBNETS[0], ",".join(SUBNETS)], [",".join([*SUBNETS, SUBNETS[0]])]),
        ("ProbeSecurityGroupIds", ["", GROUPS], [",".join(["sg-0a0a0a0a"] * 6), "sg-0a0a0a0a,"]),
    ],
)
def test_subnets_and_groups_are_named_as_aws_names_them(template, name, good, bad):
    admits = re.compile(template["Parameters"][name]["AllowedPattern"]).fullmatch
    assert all(map(admits, good))
    assert not any(map(admits, bad))


def test_the_stack_of_its_own_can_be_evaluated_without_a_subnet(alone):
    here = Evaluator(alone, {"CodeBucket": "bucket", "CodeKey": "key"})
    assert not here.holds("HasProbe")
