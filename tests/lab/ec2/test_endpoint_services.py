import pytest

REGION = "ap-northeast-2"


@pytest.fixture
def names(client):
    return lambda region: client(region).describe_vpc_endpoint_services()["ServiceNames"]


@pytest.mark.parametrize(
    "region", ["ap-northeast-2", "us-east-1", "us-gov-west-1", "eu-west-1", "mx-central-1"]
)
def test_the_names_are_those_of_the_asked_region(names, region):
    offered = names(region)
    assert f"com.amazonaws.{region}.ssm" in offered
    assert f"com.amazonaws.{region}.ecr.api" in offered
    others = {"us-east-1", "eu-west-1", "ap-northeast-2"} - {region}
    assert not [name for name in offered if any(other in name for other in others)]


def test_china_names_some_services_its_own_way(names):
    offered = names("cn-north-1")
    assert "com.amazonaws.cn-north-1.ssm" in offered
    assert "cn.com.amazonaws.cn-north-1.ec2" in offered
    assert "cn.com.amazonaws.cn-north-1.transcribe.cn" in offered
    assert "com.amazonaws.cn-north-1.s3" in offered
    assert "cn.com.amazonaws.cn-north-1.s3" in offered


@pytest.mark.parametrize("region", ["ap-southeast-7", "mx-central-1"])
def test_newer_regions_do_not_offer_ec2messages(names, region):
    offered = names(region)
    assert f"com.amazonaws.{region}.ssmmessages" in offered
    assert f"com.amazonaws.{region}.ec2messages" not in offered


def test_older_regions_offer_ec2messages(names):
    assert f"com.amazonaws.{REGION}.ec2messages" in names(REGION)


def test_irregular_names_are_offered_as_they_are(names):
    assert "com.amazonaws.s3-global.accesspoint" in names(REGION)
    assert f"aws.sagemaker.{REGION}.studio" in names(REGION)
    assert "com.amazonaws.iam" in names("us-east-1")
    assert "com.amazonaws.iam" not in names(REGION)


@pytest.mark.parametrize("service", ["s3", "dynamodb"])
def test_s3_and_dynamodb_are_two_services_of_one_name(ec2, service):
    shown = ec2.describe_vpc_endpoint_services(ServiceNames=[f"com.amazonaws.{REGION}.{service}"])
    types = [detail["ServiceType"][0]["ServiceType"] for detail in shown["ServiceDetails"]]
    assert sorted(types) == ["Gateway", "Interface"]
    assert len(shown["ServiceNames"]) == 2
    ids = {detail["ServiceId"] for detail in shown["ServiceDetails"]}
    assert len(ids) == 2


def test_a_detail_says_where_how_and_under_which_names(ec2):
    shown = ec2.describe_vpc_endpoint_services(ServiceNames=[f"com.amazonaws.{REGION}.ssm"])
    (detail,) = shown["ServiceDetails"]
    assert detail["AvailabilityZones"] == [f"{REGION}{zone}" for zone in "abcd"]
    assert detail["AvailabilityZoneIds"][0] == "apne2-az1"
    assert detail["Owner"] == "amazon"
    assert detail["ServiceRegion"] == REGION
    assert detail["PrivateDnsName"] == f"ssm.{REGION}.amazonaws.com"
    assert detail["PrivateDnsNames"] == [{"PrivateDnsName": f"ssm.{REGION}.amazonaws.com"}]
    assert detail["PrivateDnsNameVerificationState"] == "verified"
    assert detail["BaseEndpointDnsNames"] == [f"ssm.{REGION}.vpce.amazonaws.com"]
    assert detail["VpcEndpointPolicySupported"] is True
    assert detail["AcceptanceRequired"] is False


def test_a_service_without_private_name_says_so_by_silence(ec2):
    shown = ec2.describe_vpc_endpoint_services(ServiceNames=[f"com.amazonaws.{REGION}.dynamodb"])
    assert all("PrivateDnsNames" not in detail for detail in shown["ServiceDetails"])


def test_services_are_filtered_by_type_and_owner(ec2):
    def found(**filters):
        asked = [{"Name": name.replace("_", "-"), "Values": [v]} for name, v in filters.items()]
        return ec2.describe_vpc_endpoint_services(Filters=asked)["ServiceNames"]

    gateways = found(service_type="Gateway")
    assert gateways == [f"com.amazonaws.{REGION}.dynamodb", f"com.amazonaws.{REGION}.s3"]
    assert len(found(owner="amazon")) > 200
    assert found(owner="111122223333") == []


def test_an_unknown_service_is_refused(ec2, refused):
    with refused("InvalidServiceName", "com.amazonaws.ap-northeast-2.ssn"):
        ec2.describe_vpc_endpoint_services(ServiceNames=[f"com.amazonaws.{REGION}.ssn"])


def test_pages_hold_each_service_once(ec2):
    whole = ec2.describe_vpc_endpoint_services()
    paginator = ec2.get_paginator("describe_vpc_endpoint_services")
    pages = list(paginator.paginate(PaginationConfig={"PageSize": 100}))
    assert len(pages) == -(-len(whole["ServiceNames"]) // 100)
    assert [n for page in pages for n in page["ServiceNames"]] == whole["ServiceNames"]
    assert [d for page in pages for d in page["ServiceDetails"]] == whole["ServiceDetails"]


def test_another_region_shows_what_can_be_reached_across_regions(ec2):
    shown = ec2.describe_vpc_endpoint_services(ServiceRegions=["us-east-1"])["ServiceNames"]
    assert "com.amazonaws.us-east-1.kms" in shown
    assert "com.amazonaws.us-east-1.ssm" not in shown
