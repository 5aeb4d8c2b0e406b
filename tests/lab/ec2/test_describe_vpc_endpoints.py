import pytest

import lab.ec2

REGION = "ap-northeast-2"


@pytest.fixture
def three(place):
    tags = [{"ResourceType": "vpc-endpoint", "Tags": [{"Key": "team", "Value": "network"}]}]
    return {
        "ssm": place.interface("ssm", TagSpecifications=tags)["VpcEndpointId"],
        "kms": place.interface("kms")["VpcEndpointId"],
        "s3": place.gateway("s3")["VpcEndpointId"],
    }


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("service-name", f"com.amazonaws.{REGION}.ssm", ["ssm"]),
        ("service-name", "com.amazonaws.*.[sk]*", []),
        ("service-name", "*.?ms", ["kms"]),
        ("service-region", REGION, ["ssm", "kms", "s3"]),
        ("vpc-endpoint-type", "Gateway", ["s3"]),
        ("vpc-endpoint-type", "Interface", ["ssm", "kms"]),
        ("vpc-endpoint-state", "available", ["ssm", "kms", "s3"]),
        ("vpc-endpoint-state", "deleted", []),
        ("ip-address-type", "ipv4", ["ssm", "kms", "s3"]),
        ("tag:team", "network", ["ssm"]),
        ("tag:team", "other", []),
        ("tag-key", "team", ["ssm"]),
        ("vpc-id", "vpc-0123", []),
    ],
)
def test_a_filter_lets_through_what_it_names(place, three, name, value, expected):
    shown = place.ec2.describe_vpc_endpoints(Filters=[{"Name": name, "Values": [value]}])
    ids = [endpoint["VpcEndpointId"] for endpoint in shown["VpcEndpoints"]]
    assert ids == [three[service] for service in expected]


def test_values_are_alternatives_and_filters_all_hold(place, three):
    shown = place.ec2.describe_vpc_endpoints(
        Filters=[
            {"Name": "vpc-endpoint-id", "Values": [three["ssm"], three["s3"]]},
            {"Name": "vpc-id", "Values": [place.vpc_id]},
            {"Name": "vpc-endpoint-type", "Values": ["Interface"]},
        ]
    )
    assert [e["VpcEndpointId"] for e in shown["VpcEndpoints"]] == [three["ssm"]]


def test_an_unknown_filter_is_refused(ec2, refused):
    with refused("InvalidParameterValue", "The filter 'colour' is invalid"):
        ec2.describe_vpc_endpoints(Filters=[{"Name": "colour", "Values": ["blue"]}])


def test_an_unknown_id_is_not_found(ec2, three, refused):
    with refused("InvalidVpcEndpointId.NotFound", "The Vpc Endpoint Id 'vpce-0123' does not exist"):
        ec2.describe_vpc_endpoints(VpcEndpointIds=[three["ssm"], "vpce-0123"])


def test_pages_hold_each_endpoint_once(ec2, three):
    first = ec2.describe_vpc_endpoints(MaxResults=2)
    assert len(first["VpcEndpoints"]) == 2
    second = ec2.describe_vpc_endpoints(MaxResults=2, NextToken=first["NextToken"])
    assert "NextToken" not in second
    pages = ec2.get_paginator("describe_vpc_endpoints").paginate(PaginationConfig={"PageSize": 1})
    seen = [e["VpcEndpointId"] for page in pages for e in page["VpcEndpoints"]]
    assert seen == list(three.values())


def test_a_token_aws_did_not_give_is_refused(ec2, refused):
    with refused("InvalidNextToken"):
        ec2.describe_vpc_endpoints(NextToken="not-a-token")


@pytest.mark.parametrize(
    ("operation", "member"),
    [
        ("describe_vpcs", "Vpcs"),
        ("describe_subnets", "Subnets"),
        ("describe_route_tables", "RouteTables"),
        ("describe_security_groups", "SecurityGroups"),
        ("describe_security_group_rules", "SecurityGroupRules"),
        ("describe_network_acls", "NetworkAcls"),
        ("describe_managed_prefix_lists", "PrefixLists"),
        ("describe_prefix_lists", "PrefixLists"),
    ],
)
def test_other_describes_come_in_pages_too(ec2, place, operation, member):
    whole = getattr(ec2, operation)()[member]
    lab.ec2.pagination.limit_pages(1)
    pages = list(ec2.get_paginator(operation).paginate())
    assert len(whole) > 1
    assert [item for page in pages for item in page[member]] == whole
    assert len(pages) == len(whole)
