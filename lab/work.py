"""Work that is done behind an answer, and the means to know when all of it is done."""

import logging
from collections.abc import Callable
from contextvars import Context, copy_context
from queue import SimpleQueue
from threading import Condition, Thread

Task = Callable[[], None]

_log = logging.getLogger(__name__)


class ClosedError(Exception):
    """Raised by a task that had begun before its queue was closed, and gives up."""


class Tally:
    """Counts the work that is under way in any number of queues, and closes them all."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._outstanding = 0
        self._closed = False

    def begin(self) -> None:
        """Count one more piece of work."""
        with self._changed:
            self._outstanding += 1

    def end(self) -> None:
        """Count one piece of work less."""
        with self._changed:
            self._outstanding -= 1
            self._changed.notify_all()

    @property
    def outstanding(self) -> int:
        """How much work is under way now."""
        return self._outstanding

    @property
    def closed(self) -> bool:
        """Whether there is to be no more work."""
        return self._closed

    def wait(self, timeout: float) -> bool:
        """Wait until no work is under way; answers whether that came to be in time."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._outstanding == 0, timeout)
            return self._outstanding == 0 and not self._closed

    def close(self) -> None:
        """Leave undone whatever has not begun yet; nobody waits for it any longer."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def drain(self, timeout: float) -> None:
        """Wait, after closing, until the work that had begun has ended."""
        with self._changed:
            self._changed.wait_for(lambda: self._outstanding == 0, timeout)

    def require_open(self) -> None:
        """Raise ClosedError if there is to be no more work."""
        if self._closed:
            raise ClosedError


class WorkQueue:
    """Threads that do tasks in the order in which they were given.

    A task that gives another one does so before it ends, so a tally never falls to nothing
    between the two. A task sees the context variables of the code that gave it.
    """

    def __init__(self, name: str, tally: Tally, threads: int = 1) -> None:
        self._tally = tally
        self._tasks: SimpleQueue[tuple[Context, Task]] = SimpleQueue()
        for number in range(threads):
            Thread(target=self._work, name=f"{name}-{number}", daemon=True).start()

    def give(self, task: Task) -> None:
        """Have a task done soon."""
        self._tally.begin()
        self._tasks.put((copy_context(), task))

    def _work(self) -> None:
        while True:
            context, task = self._tasks.get()
            try:
                self._tally.require_open()
                context.run(task)
            except ClosedError:
                pass
            except Exception:  # noqa: BLE001 - one task must not end the others
                _log.exception("a piece of background work failed")
            finally:
                self._tally.end()
