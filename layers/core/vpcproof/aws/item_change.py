"""The event that AWS Config puts on EventBridge when it has recorded a change of a resource.

https://docs.aws.amazon.com/config/latest/developerguide/monitor-config-with-cloudwatchevents.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..errors import InvocationError
from .config_event import ITEMS, MessageType
from .members import moment, required_object, required_text


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemChange:
    """A resource that changed, or is gone; `captured_at` is when AWS Config saw that."""

    resource_type: str
    captured_at: datetime | None


def parse_item_change(event: Mapping[str, Any]) -> ItemChange:
    """Read an event of EventBridge; raises InvocationError where it is about no item."""
    detail = required_object(event, "detail")
    message_type = str(detail.get("messageType"))
    if message_type not in ITEMS:
        raise InvocationError(f"{message_type} is no change of a configuration item")
    item = required_object(detail, ITEMS[MessageType(message_type)])
    return ItemChange(
        resource_type=required_text(item, "resourceType"),
        captured_at=moment(item, "configurationItemCaptureTime"),
    )
