"""Managed prefix lists, of AWS and of customers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from .addresses import AddressSet


@dataclass(frozen=True, slots=True, kw_only=True)
class PrefixList:
    """A prefix list; `cidrs` is None when its entries were not read.

    A list holds one address family, and overlapping entries keep their own lengths in a route.

    https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html
    """

    id: str
    name: str | None = None
    owner_id: str | None = None
    state: str | None = None
    cidrs: tuple[str, ...] | None = None

    @property
    def entries(self) -> AddressSet | None:
        """All addresses of the list; None when its entries were not read."""
        return None if self.cidrs is None else _addresses(self.cidrs)

    @property
    def is_aws_managed(self) -> bool:
        """Owned by `AWS`: the ranges of a service, not of clients."""
        return self.owner_id == "AWS"

    @property
    def is_usable(self) -> bool:
        """Neither failed nor being deleted; EC2 also answers `active` for AWS's own lists."""
        state = (self.state or "").lower()
        return not (state.endswith("-failed") or state.startswith("delete"))


@lru_cache(maxsize=1024)
def _addresses(cidrs: tuple[str, ...]) -> AddressSet:
    return AddressSet.of(*cidrs)
