"""Members of events, asked for with care: what is missing is named, nothing is a KeyError."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ..errors import InvocationError

Members = Mapping[str, Any]


def required_text(source: Members, member: str) -> str:
    """A text without which the event makes no sense."""
    value = source.get(member)
    if not isinstance(value, str) or not value:
        raise InvocationError(f"the event has no {member}")
    return value


def required_object(source: Members, member: str) -> Members:
    """An object without which the event makes no sense."""
    value = source.get(member)
    if not isinstance(value, Mapping):
        raise InvocationError(f"the event has no {member}")
    return value


def object_in_text(source: Members, member: str) -> Members:
    """An object that AWS sends as JSON inside a text."""
    text = source.get(member)
    try:
        value = json.loads(text) if isinstance(text, str) else None
    except ValueError:
        value = None
    if not isinstance(value, Mapping):
        raise InvocationError(f"{member} of the event is not a JSON object: {str(text)[:200]!r}")
    return value


def moment(source: Members, member: str) -> datetime | None:
    """A point in time, if the event tells it; without a zone it is UTC."""
    value = source.get(member)
    if not value:
        return None
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        raise InvocationError(f"{member} is not a time: {str(value)[:60]!r}") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
