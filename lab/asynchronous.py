"""Asynchronous invocation of a function as AWS Lambda does it: retries, destinations, dead letters.

The waits between attempts, a minute and then two, are left out.
https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from lab.config.shapes import Json
from lab.config.timestamps import iso

Condition: TypeAlias = Literal["Success", "RetriesExhausted", "ZeroReservedConcurrency"]

_LONGEST_ERROR_MESSAGE = 1024


@dataclass(frozen=True)
class Policy:
    """What a function's owner wants done with its asynchronous invocations."""

    function_arn: str
    executed_version: str = "$LATEST"
    retries: int = 2
    on_success: str | None = None
    on_failure: str | None = None
    dead_letter: str | None = None
    closed: bool = False
    """Whether the function's reserved concurrency is zero."""


@dataclass(frozen=True)
class Attempt:
    """How one execution of the function ended."""

    request_id: str
    payload: Json = None
    function_error: str | None = None
    throttled: bool = False


@dataclass(frozen=True)
class Delivery:
    """A message for a destination or a dead-letter queue, attributes by name as (type, value)."""

    target_arn: str
    body: str
    attributes: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Ending:
    """How the whole asynchronous invocation ended."""

    condition: Condition
    attempt: Attempt
    executions: int
    moment: datetime


def invoke(
    event: Json,
    policy: Policy,
    execute: Callable[[int], Attempt],
    deliver: Callable[[Delivery], None],
    now: Callable[[], datetime],
) -> Attempt:
    """Execute a function until it succeeds or its retries are used up, then report.

    `execute` is told the number of the attempt, and waits by itself when it was throttled:
    throttling does not use up retries.
    """
    if policy.closed:
        refused = Attempt(request_id="", throttled=True)
        ending = _Ending("ZeroReservedConcurrency", refused, 0, now())
    else:
        attempt, executions = _until_success(policy, execute)
        condition: Condition = "RetriesExhausted" if attempt.function_error else "Success"
        ending = _Ending(condition, attempt, executions, now())
    for delivery in _deliveries(event, policy, ending):
        deliver(delivery)
    return ending.attempt


def _until_success(policy: Policy, execute: Callable[[int], Attempt]) -> tuple[Attempt, int]:
    number = 1
    while True:
        attempt = execute(number)
        if attempt.throttled:
            continue
        if not attempt.function_error or number > policy.retries:
            return attempt, number
        number += 1


def _deliveries(event: Json, policy: Policy, ending: _Ending) -> Iterator[Delivery]:
    succeeded = ending.condition == "Success"
    if destination := policy.on_success if succeeded else policy.on_failure:
        yield Delivery(destination, json.dumps(_record(event, policy, ending)))
    if policy.dead_letter and not succeeded:
        yield _dead_letter(event, policy.dead_letter, ending.attempt)


def _record(event: Json, policy: Policy, ending: _Ending) -> dict[str, Json]:
    attempt = ending.attempt
    context: dict[str, Json] = {"statusCode": 200, "executedVersion": policy.executed_version}
    if attempt.function_error:
        context["functionError"] = attempt.function_error
    return {
        "version": "1.0",
        "timestamp": iso(ending.moment),
        "requestContext": {
            "requestId": attempt.request_id,
            "functionArn": policy.function_arn,
            "condition": ending.condition,
            "approximateInvokeCount": ending.executions,
        },
        "requestPayload": event,
        "responseContext": context,
        "responsePayload": attempt.payload,
    }


def _dead_letter(event: Json, target_arn: str, attempt: Attempt) -> Delivery:
    """A dead letter is the event itself; what went wrong stands in its attributes."""
    payload = attempt.payload if isinstance(attempt.payload, dict) else {}
    message = str(payload.get("errorMessage") or "")[:_LONGEST_ERROR_MESSAGE]
    attributes = {"RequestID": ("String", attempt.request_id), "ErrorCode": ("Number", "200")}
    if message:
        attributes["ErrorMessage"] = ("String", message)
    return Delivery(target_arn, json.dumps(event), attributes)
