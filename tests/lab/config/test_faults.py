"""Errors on demand."""

import pytest

from lab.config import ConfigError, Fault, Faults
from tests.lab.config.world import World


def codes(world: World, calls: int) -> list[str]:
    answers = []
    for _ in range(calls):
        try:
            world.call("DescribeConfigRules")
        except ConfigError as error:
            answers.append(error.code)
        else:
            answers.append("ok")
    return answers


def test_the_next_calls_of_an_action_are_throttled(world: World) -> None:
    world.config.faults.add("DescribeConfigRules", Fault(times=3))
    world.call("DescribeDeliveryChannels")
    assert codes(world, 4) == [*["ThrottlingException"] * 3, "ok"]


def test_faults_are_met_in_the_order_in_which_they_were_asked_for(world: World) -> None:
    world.config.faults.add("DescribeConfigRules", Fault("AccessDeniedException", "no", times=2))
    world.config.faults.add("DescribeConfigRules", Fault())
    assert codes(world, 4) == [
        "AccessDeniedException",
        "AccessDeniedException",
        "ThrottlingException",
        "ok",
    ]


def test_a_fault_carries_its_message(world: World) -> None:
    world.config.faults.add("DescribeConfigRules", Fault("AccessDeniedException", "not you"))
    with pytest.raises(ConfigError, match="AccessDeniedException: not you"):
        world.call("DescribeConfigRules")


def test_faults_can_be_forgotten() -> None:
    faults = Faults()
    faults.add("DescribeConfigRules", Fault())
    faults.clear()
    assert faults.take("DescribeConfigRules") is None


def test_a_fault_happens_at_least_once() -> None:
    with pytest.raises(ValueError, match="at least once"):
        Faults().add("DescribeConfigRules", Fault(times=0))
