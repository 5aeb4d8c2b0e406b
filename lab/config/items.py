"""Configuration items, and the three spellings in which AWS hands out the same item."""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from lab.config.bodies import Body
from lab.config.places import Place
from lab.config.relationships import Key, Relationships
from lab.config.shapes import Json
from lab.config.timestamps import iso

ItemStatus = Literal["ResourceDiscovered", "OK", "ResourceDeleted"]
ChangeType = Literal["CREATE", "UPDATE", "DELETE"]

ITEM_VERSION = "1.3"

_CHANGE_TYPES: dict[ItemStatus, ChangeType] = {
    "ResourceDiscovered": "CREATE",
    "OK": "UPDATE",
    "ResourceDeleted": "DELETE",
}
_WORD_STARTS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_ACROSS_ZONES = frozenset({"AWS::EC2::VPC", "AWS::EC2::NetworkAcl"})


@dataclass(frozen=True)
class ConfigurationItem:
    """What Config recorded of one resource at one moment."""

    place: Place
    key: Key
    status: ItemStatus
    captured: datetime
    state_id: int
    configuration: Body | None
    tags: dict[str, str] = field(default_factory=dict)
    relationships: Relationships = frozenset()
    zone: str | None = None
    created: datetime | None = None

    @property
    def deleted(self) -> bool:
        """Whether the item says that its resource is gone."""
        return self.status == "ResourceDeleted"

    @property
    def change_type(self) -> ChangeType:
        """The kind of change that led to the item."""
        return _CHANGE_TYPES[self.status]

    @property
    def arn(self) -> str:
        """The ARN of the resource."""
        kind = self.key.resource_type.rsplit("::", 1)[-1]
        noun = "natgateway" if kind == "NatGateway" else _WORD_STARTS.sub("-", kind).lower()
        return self.place.arn("ec2", f"{noun}/{self.key.resource_id}")

    @property
    def availability_zone(self) -> str:
        """The zone of the resource, or the words that Config puts where there is no one zone."""
        if self.key.resource_type in _ACROSS_ZONES:
            return "Multiple Availability Zones"
        return self.zone or "Not Applicable"

    def as_notified(self) -> dict[str, Any]:
        """The item inside a notification, where `configuration` is an object."""
        return {
            "relatedEvents": [],
            "relationships": [
                {
                    "resourceId": relationship.target.resource_id,
                    "resourceName": None,
                    "resourceType": relationship.target.resource_type,
                    "name": relationship.name,
                }
                for relationship in sorted(self.relationships)
            ],
            "configuration": self.configuration,
            "supplementaryConfiguration": {},
            "tags": self.tags,
            **self._identity(),
        }

    def as_summary(self) -> dict[str, Any]:
        """What a notification says instead of an item that is too large for it."""
        return {"changeType": self.change_type, **self._identity()}

    def as_history(self) -> dict[str, Any]:
        """The item as GetResourceConfigHistory spells it, where `configuration` is a string."""
        return {
            **self.as_base(),
            "configurationItemMD5Hash": "",
            "tags": self.tags,
            "relatedEvents": [],
            "relationships": [
                {
                    "resourceType": relationship.target.resource_type,
                    "resourceId": relationship.target.resource_id,
                    "relationshipName": relationship.name,
                }
                for relationship in sorted(self.relationships)
            ],
        }

    def as_base(self) -> dict[str, Any]:
        """The item as BatchGetResourceConfig spells it: no tags and no relationships."""
        base = {
            "version": ITEM_VERSION,
            "accountId": self.place.account,
            "configurationItemCaptureTime": self.captured,
            "configurationItemStatus": self.status,
            "configurationStateId": str(self.state_id),
            "arn": self.arn,
            "resourceType": self.key.resource_type,
            "resourceId": self.key.resource_id,
            "awsRegion": self.place.region,
            "availabilityZone": self.availability_zone,
            "configuration": json.dumps(self.configuration),
            "supplementaryConfiguration": {},
        }
        if self.created:
            base["resourceCreationTime"] = self.created
        return base

    def _identity(self) -> dict[str, Any]:
        return {
            "configurationItemVersion": ITEM_VERSION,
            "configurationItemCaptureTime": iso(self.captured),
            "configurationStateId": self.state_id,
            "awsAccountId": self.place.account,
            "configurationItemStatus": self.status,
            "resourceType": self.key.resource_type,
            "resourceId": self.key.resource_id,
            "resourceName": None,
            "ARN": self.arn,
            "awsRegion": self.place.region,
            "availabilityZone": self.availability_zone,
            "configurationStateMd5Hash": "",
            "resourceCreationTime": iso(self.created) if self.created else None,
        }


def difference(previous: ConfigurationItem | None, item: ConfigurationItem) -> dict[str, Any]:
    """The `configurationItemDiff` of a notification: what changed since the previous item."""
    before = _properties(previous, whole=item.deleted) if previous else {}
    after = _properties(item, whole=item.deleted)
    changed = {
        name: _changed_property(before.get(name), after.get(name))
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    }
    return {
        "changedProperties": {} if item.change_type == "CREATE" else changed,
        "changeType": item.change_type,
    }


def _changed_property(before: Json, after: Json) -> dict[str, Any]:
    change = "CREATE" if before is None else "DELETE" if after is None else "UPDATE"
    return {"previousValue": before, "updatedValue": after, "changeType": change}


def _properties(item: ConfigurationItem, *, whole: bool) -> dict[str, Any]:
    """An item as named properties; lists are compared member by member, as Config does."""
    notified = item.as_notified()
    properties = _members("Relationships", notified["relationships"])
    if whole:
        return properties | {"Configuration": item.configuration}
    for name, value in (item.configuration or {}).items():
        properties |= _members(f"Configuration.{name[:1].upper()}{name[1:]}", value)
    return properties


def _members(name: str, value: Json) -> dict[str, Any]:
    if isinstance(value, list):
        return {f"{name}.{index}": member for index, member in enumerate(value)}
    return {name: value}
