"""Managed prefix lists, of AWS and of customers."""

from __future__ import annotations

from dataclasses import dataclass

from .addresses import AddressSet


@dataclass(frozen=True, slots=True, kw_only=True)
class PrefixList:
    """A prefix list; `entries` is None when they were not read.

    https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html
    """

    id: str
    name: str | None = None
    owner_id: str | None = None
    state: str | None = None
    entries: AddressSet | None = None

    @property
    def is_aws_managed(self) -> bool:
        """Owned by `AWS`: the ranges of a service, not of clients."""
        return self.owner_id == "AWS"

    @property
    def is_usable(self) -> bool:
        """Neither failed nor being deleted; EC2 also answers `active` for AWS's own lists."""
        state = (self.state or "").lower()
        return not (state.endswith("-failed") or state.startswith("delete"))
