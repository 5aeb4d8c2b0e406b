"""A compliance change told to people: what broke, where, why, and what to do about it."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from ..model.resource_type import ResourceType
from ..rules.registry import Rule, find_rule
from .compliance_change import Alert, ComplianceChange
from .describe_calls import DESCRIBE_CALLS
from .place import Place
from .rule_names import rule_named_in
from .text import ascii_line, one_line
from .worst import rule_blamed_in

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

# "less than 100 characters": https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
_LONGEST_SUBJECT = 99
_LONGEST_LINE = 1000
_HOW_TO_FIX = re.compile(r"(?ms)^## How to fix\n(?P<advice>.+?)(?:\n\n|\n#|\Z)")
_HEADLINES = {
    Alert.BROKEN: "NON_COMPLIANT",
    Alert.RECOVERED: "COMPLIANT again",
    Alert.CLOSED: "closed, no longer applicable",
}
_CONSOLES = {
    "aws": "https://{region}.console.aws.amazon.com",
    "aws-cn": "https://{region}.console.amazonaws.cn",
    "aws-us-gov": "https://{region}.console.amazonaws-us-gov.com",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """All that a message says; every text is on one line, free of control characters.

    `rule`, `title` and `severity` are those of the rule that the Config rule's name contains; where
    it judges by many, of the gravest that fails. Where neither is known, the change is reported all
    the same, as silence would be worse. `vpc_id` is known of VPCs alone,
    because the event of AWS Config names nothing but the resource.
    """

    schema_version: str = "1.0"
    alert: Alert
    compliance: str
    previous_compliance: str | None
    rule: str | None
    title: str | None
    severity: str
    config_rule: str
    resource_type: str
    resource_id: str
    vpc_id: str | None
    account: str
    region: str
    annotation: str
    changed_at: str
    fix: str | None
    commands: tuple[str, ...]
    console: str | None

    @property
    def subject(self) -> str:
        """One ASCII line, the worst first: SNS refuses longer ones and line breaks."""
        name = self.rule or self.config_rule
        return ascii_line(
            f"[{self.severity.upper()}] {_HEADLINES[self.alert]}: {self.resource_id} {name} "
            f"({self.account} {self.region})",
            limit=_LONGEST_SUBJECT,
        )

    @property
    def text(self) -> str:
        """The message for a person; lines about nothing are left out."""
        told = {
            "What": f"{self.resource_type} {self.resource_id} is {_HEADLINES[self.alert]}",
            "Where": f"account {self.account} in {self.region}",
            "VPC": self.vpc_id,
            "Why": self.annotation,
            "Rule": f"{self.rule or self.config_rule} (severity {self.severity})",
            "Wanted": self.title,
            "Since": self.changed_at,
            "Fix": self.fix,
            "Console": self.console,
        }
        lines = [f"{label + ':':9}{value}" for label, value in told.items() if value]
        if self.commands:
            lines += ["", "Look closer:", *(f"  {command}" for command in self.commands)]
        return "\n".join(lines) + "\n"

    @property
    def attributes(self) -> Mapping[str, str]:
        """What subscriptions can filter by."""
        return {
            "rule": self.rule or self.config_rule,
            "severity": self.severity,
            "compliance": self.compliance,
            "account": self.account,
            "region": self.region,
        }


def notification_of(change: ComplianceChange, alert: Alert) -> Notification:
    """The message about a change; advice and commands are for what is broken."""
    name = rule_named_in(change.config_rule) or rule_blamed_in(change.failure)
    rule = find_rule(name) if name else None
    broken = alert is Alert.BROKEN
    resource_id = _clean(change.resource_id)
    vpc_id = resource_id if change.resource_type == ResourceType.VPC else None
    return Notification(
        alert=alert,
        compliance=change.after,
        previous_compliance=change.before,
        rule=name,
        title=rule.title if rule else None,
        severity=rule.severity if rule else "unknown",
        config_rule=_clean(change.config_rule),
        resource_type=_clean(change.resource_type),
        resource_id=resource_id,
        vpc_id=vpc_id,
        account=change.place.account,
        region=change.place.region,
        annotation=_clean(change.annotation),
        changed_at=_clean(change.changed_at),
        fix=advice_of(rule) if rule and broken else None,
        commands=tuple(_commands(change, rule, resource_id, vpc_id)) if broken else (),
        console=_console(change.place, change.resource_type, resource_id),
    )


def publish(notification: Notification, sns: SNSClient, topic_arn: str) -> str:
    """Publish to a topic; answers the id of the message.

    Queues, functions and web hooks get the notification as JSON, all other subscriptions the text.
    """
    document = json.dumps(asdict(notification), ensure_ascii=False)
    bodies = {"default": notification.text, "sms": notification.subject}
    bodies |= dict.fromkeys(("sqs", "lambda", "http", "https", "firehose"), document)
    answer = sns.publish(
        TopicArn=topic_arn,
        Subject=notification.subject,
        Message=json.dumps(bodies, ensure_ascii=False),
        MessageStructure="json",
        MessageAttributes={
            name: {"DataType": "String", "StringValue": value}
            for name, value in notification.attributes.items()
        },
    )
    return answer["MessageId"]


def advice_of(rule: Rule) -> str | None:
    """The first paragraph of "How to fix" in a rule's documentation, on one line."""
    match = _HOW_TO_FIX.search(rule.documentation)
    return _clean(match["advice"]) if match else None


def _commands(
    change: ComplianceChange, rule: Rule | None, resource_id: str, vpc_id: str | None
) -> list[str]:
    """What to type next; every value is quoted for the shell."""
    region = change.place.region
    commands = []
    if rule:
        of_vpc = ["--vpc", vpc_id] if vpc_id else []
        check = ["vpcproof", "check", "--rule", rule.name, *of_vpc, "--region", region]
        commands.append(shlex.join(check))
    if change.resource_type in list(ResourceType):
        call = DESCRIBE_CALLS[ResourceType(change.resource_type)]
        commands.append(call.command(resource_id, region))
    return commands


def _console(place: Place, resource_type: str, resource_id: str) -> str | None:
    """The resource's timeline in the console of AWS Config, in partitions with a known console."""
    if place.partition not in _CONSOLES:
        return None
    host = _CONSOLES[place.partition].format(region=place.region)
    query = urlencode({"resourceId": resource_id, "resourceType": resource_type})
    return f"{host}/config/home?region={place.region}#/resources/timeline?{query}"


def _clean(text: str) -> str:
    return one_line(text, limit=_LONGEST_LINE)
