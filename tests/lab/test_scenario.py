"""What the run takes for a difference, and what not."""

import pytest

from lab.alerts import Alert
from lab.broken_vpc import VERDICTS, Network
from lab.scenario import Outcome, Verdict, differences

TURNED = ("route-table-has-no-blackhole", "main-routes")
STEADY = ("vpc-endpoint-available", "ssm-endpoint")


def alert(key: tuple[str, str], kind: str) -> Alert:
    rule, resource = key
    return Alert(
        kind=kind,
        rule=rule,
        severity="medium",
        resource_type="AWS::EC2::RouteTable",
        resource_id=f"id-of-{resource}",
        why="",
        fix=None,
        commands=(),
        subject="",
        attributes={},
    )


def sentence(*parts: str) -> list[str]:
    return ["".join(parts)]


@pytest.fixture
def outcome() -> Outcome:
    """A trial in which all was as expected."""
    expected = {
        (rule, resource): expectation
        for resource, rules in VERDICTS.items()
        for rule, expectation in rules.items()
    }
    turned = [key for key, (before, _) in expected.items() if before == "NON_COMPLIANT"]
    return Outcome(
        network=Network(None, {resource: f"id-of-{resource}" for resource in VERDICTS}),
        before={key: Verdict(before) for key, (before, _) in expected.items() if before},
        after={key: Verdict(after) for key, (_, after) in expected.items() if after},
        alerts=[alert(key, kind) for kind in ("broken", "recovered") for key in turned],
        failures=[],
    )


def test_a_trial_in_which_all_was_as_expected_has_no_differences(outcome: Outcome) -> None:
    assert list(differences(outcome)) == []


def test_another_verdict_than_expected_is_one_and_says_why(outcome: Outcome) -> None:
    outcome.after[STEADY] = Verdict("NON_COMPLIANT", "state failed")
    assert list(differences(outcome)) == sentence(
        "after the repairs vpc-endpoint-available on ssm-endpoint had to be COMPLIANT, ",
        "and is NON_COMPLIANT (state failed)",
    )


def test_a_verdict_that_did_not_come_is_one(outcome: Outcome) -> None:
    del outcome.before[STEADY]
    assert list(differences(outcome)) == sentence(
        "before the repairs vpc-endpoint-available on ssm-endpoint had to be COMPLIANT, ",
        "and is no verdict",
    )


def test_a_verdict_that_nobody_expected_is_one(outcome: Outcome) -> None:
    outcome.before["vpc-endpoint-available", "main-routes"] = Verdict("COMPLIANT")
    assert list(differences(outcome)) == sentence(
        "before the repairs vpc-endpoint-available on main-routes had to be no verdict, ",
        "and is COMPLIANT",
    )


def test_of_other_resources_only_a_finding_is_one(outcome: Outcome) -> None:
    outcome.after["route-table-has-no-blackhole", "rtb-1"] = Verdict("COMPLIANT")
    assert list(differences(outcome)) == []
    outcome.after["route-table-has-no-blackhole", "rtb-1"] = Verdict("NON_COMPLIANT")
    assert list(differences(outcome)) == sentence(
        "after the repairs route-table-has-no-blackhole on rtb-1 had to be no verdict, ",
        "and is NON_COMPLIANT",
    )


def test_a_failure_that_no_alert_told_is_one(outcome: Outcome) -> None:
    outcome.alerts.remove(alert(TURNED, "broken"))
    assert list(differences(outcome)) == [
        "no alert told that route-table-has-no-blackhole on main-routes was broken"
    ]


def test_a_recovery_that_no_alert_told_is_one(outcome: Outcome) -> None:
    outcome.alerts.remove(alert(TURNED, "recovered"))
    assert list(differences(outcome)) == [
        "no alert told that route-table-has-no-blackhole on main-routes was no longer broken"
    ]


def test_a_failure_for_a_while_is_none_once_its_end_was_told(outcome: Outcome) -> None:
    outcome.alerts.append(alert(STEADY, "broken"))
    assert list(differences(outcome)) == [
        "no alert told that vpc-endpoint-available on ssm-endpoint was no longer broken"
    ]
    outcome.alerts.append(alert(STEADY, "closed"))
    assert list(differences(outcome)) == []


def test_a_function_that_failed_is_one(outcome: Outcome) -> None:
    outcome.failures.append("evaluate: EvaluationError: not read")
    assert list(differences(outcome)) == ["a function failed: evaluate: EvaluationError: not read"]


def test_every_resource_and_fault_has_a_verdict_that_depends_on_it() -> None:
    turned = {
        rule
        for rules in VERDICTS.values()
        for rule, expectation in rules.items()
        if expectation == ("NON_COMPLIANT", "COMPLIANT")
    }
    assert len(turned) == 11
