"""The small parts that the emulator is put together from."""

import asyncio
import json
import time
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from threading import Event, Timer
from typing import Any

import pytest

from lab.asgi import HttpRequest, aws_error, error_code, read_request, replay, respond
from lab.clock import LabClock
from lab.journal import ApiCall, Journal
from lab.work import Tally, WorkQueue


def test_the_clock_shows_real_time_until_it_is_put_forward() -> None:
    clock = LabClock()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)
    shown = clock.advance(timedelta(hours=1))
    assert timedelta(minutes=59) < shown - datetime.now(UTC) < timedelta(minutes=61)
    assert clock.now() >= shown


def test_the_clock_does_not_run_backwards() -> None:
    with pytest.raises(ValueError, match="backwards"):
        LabClock().advance(timedelta(seconds=-1))


def test_a_queue_does_its_tasks_in_order() -> None:
    tally, done = Tally(), []
    queue = WorkQueue("test", tally)
    for number in range(5):
        queue.give(lambda number=number: done.append(number))
    assert tally.wait(5)
    assert done == [0, 1, 2, 3, 4]


def test_a_tally_counts_work_that_leads_to_more_work() -> None:
    tally, done = Tally(), []
    first, second = WorkQueue("first", tally), WorkQueue("second", tally)
    first.give(lambda: second.give(lambda: done.append("second")))
    assert tally.wait(5)
    assert done == ["second"]
    assert tally.outstanding == 0


def test_waiting_for_work_that_does_not_end_in_time_says_so() -> None:
    tally, release = Tally(), Event()
    WorkQueue("test", tally).give(lambda: release.wait(5) and None)
    assert not tally.wait(0.01)
    release.set()
    assert tally.wait(5)


def test_closing_leaves_undone_what_has_not_begun_and_lets_nobody_wait() -> None:
    tally, begun, release, done = Tally(), Event(), Event(), []
    queue = WorkQueue("test", tally)

    def first() -> None:
        begun.set()
        release.wait(5)
        done.append("first")
        tally.require_open()
        done.append("rest of first")

    queue.give(first)
    queue.give(lambda: done.append("second"))
    assert begun.wait(5)
    Timer(0.05, tally.close).start()
    assert not tally.wait(5)
    release.set()
    tally.drain(5)
    assert tally.outstanding == 0
    assert done == ["first"]


def test_waiting_ends_with_the_work_and_not_with_the_time_allowed() -> None:
    tally, release = Tally(), Event()
    WorkQueue("test", tally).give(lambda: release.wait(5) and None)
    Timer(0.05, release.set).start()
    started = time.monotonic()
    assert tally.wait(5)
    assert time.monotonic() - started < 1


def test_a_task_that_fails_does_not_end_the_others(caplog: pytest.LogCaptureFixture) -> None:
    tally, done = Tally(), []
    queue = WorkQueue("test", tally)
    queue.give(lambda: int("not a number") and None)
    queue.give(lambda: done.append("next"))
    assert tally.wait(5)
    assert done == ["next"]
    assert "a piece of background work failed" in caplog.text


def test_a_task_sees_the_context_of_whoever_gave_it() -> None:
    place: ContextVar[str] = ContextVar("place", default="nowhere")
    tally, seen = Tally(), []
    queue = WorkQueue("test", tally)
    place.set("here")
    queue.give(lambda: seen.append(place.get()))
    assert tally.wait(5)
    assert seen == ["here"]


def call(**changes: Any) -> ApiCall:
    whole = {
        "service": "ec2",
        "action": "DescribeVpcs",
        "account": "111122223333",
        "region": "us-east-1",
        "principal": "arn:aws:iam::111122223333:root",
        "status": 200,
        "error": None,
    }
    return ApiCall(**(whole | changes))


def test_a_journal_is_read_by_any_field() -> None:
    journal: Journal[ApiCall] = Journal()
    journal.add(call())
    journal.add(call(action="CreateVpc", status=400))
    assert [entry["action"] for entry in journal.matching({})] == ["DescribeVpcs", "CreateVpc"]
    assert [e["action"] for e in journal.matching({"service": "ec2", "status": "400"})] == [
        "CreateVpc"
    ]
    assert journal.matching({"colour": "blue"}) == []
    journal.clear()
    assert journal.matching({}) == []


def request(**changes: Any) -> HttpRequest:
    whole = {"method": "POST", "path": "/", "headers": {}, "body": b"", "query": {}}
    return HttpRequest(**(whole | changes))


@pytest.mark.parametrize(
    ("service", "headers"),
    [
        ("sns", {}),
        ("s3", {}),
        ("lambda", {}),
        ("ssm", {"x-amz-target": "AmazonSSM.GetParameter"}),
    ],
)
def test_an_error_is_written_so_that_its_code_can_be_read(
    service: str, headers: dict[str, str]
) -> None:
    status, answered, body = aws_error(
        request(headers=headers), service, "AccessDenied", "not <you>"
    )
    assert status == 400
    assert error_code({k.lower(): v for k, v in answered.items()}, body) == "AccessDenied"
    assert error_code({}, body) == "AccessDenied"
    assert b"not <you>" in body or b"not &lt;you&gt;" in body


def test_an_error_of_s3_stands_alone() -> None:
    _, _, body = aws_error(request(), "s3", "AccessDenied", "no")
    assert body.startswith(b"<Error>")


def test_an_error_is_json_where_the_request_is() -> None:
    _, _, body = aws_error(request(headers={"x-amz-target": "A.B"}), "ssm", "Code", "text")
    assert json.loads(body)["__type"] == "Code"


@pytest.mark.parametrize("body", [b"", b"plain", b"[]", b"{}", b'"text"'])
def test_an_answer_without_an_error_code_has_none(body: bytes) -> None:
    assert error_code({}, body) is None


def test_the_error_code_of_a_header_has_no_address_behind_it() -> None:
    named = {"x-amzn-errortype": "NotFound:http://internal.amazon.com/"}
    assert error_code(named, b"") == "NotFound"


def test_a_request_is_read_whole_and_can_be_read_again() -> None:
    parts = [
        {"type": "http.request", "body": b"Action=", "more_body": True},
        {"type": "http.request", "body": b"DescribeVpcs"},
    ]

    async def receive() -> Mapping[str, Any]:
        return parts.pop(0) if parts else {"type": "http.disconnect"}

    scope = {
        "method": "POST",
        "path": "/",
        "headers": [(b"Content-Type", b"text/plain")],
        "query_string": b"a=1&a=2&b=",
    }
    read = asyncio.run(read_request(scope, receive))
    assert read == request(
        headers={"content-type": "text/plain"},
        body=b"Action=DescribeVpcs",
        query={"a": ["1", "2"], "b": [""]},
    )
    again = replay(read.body, receive)
    assert asyncio.run(again())["body"] == b"Action=DescribeVpcs"
    assert asyncio.run(again())["type"] == "http.disconnect"


def test_an_answer_is_sent_with_its_length() -> None:
    sent: list[Mapping[str, Any]] = []

    async def send(message: Mapping[str, Any]) -> None:
        sent.append(message)

    asyncio.run(respond(send, (404, {"Content-Type": "text/plain"}, b"no")))
    start, body = sent
    assert start["status"] == 404
    assert start["headers"] == [(b"content-type", b"text/plain"), (b"content-length", b"2")]
    assert body["body"] == b"no"
