"""What stands for what: one substitute for each value, in the order of the values."""

from __future__ import annotations


class Substitutes:
    """Numbers that stand for values, family by family.

    Values are first met, all of them, then numbered in their order. So whatever is sorted by ids or
    names stays sorted alike, and a number says nothing but which came first.
    """

    def __init__(self) -> None:
        self._met: dict[str, set[str]] = {}
        self._numbers: dict[tuple[str, str], int] = {}

    def number(self, family: str, value: str) -> int:
        """The number of a value; meaningless until `settle` was called."""
        self._met.setdefault(family, set()).add(value)
        return self._numbers.get((family, value), 0)

    def met(self, family: str) -> set[str]:
        """All values of a family."""
        return self._met.get(family, set())

    def settle(self) -> None:
        """Number what was met."""
        self._numbers = {
            (family, value): number
            for family, values in self._met.items()
            for number, value in enumerate(sorted(values), 1)
        }
