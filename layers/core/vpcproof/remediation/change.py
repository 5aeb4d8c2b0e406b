"""One change of a plan: the call, the state it rests on, how it is undone, and what it costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

# What the EC2 API takes: text, numbers, truth values, lists and mappings of them, as in JSON.
Arguments = Mapping[str, Any]


class Risk(StrEnum):
    """What a change can take away: nothing, access that somebody has, or a resource."""

    ADDITIVE = "additive"
    NARROWING = "narrowing"
    DESTRUCTIVE = "destructive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of the EC2 API, with the API's own names.

    `creates` stands for the id of what the call creates, which AWS assigns: later calls of the same
    plan name it by this text.
    """

    operation: str
    arguments: Arguments
    creates: str | None = None

    def names(self, resource_id: str) -> bool:
        """Whether a resource is named anywhere in the arguments."""
        return any(text == resource_id for text in _texts(self.arguments))


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """The answer that a question about the facts must still have when the change is made."""

    question: str
    of: tuple[str, ...]
    answer: Any

    def __str__(self) -> str:
        return f"{self.question} of {', '.join(self.of)} is {self.answer}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthlyCost:
    """US dollars per month, and where the price is from."""

    amount: Decimal = Decimal(0)
    source: str = ""
    note: str = ""


FREE = MonthlyCost()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A call that a plan makes.

    `expects` holds right before the call, when all changes before it have been made. `undo` takes
    it back, given in the order in which to call.
    """

    call: Call
    summary: str
    risk: Risk
    expects: tuple[Expectation, ...] = ()
    undo: tuple[Call, ...] = ()
    cost: MonthlyCost = field(default=FREE)

    @property
    def operation(self) -> str:
        """The API action, such as `CreateVpcEndpoint`."""
        return self.call.operation

    @property
    def arguments(self) -> Arguments:
        """The arguments of the API action."""
        return self.call.arguments

    @property
    def creates(self) -> str | None:
        """What later changes call the resource that this one creates."""
        return self.call.creates


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)
