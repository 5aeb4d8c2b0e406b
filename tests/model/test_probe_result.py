"""What a probe's steps amount to."""

import pytest
from vpcproof.model.probe_result import ProbeResult, ProbeStep

NAME = "ssm.eu-west-1.amazonaws.com"
RESOLVED = ProbeStep(name="resolve", target=NAME, family="A", ok=True, answer=("10.0.1.9",))
NO_V6 = ProbeStep(name="resolve", target=NAME, family="AAAA", ok=False, error="no-answer")
CONNECTED = ProbeStep(name="connect", target="10.0.1.9", port=443, ok=True)
SPOKEN = ProbeStep(name="tls", target="10.0.1.9", port=443, ok=True)
REFUSED = ProbeStep(
    name="tls", target="10.0.1.9", port=443, ok=False, error="certificate", detail="self-signed"
)


def result(*steps, **others):
    return ProbeResult(subnet_id="subnet-a", service="ssm", steps=steps, **others)


@pytest.mark.parametrize(
    ("steps", "reaches"),
    [
        ((RESOLVED, CONNECTED, SPOKEN), True),
        ((RESOLVED, NO_V6, CONNECTED, SPOKEN), True),
        ((RESOLVED, CONNECTED), True),  # a service that speaks no TLS
        ((RESOLVED,), False),
        ((RESOLVED, CONNECTED, REFUSED), False),
        ((NO_V6,), False),
        ((), False),
    ],
)
def test_a_service_is_reached_when_every_step_succeeds(steps, reaches):
    assert result(*steps).reaches is reaches


def test_one_address_of_two_that_does_not_answer_is_a_failure():
    other = ProbeStep(name="connect", target="10.0.2.9", port=443, ok=False, error="timed-out")
    assert result(RESOLVED, CONNECTED, SPOKEN, other).failed == (other,)


def test_the_other_family_is_excused_only_for_a_name_that_has_one():
    elsewhere = ProbeStep(name="resolve", target="kms", family="A", ok=False, error="no-answer")
    assert result(RESOLVED, elsewhere, CONNECTED, SPOKEN).failed == (elsewhere,)


def test_a_probe_that_failed_has_answered_nothing():
    assert not result(failure="the function failed").answered
    assert not result().answered
    assert result(RESOLVED).answered


def test_a_step_says_what_was_tried_and_what_came_of_it():
    assert str(RESOLVED) == f"resolve {NAME} A: ok (10.0.1.9)"
    assert str(REFUSED) == "tls 10.0.1.9:443: certificate (self-signed)"
