"""Requests and answers between ASGI and the code of the lab."""

import json
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qs
from uuid import uuid4
from xml.sax.saxutils import escape

from lab.config.shapes import Json

Scope = Mapping[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Answer = tuple[int, dict[str, str], bytes]
"""Status, headers and body."""

FIRST_ERROR_STATUS = 400

_ERROR_CODE_IN_XML = re.compile(rb"<Code>([^<]+)</Code>")


class HttpRequest(NamedTuple):
    """A request with its whole body; header names are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    query: dict[str, list[str]]


async def read_request(scope: Scope, receive: Receive) -> HttpRequest:
    """The request of an ASGI connection."""
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return HttpRequest(
        method=scope["method"],
        path=scope["path"],
        headers=headers_of(scope["headers"]),
        body=body,
        query=parse_qs(scope["query_string"].decode(), keep_blank_values=True),
    )


def headers_of(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers as text by their names in lower case."""
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in raw}


def replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that hands out a body once more that was read from another one."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again


async def given_up(receive: Receive) -> None:
    """Wait until whoever asked no longer waits for the answer."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def respond(send: Send, answer: Answer) -> None:
    """Send an answer."""
    status, headers, body = answer
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    raw.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})


def json_answer(content: Json, status: int = 200) -> Answer:
    """An answer of JSON."""
    return status, {"Content-Type": "application/json"}, json.dumps(content).encode()


def aws_error(request: HttpRequest, service: str, code: str, message: str) -> Answer:
    """An error in the protocol that the request speaks."""
    if "x-amz-target" in request.headers or service == "lambda":
        body = json.dumps({"__type": code, "message": message, "Message": message})
        content_type = "application/x-amz-json-1.1"
        return (
            FIRST_ERROR_STATUS,
            {"Content-Type": content_type, "x-amzn-errortype": code},
            body.encode(),
        )
    error = f"<Error><Code>{escape(code)}</Code><Message>{escape(message)}</Message></Error>"
    if service == "s3":
        body = error
    else:
        body = f"<ErrorResponse>{error}<RequestId>{uuid4()}</RequestId></ErrorResponse>"
    return FIRST_ERROR_STATUS, {"Content-Type": "text/xml"}, body.encode()


def error_code(headers: Mapping[str, str], body: bytes) -> str | None:
    """The AWS error code of an answer, in whichever protocol it stands."""
    if named := headers.get("x-amzn-errortype"):
        return named.partition(":")[0]
    if in_xml := _ERROR_CODE_IN_XML.search(body):
        return in_xml[1].decode()
    try:
        return str(json.loads(body)["__type"]).rpartition("#")[2]
    except (ValueError, KeyError, TypeError):
        return None
