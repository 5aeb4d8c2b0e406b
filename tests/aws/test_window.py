"""What is left of the changes of one window, and what a container remembers of earlier ones."""

from itertools import pairwise, permutations

import pytest
from hypothesis import given, settings, strategies
from vpcproof.aws.compliance_change import NEVER, Alert, parse_compliance_change
from vpcproof.aws.window import Told, settled

from tests.aws.changes import SOURCES, changed, failed, recovered

STATES = ["COMPLIANT", "NON_COMPLIANT", "NOT_APPLICABLE"]


def alerts(*events):
    changes = settled(map(parse_compliance_change, events))
    return {each.resource_id: each.alert for each in changes}


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_latest_state_wins_whatever_the_order_of_the_events(order):
    events = [failed("sg-1", 1), recovered("sg-1", 2), failed("sg-1", 3)]

    assert alerts(*(events[each] for each in order)) == {"sg-1": Alert.BROKEN}


def test_what_failed_and_recovered_within_the_window_is_no_alert():
    assert alerts(failed("sg-1", 1), recovered("sg-1", 2)) == {"sg-1": None}


def test_what_recovered_and_failed_again_is_no_alert():
    assert alerts(recovered("sg-1", 1), failed("sg-1", 2)) == {"sg-1": None}


def test_what_failed_at_first_sight_and_was_deleted_is_no_alert():
    deleted = changed("sg-1", "NON_COMPLIANT", "NOT_APPLICABLE", second=2)
    assert alerts(failed("sg-1", 1, before=None), deleted) == {"sg-1": None}


def test_verdicts_of_different_rules_accounts_regions_and_resources_are_kept_apart():
    others = [{"rule": SOURCES}, {"account": "123456789012"}, {"region": "eu-west-1"}]
    events = [failed("sg-1", 1), *(recovered("sg-1", 2, **each) for each in others)]

    found = settled(map(parse_compliance_change, [*events, recovered("sg-2", 2)]))

    assert [each.alert for each in found] == [Alert.BROKEN, *[Alert.RECOVERED] * 4]


def test_an_event_that_came_twice_counts_once():
    assert alerts(failed("sg-1"), failed("sg-1")) == {"sg-1": Alert.BROKEN}


@settings(max_examples=60, deadline=None)
@given(strategies.lists(strategies.sampled_from(STATES), min_size=2, max_size=8))
def test_only_the_first_and_the_last_state_of_a_window_matter(states):
    pairs = enumerate(pairwise(states))
    events = [changed("sg-1", *pair, second=second) for second, pair in pairs]

    (whole,) = settled(map(parse_compliance_change, events))

    at_once = parse_compliance_change(changed("sg-1", states[0], states[-1]))
    assert whole.alert == at_once.alert


def test_a_recovery_is_told_under_the_failure_that_there_was_before_the_window():
    blamed = [f"fails 1 of 4 rules: {name} (x)" for name in (SOURCES, "vpc-endpoint-available")]
    changes = map(
        parse_compliance_change,
        [
            changed("sg-1", "NON_COMPLIANT", second=1, why=tuple(blamed)),
            recovered("sg-1", 2, why=(blamed[1], "passes 4 of 4 rules")),
        ],
    )

    (left,) = settled(changes)

    assert (left.alert, left.failure) == (Alert.RECOVERED, blamed[0])


class TestTold:
    def change(self, second, **members):
        return parse_compliance_change(failed("sg-1", second, **members))

    def test_the_same_change_and_earlier_ones_are_known(self):
        told = Told()
        told.note(self.change(2))

        assert [told.knows(self.change(second)) for second in (1, 2, 3)] == [True, True, False]
        assert not told.knows(self.change(2, rule=SOURCES))

    def test_a_change_without_a_time_is_never_known(self):
        given = failed("sg-1")
        given["detail"]["newEvaluationResult"]["resultRecordedTime"] = "yesterday"
        change = parse_compliance_change(given)
        told = Told()
        told.note(change)

        assert change.moment == NEVER
        assert not told.knows(change)

    def test_no_more_is_remembered_than_there_is_room_for(self):
        told = Told(most=2)
        changes = [parse_compliance_change(failed(f"sg-{number}", 1)) for number in range(3)]
        for each in changes:
            told.note(each)

        assert [told.knows(each) for each in changes] == [False, True, True]
