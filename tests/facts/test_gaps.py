"""A kind of fact without an answer is a gap, and some kinds are known VPC by VPC."""

import pytest
from vpcproof.model.facts import Fact

VPCS = {"Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"}, {"VpcId": "vpc-2"}]}


def gaps(reading, fact):
    return [(gap.vpc_id, gap.reason) for gap in reading.snapshot.gaps if gap.fact is fact]


def test_every_kind_but_the_one_given_is_a_gap(read):
    reading = read({"Subnets": []})
    missing = {gap.fact for gap in reading.snapshot.gaps}
    assert missing == set(Fact) - {Fact.SUBNETS, Fact.PROBE_RESULTS}  # nobody has to have probes
    assert {gap.reason for gap in reading.snapshot.gaps} == {"no file"}


@pytest.mark.parametrize(
    ("key", "fact"),
    [
        ("SecurityGroupRules", Fact.SECURITY_GROUPS),
        ("TransitGatewayVpcAttachments", Fact.TRANSIT_GATEWAY_ATTACHMENTS),
    ],
)
def test_some_kinds_are_read_by_another_operation_too(read, key, fact):
    assert not gaps(read({key: []}), fact)


def test_entries_show_that_prefix_lists_were_read(read):
    assert not gaps(read({"PrefixListId": "pl-1", "Entries": []}), Fact.PREFIX_LISTS)


def dns(vpc_id, **attributes):
    return {"VpcId": vpc_id, **{name: {"Value": True} for name in attributes}}


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        pytest.param([], [(None, "no file")], id="nobody asked"),
        pytest.param(
            [dns("vpc-1", EnableDnsSupport=1, EnableDnsHostnames=1)],
            [("vpc-2", "no EnableDnsSupport and EnableDnsHostnames of this VPC")],
            id="one VPC was asked about",
        ),
        pytest.param(
            [
                dns("vpc-1", EnableDnsSupport=1),
                dns("vpc-2", EnableDnsSupport=1, EnableDnsHostnames=1),
            ],
            [("vpc-1", "no EnableDnsHostnames of this VPC")],
            id="one attribute is missing",
        ),
        pytest.param(
            [{"VpcId": "vpc-1", "EnableDnsSupport": None}],
            [(None, "no file")],
            id="null is no answer",
        ),
    ],
)
def test_dns_attributes(read, documents, expected):
    assert gaps(read(VPCS, *documents), Fact.VPC_DNS_ATTRIBUTES) == expected


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        pytest.param([], [(None, "no file")], id="nobody asked"),
        pytest.param(
            [{"VpcId": "vpc-1", "HostedZoneSummaries": []}],
            [("vpc-2", "no HostedZoneSummaries of this VPC")],
            id="an empty answer is an answer",
        ),
        pytest.param(
            [
                {"VpcId": "vpc-1", "HostedZoneSummaries": [], "NextToken": "more"},
                {"VpcId": "vpc-2", "HostedZoneSummaries": []},
            ],
            [("vpc-1", "no HostedZoneSummaries of this VPC")],
            id="half an answer is none",
        ),
        pytest.param(
            [{"Gaps": [{"Fact": "HostedZoneSummaries", "Reason": "denied", "VpcId": "vpc-1"}]}],
            [("vpc-1", "denied"), ("vpc-2", "no HostedZoneSummaries of this VPC")],
            id="a saved gap keeps its reason",
        ),
    ],
)
def test_hosted_zones(read, documents, expected):
    assert gaps(read(VPCS, *documents), Fact.HOSTED_ZONES) == expected


def test_without_vpcs_those_that_other_facts_name_are_known_by_id(read):
    reading = read(
        {"Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-1"}]},
        {"InternetGateways": [{"InternetGatewayId": "igw-1", "Attachments": [{"VpcId": "vpc-2"}]}]},
        {"VpcId": "vpc-3", "EnableDnsSupport": {"Value": True}},
        {"VpcId": "vpc-4", "HostedZoneSummaries": [{"HostedZoneId": "Z1", "Name": "a."}]},
    )
    assert set(reading.snapshot.vpcs) == {"vpc-1", "vpc-2", "vpc-3", "vpc-4"}
    assert reading.snapshot.vpcs["vpc-1"].cidrs is None
    assert reading.snapshot.vpcs["vpc-3"].dns_support is True
    assert gaps(reading, Fact.VPCS) == [(None, "no file")]


def test_with_vpcs_others_are_not_made_up(read):
    reading = read(VPCS, {"Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-9"}]})
    assert set(reading.snapshot.vpcs) == {"vpc-1", "vpc-2"}


def test_a_vpc_that_cannot_be_read_is_known_by_its_id(read):
    reading = read({"Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "ten"}, {"VpcId": "vpc-2"}]})
    assert set(reading.snapshot.vpcs) == {"vpc-1", "vpc-2"}
    assert gaps(reading, Fact.VPCS) == [
        ("vpc-1", "vpc-1 cannot be read: 'ten' is neither a CIDR nor an address")
    ]
