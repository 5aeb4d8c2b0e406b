"""Addresses that stand for others lie to each other as those did."""

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vpcproof.facts.documents import KEYS
from vpcproof.facts.redaction.addresses import Renumbering
from vpcproof.facts.redaction.shapes import SHAPES, SUBJECTS

VPC = "10.0.0.0/16"
BLOCKS = st.builds(
    lambda base, bits, length: str(ip_network((base << 16 | bits, length), strict=False)),
    st.sampled_from([0x0A00, 0x0A01, 0xC0A8, 0xCB00, 0xCB01]),
    st.integers(0, 0xFFFF),
    st.integers(17, 32),
)


@pytest.fixture(scope="module")
def renumbering() -> Renumbering:
    return Renumbering(b"of the tests", unchanged=[VPC, "2001:db8::/56"])


@given(one=BLOCKS, other=BLOCKS)
def test_what_contains_or_misses_another_still_does(renumbering, one, other):
    before, after = (
        [ip_network(each) for each in pair]
        for pair in ((one, other), map(renumbering.replaced, (one, other)))
    )
    assert before[0].subnet_of(before[1]) == after[0].subnet_of(after[1])
    assert before[0].overlaps(before[1]) == after[0].overlaps(after[1])
    assert before[0].prefixlen == after[0].prefixlen
    assert before[0].is_private == after[0].is_private


@given(block=BLOCKS)
def test_addresses_of_the_vpc_stay_and_all_others_go(renumbering, block):
    is_within = ip_network(block).subnet_of(ip_network(VPC))
    assert (renumbering.replaced(block) == block) is is_within


@pytest.mark.parametrize("text", ["0.0.0.0/0", "::/0", "10.0.0.0/8", "2001:db8::7", "10.0.3.4"])
def test_blocks_that_mean_something_to_everybody_stay(renumbering, text):
    assert renumbering.replaced(text) == text


def test_another_key_gives_other_addresses(renumbering):
    other = Renumbering(b"of nobody", unchanged=[VPC])
    assert renumbering.replaced("203.0.113.7") != other.replaced("203.0.113.7")


def test_a_text_that_is_no_address_has_none(renumbering):
    assert renumbering.replaced("acme") is None


def test_every_answer_of_a_snapshot_has_a_shape():
    assert SHAPES.keys() == KEYS.keys()
    assert {each.subject for each in KEYS.values()} - {None, "Name"} == set(SUBJECTS)
