"""ministack with the lab's own services in it; there is one per process.

ministack gives Lambda, CloudFormation, EventBridge, SNS, SQS and the rest. `Emulator.install` puts
the lab's own EC2, AWS Config and Automation in the place of ministack's, lets Lambda and Step
Functions do as AWS does, and keeps a journal. `lab.ministack_names` lists the internal names used.
"""

# ruff: noqa: SLF001 - ministack's private parts are corrected here

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Protocol
from urllib.parse import urlencode

import ministack.app as gateway
from ministack.core import iam_actions, lambda_runtime, responses, router
from ministack.services import eventbridge, lambda_svc, organizations, sts
from moto.moto_server.werkzeug_app import create_backend_app
from werkzeug.test import Client

from lab import ec2, stack_types
from lab.asgi import Answer, HttpRequest, Receive, Scope, Send
from lab.bare_services import BARE_SERVICES, BareService
from lab.clock import LabClock
from lab.config import BusEvent, ConfigError, ConfigService, Place
from lab.config.shapes import Request, Response
from lab.config.stack_resources import stack_resources
from lab.config.timestamps import wire
from lab.event_sources import EventSources
from lab.functions import Functions
from lab.journal import ApiCall, Journal
from lab.ministack_names import MINISTACK_VERSION, drift
from lab.move_tasks import MoveTasks
from lab.own_calls import OwnCaller
from lab.ssm import SsmError, SsmService
from lab.ssm.automations import Automations
from lab.ssm.stack_resources import stack_resources as ssm_stack_resources
from lab.state_machines import StateMachines
from lab.work import Tally, WorkQueue

Handler = Callable[..., Awaitable[Answer]]

_DRAIN_SECONDS = 5
_PAUSE_SECONDS = 0.02
_FORWARDED_TO_EC2 = ("authorization", "content-type", "x-amz-date", "x-amz-security-token")


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


def _here() -> Place:
    """The place that the request being answered was made in."""
    return Place(responses.get_account_id(), responses.get_region())


class Emulator:
    """ministack with the lab's EC2 and AWS Config in it; there is one per process."""

    def __init__(self, clock: LabClock) -> None:
        self.clock = clock
        self.calls: Journal[ApiCall] = Journal()
        self._tally = Tally()
        self.functions = Functions(clock, self._tally)
        self._state_machines = StateMachines(clock, self._tally)
        self._sources = EventSources(clock, self._tally)
        self._bus = WorkQueue("lab-bus", self._tally)
        self._ec2 = Client(create_backend_app("ec2"))
        self._automation = WorkQueue("lab-automation", self._tally, threads=2)
        self._ssm = SsmService(clock.now, OwnCaller(), self._automation.give)
        self.config = ConfigService(
            clock=clock.now,
            invoker=self.functions,
            publisher=lambda event: self._bus.give(lambda: _publish(event)),
            inventory=lambda place: ec2.inventory(place.account, place.region),
            automations=Automations(self._ssm),
            accounts=_accounts,
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
        self._state_machines.install()
        self._sources.install()
        gateway.SERVICE_HANDLERS |= {
            "ec2": _off_the_event_loop(self._answer_ec2),
            "config": _off_the_event_loop(self._answer_config),
            "ssm": self._answer_ssm(gateway.SERVICE_HANDLERS["ssm"]),
        }
        answered_first: dict[str, BareService] = {
            **BARE_SERVICES,
            "sqs": MoveTasks(self._sources.poll),
        }
        gateway.SERVICE_HANDLERS |= {
            name: _answered_first(answer, gateway.SERVICE_HANDLERS.get(name, _no_such_service))
            for name, answer in answered_first.items()
        }
        stack_types.install(stack_resources(self.config) | ssm_stack_resources(self._ssm))

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request for an AWS service."""
        await gateway.app(scope, receive, send)

    def tick(self) -> None:
        """Do what is due by the lab's clock."""
        self.config.tick()
        self._sources.poll()

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
        return _answer_json(self.config, place, request)

    def _answer_ssm(self, otherwise: Handler) -> Handler:
        """Answer what is about documents and Automation; ministack knows the rest."""
        ours = _off_the_event_loop(partial(_answer_json, self._ssm))

        async def handle(*request: Any) -> Answer:  # noqa: ANN401 - ministack's untyped protocol
            is_ours = _action(HttpRequest(*request)) in self._ssm.operations
            return await (ours if is_ours else otherwise)(*request)

        return handle

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


class _JsonService(Protocol):
    def call(self, place: Place, action: str, request: Request) -> Response: ...


def _action(request: HttpRequest) -> str:
    return request.headers.get("x-amz-target", "").rpartition(".")[2]


def _answer_json(service: _JsonService, place: Place, request: HttpRequest) -> Answer:
    """The answer of a service that speaks JSON 1.1."""
    try:
        response = service.call(place, _action(request), json.loads(request.body or b"{}"))
    except (ConfigError, SsmError) as error:
        refusal: Answer = responses.error_response_json(error.code, error.message, error.status)
        return refusal
    answer: Answer = responses.json_response(wire(response))
    return answer


def identify(request: HttpRequest) -> ApiCall:
    """Which call a request makes and who makes it, before it is answered."""
    method, path, headers, body, query = request
    params = gateway._routing_params(method, path, headers, body, query)
    service = router.detect_service(method, path, headers, params)
    named = iam_actions.extract_iam_action(service, method, path, headers, body, params)
    if listings := BARE_SERVICES.get(service):
        named = f"{service}:{listings.operation(request)}"
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


def _accounts(place: Place) -> list[str]:
    """The accounts of the organisation that an account manages."""
    with responses.request_scope(place.account, place.region):
        return list(organizations._accounts)


def _publish(event: BusEvent) -> None:
    entry = {
        "Source": event.source,
        "DetailType": event.detail_type,
        "Detail": json.dumps(event.detail),
        "Resources": list(event.resources),
    }
    with responses.request_scope(event.place.account, event.place.region):
        eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)
