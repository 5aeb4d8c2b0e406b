"""Text from strangers, made harmless."""

import unicodedata

from hypothesis import given
from hypothesis.strategies import integers, text
from vpcproof.aws.text import ascii_line, one_line


@given(text(), integers(min_value=1, max_value=80))
def test_a_line_is_one_line_of_printable_text_within_its_limit(anything, limit):
    line = one_line(anything, limit=limit)

    assert len(line) <= limit
    assert len(line.splitlines()) <= 1
    assert not any(unicodedata.category(character).startswith("C") for character in line)


@given(text(alphabet="abc 가é", max_size=40))
def test_plain_text_keeps_its_words(anything):
    assert one_line(anything, limit=40) == " ".join(anything.split())


def test_a_cut_is_shown():
    assert one_line("abcdef", limit=5) == "abcd…"
    assert one_line("abcde", limit=5) == "abcde"


def test_direction_overrides_and_zero_width_characters_go():
    assert one_line("sg-\u202e1\u200b2", limit=20) == "sg- 1 2"


def test_every_kind_of_line_break_goes():
    assert one_line("a\nb\rc\x0bd\x85e\u2028f\u2029g", limit=20) == "a b c d e f g"


@given(text(), integers(min_value=4, max_value=80))
def test_an_ascii_line_is_ascii_within_its_limit(anything, limit):
    line = ascii_line(anything, limit=limit)

    assert line.isascii()
    assert len(line) <= limit


def test_what_is_not_ascii_becomes_a_question_mark():
    assert ascii_line("보안 group", limit=20) == "?? group"
    assert ascii_line("보안 group", limit=7) == "?? g..."
