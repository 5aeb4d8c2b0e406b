"""The one role that can change something: what AWS permits it, and what it refuses."""

from typing import Any

import pytest
from cfnlint.decode.cfn_yaml import load

from tests.security.iam import Request, Role
from tests.template.conftest import ROOT
from tests.template.intrinsics import PSEUDO, Evaluator

EC2 = "arn:aws:ec2:us-east-1:111122223333"
OWN = {"aws:ResourceTag/ManagedBy": "vpcproof"}
OPTED_OUT = {"aws:ResourceTag/vpcproof:remediate": "OFF"}
ALL = {"RemediateExisting": "all"}
CHINA = {"AWS::Partition": "aws-cn", "AWS::Region": "cn-north-1"}


@pytest.fixture(scope="module")
def template():
    return load(str(ROOT / "template.yaml"))


@pytest.fixture(scope="module")
def role(template):
    def under(**parameters: str) -> Role:
        chosen = Evaluator(template, {"RemediationMode": "auto", **parameters})
        return Role(template, "RemediateRole", chosen)

    return under


def on(kind: str, action: str, **context: str) -> Request:
    return Request(f"ec2:{action}", f"{EC2}:{kind}/{kind}-1", context)


def creation(service: str = "com.amazonaws.us-east-1.ssm", **changed: str) -> list[Request]:
    """CreateVpcEndpoint as it is authorized: the endpoint, its parts, its tags and its zone."""
    context = {
        "ec2:VpceServiceName": service,
        "ec2:VpceServiceOwner": "amazon",
        "aws:RequestTag/ManagedBy": "vpcproof",
    } | changed
    parts = ("vpc", "subnet", "security-group", "route-table")
    return [
        on("vpc-endpoint", "CreateVpcEndpoint", **context),
        *(on(kind, "CreateVpcEndpoint") for kind in parts),
        on("vpc-endpoint", "CreateTags", **{"ec2:CreateAction": "CreateVpcEndpoint"}),
        Request("route53:AssociateVPCWithHostedZone"),
    ]


def modification(**tags: str) -> list[Request]:
    """ModifyVpcEndpoint that attaches a group and adds a subnet and a table."""
    parts = ("security-group", "subnet", "route-table")
    return [
        on("vpc-endpoint", "ModifyVpcEndpoint", **tags),
        *(on(kind, "ModifyVpcEndpoint") for kind in parts),
    ]


