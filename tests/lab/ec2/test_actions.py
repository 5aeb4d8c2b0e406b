import pytest
from botocore.exceptions import ClientError


def test_there_are_no_instance_connect_endpoints(ec2):
    assert ec2.describe_instance_connect_endpoints()["InstanceConnectEndpoints"] == []


def test_an_action_that_the_lab_does_not_have_is_refused_in_the_words_of_ec2(ec2):
    with pytest.raises(ClientError, match="The action DescribeAddressTransfers is not valid") as e:
        ec2.describe_address_transfers()
    assert e.value.response["Error"]["Code"] == "InvalidAction"
    assert e.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
