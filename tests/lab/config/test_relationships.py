"""Which items a change makes AWS Config record besides the changed resource's own."""

import pytest

from tests.lab.config.world import ENDPOINT, GROUP, INTERFACE, SUBNET, TABLE, VPC, World


@pytest.fixture
def estate(world: World) -> World:
    """A VPC with a subnet, its route table, an endpoint with its interface, and its group."""
    world.exists(VPC, "vpc-1")
    world.exists(SUBNET, "subnet-1", VpcId="vpc-1")
    world.exists(SUBNET, "subnet-2", VpcId="vpc-1")
    world.exists(TABLE, "rtb-1", VpcId="vpc-1", Associations=[{"SubnetId": "subnet-1"}])
    world.exists(GROUP, "sg-1", VpcId="vpc-1")
    world.exists(GROUP, "sg-2", VpcId="vpc-1")
    world.exists(
        INTERFACE, "eni-1", VpcId="vpc-1", SubnetId="subnet-1", Groups=[{"GroupId": "sg-1"}]
    )
    world.exists(INTERFACE, "eni-2", VpcId="vpc-1", SubnetId="subnet-2")
    world.exists(
        ENDPOINT,
        "vpce-1",
        VpcId="vpc-1",
        SubnetIds=["subnet-1"],
        NetworkInterfaceIds=["eni-1"],
        Groups=[{"GroupId": "sg-1"}],
    )
    world.exists(ENDPOINT, "vpce-s3", VpcId="vpc-1", RouteTableIds=["rtb-1"])
    world.record()
    return world


def change(world: World, resource_type: str, resource_id: str) -> set[str]:
    (place,) = world.inventory
    described = world.inventory[place][resource_type, resource_id]
    tags = [{"Key": "touched", "Value": "yes"}]
    return world.recorded(
        lambda: world.exists(resource_type, resource_id, **described, Tags=tags)
    ) - {resource_id}


def test_a_group_wakes_its_vpc_and_its_interfaces_but_no_endpoint(estate: World) -> None:
    assert change(estate, GROUP, "sg-1") == {"vpc-1", "eni-1"}


def test_a_group_without_interfaces_wakes_its_vpc(estate: World) -> None:
    assert change(estate, GROUP, "sg-2") == {"vpc-1"}


def test_an_interface_wakes_its_groups_subnet_vpc_and_endpoint(estate: World) -> None:
    assert change(estate, INTERFACE, "eni-1") == {"sg-1", "subnet-1", "vpc-1", "vpce-1"}


def test_a_route_table_wakes_its_subnets_interfaces_vpc_and_endpoint(estate: World) -> None:
    assert change(estate, TABLE, "rtb-1") == {"subnet-1", "eni-1", "vpc-1", "vpce-s3"}


def test_a_subnet_wakes_what_names_it(estate: World) -> None:
    assert change(estate, SUBNET, "subnet-1") == {"rtb-1", "eni-1", "vpce-1"}


def test_a_vpc_wakes_everything_in_it(estate: World) -> None:
    assert change(estate, VPC, "vpc-1") == {
        *("subnet-1", "subnet-2", "rtb-1", "sg-1", "sg-2", "eni-1", "eni-2", "vpce-1", "vpce-s3")
    }


def test_an_endpoint_wakes_nothing(estate: World) -> None:
    assert change(estate, ENDPOINT, "vpce-1") == set()


def test_a_vanished_interface_wakes_what_it_belonged_to(estate: World) -> None:
    recorded = estate.recorded(lambda: estate.vanishes(INTERFACE, "eni-1"))
    assert recorded == {"eni-1", "sg-1", "subnet-1", "vpc-1", "vpce-1"}


def test_a_woken_resource_is_recorded_as_it_was(estate: World) -> None:
    change(estate, GROUP, "sg-2")
    item = next(i for i in reversed(estate.items()) if i["resourceId"] == "vpc-1")
    assert item["configurationItemStatus"] == "OK"
    event = next(e for e in reversed(estate.events) if e.detail["configurationItem"] is item)
    assert event.detail["configurationItemDiff"] == {
        "changedProperties": {},
        "changeType": "UPDATE",
    }