CHANGES_OF_GROUPS = (
    "AuthorizeSecurityGroupIngress",
    "DeleteSecurityGroup",
    "RevokeSecurityGroupIngress",
)
PERMITTED: dict[str, tuple[dict[str, str], list[Request]]] = {
    "an endpoint for a service of the list": ({}, creation()),
    "an endpoint for a service that was put on the list": (
        {"RemediationServices": "ssm,ecr.api"},
        creation("com.amazonaws.us-east-1.ecr.api"),
    ),
    "a security group with the tag": (
        {},
        [
            on("vpc", "CreateSecurityGroup"),
            on("security-group", "CreateSecurityGroup", **{"aws:RequestTag/ManagedBy": "vpcproof"}),
            on("security-group", "CreateTags", **{"ec2:CreateAction": "CreateSecurityGroup"}),
        ],
    ),
    "a change of an endpoint of its own": ({}, modification(**OWN)),
    "the deletion of an endpoint of its own": (
        {},
        [on("vpc-endpoint", "DeleteVpcEndpoints", **OWN)],
    ),
    **{
        f"{action} of a group of its own": ({}, [on("security-group", action, **OWN)])
        for action in CHANGES_OF_GROUPS
    },
    "a change of any endpoint, where all are given": (ALL, modification()),
    "ingress of any group, where all are given": (
        ALL,
        [on("security-group", "AuthorizeSecurityGroupIngress")],
    ),
    "the deletion of a second endpoint, where that is given": (
        ALL | {"DestructiveRules": "vpc-endpoints-not-duplicated"},
        [on("vpc-endpoint", "DeleteVpcEndpoints")],
    ),
    "DNS attributes, where they are given": (
        {"AllowDnsChange": "true"},
        [on("vpc", "ModifyVpcAttribute")],
    ),
    "a record of a run": (
        {},
        [Request(f"dynamodb:{name}Item", "stack:RunsTable") for name in ("Get", "Put", "Delete")],
    ),
    "the question whether to go on": (
        {"RemediationMode": "approve"},
        [Request("states:StartExecution", "stack:ApprovalStateMachine")],
    ),
}
REFUSED: dict[str, tuple[dict[str, str], list[Request]]] = {
    "an endpoint for another service": ({}, creation("com.amazonaws.us-east-1.kms")),
    "an endpoint for that service of another Region": ({}, creation("com.amazonaws.eu-west-1.ssm")),
    "an endpoint for a service whose name only begins so": (
        {},
        creation("com.amazonaws.us-east-1.ssm-contacts"),
    ),
    "an endpoint for somebody else's service": (
        {},
        creation(**{"ec2:VpceServiceOwner": "123456789012"}),
    ),
    "an endpoint without the tag": ({}, creation(**{"aws:RequestTag/ManagedBy": "terraform"})),
    "an endpoint in a VPC that is to be left alone": (
        {},
        [on("vpc", "CreateVpcEndpoint", **OPTED_OUT)],
    ),
    "a group without the tag": ({}, [on("security-group", "CreateSecurityGroup")]),
    "tags on what exists": ({}, [on("vpc-endpoint", "CreateTags")]),
    "tags on what an instance is created with": (
        {},
        [on("security-group", "CreateTags", **{"ec2:CreateAction": "RunInstances"})],
    ),
    "a change of somebody else's endpoint": ({}, modification()),
    "the deletion of somebody else's endpoint": ({}, [on("vpc-endpoint", "DeleteVpcEndpoints")]),
    **{
        f"{action} of somebody else's group": ({}, [on("security-group", action)])
        for action in CHANGES_OF_GROUPS
    },
    "the deletion of an endpoint where only changes of all are given": (
        ALL,
        [on("vpc-endpoint", "DeleteVpcEndpoints")],
    ),
    "the deletion of a group even where all are given": (
        ALL | {"DestructiveRules": "vpc-endpoints-not-duplicated"},
        [on("security-group", "DeleteSecurityGroup")],
    ),
    "a change of what is to be left alone, whosever it is": (
        ALL,
        modification(**OWN, **OPTED_OUT),
    ),
    "ingress of a group that is to be left alone": (
        ALL,
        [on("security-group", "AuthorizeSecurityGroupIngress", **OPTED_OUT)],
    ),
    "DNS attributes": (ALL, [on("vpc", "ModifyVpcAttribute")]),
    "a record in another table": ({}, [Request("dynamodb:PutItem", "arn:aws:dynamodb:::table/x")]),
    "approval, where nobody is asked": (
        {},
        [Request("states:StartExecution", "stack:ApprovalStateMachine")],
    ),
    "another state machine": (
        {"RemediationMode": "approve"},
        [Request("states:StartExecution", "arn:aws:states:us-east-1:111122223333:stateMachine:x")],
    ),
    **{
        f"ec2:{action}": (ALL, [on(kind, action, **OWN)])
        for kind, action in (
            ("route-table", "CreateRoute"),
            ("route-table", "DeleteRoute"),
            ("security-group", "AuthorizeSecurityGroupEgress"),
            ("vpc", "DeleteVpc"),
            ("vpc-endpoint", "DeleteTags"),
        )
    },
}


@pytest.mark.parametrize(("parameters", "requests"), PERMITTED.values(), ids=PERMITTED)
def test_what_a_repair_needs_is_permitted(role, parameters, requests):
    assert role(**parameters).allows(*requests)


@pytest.mark.parametrize(("parameters", "requests"), REFUSED.values(), ids=REFUSED)
def test_what_no_repair_needs_is_refused(role, parameters, requests):
    assert not role(**parameters).allows(*requests)


@pytest.mark.parametrize(
    ("service", "permitted"),
    [
        ("cn.com.amazonaws.cn-north-1.ssm", True),
        ("com.amazonaws.cn-north-1.ssm", True),
        ("com.amazonaws.us-east-1.ssm", False),
        ("cn.com.amazonaws.cn-north-1.kms", False),
    ],
)
def test_in_china_services_go_by_the_names_they_have_there(
    role, monkeypatch, service: str, permitted: Any
):
    for name, value in CHINA.items():
        monkeypatch.setitem(PSEUDO, name, value)
    (endpoint, *_) = creation(service)
    there = endpoint.resource.replace("aws:ec2:us-east-1", "aws-cn:ec2:cn-north-1")
    assert role().allows(Request(endpoint.action, there, endpoint.context)) == permitted


def test_outside_china_no_name_is_prefixed(role):
    assert not role().allows(*creation("cn.com.amazonaws.us-east-1.ssm"))
