import json
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address, ip_network

import pytest

REGION = "ap-northeast-2"


def test_the_type_is_gateway_unless_it_is_asked_for(place):
    assert place.gateway("s3")["VpcEndpointType"] == "Gateway"


def test_an_interface_endpoint_is_available_at_once_in_lower_case(place):
    assert place.interface()["State"] == "available"


def test_an_interface_endpoint_without_groups_carries_the_default_group(place):
    endpoint = place.interface(SubnetIds=[place.subnet_a])
    assert endpoint["Groups"] == [{"GroupId": place.default_group, "GroupName": "default"}]
    (interface,) = place.interfaces()
    assert [g["GroupId"] for g in interface["Groups"]] == [place.default_group]


def test_each_subnet_gets_one_interface_with_an_address_of_its_own(place):
    endpoint = place.interface(SubnetIds=[place.subnet_a, place.subnet_c])
    interfaces = {i["SubnetId"]: i for i in place.interfaces()}
    assert endpoint["NetworkInterfaceIds"] == [
        interfaces[place.subnet_a]["NetworkInterfaceId"],
        interfaces[place.subnet_c]["NetworkInterfaceId"],
    ]
    assert interfaces[place.subnet_a]["PrivateIpAddress"] == "10.0.1.4"
    assert interfaces[place.subnet_c]["PrivateIpAddress"] == "10.0.2.4"


def test_the_interface_is_amazon_s_and_says_whose_it_is(place):
    endpoint = place.interface(SubnetIds=[place.subnet_a])
    (interface,) = place.interfaces()
    assert interface["InterfaceType"] == "vpc_endpoint"
    assert interface["RequesterManaged"] is True
    assert interface["Description"] == f"VPC Endpoint Interface {endpoint['VpcEndpointId']}"
    assert interface["Status"] == "in-use"
    assert interface["Attachment"]["InstanceOwnerId"] == "amazon-aws"
    assert interface["VpcId"] == place.vpc_id
    assert interface["AvailabilityZone"] == f"{REGION}a"


def test_interfaces_are_found_by_their_type(place):
    place.interface(SubnetIds=[place.subnet_a])
    place.ec2.create_network_interface(SubnetId=place.subnet_a)
    filters = [{"Name": "interface-type", "Values": ["vpc_endpoint"]}]
    assert len(place.ec2.describe_network_interfaces(Filters=filters)["NetworkInterfaces"]) == 1


def test_addresses_never_collide_between_endpoints_interfaces_and_instances(place):
    for service in ("ssm", "ssmmessages", "ec2messages"):
        place.interface(service, SubnetIds=[place.subnet_a])
    for _ in range(3):
        place.ec2.create_network_interface(SubnetId=place.subnet_a)
    place.ec2.run_instances(ImageId="ami-12c6146b", MinCount=3, MaxCount=3, SubnetId=place.subnet_a)
    addresses = [i["PrivateIpAddress"] for i in place.interfaces(place.subnet_a)]
    assert len(addresses) == len(set(addresses)) == 9
    subnet = ip_network("10.0.1.0/24")
    kept_by_aws = {subnet[0], subnet[1], subnet[2], subnet[3], subnet[-1]}
    assert all(ip_address(a) in subnet and ip_address(a) not in kept_by_aws for a in addresses)


def test_a_full_subnet_is_refused_and_nothing_is_left_behind(place, refused):
    small = place.ec2.create_subnet(
        VpcId=place.vpc_id, CidrBlock="10.0.9.0/28", AvailabilityZone=f"{REGION}b"
    )["Subnet"]["SubnetId"]
    for _ in range(11):
        place.ec2.create_network_interface(SubnetId=small)
    with refused("InsufficientFreeAddressesInSubnet"):
        place.interface(SubnetIds=[place.subnet_a, small])
    assert place.interfaces(place.subnet_a) == []
    assert place.ec2.describe_vpc_endpoints()["VpcEndpoints"] == []


def test_two_subnets_of_one_zone_are_refused(place, refused):
    twin = place.ec2.create_subnet(
        VpcId=place.vpc_id, CidrBlock="10.0.3.0/24", AvailabilityZone=f"{REGION}a"
    )["Subnet"]["SubnetId"]
    with refused("DuplicateSubnetsInSameZone", twin):
        place.interface(SubnetIds=[place.subnet_a, twin])


def test_an_unknown_vpc_is_refused(ec2, refused):
    with refused("InvalidVpcID.NotFound", "The vpc ID 'vpc-0123' does not exist"):
        ec2.create_vpc_endpoint(VpcId="vpc-0123", ServiceName=f"com.amazonaws.{REGION}.s3")


def test_an_unknown_service_is_refused(place, refused):
    name = f"com.amazonaws.{REGION}.ssn"
    with refused("InvalidServiceName", f"The Vpc Endpoint Service '{name}' does not exist"):
        place.interface(ServiceName=name)


