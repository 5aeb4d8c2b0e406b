"""What the remediate function is asked to do; nothing in an event is believed before it is checked.

A request names the VPC, or a resource whose VPC is looked up. `rule` narrows it to what one rule
finds, or all rules that judge one resource type.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ...errors import InvocationError
from ...model.resource_type import ResourceType
from ...model.verdict import Compliance
from ..compliance_change import parse_compliance_change
from ..members import required_text
from ..place import Place
from ..rule_names import rule_named_in
from ..subject import subject_of
from ..text import one_line

_VPC_ID = re.compile(r"vpc-[0-9a-f]{8,32}")
_RESOURCE_ID = re.compile(r"[a-z]{2,8}-[0-9a-f]{8,32}")
_PLAN_ID = re.compile(r"[0-9a-f]{12,64}")
_RUN_ID = re.compile(r"vpc-[0-9a-f]{8,32}-[0-9TZ]{16}-[0-9a-f]{8}")
_TASK_TOKEN = re.compile(r"[!-~]{1,2048}")
_COMPLIANCE_CHANGE = "Config Rules Compliance Change"


class Action(StrEnum):
    """The members `action` of requests; `repair` is what a finding of AWS Config asks for."""

    PLAN = "plan"
    APPLY = "apply"
    ASK = "ask"
    EXPIRE = "expire"
    UNDO = "undo"
    REPAIR = "repair"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The resource that is to be repaired, by way of its VPC."""

    resource_type: ResourceType
    resource_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One event, checked."""

    action: Action
    target: Target | None = None
    rule: str | None = None
    plan_id: str | None = None
    task_token: str | None = None
    run_id: str | None = None
    refused: bool = False

    @property
    def rules(self) -> tuple[str, ...]:
        """The names of the rules whose findings are to be repaired; none for all."""
        return tuple(each.name for each in subject_of(self.rule, None).rules) if self.rule else ()


def parse_request(event: Mapping[str, Any], here: Place) -> Request | None:
    """Read an event; None for a change of compliance that asks for no repair.

    Raises InvocationError, or UnknownRuleError, that says what is wrong with it.
    """
    if "action" in event:
        return _asked(event)
    if event.get("detail-type") == _COMPLIANCE_CHANGE:
        return _found(event, here)
    allowed = ", ".join(each for each in Action if each is not Action.REPAIR)
    raise InvocationError(
        f"the event is neither a {_COMPLIANCE_CHANGE} of AWS Config nor has it an action, "
        f"which is one of {allowed}"
    )


def _found(event: Mapping[str, Any], here: Place) -> Request | None:
    """A finding of AWS Config in this account and Region, the only ones this function may touch."""
    change = parse_compliance_change(event)
    if change is None or change.after != Compliance.NON_COMPLIANT:
        return None
    if (change.place.account, change.place.region) != (here.account, here.region):
        raise InvocationError(
            f"the finding is of {change.place}, and this function repairs {here} only"
        )
    target = _target(change.resource_type, change.resource_id)
    rule = rule_named_in(change.config_rule) or target.resource_type.value
    return Request(action=Action.REPAIR, target=target, rule=rule)


def _asked(event: Mapping[str, Any]) -> Request:
    action = required_text(event, "action")
    match action:
        case Action.PLAN | Action.APPLY:
            _refuse_others(event, "vpcId", "resourceType", "resourceId", "rule", "planId")
            return Request(
                action=Action(action),
                target=_subject(event),
                rule=_rule(event),
                plan_id=_checked(event, "planId", _PLAN_ID) if event.get("planId") else None,
            )
        case Action.ASK:
            _refuse_others(event, "vpcId", "rule", "planId", "taskToken")
            return Request(
                action=Action.ASK,
                target=_subject(event),
                rule=_rule(event),
                plan_id=_checked(event, "planId", _PLAN_ID),
                task_token=_checked(event, "taskToken", _TASK_TOKEN),
            )
        case Action.EXPIRE:
            _refuse_others(event, "vpcId", "rule", "planId", "reason")
            return Request(
                action=Action.EXPIRE,
                target=_subject(event),
                plan_id=_checked(event, "planId", _PLAN_ID),
                refused=_checked(event, "reason", re.compile("expired|refused")) == "refused",
            )
        case Action.UNDO:
            _refuse_others(event, "runId")
            return Request(action=Action.UNDO, run_id=_checked(event, "runId", _RUN_ID))
    allowed = ", ".join(each for each in Action if each is not Action.REPAIR)
    raise InvocationError(f"action {one_line(action, limit=60)!r} is none of {allowed}")


def _subject(event: Mapping[str, Any]) -> Target:
    """The VPC named, or the resource; a text that AWS Config left empty names nothing."""
    if event.get("vpcId"):
        vpc_id = _checked(event, "vpcId", _VPC_ID)
        return Target(resource_type=ResourceType.VPC, resource_id=vpc_id)
    if not event.get("resourceId"):
        raise InvocationError("the event names neither vpcId nor resourceType and resourceId")
    return _target(required_text(event, "resourceType"), required_text(event, "resourceId"))


def _target(resource_type: str, resource_id: str) -> Target:
    if resource_type not in list(ResourceType):
        listing = ", ".join(ResourceType)
        raise InvocationError(
            f"resourceType {one_line(resource_type, limit=60)!r} is none of {listing}"
        )
    kind = ResourceType(resource_type)
    form = _VPC_ID if kind is ResourceType.VPC else _RESOURCE_ID
    if not form.fullmatch(resource_id):
        raise InvocationError(
            f"{one_line(resource_id, limit=60)!r} is not the id of an {resource_type}"
        )
    return Target(resource_type=kind, resource_id=resource_id)


def _rule(event: Mapping[str, Any]) -> str | None:
    if not event.get("rule"):
        return None
    name = required_text(event, "rule")
    return subject_of(name, None).name


def _checked(event: Mapping[str, Any], member: str, form: re.Pattern[str]) -> str:
    text = required_text(event, member)
    if not form.fullmatch(text):
        raise InvocationError(f"{member} of the event cannot be {one_line(text, limit=60)!r}")
    return text


def _refuse_others(event: Mapping[str, Any], *allowed: str) -> None:
    others = sorted(set(map(str, event)) - {"action", *allowed})
    if others:
        named = one_line(", ".join(others), limit=200)
        raise InvocationError(
            f"action {event['action']} takes {', '.join(allowed)}, and not {named}"
        )
