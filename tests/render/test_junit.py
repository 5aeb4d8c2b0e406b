"""JUnit XML, read back by a reader of it."""

import pytest
from hypothesis import given
from junitparser import Error, Failure, JUnitXml, Skipped
from vpcproof.model.verdict import Compliance
from vpcproof.render.junit import render_junit
from vpcproof.render.page import printable

from tests.render.hostile import HOSTILE, hostile_findings
from tests.render.samples import CLEAN, PROD, TEST, compared, evaluation, everything, findings


def suites_of(shown):
    return JUnitXml.fromstring(render_junit(shown).encode())


def outcomes(shown):
    """What each case came to, by the class of its result; no result is success."""
    return [[type(each) for each in case.result] for suite in suites_of(shown) for case in suite]


def test_there_is_a_suite_per_vpc_and_one_for_rules_that_judged_nothing():
    suites = suites_of(everything())
    assert [suite.name for suite in suites] == [
        f"{PROD} (production)",
        TEST,
        CLEAN,
        "not judged",
    ]


@pytest.mark.parametrize(
    ("compliance", "outcome"),
    [
        (Compliance.NON_COMPLIANT, [Failure]),
        (Compliance.UNDETERMINED, [Error]),
        (Compliance.NOT_APPLICABLE, [Skipped]),
        (Compliance.COMPLIANT, []),
    ],
)
def test_every_verdict_has_its_outcome(compliance, outcome):
    assert outcomes(findings(evaluation(compliance))) == [outcome]


def test_the_counts_are_those_of_the_cases():
    suites = suites_of(everything())
    assert (suites.tests, suites.failures, suites.errors, suites.skipped) == (15, 3, 8, 2)
    for suite in suites:
        counted = (suite.tests, suite.failures, suite.errors, suite.skipped)
        suite.update_statistics()
        assert (suite.tests, suite.failures, suite.errors, suite.skipped) == counted


def test_a_failure_says_what_and_how_to_fix_it():
    (case,) = (
        each
        for each in next(iter(suites_of(everything())))
        if each.name.endswith("(ssm)") and each.result
    )
    (failure,) = case.result
    assert case.classname == "vpc-endpoint-admits-workloads"
    assert failure.message.startswith("443 not admitted from subnet-")
    assert failure.type == "critical"
    assert "left out: eni-0123456789abcdef0" in failure.text
    assert "Fix: Allow the service's port" in failure.text


def test_a_finding_that_the_baseline_knows_does_not_fail_the_build():
    suites = suites_of(compared())
    assert (suites.failures, suites.skipped) == (1, 4)
    skipped = [case.result[0].message for suite in suites for case in suite if case.is_skipped]
    assert sum(each.startswith("unchanged since the baseline: ") for each in skipped) == 2


def test_nothing_is_a_document_too():
    assert suites_of(findings()).tests == 0


@given(HOSTILE)
def test_no_text_adds_or_breaks_an_element(text):
    (suite,) = suites_of(hostile_findings(text))
    (case,) = suite
    (failure,) = case.result
    assert isinstance(failure, Failure)
    shown = printable(text)
    assert failure.message == shown
    assert case.name == f"{shown} ({shown})"
    assert f"- {shown}: {shown}" in failure.text.split("\n")
