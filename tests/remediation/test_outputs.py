"""A plan in each form that somebody runs or applies: equal in effect, and safe to run."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import replace
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import hcl2
import pytest
from botocore.session import Session
from botocore.validate import validate_parameters
from cfnlint.api import lint_all
from hypothesis import given, settings
from jsonschema import Draft202012Validator
from vpcproof.remediation.document import plans_from_document, plans_to_document
from vpcproof.remediation.operations.permissions import rules_of
from vpcproof.remediation.plan import Mandate, Plan, PlanError
from vpcproof.render.plan_aws_cli import render_plan_aws_cli
from vpcproof.render.plan_cloudformation import render_plan_cloudformation
from vpcproof.render.plan_json import render_plans_json
from vpcproof.render.plan_stack import split
from vpcproof.render.plan_terraform import render_plan_terraform

from tests.networks import allow, aws_prefix_list, gateway, group, network, subnet, vpc
from tests.remediation.fake_aws import FakeAws, called
from tests.remediation.test_laws import mandates, vpcs
from tests.remediation.vpcs import HOME, NARROW, endpoint_in, home, planned, ssm_pair

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs/schemas/plan.schema.json").read_text(encoding="utf-8")
)
EC2 = Session().get_service_model("ec2")

NEW = planned(home(aws_prefix_list("s3", "52.216.0.0/15")), services="ssm,s3,cassandra")
CHANGED = planned(
    home(
        vpc(dns_hostnames=False),
        endpoint_in("ssm", ("subnet-a", "10.0.1.5"), private_dns=False),
        endpoint_in("kms", groups=["sg-app"]),
        gateway(tables=[]),
    ),
    mandate=Mandate(allow_dns_change=True),
)
WIDENED = planned(home(*ssm_pair(groups=["sg-e"]), group("sg-e", allow(443, "10.0.1.0/24"))))
REMOVED = planned(
    home(
        *ssm_pair(groups=["sg-e"]),
        endpoint_in("ssm", id="vpce-twin", private_dns=False, groups=["sg-e"]),
        group("sg-e", allow(443, "10.0.0.0/16"), allow(443, "0.0.0.0/0")),
    ),
    mandate=Mandate(remove_duplicates=True, narrow=frozenset({NARROW})),
)
NOTHING = planned(home(*ssm_pair()))
PLANS = {
    "new": NEW,
    "changed": CHANGED,
    "widened": WIDENED,
    "removed": REMOVED,
    "nothing": NOTHING,
}
every_plan = pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)


@pytest.fixture
def aws(tmp_path):
    return FakeAws(tmp_path / "aws")


def test_the_plans_of_these_tests_hold_every_operation():
    assert {change.operation for plan in PLANS.values() for change in plan.changes} == {
        "AuthorizeSecurityGroupIngress",
        "CreateSecurityGroup",
        "CreateVpcEndpoint",
        "DeleteVpcEndpoints",
        "ModifyVpcAttribute",
        "ModifyVpcEndpoint",
        "RevokeSecurityGroupIngress",
    }


@every_plan
def test_every_call_is_one_that_the_api_takes(plan):
    for change in plan.changes:
        for call in (change.call, *change.undo):
            shape = EC2.operation_model(call.operation).input_shape
            assert set(call.arguments) <= set(shape.members)
            validate_parameters(dict(call.arguments), shape)


@every_plan
def test_descriptions_have_the_characters_that_ec2_takes(plan):
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html."""
    text = json.dumps([dict(change.arguments) for change in plan.changes])
    for description in re.findall(r'"Description": "([^"]*)"', text):
        assert re.fullmatch(r"[\w. :/()#,@\[\]+=&;{}!$*-]{1,255}", description)


# JSON


@every_plan
def test_the_json_document_is_as_its_schema_says_and_reads_back(plan):
    document = json.loads(render_plans_json([plan]))
    Draft202012Validator(SCHEMA).validate(document)
    assert plans_from_document(document) == (plan,)


def test_the_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    "broken",
    [
        {"schema_version": "2.0", "plans": []},
        {"plans": []},
        {"schema_version": "1.0"},
        {"schema_version": "1.0", "plans": [{}]},
        {"schema_version": "1.0", "plans": ["vpc-1"]},
        {"schema_version": "1.0", "plans": 1},
    ],
)
def test_what_is_no_plan_is_refused(broken):
    with pytest.raises(PlanError):
        plans_from_document(broken)


def test_an_amount_that_is_none_is_refused():
    document = plans_to_document([NEW])
    document["plans"][0]["changes"][0]["monthly_cost"]["amount"] = "much"
    with pytest.raises(PlanError, match="is no plan"):
        plans_from_document(document)


# The script for the AWS CLI


