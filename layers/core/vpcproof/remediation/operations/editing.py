"""Snapshots with some resources put in or taken out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from ...model.snapshot import Resource, Snapshot, by_id
from ...model.tags import Tags
from ..change import Arguments
from .operation import RefusedCallError


def put(snapshot: Snapshot, **collections: Iterable[Any]) -> Snapshot:
    """The snapshot with resources added, or put in place of those of the same id."""
    changed: dict[str, Any] = {
        name: by_id([*getattr(snapshot, name).values(), *resources])
        for name, resources in collections.items()
    }
    return replace(snapshot, **changed)


def drop(snapshot: Snapshot, **collections: Collection[str]) -> Snapshot:
    """The snapshot without the resources of these ids."""
    changed: dict[str, Any] = {
        name: by_id(each for each in getattr(snapshot, name).values() if each.id not in ids)
        for name, ids in collections.items()
    }
    return replace(snapshot, **changed)


def existing(resources: Mapping[str, Any], resource_id: str) -> Any:  # noqa: ANN401 - of any type
    """One resource; AWS refuses ids that it does not know."""
    if resource_id not in resources:
        raise RefusedCallError(f"{resource_id} does not exist, or was not read")
    return resources[resource_id]


def refuse_if_taken(resources: Mapping[str, Resource], resource_id: str) -> None:
    """A name for something new must not be that of something that exists."""
    if resource_id in resources:
        raise RefusedCallError(f"{resource_id} exists already")


def tag_specifications(resource_type: str, tags: Tags) -> list[dict[str, Any]]:
    """Tags as operations that create something take them."""
    listed = [{"Key": key, "Value": value} for key, value in tags.items()]
    return [{"ResourceType": resource_type, "Tags": listed}] if listed else []


def tags_of(arguments: Arguments) -> Tags:
    """The tags that a call gives to what it creates."""
    return MappingProxyType(
        {
            tag["Key"]: tag.get("Value", "")
            for specification in arguments.get("TagSpecifications", ())
            for tag in specification["Tags"]
        }
    )


def added(held: tuple[str, ...], more: Iterable[str]) -> tuple[str, ...]:
    """Ids with others added, each once."""
    return tuple(dict.fromkeys((*held, *more)))


def removed(held: tuple[str, ...], fewer: Iterable[str]) -> tuple[str, ...]:
    """Ids without some."""
    gone = set(fewer)
    return tuple(each for each in held if each not in gone)
