"""The `configuration` of an item, per resource type."""

import json
from datetime import UTC, datetime
from importlib.resources import files

import pytest

from lab.config.bodies import body, tags


def test_an_endpoint_body_wraps_its_state_and_leaves_out_what_aws_does_not_record() -> None:
    recorded = body(
        "AWS::EC2::VPCEndpoint",
        {
            "VpcEndpointId": "vpce-1",
            "VpcEndpointType": "Interface",
            "State": "available",
            "ServiceName": "com.amazonaws.ap-northeast-2.ssm",
            "PolicyDocument": "{}",
            "ServiceRegion": "ap-northeast-2",
            "Groups": [{"GroupId": "sg-1", "GroupName": "endpoints"}],
            "DnsOptions": {"DnsRecordIpType": "ipv4", "PrivateDnsOnlyForInboundResolver": True},
            "LastError": {"Code": "InvalidSubnet", "Message": "left out too"},
            "CreationTimestamp": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
            "PrivateDnsEnabled": True,
        },
    )
    assert recorded == {
        "vpcEndpointId": "vpce-1",
        "vpcEndpointType": "Interface",
        "state": {"value": "available"},
        "serviceName": "com.amazonaws.ap-northeast-2.ssm",
        "groups": [{"groupId": "sg-1", "groupName": "endpoints"}],
        "dnsOptions": {"dnsRecordIpType": "ipv4"},
        "lastError": {"code": "InvalidSubnet"},
        "creationTimestamp": "2026-01-02T03:04:05.000Z",
        "privateDnsEnabled": True,
    }


def test_a_security_group_body_repeats_ipv4_ranges_as_bare_cidrs() -> None:
    permission = {
        "IpProtocol": "tcp",
        "FromPort": 443,
        "ToPort": 443,
        "IpRanges": [{"CidrIp": "10.0.0.0/16", "Description": "workloads"}],
        "Ipv6Ranges": [{"CidrIpv6": "fd00::/8"}],
        "PrefixListIds": [{"PrefixListId": "pl-1"}],
        "UserIdGroupPairs": [{"GroupId": "sg-2", "UserId": "111122223333"}],
    }
    anywhere = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    recorded = body(
        "AWS::EC2::SecurityGroup",
        {"GroupId": "sg-1", "IpPermissions": [permission], "IpPermissionsEgress": [anywhere]},
    )
    assert recorded["ipPermissions"] == [
        {
            "ipProtocol": "tcp",
            "fromPort": 443,
            "toPort": 443,
            "ipRanges": ["10.0.0.0/16"],
            "ipv4Ranges": [{"cidrIp": "10.0.0.0/16", "description": "workloads"}],
            "ipv6Ranges": [{"cidrIpv6": "fd00::/8"}],
            "prefixListIds": [{"prefixListId": "pl-1"}],
            "userIdGroupPairs": [{"groupId": "sg-2", "userId": "111122223333"}],
        }
    ]
    assert recorded["ipPermissionsEgress"][0]["ipRanges"] == ["0.0.0.0/0"]


def test_a_route_table_body_has_no_core_network_route_target() -> None:
    recorded = body(
        "AWS::EC2::RouteTable",
        {
            "RouteTableId": "rtb-1",
            "Routes": [{"DestinationCidrBlock": "0.0.0.0/0", "CoreNetworkArn": "arn:…"}],
            "Associations": [{"Main": True, "AssociationState": {"State": "associated"}}],
        },
    )
    assert recorded == {
        "routeTableId": "rtb-1",
        "routes": [{"destinationCidrBlock": "0.0.0.0/0"}],
        "associations": [{"main": True, "associationState": {"state": "associated"}}],
    }


@pytest.mark.parametrize("resource_type", ["AWS::EC2::VPC", "AWS::EC2::Subnet"])
def test_the_state_of_a_network_is_wrapped(resource_type: str) -> None:
    assert body(resource_type, {"State": "available"}) == {"state": {"value": "available"}}