def resolved(plan: Plan, calls, assigned):
    text = json.dumps(calls)
    for name, number in assigned.items():
        text = text.replace(f'"{number}"', f'"{name}"')
    return [(operation, arguments) for operation, arguments in json.loads(text)]


def assignments(plan: Plan):
    """The ids that the fake AWS assigns when it is called as the plan says."""
    return {
        change.creates: f"made-{number}"
        for number, change in enumerate(plan.changes, start=1)
        if change.creates
    }


def expected(calls):
    return [(call.operation, dict(call.arguments)) for call in calls]


@every_plan
def test_the_script_makes_the_calls_of_the_plan_and_undoing_takes_them_back(plan, aws):
    script = render_plan_aws_cli(plan)
    run = aws.run(script)
    assert (run.returncode, run.stderr, run.stdout) == (0, "", "")
    assigned = assignments(plan)
    assert resolved(plan, aws.calls(), assigned) == expected(c.call for c in plan.changes)
    again = aws.run(script)
    assert (again.returncode, aws.calls()) == (0, [])
    undone = aws.run(script, "undo")
    assert (undone.returncode, undone.stderr) == (0, "")
    undo = expected(call for change in reversed(plan.changes) for call in change.undo)
    assert resolved(plan, aws.calls(), assigned) == undo


@pytest.mark.parametrize("fails_at", [1, 2, 3, 4])
def test_a_script_that_stopped_goes_on_where_it_did(fails_at, aws):
    script = render_plan_aws_cli(NEW)
    stopped = aws.run(script, fails_at=fails_at)
    assert (stopped.returncode, stopped.stderr) == (254, "An error occurred\n")
    assert len(aws.calls()) == fails_at
    rest = aws.run(script)
    assert rest.returncode == 0
    assert len(aws.calls()) == len(NEW.changes) - fails_at + 1


def test_a_script_that_stopped_takes_back_what_it_made_and_no_more(aws):
    script = render_plan_aws_cli(NEW)
    aws.run(script, fails_at=4)
    undone = aws.run(script, "undo")
    assert undone.returncode == 0
    assert [operation for operation, _ in aws.calls()] == [
        "DeleteVpcEndpoints",
        "RevokeSecurityGroupIngress",
        "DeleteSecurityGroup",
    ]
    assert (aws.run(script, "undo").returncode, aws.calls()) == (0, [])


def test_a_script_refuses_another_account(aws):
    aws.account = "444455556666"
    run = aws.run(render_plan_aws_cli(NEW))
    assert run.returncode == 1
    assert "of account 444455556666, not of 111122223333" in run.stderr
    assert aws.calls() == []


def test_a_script_knows_no_other_word_than_undo(aws):
    run = aws.run(render_plan_aws_cli(NEW), "redo")
    assert (run.returncode, aws.calls()) == (2, [])
    assert "usage" in run.stderr


def test_a_script_for_an_unknown_account_and_region_takes_those_of_the_cli(aws):
    run = aws.run(render_plan_aws_cli(replace(NEW, account=None, region=None)))
    assert run.returncode == 0
    assert len(aws.calls()) == len(NEW.changes)


HOSTILE = "subnet-'\"$(touch pwned)`touch pwned`;touch pwned\\ ${HOME} %{x} é #"


def hostile_plan(text=HOSTILE):
    return planned(network(subnet(text, "10.0.1.0/24", zone="us-east-1a"), *HOME[4:]))


def test_text_of_strangers_is_never_run(aws):
    plan = hostile_plan()
    assert plan.changes
    assert aws.run(render_plan_aws_cli(plan)).returncode == 0
    assert resolved(plan, aws.calls(), assignments(plan)) == expected(c.call for c in plan.changes)
    assert not list(aws.folder.rglob("pwned"))


@pytest.mark.parametrize("text", ["--endpoint-url=https://x", "file:///etc/passwd", "http://x"])
def test_text_that_the_aws_cli_would_not_take_as_it_stands_is_refused(text):
    with pytest.raises(PlanError, match="cannot be given to the AWS CLI"):
        render_plan_aws_cli(hostile_plan(text))


def test_line_breaks_end_no_comment(aws):
    plan = hostile_plan("subnet-a\ntouch pwned\n")
    assert aws.run(render_plan_aws_cli(plan)).returncode == 0
    assert not list(aws.folder.rglob("pwned"))
    assert all(
        line.startswith("#") or "touch" not in line
        for line in render_plan_terraform(plan).splitlines()
        if '"' not in line
    )


# CloudFormation


