"""A plan as its resource instances: what each will be, was, and leaves open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from .document import refuse_shape

Key = str | int | None
# The module calls on the way to a module, each with the key of its instance.
ModulePath = tuple[tuple[str, Key], ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Instance:
    """One instance of a resource or data source, as it will be after apply.

    `unknown` has the shape of `values` where those are known only after apply: true for a value,
    an object or list for what holds one.
    """

    address: str
    module: ModulePath
    is_data: bool
    type: str
    name: str
    key: Key = None
    values: Mapping[str, Any] = field(default_factory=dict)
    unknown: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)

    @property
    def resource(self) -> tuple[ModulePath, bool, str, str]:
        """The resource block that it is an instance of, in its module instance."""
        return self.module, self.is_data, self.type, self.name

    @property
    def known_id(self) -> str | None:
        """The id AWS gave it, if it has one and keeps it."""
        given = self.values.get("id")
        return given if isinstance(given, str) and given else None


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The instances there will be, those that go or change, and the configuration they are from."""

    instances: tuple[Instance, ...]
    removed: tuple[Instance, ...]
    deferred: tuple[str, ...]
    configuration: Mapping[str, Any]
    variables: Mapping[str, Any]
    is_partial: bool

    def of(self, *types: str) -> Iterator[Instance]:
        """The managed instances of these types."""
        for each in types:
            yield from (one for one in self._by_type.get(each, ()) if not one.is_data)

    def data(self, *types: str) -> Iterator[Instance]:
        """The data sources of these types, as they were read."""
        for each in types:
            yield from (one for one in self._by_type.get(each, ()) if one.is_data)

    @property
    def managed_types(self) -> tuple[str, ...]:
        """The types of AWS that the plan has resources of."""
        return tuple(each for each in self._by_type if each.startswith("aws_"))

    def in_module(self, module: ModulePath) -> tuple[Instance, ...]:
        """The instances of one module instance, without those of modules that it calls."""
        return tuple(self._by_module.get(module, ()))

    @cached_property
    def module_paths(self) -> frozenset[ModulePath]:
        """Every module instance that holds anything, and those around it."""
        paths = {()} | {path[:end] for path in self._by_module for end in range(len(path) + 1)}
        return frozenset(paths)

    @cached_property
    def _by_type(self) -> Mapping[str, list[Instance]]:
        found: dict[str, list[Instance]] = {}
        for each in self.instances:
            found.setdefault(each.type, []).append(each)
        return found

    @cached_property
    def _by_module(self) -> Mapping[ModulePath, list[Instance]]:
        found: dict[ModulePath, list[Instance]] = {}
        for each in self.instances:
            found.setdefault(each.module, []).append(each)
        return found


def plan_of(document: Mapping[str, Any]) -> Plan:
    """Take a plan apart; the order of resources and modules in it means nothing."""
    changes = dict(_changes(document))
    prior = _object(_object(_object(document, "prior_state"), "values"), "root_module")
    planned = _object(document["planned_values"], "root_module")
    held = {each.address: each for each in _instances(prior, (), changes) if each.is_data}
    held |= {each.address: each for each in _instances(planned, (), changes)}
    removed = [
        _instance(change, _path_of(change), {})
        for change in document.get("resource_changes", ())
        if _is_going(change)
    ]
    return Plan(
        instances=tuple(held[address] for address in sorted(held)),
        removed=tuple(removed),
        deferred=tuple(sorted(_deferred(document))),
        configuration=document["configuration"],
        variables=_object(document, "variables"),
        is_partial=document.get("complete") is False,
    )


def _changes(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for change in document.get("resource_changes", ()):
        if not isinstance(change, Mapping) or not isinstance(change.get("address"), str):
            refuse_shape("resource_changes")
        if "deposed" not in change:
            yield change["address"], _object(change, "change")


def _deferred(document: Mapping[str, Any]) -> Iterator[str]:
    """The types of resources whose planning Terraform put off, as `for_each` is not known."""
    for each in document.get("deferred_changes") or ():
        yield str(_object(each, "resource_change").get("type"))


def _instances(
    module: Mapping[str, Any], path: ModulePath, changes: Mapping[str, Mapping[str, Any]]
) -> Iterator[Instance]:
    for resource in _list(module, "resources"):
        if not isinstance(resource, Mapping) or not isinstance(resource.get("address"), str):
            refuse_shape("planned_values")
        yield _instance(resource, path, changes.get(resource["address"], {}))
    for child in _list(module, "child_modules"):
        address = child.get("address") if isinstance(child, Mapping) else None
        if not isinstance(address, str):
            refuse_shape("planned_values")
        yield from _instances(child, module_path(address), changes)


def _instance(told: Mapping[str, Any], path: ModulePath, change: Mapping[str, Any]) -> Instance:
    change = change or _object(told, "change")
    key = told.get("index")
    return Instance(
        address=told["address"],
        module=path,
        is_data=told.get("mode") == "data",
        type=str(told.get("type")),
        name=str(told.get("name")),
        key=key if isinstance(key, str | int) else None,
        values=_object(told, "values"),
        unknown=_object(change, "after_unknown"),
        before=_object(change, "before"),
    )


def _is_going(change: Mapping[str, Any]) -> bool:
    """Deleted, replaced, or changed: what it was will be no more."""
    actions = _list(_object(change, "change"), "actions")
    return ("delete" in actions or "update" in actions) and change.get("mode") != "data"


def _path_of(change: Mapping[str, Any]) -> ModulePath:
    address = change.get("module_address")
    return module_path(address) if isinstance(address, str) else ()


def module_path(address: str) -> ModulePath:
    """`module.a["b"].module.c[0]` as the calls and keys on the way."""
    found: list[tuple[str, Key]] = []
    steps = iter(traversal(address))
    for step in steps:
        if isinstance(step, str) and step == "module":
            found.append((str(next(steps, "")), None))
        elif found and isinstance(step, Index):
            found[-1] = (found[-1][0], step.key)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Index:
    """What stands in brackets: a number, or a text in quotes."""

    key: str | int


def traversal(text: str) -> tuple[str | Index, ...]:
    """The names and indices of a reference or an address, dots inside quotes left alone."""
    steps: list[str | Index] = []
    rest = text
    while rest:
        if rest.startswith('["'):
            end = _closing_quote(rest)
            steps.append(Index(rest[2:end].replace('\\"', '"').replace("\\\\", "\\")))
            rest = rest[end + 2 :]
        elif rest.startswith("["):
            inside, _, rest = rest[1:].partition("]")
            steps.append(Index(int(inside) if inside.isascii() and inside.isdigit() else inside))
        else:
            rest = rest.removeprefix(".")
            cut = min((at for at in (rest.find("."), rest.find("[")) if at >= 0), default=len(rest))
            steps.append(rest[:cut])
            rest = rest[cut:] if cut else rest[1:]
    return tuple(steps)


def _closing_quote(text: str) -> int:
    at = 2
    while at < len(text) and text[at] != '"':
        at += 2 if text[at] == "\\" else 1
    return at


def _object(holder: object, member: str) -> Mapping[str, Any]:
    value = holder.get(member) if isinstance(holder, Mapping) else None
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        refuse_shape(member)
    return value


def _list(holder: Mapping[str, Any], member: str) -> Sequence[Any]:
    value = holder.get(member)
    if value is None:
        return ()
    if not isinstance(value, list):
        refuse_shape(member)
    return value
