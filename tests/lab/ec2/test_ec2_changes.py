import json
from datetime import datetime

import pytest

import lab.ec2
from lab.ec2 import changes

REGION = "ap-northeast-2"
ACCOUNT = "123456789012"


@pytest.fixture
def seen():
    told = []
    unsubscribe = changes.subscribe(lambda *change: told.append(change))
    yield told
    unsubscribe()


def kinds(seen):
    return {
        resource_type.removeprefix("AWS::EC2::") for *_, keys in seen for resource_type, _ in keys
    }


def test_a_new_endpoint_is_told_with_all_it_touches(place, seen):
    endpoint = place.interface(SubnetIds=[place.subnet_a])
    ((account, region, keys),) = seen
    assert (account, region) == (ACCOUNT, REGION)
    assert ("AWS::EC2::VPCEndpoint", endpoint["VpcEndpointId"]) in keys
    assert ("AWS::EC2::NetworkInterface", endpoint["NetworkInterfaceIds"][0]) in keys
    assert ("AWS::EC2::Subnet", place.subnet_a) in keys
    assert ("AWS::EC2::Subnet", place.subnet_c) not in keys


def test_a_gateway_endpoint_changes_its_route_tables(place, seen):
    place.gateway("s3", RouteTableIds=[place.main_table])
    assert kinds(seen) == {"VPCEndpoint", "RouteTable"}


def test_a_rule_changes_its_group_alone(place, seen):
    group = place.group()
    seen.clear()
    place.ec2.authorize_security_group_ingress(
        GroupId=group, IpProtocol="tcp", FromPort=443, ToPort=443, CidrIp="10.0.0.0/16"
    )
    assert seen == [(ACCOUNT, REGION, [("AWS::EC2::SecurityGroup", group)])]


def test_deletion_is_told(place, seen):
    group = place.group()
    place.ec2.delete_security_group(GroupId=group)
    assert seen[-1][2] == [("AWS::EC2::SecurityGroup", group)]
    assert ("AWS::EC2::SecurityGroup", group) not in lab.ec2.inventory(ACCOUNT, REGION)


def test_tags_are_part_of_the_description(place, seen):
    place.ec2.create_tags(Resources=[place.subnet_a], Tags=[{"Key": "tier", "Value": "private"}])
    assert seen == [(ACCOUNT, REGION, [("AWS::EC2::Subnet", place.subnet_a)])]


def test_dns_attributes_are_in_no_description_so_no_change_is_told(place, seen):
    place.ec2.modify_vpc_attribute(VpcId=place.vpc_id, EnableDnsSupport={"Value": False})
    assert seen == []


def test_reading_refusals_and_dry_runs_are_no_change(place, seen, refused):
    place.ec2.describe_vpcs()
    with refused("DryRunOperation"):
        place.interface(DryRun=True)
    with refused("InvalidServiceName"):
        place.interface("nothing")
    assert seen == []


def test_an_ended_subscription_is_told_nothing(place):
    told = []
    changes.subscribe(lambda *change: told.append(change))()
    place.interface()
    assert told == []


def test_a_subscriber_may_change_ec2_itself(place, seen):
    def answer_with_a_tag(_account, _region, keys):
        for resource_type, resource_id in keys:
            if resource_type == "AWS::EC2::VPCEndpoint":
                place.ec2.create_tags(
                    Resources=[resource_id], Tags=[{"Key": "seen", "Value": "yes"}]
                )

    unsubscribe = changes.subscribe(answer_with_a_tag)
    endpoint = place.interface()["VpcEndpointId"]
    unsubscribe()
    assert place.endpoint(endpoint)["Tags"] == [{"Key": "seen", "Value": "yes"}]


def test_other_regions_and_accounts_have_their_own_inventory(place):
    place.interface()
    here = lab.ec2.inventory(ACCOUNT, REGION)
    there = lab.ec2.inventory(ACCOUNT, "eu-west-1")
    other = lab.ec2.inventory("111122223333", REGION)
    assert any(kind == "AWS::EC2::VPCEndpoint" for kind, _ in here)
    assert not any(kind == "AWS::EC2::VPCEndpoint" for kind, _ in (*there, *other))


@pytest.mark.parametrize(
    ("resource_type", "operation", "member", "id_member"),
    [
        ("VPC", "describe_vpcs", "Vpcs", "VpcId"),
        ("Subnet", "describe_subnets", "Subnets", "SubnetId"),
        ("RouteTable", "describe_route_tables", "RouteTables", "RouteTableId"),
        ("SecurityGroup", "describe_security_groups", "SecurityGroups", "GroupId"),
        ("NetworkAcl", "describe_network_acls", "NetworkAcls", "NetworkAclId"),
        (
            "NetworkInterface",
            "describe_network_interfaces",
            "NetworkInterfaces",
            "NetworkInterfaceId",
        ),
        ("VPCEndpoint", "describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId"),
        ("NatGateway", "describe_nat_gateways", "NatGateways", "NatGatewayId"),
        ("InternetGateway", "describe_internet_gateways", "InternetGateways", "InternetGatewayId"),
        ("TransitGateway", "describe_transit_gateways", "TransitGateways", "TransitGatewayId"),
        ("DHCPOptions", "describe_dhcp_options", "DhcpOptions", "DhcpOptionsId"),
        (
            "VPCPeeringConnection",
            "describe_vpc_peering_connections",
            "VpcPeeringConnections",
            "VpcPeeringConnectionId",
        ),
    ],
)
def test_the_inventory_says_what_describe_says(place, resource_type, operation, member, id_member):
    _furnish(place)
    shown = {item[id_member]: item for item in getattr(place.ec2, operation)()[member]}
    held = {
        resource_id: document
        for (kind, resource_id), document in lab.ec2.inventory(ACCOUNT, REGION).items()
        if kind == f"AWS::EC2::{resource_type}"
    }
    assert shown
    assert held == json.loads(json.dumps(shown, default=_as_printed))


def test_a_customer_s_prefix_list_is_in_the_inventory_and_aws_s_are_not(ec2):
    made = ec2.create_managed_prefix_list(
        PrefixListName="internal",
        AddressFamily="IPv4",
        MaxEntries=2,
        Entries=[{"Cidr": "10.0.0.0/8"}],
    )["PrefixList"]["PrefixListId"]
    kept = [key for key in lab.ec2.inventory(ACCOUNT, REGION) if "PrefixList" in key[0]]
    assert kept == [("AWS::EC2::PrefixList", made)]


def _furnish(place):
    ec2 = place.ec2
    place.interface(SubnetIds=[place.subnet_a])
    place.gateway("s3", RouteTableIds=[place.main_table])
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    ec2.create_nat_gateway(SubnetId=place.subnet_c, AllocationId=address)
    ec2.create_transit_gateway()
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(VpcId=place.vpc_id, InternetGatewayId=gateway)
    ec2.create_dhcp_options(
        DhcpConfigurations=[{"Key": "domain-name-servers", "Values": ["10.0.0.9"]}]
    )
    other = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    ec2.create_vpc_peering_connection(VpcId=place.vpc_id, PeerVpcId=other)
    ec2.run_instances(ImageId="ami-0123", MinCount=1, MaxCount=1, SubnetId=place.subnet_c)
    ec2.create_tags(Resources=[place.vpc_id], Tags=[{"Key": "Name", "Value": "workloads"}])


def _as_printed(value):
    assert isinstance(value, datetime)
    return value.strftime("%Y-%m-%dT%H:%M:%S.000Z")
