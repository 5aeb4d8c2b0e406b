"""All that ties the lab to ministack: the one file that knows ministack's internal names.

ministack gives Lambda, CloudFormation, EventBridge, SNS, SQS and the rest. `Emulator.install`
puts the lab's own EC2 and AWS Config in the place of ministack's, lets Lambda invoke
asynchronously as AWS does, and keeps a journal. `RELIED_ON` lists the internal names used here.
"""

# ruff: noqa: SLF001 - ministack's private parts are corrected here

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from fnmatch import fnmatchcase
from hashlib import sha256
from importlib import import_module
from inspect import signature
from secrets import token_hex
from typing import Any
from urllib.parse import urlencode

import ministack.app as gateway
from ministack.core import iam_actions, lambda_runtime, responses, router
from ministack.core.arn import parse_arn
from ministack.services import eventbridge, lambda_svc, sns, sqs, sts
from ministack.services.cloudformation import changesets, engine, handlers, provisioners, stacks
from moto.moto_server.werkzeug_app import create_backend_app
from werkzeug.test import Client

from lab import asynchronous, ec2
from lab.asgi import FIRST_ERROR_STATUS, Answer, HttpRequest, Receive, Scope, Send
from lab.asynchronous import Attempt, Delivery, Policy
from lab.bare_services import BARE_SERVICES, BareService
from lab.clock import LabClock
from lab.config import BusEvent, ConfigError, ConfigService, Outcome, Place, Rule
from lab.config.shapes import Json
from lab.config.stack_resources import Created, StackResource, stack_resources
from lab.config.timestamps import wire
from lab.journal import ApiCall, Execution, Journal
from lab.work import Tally, WorkQueue

MINISTACK_VERSION = "1.5.33"

RELIED_ON: Mapping[str, Mapping[str, str | None]] = {
    "ministack.app": {
        "app": "(scope, receive, send)",
        "SERVICE_HANDLERS": None,
        "call_service_handler_sync": (
            "(handler, method, path, headers, body, query_params, timeout)"
        ),
        "_routing_params": "(method, path, headers, body, query_params)",
    },
    "ministack.core.arn": {"parse_arn": "(value)"},
    "ministack.core.iam_actions": {
        "extract_iam_action": "(service, method, path, headers, body, query_params)",
    },
    "ministack.core.lambda_runtime": {
        "execution_credentials": "(config)",
        "_account_region_from_function_config": "(config)",
        "reset": "()",
    },
    "ministack.core.responses": {
        "error_response_json": "(code, message, status, extra, message_key, content_type)",
        "get_account_id": "()",
        "get_region": "()",
        "json_response": "(data, status, content_type)",
        "request_scope": "(account_id, region)",
        "set_request_account_id": "(access_key_id)",
    },
    "ministack.core.router": {
        "detect_service": "(method, path, headers, query_params)",
        "extract_access_key_id": "(headers, query_params)",
        "extract_region": "(headers, query_params)",
    },
    "ministack.services.cloudformation.changesets": {"_evaluate_conditions": "(template, params)"},
    "ministack.services.cloudformation.engine": {
        "_evaluate_conditions": "(template, params)",
        "_resolve_refs": ("(value, resources, params, conditions, mappings, stack_name, stack_id)"),
    },
    "ministack.services.cloudformation.handlers": {"_evaluate_conditions": "(template, params)"},
    "ministack.services.cloudformation.provisioners": {"_RESOURCE_HANDLERS": None},
    "ministack.services.cloudformation.stacks": {"_evaluate_conditions": "(template, params)"},
    "ministack.services.eventbridge": {
        "_dispatch_to_lambda": "(arn, payload)",
        "_put_events": "(data, allow_aws_source)",
    },
    "ministack.services.lambda_svc": {
        "_execute_function": "(func, event)",
        "_execute_function_dispatch": "(func, config, event, request_id, started)",
        "_execution_record_for_config": "(func, config)",
        "_functions": None,
        "_get_func_record_for_ref_in_scope": "(function_ref, account_id, region)",
        "executions_in_flight": "()",
        "invoke_async_with_retry": "(func, event)",
    },
    "ministack.services.sns": {
        "_deliver_to_lambda": (
            "(endpoint, envelope, topic_arn, sub_arn, msg_id, raw_message, message_attributes)"
        ),
        "handle_request": "(method, path, headers, body, query_params)",
    },
    "ministack.services.sqs": {"handle_request": "(method, path, headers, body, query_params)"},
    "ministack.services.sts": {
        "_sessions": None,
        "register_session": "(access_key, session)",
    },
}
"""Names by module, each callable with its parameters; `drift` compares them with ministack."""

