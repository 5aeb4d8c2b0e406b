"""The live reader against moto: whole wire formats, real pages, and the law of saving."""

from collections import Counter
from datetime import UTC, datetime

import boto3
import pytest
from moto import mock_aws
from vpcproof.facts.folder import read_folder
from vpcproof.facts.live import read_live
from vpcproof.facts.saved import save_folder
from vpcproof.model.addresses import AddressSet
from vpcproof.model.facts import Fact

REGION = "eu-west-1"
NOW = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)
FACTS = set(Fact) - {
    Fact.ENDPOINT_SERVICES,  # moto loads every service it has for this one
    Fact.INSTANCE_CONNECT_ENDPOINTS,  # moto does not know them
    Fact.MANAGED_NODES,  # nor these
    Fact.PROFILE_ASSOCIATIONS,  # nor these
}


@pytest.fixture
def session(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        yield boto3.Session(region_name=REGION)


@pytest.fixture
def calls(session):
    counted = Counter()
    session.events.register("before-call", lambda model, **_: counted.update([model.name]))
    return counted


def build(session, endpoints=1):
    """A VPC with a central endpoint, a prefix list in use, a zone, and many endpoints."""
    ec2, route53 = session.client("ec2"), session.client("route53")
    vpc_id = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet_id = ec2.create_subnet(
        VpcId=vpc_id, CidrBlock="10.0.1.0/24", AvailabilityZone=f"{REGION}a"
    )["Subnet"]["SubnetId"]
    list_id = ec2.create_managed_prefix_list(
        PrefixListName="offices",
        MaxEntries=2,
        AddressFamily="IPv4",
        Entries=[{"Cidr": "10.9.0.0/16"}],
    )["PrefixList"]["PrefixListId"]
    group_id = ec2.create_security_group(GroupName="e", Description="endpoints", VpcId=vpc_id)[
        "GroupId"
    ]
    rule = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
    rule["PrefixListIds"] = [{"PrefixListId": list_id}]
    ec2.authorize_security_group_ingress(GroupId=group_id, IpPermissions=[rule])
    for _ in range(endpoints):
        ec2.create_vpc_endpoint(
            VpcId=vpc_id,
            VpcEndpointType="Interface",
            ServiceName=f"com.amazonaws.{REGION}.ssm",
            SubnetIds=[subnet_id],
            SecurityGroupIds=[group_id],
            PrivateDnsEnabled=False,
        )
    ec2.create_vpc_endpoint(VpcId=vpc_id, ServiceName=f"com.amazonaws.{REGION}.s3")
    route53.create_hosted_zone(
        Name=f"ssm.{REGION}.amazonaws.com",
        CallerReference="once",
        VPC={"VPCRegion": REGION, "VPCId": vpc_id},
        HostedZoneConfig={"PrivateZone": True},
    )
    return vpc_id, subnet_id, list_id, group_id


def test_an_account_is_read_as_it_is(session):
    vpc_id, subnet_id, list_id, group_id = build(session)
    snapshot = read_live(session.client, FACTS, now=NOW).snapshot
    assert snapshot.vpcs[vpc_id].cidrs == AddressSet.of("10.0.0.0/16")
    assert (snapshot.vpcs[vpc_id].dns_support, snapshot.vpcs[vpc_id].dns_hostnames) == (True, False)
    assert snapshot.subnets[subnet_id].zone == f"{REGION}a"
    assert sorted(each.type for each in snapshot.endpoints_of(vpc_id)) == ["Gateway", "Interface"]
    assert str(snapshot.security_groups[group_id].ingress[0]) == f"tcp 443 from {list_id}"
    assert snapshot.prefix_lists[list_id].cidrs == ("10.9.0.0/16",)
    assert [zone.vpc_id for zone in snapshot.hosted_zones] == [vpc_id]
    assert snapshot.interfaces_of(vpc_id)
    assert {gap.fact for gap in snapshot.gaps if gap.vpc_id is None} == set(Fact) - FACTS


def test_what_is_saved_is_read_again_as_the_same_snapshot(session, tmp_path):
    build(session)
    reading = read_live(session.client, FACTS, now=NOW)
    save_folder(reading.documents, tmp_path / "saved")
    again = read_folder(tmp_path / "saved", now=datetime.now(UTC))
    assert again.snapshot == reading.snapshot
    assert again.notes == ()


def test_calls_do_not_grow_with_the_resources_of_a_vpc(session, calls):
    vpc_id, subnet_id, *_ = build(session, endpoints=10)
    calls.clear()
    read_live(session.client, FACTS, now=NOW, vpc_ids=[vpc_id])
    few = calls.copy()
    ec2 = session.client("ec2")
    for _ in range(290):
        ec2.create_vpc_endpoint(
            VpcId=vpc_id,
            VpcEndpointType="Interface",
            ServiceName=f"com.amazonaws.{REGION}.logs",
            SubnetIds=[subnet_id],
        )
    calls.clear()
    snapshot = read_live(session.client, FACTS, now=NOW, vpc_ids=[vpc_id]).snapshot
    assert len(snapshot.vpc_endpoints) == 301
    assert calls == few


def test_only_the_vpc_asked_for_is_read(session):
    vpc_id, *_ = build(session)
    snapshot = read_live(session.client, FACTS, now=NOW, vpc_ids=[vpc_id]).snapshot
    assert set(snapshot.vpcs) == {vpc_id}
    assert {each.vpc_id for each in snapshot.route_tables.values()} == {vpc_id}
