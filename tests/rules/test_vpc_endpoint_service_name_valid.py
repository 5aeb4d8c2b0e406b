from typing import ClassVar

from vpcproof.model.facts import Fact

from tests.networks import REGION, endpoint, gateway, network, offered, unread, vpc
from tests.rules.situations import NA, NC, C, RuleTable, Situation, U

ONE = "vpce-1"
WHOLE_CATALOGUE = offered("ssm", "s3", "ec2messages", *(f"service-{n}" for n in range(60)))
PRIVATE = "com.amazonaws.vpce.us-east-1.vpce-svc-0e87e8a7b3c4d5e6f"

# What stands in section A3, all of which AWS sells.
NAMES = (
    "com.amazonaws.us-east-1.ecr.api",
    "com.amazonaws.us-east-1.ecr.dkr",
    "com.amazonaws.us-east-1.sagemaker.api",
    "com.amazonaws.us-east-1.sagemaker.runtime",
    "com.amazonaws.us-east-1.sagemaker.featurestore-runtime-fips",
    "com.amazonaws.us-east-1.appstream.streaming",
    "com.amazonaws.us-east-1.transfer.server",
    "com.amazonaws.us-east-1.apprunner.requests",
    "com.amazonaws.us-east-1.timestream.query-cell1",
    "com.amazonaws.us-east-1.thinclient.api",
    "com.amazonaws.us-east-1.mail-manager-smtp.auth.fips",
    "com.amazonaws.us-east-1.kms-fips",
    "com.amazonaws.us-east-1.sts-fips",
    "com.amazonaws.us-east-1.ssm-incidents-fips",
    "com.amazonaws.us-east-1.rds-fips",
    "aws.api.us-east-1.kendra-ranking",
    "aws.api.us-east-1.freetier",
    "aws.api.us-east-1.qbusiness",
    "aws.api.us-east-1.resource-explorer-2-fips",
    "aws.api.us-east-1.s3files",
    "api.aws.us-east-1.cassandra-streams",
    "aws.sagemaker.us-east-1.notebook",
    "aws.sagemaker.us-east-1.studio",
    "aws.sagemaker.us-east-1.experiments",
    "aws.sagemaker.us-east-1.partner-app",
    "com.amazonaws.iam",
    "com.amazonaws.route53",
    "com.amazonaws.cloudfront",
    "com.amazonaws.savingsplans",
    "com.amazonaws.s3-global.accesspoint",
    PRIVATE,
)
ELSEWHERE = {
    "com.amazonaws.cn-north-1.ssm": "cn-north-1",
    "com.amazonaws.cn-north-1.ssmmessages": "cn-north-1",
    "com.amazonaws.cn-north-1.ec2messages": "cn-north-1",
    "com.amazonaws.cn-north-1.kms": "cn-north-1",
    "com.amazonaws.cn-north-1.logs": "cn-north-1",
    "com.amazonaws.cn-northwest-1.secretsmanager": "cn-northwest-1",
    "cn.com.amazonaws.cn-north-1.ec2": "cn-north-1",
    "cn.com.amazonaws.cn-north-1.ecr.api": "cn-north-1",
    "cn.com.amazonaws.cn-north-1.sts": "cn-north-1",
    "cn.com.amazonaws.cn-north-1.states": "cn-north-1",
    "cn.com.amazonaws.cn-north-1.s3": "cn-north-1",
    "cn.com.amazonaws.cn-north-1.transcribe.cn": "cn-north-1",
    "cn.com.amazonaws.cn-northwest-1.polly": "cn-northwest-1",
    "cn.com.amazonaws.vpce.cn-north-1.vpce-svc-0e87e8a7b3c4d5e6f": "cn-north-1",
    "com.amazonaws.us-gov-west-1.ssm": "us-gov-west-1",
    "com.amazonaws.us-gov-east-1.ecr.dkr": "us-gov-east-1",
    "com.amazonaws.us-iso-east-1.ssm": "us-iso-east-1",
    "gov.ic.c2s.us-iso-east-1.ecr.api": "us-iso-east-1",
    "gov.sgov.sc2s.us-isob-east-1.ecr.dkr": "us-isob-east-1",
    "gov.ic.hci.csp.us-isof-south-1.ebs": "us-isof-south-1",
    "uk.adc-e.cloud.eu-isoe-west-1.ecr.dkr": "eu-isoe-west-1",
    "eu.amazonaws.eusc-de-east-1.ecr.api": "eusc-de-east-1",
    "com.amazonaws.eusc-de-east-1.ssm": "eusc-de-east-1",
}


