"""What a rule definition says, read from a PutConfigRule request and checked as AWS checks it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from lab.config.errors import Constraints, invalid_parameter
from lab.config.items import ConfigurationItem

ITEM_CHANGE = "ConfigurationItemChangeNotification"
OVERSIZED_ITEM_CHANGE = "OversizedConfigurationItemChangeNotification"
SCHEDULED = "ScheduledNotification"
SNAPSHOT_DELIVERED = "ConfigurationSnapshotDeliveryCompleted"

_MESSAGE_TYPES = frozenset({ITEM_CHANGE, OVERSIZED_ITEM_CHANGE, SCHEDULED, SNAPSHOT_DELIVERED})
_OWNERS = frozenset({"AWS", "CUSTOM_LAMBDA", "CUSTOM_POLICY"})
_FREQUENCIES = {
    "One_Hour": timedelta(hours=1),
    "Three_Hours": timedelta(hours=3),
    "Six_Hours": timedelta(hours=6),
    "Twelve_Hours": timedelta(hours=12),
    "TwentyFour_Hours": timedelta(hours=24),
}
_DEFAULT_FREQUENCY = "TwentyFour_Hours"


@dataclass(frozen=True)
class Scope:
    """Which resources wake a rule; a scope that names nothing covers every recorded resource."""

    resource_types: frozenset[str] = frozenset()
    resource_id: str | None = None
    tag_key: str | None = None
    tag_value: str | None = None

    def covers(self, item: ConfigurationItem) -> bool:
        """Whether a change to the item's resource wakes the rule."""
        if self.resource_types and item.key.resource_type not in self.resource_types:
            return False
        if self.resource_id and item.key.resource_id != self.resource_id:
            return False
        if self.tag_key is None:
            return True
        value = item.tags.get(self.tag_key)
        return value is not None and self.tag_value in (None, value)


@dataclass(frozen=True)
class Definition:
    """A valid rule definition."""

    name: str
    function_arn: str
    message_types: frozenset[str]
    frequency: timedelta | None
    scope: Scope
    parameters: Mapping[str, str]
    described: Mapping[str, Any]


def input_text(given: Any) -> str:  # noqa: ANN401 - a text, or an object of any values
    """InputParameters as templates may say them and as rules take them: every value a string."""
    if isinstance(given, str):
        return given
    texts = {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in given.items()
    }
    return json.dumps(texts, separators=(",", ":"))


def read_definition(wanted: Mapping[str, Any], name: str) -> Definition:
    """The definition that a request holds, or the error that AWS answers to it."""
    source = wanted.get("Source") or {}
    details = source.get("SourceDetails") or []
    _check_constraints(wanted, source, details, name)
    _check_source(source, details)
    _check_modes(wanted)
    return Definition(
        name=name,
        function_arn=source["SourceIdentifier"],
        message_types=frozenset(detail["MessageType"] for detail in details),
        frequency=_frequency(wanted, details),
        scope=_scope(wanted.get("Scope") or {}),
        parameters=_parameters(wanted.get("InputParameters")),
        described={key: value for key, value in wanted.items() if value not in (None, {}, [])},
    )


def _check_constraints(
    wanted: Mapping[str, Any],
    source: Mapping[str, Any],
    details: list[Any],
    name: str,
) -> None:
    scope = wanted.get("Scope") or {}
    constraints = (
        Constraints()
        .length("configRule.configRuleName", name, 1, 128)
        .length("configRule.description", wanted.get("Description"), 0, 256)
        .length("configRule.inputParameters", wanted.get("InputParameters"), 1, 1024)
        .present("configRule.source", wanted.get("Source"))
        .one_of("configRule.source.owner", source.get("Owner"), _OWNERS)
        .length("configRule.source.sourceIdentifier", source.get("SourceIdentifier"), 1, 256)
        .length("configRule.source.sourceDetails", details, 0, 25)
        .length("configRule.scope.tagKey", scope.get("TagKey"), 1, 128)
        .length("configRule.scope.tagValue", scope.get("TagValue"), 1, 256)
        .length("configRule.scope.complianceResourceId", scope.get("ComplianceResourceId"), 1, 768)
        .length(
            "configRule.scope.complianceResourceTypes",
            scope.get("ComplianceResourceTypes"),
            0,
            100,
        )
    )
    frequencies = frozenset(_FREQUENCIES)
    for index, detail in enumerate(details, start=1):
        member = f"configRule.source.sourceDetails.{index}.member"
        constraints.one_of(f"{member}.messageType", detail.get("MessageType"), _MESSAGE_TYPES)
        constraints.one_of(
            f"{member}.maximumExecutionFrequency",
            detail.get("MaximumExecutionFrequency"),
            frequencies,
        )
    constraints.check()


