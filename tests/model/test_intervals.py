"""Interval sets against plain sets of numbers."""

from hypothesis import given
from hypothesis import strategies as st
from vpcproof.model.intervals import IntervalSet

NUMBERS = range(40)
numbers = st.frozensets(st.sampled_from(NUMBERS))
intervals = st.tuples(st.sampled_from(NUMBERS), st.sampled_from(NUMBERS)).map(
    lambda ends: (min(ends), max(ends))
)


def of(members):
    return IntervalSet.of((each, each) for each in members)


def members(found):
    return {each for low, high in found for each in range(low, high + 1)}


@given(st.lists(intervals))
def test_a_set_holds_the_numbers_of_its_intervals_and_no_other(given_intervals):
    built = IntervalSet.of(given_intervals)
    assert members(built) == members(given_intervals)
    assert {each for each in NUMBERS if each in built} == members(given_intervals)


@given(st.lists(intervals))
def test_a_set_is_canonical(given_intervals):
    built = IntervalSet.of(given_intervals)
    gaps = zip(built.intervals, built.intervals[1:], strict=False)
    assert all(first[1] + 1 < second[0] for first, second in gaps)
    assert built == of(members(given_intervals))
    assert hash(built) == hash(of(members(given_intervals)))


@given(numbers, numbers)
def test_operators_are_those_of_sets(mine, theirs):
    a, b = of(mine), of(theirs)
    assert members(a | b) == mine | theirs
    assert members(a & b) == mine & theirs
    assert members(a - b) == mine - theirs
    assert (a <= b) == (mine <= theirs)
    assert bool(a) == bool(mine)


@given(numbers, numbers)
def test_results_are_canonical_too(mine, theirs):
    a, b = of(mine), of(theirs)
    assert (a | b) == of(mine | theirs)
    assert (a & b) == of(mine & theirs)
    assert (a - b) == of(mine - theirs)


@given(numbers.filter(bool))
def test_the_first_is_the_smallest(mine):
    assert of(mine).first == min(mine)