def test_the_service_of_another_region_is_refused(place, refused):
    with refused("InvalidServiceName"):
        place.interface(ServiceName="com.amazonaws.us-east-1.ssm")


def test_a_cross_region_service_is_reached_by_its_service_region(place):
    endpoint = place.interface(ServiceName="com.amazonaws.us-east-1.kms", ServiceRegion="us-east-1")
    assert endpoint["ServiceRegion"] == "us-east-1"


@pytest.mark.parametrize("missing", ["SubnetIds", "SecurityGroupIds", "RouteTableIds"])
def test_an_unknown_subnet_group_or_table_is_refused(place, refused, missing):
    code = {
        "SubnetIds": "InvalidSubnetID.NotFound",
        "SecurityGroupIds": "InvalidGroup.NotFound",
        "RouteTableIds": "InvalidRouteTableID.NotFound",
    }[missing]
    create = place.gateway if missing == "RouteTableIds" else place.interface
    with refused(code):
        create(**{missing: ["none-0123"]})


def test_a_subnet_of_another_vpc_is_refused(place, refused):
    other = place.ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnet = place.ec2.create_subnet(VpcId=other, CidrBlock="10.9.0.0/24")["Subnet"]["SubnetId"]
    with refused("InvalidParameter", subnet):
        place.interface(SubnetIds=[subnet])


def test_gateway_endpoints_are_for_their_three_services_only(place, refused):
    text = "Endpoint type (Gateway) does not match available service types ([Interface])."
    with refused("InvalidParameter", text):
        place.gateway("ssm")


def test_s3_express_has_a_gateway_endpoint_only(client, refused):
    tokyo = client("ap-northeast-1")
    vpc_id = tokyo.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    name = "com.amazonaws.ap-northeast-1.s3express"
    tokyo.create_vpc_endpoint(VpcId=vpc_id, ServiceName=name)
    with refused("InvalidParameter", "([Gateway])"):
        tokyo.create_vpc_endpoint(VpcId=vpc_id, ServiceName=name, VpcEndpointType="Interface")


def test_what_belongs_to_the_other_type_is_refused(place, refused):
    with refused("InvalidParameter", "Route table IDs are only supported for Gateway"):
        place.interface(RouteTableIds=[place.main_table])
    with refused("InvalidParameter", "Subnet IDs are only supported for Interface"):
        place.gateway(SubnetIds=[place.subnet_a])
    with refused("InvalidParameter", "Security group IDs are only supported for Interface"):
        place.gateway(SecurityGroupIds=[place.default_group])


def test_an_endpoint_type_the_lab_does_not_have_is_refused_by_name(place, refused):
    with refused("UnsupportedOperation", "ServiceNetwork"):
        place.ec2.create_vpc_endpoint(
            VpcId=place.vpc_id,
            VpcEndpointType="ServiceNetwork",
            ServiceNetworkArn=f"arn:aws:vpc-lattice:{REGION}:111122223333:servicenetwork/sn-0123",
        )


def test_a_gateway_endpoint_routes_the_service_s_prefix_list_in_each_table(place):
    endpoint = place.gateway("s3", RouteTableIds=[place.main_table])
    lists = place.ec2.describe_prefix_lists()["PrefixLists"]
    s3 = next(x for x in lists if x["PrefixListName"] == f"com.amazonaws.{REGION}.s3")
    assert place.routes() == [
        {
            "DestinationPrefixListId": s3["PrefixListId"],
            "GatewayId": endpoint["VpcEndpointId"],
            "Origin": "CreateRoute",
            "State": "active",
        }
    ]


def test_a_second_gateway_endpoint_on_the_same_table_is_refused(place, refused):
    place.gateway("s3", RouteTableIds=[place.main_table])
    place.gateway("dynamodb", RouteTableIds=[place.main_table])
    with refused("RouteAlreadyExists", "already has a route with destination-prefix-list-id"):
        place.gateway("s3", RouteTableIds=[place.main_table])
    assert len(place.routes()) == 2


def test_the_policy_is_full_access_of_2008_unless_given(place):
    default = json.loads(place.gateway("dynamodb")["PolicyDocument"])
    assert default == {
        "Version": "2008-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}],
    }
    given = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Deny"}]})
    assert place.interface(PolicyDocument=given)["PolicyDocument"] == given


def test_a_policy_that_is_no_policy_is_refused(place, refused):
    with refused("InvalidPolicyDocument"):
        place.interface(PolicyDocument="{")


def test_a_token_used_again_answers_the_first_endpoint(place, refused):
    first = place.interface(ClientToken="once", SubnetIds=[place.subnet_a])
    again = place.interface(ClientToken="once", SubnetIds=[place.subnet_a])
    assert again == first
    assert len(place.interfaces()) == 1
    with refused("IdempotentParameterMismatch"):
        place.interface(ClientToken="once", SubnetIds=[place.subnet_c])