def _check_source(source: Mapping[str, Any], details: list[Any]) -> None:
    if source.get("Owner") != "CUSTOM_LAMBDA":
        raise invalid_parameter("The lab runs rules whose source owner is CUSTOM_LAMBDA only.")
    if not source.get("SourceIdentifier", "").startswith("arn:"):
        raise invalid_parameter(
            f"The sourceIdentifier {source.get('SourceIdentifier')} is invalid. "
            "Please refer to the documentation for a list of valid sourceIdentifiers "
            "that can be used when AWS Lambda is the Owner."
        )
    if not details:
        raise invalid_parameter("SourceDetails should not be null or empty for a custom rule.")
    for detail in details:
        if detail.get("EventSource") != "aws.config":
            raise invalid_parameter(f"EventSource {detail.get('EventSource')} is not aws.config.")
        if not detail.get("MessageType"):
            raise invalid_parameter("MessageType should not be null in SourceDetails.")
        if detail.get("MaximumExecutionFrequency") and detail["MessageType"] != SCHEDULED:
            raise invalid_parameter(
                f"A maximum execution frequency is not allowed if MessageType is "
                f"{detail['MessageType']}."
            )


def _check_modes(wanted: Mapping[str, Any]) -> None:
    if wanted.get("ConfigRuleState", "ACTIVE") != "ACTIVE":
        raise invalid_parameter("The ConfigRuleState must be ACTIVE.")
    for mode in wanted.get("EvaluationModes") or ():
        if mode.get("Mode") != "DETECTIVE":
            raise invalid_parameter("The lab evaluates rules in the mode DETECTIVE only.")


def _frequency(wanted: Mapping[str, Any], details: list[Any]) -> timedelta | None:
    chosen = [
        detail.get("MaximumExecutionFrequency")
        or wanted.get("MaximumExecutionFrequency")
        or _DEFAULT_FREQUENCY
        for detail in details
        if detail["MessageType"] == SCHEDULED
    ]
    return min(_FREQUENCIES[name] for name in chosen) if chosen else None


def _scope(wanted: Mapping[str, Any]) -> Scope:
    types = wanted.get("ComplianceResourceTypes") or []
    if wanted.get("ComplianceResourceId") and len(types) != 1:
        raise invalid_parameter(
            "A single ComplianceResourceType must be specified with a ComplianceResourceId."
        )
    if wanted.get("TagValue") and not wanted.get("TagKey"):
        raise invalid_parameter("TagKey must be specified with a TagValue.")
    if wanted.get("TagKey") and types:
        raise invalid_parameter("Scope cannot hold both a tag and resource types.")
    return Scope(
        resource_types=frozenset(types),
        resource_id=wanted.get("ComplianceResourceId"),
        tag_key=wanted.get("TagKey"),
        tag_value=wanted.get("TagValue"),
    )


def _parameters(text: str | None) -> dict[str, str]:
    """The parameters, whose values must be strings with something in them.

    The service refuses a number with the same odd words as a blank:
    https://github.com/getmoto/moto/blob/5.2.5/moto/config/models.py (`validate_managed_rule`)
    """
    if not text:
        return {}
    try:
        parameters = json.loads(text)
    except ValueError:
        parameters = None
    if not isinstance(parameters, dict):
        raise invalid_parameter(f"Invalid json {text} passed in the inputParameters field.")
    for name, value in parameters.items():
        if not isinstance(value, str) or not value.strip():
            raise invalid_parameter(f"Blank spaces are not acceptable for input parameter: {name}.")
    return parameters
