"""What Automation asks of the rest of AWS."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from lab.config.places import Place
from lab.config.shapes import Json


class CallFailedError(Exception):
    """A call was refused; the text says by what."""


@dataclass(frozen=True)
class Invocation:
    """What Lambda answers to an invocation; `function_error` is there only if there was one."""

    status: int
    payload: str
    function_error: str | None = None


@dataclass(frozen=True)
class Identity:
    """In whose name calls are made: the role that the execution assumes, if it names one."""

    place: Place
    role_arn: str | None
    session: str


class Caller(Protocol):
    """Makes the calls of steps; raises CallFailedError where one is refused."""

    def call(
        self, identity: Identity, service: str, api: str, arguments: Mapping[str, Any]
    ) -> dict[str, Json]:
        """Call an API operation by its names in the SDK for Python."""

    def invoke(self, identity: Identity, function: str, payload: str) -> Invocation:
        """Invoke a function and wait for its answer."""
