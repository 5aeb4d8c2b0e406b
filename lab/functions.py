"""Lambda functions of ministack, invoked as the services of AWS invoke them.

Asynchronously with retries, only if their policies permit it, with credentials of their roles; and
with a journal of their executions.
"""

# ruff: noqa: SLF001 - ministack's private parts are corrected here

import json
import logging
import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from ministack.core import lambda_runtime, responses
from ministack.core.arn import parse_arn
from ministack.services import eventbridge, lambda_svc, sns

from lab import asynchronous
from lab.asynchronous import Attempt, Delivery, Policy
from lab.clock import LabClock
from lab.config import Outcome, Place, Rule
from lab.config.shapes import Json
from lab.deliveries import publish_to_topic, send_to_queue
from lab.journal import Execution, Journal
from lab.role_sessions import role_session
from lab.work import Tally, WorkQueue

_PAUSE_SECONDS = 0.02

_Properties = Mapping[str, Any]

_log = logging.getLogger(__name__)
_attempt: ContextVar[int | None] = ContextVar("attempt", default=None)


@dataclass(frozen=True)
class _Function:
    """A function as ministack keeps it: the record to execute, and the one with its settings."""

    arn: str
    record: dict[str, Any]
    settings: dict[str, Any]

    @property
    def qualifier(self) -> str:
        parts = self.arn.split(":", 7)
        return parts[7] if len(parts) > 7 else ""  # noqa: PLR2004 - an ARN has seven parts

    @property
    def policy(self) -> Policy:
        config = self.record["config"]
        invoke = self._invoke_settings()
        destinations = invoke.get("DestinationConfig") or {}
        return Policy(
            function_arn=self.arn if self.qualifier else f"{self.arn}:$LATEST",
            executed_version=config.get("Version", "$LATEST"),
            retries=int(invoke.get("MaximumRetryAttempts", 2)),
            on_success=destinations.get("OnSuccess", {}).get("Destination"),
            on_failure=destinations.get("OnFailure", {}).get("Destination"),
            dead_letter=(config.get("DeadLetterConfig") or {}).get("TargetArn"),
            closed=self.settings.get("concurrency") == 0,
        )

    def _invoke_settings(self) -> dict[str, Any]:
        """What EventInvokeConfig says; without a qualifier it is that of $LATEST."""
        by_qualifier = self.settings.get("event_invoke_configs") or {}
        latest = self.qualifier in ("", "$LATEST")
        names = ("$LATEST", "") if latest else (self.qualifier,)
        return next((by_qualifier[name] for name in names if by_qualifier.get(name)), {})

    def admits(self, service: str, source_arn: str | None, source_account: str) -> bool:
        """Whether the function's resource policy lets a service invoke it."""
        statements = self.settings.get("policy", {}).get("Statement", ())
        return any(
            statement["Resource"] == self.arn
            and _names_service(statement, service)
            and _meets_conditions(statement, source_arn, source_account)
            for statement in statements
        )


def _names_service(statement: _Properties, service: str) -> bool:
    principal = statement.get("Principal")
    named = principal == "*" or (
        isinstance(principal, dict) and principal.get("Service") == service
    )
    return named and statement.get("Action") in ("lambda:InvokeFunction", "lambda:*")


def _meets_conditions(statement: _Properties, source_arn: str | None, source_account: str) -> bool:
    conditions = statement.get("Condition") or {}
    account = conditions.get("StringEquals", {}).get("AWS:SourceAccount", source_account)
    pattern = conditions.get("ArnLike", {}).get("AWS:SourceArn", "*")
    return account == source_account and (source_arn is None or fnmatchcase(source_arn, pattern))


def _find_function(arn: str) -> _Function | None:
    place = Place.of_arn(arn)
    record, config, name = lambda_svc._get_func_record_for_ref_in_scope(
        arn, account_id=place.account, region=place.region
    )
    if not record or not config:
        return None
    with responses.request_scope(place.account, place.region):
        settings = lambda_svc._functions[name]
    executable = lambda_svc._execution_record_for_config(record, {**config, "FunctionArn": arn})
    return _Function(arn, executable, settings)


