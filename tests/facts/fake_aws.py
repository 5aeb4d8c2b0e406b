"""An account in memory for boto3 clients that never leave the process.

`FakeAws({"DescribeVpcs": [...pages], ...})` answers each operation with its pages, or with what a
function of the parameters returns, and raises what is an exception. It counts the calls it gets.
"""

from collections import Counter
from collections.abc import Callable
from functools import cache
from threading import Lock
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError

REGION = "eu-west-1"
ACCOUNT = "111122223333"


def refusal(code: str) -> ClientError:
    """The error that AWS answers a call with."""
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "Operation")


class _Line:
    """Who answers: making a client takes long, so all tests share theirs."""

    account: "FakeAws"


@cache
def _client(service: str):
    session = boto3.Session("x", "x", region_name=REGION)
    client = session.client(service)
    client.meta.events.register("before-parameter-build.*.*", _remember)
    client.meta.events.register("before-call.*.*", _answer)
    return client


def _remember(**event):
    _Line.account.remember(**event)


def _answer(**event):
    return _Line.account.answer(**event)


class FakeAws:
    """Clients whose calls are answered from a table; operations not in it answer nothing."""

    def __init__(self, answers: dict[str, Any] | None = None) -> None:
        self.answers = {"GetCallerIdentity": {"Account": ACCOUNT}, **(answers or {})}
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self._lock = Lock()

    def __call__(self, service: str, /):
        _Line.account = self
        return _client(service)

    def count(self) -> Counter[str]:
        """How often each operation was called."""
        return Counter(operation for operation, _ in self.calls)

    def of(self, operation: str) -> list[dict[str, Any]]:
        """The parameters of each call of one operation."""
        return [parameters for called, parameters in self.calls if called == operation]

    def remember(self, params, model, context, **_):
        """Take down a call and its parameters."""
        with self._lock:
            self.calls.append((model.name, dict(params)))
        context["parameters"] = dict(params)

    def answer(self, model, context, **_):
        """Answer a call before it leaves the process."""
        answer = self.answers.get(model.name, {})
        if isinstance(answer, Callable):
            answer = answer(**context["parameters"])
        if isinstance(answer, list):
            position = int(context["parameters"].get("NextToken", "0"))
            answer = answer[position]
            if position + 1 < len(self.answers[model.name]) and isinstance(answer, dict):
                answer = answer | {"NextToken": str(position + 1)}
        if isinstance(answer, Exception):
            raise answer
        return AWSResponse("https://aws.example", 200, {}, None), answer