Handler = Callable[..., Awaitable[Answer]]
Properties = Mapping[str, Any]

_DRAIN_SECONDS = 5
_PAUSE_SECONDS = 0.02
_TEXT_FUNCTIONS = frozenset({"Fn::Join", "Fn::Select", "Fn::Split", "Fn::Sub"})
_FORWARDED_TO_EC2 = ("authorization", "content-type", "x-amz-date", "x-amz-security-token")

_log = logging.getLogger(__name__)
_attempt: ContextVar[int | None] = ContextVar("attempt", default=None)


def drift() -> list[str]:
    """What is no longer in ministack as the lab needs it, each as a sentence."""
    return [
        sentence
        for module_name, names in RELIED_ON.items()
        for name, parameters in names.items()
        if (sentence := _drifted(module_name, name, parameters))
    ]


def _drifted(module_name: str, name: str, expected: str | None) -> str | None:
    found = getattr(import_module(module_name), name, None)
    if found is None:
        return f"{module_name}.{name} is gone"
    if expected is None:
        return None
    actual = f"({', '.join(signature(found).parameters)})"
    return None if actual == expected else f"{module_name}.{name} takes {actual}, not {expected}"


def _off_the_event_loop(answer: Callable[[Place, HttpRequest], Answer]) -> Handler:
    async def handle(*request: Any) -> Answer:  # noqa: ANN401 - ministack's untyped protocol
        return await asyncio.to_thread(answer, _here(), HttpRequest(*request))

    return handle


def _answered_first(answer: BareService, otherwise: Handler) -> Handler:
    async def handle(*request: Any) -> Answer:  # noqa: ANN401 - ministack's untyped protocol
        return answer(HttpRequest(*request)) or await otherwise(*request)

    return handle


async def _no_such_service(*_request: object) -> Answer:
    raise NotImplementedError("ministack does not have this service")


def _with_texts_resolved(
    evaluate: Callable[[Json, Json], dict[str, bool]],
) -> Callable[[Json, Json], dict[str, bool]]:
    """Let conditions compare texts that functions make of parameters, as on AWS."""

    def resolved(value: Json, params: Json, mappings: Json) -> Json:
        if isinstance(value, list):
            return [resolved(each, params, mappings) for each in value]
        if not isinstance(value, dict):
            return value
        if value.keys() <= _TEXT_FUNCTIONS:
            return engine._resolve_refs(value, {}, params, {}, mappings, "", "")
        return {name: resolved(each, params, mappings) for name, each in value.items()}

    def conditions(template: Json, params: Json) -> dict[str, bool]:
        defined = template.get("Conditions", {})
        defined = resolved(defined, params, template.get("Mappings", {}))
        return evaluate({**template, "Conditions": defined}, params)

    return conditions


def _here() -> Place:
    """The place that the request being answered was made in."""
    return Place(responses.get_account_id(), responses.get_region())


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


def _names_service(statement: Properties, service: str) -> bool:
    principal = statement.get("Principal")
    named = principal == "*" or (
        isinstance(principal, dict) and principal.get("Service") == service
    )
    return named and statement.get("Action") in ("lambda:InvokeFunction", "lambda:*")


def _meets_conditions(statement: Properties, source_arn: str | None, source_account: str) -> bool:
    conditions = statement.get("Condition") or {}
    account = conditions.get("StringEquals", {}).get("AWS:SourceAccount", source_account)
    pattern = conditions.get("ArnLike", {}).get("AWS:SourceArn", "*")
    return account == source_account and (source_arn is None or fnmatchcase(source_arn, pattern))


def _find_function(arn: str) -> _Function | None:
    place = _place_of(arn)
    record, config, name = lambda_svc._get_func_record_for_ref_in_scope(
        arn, account_id=place.account, region=place.region
    )
    if not record or not config:
        return None
    with responses.request_scope(place.account, place.region):
        settings = lambda_svc._functions[name]
    executable = lambda_svc._execution_record_for_config(record, {**config, "FunctionArn": arn})
    return _Function(arn, executable, settings)


def _place_of(arn: str) -> Place:
    parts = arn.split(":")
    return Place(parts[4], parts[3])


