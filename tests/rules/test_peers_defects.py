"""Mistakes that other checkers make, each on input of our own: ours must not make them.

Every test is named after whose mistake it guards against.
"""

import json

import pytest
from vpcproof.engine import evaluate
from vpcproof.model.facts import Fact
from vpcproof.model.parameters import parse_parameters
from vpcproof.model.verdict import Compliance
from vpcproof.rules.registry import find_rule

from tests.networks import (
    VPC,
    allow,
    allow_all,
    endpoint,
    gateway,
    group,
    instance,
    judge,
    main_table,
    network,
    route,
    ssm_trio,
    standing,
    subnet,
    table,
    to_gateway,
    unread,
    vpc,
)

COMPLIANT = Compliance.COMPLIANT
NON_COMPLIANT = Compliance.NON_COMPLIANT
NOT_APPLICABLE = Compliance.NOT_APPLICABLE

ALLOW_ALL = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
ALLOW_OWN = {
    "Effect": "Allow",
    "Principal": {"AWS": "111122223333"},
    "Action": "*",
    "Resource": "*",
}
DENY_ALL = {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}
DENY_A_BUCKET = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": "arn:aws:s3:::payroll-111122223333/*",
}


def verdict(rule, resource_id, snapshot, **parameters):
    return judge(rule, resource_id, snapshot, **parameters).compliance


def with_policy(*statements, **others):
    policy = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    return endpoint("ssm", policy_document=policy, **others)


def restricted(snapshot, endpoint_id="vpce-ssm"):
    rule = "vpc-endpoint-policy-restricted"
    return verdict(rule, endpoint_id, snapshot, requireRestrictedPolicies="true")


# Names


def test_prowler_takes_ec2messages_for_the_ec2_endpoint():
    """A part of a name is not the name: `"ec2" in service_name` also holds for ec2messages."""
    snapshot = network(endpoint("ec2messages"))
    assert verdict("vpc-required-endpoints-present", VPC, snapshot, services="ec2") is NON_COMPLIANT


@pytest.mark.parametrize("look_alike", ["ssm-contacts", "ssm-incidents", "ssm-sap"])
def test_prowler_would_take_a_longer_name_for_ssm(look_alike):
    snapshot = network(endpoint(look_alike), endpoint("ssmmessages"), endpoint("ec2messages"))
    assert verdict("vpc-ssm-endpoints-complete", VPC, snapshot) is NON_COMPLIANT


# Protocols and ports


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        pytest.param(allow_all("10.0.0.0/16"), COMPLIANT, id="all traffic includes 443"),
        pytest.param(allow(443, "10.0.0.0/16", "udp"), NON_COMPLIANT, id="UDP 443 is not TCP 443"),
    ],
)
def test_custodian_misses_all_traffic_and_matches_udp(rule, expected):
    snapshot = network(endpoint("ssm", groups=["sg-e"]), group("sg-e", rule))
    assert verdict("vpc-endpoint-admits-workloads", "vpce-ssm", snapshot) is expected


def test_guard_registry_compares_ports_for_equality():
    """0 to 65535 from anywhere holds every port: it is found, and it admits."""
    everything = group("sg-e", allow((0, 65535), "0.0.0.0/0"))
    snapshot = network(endpoint("ssm", groups=["sg-e"]), everything)
    restricting = "security-group-endpoint-ingress-restricted"
    assert verdict(restricting, "sg-e", snapshot) is NON_COMPLIANT
    assert verdict("vpc-endpoint-admits-workloads", "vpce-ssm", snapshot) is COMPLIANT


@pytest.mark.parametrize("world_first", [True, False])
def test_checkov_passes_at_the_first_rule_that_is_harmless(world_first):
    """A reference to itself before a rule for the world does not excuse the second."""
    rules = [allow(443, "0.0.0.0/0"), allow(443, "sg-e")]
    told = group("sg-e", *(rules if world_first else rules[::-1]))
    snapshot = network(endpoint("ssm", groups=["sg-e"]), told)
    assert verdict("security-group-endpoint-ingress-restricted", "sg-e", snapshot) is NON_COMPLIANT


# Policies


def test_config_rules_lets_the_last_endpoint_decide_for_the_vpc():
    """One narrow and one open endpoint: each gets a verdict of its own, in whatever order."""
    narrow = with_policy(ALLOW_OWN, id="vpce-narrow")
    wide = with_policy(ALLOW_ALL, id="vpce-wide")
    for endpoints in ((narrow, wide), (wide, narrow)):
        snapshot = network(*endpoints)
        assert restricted(snapshot, "vpce-narrow") is COMPLIANT
        assert restricted(snapshot, "vpce-wide") is NON_COMPLIANT


@pytest.mark.parametrize("statements", [(DENY_A_BUCKET, ALLOW_ALL), (ALLOW_ALL, DENY_A_BUCKET)])
def test_config_rules_stops_reading_at_a_deny(statements):
    assert restricted(network(with_policy(*statements))) is NON_COMPLIANT


def test_config_rules_calls_a_vpc_without_endpoints_wrong():
    rule = find_rule("vpc-endpoint-policy-restricted")
    assert not evaluate(network(), [rule], parse_parameters({})).evaluations


def test_prowler_calls_a_deny_of_everyone_trust():
    """Deny everyone, allow one's own: nobody from outside is trusted."""
    assert restricted(network(with_policy(DENY_ALL, ALLOW_OWN))) is COMPLIANT


def test_prowler_changes_its_configuration_while_it_runs():
    snapshot = network(with_policy(ALLOW_OWN), *ssm_trio()[1:])
    parameters = parse_parameters({"requireRestrictedPolicies": "true"})
    rule = find_rule("vpc-endpoint-policy-restricted")
    asked = snapshot.vpc_endpoints["vpce-ssm"]
    verdicts = [rule.judge(asked, snapshot, parameters) for _ in range(3)]
    assert verdicts[0] == verdicts[1] == verdicts[2]
    assert parameters == parse_parameters({"requireRestrictedPolicies": "true"})


# States


@pytest.mark.parametrize("state", ["failed", "rejected", "expired", "pendingacceptance"])
def test_the_security_reference_architecture_counts_failed_endpoints(state):
    snapshot = network(ssm_trio(state=state))
    assert verdict("vpc-ssm-endpoints-complete", VPC, snapshot) is NON_COMPLIANT
    assert verdict("vpc-required-endpoints-present", VPC, snapshot) is NON_COMPLIANT
    for each in snapshot.vpc_endpoints:
        assert verdict("vpc-endpoint-available", each, snapshot) is NON_COMPLIANT


# Names that lead nowhere

SSM = ("ssm", "ssmmessages")
MWAA = "airflow.api airflow.env airflow.ops sqs ecr.api ecr.dkr kms logs monitoring".split()


def mwaa(**others):
    endpoints = [endpoint(code, **others) for code in MWAA]
    return network(main_table(to_gateway("s3")), endpoints, gateway())


def test_the_mwaa_verifier_complains_of_a_network_that_is_right():
    snapshot = mwaa()
    services = ",".join((*MWAA, "s3"))
    assert verdict("vpc-required-endpoints-present", VPC, snapshot, services=services) is COMPLIANT
    for code in MWAA:
        rule = "vpc-endpoint-private-dns-effective"
        assert verdict(rule, f"vpce-{code}", snapshot) is COMPLIANT


def test_the_mwaa_verifier_overlooks_private_dns_that_is_off():
    snapshot = mwaa(private_dns=False)
    for code in MWAA:
        rule = "vpc-endpoint-private-dns-effective"
        assert verdict(rule, f"vpce-{code}", snapshot) is NON_COMPLIANT


# Paths


def test_batfish_reaches_an_endpoint_whose_group_denies_it():
    closed = group("sg-closed", allow(443, "192.168.0.0/16"))
    snapshot = network(
        closed,
        subnet("subnet-a", "10.0.1.0/24"),
        instance("subnet-a", "10.0.1.10"),
        *(standing(each, ("subnet-a", "10.0.1.5"), groups=["sg-closed"]) for each in SSM),
    )
    assert verdict("subnet-reaches-ssm", "subnet-a", snapshot) is NON_COMPLIANT


def test_prowler_takes_the_main_table_of_another_vpc():
    """A subnet without a table of its own uses the main table of its VPC, and of no other."""
    snapshot = network(
        vpc(),
        vpc(id="vpc-other"),
        subnet("subnet-a", "10.0.1.0/24"),
        table("rtb-other", route("0.0.0.0/0", "igw-1"), vpc="vpc-other", is_main=True),
        main_table(),
        instance("subnet-a", "10.0.1.10", has_public_address=True),
    )
    assert verdict("vpc-ssm-endpoints-complete", VPC, snapshot) is NON_COMPLIANT
    assert verdict("subnet-reaches-ssm", "subnet-a", snapshot) is not NOT_APPLICABLE


def test_prowler_knows_no_implicit_main_table():
    """A subnet in no association is not outside every table: its main table leads out."""
    snapshot = network(
        subnet("subnet-a", "10.0.1.0/24"),
        main_table(route("0.0.0.0/0", "igw-1")),
        instance("subnet-a", "10.0.1.10", has_public_address=True),
    )
    assert verdict("subnet-reaches-ssm", "subnet-a", snapshot) is NOT_APPLICABLE


def test_powerpipe_sees_no_internet_gateway_behind_an_ipv6_route():
    """`::/0` to an internet gateway makes a subnet public, where only its table is known."""
    rule = "vpc-ssm-endpoints-complete"
    for target, expected in (("igw-1", NOT_APPLICABLE), ("eigw-1", NON_COMPLIANT)):
        snapshot = network(
            vpc("10.0.0.0/16", "2001:db8::/56"),
            subnet("subnet-a", "10.0.1.0/24", "2001:db8::/64"),
            main_table(route("::/0", target)),
            unread(Fact.NETWORK_INTERFACES),
        )
        assert verdict(rule, VPC, snapshot) is expected


def test_cloudsploit_passes_an_endpoint_for_one_public_subnet():
    """An open policy is open in whatever subnets the endpoint stands."""
    snapshot = network(
        subnet("subnet-private", "10.0.1.0/24"),
        subnet("subnet-public", "10.0.2.0/24"),
        table("rtb-public", route("0.0.0.0/0", "igw-1"), subnets=["subnet-public"]),
        main_table(),
        with_policy(ALLOW_ALL, subnet_ids=("subnet-private", "subnet-public")),
    )
    assert restricted(snapshot) is NON_COMPLIANT
