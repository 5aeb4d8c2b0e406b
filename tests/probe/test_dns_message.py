"""DNS messages: what a resolver sent is read, and what is no answer is refused."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vpcproof.probe.dns_message import Family, MessageError, is_truncated, query, read

NAME = "ssm.ap-northeast-2.amazonaws.com"
ASKED = query(7, NAME, Family.A)
# An alias and two addresses, the names by pointers, as unbound wrote it.
ANSWER = bytes.fromhex(
    "0007 8180 0001 0003 0000 0000"
    "0373736d 0e61702d6e6f727468656173742d32 09616d617a6f6e617773 03636f6d 00 0001 0001"
    "c00c 0005 0001 0000003c 0007 0476706365 c010"
    "c032 0001 0001 0000003c 0004 0a140905"
    "c032 0001 0001 0000003c 0004 0a140a05"
)


def test_a_question_is_written_as_the_standard_has_it():
    assert ASKED.hex(" ", 2).startswith("0007 0100 0001 0000 0000 0000 0373")
    assert ASKED[12:] == ANSWER[12 : len(ASKED)]


def test_addresses_behind_an_alias_are_read():
    assert read(ASKED, ANSWER) == (0, (ip_address("10.20.9.5"), ip_address("10.20.10.5")))


def test_the_case_of_names_does_not_matter():
    assert read(query(7, NAME.title(), Family.A), ANSWER)[1]


@pytest.mark.parametrize(
    "asked",
    [
        query(8, NAME, Family.A),
        query(7, NAME, Family.AAAA),
        query(7, f"x{NAME[1:]}", Family.A),
    ],
)
def test_the_answer_to_another_question_is_refused(asked):
    with pytest.raises(MessageError):
        read(asked, ANSWER)


def test_a_question_is_no_answer():
    with pytest.raises(MessageError):
        read(ASKED, ASKED)


def test_an_address_of_another_length_is_refused():
    with pytest.raises(MessageError):
        read(ASKED, ANSWER.replace(bytes.fromhex("0004 0a140905"), bytes.fromhex("0003 0a140a")))


def test_an_answer_says_that_it_was_too_long():
    assert not is_truncated(ANSWER)
    assert is_truncated(ANSWER[:2] + b"\x83\x80" + ANSWER[4:])


@given(st.integers(0, len(ANSWER) - 1))
def test_half_a_message_is_refused(length):
    with pytest.raises(MessageError):
        read(ASKED, ANSWER[:length])


@given(st.binary(max_size=200))
def test_whatever_follows_the_question_is_read_or_refused(rest):
    try:
        _, addresses = read(ASKED, ANSWER[: len(ASKED)] + rest)
    except MessageError:
        return
    assert len(addresses) <= 3
