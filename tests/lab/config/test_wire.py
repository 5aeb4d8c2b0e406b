"""Answers in the types of the JSON 1.1 protocol, and the places that ARNs speak of."""

from datetime import UTC, datetime

import pytest

from lab.config import Place
from lab.config.timestamps import wire


def test_timestamps_are_epoch_seconds_on_the_wire() -> None:
    moment = datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC)
    assert wire({"Results": [{"Time": moment, "Name": "a"}], "None": None}) == {
        "Results": [{"Time": 1795424400.123, "Name": "a"}],
        "None": None,
    }


@pytest.mark.parametrize(
    ("region", "partition"),
    [
        ("us-east-1", "aws"),
        ("eu-central-1", "aws"),
        ("cn-northwest-1", "aws-cn"),
        ("us-gov-west-1", "aws-us-gov"),
        ("us-iso-east-1", "aws-iso"),
        ("us-isob-east-1", "aws-iso-b"),
        ("us-isof-south-1", "aws-iso-f"),
        ("eu-isoe-west-1", "aws-iso-e"),
        ("eusc-de-east-1", "aws-eusc"),
    ],
)
def test_a_region_belongs_to_a_partition(region: str, partition: str) -> None:
    assert Place("111122223333", region).partition == partition
