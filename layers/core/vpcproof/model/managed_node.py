"""Nodes registered with Systems Manager."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagedNode:
    """A managed node and the version of its SSM Agent; None where SSM gives none.

    Nodes that never registered are invisible to SSM.
    https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_InstanceInformation.html
    """

    id: str
    agent_version: tuple[int, ...] | None = None
    ping_status: str | None = None