class Functions:
    """Lambda functions as the services of AWS invoke them: asynchronously, and if permitted."""

    def __init__(self, clock: LabClock, tally: Tally) -> None:
        self.executions: Journal[Execution] = Journal()
        self._clock = clock
        self._tally = tally
        self._queue = WorkQueue("lab-functions", tally, threads=4)

    def install(self) -> None:
        """Let ministack's own services invoke functions in this way."""
        lambda_runtime.execution_credentials = _role_session
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
        account = _place_of(topic_arn).account
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
        place = _place_of(delivery.target_arn)
        with responses.request_scope(place.account, place.region):
            if service == "sqs":
                _send_to_queue(delivery)
            elif service == "sns":
                _publish_to_topic(delivery)
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


class Emulator:
    """ministack with the lab's EC2 and AWS Config in it; there is one per process."""

    def __init__(self, clock: LabClock) -> None:
        self.clock = clock
        self.calls: Journal[ApiCall] = Journal()
        self._tally = Tally()
        self.functions = Functions(clock, self._tally)
        self._bus = WorkQueue("lab-bus", self._tally)
        self._ec2 = Client(create_backend_app("ec2"))
        self.config = ConfigService(
            clock=clock.now,
            invoker=self.functions,
            publisher=lambda event: self._bus.give(lambda: _publish(event)),
            inventory=lambda place: ec2.inventory(place.account, place.region),
        )

    def install(self) -> None:
        """Correct ministack and moto in this process."""
        if drifted := drift():
            raise RuntimeError(
                f"ministack is not version {MINISTACK_VERSION} as the lab knows it: "
                + "; ".join(drifted)
            )
        ec2.install()
        ec2.changes.subscribe(
            lambda account, region, _changed: self.config.record(Place(account, region))
        )
        self.functions.install()
        gateway.SERVICE_HANDLERS |= {
            "ec2": _off_the_event_loop(self._answer_ec2),
            "config": _off_the_event_loop(self._answer_config),
        }
        gateway.SERVICE_HANDLERS |= {
            name: _answered_first(answer, gateway.SERVICE_HANDLERS.get(name, _no_such_service))
            for name, answer in BARE_SERVICES.items()
        }
        evaluate = _with_texts_resolved(engine._evaluate_conditions)
        for module in (changesets, engine, handlers, stacks):
            module._evaluate_conditions = evaluate
        provisioners._RESOURCE_HANDLERS |= {
            name: _stack_handlers(resource)
            for name, resource in stack_resources(self.config).items()
        }

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request for an AWS service."""
        await gateway.app(scope, receive, send)

    def wait_until_idle(self, timeout: float) -> bool:
        """Wait until nothing is queued or running; answers whether that came to be in time."""
        deadline = time.monotonic() + timeout
        while not self._tally.closed and time.monotonic() < deadline:
            quiet = self._tally.wait(deadline - time.monotonic())
            if quiet and lambda_svc.executions_in_flight()[0] == 0:
                return True
            time.sleep(_PAUSE_SECONDS)
        return False

    def stop(self) -> None:
        """Leave undone what is queued, and end the processes that functions run in."""
        self._tally.close()
        lambda_runtime.reset()
        self._tally.drain(_DRAIN_SECONDS)
        lambda_runtime.reset()  # those that had been about to start

    def _answer_config(self, place: Place, request: HttpRequest) -> Answer:
        action = request.headers.get("x-amz-target", "").rpartition(".")[2]
        try:
            response = self.config.call(place, action, json.loads(request.body or b"{}"))
        except ConfigError as error:
            refusal: Answer = responses.error_response_json(error.code, error.message, error.status)
            return refusal
        answer: Answer = responses.json_response(wire(response))
        return answer

    def _answer_ec2(self, place: Place, request: HttpRequest) -> Answer:
        passed_on = {
            name: value for name, value in request.headers.items() if name in _FORWARDED_TO_EC2
        }
        response = self._ec2.open(
            request.path,
            method=request.method,
            headers={**passed_on, "x-moto-account-id": place.account},
            data=request.body,
            query_string=urlencode(request.query, doseq=True),
        )
        return response.status_code, {"Content-Type": response.content_type}, response.data


def identify(request: HttpRequest) -> ApiCall:
    """Which call a request makes and who makes it, before it is answered."""
    method, path, headers, body, query = request
    params = gateway._routing_params(method, path, headers, body, query)
    service = router.detect_service(method, path, headers, params)
    named = iam_actions.extract_iam_action(service, method, path, headers, body, params)
    namespace, _, action = (named or f"{service}:{method}").partition(":")
    access_key = router.extract_access_key_id(headers, query)
    responses.set_request_account_id(access_key)
    account = responses.get_account_id()
    session = sts._sessions.get(access_key) or {}
    return ApiCall(
        service=namespace,
        action=action,
        account=account,
        region=router.extract_region(headers, query),
        principal=session.get("Arn") or f"arn:aws:iam::{account}:root",
        status=0,
        error=None,
    )


def _role_session(config: dict[str, Any]) -> dict[str, str]:
    """Credentials of the function's role, so that the journal knows who calls."""
    account, _region = lambda_runtime._account_region_from_function_config(config)
    role, function = config.get("Role", "").rpartition("/")[2], config["FunctionName"]
    digest = sha256(f"{config['FunctionArn']} {role}".encode()).hexdigest()
    credentials = {
        "AWS_ACCESS_KEY_ID": f"ASIA{digest[:16].upper()}",
        "AWS_SECRET_ACCESS_KEY": digest[:40],
        "AWS_SESSION_TOKEN": digest,
    }
    session = {
        "Arn": f"arn:aws:sts::{account}:assumed-role/{role}/{function}",
        "UserId": f"{role}:{function}",
        "SecretAccessKey": credentials["AWS_SECRET_ACCESS_KEY"],
        "SessionToken": credentials["AWS_SESSION_TOKEN"],
    }
    sts.register_session(credentials["AWS_ACCESS_KEY_ID"], session)
    return credentials


