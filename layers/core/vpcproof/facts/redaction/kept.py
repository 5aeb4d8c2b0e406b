"""What a redacted snapshot keeps for the sake of parameters."""

from __future__ import annotations

from dataclasses import dataclass

from ...model.addresses import NO_ADDRESSES, AddressSet
from ...model.parameters import Parameters


@dataclass(frozen=True, slots=True)
class Kept:
    """The tag and the address ranges that parameters name: judged by them, they must stay."""

    tag: tuple[str, str | None] | None = None
    ranges: AddressSet = NO_ADDRESSES

    @classmethod
    def by(cls, parameters: Parameters) -> Kept:
        """What these parameters refer to."""
        return cls(parameters.vpc_tag, parameters.internal_cidrs | parameters.spoke_cidrs)
