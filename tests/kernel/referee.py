"""vpcproof's word on every path of a network against what the Linux kernel does with packets."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from vpcproof.analysis.path import Block, Path, PathClass
from vpcproof.analysis.paths import path
from vpcproof.model.parameters import Parameters
from vpcproof.model.snapshot import Snapshot

from tests.kernel import topology as wires
from tests.kernel.attempts import (
    NAT_PORTS,
    attempts,
    clients,
    destinations,
    stretches,
)
from tests.kernel.connections import Arrival, Attempt, connect
from tests.kernel.laying import (
    ALL_FILTERS,
    NAT_PUBLIC,
    NO_FILTERS,
    Filters,
    Laid,
    filter_all,
    lay,
)
from tests.kernel.topology import Topology

SERVICES = ("ssm", "s3")
# Interfaces are judged by the addresses they hold: any of a whole subnet cannot be tried.
PARAMETERS = Parameters(granularity="eni")
# Seconds of silence that mean a packet was dropped. What contradicts vpcproof is tried again with
# more patience: a busy machine shall not speak for the network.
PATIENCE = (0.04, 0.4, 3.0)
FILTERS = {"security_group", "network_acl"}

Outcome = dict[Attempt, Arrival | None]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What vpcproof says of a path, and what was seen."""

    seed: int
    path: Path
    seen: str

    def __str__(self) -> str:
        blocks = "; ".join(map(str, self.path.blocks))
        return (
            f"seed {self.seed}: {self.path.subnet_id} to {self.path.service}: vpcproof says "
            f"{self.path.path_class}, reachable={self.path.reachable} ({blocks}); {self.seen}"
        )


@dataclass
class Report:
    """What was refereed so far."""

    networks: int = 0
    connections: int = 0
    paths: dict[str, int] = field(default_factory=dict)
    settings: int = 0
    disagreements: list[Disagreement] = field(default_factory=list)

    def count(self, judged: Path) -> None:
        word = {True: "reachable", False: "blocked", None: "undetermined"}[judged.reachable]
        name = f"{judged.path_class} {word}"
        self.paths[name] = self.paths.get(name, 0) + 1


class Referee:
    """Lays networks on one topology, one after the other, and compares."""

    def __init__(self, topology: Topology) -> None:
        self._topology = topology
        self._round = 0
        self.report = Report()

    def judge(self, seed: int, snapshot: Snapshot) -> None:
        """Compare every path of a network, and what it says of one path that is blocked."""
        addresses = {service: destinations(snapshot, service) or () for service in SERVICES}
        public = {each for known in addresses.values() for each in known if _is_public(each)}
        laid = Laid(snapshot, public_addresses=tuple(sorted(public)))
        lay(self._topology, laid)
        homes = [each for each in sorted(snapshot.subnets) if clients(snapshot, each)]
        judged = [path(snapshot, home, each, PARAMETERS) for home in homes for each in SERVICES]
        for each in judged:
            self.report.count(each)
        tried = {each: [*attempts(laid, each.subnet_id, each.service, addresses[each.service])]
                 for each in judged}  # fmt: skip
        for patience in PATIENCE:
            found = [*self._disagreements(seed, laid, tried, patience)]
            if not found:
                break
            tried = {each: tried[each] for each in {one.path: None for one in found}}
        self.report.disagreements += found
        self.report.networks += 1

    def _disagreements(
        self, seed: int, laid: Laid, tried: dict[Path, list[Attempt]], patience: float
    ) -> Iterator[Disagreement]:
        everything = [each for few in tried.values() for each in few]
        seen = [
            self._connect(replace(laid, nat_ports=ports), ALL_FILTERS, everything, patience)
            for ports in self._nat_ports(laid, tried)
        ]
        bare = self._connect(laid, NO_FILTERS, everything, patience)
        for judged, few in tried.items():
            outcomes = [{each: outcome[each] for each in few} for outcome in seen]
            words = _contradiction(judged, outcomes)
            words = words or _contradicted_class(judged, {each: bare[each] for each in few})
            words = words or self._unnecessary(laid, judged, few, patience)
            if words:
                yield Disagreement(seed, judged, words)

    def _nat_ports(
        self, laid: Laid, tried: dict[Path, list[Attempt]]
    ) -> tuple[tuple[int, int], ...]:
        """A NAT gateway may use any of its ports, which matters to nobody else."""
        if any(each.path_class is PathClass.NAT for each in tried):
            return stretches(laid.snapshot, NAT_PORTS)
        return (NAT_PORTS,)

    def _connect(
        self, laid: Laid, filters: Filters, tries: list[Attempt], patience: float
    ) -> Outcome:
        self._round = self._round % 65000 + 1
        filter_all(self._topology, laid, filters, self._round)
        names = (*laid.node_of.values(), wires.GATEWAY, wires.WORLD)
        listeners = {self._topology[each]: each for each in names if each[0] not in "cn"}
        nodes = {each: self._topology[each] for each in wires.CLIENTS}
        self.report.connections += len(tries)
        return connect(listeners, tries, nodes, patience)

    def _unnecessary(
        self, laid: Laid, judged: Path, tries: list[Attempt], patience: float
    ) -> str | None:
        """Each filter that is said to block must block alone, and all together must be all."""
        ids = [_setting(each) for each in judged.blocks if each.fact in FILTERS and each.certain]
        opaque = any(each.fact == "route_target" for each in judged.blocks)
        if judged.reachable is not False or not tries or opaque:
            return None
        for setting in dict.fromkeys(ids):
            self.report.settings += 1
            alone = Filters(kept=frozenset({setting}))
            if all(self._connect(laid, alone, tries, patience).values()):
                return f"{setting} alone blocks nothing"
        if ids and all(_setting(each) in ids for each in judged.blocks):
            mended = Filters(opened=frozenset(ids))
            if not all(self._connect(laid, mended, tries, patience).values()):
                return f"with {', '.join(ids)} open it is still blocked"
        return None


