"""What is to be known of an operation before it may stand in a plan."""

from __future__ import annotations

from typing import Protocol

from ...model.snapshot import Snapshot
from ..change import Call, Expectation, Risk


class RefusedCallError(Exception):
    """AWS would refuse the call on these facts, or whether it would cannot be told."""


class Operation(Protocol):
    """One operation; the snapshot of each method is the one before the call."""

    @property
    def risk(self) -> Risk:
        """What the operation can take away."""
        ...

    def simulate(self, snapshot: Snapshot, call: Call) -> Snapshot:
        """The facts as AWS would show them when the call has taken effect.

        Raises RefusedCallError where AWS would refuse it.
        """
        ...

    def inverse(self, snapshot: Snapshot, call: Call) -> tuple[Call, ...]:
        """The calls that take it back, in order."""
        ...

    def expects(self, snapshot: Snapshot, call: Call) -> tuple[Expectation, ...]:
        """The facts that the call is made for, to be looked at again before it is made."""
        ...

    def zones(self, snapshot: Snapshot, call: Call) -> int:
        """How many zones more are billed for an interface endpoint."""
        ...

    def summary(self, call: Call) -> str:
        """The change in words."""
        ...
