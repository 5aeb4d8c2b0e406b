"""Errors on demand: the next calls of an action fail as a test asks."""

from collections import defaultdict, deque
from dataclasses import dataclass, replace
from threading import Lock


@dataclass(frozen=True)
class Fault:
    """An error that the next `times` calls of an action answer with."""

    code: str = "ThrottlingException"
    message: str = "Rate exceeded"
    times: int = 1
    status: int = 400


class Faults:
    """The faults that wait for the calls which will meet them, first in first out per action."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: dict[str, deque[Fault]] = defaultdict(deque)

    def add(self, action: str, fault: Fault) -> None:
        """Let the next calls of `action` fail."""
        if fault.times < 1:
            raise ValueError(f"a fault happens at least once, not {fault.times} times")
        with self._lock:
            self._waiting[action].append(fault)

    def take(self, action: str) -> Fault | None:
        """The fault that this call of `action` meets, used up once."""
        with self._lock:
            queue = self._waiting[action]
            if not queue:
                return None
            fault = queue.popleft()
            if fault.times > 1:
                queue.appendleft(replace(fault, times=fault.times - 1))
            return fault

    def clear(self) -> None:
        """Forget every fault that has not been met yet."""
        with self._lock:
            self._waiting.clear()
