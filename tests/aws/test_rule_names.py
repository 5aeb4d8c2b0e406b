"""Rules known within the names that deployments give to Config rules."""

import pytest
from vpcproof.aws import rule_names
from vpcproof.aws.rule_names import rule_named_in
from vpcproof.rules.registry import all_rules


@pytest.mark.parametrize("name", all_rules())
def test_row_169_every_rule_is_known_within_a_longer_name(name):
    assert rule_named_in(f"OrgConfigRule-{name}-x1y2z3") == name


@pytest.mark.parametrize("name", all_rules())
@pytest.mark.parametrize(
    "deployed",
    ["vpcproof-{}", "OrgConfigRule-vpcproof-{}-x1y2z3", "vpcproof-{}-conformance-pack-x1y2z3"],
)
def test_row_169_names_given_by_organisations_and_packs_begin_as_alerts_want_them(name, deployed):
    given = deployed.format(name)

    assert rule_named_in(given) == name
    assert given.startswith(("vpcproof-", "OrgConfigRule-vpcproof-"))


def test_of_several_names_the_longest_counts(monkeypatch):
    names = dict.fromkeys(["vpc-endpoint", "vpc-endpoint-available", "endpoint"])
    monkeypatch.setattr(rule_names, "all_rules", lambda: names)

    assert rule_named_in("vpcproof-vpc-endpoint-available") == "vpc-endpoint-available"


def test_a_name_that_contains_none_stands_for_none():
    assert rule_named_in("securityhub-ec2-security-group-1a2b3c") is None