def test_the_state_of_a_type_that_has_no_schema_stays_as_it_is() -> None:
    assert body("AWS::EC2::NetworkInterface", {"Status": "in-use"}) == {"status": "in-use"}


def test_tags_stay_in_the_body_as_pairs() -> None:
    recorded = body("AWS::EC2::VPC", {"VpcId": "vpc-1", "Tags": [{"Key": "Name", "Value": "a"}]})
    assert recorded == {"vpcId": "vpc-1", "tags": [{"key": "Name", "value": "a"}]}


def test_an_interface_keeps_its_tags_under_tag_set() -> None:
    described = {"TagSet": [{"Key": "Name", "Value": "a"}]}
    assert body("AWS::EC2::NetworkInterface", described) == {
        "tagSet": [{"key": "Name", "value": "a"}]
    }
    assert tags(described) == {"Name": "a"}


def test_a_prefix_list_is_spelled_as_the_registry_does_with_its_version_as_text() -> None:
    described = {
        "PrefixListId": "pl-1",
        "PrefixListName": "offices",
        "State": "create-complete",
        "Version": 3,
        "Entries": [{"Cidr": "10.0.0.0/8"}],
    }
    assert body("AWS::EC2::PrefixList", described) == {
        "PrefixListId": "pl-1",
        "PrefixListName": "offices",
        "Version": "3",
        "Entries": [{"Cidr": "10.0.0.0/8"}],
    }


def test_a_prefix_list_without_a_version_gets_none() -> None:
    assert body("AWS::EC2::PrefixList", {"PrefixListId": "pl-1"}) == {"PrefixListId": "pl-1"}


def test_what_is_not_there_is_recorded_as_such() -> None:
    assert body("AWS::EC2::VPCEndpoint", {"LastError": None}) == {"lastError": None}


def test_a_transit_gateway_is_spelled_as_the_registry_does_with_its_options_flat() -> None:
    described = {
        "TransitGatewayId": "tgw-1",
        "Description": "hub",
        "Options": {"DnsSupport": "enable", "AmazonSideAsn": 64512},
    }
    assert body("AWS::EC2::TransitGateway", described) == {
        "Id": "tgw-1",
        "Description": "hub",
        "DnsSupport": "enable",
        "AmazonSideAsn": 64512,
    }


def test_a_transit_gateway_attachment_is_spelled_as_the_registry_does() -> None:
    described = {
        "TransitGatewayAttachmentId": "tgw-attach-1",
        "TransitGatewayId": "tgw-1",
        "SubnetIds": ["subnet-1"],
        "VpcId": "vpc-1",
        "State": "available",
    }
    assert body("AWS::EC2::TransitGatewayAttachment", described) == {
        "Id": "tgw-attach-1",
        "TransitGatewayId": "tgw-1",
        "SubnetIds": ["subnet-1"],
        "VpcId": "vpc-1",
    }


def test_an_instance_connect_endpoint_is_spelled_as_the_registry_does() -> None:
    described = {
        "InstanceConnectEndpointId": "eice-1",
        "SubnetId": "subnet-1",
        "SecurityGroupIds": ["sg-1"],
        "PreserveClientIp": False,
        "State": "create-complete",
        "Tags": [{"Key": "Name", "Value": "a"}],
    }
    assert body("AWS::EC2::InstanceConnectEndpoint", described) == {
        "Id": "eice-1",
        "SubnetId": "subnet-1",
        "SecurityGroupIds": ["sg-1"],
        "PreserveClientIp": False,
        "Tags": [{"Key": "Name", "Value": "a"}],
    }


def test_the_schemas_cover_the_types_that_change_triggered_rules_judge() -> None:
    schemas = json.loads(files("lab.config").joinpath("schemas.json").read_text("utf-8"))
    assert schemas.keys() == {
        "AWS::EC2::RouteTable",
        "AWS::EC2::SecurityGroup",
        "AWS::EC2::Subnet",
        "AWS::EC2::VPC",
        "AWS::EC2::VPCEndpoint",
    }
