"""Network interfaces, alone and as instances carry them."""

import pytest
from vpcproof.model.addresses import AddressSet
from vpcproof.model.facts import Fact


def interface(number=1, **members):
    return {
        "NetworkInterfaceId": f"eni-{number}",
        "VpcId": "vpc-1",
        "SubnetId": "subnet-1",
        "PrivateIpAddress": "10.0.1.5",
        "PrivateIpAddresses": [{"PrivateIpAddress": "10.0.1.5", "Primary": True}],
        **members,
    }


@pytest.fixture
def one(snapshot):
    return lambda **members: snapshot(NetworkInterfaces=[interface(**members)]).network_interfaces[
        "eni-1"
    ]


def test_all_addresses_and_delegated_prefixes_count(one):
    found = one(
        PrivateIpAddresses=[{"PrivateIpAddress": "10.0.1.5"}, {"PrivateIpAddress": "10.0.1.6"}],
        Ipv6Addresses=[{"Ipv6Address": "2001:db8::5"}],
        Ipv4Prefixes=[{"Ipv4Prefix": "10.0.1.16/28"}],
        Ipv6Prefixes=[{"Ipv6Prefix": "2001:db8:0:1::/80"}],
    )
    assert found.addresses == AddressSet.of(
        "10.0.1.5", "10.0.1.6", "2001:db8::5", "10.0.1.16/28", "2001:db8:0:1::/80"
    )


@pytest.mark.parametrize(
    ("members", "public"),
    [
        pytest.param({}, False, id="no association"),
        pytest.param({"Association": {"PublicIp": "203.0.113.5"}}, True, id="a public address"),
        pytest.param(
            {"PrivateIpAddresses": [{"Association": {"PublicIp": "203.0.113.5"}}]},
            True,
            id="a public address of a secondary one",
        ),
        pytest.param({"Association": {"CarrierIp": "203.0.113.5"}}, False, id="a carrier address"),
        pytest.param(
            {"Ipv6Addresses": [{"Ipv6Address": "2001:db8::5"}]}, False, id="an IPv6 address"
        ),
    ],
)
def test_what_makes_an_interface_public(one, members, public):
    assert one(**members).has_public_address is public


def test_who_manages_an_interface_is_kept(one):
    found = one(
        InterfaceType="vpc_endpoint",
        RequesterManaged=True,
        RequesterId="111122223333",
        Description="VPC Endpoint Interface vpce-1",
        Groups=[{"GroupId": "sg-1"}],
        Attachment={"InstanceId": "i-1"},
    )
    assert not found.is_workload
    assert found.requester_id == "111122223333"
    assert (found.group_ids, found.instance_id) == (("sg-1",), "i-1")


def test_an_interface_of_a_regional_nat_gateway_names_no_single_subnet(snapshot):
    printed = interface(InterfaceType="natGateway", AssociatedSubnets=["subnet-1"])
    del printed["SubnetId"]
    found = snapshot(NetworkInterfaces=[printed]).network_interfaces["eni-1"]
    assert found.subnet_id == ""


def reservation(state="running", *interfaces):
    instance = {
        "InstanceId": "i-7",
        "State": {"Name": state},
        "NetworkInterfaces": list(interfaces),
    }
    return {"Reservations": [{"ReservationId": "r-1", "Instances": [instance]}]}


def test_instances_stand_in_for_interfaces_that_nobody_listed(read):
    reading = read(reservation("running", interface()))
    assert reading.snapshot.network_interfaces["eni-1"].instance_id == "i-7"
    assert reading.snapshot.has(Fact.NETWORK_INTERFACES)
    assert [note.reason for note in reading.notes] == [
        "Reservations: network interfaces of instances only"
    ]


def test_listed_interfaces_go_before_those_of_instances(read):
    listed = {"NetworkInterfaces": [interface(2)]}
    found = read(reservation("running", interface()), listed).snapshot.network_interfaces
    assert set(found) == {"eni-2"}


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(reservation("terminated", interface()), id="a terminated instance"),
        pytest.param(reservation("running"), id="an instance without interfaces"),
        pytest.param({"Reservations": []}, id="no instance"),
        pytest.param({"Reservations": [{"Instances": "?"}]}, id="a broken reservation"),
    ],
)
def test_instances_that_show_no_interface_prove_nothing(read, document):
    snapshot = read(document).snapshot
    assert not snapshot.network_interfaces
    assert not snapshot.has(Fact.NETWORK_INTERFACES)
