"""Periodic rules against a clock that the test moves."""

import pytest

from tests.lab.config.world import World

SCHEDULED = ("ScheduledNotification",)


@pytest.mark.parametrize(
    ("frequency", "hours"),
    [
        ("One_Hour", 1),
        ("Three_Hours", 3),
        ("Six_Hours", 6),
        ("Twelve_Hours", 12),
        ("TwentyFour_Hours", 24),
        (None, 24),
    ],
)
def test_a_periodic_rule_runs_once_per_period(
    world: World, frequency: str | None, hours: int
) -> None:
    world.define(message_types=SCHEDULED, frequency=frequency)
    world.pass_time(hours=hours, seconds=-1)
    assert world.tick() == []
    world.pass_time(seconds=1)
    (sent,) = world.tick()
    assert sent.message["messageType"] == "ScheduledNotification"
    assert sent.message["notificationCreationTime"][:13] == f"{world.now:%Y-%m-%dT%H}"
    assert world.tick() == []
    world.pass_time(hours=hours)
    assert len(world.tick()) == 1


def test_missed_periods_are_not_made_up_for_and_the_rhythm_stays(world: World) -> None:
    world.define(message_types=SCHEDULED, frequency="One_Hour")
    world.pass_time(hours=5, minutes=30)
    assert len(world.tick()) == 1
    world.pass_time(minutes=29)
    assert world.tick() == []
    world.pass_time(minutes=1)
    assert len(world.tick()) == 1


def test_the_frequency_of_the_rule_serves_triggers_that_name_none(world: World) -> None:
    world.define(message_types=SCHEDULED, MaximumExecutionFrequency="Three_Hours")
    world.pass_time(hours=3)
    assert len(world.tick()) == 1


def test_a_rule_on_changes_is_never_due(world: World) -> None:
    world.define()
    world.pass_time(hours=48)
    assert world.tick() == []


def test_a_periodic_rule_runs_without_a_running_recorder(world: World) -> None:
    world.define(message_types=SCHEDULED, frequency="One_Hour")
    world.call("StopConfigurationRecorder", ConfigurationRecorderName="default")
    world.pass_time(hours=1)
    assert len(world.tick()) == 1


def test_a_deleted_rule_is_no_longer_due(world: World) -> None:
    world.define(message_types=SCHEDULED, frequency="One_Hour")
    world.call("DeleteConfigRule", ConfigRuleName="judge")
    world.pass_time(hours=1)
    assert world.tick() == []


def test_a_changed_rule_starts_a_new_rhythm(world: World) -> None:
    world.define(message_types=SCHEDULED, frequency="One_Hour")
    world.pass_time(minutes=30)
    world.define(message_types=SCHEDULED, frequency="Three_Hours")
    world.pass_time(minutes=30)
    assert world.tick() == []
    world.pass_time(hours=2, minutes=30)
    assert len(world.tick()) == 1


def test_a_rule_that_is_no_longer_periodic_is_no_longer_due(world: World) -> None:
    world.define(message_types=SCHEDULED, frequency="One_Hour")
    world.define()
    world.pass_time(hours=1)
    assert world.tick() == []


def test_rules_due_together_run_in_the_order_of_their_names(world: World) -> None:
    for name in ("b", "a"):
        world.define(name, SCHEDULED, frequency="One_Hour")
    world.pass_time(hours=1)
    assert [sent.event["configRuleName"] for sent in world.tick()] == ["a", "b"]
