"""Whatever fails, nothing is told better than it is, and no event is lost."""

import re
from itertools import permutations
from pathlib import Path

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from vpcproof.aws import alerting

from tests.aws import faults
from tests.aws.conftest import Told
from tests.aws.events import batch, event, item_with
from tests.facts.fake_aws import FakeAws, refusal

EVENTS = list(faults.EVENTS)
TRIALS = [(name, fault) for name in EVENTS for fault in faults.FAULTS]


@pytest.mark.parametrize("name", EVENTS)
def test_without_a_fault_something_complies_that_a_fault_could_hide(name):
    told, operations = faults.without_fault(name)

    assert "COMPLIANT" in told.values()
    assert "NON_COMPLIANT" not in told.values()
    assert "PutEvaluations" in operations


@pytest.mark.parametrize(("name", "fault"), TRIALS)
def test_each_call_in_turn_fails(name, fault):
    expected, operations = faults.without_fault(name)

    results = {each: faults.attempt(name, fault, each) for each in operations}

    for operation, result in results.items():
        assert not result.is_better_than(expected), operation
        assert not result.loses(expected), operation
    paged = {operation for operation, result in results.items() if result.met}
    assert "DescribeVpcs" in paged
    assert len(paged) == len(operations) or "page" in fault


@pytest.mark.parametrize("name", EVENTS)
@pytest.mark.parametrize("fault", [each for each in faults.FAULTS if "page" not in each])
def test_a_fault_of_the_call_that_stores_verdicts_always_raises(name, fault):
    assert faults.attempt(name, fault, "PutEvaluations").raised


@pytest.mark.parametrize("operation", ["DescribeVpcEndpoints", "DescribeVpcs", "PutEvaluations"])
@pytest.mark.parametrize("name", EVENTS)
def test_credentials_that_expire_in_between_lose_nothing(name, operation):
    function = faults.Function(faults.network())
    function.aws.answers[operation] = refusal("ExpiredToken")

    with_fault, raised = function.verdicts_on(faults.EVENTS[name])

    assert raised
    assert with_fault == {}


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_that_comes_twice_tells_the_same_twice(name):
    function = faults.Function(faults.network())

    first, _ = function.verdicts_on(faults.EVENTS[name])
    puts = function.aws.of("PutEvaluations")
    second, _ = function.verdicts_on(faults.EVENTS[name])

    assert first == second
    assert puts == function.aws.of("PutEvaluations")


CAPTURED = [f"2026-11-23T02:10:1{second}.215Z" for second in range(3)]


@pytest.mark.parametrize("order", list(permutations(CAPTURED)))
def test_changes_that_come_out_of_order_are_judged_by_the_facts_of_now(order):
    """Each keeps the time of its own item, so that AWS Config knows which is the latest."""
    function = faults.Function(faults.network())
    change = faults.EVENTS["change of an endpoint"]
    expected, _ = faults.without_fault("change of an endpoint")

    for captured in order:
        given = item_with(change, configurationItemCaptureTime=captured)

        assert function.verdicts_on(given) == (expected, False)

        ((evaluation,),) = [put["Evaluations"] for put in function.aws.of("PutEvaluations")]
        assert evaluation["OrderingTimestamp"].isoformat() == captured.replace(
            "215Z", "215000+00:00"
        )


@pytest.mark.parametrize("count", [1, 2])
def test_several_calls_that_fail_together_tell_nothing_better(count):
    """Every fact but some of the last is denied."""
    name = "schedule of the VPCs"
    expected, operations = faults.without_fault(name)
    function = faults.Function(faults.network())
    described = [each for each in operations if each not in {"PutEvaluations", "DescribeVpcs"}]
    for operation in described[:-count]:
        function.aws.answers[operation] = refusal("UnauthorizedOperation")

    told, raised = function.verdicts_on(faults.EVENTS[name])

    assert raised
    assert told.items() <= expected.items()
    assert "COMPLIANT" not in told.values()


@pytest.mark.parametrize(
    "error",
    [
        refusal("Throttled"),
        refusal("AuthorizationError"),
        refusal("KMSAccessDenied"),
        refusal("InternalError"),
        EndpointConnectionError(endpoint_url="https://sns.example"),
        faults.TIMEOUT,
    ],
    ids=lambda error: (
        error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__
    ),
)
def test_an_alert_that_cannot_be_sent_stays_on_the_queue_and_is_sent_by_the_retry(error):
    aws = FakeAws({"Publish": error})
    told = Told()
    topic = "arn:aws:sns:eu-west-1:111122223333:alerts"
    outlet = alerting.Outlet(sns=aws("sns"), topic_arn=topic, telemetry=told)
    given = batch(event("compliance-change-non-compliant"))

    first = alerting.handle(given, outlet)
    aws.answers["Publish"] = {"MessageId": "m-1"}
    second = alerting.handle(given, outlet)

    assert first == {"batchItemFailures": [{"itemIdentifier": "m-0"}]}
    assert second == {"batchItemFailures": []}
    assert (told.counts["AlertsFailed"], told.counts["AlertsSent"]) == (1, 1)


def test_the_page_counts_the_calls_that_are_tried():
    page = (Path(__file__).parents[2] / "docs/reliability.md").read_text()
    calls = sum(len(faults.without_fault(name)[1]) for name in EVENTS)

    for fault in faults.FAULTS:
        tried = r"\d+" if "page" in fault else calls
        assert re.search(rf"^\| {fault} \| {tried} \| 0 \| 0 \|$", page, re.MULTILINE), fault
