"""The describe calls exist, in boto3 and so in the AWS CLI."""

import pytest
from vpcproof.aws.describe_calls import DESCRIBE_CALLS
from vpcproof.model.resource_type import ResourceType

from tests.aws.fake_config import client


@pytest.mark.parametrize("resource_type", ResourceType)
def test_every_type_has_a_call_that_ec2_knows(resource_type):
    call = DESCRIBE_CALLS[resource_type]
    ec2 = client("ec2")
    model = ec2.meta.service_model.operation_model(call.operation)

    assert call.ids in model.input_shape.members
    assert call.answers in model.output_shape.members
    assert ec2.meta.method_to_api_mapping[call.method] == call.operation


@pytest.mark.parametrize(
    ("resource_type", "command"),
    [
        (
            ResourceType.VPC_ENDPOINT,
            "aws ec2 describe-vpc-endpoints --vpc-endpoint-ids id-1 --region us-east-1",
        ),
        (ResourceType.VPC, "aws ec2 describe-vpcs --vpc-ids id-1 --region us-east-1"),
        (
            ResourceType.NETWORK_ACL,
            "aws ec2 describe-network-acls --network-acl-ids id-1 --region us-east-1",
        ),
    ],
)
def test_the_command_is_the_same_call(resource_type, command):
    assert DESCRIBE_CALLS[resource_type].command("id-1", "us-east-1") == command


def test_an_id_is_quoted():
    command = DESCRIBE_CALLS[ResourceType.VPC].command("x; rm -rf ~", "us-east-1")

    assert "--vpc-ids 'x; rm -rf ~' --region" in command
