"""Changes collected in a queue answered: the rules that depend on them judge everything again.

No loop can come of it: evaluations make no configuration item of any type that rules depend on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import InvocationError
from .dependents import depends_on
from .deployed_rules import DeployedRule, deployed_rules
from .item_change import ItemChange, parse_item_change
from .members import object_in_text, required_text
from .rule_starts import RuleStarts
from .telemetry import Telemetry

if TYPE_CHECKING:
    from mypy_boto3_config import ConfigServiceClient


@dataclass(frozen=True, slots=True)
class Tools:
    """What re-evaluating needs of the outside world, made once per container."""

    config: ConfigServiceClient
    function_arn: str
    starts: RuleStarts
    telemetry: Telemetry


def handle(event: Mapping[str, Any], tools: Tools) -> dict[str, list[dict[str, str]]]:
    """Start each rule that depends on one of the changes; says which messages have to come again.

    Those are the messages of which a rule was refused by AWS Config, and those that nobody can
    read: these end in the dead-letter queue.
    """
    records = event["Records"]
    tools.telemetry.count("EventsReceived", len(records))
    rules = tuple(deployed_rules(tools.config, tools.function_arn, tools.telemetry))
    waiting: dict[str, frozenset[str]] = {}
    again: list[str] = []
    for record in records:
        try:
            change = parse_item_change(object_in_text(record, "body"))
        except InvocationError as error:
            tools.telemetry.unreadable(str(error))
            again.append(required_text(record, "messageId"))
        else:
            waiting[record["messageId"]] = _asked_by(change, rules, tools.starts)
    wanted = frozenset().union(*waiting.values())
    refused = tools.starts.start(wanted)
    tools.telemetry.reevaluated(wanted - refused, refused)
    again += [message_id for message_id, names in waiting.items() if names & refused]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in again]}


def _asked_by(
    change: ItemChange, rules: tuple[DeployedRule, ...], starts: RuleStarts
) -> frozenset[str]:
    """The names of the rules that depend on a change and were not started since."""
    return frozenset(
        rule.name
        for rule in rules
        if depends_on(rule.subject, change.resource_type)
        and not starts.since(rule.name, change.captured_at)
    )
