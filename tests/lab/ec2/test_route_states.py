"""A route whose target goes is a blackhole, until it is deleted or the target comes back."""

import pytest


@pytest.fixture
def states(place):
    def read():
        shown = place.ec2.describe_route_tables(RouteTableIds=[place.main_table])
        return {
            route["DestinationCidrBlock"]: route["State"]
            for route in shown["RouteTables"][0]["Routes"]
        }

    return read


def route(place, **target):
    place.ec2.create_route(
        RouteTableId=place.main_table, DestinationCidrBlock="192.168.0.0/16", **target
    )


def test_the_route_to_a_deleted_nat_gateway(place, states):
    nat = place.ec2.create_nat_gateway(SubnetId=place.subnet_a, ConnectivityType="private")
    nat_id = nat["NatGateway"]["NatGatewayId"]
    route(place, NatGatewayId=nat_id)
    assert states()["192.168.0.0/16"] == "active"
    place.ec2.delete_nat_gateway(NatGatewayId=nat_id)
    assert states() == {"10.0.0.0/16": "active", "192.168.0.0/16": "blackhole"}


def test_the_route_to_a_deleted_network_interface(place, states):
    eni = place.ec2.create_network_interface(SubnetId=place.subnet_a)
    eni_id = eni["NetworkInterface"]["NetworkInterfaceId"]
    route(place, NetworkInterfaceId=eni_id)
    assert states()["192.168.0.0/16"] == "active"
    place.ec2.delete_network_interface(NetworkInterfaceId=eni_id)
    assert states()["192.168.0.0/16"] == "blackhole"


def test_the_route_to_a_peering_that_is_not_accepted_or_deleted(place, states):
    peer = place.ec2.create_vpc(CidrBlock="192.168.0.0/16")["Vpc"]["VpcId"]
    peering = place.ec2.create_vpc_peering_connection(VpcId=place.vpc_id, PeerVpcId=peer)
    peering_id = peering["VpcPeeringConnection"]["VpcPeeringConnectionId"]
    route(place, VpcPeeringConnectionId=peering_id)
    assert states()["192.168.0.0/16"] == "blackhole"
    place.ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=peering_id)
    assert states()["192.168.0.0/16"] == "active"
    place.ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=peering_id)
    assert states()["192.168.0.0/16"] == "blackhole"


def test_the_route_to_an_internet_gateway_that_is_detached_for_a_while(place, states):
    gateway = place.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    attachment = {"InternetGatewayId": gateway, "VpcId": place.vpc_id}
    place.ec2.attach_internet_gateway(**attachment)
    route(place, GatewayId=gateway)
    assert states()["192.168.0.0/16"] == "active"
    place.ec2.detach_internet_gateway(**attachment)
    assert states()["192.168.0.0/16"] == "blackhole"
    place.ec2.attach_internet_gateway(**attachment)
    assert states()["192.168.0.0/16"] == "active"


def test_the_blackhole_goes_with_its_route(place, states):
    eni = place.ec2.create_network_interface(SubnetId=place.subnet_a)
    eni_id = eni["NetworkInterface"]["NetworkInterfaceId"]
    route(place, NetworkInterfaceId=eni_id)
    place.ec2.delete_network_interface(NetworkInterfaceId=eni_id)
    place.ec2.delete_route(RouteTableId=place.main_table, DestinationCidrBlock="192.168.0.0/16")
    assert states() == {"10.0.0.0/16": "active"}
