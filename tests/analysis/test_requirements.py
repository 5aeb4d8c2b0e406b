"""Which services a VPC needs: named, in sets, derived from what runs in it, and by preferences."""

import pytest
from vpcproof.analysis.requirements import required_services
from vpcproof.errors import ParameterError
from vpcproof.model.facts import Fact
from vpcproof.model.parameters import parse_parameters
from vpcproof.model.service_catalogue import SERVICE_SETS
from vpcproof.model.session_preferences import SessionPreferences

from tests.networks import VPC, instance, network, nobody, node, offered, plumbing, unread

ECS = "arn:aws:ecs:us-east-1:111122223333:attachment/6a1f2f1e-5f4e-4b53-9b8e-0a4c3c1d2e3f"
LAMBDA = "AWS Lambda VPC ENI-thumbnails-0d9d5b1c-56a5-4f9d-8a1e-9c0b1a2d3e4f"
SSM = {"ssm", "ssmmessages"}


def needed(*parts, **parameters):
    """The services that a VPC of these parts needs; its SSM Agents are new."""
    return set(in_order(*parts, **parameters))


def in_order(*parts, **parameters):
    snapshot = network(*parts, node("i-a", "3.3.987.0"))
    return required_services(snapshot, VPC, parse_parameters(parameters))


def managed(description, interface_type="interface"):
    """An interface that an AWS service manages."""
    return instance(
        "subnet-a",
        "10.0.1.20",
        id=description,
        instance_id=None,
        requester_managed=True,
        interface_type=interface_type,
        description=description,
    )


def pods():
    """The second interface of an EKS node, as the network plugin describes it."""
    return instance("subnet-a", "10.0.1.30", id="pods", description="aws-K8S-i-0a1b2c3d4e5f60718")


# Names and sets


@pytest.mark.parametrize(
    ("services", "expected"),
    [
        ("kms", {"kms"}),
        ("kms,logs", {"kms", "logs"}),
        ("kms logs", {"kms", "logs"}),
        ("ssm", SSM),
        ("logs", {"logs"}),
        ("ecr", {"ecr.api", "ecr.dkr", "s3"}),
        ("fargate", {"ecr.api", "ecr.dkr", "s3", "logs"}),
        ("ecs", {"ecs", "ecs-agent", "ecs-telemetry", "ecr.api", "ecr.dkr", "s3", "logs"}),
        ("eks", {"eks", "eks-auth", "ec2", "sts", "ecr.api", "ecr.dkr", "s3", "logs"}),
        ("ssm,secretsmanager", {*SSM, "secretsmanager"}),
    ],
)
def test_services_are_named_one_by_one_or_in_sets(services, expected):
    assert needed(services=services) == expected


def test_the_ssm_set_is_needed_unless_something_else_is_said():
    assert needed() == SSM


@pytest.mark.parametrize("name", SERVICE_SETS)
def test_every_set_holds_services_that_can_be_named_alone(name):
    for code in SERVICE_SETS[name]:
        assert parse_parameters({"services": code}).services == SERVICE_SETS.get(code, (code,))


def test_a_service_in_two_sets_is_needed_once():
    assert len(in_order(services="ecr,ecs,fargate")) == len(needed(services="ecr,ecs,fargate"))


def test_a_misspelt_service_is_refused():
    with pytest.raises(ParameterError, match="secretmanager"):
        parse_parameters({"services": "secretmanager"})


def test_images_from_ecr_need_s3_for_their_layers():
    assert "s3" in needed(services="ecr.api,ecr.dkr")


def test_the_registry_without_images_needs_no_s3():
    assert "s3" not in needed(services="ecr.api")


# Derived from what runs in the VPC


