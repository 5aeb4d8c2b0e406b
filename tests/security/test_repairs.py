"""Repairs as the function makes them, call by call, against what its role permits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from cfnlint.decode.cfn_yaml import load
from vpcproof.aws.repair.settings import Mode
from vpcproof.remediation.plan import Mandate

from tests.aws.conftest import credentials
from tests.aws.events import ACCOUNT, REGION
from tests.aws.repair.conftest import account, bare, payments, session
from tests.aws.repair.test_answering import Function, finding, function
from tests.security.iam import Request, Role
from tests.template.conftest import ROOT
from tests.template.intrinsics import PSEUDO, Evaluator

__all__ = ["account", "bare", "credentials", "finding", "function", "payments", "session"]

EVERYTHING = {
    "RemediationMode": "approve",
    "RemediateExisting": "all",
    "AllowDnsChange": "true",
    "DestructiveRules": "vpc-endpoints-not-duplicated",
}
MANDATE = Mandate(
    allow_dns_change=True,
    narrow=frozenset({"security-group-endpoint-ingress-restricted"}),
    remove_duplicates=True,
)
TAG = "aws:ResourceTag/ManagedBy"
# What AWS asks of the role for a call of another name, or in its name: an endpoint is created with
# tags and a private zone, Lambda writes the log, SNS encrypts.
BY_AWS = {
    "ec2:CreateTags",
    "kms:Decrypt",
    "kms:GenerateDataKey*",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "route53:AssociateVPCWithHostedZone",
    "sqs:SendMessage",
}
KINDS = {"sg": "security-group", "rtb": "route-table", "vpce": "vpc-endpoint"}


@pytest.fixture(scope="module")
def template():
    return load(str(ROOT / "template.yaml"))


@pytest.fixture
def role(template, monkeypatch):
    monkeypatch.setitem(PSEUDO, "AWS::Region", REGION)
    monkeypatch.setitem(PSEUDO, "AWS::AccountId", ACCOUNT)

    def under(**parameters: str) -> Role:
        return Role(template, "RemediateRole", Evaluator(template, parameters))

    return under


class Recorder:
    """The calls of a function: their IAM actions, and what changes EC2 with its arguments."""

    def __init__(self, function: Function) -> None:
        self._ec2 = function.account.ec2
        self.actions: set[str] = set()
        self.requests: list[Request] = []
        for service in ("ec2", "dynamodb", "sns", "stepfunctions", "route53"):
            client = function.account.clients(service)
            kind = client.meta.service_model.service_id.hyphenize()
            client.meta.events.register(f"before-parameter-build.{kind}.*", self.note)

    def note(self, params: Mapping[str, Any], model: Any, **_: Any) -> None:
        self.actions.add(f"{model.service_model.signing_name}:{model.name}")
        if model.service_model.signing_name == "ec2" and not model.name.startswith(READING):
            self.requests += _authorized(model.name, params, self._ec2)


READING = ("Describe", "Get", "Search")


def _authorized(name: str, params: Mapping[str, Any], ec2: Any) -> Iterator[Request]:
    """What a call is authorized for: each resource it names, with the tags that this bears."""
    given = {
        tag["Key"]: tag["Value"]
        for each in params.get("TagSpecifications", ())
        for tag in each["Tags"]
    }
    created = {f"aws:RequestTag/{key}": value for key, value in given.items()}
    if name == "CreateVpcEndpoint":
        owner = {"ec2:VpceServiceName": params["ServiceName"], "ec2:VpceServiceOwner": "amazon"}
        yield _request(name, "vpce-new", created | owner)
    if name == "CreateSecurityGroup":
        yield _request(name, "sg-new", created)
    if created:
        kind = "sg-new" if name == "CreateSecurityGroup" else "vpce-new"
        yield _request("CreateTags", kind, {"ec2:CreateAction": name})
    for resource_id in _ids(params):
        tags = ec2.describe_tags(Filters=[{"Name": "resource-id", "Values": [resource_id]}])["Tags"]
        bears = {f"aws:ResourceTag/{tag['Key']}": tag["Value"] for tag in tags}
        yield _request(name, resource_id, bears)


def _ids(params: Mapping[str, Any]) -> Iterator[str]:
    for name, value in params.items():
        if name.endswith("Id"):
            yield value
        elif name.endswith("Ids"):
            yield from value


def _request(name: str, resource_id: str, context: Mapping[str, str]) -> Request:
    prefix = resource_id.partition("-")[0]
    arn = f"arn:aws:ec2:{REGION}:{ACCOUNT}:{KINDS.get(prefix, prefix)}/{resource_id}"
    return Request(f"ec2:{name}", arn, context)


@pytest.fixture
def recorder(function) -> Recorder:
    return Recorder(function)


def test_a_vpc_without_endpoints_is_repaired_and_undone_as_the_default_permits(
    role, function, bare, recorder
):
    request = {"action": "apply", "vpcId": bare.vpc_id, "rule": "vpc-ssm-endpoints-complete"}
    run = function(request)["runId"]
    function({"action": "undo", "runId": run})

    permitted = role(RemediationMode="auto")
    assert {"ec2:CreateVpcEndpoint", "ec2:DeleteVpcEndpoints"} <= recorder.actions
    assert [each for each in recorder.requests if not permitted.allows(each)] == []


def test_what_others_made_is_repaired_only_where_that_is_permitted(
    role, function, payments, recorder
):
    function({"action": "apply", "vpcId": payments.ids["payments"]}, mandate=MANDATE)

    services = "ssm,ssmmessages,ec2messages"
    assert all(map(role(**EVERYTHING, RemediationServices=services).allows, recorder.requests))
    own = role(RemediationMode="auto")
    refused = {each.action for each in recorder.requests if not own.allows(each)}
    assert refused == {
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:ModifyVpcEndpoint",
        "ec2:RevokeSecurityGroupIngress",
    }


def test_the_role_permits_what_repairs_call_and_nothing_else(
    role, function, finding, bare, payments, recorder
):
    ec2, vpc = function.account.ec2, payments.ids["payments"]
    function(finding, mode=Mode.PLAN)
    function(finding, mode=Mode.APPROVE)
    ec2.modify_vpc_attribute(VpcId=bare.vpc_id, EnableDnsHostnames={"Value": False})
    for vpc_id in (vpc, bare.vpc_id):
        run = function({"action": "apply", "vpcId": vpc_id}, mandate=MANDATE)["runId"]
        function({"action": "undo", "runId": run})

    permitted = role(**EVERYTHING)
    facts = {
        action
        for each in permitted.statements
        if each["Sid"] in ("ReadFacts", "GetDocument")
        for action in ([each["Action"]] if isinstance(each["Action"], str) else each["Action"])
    }
    writing = recorder.actions - facts
    assert {each for each in writing if each.startswith("ec2:Describe")} <= {"ec2:DescribeTags"}
    assert writing - {"ec2:DescribeTags"} == permitted.actions - facts - BY_AWS


def test_both_functions_read_the_same_facts(template):
    def read(role: str) -> list[Any]:
        statements = template["Resources"][role]["Properties"]["Policies"][0]["PolicyDocument"]
        return [
            each["Action"]
            for each in statements["Statement"]
            if each["Sid"] in ("ReadFacts", "GetDocument")
        ]

    assert read("RemediateRole") == read("EvaluateRole")
