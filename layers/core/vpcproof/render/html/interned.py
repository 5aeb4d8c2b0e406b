"""Values that recur in a document, each written once."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any


class Interned:
    """A list of distinct values, each named by its number in it."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}
        self.written: list[Any] = []

    def number(self, key: Hashable, written: object) -> int:
        """The number of a value, which `written` stands for in the document."""
        if key not in self._numbers:
            self._numbers[key] = len(self.written)
            self.written.append(written)
        return self._numbers[key]