def stacked(template):
    """What the resources of a template amount to, in the words of the EC2 API."""
    made = []
    for name, resource in template["Resources"].items():
        properties = dict(resource.get("Properties", {}))
        tags = properties.pop("Tags", None)
        kind = resource["Type"].rpartition("::")[2]
        if kind == "SecurityGroup":
            rules = properties.pop("SecurityGroupIngress", [])
            made.append(("CreateSecurityGroup", name, properties, tags))
            made += [("Ingress", name, each, None) for each in rules]
        elif kind == "SecurityGroupIngress":
            made.append(("Ingress", properties.pop("GroupId"), properties, None))
        elif kind == "VPCEndpoint":
            made.append(("CreateVpcEndpoint", name, properties, tags))
    return made


def resources_of(plan):
    return split(
        plan,
        lambda change: (
            change.operation
            in {"CreateSecurityGroup", "CreateVpcEndpoint", "AuthorizeSecurityGroupIngress"}
        ),
    )


@every_plan
def test_the_template_creates_what_the_plan_does(plan):
    template = json.loads(render_plan_cloudformation(plan))
    made = stacked(template)
    stack = resources_of(plan)
    endpoints = [each for kind, _, each, _ in made if kind == "CreateVpcEndpoint"]
    wanted = [c.arguments for c in stack.resources if c.operation == "CreateVpcEndpoint"]
    logical = {"sg-new-endpoints": {"Fn::GetAtt": ["SgNewEndpoints", "GroupId"]}}
    assert endpoints == [
        {
            name: [logical.get(each, each) for each in value]
            if name == "SecurityGroupIds"
            else value
            for name, value in arguments.items()
            if name not in {"ClientToken", "TagSpecifications"}
        }
        for arguments in wanted
    ]
    ingress = [
        (target, each["FromPort"], each["CidrIp"])
        for kind, target, each, _ in made
        if kind == "Ingress"
    ]
    names = {"sg-new-endpoints": "SgNewEndpoints"}
    assert ingress == [
        (names.get(c.arguments["GroupId"], c.arguments["GroupId"]), rule.from_port, str(rule.cidr))
        for c in stack.resources
        if c.operation == "AuthorizeSecurityGroupIngress"
        for rule in rules_of(c.arguments["IpPermissions"])
    ]
    groups = [each for kind, _, each, _ in made if kind == "CreateSecurityGroup"]
    assert [each["GroupName"] for each in groups] == [
        c.arguments["GroupName"] for c in stack.resources if c.operation == "CreateSecurityGroup"
    ]


@every_plan
def test_what_the_template_leaves_out_stands_in_its_metadata_as_commands(plan):
    template = json.loads(render_plan_cloudformation(plan))
    metadata = template["Metadata"]["vpcproof"]
    stack = resources_of(plan)
    for told, changes in (
        (metadata["BeforeTheStack"], stack.before),
        (metadata["AfterTheStack"], stack.after),
    ):
        commands = [called(shlex.split(each)[1:]) for each in told]
        text = re.sub(r'"<([^"]*)>"', r'"\1"', json.dumps(commands))
        assert [tuple(each) for each in json.loads(text)] == expected(c.call for c in changes)
    assert len(stack.before) + len(stack.resources) + len(stack.after) == len(plan.changes)


def of_real_shape(template):
    """The ids of the tests' networks replaced by such as AWS assigns, which cfn-lint asks for."""

    def real(match):
        return f'"{match[1]}-{sha256(match[0].encode()).hexdigest()[:17]}"'

    return re.sub(r'"(vpc|subnet|sg|rtb)-[a-z]+"', real, template)


@every_plan
def test_cfn_lint_finds_nothing_in_the_template(plan):
    found = lint_all(of_real_shape(render_plan_cloudformation(plan)))
    assert [str(each) for each in found if each.rule.id[0] in "EW"] == []


def test_resources_of_a_template_are_made_in_the_proven_order():
    resources = json.loads(render_plan_cloudformation(NEW))["Resources"]
    for last, (_, resource) in zip(resources, list(resources.items())[1:], strict=False):
        assert resource.get("DependsOn") == last or f'"{last}"' in json.dumps(resource)


def test_a_dynamic_reference_is_refused():
    with pytest.raises(PlanError, match="reference"):
        render_plan_cloudformation(hostile_plan("subnet-{{resolve:ssm:secret}}"))


# Terraform


def unquoted(value):
    if isinstance(value, str):
        if value.startswith("${"):
            return value[2:-1]
        return json.loads(value) if value.startswith('"') else value
    if isinstance(value, list):
        return [unquoted(each) for each in value]
    if isinstance(value, dict):
        return {
            unquoted(key): unquoted(each) for key, each in value.items() if key != "__is_block__"
        }
    return value


def configured(text):
    """The resources of a configuration: kind, name and body of each."""
    return [
        (unquoted(kind), unquoted(name), unquoted(body))
        for each in hcl2.loads(text).get("resource", [])
        for kind, named in each.items()
        for name, body in named.items()
        if name != "__is_block__"
    ]


