"""What a probe is asked to reach, and what it has to find there."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeTarget:
    """One service as seen from a VPC.

    Names of an interface endpoint have to lead to the addresses that it is `expected` at, all
    others to public addresses: to those of `cidrs`, a gateway endpoint's, or to any.
    """

    service: str
    names: tuple[str, ...]
    port: int = 443
    is_interface: bool = False
    expected: tuple[str, ...] = ()
    cidrs: tuple[str, ...] = ()
