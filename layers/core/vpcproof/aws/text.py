"""Text from strangers, made harmless.

Resource ids, tags and error messages are written by whoever owns the resource. A line break or a
direction override in one of them would let it forge lines of an alert.
"""

from __future__ import annotations

import unicodedata

_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def one_line(text: object, *, limit: int) -> str:
    """The text on one line, without control or formatting characters, cut to `limit` characters."""
    seen = "".join(
        " " if unicodedata.category(character) in _UNPRINTABLE else character
        for character in str(text)
    )
    line = " ".join(seen.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def ascii_line(text: object, *, limit: int) -> str:
    """The same in ASCII alone, `?` standing for every other character."""
    line = one_line(text, limit=limit).replace("…", "...").encode("ascii", "replace").decode()
    return line if len(line) <= limit else line[: limit - 3] + "..."
