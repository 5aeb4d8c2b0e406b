"""Asynchronous invocation: retries, destinations and dead letters."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from lab.asynchronous import Attempt, Delivery, Policy, invoke

ARN = "arn:aws:lambda:ap-northeast-2:111122223333:function:evaluate"
QUEUE = "arn:aws:sqs:ap-northeast-2:111122223333:failed"
EVENT = {"invokingEvent": "{}"}
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)

GOOD = Attempt("request-1", payload={"ok": True})
BAD = Attempt(
    "request-2",
    payload={"errorMessage": "no route tables", "errorType": "UndeterminedError"},
    function_error="Unhandled",
)
THROTTLED = Attempt("", throttled=True)


def run(policy: Policy, attempts: Iterable[Attempt]) -> tuple[list[int], list[Delivery], Attempt]:
    """The numbers of the attempts made, what was delivered, and the last attempt."""
    numbers: list[int] = []
    delivered: list[Delivery] = []
    prepared = iter(attempts)

    def execute(number: int) -> Attempt:
        numbers.append(number)
        return next(prepared)

    last = invoke(EVENT, policy, execute, delivered.append, lambda: NOW)
    return numbers, delivered, last


def test_a_function_that_succeeds_is_executed_once() -> None:
    numbers, delivered, last = run(Policy(ARN), [GOOD])
    assert (numbers, delivered, last) == ([1], [], GOOD)


def test_a_function_that_fails_is_tried_twice_more() -> None:
    numbers, delivered, last = run(Policy(ARN), [BAD, BAD, BAD])
    assert (numbers, delivered, last) == ([1, 2, 3], [], BAD)


def test_a_function_that_recovers_is_not_tried_again() -> None:
    numbers, delivered, _ = run(Policy(ARN, on_failure=QUEUE, dead_letter=QUEUE), [BAD, GOOD])
    assert (numbers, delivered) == ([1, 2], [])


@pytest.mark.parametrize("retries", [0, 1])
def test_retries_can_be_fewer(retries: int) -> None:
    numbers, _, _ = run(Policy(ARN, retries=retries), [BAD] * 3)
    assert len(numbers) == retries + 1


def test_throttling_uses_up_no_retries() -> None:
    numbers, _, _ = run(Policy(ARN), [THROTTLED, BAD, THROTTLED, THROTTLED, BAD, BAD])
    assert numbers == [1, 1, 2, 2, 2, 3]


def test_a_dead_letter_is_the_event_with_the_error_in_its_attributes() -> None:
    _, (letter,), _ = run(Policy(ARN, dead_letter=QUEUE), [BAD] * 3)
    assert letter.target_arn == QUEUE
    assert json.loads(letter.body) == EVENT
    assert letter.attributes == {
        "RequestID": ("String", "request-2"),
        "ErrorCode": ("Number", "200"),
        "ErrorMessage": ("String", "no route tables"),
    }


def test_the_error_message_of_a_dead_letter_is_cut_to_a_kilobyte() -> None:
    long = Attempt("request-2", {"errorMessage": "x" * 2000}, "Unhandled")
    _, (letter,), _ = run(Policy(ARN, retries=0, dead_letter=QUEUE), [long])
    assert letter.attributes["ErrorMessage"] == ("String", "x" * 1024)


@pytest.mark.parametrize("payload", [None, {}, {"errorMessage": ""}])
def test_a_dead_letter_without_an_error_message_has_no_such_attribute(payload: Any) -> None:
    _, (letter,), _ = run(
        Policy(ARN, retries=0, dead_letter=QUEUE), [Attempt("request-2", payload, "Unhandled")]
    )
    assert letter.attributes.keys() == {"RequestID", "ErrorCode"}


def test_a_failure_destination_gets_a_record_of_the_invocation() -> None:
    _, (delivery,), _ = run(Policy(f"{ARN}:live", "7", on_failure=QUEUE), [BAD] * 3)
    assert delivery.attributes == {}
    assert json.loads(delivery.body) == {
        "version": "1.0",
        "timestamp": "2026-11-23T09:00:00.000Z",
        "requestContext": {
            "requestId": "request-2",
            "functionArn": f"{ARN}:live",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": 3,
        },
        "requestPayload": EVENT,
        "responseContext": {
            "statusCode": 200,
            "executedVersion": "7",
            "functionError": "Unhandled",
        },
        "responsePayload": BAD.payload,
    }


def test_a_failure_goes_to_the_destination_and_to_the_dead_letter_queue() -> None:
    _, delivered, _ = run(Policy(ARN, on_failure=QUEUE, dead_letter=f"{QUEUE}-2"), [BAD] * 3)
    assert [delivery.target_arn for delivery in delivered] == [QUEUE, f"{QUEUE}-2"]


def test_a_success_destination_gets_a_record_without_an_error() -> None:
    _, (delivery,), _ = run(Policy(ARN, on_success=QUEUE, on_failure=f"{QUEUE}-2"), [BAD, GOOD])
    record = json.loads(delivery.body)
    assert delivery.target_arn == QUEUE
    assert record["requestContext"]["condition"] == "Success"
    assert record["requestContext"]["approximateInvokeCount"] == 2
    assert record["responsePayload"] == {"ok": True}
    assert record["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST"}


def test_a_function_without_concurrency_is_not_executed_but_reported() -> None:
    policy = Policy(ARN, on_failure=QUEUE, dead_letter=QUEUE, closed=True)
    numbers, (record, letter), last = run(policy, [])
    assert numbers == []
    context = json.loads(record.body)["requestContext"]
    assert context["condition"] == "ZeroReservedConcurrency"
    assert context["approximateInvokeCount"] == 0
    assert json.loads(letter.body) == EVENT
    assert last.throttled
