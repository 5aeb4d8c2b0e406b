"""How long facts serve, and which events."""

from datetime import UTC, datetime, timedelta

import pytest
from vpcproof.aws import readings
from vpcproof.aws.place import Place
from vpcproof.aws.readings import Readings
from vpcproof.facts.documents import Documents, Reading
from vpcproof.facts.probes import Probes
from vpcproof.model.facts import Fact, Gap
from vpcproof.model.snapshot import Snapshot

HERE = Place("111122223333", "ap-northeast-2")
START = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
ENDPOINTS = frozenset({Fact.VPC_ENDPOINTS})
GROUPS = frozenset({Fact.SECURITY_GROUPS})


class World:
    """A clock, a reader that counts, and what it will not be able to read."""

    def __init__(self) -> None:
        self.now = START
        self.gaps: tuple[Gap, ...] = ()
        self.reads: list[tuple[frozenset[Fact], list[str] | None]] = []

    def read(self, clients, facts, *, vpc_ids=None, now, account, probes):
        self.probes = probes
        self.reads.append((facts, vpc_ids))
        self.looking = account
        others = tuple(Gap(fact=fact, reason="not asked for") for fact in Fact if fact not in facts)
        snapshot = Snapshot(captured_at=now, gaps=self.gaps + others)
        self.now += timedelta(seconds=2)
        return Reading(snapshot, Documents())


@pytest.fixture
def world(monkeypatch):
    world = World()
    monkeypatch.setattr(readings, "read_live", world.read)
    return world


@pytest.fixture
def kept(world):
    return Readings(clients=None, clock=lambda: world.now)


def test_an_event_told_before_the_reading_began_is_served_by_it(world, kept):
    first = kept.of_vpc(HERE, "vpc-1", ENDPOINTS, START)
    second = kept.of_vpc(HERE, "vpc-1", ENDPOINTS, START - timedelta(seconds=30))

    assert first is second
    assert len(world.reads) == 1


@pytest.mark.parametrize(
    "later",
    [timedelta(microseconds=1), timedelta(seconds=1)],
    ids=["just after", "during the read"],
)
def test_an_event_told_after_the_reading_began_is_never_judged_by_it(world, kept, later):
    first = kept.of_vpc(HERE, "vpc-1", ENDPOINTS, START)
    second = kept.of_vpc(HERE, "vpc-1", ENDPOINTS, START + later)

    assert first is not second
    assert second.captured_at >= START + later


def test_an_event_that_does_not_say_when_it_was_told_is_never_judged_by_old_facts(world, kept):
    kept.of_vpc(HERE, "vpc-1", ENDPOINTS, START)
    kept.of_vpc(HERE, "vpc-1", ENDPOINTS, None)

    assert len(world.reads) == 2


def test_facts_read_for_an_event_without_time_serve_those_that_have_one(world, kept):
    kept.of_vpc(HERE, "vpc-1", ENDPOINTS, None)
    kept.of_vpc(HERE, "vpc-1", ENDPOINTS, START)

    assert len(world.reads) == 1


def test_facts_serve_for_a_minute(world, kept):
    kept.of_vpc(HERE, "vpc-1", ENDPOINTS, START)
    world.now = START + timedelta(seconds=60)
    kept.of_vpc(HERE, "vpc-1", ENDPOINTS, START)
    assert len(world.reads) == 1

    world.now = START + timedelta(seconds=61)
    kept.of_vpc(HERE, "vpc-1", ENDPOINTS, START)
    assert len(world.reads) == 2


@pytest.mark.parametrize(
    "other",
    [
        (Place("444455556666", "ap-northeast-2"), "vpc-1"),
        (Place("111122223333", "us-east-1"), "vpc-1"),
        (HERE, "vpc-2"),
    ],
    ids=["account", "Region", "VPC"],
)
def test_facts_never_serve_another(world, kept, other):
    kept.of_vpc(HERE, "vpc-1", ENDPOINTS, START)
    kept.of_vpc(*other, ENDPOINTS, START)

    assert len(world.reads) == 2


def test_a_reading_serves_rules_that_need_no_more_than_it_holds(world, kept):
    kept.of_vpc(HERE, "vpc-1", ENDPOINTS | GROUPS, START)
    kept.of_vpc(HERE, "vpc-1", GROUPS, START)

    assert len(world.reads) == 1


def test_a_reading_does_not_serve_a_rule_that_needs_more(world, kept):
    kept.of_vpc(HERE, "vpc-1", GROUPS, START)
    kept.of_vpc(HERE, "vpc-1", ENDPOINTS | GROUPS, START)

    assert world.reads[1] == (ENDPOINTS | GROUPS, ["vpc-1"])


def test_a_reading_for_more_holds_what_was_asked_for_before(world, kept):
    kept.of_vpc(HERE, "vpc-1", GROUPS, START)
    kept.of_vpc(HERE, "vpc-1", ENDPOINTS, START)
    kept.of_vpc(HERE, "vpc-1", GROUPS, START)
    kept.of_vpc(HERE, "vpc-1", ENDPOINTS | GROUPS, START)

    assert [facts for facts, _ in world.reads] == [GROUPS, ENDPOINTS | GROUPS]


