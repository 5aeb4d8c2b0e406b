"""Controls of frameworks: what is related to them, and nothing that was not said."""

import re

import pytest
from vpcproof.model.verdict import Compliance
from vpcproof.render.frameworks import (
    CIS,
    FSBP,
    NIST,
    PCI_DSS,
    Requirement,
    controls_about,
    controls_of,
    requirements_of,
)
from vpcproof.rules.registry import all_rules

from tests.render.samples import endpoint_missing, evaluation

MAPPED = {
    "security-group-endpoint-ingress-restricted": ["EC2.13", "EC2.14", "EC2.18", "EC2.19"],
    "vpc-required-endpoints-present": [
        "EC2.10",
        "EC2.55",
        "EC2.56",
        "EC2.57",
        "EC2.58",
        "EC2.60",
    ],
    "vpc-ssm-endpoints-complete": ["EC2.57"],
}
FORM = {
    FSBP: r"EC2\.\d+",
    NIST: r"(AC|CA|CM|SC)-\d+(\(\d+\))?",
    PCI_DSS: r"\d\.\d\.\d",
    CIS: r"\d\.\d",
}


def ids(controls):
    return [each.id for each in controls]


@pytest.mark.parametrize("rule", all_rules())
def test_a_rule_is_about_these_controls(rule):
    assert ids(controls_about(rule)) == MAPPED.get(rule, [])


def test_every_rule_that_is_mapped_exists():
    assert MAPPED.keys() <= all_rules().keys()


def test_requirements_have_the_form_of_their_standard():
    for rule in MAPPED:
        for each in requirements_of(controls_about(rule)):
            assert re.fullmatch(FORM[each.standard], each.id), each


def test_a_missing_endpoint_is_about_the_control_of_its_service_alone():
    assert ids(controls_of(endpoint_missing("ecr.dkr", "logs"))) == ["EC2.56"]
    assert ids(controls_of(endpoint_missing("logs"))) == []


def test_an_endpoint_that_another_way_makes_up_for_is_about_no_control():
    served = endpoint_missing("ssm", compliance=Compliance.COMPLIANT)
    assert controls_of(served) == ()


@pytest.mark.parametrize("compliance", Compliance)
def test_open_security_groups_are_about_their_controls_whatever_the_verdict(compliance):
    shown = evaluation(compliance, rule="security-group-endpoint-ingress-restricted")
    assert ids(controls_of(shown)) == ["EC2.13", "EC2.14", "EC2.18", "EC2.19"]


def test_a_requirement_is_named_once_and_as_security_hub_names_it():
    related = requirements_of(controls_about("security-group-endpoint-ingress-restricted"))
    assert len(set(related)) == len(related)
    assert str(Requirement(NIST, "SC-7(4)")) == "NIST.800-53.r5 SC-7(4)"
    assert str(Requirement(CIS, "4.1")) == "CIS AWS Foundations Benchmark v1.2.0/4.1"


def test_a_control_leads_to_its_description():
    (control,) = controls_about("vpc-ssm-endpoints-complete")
    assert control.url.endswith("/ec2-controls.html#ec2-57")
