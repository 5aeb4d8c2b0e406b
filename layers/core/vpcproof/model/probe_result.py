"""What a probe saw: a function that stands in a subnet, resolves names there and opens TLS."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

# A service with addresses of one family only has none of the other, which is no fault.
_NO_SUCH_FAMILY = "no-answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeStep:
    """One thing that the probe tried: `resolve`, `connect` or `tls`.

    `target` is the name or the address that it was tried with, `error` one of a closed list of
    words: `nxdomain`, `timed-out`, `foreign-address` and so on.
    """

    name: str
    target: str
    family: str | None = None
    port: int | None = None
    ok: bool
    answer: tuple[str, ...] = ()
    error: str | None = None
    detail: str | None = None
    milliseconds: float | None = None

    def __str__(self) -> str:
        where = f"{self.target}:{self.port}" if self.port else self.target
        asked = f" {self.family}" if self.family else ""
        said = ", ".join(filter(None, (*self.answer, self.detail)))
        told = f" ({said})" if said else ""
        return f"{self.name} {where}{asked}: {'ok' if self.ok else self.error or 'failed'}{told}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeResult:
    """How one service fared from one subnet at one time; `failure` says why a probe said nothing.

    A probe that is there and gives no answer is kept as a result without steps: it must not be
    taken for a subnet without a probe.
    """

    subnet_id: str
    service: str
    taken_at: datetime | None = None
    steps: tuple[ProbeStep, ...] = ()
    failure: str | None = None

    @property
    def answered(self) -> bool:
        """Whether the probe said anything about the service."""
        return self.failure is None and bool(self.steps)

    @property
    def reaches(self) -> bool:
        """Every step succeeded, from the name to a connection and, where it is spoken, TLS."""
        return any(each.name == "connect" for each in self.steps) and not self.failed

    @property
    def failed(self) -> tuple[ProbeStep, ...]:
        """The steps that did not succeed, an address family that a name simply lacks left out."""
        named = {each.target for each in self.steps if each.name == "resolve" and each.ok}
        return tuple(each for each in self.steps if not each.ok and not _lacks_family(each, named))


def _lacks_family(step: ProbeStep, named: Iterable[str]) -> bool:
    return step.name == "resolve" and step.error == _NO_SUCH_FAMILY and step.target in named
