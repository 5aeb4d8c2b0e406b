"""Fn::ForEach of the transform AWS::LanguageExtensions, written out.

cfn-lint writes loops out, too, but for checking: where it does not know a collection it makes one
up, and values given for parameters never reach it.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-foreach.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from ...errors import TemplateError
from ..raw import shown
from .source import MOST_NODES
from .unknown import Unknown

_LOOP = "Fn::ForEach::"


class _Text(str):  # noqa: SLOT000 - a text with one more member
    """A text of a loop, at the place where the loop has it."""

    start_mark: object


class Loops:
    """Writes out the loops of one template; `open_loops` are those whose collection is not known.

    `evaluate` works out a collection.
    """

    def __init__(self, evaluate: Callable[[Any], Any]) -> None:
        self._evaluate = evaluate
        self._written = 0
        self.open_loops: list[Unknown] = []

    def written_out(self, node: Any, bound: Mapping[str, str] | None = None) -> Any:  # noqa: ANN401 - any part of a template
        """The same part of the template without loops."""
        bound = bound or {}
        self._written += 1
        if self._written > MOST_NODES:
            raise TemplateError(f"Fn::ForEach writes out more than {MOST_NODES} parts")
        if isinstance(node, Mapping):
            if bound and len(node) == 1 and node.get("Ref") in bound:
                return bound[node["Ref"]]
            return self._object(node, bound)
        if isinstance(node, list):
            return [self.written_out(each, bound) for each in node]
        return _filled(node, bound) if isinstance(node, str) else node

    def _object(self, node: Mapping[str, Any], bound: Mapping[str, str]) -> dict[str, Any]:
        members: dict[str, Any] = {}
        for key, value in node.items():
            if isinstance(key, str) and key.startswith(_LOOP):
                written = self._loop(key, value, bound)
            else:
                name = _filled(key, bound) if isinstance(key, str) else key
                written = {name: self.written_out(value, bound)}
            if twice := written.keys() & members.keys():
                raise TemplateError(f"{shown(key)} writes {shown(min(twice))} a second time")
            members.update(written)
        return members

    def _loop(self, key: str, loop: Any, bound: Mapping[str, str]) -> dict[str, Any]:  # noqa: ANN401 - any part of a template
        if not isinstance(loop, list) or len(loop) != 3 or not isinstance(loop[2], Mapping):  # noqa: PLR2004 - see message
            raise TemplateError(f"{shown(key)} is not a list of identifier, collection and output")
        values = self._evaluate(self.written_out(loop[1], bound))
        if not isinstance(values, list) or any(isinstance(each, Unknown) for each in values):
            reason = values.reason if isinstance(values, Unknown) else "its collection is not known"
            self.open_loops.append(Unknown(key, f"{key}: {reason}"))
            return {}
        members: dict[str, Any] = {}
        for value in values:
            written = self._object(loop[2], {**bound, str(loop[0]): str(value)})
            if twice := written.keys() & members.keys():
                raise TemplateError(f"{shown(key)} writes {shown(min(twice))} twice")
            members.update(
                (_placed(name, key) if isinstance(name, str) else name, each)
                for name, each in written.items()
            )
        return members


def _filled(text: str, bound: Mapping[str, str]) -> str:
    """`${Name}` is the value, `&{Name}` its letters and digits alone."""
    filled: str = text
    for name, value in bound.items():
        filled = filled.replace(f"${{{name}}}", value)
        filled = filled.replace(f"&{{{name}}}", re.sub(r"[^A-Za-z0-9]", "", value))
    return text if filled == text else _placed(filled, text)


def _placed(text: str, origin: str) -> str:
    """The text at the line of another, unless it has a line itself."""
    mark = getattr(text, "start_mark", None) or getattr(origin, "start_mark", None)
    placed = _Text(text)
    placed.start_mark = mark
    return placed
