"""The intrinsic functions of CloudFormation, on values of which some are not known.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from ipaddress import ip_network
from itertools import islice
from typing import Any, Protocol

from ...errors import TemplateError
from ..raw import shown
from .unknown import Unknown, Zones, unknowns_in

# Longer than any value CloudFormation takes; texts that are joined of texts must end somewhere.
LONGEST_TEXT = 65536

_MOST_CIDRS = 256  # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-cidr.html
_VARIABLE = re.compile(r"\$\{(!?)([^{}]*)\}")
_DYNAMIC = "{{resolve:"

NO_VALUE = object()


class Scope(Protocol):
    """What names mean in a template."""

    def reference(self, name: str) -> Any:  # noqa: ANN401 - any value
        """The value of Ref."""
        ...

    def attribute(self, logical_id: str, name: str) -> Any:  # noqa: ANN401 - any value
        """The value of Fn::GetAtt."""
        ...

    def condition(self, name: str) -> bool | Unknown:
        """Whether a condition of the template holds."""
        ...

    def mapping(self, name: str) -> Mapping[str, Any] | None:
        """A mapping of the template."""
        ...


class Functions:
    """Works out the values of one template."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def value(self, node: Any) -> Any:  # noqa: ANN401 - any value of a template
        """What a part of the template stands for, members with AWS::NoValue left out."""
        if isinstance(node, Mapping):
            if len(node) == 1:
                name, argument = next(iter(node.items()))
                if function := _FUNCTIONS.get(name):
                    return _bounded(function(self, argument))
            if "Fn::Transform" in node:
                return Unknown("Fn::Transform", "a macro decides at deployment")
            members = ((str(name), self.value(member)) for name, member in node.items())
            return {name: member for name, member in members if member is not NO_VALUE}
        if isinstance(node, list):
            return [each for each in map(self.value, node) if each is not NO_VALUE]
        if isinstance(node, str) and _DYNAMIC in node:
            return Unknown(shown(node), f"{shown(node)} is read at deployment")
        return node

    def condition(self, node: Any) -> bool | Unknown:  # noqa: ANN401 - any value of a template
        """Whether a condition holds; what is not known may not matter."""
        if not isinstance(node, Mapping) or len(node) != 1:
            return _malformed("a condition")
        name, argument = next(iter(node.items()))
        match name:
            case "Condition":
                return self._scope.condition(str(argument))
            case "Fn::Equals":
                return self._equals(argument)
            case "Fn::Not":
                (inner,) = self._conditions(argument) or [_malformed(name)]
                return inner if isinstance(inner, Unknown) else not inner
            case "Fn::And":
                return _first(self._conditions(argument), deciding=False)
            case "Fn::Or":
                return _first(self._conditions(argument), deciding=True)
        return _malformed(shown(name))

    def _conditions(self, argument: object) -> list[bool | Unknown]:
        return [self.condition(each) for each in argument] if isinstance(argument, list) else []

    def _equals(self, argument: object) -> bool | Unknown:
        sides = self.value(argument)
        if not isinstance(sides, list) or len(sides) != 2:  # noqa: PLR2004 - two sides
            return _malformed("Fn::Equals")
        if open_values := list(unknowns_in(sides)):
            return True if sides[0] == sides[1] else open_values[0]
        return _plain(sides[0]) == _plain(sides[1])

    # Functions that give values

    def _ref(self, argument: object) -> Any:  # noqa: ANN401 - any value
        return self._scope.reference(str(argument))

    def _get_att(self, argument: object) -> Any:  # noqa: ANN401 - any value
        parts = argument.split(".", 1) if isinstance(argument, str) else self.value(argument)
        if not isinstance(parts, list) or len(parts) < 2:  # noqa: PLR2004 - resource and attribute
            return _malformed("Fn::GetAtt")
        logical_id, name = parts[0], ".".join(map(str, parts[1:]))
        return self._scope.attribute(str(logical_id), name)

    def _sub(self, argument: object) -> Any:  # noqa: ANN401 - text or unknown
        own: Mapping[str, Any] = {}
        if isinstance(argument, list) and len(argument) == 2:  # noqa: PLR2004 - text and values
            argument, given = argument
            own = given if isinstance(given, Mapping) else {}
        if not isinstance(argument, str):
            return _malformed("Fn::Sub")
        pieces: list[Any] = []
        end = 0
        for found in _VARIABLE.finditer(argument):
            pieces.append(argument[end : found.start()])
            end = found.end()
            pieces.append(self._variable(found[1], found[2].strip(), own))
        return _joined("", [*pieces, argument[end:]])

    def _variable(self, literal: str, name: str, own: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any value
        if literal:
            return f"${{{name}}}"
        if name in own:
            return self.value(own[name])
        return self._get_att(name) if "." in name else self._ref(name)

    def _join(self, argument: object) -> Any:  # noqa: ANN401 - text or unknown
        if not isinstance(argument, list) or len(argument) != 2:  # noqa: PLR2004 - delimiter, values
            return _malformed("Fn::Join")
        parts = self.value(argument[1])
        if isinstance(parts, Unknown | Zones):
            return _of("Fn::Join", parts)
        if not isinstance(parts, list):
            return _malformed("Fn::Join")
        return _joined(str(argument[0]), parts)

    def _split(self, argument: object) -> Any:  # noqa: ANN401 - list or unknown
        given = self.value(argument)
        if not isinstance(given, list) or len(given) != 2:  # noqa: PLR2004 - delimiter, text
            return _of("Fn::Split", given)
        delimiter, text = given
        if isinstance(text, Unknown):
            return _of(f"Fn::Split {delimiter}", text)
        return str(text).split(str(delimiter)) if delimiter else _malformed("Fn::Split")

    def _select(self, argument: object) -> Any:  # noqa: ANN401 - any value
        if not isinstance(argument, list) or len(argument) != 2:  # noqa: PLR2004 - position, list
            return _malformed("Fn::Select")
        position, values = self.value(argument[0]), self.value(argument[1])
        if isinstance(position, Unknown):
            return _of("Fn::Select", position)
        if not str(position).isdecimal():
            return _malformed("Fn::Select")
        if isinstance(values, Unknown):
            return Unknown(f"{values.name}[{position}]", values.reason, values.is_generated)
        if isinstance(values, Zones):
            return values[int(position)]
        if not isinstance(values, list) or int(position) >= len(values):
            return Unknown("Fn::Select", f"Fn::Select: there is no element {shown(position)}")
        return values[int(position)]

    def _cidr(self, argument: object) -> Any:  # noqa: ANN401 - list or unknown
        given = self.value(argument)
        if open_values := list(unknowns_in(given)):
            return _of(f"Fn::Cidr of {open_values[0].name}", open_values[0])
        try:
            block, count, *bits = given
            network = ip_network(str(block), strict=False)
            length = network.max_prefixlen - (int(bits[0]) if bits else 8)
            if not 0 < int(count) <= _MOST_CIDRS:
                return _malformed("Fn::Cidr")
            found = [str(each) for each in islice(network.subnets(new_prefix=length), int(count))]
        except (ValueError, TypeError):
            return _malformed("Fn::Cidr")
        return found if len(found) == int(count) else _malformed("Fn::Cidr")

    def _find_in_map(self, argument: object) -> Any:  # noqa: ANN401 - any value
        given = self.value(argument)
        if not isinstance(given, list) or len(given) < 3:  # noqa: PLR2004 - map and two keys
            return _malformed("Fn::FindInMap")
        options = given[3] if len(given) > 3 and isinstance(given[3], Mapping) else {}  # noqa: PLR2004 - likewise
        if open_values := list(unknowns_in(given[:3])):
            return _of("Fn::FindInMap", open_values[0])
        found: Any = self._scope.mapping(str(given[0]))
        for key in given[1:3]:
            found = found.get(_plain(key)) if isinstance(found, Mapping) else None
        if found is not None:
            return self.value(found)
        if "DefaultValue" in options:
            return options["DefaultValue"]
        return Unknown("Fn::FindInMap", f"no {shown('/'.join(map(str, given[:3])))} in Mappings")

    def _if(self, argument: object) -> Any:  # noqa: ANN401 - any value
        if not isinstance(argument, list) or len(argument) != 3:  # noqa: PLR2004 - condition, two values
            return _malformed("Fn::If")
        holds = self._scope.condition(str(argument[0]))
        if not isinstance(holds, Unknown):
            return self.value(argument[1] if holds else argument[2])
        either = [self.value(each) for each in argument[1:]]
        if either[0] == either[1] and not any(unknowns_in(either)):
            return either[0]
        return Unknown(f"Fn::If {argument[0]}", holds.reason)

    def _base64(self, argument: object) -> Any:  # noqa: ANN401 - text or unknown
        text = self.value(argument)
        if isinstance(text, Unknown):
            return text
        return base64.b64encode(str(text).encode("utf-8", "replace")).decode()

    def _get_azs(self, argument: object) -> Any:  # noqa: ANN401 - zones or unknown
        region = self.value(argument) or self._scope.reference("AWS::Region")
        return Zones(str(region)) if not isinstance(region, Unknown) else Zones("zone")

    def _import_value(self, argument: object) -> Unknown:
        name = self.value(argument)
        return Unknown(f"import {shown(name)}", f"another stack exports {shown(name)}")

    def _transform(self, _argument: object) -> Unknown:
        return Unknown("Fn::Transform", "a macro decides at deployment")

    def _to_json_string(self, argument: object) -> Any:  # noqa: ANN401 - text or unknown
        value = self.value(argument)
        found = next(unknowns_in(value), None)
        return _of("Fn::ToJsonString", found) if found else json.dumps(value, default=str)

    def _length(self, argument: object) -> Any:  # noqa: ANN401 - number or unknown
        values = self.value(argument)
        return len(values) if isinstance(values, list) else _of("Fn::Length", values)


def _first(sides: list[bool | Unknown], *, deciding: bool) -> bool | Unknown:
    """And, Or: one side that decides is enough, whatever is not known of the others."""
    if any(side is deciding for side in sides):
        return deciding
    return next((side for side in sides if isinstance(side, Unknown)), not deciding)


def _joined(delimiter: str, parts: Sequence[Any]) -> Any:  # noqa: ANN401 - text or unknown
    text = delimiter.join(map(_plain, parts))
    open_values = list(unknowns_in(list(parts)))
    if not open_values:
        return text
    generated = all(each.is_generated for each in open_values)
    return Unknown(text[:LONGEST_TEXT], open_values[0].reason, generated)


def _of(function: str, given: object) -> Unknown:
    """What a function makes of a value that is not known."""
    found = next(unknowns_in(given), None)
    return Unknown(f"{function} of {found.name}", found.reason) if found else _malformed(function)


def _malformed(what: str) -> Unknown:
    return Unknown(what, f"{what} is not written as CloudFormation takes it")


def _plain(value: object) -> str:
    """How CloudFormation writes a value as text."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _bounded(value: Any) -> Any:  # noqa: ANN401 - any value
    texts: Iterator[str] = (
        each.name if isinstance(each, Unknown) else each
        for each in (value if isinstance(value, list) else [value])
        if isinstance(each, str | Unknown)
    )
    if any(len(text) >= LONGEST_TEXT for text in texts):
        raise TemplateError(f"a text of the template grows beyond {LONGEST_TEXT} characters")
    return value


_FUNCTIONS: Mapping[str, Callable[[Functions, Any], Any]] = {
    "Ref": Functions._ref,  # noqa: SLF001 - the table of this very class
    "Fn::GetAtt": Functions._get_att,  # noqa: SLF001 - likewise
    "Fn::Sub": Functions._sub,  # noqa: SLF001 - likewise
    "Fn::Join": Functions._join,  # noqa: SLF001 - likewise
    "Fn::Split": Functions._split,  # noqa: SLF001 - likewise
    "Fn::Select": Functions._select,  # noqa: SLF001 - likewise
    "Fn::Cidr": Functions._cidr,  # noqa: SLF001 - likewise
    "Fn::FindInMap": Functions._find_in_map,  # noqa: SLF001 - likewise
    "Fn::If": Functions._if,  # noqa: SLF001 - likewise
    "Fn::Base64": Functions._base64,  # noqa: SLF001 - likewise
    "Fn::GetAZs": Functions._get_azs,  # noqa: SLF001 - likewise
    "Fn::ImportValue": Functions._import_value,  # noqa: SLF001 - likewise
    "Fn::Transform": Functions._transform,  # noqa: SLF001 - likewise
    "Fn::ToJsonString": Functions._to_json_string,  # noqa: SLF001 - likewise
    "Fn::Length": Functions._length,  # noqa: SLF001 - likewise
}
