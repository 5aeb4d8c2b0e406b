import pytest

REGION = "ap-northeast-2"


def names(endpoint):
    return [entry["DnsName"] for entry in endpoint["DnsEntries"]]


def test_the_endpoint_has_a_regional_name_and_one_per_zone(place):
    endpoint = place.interface(SubnetIds=[place.subnet_a, place.subnet_c], PrivateDnsEnabled=False)
    regional, zone_a, zone_c = names(endpoint)
    host = regional.removesuffix(f".ssm.{REGION}.vpce.amazonaws.com")
    assert host.startswith(endpoint["VpcEndpointId"] + "-")
    assert zone_a == f"{host}-{REGION}a.ssm.{REGION}.vpce.amazonaws.com"
    assert zone_c == f"{host}-{REGION}c.ssm.{REGION}.vpce.amazonaws.com"


def test_private_dns_adds_the_service_s_own_name_in_a_zone_of_its_own(place):
    endpoint = place.interface(SubnetIds=[place.subnet_a])
    assert endpoint["PrivateDnsEnabled"] is True
    *own, private = endpoint["DnsEntries"]
    assert private["DnsName"] == f"ssm.{REGION}.amazonaws.com"
    assert private["HostedZoneId"] not in {entry["HostedZoneId"] for entry in own}


@pytest.mark.parametrize(
    ("service", "private"),
    [
        ("ecr.api", "api.ecr.ap-northeast-2.amazonaws.com"),
        ("ecr.dkr", "*.dkr.ecr.ap-northeast-2.amazonaws.com"),
        ("ecs-telemetry", "ecs-t.ap-northeast-2.amazonaws.com"),
        ("kinesis-streams", "kinesis.ap-northeast-2.amazonaws.com"),
        ("monitoring", "monitoring.ap-northeast-2.amazonaws.com"),
        ("eks-auth", "eks-auth.ap-northeast-2.api.aws"),
        ("execute-api", "*.execute-api.ap-northeast-2.amazonaws.com"),
    ],
)
def test_private_names_are_the_service_s_and_not_the_code_s(place, service, private):
    assert private in names(place.interface(service))


def test_names_in_china_end_in_cn(client):
    beijing = client("cn-north-1")
    vpc_id = beijing.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    beijing.modify_vpc_attribute(VpcId=vpc_id, EnableDnsHostnames={"Value": True})
    endpoint = beijing.create_vpc_endpoint(
        VpcId=vpc_id, ServiceName="com.amazonaws.cn-north-1.ssm", VpcEndpointType="Interface"
    )["VpcEndpoint"]
    regional, private = names(endpoint)
    assert regional.endswith(".ssm.cn-north-1.vpce.amazonaws.com.cn")
    assert private == "ssm.cn-north-1.amazonaws.com.cn"


@pytest.mark.parametrize("attribute", ["EnableDnsSupport", "EnableDnsHostnames"])
def test_private_dns_needs_both_attributes_of_the_vpc(place, refused, attribute):
    place.ec2.modify_vpc_attribute(VpcId=place.vpc_id, **{attribute: {"Value": False}})
    text = (
        "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes "
        f"set to true for {place.vpc_id}"
    )
    with refused("InvalidParameter", text):
        place.interface(PrivateDnsEnabled=True)
    assert place.interface(PrivateDnsEnabled=False)["PrivateDnsEnabled"] is False


def test_private_dns_stays_on_when_an_attribute_is_turned_off_later(place):
    endpoint = place.interface()
    place.ec2.modify_vpc_attribute(VpcId=place.vpc_id, EnableDnsSupport={"Value": False})
    assert place.endpoint(endpoint["VpcEndpointId"])["PrivateDnsEnabled"] is True


def test_a_second_endpoint_cannot_take_the_same_name_in_the_vpc(place, refused):
    first = place.interface()
    text = (
        "private-dns-enabled cannot be set because there is already a conflicting DNS domain for "
        f"ssm.{REGION}.amazonaws.com in the VPC {place.vpc_id}"
    )
    with refused("InvalidParameter", text):
        place.interface()
    second = place.interface(PrivateDnsEnabled=False)
    with refused("InvalidParameter", text):
        place.ec2.modify_vpc_endpoint(VpcEndpointId=second["VpcEndpointId"], PrivateDnsEnabled=True)
    place.ec2.delete_vpc_endpoints(VpcEndpointIds=[first["VpcEndpointId"]])
    place.ec2.modify_vpc_endpoint(VpcEndpointId=second["VpcEndpointId"], PrivateDnsEnabled=True)


def test_dynamodb_has_no_private_name_to_offer(place, refused):
    assert place.interface("dynamodb")["PrivateDnsEnabled"] is False
    text = (
        "Private DNS can't be enabled because the service com.amazonaws.ap-northeast-2.dynamodb "
        "does not provide a private DNS name."
    )
    with refused("InvalidParameter", text):
        place.interface("dynamodb", PrivateDnsEnabled=True)


def test_s3_private_dns_needs_the_gateway_endpoint(place, refused):
    text = (
        "To set PrivateDnsOnlyForInboundResolverEndpoint to true, the VPC "
        f"{place.vpc_id} must have a Gateway endpoint for the service."
    )
    with refused("InvalidParameter", text):
        place.interface("s3")
    place.gateway("s3")
    endpoint = place.interface("s3")
    assert endpoint["DnsOptions"] == {
        "DnsRecordIpType": "ipv4",
        "PrivateDnsOnlyForInboundResolverEndpoint": True,
    }
    assert f"s3.{REGION}.amazonaws.com" in names(endpoint)
    assert names(endpoint)[0].startswith(f"*.{endpoint['VpcEndpointId']}-")


def test_s3_private_dns_for_the_vpc_too_needs_no_gateway_endpoint(place):
    endpoint = place.interface("s3", DnsOptions={"PrivateDnsOnlyForInboundResolverEndpoint": False})
    assert endpoint["DnsOptions"]["PrivateDnsOnlyForInboundResolverEndpoint"] is False


def test_the_gateway_endpoint_s3_private_dns_needs_cannot_be_deleted(place):
    gateway = place.gateway("s3", RouteTableIds=[place.main_table])
    interface = place.interface("s3")
    asked = [gateway["VpcEndpointId"]]
    (item,) = place.ec2.delete_vpc_endpoints(VpcEndpointIds=asked)["Unsuccessful"]
    assert item["ResourceId"] == gateway["VpcEndpointId"]
    assert interface["VpcEndpointId"] in item["Error"]["Message"]
    assert len(place.routes()) == 1
    place.ec2.delete_vpc_endpoints(VpcEndpointIds=[interface["VpcEndpointId"]])
    assert place.ec2.delete_vpc_endpoints(VpcEndpointIds=asked)["Unsuccessful"] == []
