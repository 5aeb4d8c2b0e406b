"""The answer for one subnet and one service: the class of its path, and all that blocks it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
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
class Packet:
    """A TCP packet that a filter stops, the counterexample; None is an end that does not matter."""

    port: int
    source: str | None = None
    destination: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """One setting that stops the traffic, or, when not `certain`, one that could not be told."""

    fact: str
    id: str
    detail: str
    certain: bool = True
    packet: Packet | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return self.detail if self.id in self.detail else f"{self.id}: {self.detail}"


def doubtful(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """The same settings where it is not known whether traffic meets them at all."""
    return tuple(replace(block, certain=False) for block in blocks)


def arrives(blocks: Iterable[Block]) -> bool | None:
    """Proven to arrive, proven not to, or not known; asks no further than the first proof."""
    nothing = True
    for block in blocks:
        if block.certain:
            return False
        nothing = False
    return True if nothing else None


def all_arrive(answers: Iterable[bool | None]) -> bool | None:
    """Whether traffic arrives that has to arrive everywhere; None is not known."""
    together: bool | None = True
    for answer in answers:
        if answer is False:
            return False
        together = together and answer
    return together


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How traffic leaves a subnet for a service, every setting that stops it, what proves it.

    Not `certain` where what decides the way was not read.
    """

    path_class: PathClass
    via: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    proof: tuple[Evidence, ...] = ()
    certain: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """One subnet and one service: the verdict, and its way for whoever asks why.

    `reachable` is None when nothing is known to block but something could not be told.
    `via` are the ids that traffic passes.
    `class_known` is False where what decides the class was not read, so that it may be another one.
    """

    vpc_id: str
    subnet_id: str
    service: str
    path_class: PathClass
    class_known: bool
    via: tuple[str, ...]
    reachable: bool | None
    explain: Callable[[str, str], Way] = field(compare=False, repr=False)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Every setting at once that stops the traffic or could not be told, not the first."""
        return self.explain(self.subnet_id, self.service).blocks

    @property
    def proof(self) -> tuple[Evidence, ...]:
        """The facts that the path rests on."""
        return self.explain(self.subnet_id, self.service).proof
