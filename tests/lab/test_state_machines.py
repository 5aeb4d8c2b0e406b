"""State machines of the lab: tasks that wait for somebody, by a clock that tests put forward."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from lab.clock import LabClock
from lab.process import control, running_lab, wait_until_idle
from tests.lab.accounts import Account

FUNCTION = """
    def handler(event, context):
        if event["fails"]:
            raise ValueError("no")
"""


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with running_lab() as address:
        account = Account(address, "111122223333")
        account.create_function("ask", FUNCTION)
        definition = {
            "StartAt": "Ask",
            "States": {
                "Ask": {
                    "Type": "Task",
                    "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
                    "Parameters": {
                        "FunctionName": "ask",
                        "Payload": {"token.$": "$$.Task.Token", "fails.$": "$.fails"},
                    },
                    "TimeoutSeconds": 3600,
                    "End": True,
                }
            },
        }
        account.client("stepfunctions").create_state_machine(
            name="approval",
            definition=json.dumps(definition),
            roleArn="arn:aws:iam::111122223333:role/approval",
        )
        yield account


def start(account: Account, *, fails: bool = False) -> str:
    arn = f"arn:aws:states:{account.region}:111122223333:stateMachine:approval"
    given = json.dumps({"fails": fails})
    return account.client("stepfunctions").start_execution(stateMachineArn=arn, input=given)[
        "executionArn"
    ]


def settled(account: Account, execution: str) -> dict:
    wait_until_idle(account.url)
    return account.client("stepfunctions").describe_execution(executionArn=execution)


def token(account: Account) -> str:
    execution = control(account.url, "invocations?function=ask")[-1]
    return execution["event"]["token"]


def test_the_lab_is_idle_while_a_task_waits_for_its_token(account: Account) -> None:
    execution = start(account)
    assert settled(account, execution)["status"] == "RUNNING"
    answer = json.dumps({"approved": True})
    account.client("stepfunctions").send_task_success(taskToken=token(account), output=answer)
    ended = settled(account, execution)
    assert (ended["status"], json.loads(ended["output"])) == ("SUCCEEDED", {"approved": True})


def test_a_token_can_fail_its_task(account: Account) -> None:
    execution = start(account)
    settled(account, execution)
    account.client("stepfunctions").send_task_failure(
        taskToken=token(account), error="Refused", cause="not today"
    )
    ended = settled(account, execution)
    assert (ended["status"], ended["error"], ended["cause"]) == ("FAILED", "Refused", "not today")


def test_a_wait_ends_when_the_labs_clock_is_put_forward(account: Account) -> None:
    execution = start(account)
    settled(account, execution)
    control(account.url, "clock/advance", "POST", seconds=3599)
    assert settled(account, execution)["status"] == "RUNNING"
    control(account.url, "clock/advance", "POST", seconds=2)
    ended = settled(account, execution)
    assert (ended["status"], ended["error"]) == ("FAILED", "States.Timeout")


def test_a_function_that_fails_before_it_passes_its_token_on_fails_the_task(
    account: Account,
) -> None:
    ended = settled(account, start(account, fails=True))
    assert (ended["status"], ended["error"]) == ("FAILED", "ValueError")


def test_an_alarm_goes_off_once_when_the_clock_passes_it() -> None:
    clock, gone_off = LabClock(), []
    clock.alarm(clock.now() + timedelta(minutes=2), lambda: gone_off.append("later"))
    clock.alarm(clock.now() + timedelta(minutes=1), lambda: gone_off.append("sooner"))
    clock.advance(timedelta(seconds=30))
    assert gone_off == []
    clock.advance(timedelta(minutes=2))
    assert gone_off == ["sooner", "later"]
    clock.advance(timedelta(minutes=2))
    assert gone_off == ["sooner", "later"]
