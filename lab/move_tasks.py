"""Messages moved from a dead-letter queue to where they came from, which ministack does not know.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
"""

# ruff: noqa: SLF001 - ministack's private parts are used here

import json
from collections.abc import Callable
from typing import Any

from ministack.services import sqs

from lab.asgi import Answer, HttpRequest, aws_error, json_answer

_STARTS, _LISTS = "StartMessageMoveTask", "ListMessageMoveTasks"


class MoveTasks:
    """Starts tasks, each of which is done at once, and lists them."""

    def __init__(self, moved: Callable[[], None]) -> None:
        self._moved = moved
        self._done: list[dict[str, Any]] = []

    def __call__(self, request: HttpRequest) -> Answer | None:
        """Answer what is about tasks, or None."""
        action = request.headers.get("x-amz-target", "").rpartition(".")[2]
        if action not in {_STARTS, _LISTS}:
            return None
        asked = json.loads(request.body)
        source = asked["SourceArn"]
        if action == _LISTS:
            return json_answer({"Results": [t for t in self._done if t["SourceArn"] == source]})
        origins = _origins_of(source)
        if not origins:
            message = "Source queue must be configured as a Dead Letter Queue."
            return aws_error(request, "sqs", "InvalidParameterValue", message)
        destination = asked.get("DestinationArn") or origins[0]
        count = _move(source, destination)
        self._moved()
        self._done.append(
            {
                "SourceArn": source,
                "DestinationArn": destination,
                "Status": "COMPLETED",
                "ApproximateNumberOfMessagesMoved": count,
            }
        )
        return json_answer({"TaskHandle": f"task-{len(self._done)}"})


def _origins_of(arn: str) -> list[str]:
    """The queues whose dead-letter queue this is."""
    policies = {
        queue["attributes"]["QueueArn"]: queue["attributes"].get("RedrivePolicy") or "{}"
        for queue in sqs._queues.values()
    }
    return [
        origin
        for origin, policy in policies.items()
        if json.loads(policy).get("deadLetterTargetArn") == arn
    ]


def _move(source_arn: str, destination_arn: str) -> int:
    with sqs._queues_lock:
        source, destination = map(sqs._queue_by_arn, (source_arn, destination_arn))
        moved = source["messages"]
        source["messages"] = []
        for message in moved:
            message |= {"receive_count": 0, "visible_at": sqs.time.time(), "receipt_handle": None}
        destination["messages"] += moved
    return len(moved)
