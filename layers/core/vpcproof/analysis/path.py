"""The answer for one subnet and one service: the class of its path, and all that blocks it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from ..model.verdict import Evidence


class PathClass(StrEnum):
    """How traffic of a subnet for a service leaves, whether it arrives or not."""

    INTERFACE_ENDPOINT = "interface-endpoint"
    GATEWAY_ENDPOINT = "gateway-endpoint"
    CENTRAL_ENDPOINT = "central-endpoint"
    NAT = "nat"
    INTERNET_GATEWAY = "internet-gateway"
    TRANSIT_GATEWAY = "transit-gateway"
    VIRTUAL_PRIVATE_GATEWAY = "virtual-private-gateway"
    NONE = "none"

    @property
    def is_private(self) -> bool:
        """Whether traffic stays on endpoints, never meeting a public address of its own."""
        return self in {
            PathClass.INTERFACE_ENDPOINT,
            PathClass.GATEWAY_ENDPOINT,
            PathClass.CENTRAL_ENDPOINT,
        }


@dataclass(frozen=True, slots=True)
class Block:
    """One setting that stops the traffic, or, when not `certain`, one that could not be told."""

    fact: str
    id: str
    detail: str
    certain: bool = True

    def __str__(self) -> str:
        return self.detail if self.id in self.detail else f"{self.id}: {self.detail}"


def doubtful(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """The same settings where it is not known whether traffic meets them at all."""
    return tuple(replace(block, certain=False) for block in blocks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """One subnet and one service.

    `reachable` is None when nothing is known to block but something could not be told.
    `via` are the ids that traffic passes; `blocks` is every setting at once, not the first.
    `class_known` is False where what decides the class was not read, so that it may be another one.
    """

    vpc_id: str
    subnet_id: str
    service: str
    path_class: PathClass
    class_known: bool = True
    via: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    proof: tuple[Evidence, ...] = ()

    @property
    def reachable(self) -> bool | None:
        """Proven to arrive, proven not to, or not known."""
        if any(block.certain for block in self.blocks):
            return False
        return None if self.blocks else True
