"""An event is a stranger's word: what a probe does not do is refused, and the member is named."""

import json
from contextlib import suppress
from copy import deepcopy
from ipaddress import ip_address
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vpcproof.model.service_catalogue import SERVICE_PORTS
from vpcproof.probe.question import (
    MOST_ADDRESSES,
    MOST_NAMES,
    MOST_SECONDS,
    MOST_TARGETS,
    QuestionError,
    question,
)

ROOT = Path(__file__).parents[2]
EVENT = json.loads((ROOT / "events/probe.json").read_text())
INTERFACE, GATEWAY = EVENT["targets"]


def asking(**members):
    """The event with other members in its first target."""
    event = deepcopy(EVENT)
    event["targets"][0] |= members
    return event


def test_the_event_of_the_page_is_understood():
    ssm, s3 = question(EVENT).targets
    assert ssm.service == "ssm"
    assert ssm.is_led_right(ip_address("10.20.9.5"))
    assert not ssm.is_led_right(ip_address("10.20.9.6"))
    assert s3.is_led_right(ip_address("52.219.61.1"))
    assert not s3.is_led_right(ip_address("52.219.64.1"))


def test_without_an_endpoint_a_name_has_to_lead_to_a_public_address():
    (target,) = question({"targets": [GATEWAY | {"addresses": []}]}).targets
    assert target.is_led_right(ip_address("52.219.64.1"))
    assert target.is_led_right(ip_address("2600:1fa0::1"))
    assert not target.is_led_right(ip_address("10.20.9.5"))
    assert not target.is_led_right(ip_address("100.64.0.1"))


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"service": "SSM; drop"}, "targets[0].service"),
        ({"service": None}, "targets[0].service"),
        ({"kind": ["nat"]}, "neither interface nor gateway"),
        ({"kind": "nat"}, "neither interface nor gateway"),
        ({"names": []}, "targets[0].names is empty"),
        ({"names": "ssm"}, "names is not a list"),
        ({"names": [7]}, "is no host name under amazonaws.com"),
        ({"names": ["db.corp.example"]}, "is no host name under amazonaws.com"),
        ({"names": ["amazonaws.com"]}, "is no host name"),
        ({"names": ["evilamazonaws.com"]}, "is no host name"),
        ({"names": ["*.ssm.us-east-1.amazonaws.com"]}, "is no host name"),
        ({"names": ["ssm..amazonaws.com"]}, "is no host name"),
        ({"names": ["ssm.us-east-1.amazonaws.com\n"]}, "is no host name"),
        ({"names": [f"{'a.' * 130}amazonaws.com"]}, "is no host name"),
        ({"names": [f"{'a' * 64}.amazonaws.com"]}, "is no host name"),
        ({"names": ["a.amazonaws.com"] * (MOST_NAMES + 1)}, "9 elements, at most 8"),
        ({"port": 22}, "ssm does not listen on 22: 443"),
        ({"port": "443"}, "does not listen on '443'"),
        ({"port": [443]}, "does not listen on [443]"),
        ({"expected": []}, "names no address of the interface endpoint"),
        ({"expected": ["10.0.0.0/24"]}, "'10.0.0.0/24' cannot be read"),
        ({"expected": [167772165]}, "167772165 cannot be read"),
        ({"expected": ["10.0.0.1"] * (MOST_ADDRESSES + 1)}, "257 elements, at most 256"),
        ({"kind": "gateway", "addresses": ["52.216.0.10/15"]}, "'52.216.0.10/15' cannot be read"),
    ],
    ids=str,
)
def test_a_target_that_is_not_one_is_refused(members, said):
    with pytest.raises(QuestionError) as refused:
        question(asking(**members))
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (None, "the event is not an object"),
        ([], "the event is not an object"),
        ({"targets": {}, "secondsPerStep": 0}, "secondsPerStep: 0"),
        ({"targets": "ssm"}, "the event: targets is not a list"),
        ({"targets": ["ssm"]}, "targets[0] is not an object"),
        ({"targets": [INTERFACE] * (MOST_TARGETS + 1)}, "65 elements, at most 64"),
        ({"targets": [], "secondsPerStep": True}, "secondsPerStep: True"),
        ({"targets": [], "secondsPerStep": float("nan")}, "secondsPerStep: nan"),
        ({"targets": [], "secondsPerStep": -(10**400)}, "secondsPerStep: -1000"),
    ],
    ids=str,
)
def test_an_event_that_is_not_one_is_refused(event, said):
    with pytest.raises(QuestionError) as refused:
        question(event)
    assert said in str(refused.value)


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@given(st.sampled_from([*INTERFACE, *GATEWAY, "targets", "secondsPerStep"]), _ANYTHING)
def test_anything_in_any_place_is_taken_or_refused_in_words(member, value):
    event = asking(**{member: value}) if member in INTERFACE | GATEWAY else EVENT | {member: value}
    with suppress(QuestionError):
        assert question(event).seconds_per_step > 0


def test_no_step_takes_longer_than_a_probe_allows():
    assert question({"targets": [], "secondsPerStep": 10**400}).seconds_per_step == MOST_SECONDS


def test_ports_are_those_of_the_service_and_https():
    for service, ports in SERVICE_PORTS.items():
        for port in (443, *ports):
            event = asking(service=service, port=port)
            assert question(event).targets[0].port == port


@pytest.mark.parametrize(
    ("service", "port", "speaks"),
    [
        ("ssm", 443, True),
        ("cassandra", 9142, True),
        ("email-smtp", 465, True),
        ("email-smtp", 2465, True),
        ("email-smtp", 25, False),
        ("email-smtp", 587, False),
        ("transfer.server", 22, False),
        ("transfer.server", 8200, False),
    ],
)
def test_tls_is_tried_where_it_begins_with_the_connection(service, port, speaks):
    assert question(asking(service=service, port=port)).targets[0].speaks_tls is speaks
