import json
from typing import ClassVar

import pytest
from vpcproof.model.facts import Fact

from tests.networks import (
    endpoint,
    gateway,
    instance,
    judge,
    network,
    nobody,
    offered,
    subnet,
    vpc,
)
from tests.rules.situations import NA, NC, C, RuleTable, Situation, U

RULE = "vpc-endpoint-policy-permits-required-access"
S3 = "vpce-s3"
AGENT = "arn:aws:s3:::amazon-ssm-us-east-1/*"
BUCKETS = [
    f"arn:aws:s3:::{each}-us-east-1/*"
    for each in ("amazon-ssm", "aws-ssm", "patch-baseline-snapshot")
]
LAYERS = "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*"
OURS = {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}

pulls = endpoint("ecr.dkr")
task = instance(
    "subnet-a",
    "10.0.1.10",
    instance_id=None,
    description="arn:aws:ecs:us-east-1:111122223333:attachment/0a1b2c3d",
)


def allow(*resources, **others):
    return {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": [*resources],
            **others}  # fmt: skip


def deny(*resources, **others):
    return allow(*resources, **others) | {"Effect": "Deny"}


EVERYTHING = allow("*", Action="*", Resource="*")


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": [*statements]})


def s3_under(*statements, **others):
    return gateway(policy_document=policy(*statements), **others)


def row(number, words, parts, expected, *mentions, resource=S3, without=None, **parameters):
    judged = network(*parts, region=parameters.pop("region", "us-east-1"))
    return Situation(number, words, judged, resource, expected, mentions, parameters, without or {})


BUCKETS_ASKED = {"requireSsmBuckets": "true"}


