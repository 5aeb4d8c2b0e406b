"""One compliance change answered: a message to the topic, or none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .compliance_change import parse_compliance_change
from .notification import notification_of, publish
from .telemetry import Telemetry

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient


def handle(
    event: Mapping[str, Any], sns: SNSClient, topic_arn: str, telemetry: Telemetry
) -> dict[str, str]:
    """Publish what an event of EventBridge gives reason to; says which message that was.

    EventBridge may deliver an event twice; then the message is sent twice.
    """
    telemetry.count("EventsReceived")
    change = parse_compliance_change(event)
    if change is None:
        telemetry.ignored("not a compliance change")
        return {}
    telemetry.begin(
        config_rule=change.config_rule,
        resource_type=change.resource_type,
        resource_id=change.resource_id,
    )
    if change.alert is None:
        telemetry.ignored(f"{change.before} to {change.after} is no reason to alert")
        return {}
    notification = notification_of(change, change.alert)
    message_id = publish(notification, sns, topic_arn)
    telemetry.alerted(change.alert, message_id)
    return {"alert": change.alert.value, "message_id": message_id}
