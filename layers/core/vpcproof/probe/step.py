"""What a probe says of each thing it tried."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Trouble(StrEnum):
    """Why a step failed; docs/probe.md says of each what to do."""

    NXDOMAIN = "nxdomain"
    NO_ANSWER = "no-answer"
    RESOLVER_FAILED = "resolver-failed"
    PUBLIC_ADDRESS = "public-address"
    FOREIGN_ADDRESS = "foreign-address"
    REFUSED = "refused"
    TIMED_OUT = "timed-out"
    NO_ROUTE = "no-route"
    RESET = "reset"
    CERTIFICATE = "certificate"
    TLS = "tls"


class StepError(Exception):
    """A step failed; the details are in the words of whoever noticed."""

    def __init__(self, trouble: Trouble, detail: str | None = None) -> None:
        super().__init__(trouble)
        self.trouble = trouble
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One name resolved, one connection opened, or one TLS handshake made."""

    name: str
    target: str
    family: str | None = None
    port: int | None = None
    server_name: str | None = None
    answer: tuple[str, ...] | None = None
    trouble: Trouble | None = None
    detail: str | None = None
    milliseconds: float

    def document(self) -> dict[str, Any]:
        """The step as the function's answer has it; what does not apply is left out."""
        about = {
            "Step": self.name,
            "Target": self.target,
            "Family": self.family,
            "Port": self.port,
            "Name": self.server_name,
            "Answer": None if self.answer is None else list(self.answer),
            "Detail": self.detail,
            "Milliseconds": self.milliseconds,
        }
        told = {member: value for member, value in about.items() if value is not None}
        return told | {"Ok": self.trouble is None, "Error": self.trouble}
