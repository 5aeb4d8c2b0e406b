"""What remains of the changes of one window: what differs after it from before it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from operator import attrgetter

from .compliance_change import NEVER, ComplianceChange, VerdictKey

_MOST_REMEMBERED = 10_000


def settled(changes: Iterable[ComplianceChange]) -> list[ComplianceChange]:
    """One change of each verdict, from what it was before the window to what it is after it.

    A resource that fails and recovers within the window is left with a change from COMPLIANT to
    COMPLIANT, which is no reason to alert; an event that was delivered twice counts once.
    """
    by_key: defaultdict[VerdictKey, list[ComplianceChange]] = defaultdict(list)
    for change in sorted(changes, key=attrgetter("moment")):
        by_key[change.key].append(change)
    return [
        replace(each[-1], before=each[0].before, previous_annotation=each[0].previous_annotation)
        for each in by_key.values()
    ]


class Told:
    """What this container has told: as SQS may deliver a message twice, and retries come late.

    It remembers the time of the latest change of each verdict. Whatever is not later is either
    known or overtaken: after a recovery was told, the failure before it would be a false alert.
    """

    def __init__(self, most: int = _MOST_REMEMBERED) -> None:
        self._latest: dict[VerdictKey, datetime] = {}
        self._most = most

    def knows(self, change: ComplianceChange) -> bool:
        """Whether this or a later change of the same verdict was told."""
        return NEVER < change.moment <= self._latest.get(change.key, NEVER)

    def note(self, change: ComplianceChange) -> None:
        """Remember a change; the one that was noted longest ago is forgotten for it."""
        self._latest.pop(change.key, None)
        self._latest[change.key] = change.moment
        if len(self._latest) > self._most:
            del self._latest[next(iter(self._latest))]
