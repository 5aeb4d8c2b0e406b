"""Values that a template leaves open, each with a name and the reason why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that is not known before deployment; equal names mean the same value.

    `is_generated` says that AWS makes it up at deployment, as it does ids and account numbers: no
    text of the template can be equal to it by chance, so it serves as a text of its own.
    """

    name: str
    reason: str
    is_generated: bool = False

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Zones:
    """The Availability Zones of a Region in the order of Fn::GetAZs, however many there are."""

    region: str

    def __getitem__(self, position: int) -> str:
        return f"{self.region}[{position}]"


class NotKnownError(Exception):
    """A resource says something that only the deployment knows; the text says where and what."""


def unknowns_in(value: Any) -> Iterator[Unknown]:  # noqa: ANN401 - any value of a template
    """All unknown values anywhere in a value."""
    if isinstance(value, Unknown):
        yield value
    elif isinstance(value, Zones):
        yield Unknown(f"zones of {value.region}", "the zones of a Region are listed at deployment")
    elif isinstance(value, Mapping):
        for member in value.values():
            yield from unknowns_in(member)
    elif isinstance(value, list):
        for member in value:
            yield from unknowns_in(member)
