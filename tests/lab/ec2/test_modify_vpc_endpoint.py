import json

import pytest


@pytest.fixture
def endpoint_id(place):
    return place.interface(SubnetIds=[place.subnet_a])["VpcEndpointId"]


@pytest.fixture
def gateway_id(place):
    return place.gateway("s3", RouteTableIds=[place.main_table])["VpcEndpointId"]


@pytest.fixture
def modify(place):
    return lambda endpoint_id, **changes: place.ec2.modify_vpc_endpoint(
        VpcEndpointId=endpoint_id, **changes
    )


def test_private_dns_is_turned_off_and_on(place, endpoint_id, modify):
    modify(endpoint_id, PrivateDnsEnabled=False)
    off = place.endpoint(endpoint_id)
    assert off["PrivateDnsEnabled"] is False
    assert all("vpce" in entry["DnsName"] for entry in off["DnsEntries"])
    modify(endpoint_id, PrivateDnsEnabled=True)
    on = place.endpoint(endpoint_id)
    assert on["PrivateDnsEnabled"] is True
    assert on["DnsEntries"][-1]["DnsName"] == "ssm.ap-northeast-2.amazonaws.com"


def test_a_change_of_something_else_leaves_private_dns_as_it_was(place, endpoint_id, modify):
    modify(endpoint_id, PrivateDnsEnabled=False)
    modify(endpoint_id, AddSubnetIds=[place.subnet_c])
    assert place.endpoint(endpoint_id)["PrivateDnsEnabled"] is False


def test_an_added_subnet_gets_an_interface_and_the_first_keeps_its_own(place, endpoint_id, modify):
    before = place.endpoint(endpoint_id)["NetworkInterfaceIds"]
    modify(endpoint_id, AddSubnetIds=[place.subnet_c])
    after = place.endpoint(endpoint_id)
    assert after["SubnetIds"] == [place.subnet_a, place.subnet_c]
    assert after["NetworkInterfaceIds"][0] == before[0]
    (added,) = place.interfaces(place.subnet_c)
    assert added["NetworkInterfaceId"] == after["NetworkInterfaceIds"][1]
    assert added["PrivateIpAddress"] == "10.0.2.4"


def test_the_interface_of_a_removed_subnet_is_gone(place, endpoint_id, modify, refused):
    (interface_id,) = place.endpoint(endpoint_id)["NetworkInterfaceIds"]
    modify(endpoint_id, RemoveSubnetIds=[place.subnet_a], AddSubnetIds=[place.subnet_c])
    assert place.endpoint(endpoint_id)["SubnetIds"] == [place.subnet_c]
    assert interface_id not in place.endpoint(endpoint_id)["NetworkInterfaceIds"]
    assert place.interfaces(place.subnet_a) == []
    with refused("InvalidNetworkInterfaceID.NotFound"):
        place.ec2.describe_network_interfaces(NetworkInterfaceIds=[interface_id])


def test_a_freed_address_is_free_again(place, endpoint_id, modify):
    modify(endpoint_id, RemoveSubnetIds=[place.subnet_a])
    modify(endpoint_id, AddSubnetIds=[place.subnet_a])
    assert place.interfaces(place.subnet_a)[0]["PrivateIpAddress"] == "10.0.1.4"


def test_a_subnet_of_a_zone_that_has_one_is_refused(place, endpoint_id, modify, refused):
    with refused("DuplicateSubnetsInSameZone"):
        modify(endpoint_id, AddSubnetIds=[place.subnet_a])
    assert place.endpoint(endpoint_id)["SubnetIds"] == [place.subnet_a]


def test_groups_change_on_the_endpoint_and_on_its_interfaces(place, endpoint_id, modify):
    group = place.group()
    modify(endpoint_id, AddSecurityGroupIds=[group], RemoveSecurityGroupIds=[place.default_group])
    assert place.endpoint(endpoint_id)["Groups"] == [{"GroupId": group, "GroupName": "clients"}]
    (interface,) = place.interfaces()
    assert [g["GroupId"] for g in interface["Groups"]] == [group]


