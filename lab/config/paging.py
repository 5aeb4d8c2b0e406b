"""Pages of a list, with tokens that callers cannot make sense of."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Sequence
from typing import TypeVar

from lab.config.errors import ConfigError

Item = TypeVar("Item")


def page(
    items: Sequence[Item], limit: int, token: str | None = None
) -> tuple[Sequence[Item], str | None]:
    """At most `limit` items from where `token` points, and the token of the next page if any."""
    start = _decode(token) if token else 0
    end = start + limit
    return items[start:end], (_encode(end) if end < len(items) else None)


def _encode(offset: int) -> str:
    return urlsafe_b64encode(f"page:{offset}".encode()).decode()


def _decode(token: str) -> int:
    try:
        kind, _, offset = urlsafe_b64decode(token.encode()).decode().partition(":")
        if kind == "page":
            return int(offset)
    except (NotBase64, ValueError):
        pass
    raise ConfigError("InvalidNextTokenException", "The specified next token is not valid.")
