"""What a run needs of the outside world: AWS, a store, a clock, and somebody to tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ...facts.live import ClientFactory, read_live
from ...model.facts import Fact
from ...model.resource_type import ResourceType
from ...model.snapshot import Snapshot
from ...remediation.planner import FACTS
from ...rules.registry import LISTED_BY
from .failures import RepairError
from .store import Store

# What changes rest on: asked for again before each of them.
_AT_HAND = frozenset({Fact.VPCS, Fact.VPC_DNS_ATTRIBUTES, Fact.VPC_ENDPOINTS, Fact.SECURITY_GROUPS})


def _silently(_: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """One account in one Region; everything must be done by the `deadline`."""

    clients: ClientFactory
    store: Store
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]
    deadline: datetime
    account: str | None = None
    tell: Callable[[str], None] = _silently

    @property
    def region(self) -> str:
        """The Region of the clients."""
        return str(self.clients("ec2").meta.region_name)

    def read(self, vpc_id: str) -> Snapshot:
        """All facts of the account: a change in one VPC can matter to those whose names lead there.

        Raises RepairError where resources that repairs are about were not read: no finding on them
        would then be none.
        """
        snapshot = read_live(
            self.clients, FACTS, now=self.clock(), account=self.account, zones_of=[vpc_id]
        ).snapshot
        for kind in ResourceType:
            gap = snapshot.gap(LISTED_BY[kind], vpc_id)
            if gap and kind is not ResourceType.INSTANCE_CONNECT_ENDPOINT:  # repaired by no plan
                raise RepairError(f"not read: {gap.fact.key} of {vpc_id} ({gap.reason})")
        if vpc_id not in snapshot.vpcs:
            raise RepairError(f"{vpc_id} does not exist in {snapshot.account}, {self.region}")
        return snapshot

    def look(self, vpc_id: str) -> Snapshot:
        """The few facts that changes of a VPC rest on; raises RepairError unless all are read."""
        snapshot = read_live(
            self.clients, _AT_HAND, vpc_ids=[vpc_id], now=self.clock(), account=self.account
        ).snapshot
        for gap in snapshot.gaps:
            if gap.fact in _AT_HAND:
                raise RepairError(f"not read: {gap.fact.key} of {vpc_id} ({gap.reason})")
        return snapshot
