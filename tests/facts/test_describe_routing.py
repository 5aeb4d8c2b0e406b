"""Route tables, gateways and prefix lists as the AWS CLI prints them."""

import pytest
from vpcproof.model.addresses import AddressSet


def table(*routes, associations=()):
    return {
        "RouteTableId": "rtb-1",
        "VpcId": "vpc-1",
        "Routes": list(routes),
        "Associations": list(associations),
    }


@pytest.fixture
def one(snapshot):
    def one_table(*routes, associations=()):
        return snapshot(RouteTables=[table(*routes, associations=associations)]).route_tables[
            "rtb-1"
        ]

    return one_table


@pytest.mark.parametrize(
    ("member", "target"),
    [
        ("GatewayId", "local"),
        ("GatewayId", "vpce-1"),
        ("NatGatewayId", "nat-1"),
        ("TransitGatewayId", "tgw-1"),
        ("VpcPeeringConnectionId", "pcx-1"),
        ("NetworkInterfaceId", "eni-1"),
        ("InstanceId", "i-1"),
        ("EgressOnlyInternetGatewayId", "eigw-1"),
        ("LocalGatewayId", "lgw-1"),
        ("CarrierGatewayId", "cagw-1"),
        ("CoreNetworkArn", "arn:aws:networkmanager::111122223333:core-network/core-network-1"),
    ],
)
def test_the_target_is_kept_from_whichever_member(one, member, target):
    (route,) = one({"DestinationCidrBlock": "0.0.0.0/0", member: target}).routes
    assert route.target == target
    assert route.is_default
    assert route.is_active


def test_a_nat_instance_is_named_by_its_interface(one):
    printed = {"DestinationCidrBlock": "0.0.0.0/0", "InstanceId": "i-1"}
    (route,) = one(printed | {"NetworkInterfaceId": "eni-1"}).routes
    assert route.target == "eni-1"


@pytest.mark.parametrize(
    ("printed", "destination", "cidr", "length"),
    [
        ({"DestinationCidrBlock": "10.0.0.0/16"}, "10.0.0.0/16", "10.0.0.0/16", 16),
        ({"DestinationIpv6CidrBlock": "::/0"}, "::/0", "::/0", 0),
        ({"DestinationPrefixListId": "pl-1"}, "pl-1", None, None),
    ],
)
def test_destinations(one, printed, destination, cidr, length):
    (route,) = one({**printed, "GatewayId": "local"}).routes
    assert (route.destination, route.prefix_length) == (destination, length)
    assert route.cidr == (AddressSet.of(cidr) if cidr else None)
    assert (route.prefix_list_id is None) == (cidr is not None)


def test_states_and_origins(one):
    (route,) = one(
        {
            "DestinationCidrBlock": "10.9.0.0/16",
            "GatewayId": "vgw-1",
            "State": "Blackhole",
            "Origin": "EnableVgwRoutePropagation",
        }
    ).routes
    assert not route.is_active
    assert route.is_propagated


def test_only_associations_in_force_count(one):
    found = one(
        associations=[
            {"Main": True, "AssociationState": {"State": "associated"}},
            {"SubnetId": "subnet-old-answer"},
            {"SubnetId": "subnet-in-force", "AssociationState": {"State": "associated"}},
            {"SubnetId": "subnet-going", "AssociationState": {"State": "disassociating"}},
            {"GatewayId": "igw-edge", "AssociationState": {"State": "associated"}},
        ]
    )
    assert found.is_main
    assert found.subnet_ids == ("subnet-in-force", "subnet-old-answer")
    assert found.gateway_ids == ("igw-edge",)


def test_a_main_association_that_moved_away_does_not_count(one):
    moved = {"Main": True, "AssociationState": {"State": "disassociated"}}
    assert not one(associations=[moved]).is_main


def test_a_route_without_destination_makes_the_table_a_gap_of_its_vpc(read):
    reading = read({"RouteTables": [table({"GatewayId": "local"})]})
    (gap,) = [g for g in reading.snapshot.gaps if g.fact.key == "RouteTables"]
    assert gap.vpc_id == "vpc-1"
    assert gap.reason == "rtb-1 cannot be read: a route has no destination"


