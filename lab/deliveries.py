"""What Lambda delivers at the end of an asynchronous invocation, by way of ministack's services."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import ministack.app as gateway
from ministack.services import sns, sqs

from lab.asgi import FIRST_ERROR_STATUS, Answer
from lab.asynchronous import Delivery

_Handler = Callable[..., Awaitable[Answer]]


def send_to_queue(delivery: Delivery) -> None:
    """Send a delivery to the queue that it is for."""
    name = delivery.target_arn.rpartition(":")[2]
    queue = _ask_queues("GetQueueUrl", {"QueueName": name})
    attributes = {
        name: {"DataType": kind, "StringValue": value}
        for name, (kind, value) in delivery.attributes.items()
    }
    message = {
        "QueueUrl": queue["QueueUrl"],
        "MessageBody": delivery.body,
        "MessageAttributes": attributes,
    }
    _ask_queues("SendMessage", message)


def _ask_queues(action: str, request: Mapping[str, Any]) -> dict[str, Any]:
    headers = {"x-amz-target": f"AmazonSQS.{action}", "content-type": "application/x-amz-json-1.0"}
    answer = _ask(sqs.handle_request, headers, json.dumps(request))
    found: dict[str, Any] = json.loads(answer or b"{}")
    return found


def publish_to_topic(delivery: Delivery) -> None:
    """Publish a delivery to the topic that it is for."""
    request = {
        "Action": "Publish",
        "TopicArn": delivery.target_arn,
        "Message": delivery.body,
    }
    for number, (name, (kind, value)) in enumerate(delivery.attributes.items(), start=1):
        entry = f"MessageAttributes.entry.{number}"
        request |= {
            f"{entry}.Name": name,
            f"{entry}.Value.DataType": kind,
            f"{entry}.Value.StringValue": value,
        }
    headers = {"content-type": "application/x-www-form-urlencoded"}
    _ask(sns.handle_request, headers, urlencode(request))


def _ask(handler: _Handler, headers: dict[str, str], body: str) -> bytes:
    status, _headers, answer = gateway.call_service_handler_sync(
        handler, "POST", "/", headers, body.encode(), {}
    )
    if status >= FIRST_ERROR_STATUS:
        raise RuntimeError(f"delivery failed with status {status}: {answer!r}")
    content: bytes = answer
    return content
