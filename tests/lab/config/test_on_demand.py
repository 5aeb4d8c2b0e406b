"""StartConfigRulesEvaluation and its limits."""

import pytest

from lab.config import ConfigError, Outcome
from tests.lab.config.world import ENDPOINT, VPC, Sent, World

HYBRID = ("ConfigurationItemChangeNotification", "ScheduledNotification")


@pytest.fixture
def ready(world: World) -> World:
    """A hybrid rule on VPCs, a VPC and an endpoint; all that followed from it is done."""
    world.exists(VPC, "vpc-1")
    world.exists(ENDPOINT, "vpce-1")
    world.record()
    world.define(message_types=HYBRID, Scope={"ComplianceResourceTypes": [VPC]})
    for sent in world.sent:
        sent.done(Outcome(accepted=True))
    return world


def start(world: World, *names: str) -> list[Sent]:
    seen = len(world.sent)
    world.call("StartConfigRulesEvaluation", ConfigRuleNames=list(names or ["judge"]))
    return world.sent[seen:]


def refusal(world: World, *names: str) -> str:
    with pytest.raises(ConfigError) as error:
        world.call("StartConfigRulesEvaluation", ConfigRuleNames=list(names))
    return error.value.code


def test_everything_in_scope_is_judged_again_as_last_recorded(ready: World) -> None:
    first, second = start(ready)
    assert first.resource_id == "vpc-1"
    assert first.message["configurationItemDiff"] is None
    assert first.event["eventLeftScope"] is False
    assert second.message["messageType"] == "ScheduledNotification"


def test_a_rule_is_not_started_twice_within_a_minute(ready: World) -> None:
    for sent in start(ready):
        sent.done(Outcome(accepted=True))
    ready.pass_time(seconds=59)
    assert refusal(ready, "judge") == "LimitExceededException"
    ready.pass_time(seconds=1)
    assert start(ready)


def test_a_rule_is_not_started_while_a_run_of_it_is_not_over(ready: World) -> None:
    first, second = start(ready)
    first.done(Outcome(accepted=True))
    ready.pass_time(minutes=5)
    assert refusal(ready, "judge") == "LimitExceededException"
    second.done(Outcome(accepted=True))
    assert start(ready)


def test_evaluations_of_changes_do_not_count_as_a_run(ready: World) -> None:
    ready.exists(VPC, "vpc-2")
    assert len(ready.record()) == 1
    assert start(ready)


def test_one_rule_that_may_not_start_keeps_the_others_from_starting(ready: World) -> None:
    ready.define("other", HYBRID)
    start(ready, "judge")
    seen = len(ready.sent)
    assert refusal(ready, "other", "judge") == "LimitExceededException"
    assert len(ready.sent) == seen
    assert start(ready, "other")


def test_25_rules_start_at_once_and_26_do_not(ready: World) -> None:
    names = [f"rule-{number}" for number in range(26)]
    for name in names:
        ready.define(name)
    assert refusal(ready, *names) == "ValidationException"
    start(ready, *names[:25])


def test_at_least_one_rule_is_named(ready: World) -> None:
    assert refusal(ready) == "ValidationException"


def test_an_unknown_rule_cannot_be_started(ready: World) -> None:
    assert refusal(ready, "judge", "other") == "NoSuchConfigRuleException"
    assert start(ready, "judge")


def test_a_rule_named_twice_starts_once(ready: World) -> None:
    assert len(start(ready, "judge", "judge")) == 2
