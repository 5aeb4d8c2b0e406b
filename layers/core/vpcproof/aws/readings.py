"""Facts read from the live account for an event, and kept for the events of the same burst."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..facts.live import read_live
from ..facts.probes import Probes
from ..model.facts import Fact
from ..model.snapshot import Snapshot
from .clients import Clients
from .place import Place

Clock = Callable[[], datetime]

_KEPT_FOR = timedelta(seconds=60)
_KEPT_AT_MOST = 32


@dataclass(frozen=True, slots=True)
class _Kept:
    place: Place
    vpc_id: str
    facts: frozenset[Fact]
    begun: datetime
    snapshot: Snapshot

    def serves(
        self, place: Place, vpc_id: str, facts: frozenset[Fact], told_at: datetime | None
    ) -> bool:
        """Whether this reading began after the event was told, and holds all that it needs."""
        return (
            told_at is not None
            and told_at <= self.begun
            and (place, vpc_id) == (self.place, self.vpc_id)
            and facts <= self.facts
        )


class Readings:
    """Reads facts; one change fires many events, so the facts of a VPC are kept for a minute.

    What makes a reading good enough is that it began no earlier than AWS Config sent the event. The
    capture time would not do: a re-evaluation sends an old item again because something else
    changed since.
    """

    def __init__(self, clients: Clients, clock: Clock, probes: Probes | None = None) -> None:
        self._clients = clients
        self._clock = clock
        self._probes = probes
        self._kept: deque[_Kept] = deque(maxlen=_KEPT_AT_MOST)

    def of_vpc(
        self,
        place: Place,
        vpc_id: str,
        facts: frozenset[Fact],
        told_at: datetime | None,
        soon: frozenset[Fact] = frozenset(),
    ) -> Snapshot:
        """The facts of one VPC, none older than the event that was told then.

        Where they have to be read, so are those that others of the burst asked for, or will `soon`:
        the same rules judge all VPCs, so what one VPC was asked for the next will be.
        """
        begun = self._clock()
        while self._kept and begun - self._kept[0].begun > _KEPT_FOR:
            self._kept.popleft()
        for kept in self._kept:
            if kept.serves(place, vpc_id, facts, told_at):
                return kept.snapshot
        for kept in tuple(self._kept):
            if kept.place == place:
                soon |= kept.facts
                if kept.vpc_id == vpc_id:
                    self._kept.remove(kept)
        snapshot = self._read(place, facts | soon, begun, vpc_ids=[vpc_id])
        # A probe that did not answer is not asked again by every event of the burst.
        unread = {gap.fact for gap in snapshot.gaps} - {Fact.PROBE_RESULTS}
        held = facts | soon - unread
        if not unread & facts:  # a retry must read again
            self._kept.append(_Kept(place, vpc_id, held, begun, snapshot))
        return snapshot

    def of_everything(self, place: Place, facts: frozenset[Fact]) -> Snapshot:
        """The facts of the whole account in this Region, read now."""
        return self._read(place, facts, self._clock())

    def _read(
        self,
        place: Place,
        facts: frozenset[Fact],
        now: datetime,
        vpc_ids: list[str] | None = None,
    ) -> Snapshot:
        return read_live(
            self._clients,
            facts,
            vpc_ids=vpc_ids,
            now=now,
            account=place.account,
            probes=self._probes,
        ).snapshot