def _execution(
    config: Properties, event: Json, result: Mapping[str, Any], started: float
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


def _publish(event: BusEvent) -> None:
    entry = {
        "Source": event.source,
        "DetailType": event.detail_type,
        "Detail": json.dumps(event.detail),
        "Resources": list(event.resources),
    }
    with responses.request_scope(event.place.account, event.place.region):
        eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)


def _send_to_queue(delivery: Delivery) -> None:
    name = delivery.target_arn.rpartition(":")[2]
    queue = _ask_queues("GetQueueUrl", {"QueueName": name})
    attributes = {
        name: {"DataType": kind, "StringValue": value}
        for name, (kind, value) in delivery.attributes.items()
    }
    message = {
        "QueueUrl": queue["QueueUrl"],
        "MessageBody": delivery.body,
        "MessageAttributes": attributes,
    }
    _ask_queues("SendMessage", message)


def _ask_queues(action: str, request: Properties) -> dict[str, Any]:
    headers = {"x-amz-target": f"AmazonSQS.{action}", "content-type": "application/x-amz-json-1.0"}
    answer = _ask(sqs.handle_request, headers, json.dumps(request))
    found: dict[str, Any] = json.loads(answer or b"{}")
    return found


def _publish_to_topic(delivery: Delivery) -> None:
    request = {
        "Action": "Publish",
        "TopicArn": delivery.target_arn,
        "Message": delivery.body,
    }
    for number, (name, (kind, value)) in enumerate(delivery.attributes.items(), start=1):
        entry = f"MessageAttributes.entry.{number}"
        request |= {
            f"{entry}.Name": name,
            f"{entry}.Value.DataType": kind,
            f"{entry}.Value.StringValue": value,
        }
    headers = {"content-type": "application/x-www-form-urlencoded"}
    _ask(sns.handle_request, headers, urlencode(request))


def _ask(handler: Handler, headers: dict[str, str], body: str) -> bytes:
    status, _headers, answer = gateway.call_service_handler_sync(
        handler, "POST", "/", headers, body.encode(), {}
    )
    if status >= FIRST_ERROR_STATUS:
        raise RuntimeError(f"delivery failed with status {status}: {answer!r}")
    content: bytes = answer
    return content


def _stack_handlers(resource: StackResource) -> dict[str, Callable[..., Any]]:
    """A stack resource in the form in which ministack keeps its own."""

    def create(logical_id: str, properties: Properties, stack_name: str) -> Created:
        generated = f"{stack_name}-{logical_id}-{token_hex(6).upper()}"
        return resource.create(_here(), generated, properties)

    def update(physical_id: str, _old: Properties, new: Properties, _stack: str) -> Created:
        return resource.create(_here(), physical_id, new)

    def delete(physical_id: str, _properties: Properties) -> None:
        resource.delete(_here(), physical_id)

    return {"create": create, "update": update, "delete": delete}
