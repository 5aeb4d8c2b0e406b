"""Hosted zones, Profiles and Resolver rules as the AWS CLI prints them."""

import pytest


def zones(*summaries, vpc_id="vpc-1"):
    return {"VpcId": vpc_id, "HostedZoneSummaries": list(summaries)}


def zone(name="ssm.eu-west-1.amazonaws.com.", **members):
    return {"HostedZoneId": "Z1", "Name": name, **members}


def records(*sets, zone_id="Z1", **members):
    return {"HostedZoneId": zone_id, "ResourceRecordSets": list(sets), **members}


@pytest.fixture
def one(read):
    def one_zone(*documents):
        (found,) = read(*documents).snapshot.hosted_zones
        return found

    return one_zone


def test_a_zone_as_a_vpc_sees_it(one):
    found = one(zones(zone("SSM.eu-west-1.amazonaws.com.", Owner={"OwningAccount": "1111"})))
    assert (found.id, found.name, found.vpc_id) == ("Z1", "ssm.eu-west-1.amazonaws.com", "vpc-1")
    assert (found.owning_account, found.owning_service) == ("1111", None)
    assert found.record_names is None


def test_a_zone_that_a_service_keeps(one):
    assert one(zones(zone(Owner={"OwningService": "efs.amazonaws.com"}))).owning_service == (
        "efs.amazonaws.com"
    )


def test_only_records_that_lead_somewhere_count_as_names(one):
    found = one(
        zones(zone()),
        records(
            {"Name": "ssm.eu-west-1.amazonaws.com.", "Type": "NS"},
            {"Name": "ssm.eu-west-1.amazonaws.com.", "Type": "SOA"},
            {
                "Name": "\\052.ssm.eu-west-1.amazonaws.com.",
                "Type": "A",
                "AliasTarget": {"DNSName": "VPCE-1-x.ssm.eu-west-1.vpce.amazonaws.com."},
            },
            {
                "Name": "old.ssm.eu-west-1.amazonaws.com.",
                "Type": "CNAME",
                "ResourceRecords": [{"Value": "vpce-2-y.ssm.eu-west-1.vpce.amazonaws.com"}],
            },
        ),
    )
    assert found.record_names == (
        "*.ssm.eu-west-1.amazonaws.com",
        "old.ssm.eu-west-1.amazonaws.com",
    )
    assert found.alias_targets == (
        "vpce-1-x.ssm.eu-west-1.vpce.amazonaws.com",
        "vpce-2-y.ssm.eu-west-1.vpce.amazonaws.com",
    )


@pytest.mark.parametrize("zone_id", ["Z1", "/hostedzone/Z1"])
def test_both_spellings_of_a_zone_id_are_one(one, zone_id):
    assert one(zones(zone()), records(zone_id=zone_id)).record_names == ()


@pytest.mark.parametrize("more", [{"IsTruncated": True}, {"NextToken": "more"}])
def test_half_the_records_are_as_good_as_none(one, more):
    half = records({"Name": "a.example.", "Type": "A"}, **more)
    assert one(zones(zone()), half).record_names is None


def test_a_zone_of_two_vpcs_is_seen_from_each(read):
    found = read(zones(zone()), zones(zone(), vpc_id="vpc-2")).snapshot.hosted_zones
    assert [each.vpc_id for each in found] == ["vpc-1", "vpc-2"]


def profile(**members):
    return {"Id": "rpassoc-1", "ProfileId": "rp-1", "ResourceId": "vpc-1", **members}


ENDPOINT_ARN = "arn:aws:ec2:eu-west-1:111122223333:vpc-endpoint/vpce-1"


@pytest.mark.parametrize(
    ("documents", "endpoint_ids"),
    [
        pytest.param([], None, id="what the Profile carries was not read"),
        pytest.param([{"ProfileId": "rp-1", "ProfileResourceAssociations": []}], (), id="nothing"),
        pytest.param(
            [
                {
                    "ProfileId": "rp-1",
                    "ProfileResourceAssociations": [
                        {"Id": "a", "ProfileId": "rp-1", "ResourceArn": ENDPOINT_ARN},
                        {"Id": "b", "ResourceArn": "arn:aws:route53:::hostedzone/Z1"},
                    ],
                }
            ],
            ("vpce-1",),
            id="an endpoint and a zone",
        ),
    ],
)
def test_endpoints_of_a_profile(read, documents, endpoint_ids):
    found = read({"ProfileAssociations": [profile()]}, *documents).snapshot.profile_associations
    assert [each.endpoint_ids for each in found] == [endpoint_ids]


@pytest.mark.parametrize("status", ["DELETING", "DELETED", "FAILED"])
def test_a_profile_association_that_is_gone(snapshot, status):
    assert snapshot(ProfileAssociations=[profile(Status=status)]).profile_associations == ()


def rule_association(**members):
    return {"Id": "rslvr-rrassoc-1", "ResolverRuleId": "rslvr-rr-1", "VPCId": "vpc-1", **members}


def test_a_resolver_rule_is_known_by_both_answers(read):
    rule = {"Id": "rslvr-rr-1", "DomainName": "AmazonAWS.com.", "RuleType": "FORWARD"}
    (found,) = read(
        {"ResolverRules": [rule]}, {"ResolverRuleAssociations": [rule_association()]}
    ).snapshot.resolver_rule_associations
    assert (found.domain_name, found.rule_type) == ("amazonaws.com", "FORWARD")


def test_a_resolver_rule_of_which_only_the_association_was_read(snapshot):
    (found,) = snapshot(ResolverRuleAssociations=[rule_association()]).resolver_rule_associations
    assert (found.domain_name, found.rule_type) == (None, "FORWARD")


def test_an_overridden_resolver_rule_is_not_in_force(snapshot):
    overridden = rule_association(Status="OVERRIDDEN")
    assert snapshot(ResolverRuleAssociations=[overridden]).resolver_rule_associations == ()
