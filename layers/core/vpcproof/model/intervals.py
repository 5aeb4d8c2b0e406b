"""Canonical sets of integers: the arithmetic under address sets and port sets."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import itemgetter

Interval = tuple[int, int]
_low = itemgetter(0)


@dataclass(frozen=True, slots=True)
class IntervalSet:
    """Integers as sorted, disjoint, non-adjacent closed intervals, so equal sets compare equal."""

    intervals: tuple[Interval, ...] = ()

    @classmethod
    def of(cls, intervals: Iterable[Interval]) -> IntervalSet:
        """Merge intervals in any order, overlapping or not, into the canonical set."""
        merged: list[Interval] = []
        for low, high in sorted(intervals):
            if merged and low <= merged[-1][1] + 1:
                if high > merged[-1][1]:
                    merged[-1] = (merged[-1][0], high)
            else:
                merged.append((low, high))
        return cls(tuple(merged))

    def __bool__(self) -> bool:
        return bool(self.intervals)

    def __iter__(self) -> Iterator[Interval]:
        return iter(self.intervals)

    def __contains__(self, value: int) -> bool:
        position = bisect_right(self.intervals, value, key=_low) - 1
        return position >= 0 and value <= self.intervals[position][1]

    def __or__(self, other: IntervalSet) -> IntervalSet:
        if not self.intervals or not other.intervals:
            return self if self.intervals else other
        return IntervalSet.of((*self.intervals, *other.intervals))

    def __and__(self, other: IntervalSet) -> IntervalSet:
        if not self.intervals or not other.intervals:
            return IntervalSet()
        shared: list[Interval] = []
        mine, theirs = iter(self.intervals), iter(other.intervals)
        a, b = next(mine, None), next(theirs, None)
        while a is not None and b is not None:
            low, high = max(a[0], b[0]), min(a[1], b[1])
            if low <= high:
                shared.append((low, high))
            if a[1] < b[1]:
                a = next(mine, None)
            else:
                b = next(theirs, None)
        return IntervalSet(tuple(shared))

    def __sub__(self, other: IntervalSet) -> IntervalSet:
        if not self.intervals or not other.intervals:
            return self
        left: list[Interval] = []
        for low, high in self.intervals:
            start = low
            for cut_low, cut_high in other._overlapping(low, high):
                if cut_low > start:
                    left.append((start, cut_low - 1))
                start = max(start, cut_high + 1)
            if start <= high:
                left.append((start, high))
        return IntervalSet(tuple(left))

    def __le__(self, other: IntervalSet) -> bool:
        """True when every integer of this set is in the other."""
        theirs = other.intervals
        for low, high in self.intervals:
            # Only the last interval that begins at or before `low` can hold both ends.
            position = bisect_right(theirs, low, key=_low) - 1
            if position < 0 or theirs[position][1] < high:
                return False
        return True

    @property
    def first(self) -> int:
        """The smallest member; raises IndexError on an empty set."""
        return self.intervals[0][0]

    def _overlapping(self, low: int, high: int) -> tuple[Interval, ...]:
        start = bisect_right(self.intervals, low, key=_low) - 1
        if start < 0 or self.intervals[start][1] < low:
            start += 1
        end = start
        while end < len(self.intervals) and self.intervals[end][0] <= high:
            end += 1
        return self.intervals[start:end]
