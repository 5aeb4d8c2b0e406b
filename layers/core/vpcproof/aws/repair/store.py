"""Where runs are recorded and VPCs locked: a table of DynamoDB, or a folder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from .record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Who holds a lock, for which run, and how long unless it says so again."""

    run_id: str
    owner: str
    until: datetime


class Store(Protocol):
    """Keeps records, and changes locks in one step that cannot be interrupted."""

    def load(self, run_id: str) -> Record | None:
        """The record of a run; None when there is none."""
        ...

    def save(self, record: Record) -> None:
        """Write a record, in place of the one before."""
        ...

    def hold_of(self, lock: str) -> Hold | None:
        """Who holds a lock; None when nobody does."""
        ...

    def swap(self, lock: str, before: Hold | None, after: Hold | None) -> bool:
        """Change a lock from one state to another; False when it was in neither."""
        ...
