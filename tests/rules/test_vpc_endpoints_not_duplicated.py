from typing import ClassVar

from vpcproof.model.facts import Fact

from tests.networks import VPC, endpoint, gateway, judge, network, ssm_trio, vpc
from tests.rules.situations import NA, NC, C, RuleTable, Situation

RULE = "vpc-endpoints-not-duplicated"
CHINA = "cn-north-1"


def row(number, words, parts, expected, *mentions, region="us-east-1", **parameters):
    judged = network(*parts, region=region)
    return Situation(number, words, judged, VPC, expected, mentions, parameters)


class TestVpcEndpointsNotDuplicated(RuleTable):
    """The handbook calls duplicates legal and their cost an advisory: here it is, severity low."""

    rule = RULE
    immaterial: ClassVar = {Fact.VPCS: "the VPC that is judged is known"}
    situations = (
        row("2", "one endpoint for each service", [ssm_trio()], C),
        row("55", "two for ssm, private DNS on at one",
            [endpoint("ssm"), endpoint("ssm", id="vpce-2", private_dns=False)], NC,
            "ssm of us-east-1: vpce-2, vpce-ssm"),
        row("57", "two for ssm, private DNS off at both", [endpoint("ssm", private_dns=False),
            endpoint("ssm", id="vpce-2", private_dns=False)], NC),
        row("34", "one of two failed: it is billed all the same",
            [endpoint("ssm"), endpoint("ssm", id="vpce-2", state="failed")], NC),
        row("35", "one of two is gone", [endpoint("ssm"), endpoint("ssm", id="vpce-2",
            state="deleting")], C),
        row("44", "Gateway and Interface of one service", [gateway(), endpoint("s3",
            id="vpce-s3-interface")], C),
        row("1", "gateway endpoints only", [gateway()], NA, "no interface endpoint"),
        row("1", "no endpoint at all", [], NA),
        row("10", "names that begin alike", [endpoint("ssm"), endpoint("ssm-contacts")], C),
        row("16", "dotted codes that begin alike", [endpoint("ecr.api"), endpoint("ecr.dkr")], C),
        row("17", "the plain service and its FIPS form", [endpoint("kms"), endpoint("kms-fips")],
            C),
        row("11", "the same service of two Regions", [endpoint("s3"), endpoint(
            "com.amazonaws.us-west-2.s3", id="vpce-west", service_region="us-west-2",
            private_dns=False)], C),
        row("14", "one service under both prefixes of China",
            [endpoint(f"cn.com.amazonaws.{CHINA}.ec2", id="vpce-1"),
             endpoint("ec2", region=CHINA, id="vpce-2")], NC, f"ec2 of {CHINA}", region=CHINA),
        row("3", "a global service twice", [endpoint("com.amazonaws.iam", id="vpce-1"),
            endpoint("com.amazonaws.iam", id="vpce-2", private_dns=False)], NC, "iam: "),
        row("41", "a private service twice is its provider's business",
            [endpoint("com.amazonaws.vpce.us-east-1.vpce-svc-0a", id=each, private_dns=False)
             for each in ("vpce-1", "vpce-2")], NA),
        row("39", "endpoints without service name",
            [endpoint("x", id=each, type="Resource", service_name=None) for each in
             ("vpce-1", "vpce-2")], NA),
        row("28", "the VPC belongs to another account", [vpc(owner_id="444455556666"),
            endpoint("ssm")], NA),
    )  # fmt: skip


def test_both_endpoints_are_in_the_evidence():
    two = network(endpoint("ssm"), endpoint("ssm", id="vpce-2", private_dns=False))
    assert [each.id for each in judge(RULE, VPC, two).evidence] == ["vpce-2", "vpce-ssm"]