class Functions:
    """Lambda functions as the services of AWS invoke them: asynchronously, and if permitted."""

    def __init__(self, clock: LabClock, tally: Tally) -> None:
        self.executions: Journal[Execution] = Journal()
        self._clock = clock
        self._tally = tally
        self._queue = WorkQueue("lab-functions", tally, threads=4)

    def install(self) -> None:
        """Let ministack's own services invoke functions in this way."""
        lambda_runtime.execution_credentials = _credentials
        lambda_svc._execute_function_dispatch = self._journalled(
            lambda_svc._execute_function_dispatch
        )
        lambda_svc.invoke_async_with_retry = self._invoke_record
        eventbridge._dispatch_to_lambda = self._invoke_from_bus
        sns._deliver_to_lambda = self._invoke_from_topic

    def may_invoke(self, function_arn: str, rule_arn: str, account: str) -> bool:
        """Whether AWS Config may invoke a function for a rule."""
        function = _find_function(function_arn)
        return bool(function and function.admits("config.amazonaws.com", rule_arn, account))

    def invoke(
        self,
        function_arn: str,
        rule: Rule,
        event: dict[str, Any],
        done: Callable[[Outcome], None],
    ) -> None:
        """Queue an invocation on behalf of AWS Config."""
        function = _find_function(function_arn)
        if function is None:
            done(_refused("ResourceNotFoundException", f"Function not found: {function_arn}"))
        elif not function.admits("config.amazonaws.com", rule.arn, rule.place.account):
            done(_refused("AccessDeniedException", f"Not authorized to invoke {function_arn}"))
        else:
            self._invoke_later(function, event, lambda attempt: done(_outcome(attempt)))

    def _invoke_record(self, func: dict[str, Any], event: Json) -> None:
        if function := _find_function(func["config"]["FunctionArn"]):
            self._invoke_later(function, event)

    def _invoke_from_bus(self, arn: str, payload: str) -> None:
        function = _find_function(arn)
        account = responses.get_account_id()
        if function and function.admits("events.amazonaws.com", None, account):
            self._invoke_later(function, json.loads(payload))
        else:
            _log.warning("EventBridge may not invoke %s, or there is no such function", arn)

    def _invoke_from_topic(
        self,
        endpoint: str,
        envelope: str,
        topic_arn: str,
        sub_arn: str,
        *_: object,
    ) -> None:
        function = _find_function(endpoint)
        account = Place.of_arn(topic_arn).account
        if not function or not function.admits("sns.amazonaws.com", topic_arn, account):
            _log.warning("SNS may not invoke %s, or there is no such function", endpoint)
            return
        record = {
            "EventVersion": "1.0",
            "EventSubscriptionArn": sub_arn,
            "EventSource": "aws:sns",
            "Sns": json.loads(envelope),
        }
        self._invoke_later(function, {"Records": [record]})

    def _invoke_later(
        self,
        function: _Function,
        event: Json,
        done: Callable[[Attempt], None] = lambda _attempt: None,
    ) -> None:
        def run() -> None:
            attempt = asynchronous.invoke(
                event,
                function.policy,
                execute=lambda number: self._execute(function, event, number),
                deliver=self._deliver,
                now=self._clock.now,
            )
            done(attempt)

        self._queue.give(run)

    def _execute(self, function: _Function, event: Json, number: int) -> Attempt:
        self._tally.require_open()
        _attempt.set(number)
        result = lambda_svc._execute_function(function.record, event)
        if result.get("throttle"):
            time.sleep(_PAUSE_SECONDS)
            return Attempt(request_id="", throttled=True)
        failed = bool(result.get("error"))
        return Attempt(
            request_id=result["request_id"],
            payload=result.get("body"),
            function_error=(result.get("function_error") or "Unhandled") if failed else None,
        )

    def _deliver(self, delivery: Delivery) -> None:
        service = parse_arn(delivery.target_arn).service
        place = Place.of_arn(delivery.target_arn)
        with responses.request_scope(place.account, place.region):
            if service == "sqs":
                send_to_queue(delivery)
            elif service == "sns":
                publish_to_topic(delivery)
            elif service == "lambda" and (function := _find_function(delivery.target_arn)):
                self._invoke_later(function, json.loads(delivery.body))
            else:
                _log.warning("nothing can be delivered to %s", delivery.target_arn)

    def _journalled(self, execute: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
        def execute_and_note(
            func: dict[str, Any],
            config: dict[str, Any],
            event: Json,
            request_id: str,
            started: float,
        ) -> dict[str, Any]:
            result = execute(func, config, event, request_id, started)
            if result.get("error"):
                _name_error(result)
            result["request_id"] = request_id
            self.executions.add(_execution(config, event, result, started))
            return result

        return execute_and_note


def _execution(
    config: _Properties, event: Json, result: Mapping[str, Any], started: float
) -> Execution:
    account, region = lambda_runtime._account_region_from_function_config(config)
    payload = result.get("body")
    error = payload if result.get("error") and isinstance(payload, dict) else None
    return Execution(
        function=config["FunctionName"],
        version=config.get("Version", "$LATEST"),
        account=account,
        region=region,
        request_id=result["request_id"],
        attempt=_attempt.get(),
        milliseconds=round((time.time() - started) * 1000),
        event=event,
        payload=payload,
        error=f"{error['errorType']}: {error['errorMessage']}" if error else None,
        log=result.get("log") or "",
    )


def _name_error(result: dict[str, Any]) -> None:
    """Give a function's error the type that ministack leaves in the log's traceback."""
    payload = result.get("body")
    if not isinstance(payload, dict) or payload.get("errorType") != "Runtime.HandlerError":
        return
    first_line = str(payload.get("errorMessage", "")).partition("\n")[0]
    for line in reversed(result.get("log", "").splitlines()):
        kind, _, message = line.partition(": ")
        if message == first_line and kind.replace(".", "").isidentifier():
            payload["errorType"] = kind.rpartition(".")[2]
            return


def _outcome(attempt: Attempt) -> Outcome:
    if attempt.throttled:
        return _refused("TooManyRequestsException", "The function's concurrency is zero.")
    if not attempt.function_error:
        return Outcome(accepted=True)
    payload = attempt.payload if isinstance(attempt.payload, dict) else {}
    return Outcome(
        accepted=True,
        error_code=payload.get("errorType") or attempt.function_error,
        error_message=payload.get("errorMessage"),
    )


def _refused(code: str, message: str) -> Outcome:
    return Outcome(accepted=False, error_code=code, error_message=message)


def _credentials(config: dict[str, Any]) -> dict[str, str]:
    """Credentials of the function's role."""
    account, _region = lambda_runtime._account_region_from_function_config(config)
    role = config.get("Role", "").rpartition("/")[2]
    session = role_session(account, role, config["FunctionName"])
    return {
        "AWS_ACCESS_KEY_ID": session.access_key,
        "AWS_SECRET_ACCESS_KEY": session.secret_key,
        "AWS_SESSION_TOKEN": session.token,
    }
