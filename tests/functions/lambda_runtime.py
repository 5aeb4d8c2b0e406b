"""A function run as AWS Lambda runs it: awslambdaric in a process of its own.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any, Self
from urllib.parse import parse_qs

ROOT = Path(__file__).parents[2]
PATIENCE = 20
REGION = "ap-northeast-2"

_RUNTIME = "/2018-06-01/runtime"

Headers = Mapping[str, str]
Response = tuple[int, dict[str, str], bytes]
Respond = Callable[[str, Headers, bytes], Response]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    """Gives every request to `respond`; says nothing on standard error."""

    protocol_version = "HTTP/1.1"
    respond: Respond

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        status, headers, body = self.respond(self.path, self.headers, self.rfile.read(length))
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - likewise

    def log_message(self, *_: Any) -> None:
        pass


def _serve(respond: Respond) -> _Server:
    handler = type("Handler", (_Handler,), {"respond": staticmethod(respond)})
    server = _Server(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    return server


class AwsEndpoint:
    """One loopback address for all of AWS: prepared answers, and the requests that came."""

    def __init__(self, **answers: str) -> None:
        self.requests: list[tuple[str, dict[str, Any]]] = []

        def respond(_path: str, headers: Headers, body: bytes) -> Response:
            operation, request = _read(headers.get("X-Amz-Target"), body)
            self.requests.append((operation, request))
            if operation not in answers:
                return 501, {}, b"{}"
            return 200, {}, answers[operation].encode()

        self._server = _serve(respond)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://{self._server.address}"

    @property
    def operations(self) -> list[str]:
        return [operation for operation, _ in self.requests]


def _read(target: str | None, body: bytes) -> tuple[str, dict[str, Any]]:
    """The operation and members of a request, in JSON or as a query."""
    if target:
        return target.rpartition(".")[2], json.loads(body)
    members = {name: values[0] for name, values in parse_qs(body.decode()).items()}
    return members["Action"], members


@dataclass(frozen=True)
class Answer:
    """What an invocation came to; `failed` when the handler raised or never started."""

    failed: bool
    payload: Any


class LambdaFunction:
    """A function's folder, its handler `app.handler`, and the environment it is deployed with."""

    def __init__(self, name: str, log: Path, **environment: str) -> None:
        self.arn = f"arn:aws:lambda:{REGION}:111122223333:function:vpcproof-{name}"
        self._events: Queue[bytes] = Queue()
        self._answers: Queue[Answer] = Queue()
        self._log = log
        self._api = _serve(self._respond)
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "awslambdaric", "app.handler"],
                cwd=ROOT / "functions" / name,
                env=self._environment(name) | environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        self._api.shutdown()
        self._api.server_close()

    def invoke(self, event: Any) -> Answer:
        """Hand over an event and wait for what becomes of it."""
        self._events.put(json.dumps(event).encode())
        return self._answers.get(timeout=PATIENCE)

    def start_error(self) -> str:
        """Wait for a function that does not come to start, and say why."""
        answer = self._answers.get(timeout=PATIENCE)
        assert answer.failed
        return str(answer.payload["errorMessage"])

    @property
    def log(self) -> list[dict[str, Any]]:
        """The structured lines that the function wrote."""
        lines = self._log.read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def _environment(self, name: str) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT / "layers" / "core"),
            "AWS_LAMBDA_RUNTIME_API": self._api.address,
            "AWS_LAMBDA_FUNCTION_NAME": f"vpcproof-{name}",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }

    def _respond(self, path: str, _headers: Headers, body: bytes) -> Response:
        match path.removeprefix(_RUNTIME).split("/")[1:]:
            case ["invocation", "next"]:
                return 200, self._invocation(), self._events.get()
            case ["invocation", _, "response"]:
                self._answers.put(Answer(failed=False, payload=json.loads(body)))
            case ["invocation", _, "error"] | ["init", "error"]:
                self._answers.put(Answer(failed=True, payload=json.loads(body)))
        return 202, {}, b"{}"

    def _invocation(self) -> dict[str, str]:
        return {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
            "Lambda-Runtime-Deadline-Ms": str(int((time.time() + PATIENCE) * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": self.arn,
        }
