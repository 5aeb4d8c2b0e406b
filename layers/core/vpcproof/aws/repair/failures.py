"""How a repair can end without having repaired anything."""

from __future__ import annotations

from ...errors import VpcProofError


class RepairError(VpcProofError):
    """A repair was not begun: nothing was touched; the text says why."""


class BusyError(RepairError):
    """Another run is at work on the VPC."""


class LostLeaseError(VpcProofError):
    """Another run has taken this one for dead and goes on in its place; this one must stop."""


class RunFailedError(VpcProofError):
    """A run failed half-way; the text says what was taken back, or precisely what is left."""
