"""What planners propose: repairs with all their calls, and obstacles in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from ..engine import Evaluation
from ..model.addresses import AddressSet
from ..model.resource_type import ResourceType
from .change import Call

# Findings on these may have many causes, on endpoints, groups and tables of the VPC.
_WIDE = {ResourceType.VPC, ResourceType.SUBNET, ResourceType.ROUTE_TABLE}


class Phase(IntEnum):
    """The order in which repairs are safe: clients are let in before names lead them there.

    The DNS attributes of a VPC make private DNS of all its endpoints effective at once, so they
    come after every endpoint that exists is sound, and before endpoints that need them are made.
    """

    ADMIT = 1
    ATTACH = 2
    ZONES = 3
    DNS_ATTRIBUTES = 4
    CREATE = 5
    ROUTES = 6
    PRIVATE_DNS = 7
    NARROW = 8
    REMOVE = 9


@dataclass(frozen=True, slots=True)
class Concern:
    """Which findings something is about: of these rules, on these resources or on all."""

    rules: frozenset[str]
    resource_ids: frozenset[str] = frozenset()

    def covers(self, evaluation: Evaluation) -> bool:
        """Whether it may be the cause of a finding, or its repair."""
        if evaluation.rule not in self.rules:
            return False
        if evaluation.resource_type in _WIDE or not self.resource_ids:
            return True
        return evaluation.resource_id in self.resource_ids


@dataclass(frozen=True, slots=True)
class Admission:
    """Addresses that the dedicated security group has to let in to a port."""

    port: int
    addresses: AddressSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """One thing put right: its calls, and whom the dedicated group must admit for them."""

    about: Concern
    phase: Phase
    calls: tuple[Call, ...]
    admits: tuple[Admission, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """Why there is no safe repair for some findings."""

    about: Concern
    reason: str


Proposal = Repair | Obstacle
