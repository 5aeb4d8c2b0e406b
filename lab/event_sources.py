"""SQS queues of ministack that invoke functions, as Lambda's event source mappings do."""

# ruff: noqa: SLF001 - ministack's private parts are corrected here

import time
from collections.abc import Callable
from typing import Any

from ministack.services import eventbridge, lambda_svc, sqs

from lab.clock import LabClock
from lab.work import Tally, WorkQueue


class EventSources:
    """SQS queues that invoke functions, in batches whose windows the lab's clock counts.

    A queue is looked at when a message comes from EventBridge and when time is skipped. A window
    begins with the first message, as if one poller of Lambda had all of them.
    https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
    """

    def __init__(self, clock: LabClock, tally: Tally) -> None:
        self._clock = clock
        self._queue = WorkQueue("lab-sources", tally)
        self._poll: Callable[[], bool] = lambda_svc._poll_sqs
        self._dispatch: Callable[..., None] = eventbridge._dispatch_to_sqs

    def install(self) -> None:
        """Let queues tell the lab's time, and functions get their messages from here alone."""
        sqs.time = eventbridge.time = _LabTime(self._clock)
        lambda_svc._poll_sqs = lambda: False
        lambda_svc._dispatch_esm_batch = self._run
        sqs._receive_messages_for_esm = self._take
        eventbridge._dispatch_to_sqs = self._send

    def poll(self) -> None:
        """Have functions invoked with the batches that are due."""
        self._queue.give(self._poll_all)

    def _poll_all(self) -> None:
        while self._poll():
            pass

    def _send(self, *message: object) -> None:
        self._dispatch(*message)
        self.poll()

    def _run(self, mapping: str, invoke: Callable[..., None], *batch: object) -> None:
        """Invoke now, one batch after the other; a failure does not delay the next one."""
        invoke(*batch)
        lambda_svc._esm_backoff_until.pop(mapping, None)

    def _take(self, queue_url: str, _largest: int) -> list[dict[str, Any]]:
        """The messages of a queue, once they are a batch or their window is over."""
        with sqs._queues_lock:
            queue = sqs._get_q(queue_url)
            sqs._dlq_sweep(queue)
            attributes = queue["attributes"]
            mappings = lambda_svc._esms.values()
            mapping = next(m for m in mappings if m["EventSourceArn"] == attributes["QueueArn"])
            size, now = int(mapping["BatchSize"]), self._clock.now().timestamp()
            visible = [m["visible_at"] for m in queue["messages"] if m["visible_at"] <= now]
            over = now - int(mapping["MaximumBatchingWindowInSeconds"])
            if len(visible) < size and min(visible, default=now) > over:
                return []
            hidden_for = int(attributes["VisibilityTimeout"])
            taken: list[dict[str, Any]] = sqs._collect_msgs(queue, size, hidden_for)
            return taken


class _LabTime:
    """The module `time` for ministack's own services, with the lab's time in it."""

    def __init__(self, clock: LabClock) -> None:
        self._clock = clock

    def time(self) -> float:
        return self._clock.now().timestamp()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the module has
        return getattr(time, name)