def named(number, name, expected, *mentions, parts=(), region=REGION, **others):
    """An endpoint of this name in a VPC of the Region."""
    words = f"{name} in {region}"
    one = endpoint(name, id=ONE, **{k: v for k, v in others.items() if k not in ROW})
    row_others = {k: v for k, v in others.items() if k in ROW}
    return Situation(
        number,
        row_others.get("words", words),
        network(one, *parts, region=region),
        ONE,
        expected,
        mentions,
        without=row_others.get("without", {}),
    )


ROW = {"words", "without"}


class TestVpcEndpointServiceNameValid(RuleTable):
    rule = "vpc-endpoint-service-name-valid"
    immaterial: ClassVar = {
        Fact.ENDPOINT_SERVICES: "the codes that AWS sells are known without the catalogue",
        Fact.VPCS: "the Region stands in the snapshot",
    }
    situations = (
        *(named("A3", name, C) for name in NAMES),
        *(named("12-15", name, C, region=region) for name, region in ELSEWHERE.items()),
        named("12", "com.amazonaws.cn-north-1.s3", C, region="cn-north-1", type="Gateway"),
        named(
            "13",
            "cn.com.amazonaws.cn-north-1.ssm",
            NC,
            "com.amazonaws.cn-north-1.ssm",
            region="cn-north-1",
        ),
        named(
            "14",
            "com.amazonaws.cn-north-1.ec2",
            NC,
            "cn.com.amazonaws.cn-north-1.ec2",
            region="cn-north-1",
        ),
        named("12", "com.amazonaws.cn-north-1.s3", NC, "cn.com.amazonaws", region="cn-north-1"),
        named("12", "cn.com.amazonaws.cn-north-1.s3", NC, region="cn-north-1", type="Gateway"),
        named("14", "cn.com.amazonaws.us-east-1.ec2", NC, "cn-"),
        named("14", "cn.com.amazonaws.cn-north-1.wickr", U, "cn.", region="cn-north-1"),
        named("14", "com.amazonaws.cn-north-1.wickr", C, region="cn-north-1"),
        named("A3", "aws.sagemaker.cn-north-1.studio", C, region="cn-north-1"),
        named("A3", "gov.ic.c2s.us-east-1.ecr.api", NC, "us-iso-"),
        named("A3", "com.amazonaws.ssm", NC, "lacks the Region"),
        named("A3", "com.amazonaws.us-east-1.", NC, "no service name"),
        named("A3", "com.amazon.us-east-1.ssm", NC, "no service name"),
        named("A3", "com.amazonaws.us-east-1.smm", U, "smm"),
        named(
            "A3",
            "com.amazonaws.us-east-1.smm",
            NC,
            "not offered",
            words="a misspelt code, beside the catalogue",
            parts=[WHOLE_CATALOGUE],
            without={Fact.ENDPOINT_SERVICES: U},
        ),
        named(
            "A3",
            "com.amazonaws.us-east-1.smm",
            NC,
            "not offered",
            words="a misspelt code, beside a part of the catalogue",
            parts=[offered("ssm")],
            without={Fact.ENDPOINT_SERVICES: U},
        ),
        named(
            "A3",
            "com.amazonaws.us-east-1.qldb.session",
            NC,
            "not offered",
            words="a known code that the whole catalogue of the Region lacks",
            parts=[WHOLE_CATALOGUE],
            without={Fact.ENDPOINT_SERVICES: C},
        ),
        named(
            "A3",
            "com.amazonaws.us-east-1.kms",
            C,
            words="a known code that a filtered catalogue lacks",
            parts=[offered("ssm")],
        ),
        named(
            "A3",
            "com.amazonaws.us-east-1.brand-new",
            C,
            "offered",
            words="a code that only the catalogue knows",
            parts=[offered("brand-new")],
            without={Fact.ENDPOINT_SERVICES: U},
        ),
        named(
            "A3",
            "com.example.vpce.us-east-1.payments",
            C,
            words="a service of the marketplace, named by its provider",
            parts=[offered("com.example.vpce.us-east-1.payments", owner="123456789012")],
            without={Fact.ENDPOINT_SERVICES: NC},
        ),
        named("11", "com.amazonaws.us-east-1.ssm", NC, "us-east-1", region="ap-northeast-2"),
        named(
            "11",
            "com.amazonaws.us-east-1.ssm",
            NC,
            words="ssm of another Region, said so",
            region="ap-northeast-2",
            service_region="us-east-1",
        ),
        named(
            "11",
            "com.amazonaws.us-east-1.s3",
            C,
            words="S3 of another Region, said so",
            region="ap-northeast-2",
            service_region="us-east-1",
        ),
        named("11", "com.amazonaws.us-east-1.s3", NC, "us-east-1", region="ap-northeast-2"),
        named(
            "11",
            "com.amazonaws.us-east-1.s3",
            NC,
            words="an S3 gateway of another Region",
            region="ap-northeast-2",
            service_region="us-east-1",
            type="Gateway",
        ),
        named(
            "11",
            "com.amazonaws.us-east-1.s3",
            NC,
            "eu-west-1",
            words="a name of one Region and a ServiceRegion of another",
            service_region="eu-west-1",
        ),
        named(
            "11",
            PRIVATE,
            C,
            words="a private service of another Region, said so",
            region="ap-northeast-2",
            service_region="us-east-1",
        ),
        named("11", PRIVATE, NC, region="ap-northeast-2"),
        named(
            "33",
            "com.amazonaws.us-east-1.ssm",
            C,
            words="the Region of the VPC itself",
            parts=[vpc(region=REGION)],
            region=None,
            without={Fact.VPCS: U},
        ),
        named(
            "33",
            "com.amazonaws.us-east-1.ssm",
            U,
            "us-east-1",
            words="no Region is known",
            region=None,
        ),
        named(
            "33",
            "com.amazonaws.iam",
            C,
            words="a global service where no Region is known",
            region=None,
        ),
        named(
            "38", PRIVATE, C, words="a Gateway Load Balancer service", type="GatewayLoadBalancer"
        ),
        named(
            "38",
            "com.amazonaws.us-east-1.ssm",
            NC,
            words="a Gateway Load Balancer endpoint for ssm",
            type="GatewayLoadBalancer",
        ),
        named(
            "37",
            "com.amazonaws.us-east-1.ssm",
            NC,
            "Interface",
            words="a gateway endpoint for ssm",
            type="Gateway",
        ),
        named("37", PRIVATE, NC, words="a gateway endpoint for a private service", type="Gateway"),
        named(
            "43",
            "com.amazonaws.us-east-1.s3express",
            NC,
            "gateway",
            words="an interface endpoint for S3 Express",
        ),
        Situation(
            "43",
            "a gateway endpoint for S3 Express",
            network(gateway("s3express")),
            "vpce-s3express",
            C,
        ),
        Situation("44", "a gateway endpoint for S3", network(gateway("s3")), "vpce-s3", C),
        named("44", "com.amazonaws.us-east-1.s3", C, words="an interface endpoint for S3"),
        named(
            "58", "com.amazonaws.us-east-1.dynamodb", C, words="an interface endpoint for DynamoDB"
        ),
        named(
            "44",
            "com.amazonaws.us-east-1.s3",
            C,
            words="both types of S3 are in the catalogue",
            parts=[offered("s3", types=("Gateway",)), offered("s3")],
        ),
        named(
            "39",
            "com.amazonaws.us-east-1.ssm",
            NA,
            words="a Resource endpoint has no service",
            type="Resource",
            service_name=None,
        ),
        named(
            "A3",
            "com.amazonaws.us-east-1.kms",
            C,
            words="the catalogue may not be read",
            parts=[unread(Fact.ENDPOINT_SERVICES)],
        ),
    )
