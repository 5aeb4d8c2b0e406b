"""The events by which AWS Config invokes a rule's function.

https://docs.aws.amazon.com/config/latest/developerguide/evaluate-config_develop-rules_example-events.html
Real events leave out what the documentation shows (a rule without parameters has no
`ruleParameters`, an oversized item no `notificationCreationTime`), so every member is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from ..errors import InvocationError
from ..model.parameters import Parameters, parse_parameters
from ..model.resource_type import ResourceType
from .members import moment, object_in_text, required_object, required_text
from .place import Place
from .rule_names import rule_named_in
from .subject import RULE_SET, Subject, subject_of

TEST_MODE_TOKEN = "TESTMODE"  # noqa: S105 - says that there is no token

_GONE = {
    "ResourceDeleted": "deleted",
    "ResourceDeletedNotRecorded": "deleted, and not recorded by AWS Config",
    "ResourceNotRecorded": "not recorded by AWS Config",
}


class MessageType(StrEnum):
    """The messages that lead to an evaluation."""

    CHANGE = "ConfigurationItemChangeNotification"
    OVERSIZED_CHANGE = "OversizedConfigurationItemChangeNotification"
    SCHEDULED = "ScheduledNotification"


# The item of a message, or the summary that stands for an item too large to send.
ITEMS = {
    MessageType.CHANGE: "configurationItem",
    MessageType.OVERSIZED_CHANGE: "configurationItemSummary",
}


@dataclass(frozen=True, slots=True)
class Ignored:
    """An event that asks for nothing this function does."""

    message_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedResource:
    """The resource that a message is about: a trigger and an id, not the truth about it.

    `vpc_id` is None where the message does not hold the configuration. `gone` says why there is
    nothing to judge any more.
    """

    type: str
    id: str
    vpc_id: str | None = None
    gone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """One event of one Config rule; without a resource it asks for all of them.

    `told_at` is when AWS Config sent the message: facts read since then include whatever made it
    send one. It is None when the message does not say. A re-evaluation sends the last item of every
    resource once more, and rarely of one rule only.
    """

    subject: Subject
    parameters: Parameters
    config_rule: str
    place: Place
    result_token: str
    ordering_timestamp: datetime
    told_at: datetime | None
    resource: ChangedResource | None = None
    is_reevaluation: bool = False

    @property
    def is_test(self) -> bool:
        """Whether this is somebody's test: AWS Config then checks evaluations and keeps none."""
        return self.result_token == TEST_MODE_TOKEN


def parse_event(event: Mapping[str, Any]) -> Invocation | Ignored:
    """Read an event; raises InvocationError, ParameterError or UnknownRuleError saying what is off.

    The message type comes first: an unknown message is ignored whatever else the event says.
    """
    message = object_in_text(event, "invokingEvent")
    message_type = str(message.get("messageType"))
    if message_type not in list(MessageType):
        return Ignored(message_type)
    member = ITEMS.get(MessageType(message_type))
    item = required_object(message, member) if member else None
    config_rule = required_text(event, "configRuleName")
    subject, parameters = _subject_and_parameters(event, config_rule)
    told_at = moment(message, "notificationCreationTime")
    captured_at = moment(item, "configurationItemCaptureTime") if item else None
    is_reevaluation = message_type == MessageType.CHANGE and not message.get(
        "configurationItemDiff"
    )
    # A re-evaluation comes with the last item, which is older than verdicts stored since.
    ordering_timestamp = (told_at or captured_at) if is_reevaluation else (captured_at or told_at)
    if ordering_timestamp is None:
        raise InvocationError(f"the {message_type} for {config_rule} does not say when it was made")
    return Invocation(
        subject=subject,
        parameters=parameters,
        config_rule=config_rule,
        place=Place.of_arn(required_text(event, "configRuleArn")),
        result_token=required_text(event, "resultToken"),
        ordering_timestamp=ordering_timestamp,
        told_at=told_at,
        resource=_changed_resource(item, left_scope=_left_scope(event)) if item else None,
        is_reevaluation=is_reevaluation,
    )


def vpc_in(resource_type: str, resource_id: str, configuration: object) -> str | None:
    """The VPC that a configuration item's `configuration` names, if it names one.

    Types that AWS Config takes from the CloudFormation registry spell their members in PascalCase.
    """
    if resource_type == ResourceType.VPC:
        return resource_id
    if not isinstance(configuration, Mapping):
        return None
    vpc_id = configuration.get("vpcId") or configuration.get("VpcId")
    return str(vpc_id) if vpc_id else None


def subject_of_rule(given: Mapping[str, Any], config_rule: str) -> Subject:
    """What a Config rule judges: its parameters say so, or else its name does."""
    name = given.get("rule") or rule_named_in(config_rule)
    if name is None:
        raise InvocationError(
            f"the Config rule {config_rule} does not say what to judge: add "
            '{"rule": "<name>"} to its InputParameters (`vpcproof rules` lists the names), or a '
            "resource type in place of the name"
        )
    rule_set = given.get(RULE_SET)
    return subject_of(str(name), None if rule_set is None else str(rule_set))


def _changed_resource(item: Mapping[str, Any], *, left_scope: bool) -> ChangedResource:
    resource_type = required_text(item, "resourceType")
    resource_id = required_text(item, "resourceId")
    gone = _GONE.get(str(item.get("configurationItemStatus")))
    if gone is None and left_scope:
        gone = "no longer in the scope of the Config rule"
    return ChangedResource(
        type=resource_type,
        id=resource_id,
        vpc_id=vpc_in(resource_type, resource_id, item.get("configuration")),
        gone=gone,
    )


def _subject_and_parameters(
    event: Mapping[str, Any], config_rule: str
) -> tuple[Subject, Parameters]:
    given = object_in_text(event, "ruleParameters") if event.get("ruleParameters") else {}
    subject = subject_of_rule(given, config_rule)
    others = {member: value for member, value in given.items() if member not in {"rule", RULE_SET}}
    return subject, parse_parameters(others, allowed=subject.parameters)


def _left_scope(event: Mapping[str, Any]) -> bool:
    return str(event.get("eventLeftScope")).lower() == "true"