def test_tags_are_on_the_endpoint_from_the_start(place, refused):
    tags = [{"Key": "team", "Value": "network"}]
    made = place.interface(TagSpecifications=[{"ResourceType": "vpc-endpoint", "Tags": tags}])
    assert made["Tags"] == tags
    assert place.endpoint(made["VpcEndpointId"])["Tags"] == tags
    with refused("InvalidParameterValue", "'subnet' is not a valid taggable resource type"):
        place.interface("kms", TagSpecifications=[{"ResourceType": "subnet", "Tags": tags}])


def test_every_field_the_api_promises_is_there(place):
    endpoint = place.interface(SubnetIds=[place.subnet_a])
    assert endpoint == place.endpoint(endpoint["VpcEndpointId"])
    assert endpoint["OwnerId"] == "123456789012"
    assert endpoint["RequesterManaged"] is False
    assert endpoint["IpAddressType"] == "ipv4"
    assert endpoint["DnsOptions"] == {"DnsRecordIpType": "ipv4"}
    assert endpoint["RouteTableIds"] == []
    assert endpoint["CreationTimestamp"].tzinfo is not None
    gateway = place.gateway("s3")
    assert gateway["DnsOptions"] == {"DnsRecordIpType": "service-defined"}
    assert gateway["SubnetIds"] == gateway["Groups"] == gateway["DnsEntries"] == []
    assert gateway["NetworkInterfaceIds"] == []


def test_a_dry_run_creates_nothing(place, refused):
    with refused("DryRunOperation"):
        place.interface(DryRun=True, SubnetIds=[place.subnet_a])
    assert place.ec2.describe_vpc_endpoints()["VpcEndpoints"] == []
    assert place.interfaces() == []


def test_a_dry_run_is_refused_where_the_call_would_be(place, refused):
    with refused("InvalidServiceName"):
        place.interface("nothing", DryRun=True)


def test_a_dual_stack_endpoint_needs_subnets_with_both_families(place, refused):
    with refused("InvalidParameter", place.subnet_a):
        place.interface(IpAddressType="dualstack", SubnetIds=[place.subnet_a])
    place.ec2.associate_subnet_cidr_block(
        SubnetId=place.subnet_a, Ipv6CidrBlock="2001:db8:0:1::/64"
    )
    endpoint = place.interface(IpAddressType="dualstack", SubnetIds=[place.subnet_a])
    (interface,) = place.interfaces()
    assert endpoint["IpAddressType"] == "dualstack"
    assert interface["PrivateIpAddress"] == "10.0.1.4"
    assert interface["Ipv6Addresses"] == [{"Ipv6Address": "2001:db8:0:1::4"}]


def test_an_ipv6_endpoint_lives_in_an_ipv6_only_subnet(place):
    subnet = place.ec2.create_subnet(
        VpcId=place.vpc_id,
        Ipv6Native=True,
        Ipv6CidrBlock="2001:db8:0:6::/64",
        AvailabilityZone=f"{REGION}a",
    )["Subnet"]["SubnetId"]
    place.interface(IpAddressType="ipv6", SubnetIds=[subnet])
    (interface,) = place.interfaces(subnet)
    assert interface["Ipv6Addresses"] == [{"Ipv6Address": "2001:db8:0:6::4"}]
    assert "PrivateIpAddress" not in interface


def test_endpoints_made_at_the_same_time_share_no_address(place):
    services = ["ssm", "ssmmessages", "ec2messages", "kms", "logs", "sts", "sns", "sqs"]
    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(lambda s: place.interface(s, SubnetIds=[place.subnet_a]), services))
    addresses = {interface["PrivateIpAddress"] for interface in place.interfaces()}
    assert len(addresses) == len(services)


@pytest.fixture
def own_service(place, client):
    balancer = client(service="elbv2").create_load_balancer(
        Name="provider", Type="network", Scheme="internal", Subnets=[place.subnet_a]
    )["LoadBalancers"][0]
    made = place.ec2.create_vpc_endpoint_service_configuration(
        AcceptanceRequired=True, NetworkLoadBalancerArns=[balancer["LoadBalancerArn"]]
    )
    return made["ServiceConfiguration"]["ServiceName"]


def test_an_endpoint_to_a_provider_s_service_waits_for_acceptance(place, own_service):
    endpoint = place.interface(ServiceName=own_service, SubnetIds=[place.subnet_a])
    assert endpoint["State"] == "pendingAcceptance"
    assert endpoint["PrivateDnsEnabled"] is False


def test_a_provider_s_service_without_a_private_name_refuses_private_dns(
    place, own_service, refused
):
    with refused("InvalidParameter", "does not provide a private DNS name"):
        place.interface(ServiceName=own_service, PrivateDnsEnabled=True)


def test_a_provider_s_service_reaches_only_the_zones_it_is_in(place, own_service, refused):
    with refused("InvalidParameter", "does not support the availability zone of the subnet"):
        place.interface(ServiceName=own_service, SubnetIds=[place.subnet_c])
