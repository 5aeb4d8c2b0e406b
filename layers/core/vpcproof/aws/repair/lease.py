"""One run per VPC at a time: a lock that ends by itself when its run was killed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from .failures import BusyError, LostLeaseError
from .store import Hold, Store

# A run says every few seconds that it lives; a single call with all its retries takes less.
LEASE = timedelta(minutes=3)


def lock_of(account: str | None, region: str | None, vpc_id: str) -> str:
    """The name of the lock of a VPC."""
    return f"vpc#{account}#{region}#{vpc_id}"


class Lease:
    """A lock that is held, and was held before by the run `predecessor` if that did not end it.

    A run with the same `owner` does not wait for the lease of its predecessor to end: Lambda
    repeats an invocation, with the same request id, only when the one before is over.
    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
    """

    def __init__(
        self,
        store: Store,
        lock: str,
        *,
        run_id: str,
        owner: str,
        clock: Callable[[], datetime],
        length: timedelta = LEASE,
    ) -> None:
        self._store = store
        self._lock = lock
        self._clock = clock
        before = store.hold_of(lock)
        if before and before.until > clock() and before.owner != owner:
            raise _busy(lock, before)
        self._hold = Hold(run_id=run_id, owner=owner, until=clock() + length)
        if not self._swap(before, self._hold):
            raise _busy(lock, store.hold_of(lock))
        self.predecessor = before.run_id if before else None

    def renew(self) -> None:
        """Say that the run lives; raises LostLeaseError when another has taken its place."""
        renewed = Hold(
            run_id=self._hold.run_id, owner=self._hold.owner, until=self._clock() + LEASE
        )
        if renewed.until - self._hold.until < LEASE / 6:
            return
        if not self._swap(self._hold, renewed):
            raise LostLeaseError(
                f"run {self._hold.run_id} lost its lock to another run, which goes on in its place"
            )
        self._hold = renewed

    def release(self) -> None:
        """Let the next run begin; a lock that was lost meanwhile is not ours to end."""
        self._store.swap(self._lock, self._hold, None)

    def _swap(self, before: Hold | None, after: Hold) -> bool:
        """A swap that was made, and made again because its answer got lost, is one."""
        return self._store.swap(self._lock, before, after) or (
            self._store.hold_of(self._lock) == after
        )


def _busy(lock: str, hold: Hold | None) -> BusyError:
    vpc_id = lock.rpartition("#")[2]
    who = f"run {hold.run_id} until {hold.until:%H:%M:%S} UTC" if hold else "another run"
    return BusyError(f"{vpc_id} is being repaired by {who}: wait for it to end, and try again")