class TestVpcEndpointPolicyPermitsRequiredAccess(RuleTable):
    rule = RULE
    immaterial: ClassVar = {
        Fact.ENDPOINT_SERVICES: "the document is there, so the service supports one",
        Fact.VPCS: "its Region stands in the snapshot",
        Fact.NETWORK_INTERFACES: "what the VPC needs is said by parameter",
        Fact.MANAGED_NODES: "ec2messages keeps no object in S3",
    }
    situations = (
        row("121", "the default policy", [s3_under(EVERYTHING)], C, "allows everything"),
        row("120", "the agent's buckets allowed", [s3_under(allow(*BUCKETS))], C, "every bucket",
            **BUCKETS_ASKED),
        row("120", "one of the agent's buckets left out", [s3_under(allow(*BUCKETS[1:]))], NC,
            "s3:GetObject on amazon-ssm-us-east-1 is not allowed", **BUCKETS_ASKED),
        row("120", "the same, nobody asks for them", [s3_under(allow(*BUCKETS[1:]))], C),
        row("120", "one of the agent's buckets denied",
            [s3_under(EVERYTHING, deny(AGENT))], NC, "amazon-ssm-us-east-1", **BUCKETS_ASKED),
        row("120", "a deny of something else beside everything",
            [s3_under(EVERYTHING, deny("arn:aws:s3:::ours/*", Action="s3:PutObject"))], C,
            **BUCKETS_ASKED),
        row("120", "the agent's buckets under a condition", [s3_under(allow(*BUCKETS,
            Condition=OURS))], U, "conditions decide on amazon-ssm-us-east-1", **BUCKETS_ASKED),
        row("120", "another action on them", [s3_under(allow(*BUCKETS, Action="s3:PutObject"))],
            NC, **BUCKETS_ASKED),
        row("120", "a pattern of buckets", [s3_under(allow("arn:aws:s3:::*-us-east-1/*"))], C,
            **BUCKETS_ASKED),
        row("120", "the layers' bucket left out, images pulled",
            [s3_under(allow(*BUCKETS)), pulls], NC,
            "prod-us-east-1-starport-layer-bucket is not allowed"),
        row("120", "the layers' bucket allowed, images pulled", [s3_under(allow(LAYERS)), pulls],
            C),
        row("120", "the layers' bucket under a condition: presigned requests do not meet it",
            [s3_under(allow(LAYERS, Condition=OURS)), pulls], NC, "presigned"),
        row("120", "the layers' bucket left out, ECR asked for", [s3_under(allow(*BUCKETS))], NC,
            "starport", services="ecr"),
        row("120", "the layers' bucket left out, its endpoint failed",
            [s3_under(allow(*BUCKETS)), endpoint("ecr.dkr", state="failed")], C),
        row("120", "the layers' bucket left out, tasks pull images",
            [s3_under(allow(*BUCKETS)), subnet("subnet-a", "10.0.1.0/24"), task], NC, "starport",
            services="auto", without={Fact.NETWORK_INTERFACES: U}),
        row("120", "nobody pulls images", [s3_under(allow(*BUCKETS)), nobody], C, services="auto",
            without={Fact.NETWORK_INTERFACES: U}),
        row("120", "nobody pulls images, and the bucket is allowed", [s3_under(allow(LAYERS)),
            nobody], C, services="auto"),
        row("120", "an interface endpoint for S3", [endpoint("s3", policy_document=policy(
            allow(*BUCKETS[1:])))], NC, **BUCKETS_ASKED),
        row("120", "China", [gateway(region="cn-north-1", policy_document=policy(allow(
            *(f"arn:aws-cn:s3:::{each}-cn-north-1/*" for each in
              ("amazon-ssm", "aws-ssm", "patch-baseline-snapshot")))))], C, region="cn-north-1",
            **BUCKETS_ASKED),
        row("120", "GovCloud", [gateway(region="us-gov-west-1", policy_document=policy(allow(
            "arn:aws:s3:::*")))], NC, region="us-gov-west-1", **BUCKETS_ASKED),
        row("120", "the Region is not known", [s3_under(allow(*BUCKETS))], U, "Region", region=None,
            **BUCKETS_ASKED),
        row("120", "no statement allows anything", [s3_under(deny(AGENT))], NC,
            "everything is denied"),
        row("120", "no statement at all", [s3_under()], NC),
        row("120", "another service allows something", [endpoint("ssm", policy_document=policy(
            allow("*", Action="ssm:*")))], C, "no object is required", resource="vpce-ssm"),
        row("120", "another service allows nothing", [endpoint("ssm", policy_document=policy(
            deny("*", Action="ssm:*")))], NC, resource="vpce-ssm"),
        row("120", "no document of a gateway endpoint", [gateway()], U, "no policy document"),
        row("120", "no document of an interface endpoint", [endpoint("ssm")], U,
            resource="vpce-ssm"),
        row("120", "a document that cannot be read", [gateway(policy_document="{...}")], U),
        row("120", "a service without policies", [endpoint("ec2"), offered("ec2",
            policy_supported=False)], NA, "supports no endpoint policy", resource="vpce-ec2"),
        row("120", "the endpoint is gone", [s3_under(deny(AGENT), state="deleted")], NA),
        row("38", "a Gateway Load Balancer endpoint has no policy", [endpoint("fw", id="vpce-fw",
            type="GatewayLoadBalancer")], NA, resource="vpce-fw"),
        row("41", "a private service", [endpoint("com.amazonaws.vpce.us-east-1.vpce-svc-0a",
            id="vpce-p", policy_document=policy(allow("*")))], C, resource="vpce-p"),
        row("28", "the VPC belongs to another account", [vpc(owner_id="444455556666"),
            s3_under(deny(AGENT))], NA, without={Fact.VPCS: NC}),
    )  # fmt: skip


@pytest.mark.parametrize("first", [0, 1])
def test_a_deny_counts_wherever_it_stands(first):
    statements = [EVERYTHING, deny(*BUCKETS)]
    ordered = s3_under(statements[first], statements[1 - first])
    assert judge(RULE, S3, network(ordered), **BUCKETS_ASKED).compliance is NC
