"""The event that AWS Config puts on EventBridge when a verdict changes, and whether to alert.

https://docs.aws.amazon.com/config/latest/developerguide/monitor-config-with-cloudwatchevents.html
`resources` at the top level is always empty. The old result is absent the first time, and an
annotation whenever there is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeAlias

from ..errors import InvocationError
from ..model.verdict import Compliance
from .members import moment, required_object, required_text
from .place import Place
from .worst import rule_blamed_in

NEVER = datetime.min.replace(tzinfo=UTC)

_MESSAGE_TYPE = "ComplianceChangeNotification"

VerdictKey: TypeAlias = tuple[Place, str, str, str]
"""Whose verdict changes: a Config rule's in a place, on a resource by type and id."""


class Alert(StrEnum):
    """The changes that somebody should hear about."""

    BROKEN = "broken"
    RECOVERED = "recovered"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplianceChange:
    """A Config rule's new verdict on a resource; `before` is None on the first evaluation."""

    config_rule: str
    place: Place
    resource_type: str
    resource_id: str
    after: str
    before: str | None
    annotation: str
    previous_annotation: str
    changed_at: str

    @property
    def key(self) -> VerdictKey:
        """Which verdict this is a change of."""
        return self.place, self.config_rule, self.resource_type, self.resource_id

    @property
    def moment(self) -> datetime:
        """When it changed; NEVER where the event does not tell it in a way that can be read."""
        try:
            return moment({"time": self.changed_at}, "time") or NEVER
        except InvocationError:
            return NEVER

    @property
    def failure(self) -> str:
        """The annotation of the failure that this is about: that begins, or has ended."""
        return self.annotation if self.alert is Alert.BROKEN else self.previous_annotation

    @property
    def alert(self) -> Alert | None:
        """What to alert about: a failure, its recovery, its end; never the same failure again.

        Where one verdict is of many rules, it is another failure when another one is the gravest.
        """
        was_broken = self.before == Compliance.NON_COMPLIANT and not self._is_another_failure
        match self.after, was_broken:
            case Compliance.NON_COMPLIANT, False:
                return Alert.BROKEN
            case Compliance.COMPLIANT, True:
                return Alert.RECOVERED
            case Compliance.NOT_APPLICABLE, True:
                return Alert.CLOSED
            case _:
                return None

    @property
    def _is_another_failure(self) -> bool:
        now, then = map(rule_blamed_in, (self.annotation, self.previous_annotation))
        return self.after == Compliance.NON_COMPLIANT and bool(now and then) and now != then


def parse_compliance_change(event: Mapping[str, Any]) -> ComplianceChange | None:
    """Read an EventBridge event; None when it is about something else.

    Raises InvocationError where an account tells of a rule of another one. The sender's account is
    written by EventBridge, the rest of the event by the sender.
    """
    detail = required_object(event, "detail")
    if detail.get("messageType") != _MESSAGE_TYPE:
        return None
    place = Place.of_arn(required_text(detail, "configRuleARN"))
    if place.account != required_text(event, "account"):
        raise InvocationError(f"account {event['account']} tells of a rule of {place}")
    new = required_object(detail, "newEvaluationResult")
    old = (
        required_object(detail, "oldEvaluationResult") if detail.get("oldEvaluationResult") else {}
    )
    return ComplianceChange(
        config_rule=required_text(detail, "configRuleName"),
        place=place,
        resource_type=required_text(detail, "resourceType"),
        resource_id=required_text(detail, "resourceId"),
        after=required_text(new, "complianceType"),
        before=old.get("complianceType"),
        annotation=str(new.get("annotation") or ""),
        previous_annotation=str(old.get("annotation") or ""),
        changed_at=str(new.get("resultRecordedTime") or event.get("time") or ""),
    )
