"""What has happened in the lab: every API call, and every execution of a function."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from threading import Lock
from typing import Any, Generic, TypeVar

from lab.config.shapes import Json


@dataclass(frozen=True)
class ApiCall:
    """A call that reached the lab; `principal` is the ARN of the role session that made it."""

    service: str
    action: str
    account: str
    region: str
    principal: str
    status: int
    error: str | None


@dataclass(frozen=True)
class Execution:
    """One execution of a function; `attempt` counts those of an asynchronous invocation from 1."""

    function: str
    version: str
    account: str
    region: str
    request_id: str
    attempt: int | None
    milliseconds: int
    event: Json
    payload: Json
    error: str | None
    log: str


Entry = TypeVar("Entry", ApiCall, Execution)


class Journal(Generic[Entry]):
    """Entries in the order in which they ended."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._entries: list[Entry] = []

    def add(self, entry: Entry) -> None:
        """Note something that has happened."""
        with self._lock:
            self._entries.append(entry)

    def matching(self, wanted: Mapping[str, str]) -> list[dict[str, Any]]:
        """The entries whose fields read as wanted."""
        with self._lock:
            entries = [asdict(entry) for entry in self._entries]
        return [
            entry
            for entry in entries
            if all(str(entry.get(name)) == value for name, value in wanted.items())
        ]

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()