@pytest.mark.parametrize(
    ("workload", "expected"),
    [
        pytest.param(instance("subnet-a", "10.0.1.10"), SSM, id="an instance"),
        pytest.param(managed(ECS), {"ecr.api", "ecr.dkr", "s3", "logs"}, id="an ECS task"),
        pytest.param(
            managed(ECS.replace("aws:ecs", "aws-cn:ecs")),
            {"ecr.api", "ecr.dkr", "s3", "logs"},
            id="an ECS task in China",
        ),
        pytest.param(managed("Amazon EKS orders"), set(SERVICE_SETS["eks"]), id="an EKS cluster"),
        pytest.param(pods(), set(SERVICE_SETS["eks"]), id="pods of an EKS node"),
        pytest.param(managed(LAMBDA, "lambda"), set(), id="a Lambda function"),
        pytest.param(managed("RDSNetworkInterface"), set(), id="a database"),
        pytest.param(managed("EFS mount target for fs-0a1b"), set(), id="a file system"),
        pytest.param(plumbing("subnet-a", "nat_gateway"), set(), id="a NAT gateway"),
        pytest.param(plumbing("subnet-a", "vpc_endpoint"), set(), id="an endpoint"),
        pytest.param(nobody, set(), id="nothing"),
    ],
)
def test_services_are_derived_from_a_workload(workload, expected):
    assert needed(workload, services="auto") == expected


def test_services_are_derived_from_all_workloads_together():
    workloads = (instance("subnet-a", "10.0.1.10"), managed(ECS), managed(LAMBDA, "lambda"))
    assert needed(*workloads, services="auto") == {*SSM, *SERVICE_SETS["fargate"]}


def test_derived_services_are_needed_besides_those_named():
    assert needed(managed(ECS), services="auto,kms") == {*SERVICE_SETS["fargate"], "kms"}


def test_a_description_is_read_in_any_case():
    told = managed("AMAZON EKS ORDERS")
    assert needed(told, services="auto") == set(SERVICE_SETS["eks"])


# Session Manager's own preferences


@pytest.mark.parametrize(
    ("preferences", "added"),
    [
        (SessionPreferences(), set()),
        (SessionPreferences(logs_to_cloudwatch=True), {"logs"}),
        (SessionPreferences(logs_to_s3=True), {"s3"}),
        (SessionPreferences(encrypts_with_kms=True), {"kms"}),
        (
            SessionPreferences(logs_to_cloudwatch=True, logs_to_s3=True, encrypts_with_kms=True),
            {"logs", "s3", "kms"},
        ),
    ],
)
def test_sessions_need_what_the_preferences_switch_on(preferences, added):
    assert needed(preferences) == {*SSM, *added}


def test_preferences_count_for_derived_services_too():
    assert needed(SessionPreferences(encrypts_with_kms=True), services="auto") == {*SSM, "kms"}


def test_preferences_are_nothing_to_a_vpc_without_sessions():
    assert needed(SessionPreferences(encrypts_with_kms=True), services="logs") == {"logs"}


def test_preferences_that_were_not_read_add_nothing():
    assert needed(unread(Fact.SESSION_PREFERENCES)) == SSM


# ec2messages


@pytest.mark.parametrize(
    ("agent", "parameter", "is_needed"),
    [
        ("3.3.987.0", "auto", False),
        ("3.3.40.0", "auto", False),
        ("3.2.2303.0", "auto", True),
        ("3.3.987.0", "always", True),
        ("3.2.2303.0", "never", False),
    ],
)
def test_ec2messages_is_needed_by_old_agents(agent, parameter, is_needed):
    snapshot = network(node("i-a", agent))
    parameters = parse_parameters({"requireEc2Messages": parameter})
    assert ("ec2messages" in required_services(snapshot, VPC, parameters)) is is_needed


@pytest.mark.parametrize("services", ["ssm", "ec2messages,ssm", "auto"])
def test_ec2messages_is_dropped_where_the_region_does_not_sell_it(services):
    snapshot = network(node("i-a", "3.2.2303.0"), offered("ssm", "ssmmessages"))
    parameters = parse_parameters({"services": services, "requireEc2Messages": "always"})
    assert set(required_services(snapshot, VPC, parameters)) == SSM


def test_ec2messages_is_dropped_in_a_region_launched_without_it():
    snapshot = network(node("i-a", "3.2.2303.0"), region="mx-central-1")
    assert set(required_services(snapshot, VPC, parse_parameters({}))) == SSM


def test_ec2messages_stays_where_the_agents_were_not_read():
    snapshot = network(unread(Fact.MANAGED_NODES))
    required = required_services(snapshot, VPC, parse_parameters({}))
    assert set(required) == {*SSM, "ec2messages"}
