import json
from typing import ClassVar

import pytest
from vpcproof.model.facts import Fact

from tests.networks import endpoint, gateway, judge, network, offered, vpc
from tests.rules.situations import NA, NC, C, RuleTable, Situation, U

RULE = "vpc-endpoint-policy-restricted"
SSM = "vpce-ssm"

EVERYTHING = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
OURS = EVERYTHING | {"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}
NOT_OURS = EVERYTHING | {
    "Effect": "Deny",
    "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}},
}
NO_DELETE = EVERYTHING | {"Effect": "Deny", "Action": "s3:DeleteBucket"}


def policy(*statements):
    return json.dumps({"Version": "2008-10-17", "Statement": [*statements]})


def under(document, **others):
    return endpoint("ssm", policy_document=document, **others)


def row(number, words, parts, expected, *mentions, resource=SSM, strict="true"):
    parameters = {"requireRestrictedPolicies": strict}
    return Situation(number, words, network(parts), resource, expected, mentions, parameters)


class TestVpcEndpointPolicyRestricted(RuleTable):
    rule = RULE
    immaterial: ClassVar = {
        Fact.ENDPOINT_SERVICES: "the document is there, so the service supports one",
    }
    situations = (
        row("121", "the default policy, not asked to be narrower", under(policy(EVERYTHING)), C,
            "requireRestrictedPolicies=false", strict="false"),
        row("121", "the default policy", under(policy(EVERYTHING)), NC,
            "allows everything to everyone"),
        row("121", "everything in other words", under(policy(EVERYTHING | {
            "Principal": {"AWS": ["*"]}, "Action": ["*"], "Resource": ["*"]})), NC),
        row("121", "the default policy of a gateway endpoint",
            gateway(policy_document=policy(EVERYTHING)), NC, resource="vpce-s3"),
        row("121", "our organisation only", under(policy(OURS)), C, "less than everything"),
        row("121", "everything, and a deny of all others", under(policy(EVERYTHING, NOT_OURS)), C),
        row("121", "one action", under(policy(EVERYTHING | {"Action": "ssm:GetParameter"})), C),
        row("121", "no document", under(None), U, "no policy document"),
        row("121", "no document, not asked to be narrower", under(None), C, strict="false"),
        row("121", "a document that cannot be read", under("{...}"), U, "cannot be read"),
        row("121", "a service without policies",
            [under(None), *offered("ssm", policy_supported=False)], NA,
            "supports no endpoint policy"),
        row("121", "a service with policies", [under(policy(EVERYTHING)),
            *offered("ssm", policy_supported=True)], NC),
        row("35", "the endpoint is gone", under(policy(EVERYTHING), state="deleted"), NA),
        row("38", "a Gateway Load Balancer endpoint has no policy",
            under(None, type="GatewayLoadBalancer"), NA, "have no policy"),
        row("39", "a Resource endpoint has no policy",
            under(None, type="Resource", service_name=None), NA),
        row("28", "the VPC belongs to another account", [under(policy(EVERYTHING)),
            vpc(owner_id="444455556666")], NA),
    )  # fmt: skip


STRICT = {"requireRestrictedPolicies": "true"}


def test_a_tight_endpoint_hides_no_open_one():
    """aws-config-rules lets one closed endpoint make the whole VPC compliant."""
    both = network(under(policy(OURS)), endpoint("kms", policy_document=policy(EVERYTHING)))
    assert judge(RULE, SSM, both, **STRICT).compliance is C
    assert judge(RULE, "vpce-kms", both, **STRICT).compliance is NC


@pytest.mark.parametrize("statements", [(NO_DELETE, EVERYTHING), (EVERYTHING, NO_DELETE)])
def test_a_deny_before_an_allow_of_everything_hides_it_not(statements):
    """aws-config-rules stops at a leading deny."""
    assert judge(RULE, SSM, network(under(policy(*statements))), **STRICT).compliance is NC


def test_a_single_statement_may_stand_without_a_list():
    single = json.dumps({"Statement": EVERYTHING})
    assert judge(RULE, SSM, network(under(single)), **STRICT).compliance is NC


def test_a_deny_of_strangers_beside_an_allow_of_ones_own_is_closed():
    """Prowler never reads Effect, and fails it."""
    closed = policy(NOT_OURS, EVERYTHING | {"Principal": {"AWS": "111122223333"}})
    assert judge(RULE, SSM, network(under(closed)), **STRICT).compliance is C


def test_asking_twice_is_answered_alike():
    """Prowler's list of trusted accounts grows with each run."""
    one = network(under(policy(EVERYTHING)))
    assert judge(RULE, SSM, one, **STRICT) == judge(RULE, SSM, one, **STRICT)
