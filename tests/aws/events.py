"""The event files of this repository, with a word changed here and there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

EVENTS = Path(__file__).parents[2] / "events"

ACCOUNT = "111122223333"
REGION = "ap-northeast-2"
FUNCTION_ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:vpcproof-evaluate"
QUEUED_CHANGES = "queued-changes"
RULE_EVENTS = sorted(
    path.stem
    for path in EVENTS.glob("*.json")
    if not path.stem.startswith(("compliance-change", "probe", "repair-", QUEUED_CHANGES))
)
REPAIR_REQUESTS = sorted(path.stem for path in EVENTS.glob("repair-*.json"))
COMPLIANCE_CHANGES = sorted(path.stem for path in EVENTS.glob("compliance-change-*.json"))

# Resources that the event files are about.
VPC = "vpc-0a1b2c3d4e5f60718"
ENDPOINT = "vpce-0b2c3d4e5f6071829"
GROUP = "sg-0c3d4e5f60718293a"
TABLE = "rtb-0d4e5f60718293a4b"
SUBNET = "subnet-0e5f60718293a4b5c"
ACL = "acl-0f60718293a4b5c6d"


def event(name: str, ids: dict[str, str] | None = None, **members: Any) -> dict[str, Any]:
    """An event file with other ids and with members replaced, or left out where they are None."""
    text = (EVENTS / f"{name}.json").read_text()
    for old, new in (ids or {}).items():
        text = text.replace(old, new)
    return _with(json.loads(text), members)


def batch(*events: dict[str, Any]) -> dict[str, Any]:
    """The events as Lambda hands them over from a queue, in messages `m-0`, `m-1` and so on."""
    (like, *_) = event("compliance-changes-batch")["Records"]
    return {
        "Records": [
            like | {"messageId": f"m-{number}", "body": json.dumps(each)}
            for number, each in enumerate(events)
        ]
    }


def message_with(given: dict[str, Any], **members: Any) -> dict[str, Any]:
    """The event with members of its invoking message replaced or left out."""
    message = _with(json.loads(given["invokingEvent"]), members)
    return given | {"invokingEvent": json.dumps(message)}


def item_with(given: dict[str, Any], **members: Any) -> dict[str, Any]:
    """The event with members of its configuration item replaced or left out."""
    message = json.loads(given["invokingEvent"])
    name = "configurationItem" if "configurationItem" in message else "configurationItemSummary"
    return message_with(given, **{name: _with(message[name], members)})


def configuration_of(given: dict[str, Any]) -> dict[str, Any]:
    """The configuration inside an event."""
    return json.loads(given["invokingEvent"])["configurationItem"]["configuration"]


def parameters(rule: str, **others: str) -> str:
    """The `ruleParameters` of an event."""
    return json.dumps({"rule": rule, **others})


def _with(source: dict[str, Any], members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**source, **members}.items() if value is not None}
