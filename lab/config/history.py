"""The configuration items recorded so far, and the API operations that read them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from lab.config.errors import ConfigError, Constraints
from lab.config.items import ConfigurationItem
from lab.config.paging import page
from lab.config.relationships import Key
from lab.config.shapes import Request, Response
from lab.config.timestamps import parse

_LARGEST_PAGE = 100
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_END = datetime(9999, 12, 31, tzinfo=UTC)


class History:
    """Every configuration item of one place, oldest first per resource."""

    def __init__(self) -> None:
        self._items: dict[Key, list[ConfigurationItem]] = {}

    def append(self, item: ConfigurationItem) -> None:
        """Add the newest item of a resource."""
        self._items.setdefault(item.key, []).append(item)

    def latest(self, key: Key) -> ConfigurationItem | None:
        """The newest item of a resource, if it was ever recorded."""
        items = self._items.get(key)
        return items[-1] if items else None

    def existing(self) -> Iterator[ConfigurationItem]:
        """The newest item of every resource that is not deleted."""
        return (items[-1] for _, items in sorted(self._items.items()) if not items[-1].deleted)

    def get_resource_config_history(self, request: Request) -> Response:
        """The items of one resource between two moments, newest first unless asked otherwise."""
        items = self._items.get(Key(request["resourceType"], request["resourceId"]))
        if not items:
            raise ConfigError(
                "ResourceNotDiscoveredException",
                f"Resource {request['resourceId']} of resourceType:{request['resourceType']} "
                "is unknown or has not been discovered",
            )
        earliest = parse(request["earlierTime"]) if request.get("earlierTime") else _BEGINNING
        latest = parse(request["laterTime"]) if request.get("laterTime") else _END
        if earliest > latest:
            raise ConfigError(
                "InvalidTimeRangeException", "The earlier time is later than the later time."
            )
        within = [item for item in items if earliest <= item.captured <= latest]
        if request.get("chronologicalOrder") != "Forward":
            within.reverse()
        found, token = page(within, _limit(request, default=10), request.get("nextToken"))
        return _with_token({"configurationItems": [item.as_history() for item in found]}, token)

    def batch_get_resource_config(self, request: Request) -> Response:
        """The newest items of up to 100 resources; those unknown or deleted are left over."""
        keys = request["resourceKeys"]
        Constraints().length("resourceKeys", keys, 1, 100).check()
        found: list[dict[str, Any]] = []
        missing: list[Any] = []
        for wanted in keys:
            item = self.latest(Key(wanted["resourceType"], wanted["resourceId"]))
            if item and not item.deleted:
                found.append(item.as_base())
            else:
                missing.append(wanted)
        return {"baseConfigurationItems": found, "unprocessedResourceKeys": missing}

    def list_discovered_resources(self, request: Request) -> Response:
        """The resources of one type that Config knows, without the deleted ones by default."""
        wanted = request.get("resourceIds")
        Constraints().length("resourceIds", wanted, 1, 20).check()
        identifiers = [
            _identifier(items[-1])
            for key, items in sorted(self._items.items())
            if key.resource_type == request["resourceType"]
            and (request.get("includeDeletedResources") or not items[-1].deleted)
            and (wanted is None or key.resource_id in wanted)
        ]
        found, token = page(identifiers, _limit(request, default=100), request.get("nextToken"))
        return _with_token({"resourceIdentifiers": list(found)}, token)


def _identifier(item: ConfigurationItem) -> dict[str, Any]:
    named = {"resourceType": item.key.resource_type, "resourceId": item.key.resource_id}
    return {**named, "resourceDeletionTime": item.captured} if item.deleted else named


def _limit(request: Request, default: int) -> int:
    limit = request.get("limit") or default
    if limit > _LARGEST_PAGE:
        raise ConfigError(
            "InvalidLimitException",
            f"The limit '{limit}' is not valid. It must be between 0 and {_LARGEST_PAGE}.",
        )
    return int(limit)


def _with_token(response: Response, token: str | None) -> Response:
    return {**response, "nextToken": token} if token else response
