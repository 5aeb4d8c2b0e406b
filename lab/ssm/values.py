"""Values inside a runbook: references by `{{ }}`, and selectors into answers."""

import json
import re
from collections.abc import Mapping

from lab.config.shapes import Json

_REFERENCE = re.compile(r"\{\{\s*([A-Za-z0-9_.:]+)\s*\}\}")
_PART = re.compile(r"\.([A-Za-z0-9_]+)|\[(\d+)\]")


class UnresolvedError(Exception):
    """Nothing is known under a name, or where a selector leads."""


def fill(value: Json, known: Mapping[str, Json]) -> Json:
    """A value with its references resolved; one that is all of a text keeps its type."""
    if isinstance(value, Mapping):
        return {name: fill(each, known) for name, each in value.items()}
    if isinstance(value, list):
        return [fill(each, known) for each in value]
    if not isinstance(value, str):
        return value
    if whole := _REFERENCE.fullmatch(value.strip()):
        return _look_up(whole[1], known)
    return _REFERENCE.sub(lambda found: _text(_look_up(found[1], known)), value)


def select(answer: Json, selector: str) -> Json:
    """The part of an answer that a selector such as `$.Vpcs[0].State` leads to."""
    parts = _PART.findall(selector)
    if "$" + "".join(f".{name}" if name else f"[{place}]" for name, place in parts) != selector:
        raise UnresolvedError(f"the lab does not understand the selector {selector}")
    for name, place in parts:
        try:
            answer = answer[name] if name else answer[int(place)]
        except (KeyError, IndexError, TypeError):
            raise UnresolvedError(f"{selector} leads nowhere") from None
    return answer


def _look_up(name: str, known: Mapping[str, Json]) -> Json:
    if name not in known:
        raise UnresolvedError(f"{name} has no value")
    return known[name]


def _text(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value)
