"""A compliance change told to people: what broke, where, why, and what to do about it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from ..model.resource_type import ResourceType
from ..rules.registry import Rule, find_rule
from .chat import chat_notification, code
from .compliance_change import Alert, ComplianceChange
from .describe_calls import DESCRIBE_CALLS
from .place import Place
from .rule_names import rule_named_in
from .text import ascii_line, one_line
from .worst import rule_blamed_in

# "less than 100 characters": https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
_LONGEST_SUBJECT = 99
_LONGEST_LINE = 1000
_LONGEST_IN_TITLE = 60
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


class Kind(StrEnum):
    """What subscriptions tell messages apart by."""

    FAILURE = "failure"
    RECOVERY = "recovery"
    DIGEST = "digest"


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
    def kind(self) -> Kind:
        """Whether something begins to fail, or ceases to."""
        return Kind.FAILURE if self.alert is Alert.BROKEN else Kind.RECOVERY

    @property
    def name(self) -> str:
        """The rule's name; where the rule is not known, the Config rule's."""
        return self.rule or self.config_rule

    @property
    def headline(self) -> str:
        """What the resource has become."""
        return _HEADLINES[self.alert]

    @property
    def subject(self) -> str:
        """One ASCII line, the worst first."""
        return subject_line(
            f"[{self.severity.upper()}] {self.headline}: {self.resource_id} {self.name} "
            f"({self.account} {self.region})"
        )

    @property
    def text(self) -> str:
        """The message for a person; lines about nothing are left out."""
        told = {
            "What": f"{self.resource_type} {self.resource_id} is {self.headline}",
            "Where": f"account {self.account} in {self.region}",
            "VPC": self.vpc_id,
            "Why": self.annotation,
            "Rule": f"{self.name} (severity {self.severity})",
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
    def document(self) -> Mapping[str, Any]:
        """The message for a program."""
        return asdict(self)

    @property
    def chat(self) -> Mapping[str, Any]:
        """The message for a chat channel; a recovery joins the thread of its failure."""
        where = f"{self.account} {self.region}"
        told = {
            "Why": self.annotation and code(self.annotation),
            "Rule": f"{code(self.name)} (severity {self.severity})",
            "Wanted": self.title,
            "Where": f"{where}{f' {code(self.vpc_id)}' if self.vpc_id else ''}",
            "Since": code(self.changed_at),
            "Fix": self.fix,
            "Console": self.console,
        }
        return chat_notification(
            title=f"{self.severity.upper()}: {code(self.resource_id, limit=_LONGEST_IN_TITLE)} "
            f"{self.headline}",
            lines=(f"*{label}:* {value}" for label, value in told.items() if value),
            next_steps=(code(command) for command in self.commands),
            keywords=(self.severity, self.kind),
            thread=(where, self.config_rule, self.resource_id),
            summary=f"{self.resource_id} {self.headline}",
        )

    @property
    def attributes(self) -> Mapping[str, str]:
        """What subscriptions can filter by."""
        return {
            "kind": self.kind,
            "rule": self.name,
            "severity": self.severity,
            "compliance": self.compliance,
            "account": self.account,
            "region": self.region,
        }

    def shorter(self) -> Iterable[Notification]:
        """The notification itself: its texts are short enough."""
        return (self,)


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


def subject_line(text: str) -> str:
    """The text as SNS takes a subject: it refuses longer ones, line breaks and other scripts."""
    return ascii_line(text, limit=_LONGEST_SUBJECT)


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