def test_the_last_group_cannot_be_removed(place, endpoint_id, modify, refused):
    with refused("InvalidParameter", "must always have at least one Security Group"):
        modify(endpoint_id, RemoveSecurityGroupIds=[place.default_group])


def test_an_added_table_gets_the_route_and_a_removed_one_loses_it(place, gateway_id, modify):
    made = place.ec2.create_route_table(VpcId=place.vpc_id)["RouteTable"]["RouteTableId"]
    modify(gateway_id, AddRouteTableIds=[made])
    assert place.endpoint(gateway_id)["RouteTableIds"] == [place.main_table, made]
    (route,) = place.routes(made)
    assert route["GatewayId"] == gateway_id
    assert route["State"] == "active"
    assert route["Origin"] == "CreateRoute"
    modify(gateway_id, RemoveRouteTableIds=[place.main_table])
    assert place.endpoint(gateway_id)["RouteTableIds"] == [made]
    assert place.routes() == []
    assert len(place.routes(made)) == 1


def test_adding_a_table_twice_changes_nothing(place, gateway_id, modify):
    modify(gateway_id, AddRouteTableIds=[place.main_table])
    assert place.endpoint(gateway_id)["RouteTableIds"] == [place.main_table]
    assert len(place.routes()) == 1


def test_a_table_another_endpoint_routes_is_refused(place, gateway_id, modify, refused):
    other = place.gateway("s3")["VpcEndpointId"]
    with refused("RouteAlreadyExists"):
        modify(other, AddRouteTableIds=[place.main_table])


def test_the_policy_is_replaced_and_reset(place, gateway_id, modify):
    default = place.endpoint(gateway_id)["PolicyDocument"]
    given = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Deny"}]})
    modify(gateway_id, PolicyDocument=given)
    assert place.endpoint(gateway_id)["PolicyDocument"] == given
    modify(gateway_id, ResetPolicy=True)
    assert place.endpoint(gateway_id)["PolicyDocument"] == default


def test_the_address_type_changes_with_the_interfaces_kept(place, endpoint_id, modify):
    place.ec2.associate_subnet_cidr_block(
        SubnetId=place.subnet_a, Ipv6CidrBlock="2001:db8:0:1::/64"
    )
    (before,) = place.interfaces()
    modify(endpoint_id, IpAddressType="dualstack")
    (after,) = place.interfaces()
    assert place.endpoint(endpoint_id)["IpAddressType"] == "dualstack"
    assert after["NetworkInterfaceId"] == before["NetworkInterfaceId"]
    assert after["PrivateIpAddress"] == before["PrivateIpAddress"]
    assert after["Ipv6Addresses"] == [{"Ipv6Address": "2001:db8:0:1::4"}]
    modify(endpoint_id, IpAddressType="ipv4")
    assert place.interfaces()[0]["Ipv6Addresses"] == []


def test_an_unknown_endpoint_is_not_found(modify, refused):
    with refused("InvalidVpcEndpointId.NotFound", "vpce-0123"):
        modify("vpce-0123", PrivateDnsEnabled=True)


def test_a_refused_change_leaves_everything_as_it_was(place, endpoint_id, modify, refused):
    before = place.endpoint(endpoint_id), place.interfaces()
    with refused("InvalidGroup.NotFound"):
        modify(
            endpoint_id,
            PrivateDnsEnabled=False,
            AddSubnetIds=[place.subnet_c],
            AddSecurityGroupIds=["sg-0123"],
        )
    assert (place.endpoint(endpoint_id), place.interfaces()) == before


def test_a_dry_run_changes_nothing(place, endpoint_id, modify, refused):
    before = place.endpoint(endpoint_id)
    with refused("DryRunOperation"):
        modify(endpoint_id, DryRun=True, PrivateDnsEnabled=False, AddSubnetIds=[place.subnet_c])
    assert place.endpoint(endpoint_id) == before
    assert place.interfaces(place.subnet_c) == []
