"""Facts read live: the calls that are made, and what a refused one leaves behind."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from botocore.exceptions import (
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ReadTimeoutError,
)
from vpcproof.errors import SnapshotError
from vpcproof.facts.live import read_live
from vpcproof.facts.plan import LISTINGS
from vpcproof.model.facts import Fact

from tests.facts.fake_aws import ACCOUNT, REGION, FakeAws, refusal

NOW = datetime(2026, 11, 23, tzinfo=UTC)
ALONE = {
    Fact.VPC_DNS_ATTRIBUTES,
    Fact.HOSTED_ZONES,
    Fact.SESSION_PREFERENCES,
    Fact.PROBE_RESULTS,
}


def live(aws, *facts, **options):
    return read_live(aws, set(facts), now=NOW, **options)


def gaps(reading, fact):
    return [(gap.vpc_id, gap.reason) for gap in reading.snapshot.gaps if gap.fact is fact]


def vpcs(*names, owner=ACCOUNT):
    return {
        "Vpcs": [
            {"VpcId": f"vpc-{name}", "CidrBlock": "10.0.0.0/16", "OwnerId": owner} for name in names
        ]
    }


def test_every_kind_of_fact_can_be_read():
    assert LISTINGS.keys() | ALONE == set(Fact)


def test_every_call_is_an_action_that_the_kind_declares():
    aws = FakeAws(full_account())
    live(aws, *Fact)
    asked = set(Fact) - {Fact.PROBE_RESULTS}  # only where there are probes, see test_probes
    declared = {action.partition(":")[2] for fact in asked for action in fact.actions}
    assert aws.count().keys() == declared | {"GetCallerIdentity"}


@pytest.mark.parametrize("fact", list(LISTINGS), ids=lambda fact: fact.name)
def test_a_kind_is_read_alone_with_its_own_actions(fact):
    aws = FakeAws()
    reading = live(aws, fact)
    declared = {action.partition(":")[2] for action in fact.actions}
    assert aws.count().keys() <= declared | {"GetCallerIdentity"}
    assert reading.snapshot.has(fact)
    assert {gap.reason for gap in reading.snapshot.gaps} == {"not asked for"}


def test_who_looks_where_and_when():
    snapshot = live(FakeAws({"DescribeVpcs": vpcs(1)}), Fact.VPCS).snapshot
    assert (snapshot.account, snapshot.region, snapshot.captured_at) == (ACCOUNT, REGION, NOW)
    assert snapshot.vpcs["vpc-1"].region == REGION


def test_pages_are_read_to_the_end():
    aws = FakeAws({"DescribeVpcs": [vpcs(1), vpcs(2), vpcs(3)]})
    assert set(live(aws, Fact.VPCS).snapshot.vpcs) == {"vpc-1", "vpc-2", "vpc-3"}
    assert aws.count()["DescribeVpcs"] == 3


@pytest.mark.parametrize("fact", list(LISTINGS), ids=lambda fact: fact.name)
def test_pages_are_as_large_as_aws_gives_them(fact):
    aws = FakeAws()
    live(aws, fact)
    for listing in LISTINGS[fact]:
        (parameters,) = aws.of(listing.operation)
        assert parameters["MaxResults"] == listing.page
        limits = aws(listing.service).meta.service_model.operation_model(listing.operation)
        allowed = limits.input_shape.members["MaxResults"].metadata.get("max", listing.page)
        assert listing.page == allowed


def test_progress_is_told_each_kind_once():
    told = []
    live(FakeAws(), *Fact, progress=told.append)
    assert Counter(told) == Counter(Fact)


# Filters


@pytest.mark.parametrize(
    "listing",
    [each for listings in LISTINGS.values() for each in listings if each.vpc_filter],
    ids=lambda listing: listing.operation,
)
def test_vpcs_are_named_two_hundred_at_a_time(listing):
    (fact,) = [fact for fact, listings in LISTINGS.items() if listing in listings]
    aws = FakeAws()
    live(aws, fact, vpc_ids=[f"vpc-{number:03}" for number in range(450)])
    filters = [parameters[listing.filters_member] for parameters in aws.of(listing.operation)]
    assert {each["Name"] for (each,) in filters} == {listing.vpc_filter}
    assert sorted(len(each["Values"]) for (each,) in filters) == [50, 200, 200]


def test_the_far_end_of_a_path_is_read_whatever_vpc_is_asked_for():
    aws = FakeAws()
    live(aws, Fact.TRANSIT_GATEWAY_ATTACHMENTS, vpc_ids=["vpc-1"])
    assert "Filters" not in aws.of("DescribeTransitGatewayAttachments")[0]


# What AWS offers no list of


def attribute(VpcId, Attribute):  # noqa: N803 - the names of the API
    key = Attribute[0].upper() + Attribute[1:]
    return {"VpcId": VpcId, key: {"Value": Attribute == "enableDnsSupport"}}


def test_dns_attributes_take_two_calls_for_each_vpc():
    aws = FakeAws({"DescribeVpcs": vpcs(*range(30)), "DescribeVpcAttribute": attribute})
    snapshot = live(aws, Fact.VPCS, Fact.VPC_DNS_ATTRIBUTES).snapshot
    assert aws.count()["DescribeVpcAttribute"] == 60
    assert {(v.dns_support, v.dns_hostnames) for v in snapshot.vpcs.values()} == {(True, False)}
    assert snapshot.has(Fact.VPC_DNS_ATTRIBUTES)


def test_a_vpc_deleted_meanwhile_is_a_gap_of_its_own():
    def gone(VpcId, Attribute):  # noqa: N803
        known = VpcId == "vpc-1"
        return attribute(VpcId, Attribute) if known else refusal("InvalidVpcID.NotFound")

    aws = FakeAws({"DescribeVpcs": vpcs(1, 2), "DescribeVpcAttribute": gone})
    reading = live(aws, Fact.VPCS, Fact.VPC_DNS_ATTRIBUTES)
    assert [vpc_id for vpc_id, _ in gaps(reading, Fact.VPC_DNS_ATTRIBUTES)] == ["vpc-2"]


def test_vpcs_of_another_account_are_not_asked_about():
    aws = FakeAws({"DescribeVpcs": vpcs(1, owner="123456789012")})
    reading = live(aws, Fact.VPCS, Fact.VPC_DNS_ATTRIBUTES, Fact.HOSTED_ZONES, vpc_ids=["vpc-1"])
    assert not aws.count()["DescribeVpcAttribute"] + aws.count()["ListHostedZonesByVPC"]
    reason = "not asked: the VPC belongs to account 123456789012"
    assert gaps(reading, Fact.VPC_DNS_ATTRIBUTES) == [("vpc-1", reason)]
    assert gaps(reading, Fact.HOSTED_ZONES) == [("vpc-1", reason)]


@pytest.mark.parametrize("fact", [Fact.VPC_DNS_ATTRIBUTES, Fact.HOSTED_ZONES])
def test_without_a_vpc_there_is_nothing_to_ask(fact):
    assert gaps(live(FakeAws(), Fact.VPCS, fact), fact) == [(None, "no VPC to ask about")]


def test_vpcs_are_known_from_other_kinds_too():
    subnets = {"Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-1"}]}
    aws = FakeAws({"DescribeSubnets": subnets, "DescribeVpcAttribute": attribute})
    reading = live(aws, Fact.SUBNETS, Fact.VPC_DNS_ATTRIBUTES)
    assert reading.snapshot.vpcs["vpc-1"].dns_support is True


def prefix_list_estate(**more):
    route = {"DestinationPrefixListId": "pl-route", "GatewayId": "local"}
    permission = {"IpProtocol": "-1", "PrefixListIds": [{"PrefixListId": "pl-rule"}]}
    return {
        "DescribeRouteTables": {
            "RouteTables": [
                {
                    "RouteTableId": "rtb-1",
                    "VpcId": "vpc-1",
                    "Routes": [route, {"DestinationPrefixListId": "pl-s3", "GatewayId": "vpce-1"}],
                }
            ]
        },
        "DescribeSecurityGroups": {
            "SecurityGroups": [{"GroupId": "sg-1", "VpcId": "vpc-1", "IpPermissions": [permission]}]
        },
        "DescribePrefixLists": {
            "PrefixLists": [{"PrefixListId": "pl-s3", "Cidrs": ["52.218.0.0/17"]}]
        },
        "DescribeManagedPrefixLists": {
            "PrefixLists": [{"PrefixListId": "pl-rule", "OwnerId": ACCOUNT, "Version": 1}]
        },
        "GetManagedPrefixListEntries": {"Entries": [{"Cidr": "10.9.0.0/16"}]},
        **more,
    }


def test_entries_are_read_of_the_lists_in_use_that_came_without_cidrs():
    aws = FakeAws(prefix_list_estate())
    snapshot = live(aws, Fact.ROUTE_TABLES, Fact.SECURITY_GROUPS, Fact.PREFIX_LISTS).snapshot
    asked = sorted(each["PrefixListId"] for each in aws.of("GetManagedPrefixListEntries"))
    assert asked == ["pl-route", "pl-rule"]
    (named,) = aws.of("DescribeManagedPrefixLists")
    assert named["Filters"] == [{"Name": "prefix-list-id", "Values": ["pl-route", "pl-rule"]}]
    assert snapshot.prefix_lists["pl-s3"].is_aws_managed
    assert snapshot.prefix_lists["pl-rule"].cidrs == ("10.9.0.0/16",)


def test_a_list_that_no_longer_exists_is_not_there():
    gone = refusal("InvalidPrefixListID.NotFound")
    aws = FakeAws(prefix_list_estate(GetManagedPrefixListEntries=gone))
    reading = live(aws, Fact.ROUTE_TABLES, Fact.SECURITY_GROUPS, Fact.PREFIX_LISTS)
    assert reading.snapshot.has(Fact.PREFIX_LISTS)
    assert "pl-route" not in reading.snapshot.prefix_lists


def test_lists_are_read_even_where_routes_may_not_be():
    aws = FakeAws(prefix_list_estate(DescribeRouteTables=refusal("UnauthorizedOperation")))
    snapshot = live(aws, Fact.ROUTE_TABLES, Fact.SECURITY_GROUPS, Fact.PREFIX_LISTS).snapshot
    assert snapshot.has(Fact.PREFIX_LISTS)
    assert set(snapshot.prefix_lists) == {"pl-rule", "pl-s3"}


def interface_endpoint(name, *, private_dns):
    return {
        "VpcEndpointId": f"vpce-{name}",
        "VpcId": f"vpc-{name}",
        "VpcEndpointType": "Interface",
        "ServiceName": "com.amazonaws.eu-west-1.ssm",
        "PrivateDnsEnabled": private_dns,
    }


def zone_estate(**more):
    spoke_route = {"DestinationCidrBlock": "10.0.0.0/8", "TransitGatewayId": "tgw-1"}
    return {
        "DescribeVpcs": vpcs("on", "off", "spoke"),
        "DescribeVpcEndpoints": {
            "VpcEndpoints": [
                interface_endpoint("on", private_dns=True),
                interface_endpoint("off", private_dns=False),
            ]
        },
        "DescribeRouteTables": {
            "RouteTables": [
                {"RouteTableId": "rtb-1", "VpcId": "vpc-spoke", "Routes": [spoke_route]},
                {"RouteTableId": "rtb-2", "VpcId": "vpc-on", "Routes": []},
            ]
        },
        "ListHostedZonesByVPC": [
            {"HostedZoneSummaries": [zone("Z1", "ssm.eu-west-1.amazonaws.com.")]},
            {
                "HostedZoneSummaries": [
                    zone("Z2", "corp.example."),
                    zone("Z3", "ssm.eu-west-1.amazonaws.com.", account="123456789012"),
                    zone("Z4", "com."),
                ]
            },
        ],
        "ListResourceRecordSets": {
            "ResourceRecordSets": [{"Name": "ssm.eu-west-1.amazonaws.com.", "Type": "A"}],
            "IsTruncated": False,
        },
        **more,
    }


def zone(zone_id, name, account=ACCOUNT):
    return {"HostedZoneId": zone_id, "Name": name, "Owner": {"OwningAccount": account}}


ZONE_FACTS = (Fact.VPCS, Fact.VPC_ENDPOINTS, Fact.ROUTE_TABLES, Fact.HOSTED_ZONES)


def test_zones_are_asked_for_where_they_could_matter():
    aws = FakeAws(zone_estate())
    reading = live(aws, *ZONE_FACTS)
    asked = {(each["VPCId"], each["VPCRegion"]) for each in aws.of("ListHostedZonesByVPC")}
    assert asked == {("vpc-off", REGION), ("vpc-spoke", REGION)}
    assert gaps(reading, Fact.HOSTED_ZONES) == [
        ("vpc-on", "not asked: no endpoint without private DNS and no route to another VPC")
    ]
    assert {each.id for each in reading.snapshot.hosted_zones} == {"Z1", "Z2", "Z3", "Z4"}


def test_records_are_read_once_of_own_zones_that_may_hold_service_names():
    aws = FakeAws(zone_estate())
    snapshot = live(aws, *ZONE_FACTS).snapshot
    asked = sorted(each["HostedZoneId"] for each in aws.of("ListResourceRecordSets"))
    assert asked == ["Z1", "Z4"]
    read = {each.id for each in snapshot.hosted_zones if each.record_names is not None}
    assert read == {"Z1", "Z4"}


def test_zones_of_a_vpc_asked_for_by_name_are_always_read():
    aws = FakeAws(zone_estate())
    reading = live(aws, *ZONE_FACTS, vpc_ids=["vpc-on"])
    assert {each["VPCId"] for each in aws.of("ListHostedZonesByVPC")} == {"vpc-on"}
    assert reading.snapshot.has(Fact.HOSTED_ZONES, "vpc-on")


@pytest.mark.parametrize(
    ("zones_of", "more"), [(["vpc-on"], {"vpc-on"}), (None, {"vpc-on"}), ((), set())]
)
def test_who_plans_endpoints_in_a_vpc_knows_of_its_zones(zones_of, more):
    aws = FakeAws(zone_estate())
    read_live(aws, ZONE_FACTS, now=NOW, zones_of=zones_of)
    asked = {each["VPCId"] for each in aws.of("ListHostedZonesByVPC")}
    assert asked == {"vpc-off", "vpc-spoke"} | more


def test_records_that_may_not_be_read_make_the_zones_unread():
    aws = FakeAws(zone_estate(ListResourceRecordSets=refusal("AccessDenied")))
    reading = live(aws, *ZONE_FACTS)
    assert (None, "route53:ListResourceRecordSets: AccessDenied") in gaps(
        reading, Fact.HOSTED_ZONES
    )
    assert not reading.snapshot.hosted_zones


def test_routes_are_read_of_transit_gateway_tables_that_stand():
    tables = [
        {"TransitGatewayRouteTableId": "tgw-rtb-1", "TransitGatewayId": "tgw-1"},
        {
            "TransitGatewayRouteTableId": "tgw-rtb-2",
            "TransitGatewayId": "tgw-1",
            "State": "deleted",
        },
    ]
    aws = FakeAws(
        {
            "DescribeTransitGatewayRouteTables": {"TransitGatewayRouteTables": tables},
            "SearchTransitGatewayRoutes": {
                "Routes": [{"DestinationCidrBlock": "10.0.0.0/8"}],
                "AdditionalRoutesAvailable": False,
            },
        }
    )
    found = live(aws, Fact.TRANSIT_GATEWAY_ROUTE_TABLES).snapshot.transit_gateway_route_tables
    assert len(found["tgw-rtb-1"].routes) == 1
    assert found["tgw-rtb-1"].propagating == ()
    assert found["tgw-rtb-2"].routes is None


def test_resources_are_read_of_profiles_in_use():
    association = {"Id": "rpassoc-1", "ProfileId": "rp-1", "ResourceId": "vpc-1"}
    aws = FakeAws({"ListProfileAssociations": {"ProfileAssociations": [association]}})
    (found,) = live(aws, Fact.PROFILE_ASSOCIATIONS).snapshot.profile_associations
    assert found.endpoint_ids == ()
    assert aws.of("ListProfileResourceAssociations") == [{"ProfileId": "rp-1", "MaxResults": 100}]


def test_preferences_never_saved_are_the_defaults():
    reading = live(FakeAws({"GetDocument": refusal("InvalidDocument")}), Fact.SESSION_PREFERENCES)
    assert reading.snapshot.session_preferences.service_codes == ()


# Refusals


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (refusal("UnauthorizedOperation"), "UnauthorizedOperation"),
        (refusal("AccessDenied"), "AccessDenied"),
        (refusal("RequestLimitExceeded"), "RequestLimitExceeded"),
        (EndpointConnectionError(endpoint_url="https://x"), "EndpointConnectionError"),
        (ReadTimeoutError(endpoint_url="https://x"), "ReadTimeoutError"),
    ],
)
@pytest.mark.parametrize(
    "fact", [each for each in Fact if each is not Fact.PROBE_RESULTS], ids=lambda fact: fact.name
)
def test_a_refused_kind_is_a_gap_with_its_reason(fact, problem, code):
    first = fact.actions[0]
    aws = FakeAws({"DescribeVpcs": vpcs(1), first.partition(":")[2]: problem})
    reading = live(aws, fact, vpc_ids=["vpc-1"])
    assert gaps(reading, fact) == [(None, f"{first}: {code}")]


def test_half_a_kind_is_no_kind():
    aws = FakeAws(
        {
            "DescribeVpcs": vpcs(1),
            "DescribeSubnets": [
                {"Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-1"}]},
                refusal("RequestLimitExceeded"),
            ],
        }
    )
    reading = live(aws, Fact.VPCS, Fact.SUBNETS)
    assert not reading.snapshot.subnets
    assert gaps(reading, Fact.SUBNETS) == [(None, "ec2:DescribeSubnets: RequestLimitExceeded")]
    assert reading.snapshot.has(Fact.VPCS)


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (refusal("ExpiredToken"), "AWS refused the credentials (ExpiredToken at ec2:DescribeVpcs)"),
        (refusal("InvalidClientTokenId"), "AWS refused the credentials (InvalidClientTokenId"),
        (refusal("AuthFailure"), "renew them, or enable the Region"),
        (refusal("UnrecognizedClientException"), "AWS refused the credentials"),
        (NoCredentialsError(), "no AWS credentials to call ec2:DescribeVpcs with"),
    ],
)
def test_bad_credentials_end_the_reading_in_one_line(problem, said):
    with pytest.raises(SnapshotError) as error:
        live(FakeAws({"DescribeVpcs": problem}), *Fact)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_no_region():
    def clients(_service, /):
        raise NoRegionError

    with pytest.raises(SnapshotError, match="no Region is configured"):
        live(clients, Fact.VPCS)


def test_not_knowing_who_looks_is_noted():
    reading = live(FakeAws({"GetCallerIdentity": refusal("AccessDenied")}), Fact.VPCS)
    assert reading.snapshot.account is None
    assert [(n.source, n.reason) for n in reading.notes] == [
        ("Account", "sts:GetCallerIdentity: AccessDenied")
    ]


def test_who_looks_is_not_asked_where_it_is_known():
    aws = FakeAws()
    reading = live(aws, Fact.VPCS, account="444455556666")
    assert reading.snapshot.account == "444455556666"
    assert "GetCallerIdentity" not in aws.count()


# How calls grow


def full_account(endpoints=3):
    """An account in which every operation has something to do, with so many endpoints in 2 VPCs."""
    attachment = {"TransitGatewayAttachmentId": "tgw-attach-1", "TransitGatewayId": "tgw-1"}
    listed = [
        interface_endpoint(number, private_dns=True) | {"VpcId": f"vpc-{number % 2}"}
        for number in range(endpoints)
    ]
    listed[0]["PrivateDnsEnabled"] = False
    return prefix_list_estate() | {
        "DescribeVpcs": vpcs(0, 1),
        "DescribeVpcAttribute": attribute,
        "DescribeVpcEndpoints": {"VpcEndpoints": listed},
        "DescribeTransitGatewayAttachments": {"TransitGatewayAttachments": [attachment]},
        "DescribeTransitGatewayRouteTables": {
            "TransitGatewayRouteTables": [
                {"TransitGatewayRouteTableId": "tgw-rtb-1", "TransitGatewayId": "tgw-1"}
            ]
        },
        "ListHostedZonesByVPC": {"HostedZoneSummaries": [zone("Z1", "amazonaws.com.")]},
        "ListProfileAssociations": {
            "ProfileAssociations": [{"Id": "a", "ProfileId": "rp-1", "ResourceId": "vpc-1"}]
        },
    }


def test_calls_do_not_grow_with_the_number_of_endpoints():
    few, many = FakeAws(full_account(10)), FakeAws(full_account(300))
    live(few, *Fact)
    live(many, *Fact)
    assert few.count() == many.count()
