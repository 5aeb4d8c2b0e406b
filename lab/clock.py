"""The lab's time: real time, plus what tests have skipped."""

from datetime import UTC, datetime, timedelta


class LabClock:
    """A clock that runs as any other and can be put forward."""

    def __init__(self) -> None:
        self._skipped = timedelta()

    def now(self) -> datetime:
        """The present of the lab."""
        return datetime.now(UTC) + self._skipped

    def advance(self, by: timedelta) -> datetime:
        """Skip a span of time; answers the new present."""
        if by < timedelta():
            raise ValueError("time does not run backwards")
        self._skipped += by
        return self.now()
