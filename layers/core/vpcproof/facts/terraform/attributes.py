"""The attributes of planned resources: known, or unknown and then never guessed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..raw import UnreadableError, flag, number, shown, text, texts
from .identities import Identities
from .plan import Instance
from .references import Kind


class UnknownError(Exception):
    """A value that decides is known only after apply; the text is its path."""


@dataclass(frozen=True, slots=True)
class Attributes:
    """The attributes of a resource, or of one block in it.

    `written` are the expressions of the attributes that the configuration sets. Of blocks plans do
    not always tell them, and then it is None: what is unknown there counts as set.
    """

    identities: Identities
    instance: Instance
    values: Mapping[str, Any]
    unknown: Mapping[str, Any]
    written: Mapping[str, Any] | None
    path: str = ""

    @classmethod
    def of(cls, identities: Identities, instance: Instance) -> Attributes:
        """All attributes of a resource."""
        written = identities.references.expressions_of(instance)
        return cls(identities, instance, instance.values, instance.unknown, written)

    @property
    def id(self) -> str:
        """The id of the resource, or what stands for it until it has one."""
        return self.identities.id_of(self.instance)

    def is_left_open(self, name: str) -> bool:
        """Whether the configuration does not set it, so that the provider's default will come."""
        is_set = self.written is None or name in self.written
        return self.unknown.get(name) is True and not is_set

    def text(self, name: str) -> str | None:
        """A text; None where it is not set, even if the provider will fill it in."""
        return text(self._known(name), name)

    def sure(self, name: str) -> str | None:
        """A text that nobody may fill in later."""
        if self.unknown.get(name):
            raise UnknownError(self.path + name)
        return text(self.values, name)

    def flag(self, name: str, *, default: bool) -> bool:
        """A boolean, with the default of the provider."""
        value = flag(self._known(name), name)
        return default if value is None else value

    def number(self, name: str) -> int | None:
        """A number."""
        return number(self._known(name), name)

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts, known in full."""
        return texts(self._known(name), name)

    def one(self, name: str, kind: Kind) -> str | None:
        """The id of a resource, known or followed to the resource it will be the id of."""
        if self.unknown.get(name) is not True:
            return text(self.values, name)
        if self.is_left_open(name):
            return None
        ids = self._followed(name, kind)
        if len(ids) != 1:
            raise UnknownError(self.path + name)
        return ids[0]

    def needed(self, name: str, kind: Kind) -> str:
        """The id of a resource that this one cannot be without."""
        found = self.one(name, kind)
        if found is None:
            raise UnknownError(self.path + name)
        return found

    def many(self, name: str, kind: Kind) -> tuple[str, ...]:
        """The ids of a list of resources, known or followed."""
        unknown = self.unknown.get(name)
        if not _holds_unknown(unknown):
            return texts(self.values, name)
        if self.is_left_open(name):
            return ()
        ids = set(self._followed(name, kind))
        if isinstance(unknown, list):
            known = self.values.get(name)
            held = [each for each in known if each] if isinstance(known, list) else []
            ids |= set(held)
            if len(ids) != len(unknown):
                raise UnknownError(self.path + name)
        if not ids:
            raise UnknownError(self.path + name)
        return tuple(sorted(ids))

    def ids_in_blocks(self, name: str, member: str, kind: Kind) -> tuple[str, ...]:
        """The ids that the blocks of a name hold, one each.

        Blocks of a set have another order than in the configuration: which block holds which id is
        not known, and all of them together are.
        """
        blocks = [*self.blocks(name)]
        ids = {text(each.values, member) for each in blocks} - {None}
        if any(each.unknown.get(member) for each in blocks):
            ids.update(self._followed(name, kind))
            if len(ids) != len(blocks):
                raise UnknownError(f"{self.path}{name}.{member}")
        return tuple(sorted(each for each in ids if each))

    def blocks(self, name: str) -> Iterator[Attributes]:
        """The blocks of a name; none where the provider leaves them to AWS or other resources."""
        unknown = self.unknown.get(name)
        if unknown is True:
            if self.written is not None and name in self.written:
                raise UnknownError(self.path + name)
            return
        values = self.values.get(name)
        listed = values if isinstance(values, list) else [] if values is None else [values]
        for position, each in enumerate(listed):
            if not isinstance(each, Mapping):
                raise UnreadableError(f"{shown(name)} holds something that is not an object")
            yield Attributes(
                self.identities,
                self.instance,
                each,
                _at(unknown, position),
                self._written_in(name, position, len(listed)),
                f"{self.path}{name}[{position}].",
            )

    def _known(self, name: str) -> Mapping[str, Any]:
        if _holds_unknown(self.unknown.get(name)):
            if self.is_left_open(name):
                return {}
            raise UnknownError(self.path + name)
        return self.values

    def _followed(self, name: str, kind: Kind) -> Sequence[str]:
        expression = (self.written or {}).get(name)
        found = self.identities.ids_in(expression, self.instance, kind)
        if found is None:
            raise UnknownError(self.path + name)
        return found

    def _written_in(self, name: str, position: int, count: int) -> Mapping[str, Any] | None:
        """Expressions of a block, where there are as many in the configuration as in the plan.

        Blocks in a set have another order than the configuration, so only a single one is certain.
        """
        written = (self.written or {}).get(name)
        if isinstance(written, Mapping) and "references" not in written and count == 1:
            return written
        if isinstance(written, list) and len(written) == count == 1:
            only = written[position]
            return only if isinstance(only, Mapping) else None
        return None


def _holds_unknown(unknown: object) -> bool:
    if isinstance(unknown, Mapping):
        return any(map(_holds_unknown, unknown.values()))
    if isinstance(unknown, list):
        return any(map(_holds_unknown, unknown))
    return unknown is True


def _at(unknown: object, position: int) -> Mapping[str, Any]:
    if isinstance(unknown, list) and position < len(unknown):
        unknown = unknown[position]
    return unknown if isinstance(unknown, Mapping) else {}
