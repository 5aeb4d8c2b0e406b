"""Whatever fails on the way, no verdict is better than the truth, and every event arrives."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lab import scenario
from lab.account import Account
from tests.e2e import documented
from tests.e2e.conftest import Installation
from tests.e2e.test_alert_delivery import subscribed_queue, taken
from tests.e2e.trials import CLIENT, FAULTS, LAMBDA, REPLAY, Fault, Trials, nothing_else_judged
from tests.template.conftest import ROOT

pytestmark = pytest.mark.xdist_group("shared installation")

ALLOWED, DENIED = "COMPLIANT", "NON_COMPLIANT"


@dataclass(frozen=True)
class Bout:
    """What came of one fault: how the tries ended, and the verdict while the fault lasted."""

    fault: Fault
    acl: str
    errors: list[str | None]
    verdict: str


@pytest.fixture(scope="module")
def trials(account: Account) -> Iterator[Trials]:
    with nothing_else_judged(account):
        yield Trials(account)


@pytest.fixture(scope="module")
def alerts(installation: Installation, trials: Trials) -> str:
    """A queue for what is told of the network ACLs from now on."""
    rule = {"FilterPolicy": json.dumps({"rule": ["network-acl-permits-endpoint-traffic"]})}
    return subscribed_queue(
        installation.account, installation.outputs["AlertTopicArn"], "bad-days", **rule
    )


@pytest.fixture(scope="module")
def bouts(trials: Trials, alerts: str) -> list[Bout]:
    """Each fault in turn; that all was well before is what they could hide."""
    assert set(trials.verdicts().values()) == {ALLOWED}
    found = []
    for fault, acl in zip(FAULTS, trials.acls, strict=False):
        before = len(trials.executions(acl))
        trials.meet(fault, acl)
        errors = [each["error"] for each in trials.executions(acl)[before:]]
        found.append(Bout(fault, acl, errors, trials.verdicts()[acl]))
    return found


@pytest.fixture(scope="module")
def replayed(
    installation: Installation,
    bouts: list[Bout],
    trials: Trials,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, str]:
    """The verdicts after the commands that the documentation gives for the dead-letter queue."""
    folder = tmp_path_factory.mktemp("replay")
    documented.run("Events in the dead-letter queue", installation.account, folder)
    scenario.settle(installation.account)
    return trials.verdicts()


TRIES = {
    CLIENT: [False],
    LAMBDA: [True, False],
    REPLAY: [True, True, True],
}


def test_each_fault_fails_as_many_tries_as_it_lasts(bouts: list[Bout]) -> None:
    for bout in bouts:
        failed = [error is not None for error in bout.errors]
        assert failed == TRIES[bout.fault.comes_by], (bout.fault.what, bout.errors)


def test_an_event_is_judged_or_leaves_the_old_verdict_and_a_dead_letter(
    bouts: list[Bout],
) -> None:
    verdicts = {bout.fault.what: bout.verdict for bout in bouts}
    assert verdicts == {
        each.what: ALLOWED if each.comes_by == REPLAY else DENIED for each in FAULTS
    }


def test_what_a_timeout_ends_says_so(bouts: list[Bout]) -> None:
    (bout,) = [each for each in bouts if each.fault.call.get("code") == "NoAnswer"]
    assert all("Task timed out" in str(error) for error in bout.errors)


def test_in_the_end_every_event_has_arrived(bouts: list[Bout], replayed: dict[str, str]) -> None:
    lost = [bout.fault.what for bout in bouts if replayed[bout.acl] != DENIED]
    assert lost == []


def test_each_is_told_once(
    installation: Installation, alerts: str, bouts: list[Bout], replayed: dict[str, str]
) -> None:
    told = taken(installation.account, alerts)
    assert sorted((each["alert"], each["resource_id"]) for each in told) == sorted(
        ("broken", bout.acl) for bout in bouts
    )


def test_events_that_come_twice_and_late_change_nothing(
    installation: Installation, alerts: str, replayed: dict[str, str], trials: Trials
) -> None:
    """Shut, opened and shut again; then the events once more, in another order."""
    acl = trials.acls[-1]
    before = len(trials.executions(acl))
    trials.shut(acl)
    trials.open(acl)
    trials.shut(acl)
    first, second, third = [each["event"] for each in trials.executions(acl)[before:]]
    told = [each["alert"] for each in taken(installation.account, alerts)]
    assert told == ["broken", "recovered", "broken"]

    again = [second, first, third, third, second]
    trials.send(installation.outputs["EvaluateFunctionArn"], again)

    assert trials.verdicts()[acl] == DENIED
    assert [each["error"] for each in trials.executions(acl)[before:]] == [None] * 8
    assert taken(installation.account, alerts) == []


def test_the_page_lists_the_faults_and_by_what_each_verdict_came() -> None:
    page = Path(ROOT / "docs/reliability.md").read_text()
    rows = re.findall(r"^\| ([^|]+) \| 1 \| ([^|]+) \| 0 \| 0 \|$", page, re.MULTILINE)
    assert rows == [(fault.what, fault.comes_by) for fault in FAULTS]