def relationships(world: World, resource_id: str) -> set[tuple[str, str]]:
    item = next(i for i in reversed(world.items()) if i["resourceId"] == resource_id)
    return {(r["name"], r["resourceId"]) for r in item["relationships"]}


def test_an_endpoint_is_related_to_everything_but_its_groups(estate: World) -> None:
    assert relationships(estate, "vpce-1") == {
        ("Is contained in Vpc", "vpc-1"),
        ("Is contained in Subnet", "subnet-1"),
        ("Is attached to NetworkInterface", "eni-1"),
    }


def test_a_gateway_endpoint_is_related_to_its_route_tables(estate: World) -> None:
    assert relationships(estate, "vpce-s3") == {
        ("Is contained in Vpc", "vpc-1"),
        ("Is contained in RouteTable", "rtb-1"),
    }


def test_a_subnet_lists_what_others_say_of_it(estate: World) -> None:
    assert relationships(estate, "subnet-1") == {
        ("Is contained in Vpc", "vpc-1"),
        ("Is contained in RouteTable", "rtb-1"),
        ("Contains NetworkInterface", "eni-1"),
    }


def test_a_relationship_is_spelled_as_in_notifications(estate: World) -> None:
    item = next(i for i in estate.items() if i["resourceId"] == "sg-2")
    assert item["relationships"] == [
        {
            "resourceId": "vpc-1",
            "resourceName": None,
            "resourceType": VPC,
            "name": "Is contained in Vpc",
        }
    ]


@pytest.mark.parametrize(
    ("resource_type", "described", "related"),
    [
        (
            "AWS::EC2::NetworkAcl",
            {"VpcId": "vpc-1", "Associations": [{"SubnetId": "subnet-1"}]},
            {("Is contained in Vpc", "vpc-1"), ("Is attached to Subnet", "subnet-1")},
        ),
        (
            "AWS::EC2::NatGateway",
            {
                "VpcId": "vpc-1",
                "SubnetId": "subnet-1",
                "NatGatewayAddresses": [{"NetworkInterfaceId": "eni-1"}],
            },
            {
                ("Is contained in Vpc", "vpc-1"),
                ("Is contained in Subnet", "subnet-1"),
                ("Is attached to NetworkInterface", "eni-1"),
            },
        ),
        (
            "AWS::EC2::InternetGateway",
            {"Attachments": [{"VpcId": "vpc-1"}]},
            {("Is attached to Vpc", "vpc-1")},
        ),
        (
            "AWS::EC2::InstanceConnectEndpoint",
            {"VpcId": "vpc-1", "SubnetId": "subnet-1", "SecurityGroupIds": ["sg-1"]},
            {
                ("Is contained in Vpc", "vpc-1"),
                ("Is contained in Subnet", "subnet-1"),
                ("Is associated with SecurityGroup", "sg-1"),
            },
        ),
        (
            "AWS::EC2::TransitGatewayAttachment",
            {"VpcId": "vpc-1", "SubnetIds": ["subnet-1"], "TransitGatewayId": "tgw-1"},
            {
                ("Is contained in Vpc", "vpc-1"),
                ("Is contained in Subnet", "subnet-1"),
                ("Is attached to TransitGateway", "tgw-1"),
            },
        ),
        (
            "AWS::EC2::VPCPeeringConnection",
            {"RequesterVpcInfo": {"VpcId": "vpc-1"}, "AccepterVpcInfo": {"VpcId": "vpc-2"}},
            {("Is attached to Vpc", "vpc-1"), ("Is attached to Vpc", "vpc-2")},
        ),
    ],
)
def test_the_direct_relationships_of_other_types(
    world: World, resource_type: str, described: dict[str, object], related: set[tuple[str, str]]
) -> None:
    world.exists(resource_type, "x-1", **described)
    world.record()
    assert relationships(world, "x-1") == related