def _setting(block: Block) -> str:
    """A block's own setting: a network ACL, or the groups of an interface in any order."""
    return ", ".join(sorted(block.id.split(", ")))


def _is_public(address: str) -> bool:
    return not address.startswith(("10.", "100.64.", "2001:db8:"))


def _contradiction(judged: Path, outcomes: list[Outcome]) -> str | None:
    """How what was seen, with each port of a NAT gateway, contradicts what was said.

    A path that is blocked loses at least one connection, from every place it was said of.
    """
    if judged.reachable is True:
        for outcome in outcomes:
            lost = next((each for each, arrival in outcome.items() if arrival is None), None)
            if lost is not None:
                return f"lost: {lost}"
        return None
    if judged.reachable is None or not outcomes[0]:
        return None
    for few in _destinations_that_must_fail(judged, outcomes[0]):
        if all(
            arrival is not None
            for outcome in outcomes
            for each, arrival in outcome.items()
            if each.destination in few
        ):
            return f"arrived: all attempts to {', '.join(sorted(few))}"
    return None


def _destinations_that_must_fail(judged: Path, outcome: Outcome) -> list[set[str]]:
    """All addresses of an endpoint or a published list are used; of others nobody knows which."""
    everything = {each.destination for each in outcome}
    if judged.service != "s3" and judged.path_class in {PathClass.NAT, PathClass.INTERNET_GATEWAY}:
        return [{each} for each in everything]
    return [everything]


def _contradicted_class(judged: Path, bare: Outcome) -> str | None:
    """Where packets go with all filters open, against the class of the path.

    A dead route may take only some of the addresses: those, which the path is about, go nowhere.
    """
    ways = {_class_of(each) for each in bare.values() if each is not None}
    if judged.reachable is True and ways != {judged.path_class}:
        return f"went by {sorted(ways)}"
    if judged.path_class is PathClass.NONE and not all(bare.values()):
        return None
    if judged.class_known and judged.reachable is False and ways - {judged.path_class}:
        return f"with all filters open it went by {sorted(ways)}"
    return None


def _class_of(arrival: Arrival) -> PathClass:
    if arrival.node == wires.WORLD:
        nat = arrival.seen_from == NAT_PUBLIC
        return PathClass.NAT if nat else PathClass.INTERNET_GATEWAY
    if arrival.node == wires.GATEWAY:
        return PathClass.GATEWAY_ENDPOINT
    in_hub = arrival.node in wires.HUB_ENDPOINTS
    return PathClass.CENTRAL_ENDPOINT if in_hub else PathClass.INTERFACE_ENDPOINT
