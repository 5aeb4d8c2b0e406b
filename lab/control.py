"""The ASGI application of the lab: its control routes, and the journal and faults around the rest.

GET    /_lab/idle?timeout=30      wait until nothing is queued or running: 200, or 504 if not
GET    /_lab/clock                the lab's time
POST   /_lab/clock/advance        {"seconds": 3600}: skip time, then run what is due
POST   /_lab/tick                 run what is due now
POST   /_lab/faults               {"service": "ec2", "action": "DescribeVpcs", "code": "X"};
                                  "times": 3 lets three calls fail, "message" says why; the code
                                  NoAnswer leaves a call without an answer until it is given up
DELETE /_lab/faults               forget the faults not met yet
GET    /_lab/invocations          every execution of a function; ?function=evaluate filters
GET    /_lab/calls                every API call; ?service=ec2&action=DescribeVpcs filters
DELETE /_lab/invocations          begin the journal anew, as does DELETE /_lab/calls
POST   /_lab/config               {"largest_notification": 2000}: when items are oversized
POST   /_lab/ec2                  {"items_per_page": 2}: the longest page of a listing; null: usual
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from lab import ec2
from lab.asgi import (
    FIRST_ERROR_STATUS,
    Answer,
    HttpRequest,
    Message,
    Receive,
    Scope,
    Send,
    aws_error,
    error_code,
    given_up,
    headers_of,
    json_answer,
    read_request,
    replay,
    respond,
)
from lab.config import Fault, Faults
from lab.config.timestamps import iso
from lab.emulator import Emulator, identify
from lab.journal import ApiCall, Execution, Journal

_PREFIX = "/_lab/"
_DEFAULT_IDLE_SECONDS = 30.0
_NO_ANSWER = "NoAnswer"

Route = Callable[[HttpRequest], Answer]


class Lab:
    """ministack's ASGI application with the lab around it."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._faults = Faults()
        self._routes: Mapping[tuple[str, str], Route] = {
            ("GET", "idle"): self._idle,
            ("GET", "clock"): self._clock,
            ("POST", "clock/advance"): self._advance,
            ("POST", "tick"): self._tick,
            ("POST", "faults"): self._add_fault,
            ("DELETE", "faults"): self._clear_faults,
            ("GET", "invocations"): partial(_read, emulator.functions.executions),
            ("DELETE", "invocations"): partial(_forget, emulator.functions.executions),
            ("GET", "calls"): partial(_read, emulator.calls),
            ("DELETE", "calls"): partial(_forget, emulator.calls),
            ("POST", "config"): self._set_limits,
            ("POST", "ec2"): _set_pages,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass it on to ministack."""
        if scope["type"] != "http":
            await self._emulator.answer(scope, receive, send)
            return
        request = await read_request(scope, receive)
        if request.path.startswith(_PREFIX):
            await respond(send, await asyncio.to_thread(self._control, request))
            return
        call = identify(request)
        if fault := self._faults.take(f"{call.service}:{call.action}"):
            self._emulator.calls.add(replace(call, status=FIRST_ERROR_STATUS, error=fault.code))
            if fault.code == _NO_ANSWER:
                await given_up(receive)
                return
            await respond(send, aws_error(request, call.service, fault.code, fault.message))
            return
        heard = _journalling(self._emulator.calls, call, send)
        await self._emulator.answer(scope, replay(request.body, receive), heard)

    def _control(self, request: HttpRequest) -> Answer:
        name = request.path.removeprefix(_PREFIX)
        route = self._routes.get((request.method, name))
        if route is None:
            return json_answer({"error": f"no {request.method} {request.path} in the lab"}, 404)
        try:
            return route(request)
        except (KeyError, TypeError, ValueError) as error:
            return json_answer({"error": f"{type(error).__name__}: {error}"}, 400)

    def _idle(self, request: HttpRequest) -> Answer:
        timeout = float(request.query.get("timeout", [_DEFAULT_IDLE_SECONDS])[0])
        idle = self._emulator.wait_until_idle(timeout)
        return json_answer({"idle": idle}, 200 if idle else 504)

    def _clock(self, _request: HttpRequest) -> Answer:
        return json_answer({"now": iso(self._emulator.clock.now())})

    def _advance(self, request: HttpRequest) -> Answer:
        self._emulator.clock.advance(timedelta(seconds=_content(request)["seconds"]))
        return self._tick(request)

    def _tick(self, request: HttpRequest) -> Answer:
        self._emulator.tick()
        return self._clock(request)

    def _add_fault(self, request: HttpRequest) -> Answer:
        wanted = _content(request)
        service, unanswered = wanted.pop("service"), wanted.get("code") == _NO_ANSWER
        if service == "ec2" and not unanswered:
            ec2.faults.inject(ec2.faults.Fault(**wanted))
            return json_answer({}, 201)
        action, fault = wanted.pop("action"), Fault(**wanted)
        if service == "config" and not unanswered:
            self._emulator.config.faults.add(action, fault)
        else:
            self._faults.add(f"{service}:{action}", fault)
        return json_answer({}, 201)

    def _clear_faults(self, _request: HttpRequest) -> Answer:
        self._faults.clear()
        self._emulator.config.faults.clear()
        ec2.faults.clear()
        return json_answer({})

    def _set_limits(self, request: HttpRequest) -> Answer:
        self._emulator.config.largest_notification = int(_content(request)["largest_notification"])
        return json_answer({})


def _set_pages(request: HttpRequest) -> Answer:
    ec2.pagination.limit_pages(_content(request)["items_per_page"])
    return json_answer({})


def _content(request: HttpRequest) -> dict[str, Any]:
    content = json.loads(request.body or b"{}")
    if not isinstance(content, dict):
        raise TypeError("the body is a JSON object")
    return content


def _read(journal: Journal[ApiCall] | Journal[Execution], request: HttpRequest) -> Answer:
    wanted = {name: values[-1] for name, values in request.query.items()}
    return json_answer(journal.matching(wanted))


def _forget(journal: Journal[ApiCall] | Journal[Execution], _request: HttpRequest) -> Answer:
    journal.clear()
    return json_answer({})


def _journalling(journal: Journal[ApiCall], call: ApiCall, send: Send) -> Send:
    """A `send` that notes the call when its answer begins to leave."""
    begun: list[Message] = []

    async def heard(message: Message) -> None:
        if message["type"] == "http.response.start":
            begun.append(message)
        elif begun:
            journal.add(_answered(call, begun.pop(), message.get("body", b"")))
        await send(message)

    return heard


def _answered(call: ApiCall, start: Message, body: bytes) -> ApiCall:
    status = start["status"]
    if status < FIRST_ERROR_STATUS:
        return replace(call, status=status)
    code = error_code(headers_of(start["headers"]), body)
    return replace(call, status=status, error=code)
