"""The compliance changes of one window answered: single messages, or one digest of many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from ..errors import InvocationError
from .compliance_change import ComplianceChange, VerdictKey, parse_compliance_change
from .digest import Digest
from .members import object_in_text, required_text
from .notification import notification_of
from .place import Place
from .publishing import Message, WebHookFormat, publish
from .telemetry import Telemetry
from .window import Told, settled

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

    from .security_hub import SecurityHub

# More than this of one account and Region in one window make a digest.
FEW = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """Where alerts go, and what this container has told already."""

    sns: SNSClient
    topic_arn: str
    telemetry: Telemetry
    web_hooks: WebHookFormat = WebHookFormat.JSON
    security_hub: SecurityHub | None = None
    told: Told = field(default_factory=Told)


@dataclass(frozen=True, slots=True)
class Received:
    """A change, and the message of the queue that it came in."""

    message_id: str
    change: ComplianceChange


def handle(batch: Mapping[str, Any], outlet: Outlet) -> dict[str, list[dict[str, str]]]:
    """Publish what the events of a batch give reason to; names those that have to come again.

    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    """
    received, failed = _read(batch, outlet.telemetry)
    by_place: defaultdict[Place, list[Received]] = defaultdict(list)
    for each in received:
        by_place[each.change.place].append(each)
    for some in by_place.values():
        failed |= _tell(some, outlet)
    if outlet.security_hub:
        refused = outlet.security_hub.update([each.change for each in received], outlet.telemetry)
        failed |= {each.message_id for each in received if each.change.key in refused}
    return {"batchItemFailures": [{"itemIdentifier": each} for each in sorted(failed)]}


def _read(batch: Mapping[str, Any], telemetry: Telemetry) -> tuple[list[Received], set[str]]:
    """The changes in a batch, and the messages that cannot be read."""
    received, failed = [], set()
    records = batch["Records"]
    telemetry.count("EventsReceived", len(records))
    for record in records:
        message_id = required_text(record, "messageId")
        try:
            change = parse_compliance_change(object_in_text(record, "body"))
        except InvocationError as error:
            telemetry.untold(str(error), [message_id])
            failed.add(message_id)
            continue
        if change is None:
            telemetry.ignored("not a compliance change")
        else:
            received.append(Received(message_id, change))
    return received, failed


def _tell(received: Iterable[Received], outlet: Outlet) -> set[str]:
    """Publish what is new in one account and Region; answers the messages that could not be told.

    Changes that leave everything as it was are remembered like those that are told.
    """
    sources: defaultdict[VerdictKey, set[str]] = defaultdict(set)
    new = []
    for each in received:
        if outlet.told.knows(each.change):
            outlet.telemetry.ignored("told before, or overtaken by a later change")
            continue
        sources[each.change.key].add(each.message_id)
        new.append(each.change)
    failed: set[str] = set()
    for told in _tellings(settled(new)):
        try:
            told.send(outlet)
        except (BotoCoreError, ClientError) as error:
            untold = set().union(*(sources[change.key] for change in told.changes))
            outlet.telemetry.untold(str(error), sorted(untold))
            failed |= untold
            continue
        for change in told.changes:
            outlet.told.note(change)
    return failed


@dataclass(frozen=True, slots=True)
class Telling:
    """Changes, and the message that tells of them; None where there is no reason for one."""

    changes: Sequence[ComplianceChange]
    message: Message | None

    def send(self, outlet: Outlet) -> None:
        """Publish the message."""
        if self.message is None:
            outlet.telemetry.ignored("no verdict that is told has changed", len(self.changes))
            return
        message_id = publish(self.message, outlet.sns, outlet.topic_arn, outlet.web_hooks)
        resource_ids = [change.resource_id for change in self.changes]
        outlet.telemetry.alerted(self.message.attributes, resource_ids, message_id)


def _tellings(changes: Sequence[ComplianceChange]) -> Iterator[Telling]:
    """Few changes are told one by one, many by a digest of all."""
    told = {change: alert for change in changes if (alert := change.alert)}
    notifications = [notification_of(change, alert) for change, alert in told.items()]
    if len(told) > FEW:
        yield Telling(list(told), Digest.of(notifications))
    else:
        for change, notification in zip(told, notifications, strict=True):
            yield Telling([change], notification)
    if quiet := [change for change in changes if change not in told]:
        yield Telling(quiet, None)
