"""Step Functions of ministack, whose tasks wait for a callback by the lab's clock.

An execution is work that the lab waits for, except while it waits for somebody itself. A function
that fails before it has passed its task token on fails the task, as on AWS:
https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-wait-token
"""

# ruff: noqa: SLF001 - ministack's private parts are corrected here

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Condition
from typing import Any, Literal, TypeAlias

from ministack.services import stepfunctions

from lab.asgi import FIRST_ERROR_STATUS, Answer
from lab.clock import LabClock
from lab.config.shapes import Json
from lab.work import Tally

Ending: TypeAlias = Literal["called", "expired"]

_LONGEST_WAIT = 99999999
"""Seconds that a task waits at most where nothing says how long."""


class Callback:
    """What a task waits for: its token used, or its time up, whichever comes first.

    ministack sets it as it would an event, when a token is used. Whoever ends the wait begins work
    by it, so that nobody takes the lab for idle between the two.
    """

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._changed = Condition()
        self._ending: Ending | None = None

    def set(self) -> None:
        """End the wait by the token."""
        self._end("called")

    def expire(self) -> None:
        """End the wait by the clock."""
        self._end("expired")

    def wait(self, remaining: Callable[[], float]) -> Ending:
        """Wait until one of the two has happened; `remaining` says for how many seconds more."""
        with self._changed:
            while self._ending is None and (seconds := remaining()) > 0:
                self._changed.wait(seconds)
        self.expire()
        return self._ending or "expired"

    def _end(self, ending: Ending) -> None:
        with self._changed:
            if self._ending is None:
                self._ending = ending
                self._tally.begin()
                self._changed.notify_all()


class StateMachines:
    """Executions of state machines."""

    def __init__(self, clock: LabClock, tally: Tally) -> None:
        self._clock = clock
        self._tally = tally

    def install(self) -> None:
        """Put this in the place of what ministack does."""
        stepfunctions._start_execution = self._counted(stepfunctions._start_execution)
        stepfunctions._run_execution = self._ended(stepfunctions._run_execution)
        otherwise = stepfunctions._invoke_with_callback

        def invoke(resource: str, given: Json, token: str, state: dict[str, Any]) -> Json:
            if "states:::lambda:invoke" not in resource:
                return otherwise(resource, given, token, state)
            return self._invoke(given, token, state.get("TimeoutSeconds", _LONGEST_WAIT))

        stepfunctions._invoke_with_callback = invoke

    def _counted(self, start: Callable[[Json], Answer]) -> Callable[[Json], Answer]:
        """Begin the work before the answer leaves, and so before anybody can ask about it."""

        def start_counted(data: Json) -> Answer:
            self._tally.begin()
            answer = start(data)
            if answer[0] >= FIRST_ERROR_STATUS:
                self._tally.end()
            return answer

        return start_counted

    def _ended(self, run: Callable[[str], None]) -> Callable[[str], None]:
        def run_to_the_end(execution_arn: str) -> None:
            try:
                run(execution_arn)
            finally:
                self._tally.end()

        return run_to_the_end

    def _invoke(self, given: Json, token: str, timeout: float) -> Json:
        """Invoke a function with the token of the task, and wait for what its token brings."""
        callback = Callback(self._tally)
        deadline = self._clock.now() + timedelta(seconds=timeout)
        waiting: dict[str, Any] = {
            "event": callback,
            "result": None,
            "error": None,
            "heartbeat": None,
        }
        stepfunctions._task_tokens[token] = waiting
        try:
            function = stepfunctions._resolve_lambda_function_ref(
                given["FunctionName"], optimized=True
            )
            stepfunctions._call_lambda(function, given.get("Payload"))
            self._clock.alarm(deadline, callback.expire)
            self._tally.end()
            ending = callback.wait(lambda: self._seconds_until(deadline))
        finally:
            del stepfunctions._task_tokens[token]
        if ending == "expired":
            raise stepfunctions._ExecutionError("States.Timeout", "nobody answered in time")
        if error := waiting["error"]:
            raise stepfunctions._ExecutionError(error["Error"], error["Cause"])
        return json.loads(waiting["result"])

    def _seconds_until(self, deadline: datetime) -> float:
        return (deadline - self._clock.now()).total_seconds()
