"""The alerts of a stack, received as a subscriber receives them: from a queue on its topic."""

import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lab.account import Account

_MOST_PER_CALL = 10


@dataclass(frozen=True)
class Alert:
    """One message about one resource: `kind` is `broken`, `recovered` or `closed`."""

    kind: str
    rule: str
    severity: str
    resource_type: str
    resource_id: str
    why: str
    fix: str | None
    commands: tuple[str, ...]
    subject: str
    attributes: Mapping[str, str]
    """The message attributes, which subscriptions can filter by."""


@dataclass(frozen=True)
class RepairMessage:
    """A message about a repair: `event` is `planned`, `asked`, `applied`, `undone` and the like."""

    event: str
    vpc_id: str
    subject: str
    text: str

    def command(self, verb: str) -> list[str]:
        """The words of the command in it that has this verb, as a shell takes them apart."""
        lines = (line.strip() for line in self.text.splitlines())
        return next(shlex.split(line) for line in lines if line.startswith("aws ") and verb in line)


@dataclass(frozen=True)
class Inbox:
    """A queue that is subscribed to a topic; messages about repairs are put aside as they come."""

    account: Account
    queue_url: str
    repairs: list[RepairMessage] = field(default_factory=list)

    @classmethod
    def subscribed_to(cls, topic_arn: str, account: Account, name: str) -> "Inbox":
        """Create the queue and subscribe it, as in AWS with leave for the topic to send to it."""
        sqs = account.client("sqs")
        url = sqs.create_queue(QueueName=name)["QueueUrl"]
        named = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        arn = named["Attributes"]["QueueArn"]
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": arn,
            "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
        account.client("sns").subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=arn)
        return cls(account, url)

    def take(self) -> list[Alert]:
        """Every alert that has come since the last time, in the order of their sending."""
        sqs = self.account.client("sqs")
        received = []
        for message in self._messages(sqs):
            sqs.delete_message(QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"])
            received.append(json.loads(message["Body"]))
        received.sort(key=lambda envelope: envelope["Timestamp"])
        self.repairs.extend(_repair(each) for each in received if _is_about_repair(each))
        return [_alert(each) for each in received if not _is_about_repair(each)]

    def _messages(self, sqs: Any) -> Iterator[Any]:  # noqa: ANN401 - a class made at run time
        while True:
            answer = sqs.receive_message(
                QueueUrl=self.queue_url, MaxNumberOfMessages=_MOST_PER_CALL
            )
            if not answer.get("Messages"):
                return
            yield from answer["Messages"]


def _is_about_repair(envelope: Mapping[str, Any]) -> bool:
    return "event" in envelope.get("MessageAttributes", {})


def _repair(envelope: Mapping[str, Any]) -> RepairMessage:
    attributes = envelope["MessageAttributes"]
    return RepairMessage(
        event=attributes["event"]["Value"],
        vpc_id=attributes["vpc_id"]["Value"],
        subject=envelope["Subject"],
        text=envelope["Message"],
    )


def _alert(envelope: Mapping[str, Any]) -> Alert:
    told = json.loads(envelope["Message"])
    return Alert(
        kind=told["alert"],
        rule=told["rule"],
        severity=told["severity"],
        resource_type=told["resource_type"],
        resource_id=told["resource_id"],
        why=told["annotation"],
        fix=told["fix"],
        commands=tuple(told["commands"]),
        subject=envelope["Subject"],
        attributes={
            name: attribute["Value"]
            for name, attribute in envelope.get("MessageAttributes", {}).items()
        },
    )
