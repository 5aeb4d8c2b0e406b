"""A plan, and what became of it, told to people: what, at what price, and what to type next."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...remediation.document import plan_id
from ...remediation.plan import Plan
from ..place import Place
from ..text import ascii_line, one_line

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

# "less than 100 characters": https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
_LONGEST_SUBJECT = 99
_LONGEST_LINE = 500
_SHOWN = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A subject and a text; `event` is what subscriptions can filter by."""

    event: str
    headline: str
    lines: tuple[str, ...]
    vpc_id: str
    place: Place

    @property
    def subject(self) -> str:
        """One ASCII line."""
        where = f"({self.place.account} {self.place.region})"
        return ascii_line(f"{self.headline} {where}", limit=_LONGEST_SUBJECT)

    @property
    def text(self) -> str:
        """The message for a person."""
        return "\n".join((self.headline, f"Where: {self.place}", "", *self.lines)) + "\n"


def publish(message: Message, sns: SNSClient, topic_arn: str) -> str:
    """Publish to a topic; answers the id of the message."""
    attributes = {
        "event": message.event,
        "vpc_id": message.vpc_id,
        "account": message.place.account,
        "region": message.place.region,
    }
    answer = sns.publish(
        TopicArn=topic_arn,
        Subject=message.subject,
        Message=message.text,
        MessageAttributes={
            name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
        },
    )
    return answer["MessageId"]


def plan_lines(plan: Plan) -> tuple[str, ...]:
    """What a plan repairs, what it changes, at what price, and what it rests on."""
    repairs = [f"{each.rule}: {each.resource_id}: {each.annotation}" for each in plan.repairs]
    changes = [
        f"{number}. {each.risk}: {each.summary}"
        + (f" ({each.cost.amount} USD a month)" if each.cost.amount else "")
        for number, each in enumerate(plan.changes, start=1)
    ]
    cost = plan.monthly_cost
    lines = ["Repairs:", *_listed(repairs), "", "Changes:", *_listed(changes), ""]
    if cost.amount:
        lines.append(f"Costs {cost.amount} USD a month ({cost.note}).")
    if plan.proof:
        lines.append(
            f"Proven on the facts read: none of {plan.proof.verdicts} verdicts gets worse, no path "
            f"is lost after any change ({plan.proof.paths} compared), and undoing restores all."
        )
    if plan.problems:
        lines.append(f"{len(plan.problems)} findings have no safe repair and stay.")
    return tuple(lines)


def apply_command(plan: Plan, rule: str | None, function_arn: str, region: str) -> str:
    """What applies this plan, and no other, from a shell."""
    about = {"rule": rule} if rule else {}
    request = {"action": "apply", "vpcId": plan.vpc_id, **about, "planId": plan_id(plan)}
    return _invocation(request, function_arn, region)


def undo_command(run_id: str, function_arn: str, region: str) -> str:
    """What takes a run back, from a shell."""
    return _invocation({"action": "undo", "runId": run_id}, function_arn, region)


def answer_commands(task_token: str, region: str) -> Mapping[str, str]:
    """What approves a plan that a state machine waits for, and what refuses it."""
    about = ["--task-token", task_token, "--region", region]
    tool = ["aws", "stepfunctions"]
    return {
        "Approve": shlex.join([*tool, "send-task-success", *about, "--task-output", "{}"]),
        "Refuse": shlex.join([*tool, "send-task-failure", *about, "--error", "refused"]),
    }


def _invocation(request: Mapping[str, Any], function_arn: str, region: str) -> str:
    words = ["aws", "lambda", "invoke", "--function-name", function_arn, "--region", region]
    words += ["--cli-read-timeout", "0", "--cli-binary-format", "raw-in-base64-out"]
    return shlex.join([*words, "--payload", json.dumps(request), "/dev/stdout"])


def _listed(lines: Iterable[str]) -> list[str]:
    told = [f"  {one_line(each, limit=_LONGEST_LINE)}" for each in lines]
    more = [f"  and {len(told) - _SHOWN} more"] if len(told) > _SHOWN else []
    return told[:_SHOWN] + more
