"""Typed members out of untyped answers: what AWS left out is None or empty, nonsense is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from ..model.addresses import AddressSet
from ..model.tags import Tags, no_tags

Raw = Mapping[str, Any]

_INTEGER = re.compile(r"-?[0-9]{1,18}")


class UnreadableError(Exception):
    """An element says something that cannot be understood; the text says what."""


def text(raw: Raw, member: str) -> str | None:
    """A text member; numbers count as text, because ids lose their quotes in other tools."""
    value = raw.get(member)
    if isinstance(value, str):
        return value or None
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise UnreadableError(f"{member} is not text")


def required(raw: Raw, member: str) -> str:
    """A text member that the element makes no sense without."""
    value = text(raw, member)
    if value is None:
        raise UnreadableError(f"has no {member}")
    return value


def lower(raw: Raw, member: str, default: str) -> str:
    """A text member in lower case: AWS documents one spelling of a state and sends another."""
    return (text(raw, member) or default).lower()


def flag(raw: Raw, member: str) -> bool | None:
    """A boolean member, `"true"` as text and AWS's `{"Value": true}` included."""
    value = raw.get(member)
    if isinstance(value, Mapping):
        value = value.get("Value")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    raise UnreadableError(f"{member} is neither true nor false")


def number(raw: Raw, member: str) -> int | None:
    """An integer member."""
    value = raw.get(member)
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and _INTEGER.fullmatch(value):
        return int(value)
    raise UnreadableError(f"{member} is not a number")


def structure(raw: Raw, member: str) -> Raw:
    """A nested object, empty where it is missing."""
    value = raw.get(member)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise UnreadableError(f"{member} is not an object")
    return value


def structures(raw: Raw, member: str) -> Iterator[Raw]:
    """The objects of a nested list."""
    for value in _listed(raw, member):
        if not isinstance(value, Mapping):
            raise UnreadableError(f"{member} holds something that is not an object")
        yield value


def texts(raw: Raw, member: str) -> tuple[str, ...]:
    """A nested list of texts whose order means nothing, sorted."""
    values = _listed(raw, member)
    if not all(isinstance(value, str) for value in values):
        raise UnreadableError(f"{member} holds something that is not text")
    return tuple(sorted(set(values)))


def texts_of(raw: Raw, member: str, inner: str) -> tuple[str, ...]:
    """One text member of each object of a nested list, sorted."""
    found = {text(each, inner) for each in structures(raw, member)}
    return tuple(sorted(value for value in found if value is not None))


def moment(value: object) -> datetime | None:
    """A point in time from a datetime, ISO 8601 text or seconds since 1970; without zone it is UTC.

    The AWS CLI prints either form, as `cli_timestamp_format` says.
    https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html
    """
    try:
        if isinstance(value, str):
            value = datetime.fromisoformat(value)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            value = datetime.fromtimestamp(value, UTC)
        if not isinstance(value, datetime):
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


@lru_cache(maxsize=65536)
def addresses(cidr: str) -> AddressSet:
    """The addresses of one CIDR; equal CIDRs of a snapshot share one set."""
    try:
        return AddressSet.of(cidr)
    except ValueError:
        raise UnreadableError(f"'{shown(cidr)}' is neither a CIDR nor an address") from None


def shown(given: object, limit: int = 80) -> str:
    """Text of strangers as part of one line: cut, and without characters that do not print."""
    plain = str(given)[:limit]
    return plain if plain.isprintable() else ascii(plain)[1:-1]


def tags(raw: Raw, member: str = "Tags") -> Tags:
    """Tags as a mapping."""
    pairs = {
        key: text(each, "Value") or ""
        for each in structures(raw, member)
        if (key := text(each, "Key")) is not None
    }
    return MappingProxyType(pairs) if pairs else no_tags()


def _listed(raw: Raw, member: str) -> Sequence[Any]:
    values = raw.get(member)
    if values is None:
        return ()
    if not isinstance(values, list | tuple):
        raise UnreadableError(f"{member} is not a list")
    return [value for value in values if value is not None]
