"""A message put on the topic, in the form that each kind of subscription is best served by."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from .environment import DeploymentError

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

# SNS takes 262,144, attributes included: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
_MOST_BYTES = 256_000


class WebHookFormat(StrEnum):
    """What subscriptions by HTTPS get, which chat channels are among."""

    TEXT = "text"
    JSON = "json"
    CHAT = "chat"

    @classmethod
    def named(cls, name: str) -> WebHookFormat:
        """The format of this name; raises DeploymentError for any other."""
        try:
            return cls(name)
        except ValueError:
            allowed = ", ".join(cls)
            raise DeploymentError(
                f"ALERT_FORMAT is {name[:60]!r}: set AlertFormat to one of {allowed}"
            ) from None


class Message(Protocol):
    """One message in all of its forms."""

    @property
    def subject(self) -> str:
        """One line of ASCII."""

    @property
    def text(self) -> str:
        """For a person."""

    @property
    def document(self) -> Mapping[str, Any]:
        """For a program."""

    @property
    def chat(self) -> Mapping[str, Any]:
        """For a chat channel."""

    @property
    def attributes(self) -> Mapping[str, str]:
        """What subscriptions can filter by."""

    def shorter(self) -> Iterable[Message]:
        """The message itself, then with ever less in it."""


def bodies(message: Message, web_hooks: WebHookFormat) -> str:
    """The message as SNS takes it, a body for each protocol.

    Queues, functions and streams get the document, web hooks what they are set to, and all other
    subscriptions the text.
    """
    document = _json(message.document)
    served = {
        WebHookFormat.TEXT: lambda: message.text,
        WebHookFormat.JSON: lambda: document,
        WebHookFormat.CHAT: lambda: _json(message.chat),
    }
    hooked = served[web_hooks]()
    by_protocol = {"default": message.text, "sms": message.subject}
    by_protocol |= dict.fromkeys(("sqs", "lambda", "firehose"), document)
    by_protocol |= dict.fromkeys(("http", "https"), hooked)
    return _json(by_protocol)


def publish(message: Message, sns: SNSClient, topic_arn: str, web_hooks: WebHookFormat) -> str:
    """Publish to a topic, as much of the message as it takes; answers the id it got."""
    fitting, body = _fitting(message, web_hooks)
    answer = sns.publish(
        TopicArn=topic_arn,
        Subject=fitting.subject,
        Message=body,
        MessageStructure="json",
        MessageAttributes={
            name: {"DataType": "String", "StringValue": value}
            for name, value in fitting.attributes.items()
        },
    )
    return answer["MessageId"]


def _fitting(message: Message, web_hooks: WebHookFormat) -> tuple[Message, str]:
    """The longest form that fits, or the shortest there is, and its bodies."""
    candidates = ((each, bodies(each, web_hooks)) for each in message.shorter())
    for each, body in candidates:
        tried = each, body
        if len(body.encode()) <= _MOST_BYTES:
            break
    return tried


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
