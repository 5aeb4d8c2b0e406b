"""VPCs, subnets and DHCP options sets as the AWS CLI prints them."""

import pytest
from vpcproof.model.addresses import AddressSet


def association(block, state="associated", family=""):
    return {f"{family}CidrBlock": block, f"{family}CidrBlockState": {"State": state}}


def vpc(**members):
    return {"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16", **members}


@pytest.mark.parametrize(
    ("members", "cidrs"),
    [
        pytest.param({}, ["10.0.0.0/16"], id="the primary block alone"),
        pytest.param(
            {"CidrBlockAssociationSet": [association("10.0.0.0/16"), association("10.1.0.0/16")]},
            ["10.0.0.0/16", "10.1.0.0/16"],
            id="a secondary block counts",
        ),
        pytest.param(
            {"CidrBlockAssociationSet": [association("10.1.0.0/16", "associating")]},
            ["10.0.0.0/16"],
            id="a block that is still being associated does not",
        ),
        pytest.param(
            {"CidrBlockAssociationSet": [association("10.1.0.0/16", "failed")]},
            ["10.0.0.0/16"],
            id="nor one that failed",
        ),
        pytest.param(
            {
                "CidrBlockAssociationSet": [
                    association("10.0.0.0/16", "disassociated"),
                    association("10.1.0.0/16"),
                ]
            },
            ["10.1.0.0/16"],
            id="a primary block that was taken away does not count",
        ),
        pytest.param(
            {
                "CidrBlockAssociationSet": [
                    association("10.1.0.0/16"),
                    association("10.1.0.0/16", "disassociated"),
                ]
            },
            ["10.0.0.0/16", "10.1.0.0/16"],
            id="a block that was taken away and given back counts",
        ),
        pytest.param(
            {"CidrBlockAssociationSet": [association("10.1.0.0/16", "Associated")]},
            ["10.0.0.0/16", "10.1.0.0/16"],
            id="letter case of the state means nothing",
        ),
        pytest.param(
            {
                "Ipv6CidrBlockAssociationSet": [
                    association("2001:db8::/56", family="Ipv6"),
                    association("2001:db8:1::/56", "disassociated", family="Ipv6"),
                ]
            },
            ["10.0.0.0/16", "2001:db8::/56"],
            id="the same holds for IPv6",
        ),
        pytest.param(
            {"CidrBlockAssociationSet": [{"AssociationId": "vpc-cidr-assoc-1"}]},
            ["10.0.0.0/16"],
            id="an association without block adds nothing",
        ),
        pytest.param(
            {"CidrBlockAssociationSet": None, "Ipv6CidrBlockAssociationSet": None},
            ["10.0.0.0/16"],
            id="null lists are empty",
        ),
    ],
)
def test_cidr_blocks_of_a_vpc(snapshot, members, cidrs):
    assert snapshot(Vpcs=[vpc(**members)]).vpcs["vpc-1"].cidrs == AddressSet.of(*cidrs)


def test_a_vpc_known_by_its_id_alone_has_unknown_addresses(snapshot):
    assert snapshot(Vpcs=[{"VpcId": "vpc-1"}]).vpcs["vpc-1"].cidrs is None


def test_an_ipv6_only_subnet(snapshot):
    block = association("2001:db8::/64", family="Ipv6")
    subnet = {"SubnetId": "subnet-1", "VpcId": "vpc-1", "Ipv6CidrBlockAssociationSet": [block]}
    found = snapshot(Subnets=[subnet]).subnets["subnet-1"]
    assert found.cidrs == AddressSet.of("2001:db8::/64")


def test_a_subnet_keeps_zone_owner_and_free_addresses(snapshot):
    subnet = {
        "SubnetId": "subnet-1",
        "VpcId": "vpc-1",
        "CidrBlock": "10.0.1.0/24",
        "AvailabilityZone": "eu-west-1a",
        "AvailabilityZoneId": "euw1-az3",
        "OwnerId": "111122223333",
        "AvailableIpAddressCount": 251,
        "Tags": [{"Key": "Name", "Value": "private"}, {"Key": "empty"}],
    }
    found = snapshot(Subnets=[subnet]).subnets["subnet-1"]
    assert (found.zone, found.zone_id) == ("eu-west-1a", "euw1-az3")
    assert (found.owner_id, found.free_addresses) == ("111122223333", 251)
    assert found.tags == {"Name": "private", "empty": ""}


def test_name_servers_keep_their_order(snapshot):
    options = {
        "DhcpOptionsId": "dopt-1",
        "DhcpConfigurations": [
            {"Key": "domain-name", "Values": [{"Value": "example.org"}]},
            {
                "Key": "domain-name-servers",
                "Values": [{"Value": "10.0.0.9"}, {"Value": "10.0.0.2"}],
            },
        ],
    }
    found = snapshot(DhcpOptions=[options]).dhcp_options["dopt-1"]
    assert found.domain_name_servers == ("10.0.0.9", "10.0.0.2")


def test_dhcp_options_without_name_servers(snapshot):
    assert (
        snapshot(DhcpOptions=[{"DhcpOptionsId": "dopt-1"}])
        .dhcp_options["dopt-1"]
        .domain_name_servers
        == ()
    )


@pytest.mark.parametrize(
    "documents",
    [
        pytest.param(
            [
                {"Vpcs": [vpc()]},
                {"VpcId": "vpc-1", "EnableDnsSupport": {"Value": True}},
                {"VpcId": "vpc-1", "EnableDnsHostnames": {"Value": False}},
            ],
            id="each answer in a file of its own",
        ),
        pytest.param(
            [
                {
                    "Vpcs": [vpc()],
                    "VpcId": "vpc-1",
                    "EnableDnsSupport": {"Value": True},
                    "EnableDnsHostnames": {"Value": False},
                }
            ],
            id="both beside one VpcId",
        ),
        pytest.param(
            [
                {
                    "Vpcs": [
                        vpc(EnableDnsSupport={"Value": True}, EnableDnsHostnames={"Value": False})
                    ]
                }
            ],
            id="inside the VPC",
        ),
        pytest.param(
            [{"Vpcs": [vpc(EnableDnsSupport=True, EnableDnsHostnames=False)]}],
            id="as plain booleans",
        ),
        pytest.param(
            [{"Vpcs": [vpc(EnableDnsSupport="true", EnableDnsHostnames="False")]}],
            id="as text",
        ),
    ],
)
def test_dns_attributes(read, documents):
    found = read(*documents).snapshot.vpcs["vpc-1"]
    assert (found.dns_support, found.dns_hostnames) == (True, False)
