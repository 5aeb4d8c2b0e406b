"""The Region of a VPC, told by whatever tells it."""

import pytest


def subnets(*zones):
    return {
        "Subnets": [
            {"SubnetId": f"subnet-{zone}", "VpcId": "vpc-1", "AvailabilityZone": zone}
            for zone in zones
        ]
    }


def endpoints(*names):
    return {
        "VpcEndpoints": [
            {"VpcEndpointId": f"vpce-{number}", "VpcId": "vpc-1", "ServiceName": name}
            for number, name in enumerate(names)
        ]
    }


GROUP_ARN = "arn:aws:ec2:eu-west-3:111122223333:security-group/sg-1"


@pytest.mark.parametrize(
    ("documents", "region"),
    [
        ([subnets("eu-west-1a", "eu-west-1b")], "eu-west-1"),
        ([subnets("us-west-2-lax-1a")], "us-west-2"),
        ([subnets("us-east-1-wl1-bos-wlz-1")], "us-east-1"),
        ([subnets("us-gov-west-1a")], "us-gov-west-1"),
        ([subnets("somewhere")], None),
        ([endpoints("com.amazonaws.ap-northeast-2.s3")], "ap-northeast-2"),
        ([endpoints("com.amazonaws.vpce.eu-west-1.vpce-svc-1")], "eu-west-1"),
        ([endpoints("cn.com.amazonaws.cn-north-1.ecr.api")], "cn-north-1"),
        ([endpoints("com.amazonaws.iam")], None),
        (
            [endpoints(*["com.amazonaws.eu-west-1.s3"] * 2, "com.amazonaws.us-east-1.s3")],
            "eu-west-1",
        ),
        ([endpoints("com.amazonaws.eu-west-1.s3", "com.amazonaws.us-east-1.s3")], None),
        ([subnets("eu-west-1a"), endpoints("com.amazonaws.us-east-1.s3")], "eu-west-1"),
        (
            [
                {
                    "SecurityGroups": [
                        {
                            "GroupId": "sg-1",
                            "VpcId": "vpc-1",
                            "SecurityGroupArn": GROUP_ARN,
                        }
                    ]
                }
            ],
            "eu-west-3",
        ),
    ],
)
def test_a_region_is_told_by(read, documents, region):
    snapshot = read(*documents).snapshot
    assert snapshot.vpcs["vpc-1"].region == region
    assert snapshot.region == region


def test_a_region_that_is_named_decides_where_no_zone_does(read):
    crossing = endpoints("com.amazonaws.us-east-1.s3")
    assert read(crossing, region="eu-west-1").snapshot.vpcs["vpc-1"].region == "eu-west-1"
    assert read(crossing, {"Region": "eu-west-1"}).snapshot.region == "eu-west-1"
    assert read(subnets("us-east-1a"), region="eu-west-1").snapshot.vpcs["vpc-1"].region == (
        "us-east-1"
    )


def test_vpcs_of_two_regions_leave_the_snapshot_without_one(read):
    other = {"Subnets": [{"SubnetId": "s", "VpcId": "vpc-2", "AvailabilityZone": "us-east-1a"}]}
    snapshot = read(subnets("eu-west-1a"), other).snapshot
    assert snapshot.region is None
    assert {vpc.region for vpc in snapshot.vpcs.values()} == {"eu-west-1", "us-east-1"}
