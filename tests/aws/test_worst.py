"""Verdicts of several rules on one resource, made into one."""

import itertools

import pytest
from hypothesis import given, strategies
from vpcproof.aws.worst import rule_blamed_in, worst_outcome
from vpcproof.engine import Evaluation
from vpcproof.model.resource_type import ResourceType
from vpcproof.model.verdict import Compliance, Severity
from vpcproof.rules.registry import all_rules

C, NC = Compliance.COMPLIANT, Compliance.NON_COMPLIANT
NA, U = Compliance.NOT_APPLICABLE, Compliance.UNDETERMINED
OF_ENDPOINTS = [
    name for name, rule in all_rules().items() if rule.resource_type is ResourceType.VPC_ENDPOINT
]


def evaluation(compliance, rule="rule-a", annotation="a fact", severity=Severity.MEDIUM):
    return Evaluation(
        rule=rule,
        resource_type=ResourceType.VPC_ENDPOINT,
        resource_id="vpce-1",
        vpc_id="vpc-1",
        compliance=compliance,
        severity=severity,
        annotation=annotation,
    )


def said(*evaluations):
    return worst_outcome(evaluations).annotation


@pytest.mark.parametrize(
    ("verdicts", "worst"),
    [
        ([NC, U, C, NA], NC),
        ([NC, U], NC),
        ([U, C, NA], U),
        ([U, NA], U),
        ([C, NA], C),
        ([NA], NA),
    ],
)
def test_the_worst_verdict_counts_in_whatever_order(verdicts, worst):
    for order in itertools.permutations(verdicts):
        outcome = worst_outcome([evaluation(each, f"rule-{each}") for each in order])

        assert outcome.compliance is worst
        assert outcome.key == ("AWS::EC2::VPCEndpoint", "vpce-1")
        assert outcome.vpc_id == "vpc-1"


def test_a_failure_counts_the_rules_and_names_them_the_gravest_first_with_its_fact():
    annotation = said(
        evaluation(NC, "rule-a", "x", Severity.LOW),
        evaluation(NC, "rule-b", "443 is closed", Severity.CRITICAL),
        evaluation(NC, "rule-c", "y", Severity.CRITICAL),
        evaluation(C, "rule-d"),
    )

    assert annotation == "fails 3 of 4 rules: rule-b (443 is closed), rule-c, rule-a"


def test_a_failure_names_the_rules_that_could_not_tell_too():
    annotation = said(evaluation(NC), evaluation(U, "rule-b"), evaluation(C, "rule-c"))

    assert annotation == "fails 1 of 3 rules: rule-a (a fact); undetermined: rule-b"


def test_undetermined_says_what_was_not_read():
    annotation = said(evaluation(U, annotation="not read: Subnets"), evaluation(C, "rule-b"))

    assert annotation == "undetermined by 1 of 2 rules: rule-a (not read: Subnets)"


def test_compliance_says_how_much_was_proven_and_what_did_not_apply():
    assert said(evaluation(C), evaluation(C, "rule-b")) == "passes 2 of 2 rules"
    assert said(evaluation(C), evaluation(NA, "rule-b"), evaluation(NA, "rule-c")) == (
        "passes 1 of 3 rules; not applicable: rule-b, rule-c"
    )


def test_where_no_rule_applies_for_one_reason_that_is_told():
    assert said(*(evaluation(NA, rule, "out of scope") for rule in "ab")) == "out of scope"
    assert said(evaluation(NA, "rule-a", "x"), evaluation(NA, "rule-b", "y")) == (
        "none of 2 rules applies: rule-a (x), rule-b"
    )


def test_a_long_fact_is_cut_before_the_names_are():
    annotation = said(evaluation(NC, "rule-a", "x" * 300), evaluation(NC, "rule-b"))

    assert len(annotation) == 256
    assert annotation.startswith("fails 2 of 2 rules: rule-a (xxx")
    assert annotation.endswith("x…), rule-b")


def test_names_that_are_too_many_are_counted():
    annotation = said(*(evaluation(NC, rule, "x" * 300) for rule in OF_ENDPOINTS))

    assert annotation.startswith(f"fails 8 of 8 rules: {OF_ENDPOINTS[0]} (xxx")
    assert annotation.endswith(f", {', '.join(OF_ENDPOINTS[1:5])}, and 3 more")
    assert len(annotation) <= 256


@given(
    strategies.lists(
        strategies.tuples(strategies.sampled_from(Compliance), strategies.text(max_size=400)),
        min_size=len(OF_ENDPOINTS),
        max_size=len(OF_ENDPOINTS),
    )
)
def test_whatever_fails_fits_and_blames_a_rule_that_fails(found):
    evaluations = [
        evaluation(compliance, rule, text)
        for rule, (compliance, text) in zip(OF_ENDPOINTS, found, strict=True)
    ]

    outcome = worst_outcome(evaluations)

    blamed = rule_blamed_in(outcome.annotation)
    if outcome.compliance is NC:
        assert len(outcome.annotation) <= 256
        assert blamed in {each.rule for each in evaluations if each.compliance is NC}
    elif outcome.compliance is not NA:
        assert blamed is None


@pytest.mark.parametrize(
    "annotation",
    [
        "",
        "443 not admitted",
        "passes 2 of 2 rules",
        "fails 1 of 2 rules: no-such-rule (x)",
        "x fails 1 of 2 rules: vpc-endpoint-available (x)",
    ],
)
def test_an_annotation_that_blames_no_rule_of_ours_names_none(annotation):
    assert rule_blamed_in(annotation) is None