TERRAFORM = {
    "ServiceName": "service_name",
    "SubnetIds": "subnet_ids",
    "RouteTableIds": "route_table_ids",
    "PrivateDnsEnabled": "private_dns_enabled",
    "VpcEndpointType": "vpc_endpoint_type",
    "IpAddressType": "ip_address_type",
    "VpcId": "vpc_id",
}


@every_plan
def test_the_configuration_creates_what_the_plan_does(plan):
    made = configured(render_plan_terraform(plan))
    endpoints = [body for kind, _, body in made if kind == "aws_vpc_endpoint"]
    wanted = [c.arguments for c in plan.changes if c.operation == "CreateVpcEndpoint"]
    left_out = "aws ec2 create-vpc-endpoint" in render_plan_terraform(plan)
    assert left_out or len(endpoints) == len(wanted)
    for body, arguments in zip(endpoints, wanted, strict=False):
        assert {TERRAFORM[name]: arguments[name] for name in TERRAFORM if name in arguments} == {
            name: value for name, value in body.items() if name in TERRAFORM.values()
        }
        assert ("aws_security_group.sg-new-endpoints.id" in body.get("security_group_ids", ())) == (
            "SecurityGroupIds" in arguments
        )
    admitted = {
        (block["from_port"], cidr)
        for kind, _, body in made
        if kind == "aws_security_group"
        for block in body.get("ingress", ())
        for cidr in block["cidr_blocks"]
    } | {
        (body["from_port"], body["cidr_ipv4"])
        for kind, _, body in made
        if kind == "aws_vpc_security_group_ingress_rule"
    }
    assert admitted == {
        (rule.from_port, str(rule.cidr))
        for c in plan.changes
        if c.operation == "AuthorizeSecurityGroupIngress"
        and f"{c.call.operation}" not in left_by_hand(plan)
        for rule in rules_of(c.arguments["IpPermissions"])
    }
    associated = {
        (body["vpc_endpoint_id"], value)
        for kind, _, body in made
        if kind.endswith("_association")
        for name, value in body.items()
        if name not in {"vpc_endpoint_id", "depends_on"}
    }
    names = {"sg-new-endpoints": "aws_security_group.sg-new-endpoints.id"}
    assert associated <= {
        (c.arguments["VpcEndpointId"], names.get(each, each))
        for c in plan.changes
        if c.operation == "ModifyVpcEndpoint"
        for name, value in c.arguments.items()
        if name.startswith("Add")
        for each in value
    }


def left_by_hand(plan):
    text = render_plan_terraform(plan)
    commands = [line[1:].strip() for line in text.splitlines() if line.startswith("#   aws ")]
    return [called(shlex.split(each)[1:])[0] for each in commands]


@every_plan
def test_the_configuration_and_its_comments_hold_every_change_of_the_plan(plan):
    made = configured(render_plan_terraform(plan))
    by_kind = [kind for kind, _, _ in made]
    counted = len(left_by_hand(plan))
    counted += by_kind.count("aws_security_group") + by_kind.count("aws_vpc_endpoint")
    counted += any("ingress" in body for kind, _, body in made if kind == "aws_security_group")
    counted += len({body["security_group_id"] for k, _, body in made if k.endswith("ingress_rule")})
    counted += len(
        {(kind, body["vpc_endpoint_id"]) for kind, _, body in made if kind.endswith("association")}
    )
    assert counted == len(plan.changes)


def test_resources_of_a_configuration_are_made_in_the_proven_order():
    made = configured(render_plan_terraform(NEW))
    for (kind, name, _), (_, _, body) in pairwise(made):
        assert body["depends_on"] == [f"{kind}.{name}"]


def test_line_breaks_in_comments_begin_no_configuration():
    fooled = replace(NEW, vpc_id='vpc-1\nresource "null_resource" "mine" {}')
    assert configured(render_plan_terraform(fooled)) == configured(render_plan_terraform(NEW))


def test_text_of_strangers_is_no_template_of_terraform():
    plan = hostile_plan()
    bodies = [
        body for kind, _, body in configured(render_plan_terraform(plan)) if "subnet_ids" in body
    ]
    escaped = HOSTILE.replace("${", "$${").replace("%{", "%%{")
    assert [body["subnet_ids"] for body in bodies] == [[escaped]] * 2


# All of them


@settings(max_examples=20)
@given(vpcs(), mandates)
def test_every_plan_has_every_form(before, mandate):
    plan = planned(before, mandate=mandate)
    Draft202012Validator(SCHEMA).validate(json.loads(render_plans_json([plan])))
    template = json.loads(render_plan_cloudformation(plan))
    hand = template["Metadata"]["vpcproof"]
    creatable = resources_of(plan)
    assert len(hand["BeforeTheStack"]) == len(creatable.before)
    configured(render_plan_terraform(plan))
    assert f"steps={len(plan.changes)}\n" in render_plan_aws_cli(plan)
