import pytest
from botocore.exceptions import ClientError

from lab.ec2 import faults, pagination
from lab.ec2.faults import FOREVER, Fault


def status_of(call):
    with pytest.raises(ClientError) as caught:
        call()
    response = caught.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("RequestLimitExceeded", 503),
        ("UnauthorizedOperation", 403),
        ("InternalError", 500),
        ("Unavailable", 503),
        ("ExpiredToken", 400),
        ("SomethingElse", 400),
    ],
)
def test_an_injected_error_has_its_code_and_status(ec2, code, status):
    faults.inject(Fault("DescribeVpcs", code))
    assert status_of(ec2.describe_vpcs) == (code, status)


def test_it_happens_as_often_as_asked_and_then_no_more(ec2):
    faults.inject(Fault("DescribeVpcs", "RequestLimitExceeded", times=2))
    for _ in range(2):
        assert status_of(ec2.describe_vpcs)[0] == "RequestLimitExceeded"
    assert ec2.describe_vpcs()["Vpcs"]
    assert faults.pending() == ()


def test_forever_lasts_until_it_is_cleared(ec2):
    faults.inject(Fault("*", "UnauthorizedOperation", times=FOREVER))
    for _ in range(3):
        assert status_of(ec2.describe_subnets)[0] == "UnauthorizedOperation"
    faults.clear()
    assert ec2.describe_subnets()["Subnets"]


def test_other_actions_accounts_and_regions_are_spared(ec2, client):
    faults.inject(Fault("DescribeVpcs", "InternalError", region="eu-west-1"))
    faults.inject(Fault("DescribeVpcs", "InternalError", account_id="111122223333"))
    assert ec2.describe_vpcs()
    assert ec2.describe_subnets()
    assert status_of(client("eu-west-1").describe_vpcs)[0] == "InternalError"


def test_a_fault_can_wait_for_the_second_page(ec2, place):
    faults.inject(Fault("DescribeSubnets", "RequestLimitExceeded", page=2))
    for zone in "abcd":
        ec2.create_subnet(
            VpcId=place.vpc_id,
            CidrBlock=f"10.0.{ord(zone)}.0/24",
            AvailabilityZone=f"ap-northeast-2{zone}",
        )
    first = ec2.describe_subnets(MaxResults=5)
    second = {"MaxResults": 5, "NextToken": first["NextToken"]}
    assert status_of(lambda: ec2.describe_subnets(**second))[0] == "RequestLimitExceeded"
    assert ec2.describe_subnets(**second)["Subnets"]


def test_short_pages_bring_a_second_page_to_callers_that_ask_for_all(ec2):
    pagination.limit_pages(1)
    faults.inject(Fault("DescribeSubnets", "UnauthorizedOperation", page=2))
    paginator = ec2.get_paginator("describe_subnets")
    assert status_of(lambda: list(paginator.paginate()))[0] == "UnauthorizedOperation"


def test_a_failed_change_changes_nothing(place):
    faults.inject(Fault("ModifyVpcEndpoint", "RequestLimitExceeded"))
    endpoint = place.interface()["VpcEndpointId"]

    def turn_off():
        place.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, PrivateDnsEnabled=False)

    assert status_of(turn_off)[0] == "RequestLimitExceeded"
    assert place.endpoint(endpoint)["PrivateDnsEnabled"] is True


def test_text_and_status_can_be_chosen(ec2):
    faults.inject(Fault("DescribeVpcs", "Blocked", message="Your account is blocked.", status=418))
    with pytest.raises(ClientError, match="Your account is blocked"):
        ec2.describe_vpcs()
