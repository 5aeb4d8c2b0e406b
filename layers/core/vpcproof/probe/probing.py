"""All steps of a question, many at once, ended in time."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Generic, TypeVar

from .connection import is_v6, may_reach, opened, secure
from .dns_message import Family
from .question import Address, Question, Target, question
from .resolver import name_servers, resolve
from .step import Step, StepError, Trouble

MOST_AT_ONCE = 32
# Of one name and family; more of them would only hold up the others.
MOST_ANSWERS = 16

_Value = TypeVar("_Value")


def answer(event: object, subnet_id: str, seconds: float) -> dict[str, Any]:
    """What the probe function answers to an event, after at most so many seconds.

    Raises QuestionError.
    """
    return asyncio.run(_answer(question(event), subnet_id, seconds))


async def _answer(asked: Question, subnet_id: str, seconds: float) -> dict[str, Any]:
    taken_at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    probing = Probing(
        servers=name_servers(),
        trusted=ssl.create_default_context(),
        places=asyncio.Semaphore(MOST_AT_ONCE),
        seconds_per_step=asked.seconds_per_step,
        ends=asyncio.get_running_loop().time() + seconds,
    )
    taken = await asyncio.gather(*map(probing.probe, asked.targets))
    results = [
        {
            "SubnetId": subnet_id,
            "Service": target.service,
            "TakenAt": taken_at,
            "Steps": [each.document() for each in steps],
        }
        for target, steps in zip(asked.targets, taken, strict=True)
    ]
    return {"ProbeResults": results}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Generic[_Value]):
    """What came of one attempt, and how long it took."""

    value: _Value | None = None
    trouble: Trouble | None = None
    detail: str | None = None
    milliseconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Probing:
    """What all steps share: whom to ask, whom to trust, and when to end."""

    servers: Sequence[str]
    trusted: ssl.SSLContext
    places: asyncio.Semaphore
    seconds_per_step: float
    ends: float

    async def probe(self, target: Target) -> list[Step]:
        """Every step towards one service."""
        return _flat(await asyncio.gather(*(self._name(target, each) for each in target.names)))

    async def _name(self, target: Target, name: str) -> list[Step]:
        resolved = await asyncio.gather(*(self._resolve(target, name, each) for each in Family))
        led = [address for _, addresses in resolved for address in addresses]
        tries = [self._reach(target, name, each) for each in _usable(led)]
        return [*(step for step, _ in resolved), *_flat(await asyncio.gather(*tries))]

    async def _resolve(
        self, target: Target, name: str, family: Family
    ) -> tuple[Step, list[Address]]:
        """One lookup, and those of its addresses that are the service's: no other is tried."""
        outcome = await self._timed(
            partial(resolve, self.servers, name, family, self.seconds_per_step)
        )
        found = outcome.value or ()
        step = Step(
            name="resolve",
            target=name,
            family=family.name,
            answer=tuple(map(str, found)),
            trouble=outcome.trouble or _misled(target, found),
            detail=outcome.detail,
            milliseconds=outcome.milliseconds,
        )
        return step, [each for each in found if target.is_led_right(each)][:MOST_ANSWERS]

    async def _reach(self, target: Target, name: str, address: Address) -> list[Step]:
        """A connection, and TLS on it where the service speaks it from the start."""
        attempt = await self._timed(partial(opened, address, target.port))
        connect = Step(
            name="connect",
            target=str(address),
            port=target.port,
            trouble=attempt.trouble,
            detail=attempt.detail,
            milliseconds=attempt.milliseconds,
        )
        if attempt.value is None:
            return [connect]
        with closing(attempt.value) as channel:
            if not target.speaks_tls:
                return [connect]
            handshake = await self._timed(partial(secure, channel, name, self.trusted))
        tls = Step(
            name="tls",
            target=str(address),
            port=target.port,
            server_name=name,
            trouble=handshake.trouble,
            detail=handshake.detail,
            milliseconds=handshake.milliseconds,
        )
        return [connect, tls]

    async def _timed(self, attempt: Callable[[], Awaitable[_Value]]) -> Outcome[_Value]:
        """An attempt that ends in time: of the step, or of all steps if that is sooner."""
        clock = asyncio.get_running_loop().time
        began = clock()
        value, trouble, detail = None, None, None
        try:
            async with asyncio.timeout_at(self.ends), self.places:
                began = clock()
                async with asyncio.timeout(self.seconds_per_step):
                    value = await attempt()
        except TimeoutError:
            trouble = Trouble.TIMED_OUT
        except StepError as error:
            trouble, detail = error.trouble, error.detail
        taken = round((clock() - began) * 1000, 1)
        return Outcome(value=value, trouble=trouble, detail=detail, milliseconds=taken)


def _misled(target: Target, found: Sequence[Address]) -> Trouble | None:
    """What is wrong with an answer: nothing in it, or an address that is not the service's."""
    astray = [each for each in found if not target.is_led_right(each)]
    if not astray:
        return None if found else Trouble.NO_ANSWER
    public = any(each.is_global for each in astray)
    return Trouble.PUBLIC_ADDRESS if public else Trouble.FOREIGN_ADDRESS


def _usable(addresses: Iterable[Address]) -> list[Address]:
    """Without an address of IPv6 of its own, a client uses those of IPv4, if there are any.

    https://www.rfc-editor.org/rfc/rfc6724#section-6, rule 1
    """
    found = list(dict.fromkeys(addresses))
    if all(map(is_v6, found)):
        return found
    return [each for each in found if not is_v6(each) or may_reach(each)]


def _flat(lists: Iterable[list[Step]]) -> list[Step]:
    return [step for each in lists for step in each]
