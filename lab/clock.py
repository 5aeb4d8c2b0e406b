"""The lab's time: real time, plus what tests have skipped."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock

Action = Callable[[], None]


class LabClock:
    """A clock that runs as any other and can be put forward."""

    def __init__(self) -> None:
        self._skipped = timedelta()
        self._lock = Lock()
        self._alarms: list[tuple[datetime, Action]] = []

    def now(self) -> datetime:
        """The present of the lab."""
        return datetime.now(UTC) + self._skipped

    def advance(self, by: timedelta) -> datetime:
        """Skip a span of time, with all alarms that go off in it; answers the new present."""
        if by < timedelta():
            raise ValueError("time does not run backwards")
        self._skipped += by
        now = self.now()
        for action in self._take_due(now):
            action()
        return now

    def alarm(self, moment: datetime, action: Action) -> None:
        """Have something done as soon as the clock is put forward beyond a moment."""
        with self._lock:
            self._alarms.append((moment, action))

    def _take_due(self, now: datetime) -> list[Action]:
        with self._lock:
            due = sorted(
                (each for each in self._alarms if each[0] <= now), key=lambda each: each[0]
            )
            self._alarms = [each for each in self._alarms if each[0] > now]
        return [action for _, action in due]