def test_what_was_asked_for_another_vpc_within_a_minute_is_read_with_it(world, kept):
    kept.of_vpc(HERE, "vpc-1", GROUPS, START)
    kept.of_vpc(HERE, "vpc-2", ENDPOINTS, START)
    kept.of_vpc(HERE, "vpc-2", GROUPS, START)

    assert world.reads[1:] == [(ENDPOINTS | GROUPS, ["vpc-2"])]


def test_a_gap_in_what_another_vpc_was_asked_for_is_read_again_for_those_who_need_it(world, kept):
    kept.of_vpc(HERE, "vpc-1", GROUPS, START)
    world.gaps = (Gap(fact=Fact.SECURITY_GROUPS, reason="AccessDenied"),)
    kept.of_vpc(HERE, "vpc-2", ENDPOINTS, START)
    world.gaps = ()

    assert kept.of_vpc(HERE, "vpc-2", GROUPS, START).has(Fact.SECURITY_GROUPS)
    assert len(world.reads) == 3


def test_what_was_asked_for_another_vpc_earlier_is_not_read(world, kept):
    kept.of_vpc(HERE, "vpc-1", GROUPS, START)
    world.now = START + timedelta(seconds=61)
    kept.of_vpc(HERE, "vpc-2", ENDPOINTS, START)

    assert world.reads[1] == (ENDPOINTS, ["vpc-2"])


def test_what_was_asked_for_another_account_is_not_read(world, kept):
    kept.of_vpc(HERE, "vpc-1", GROUPS, START)
    kept.of_vpc(Place("444455556666", HERE.region), "vpc-1", ENDPOINTS, START)

    assert world.reads[1] == (ENDPOINTS, ["vpc-1"])


def test_what_others_ask_for_soon_is_read_with_it(world, kept):
    kept.of_vpc(HERE, "vpc-1", GROUPS, START, soon=ENDPOINTS)
    kept.of_vpc(HERE, "vpc-1", ENDPOINTS, START)

    assert [facts for facts, _ in world.reads] == [ENDPOINTS | GROUPS]


def test_a_gap_in_what_others_ask_for_soon_is_read_again_for_them_alone(world, kept):
    world.gaps = (Gap(fact=Fact.VPC_ENDPOINTS, reason="AccessDenied"),)
    kept.of_vpc(HERE, "vpc-1", GROUPS, START, soon=ENDPOINTS)
    world.gaps = ()
    kept.of_vpc(HERE, "vpc-1", GROUPS, START)
    assert len(world.reads) == 1

    assert kept.of_vpc(HERE, "vpc-1", ENDPOINTS, START).has(Fact.VPC_ENDPOINTS)
    assert len(world.reads) == 2


@pytest.mark.parametrize("vpc_id", [None, "vpc-1"])
def test_row_154_a_reading_with_a_gap_is_not_kept(world, kept, vpc_id):
    world.gaps = (Gap(fact=Fact.VPC_ENDPOINTS, reason="RequestLimitExceeded", vpc_id=vpc_id),)
    kept.of_vpc(HERE, "vpc-1", ENDPOINTS, START)
    world.gaps = ()

    assert kept.of_vpc(HERE, "vpc-1", ENDPOINTS, START).has(Fact.VPC_ENDPOINTS)


def test_only_the_32_latest_readings_are_kept(world, kept):
    for number in range(33):
        world.now = START
        kept.of_vpc(HERE, f"vpc-{number}", ENDPOINTS, START)

    kept.of_vpc(HERE, "vpc-1", ENDPOINTS, START)
    assert len(world.reads) == 33
    kept.of_vpc(HERE, "vpc-0", ENDPOINTS, START)
    assert len(world.reads) == 34


def test_the_facts_of_everything_are_read_each_time(world, kept):
    kept.of_vpc(HERE, "vpc-1", ENDPOINTS, START)
    kept.of_everything(HERE, ENDPOINTS)
    kept.of_everything(HERE, ENDPOINTS)

    assert world.reads[1:] == [(ENDPOINTS, None)] * 2


def test_facts_are_as_old_as_the_begin_of_their_reading(world, kept):
    assert kept.of_everything(HERE, ENDPOINTS).captured_at == START


def test_who_is_looking_is_known_from_the_event(world, kept):
    kept.of_vpc(HERE, "vpc-1", ENDPOINTS, START)

    assert world.looking == HERE.account


def test_the_probes_of_the_stack_are_asked(world):
    probes = Probes(("ssm",))
    readings_of = Readings(clients=None, clock=lambda: world.now, probes=probes)
    readings_of.of_vpc(HERE, "vpc-1", ENDPOINTS, START)
    assert world.probes is probes


def test_a_probe_without_an_answer_is_not_asked_again_by_every_event_of_a_burst(world, kept):
    world.gaps = (Gap(fact=Fact.PROBE_RESULTS, reason="timed out", vpc_id="vpc-1"),)
    probed = ENDPOINTS | {Fact.PROBE_RESULTS}
    for _ in range(2):
        kept.of_vpc(HERE, "vpc-1", probed, START)
    assert len(world.reads) == 1