def test_nat_gateways(snapshot):
    old = {"NatGatewayId": "nat-1", "VpcId": "vpc-1", "SubnetId": "subnet-1", "State": "available"}
    regional = {
        "NatGatewayId": "nat-2",
        "VpcId": "vpc-1",
        "ConnectivityType": "private",
        "AvailabilityMode": "regional",
        "State": "pending",
    }
    found = snapshot(NatGateways=[old, regional]).nat_gateways
    assert (found["nat-1"].connectivity, found["nat-1"].availability_mode) == ("public", "zonal")
    assert (found["nat-2"].connectivity, found["nat-2"].subnet_id) == ("private", None)
    assert (found["nat-2"].availability_mode, found["nat-2"].state) == ("regional", "pending")


def test_internet_gateways_know_what_they_are_still_attached_to(snapshot):
    attachments = [
        {"VpcId": "vpc-1", "State": "available"},
        {"VpcId": "vpc-2", "State": "attached"},
        {"VpcId": "vpc-3", "State": "detaching"},
    ]
    printed = {"InternetGatewayId": "igw-1", "Attachments": attachments}
    assert snapshot(InternetGateways=[printed]).internet_gateways["igw-1"].vpc_ids == (
        "vpc-1",
        "vpc-2",
    )


AWS_LIST = {"PrefixListId": "pl-1", "PrefixListName": "com.amazonaws.eu-west-1.s3"}
MANAGED = AWS_LIST | {"AddressFamily": "IPv4", "State": "create-complete", "OwnerId": "AWS"}


def test_a_list_of_aws_comes_with_its_cidrs_and_without_owner(snapshot):
    listed = AWS_LIST | {"Cidrs": ["52.218.0.0/17", "3.5.64.0/21"]}
    found = snapshot(PrefixLists=[listed]).prefix_lists["pl-1"]
    assert found.is_aws_managed
    assert found.cidrs == ("3.5.64.0/21", "52.218.0.0/17")


def test_what_both_operations_say_is_one_list(read):
    listed = AWS_LIST | {"Cidrs": ["52.218.0.0/17"]}
    one_way = read({"PrefixLists": [listed]}, {"PrefixLists": [MANAGED]}).snapshot
    other_way = read({"PrefixLists": [MANAGED]}, {"PrefixLists": [listed]}).snapshot
    assert one_way.prefix_lists == other_way.prefix_lists
    assert one_way.prefix_lists["pl-1"].cidrs == ("52.218.0.0/17",)
    assert one_way.prefix_lists["pl-1"].state == "create-complete"


def test_entries_come_in_pages_beside_the_list_they_belong_to(read):
    customer = {"PrefixListId": "pl-9", "OwnerId": "111122223333", "MaxEntries": 10}
    found = read(
        {"PrefixLists": [customer]},
        {"PrefixListId": "pl-9", "Entries": [{"Cidr": "10.0.0.0/16"}], "NextToken": "more"},
        {"PrefixListId": "pl-9", "Entries": [{"Cidr": "10.1.0.0/16", "Description": "x"}]},
    ).snapshot.prefix_lists["pl-9"]
    assert found.cidrs == ("10.0.0.0/16", "10.1.0.0/16")
    assert not found.is_aws_managed


@pytest.mark.parametrize(
    ("documents", "cidrs"),
    [
        pytest.param([], None, id="entries that were not read are unknown"),
        pytest.param([{"PrefixListId": "pl-1", "Entries": []}], (), id="an empty list is empty"),
        pytest.param(
            [{"PrefixListId": "pl-1", "Entries": [{"Cidr": "10.0.0.0/8"}], "NextToken": "more"}],
            None,
            id="half the entries are as good as none",
        ),
    ],
)
def test_entries_of_a_managed_list(read, documents, cidrs):
    found = read({"PrefixLists": [MANAGED]}, *documents).snapshot.prefix_lists["pl-1"]
    assert found.cidrs == cidrs


def test_a_list_known_by_its_entries_alone(snapshot, read):
    found = read({"PrefixListId": "pl-1", "Entries": [{"Cidr": "10.0.0.0/8"}]}).snapshot
    assert found.prefix_lists["pl-1"].cidrs == ("10.0.0.0/8",)
    assert found.prefix_lists["pl-1"].owner_id is None
