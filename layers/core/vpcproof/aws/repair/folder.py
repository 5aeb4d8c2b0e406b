"""Records as JSON files of a folder, for the command line; locks in a database beside them."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from .failures import RepairError
from .record import Record, record_from_text, record_to_text
from .store import Hold

DEFAULT_FOLDER = Path(".vpcproof/runs")
_RUN_ID = re.compile(r"[A-Za-z0-9-]+")
_TABLE = "CREATE TABLE IF NOT EXISTS locks (lock PRIMARY KEY, run_id, owner, until)"


class FolderStore:
    """A folder, made when the first run is recorded."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path_of(self, run_id: str) -> Path:
        """The file of a run."""
        if not _RUN_ID.fullmatch(run_id):
            raise RepairError(f"{run_id!r} is not the id of a run")
        return self._folder / f"{run_id}.json"

    def load(self, run_id: str) -> Record | None:
        """The record of a run; None when there is none."""
        path = self.path_of(run_id)
        with _failing_as(path):
            return record_from_text(path.read_text("utf-8"), str(path)) if path.exists() else None

    def save(self, record: Record) -> None:
        """Write a record; a reader finds the one before or this one, never half of one."""
        path = self.path_of(record.run_id)
        with _failing_as(path):
            self._folder.mkdir(parents=True, exist_ok=True)
            half = path.with_suffix(".part")
            with half.open("w", encoding="utf-8") as file:
                file.write(record_to_text(record))
                file.flush()
                os.fsync(file.fileno())
            half.replace(path)

    def hold_of(self, lock: str) -> Hold | None:
        """Who holds a lock; None when nobody does."""
        with self._locks() as database:
            return _held(database, lock)

    def swap(self, lock: str, before: Hold | None, after: Hold | None) -> bool:
        """Change a lock from one state to another; False when it was in neither."""
        with self._locks() as database:
            database.execute("BEGIN IMMEDIATE")
            if _held(database, lock) != before:
                database.execute("ROLLBACK")
                return False
            database.execute("DELETE FROM locks WHERE lock = ?", (lock,))
            if after:
                row = (lock, after.run_id, after.owner, after.until.isoformat())
                database.execute("INSERT INTO locks VALUES (?, ?, ?, ?)", row)
            database.execute("COMMIT")
            return True

    @contextmanager
    def _locks(self) -> Iterator[sqlite3.Connection]:
        path = self._folder / "locks.sqlite"
        with _failing_as(path):
            self._folder.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(path, isolation_level=None)) as database:
                database.execute(_TABLE)
                yield database


def _held(database: sqlite3.Connection, lock: str) -> Hold | None:
    row = database.execute(
        "SELECT run_id, owner, until FROM locks WHERE lock = ?", (lock,)
    ).fetchone()
    return row and Hold(run_id=row[0], owner=row[1], until=datetime.fromisoformat(row[2]))


@contextmanager
def _failing_as(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, UnicodeDecodeError, sqlite3.Error) as error:
        raise RepairError(f"{path} cannot be used to record runs: {error}") from error
