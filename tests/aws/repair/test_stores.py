"""Both stores keep what they are given, and change a lock from the state that was seen only."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from moto import mock_aws
from vpcproof.aws.repair.failures import RepairError
from vpcproof.aws.repair.folder import FolderStore
from vpcproof.aws.repair.record import Record, Status, record_from_text, record_to_text
from vpcproof.aws.repair.store import Hold
from vpcproof.aws.repair.table import TableStore
from vpcproof.errors import EvaluationError
from vpcproof.remediation.plan import Plan

from tests.aws.repair.conftest import START
from tests.remediation.vpcs import home, planned

LOCK = "vpc#111122223333#ap-northeast-2#vpc-1"
MINE = Hold(run_id="run-1", owner="me", until=START)
YOURS = Hold(run_id="run-2", owner="you", until=START + timedelta(minutes=3))


@pytest.fixture(params=["folder", "table"])
def store(request, tmp_path, session):
    if request.param == "folder":
        yield FolderStore(tmp_path / "a" / "runs")
        return
    with mock_aws():
        dynamodb = session.client("dynamodb")
        names = ("pk", "HASH"), ("sk", "RANGE")
        dynamodb.create_table(
            TableName="runs",
            KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in names],
            AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n, _ in names],
            BillingMode="PAY_PER_REQUEST",
        )
        yield TableStore(dynamodb, "runs")


def record(**others):
    plan = planned(home())
    return Record(run_id="run-1", plan=plan, begun_at=START.isoformat(), **others)


def test_a_record_comes_back_as_it_was_kept(store):
    assert store.load("run-1") is None
    begun = record(created={"vpce-new-ssm": "vpce-1"}).begin(START)
    store.save(begun)
    assert store.load("run-1") == begun
    ended = begun.made(0, START, "sg-1").ended(Status.APPLIED, START, after={"a b": "COMPLIANT"})
    store.save(ended)
    assert store.load("run-1") == ended


def test_a_lock_goes_from_the_state_that_was_seen_to_the_next(store):
    assert store.hold_of(LOCK) is None
    assert store.swap(LOCK, None, MINE)
    assert store.hold_of(LOCK) == MINE
    assert store.swap(LOCK, MINE, YOURS)
    assert store.hold_of(LOCK) == YOURS
    assert store.swap(LOCK, YOURS, None)
    assert store.hold_of(LOCK) is None


def test_a_lock_that_somebody_else_changed_stays_theirs(store):
    store.swap(LOCK, None, YOURS)
    assert not store.swap(LOCK, None, MINE)
    assert not store.swap(LOCK, MINE, None)
    assert not store.swap(LOCK, MINE, MINE)
    assert store.hold_of(LOCK) == YOURS


def test_of_many_who_want_a_lock_at_once_one_gets_it(tmp_path):
    store = FolderStore(tmp_path)
    won, start = [], threading.Barrier(6)

    def want(number):
        start.wait()
        if store.swap(LOCK, None, Hold(run_id=str(number), owner="x", until=START)):
            won.append(number)

    threads = [threading.Thread(target=want, args=(number,)) for number in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(won) == 1


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    file = tmp_path / "runs"
    file.write_text("")
    with pytest.raises(RepairError, match="cannot be used to record runs"):
        FolderStore(file).save(record())


def test_a_table_that_is_not_there_is_named(session):
    with mock_aws(), pytest.raises(EvaluationError, match="run run-1 could not be recorded"):
        TableStore(session.client("dynamodb"), "none").save(record())


@pytest.mark.parametrize("run_id", ["../x", "a/b", "", "a.b"])
def test_only_what_looks_like_a_run_is_looked_for_in_a_folder(tmp_path, run_id):
    with pytest.raises(RepairError, match="is not the id of a run"):
        FolderStore(Path(tmp_path)).load(run_id)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"plan": null}', '{"plan": {}}'])
def test_a_text_that_is_no_record_is_refused(text):
    with pytest.raises(RepairError, match="item x is not the record of a run"):
        record_from_text(text, "item x")


def test_a_record_of_a_vpc_without_changes_is_complete():
    empty = Record(run_id="r", plan=Plan(vpc_id="vpc-1"), begun_at=START.isoformat())
    assert empty.is_complete
    assert record_from_text(record_to_text(empty), "x") == empty
