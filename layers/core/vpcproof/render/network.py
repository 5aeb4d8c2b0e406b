"""The network behind the findings, for documents that draw it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from ..analysis.path import Path
from ..model.snapshot import Snapshot
from ..remediation.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """A snapshot, and the paths that were followed in it.

    By VPC: the services that are `required`, and the `plans` that were proven. A VPC without a plan
    was not planned for, which says nothing about it.
    """

    snapshot: Snapshot
    paths: tuple[Path, ...]
    required: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    plans: Mapping[str, Plan] = field(default_factory=lambda: MappingProxyType({}))

    def is_required(self, path: Path) -> bool:
        """Whether rules ask for this path, or it is shown for information."""
        return path.service in self.required.get(path.vpc_id, ())
