"""The parameters of a template: given, from a file of either public format, or by default."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...errors import TemplateError
from ..raw import shown
from .source import LARGEST_TEMPLATE, Template
from .unknown import Unknown

_SHOWN = 8


def read_parameters_file(path: Path) -> dict[str, str]:
    """The values of a parameters file.

    Either the list of `aws cloudformation deploy` and `create-stack`, whose elements have
    ParameterKey and ParameterValue, or an object: `{"Parameters": {…}}` as CodePipeline takes it,
    or the values alone.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/continuous-delivery-codepipeline-cfn-artifacts.html
    """
    try:
        if path.is_file() and path.stat().st_size > LARGEST_TEMPLATE:
            raise TemplateError(f"{path} has more than {LARGEST_TEMPLATE} bytes")
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as problem:
        raise TemplateError(f"{path} cannot be read: {problem.strerror}") from problem
    except (ValueError, RecursionError):
        raise TemplateError(f"{path} is not JSON: a parameters file is") from None
    if isinstance(content, list):
        return dict(_assigned(each, path) for each in content)
    if isinstance(content, Mapping) and isinstance(content.get("Parameters"), Mapping):
        content = content["Parameters"]
    if not isinstance(content, Mapping):
        raise TemplateError(f"{path} holds neither a list nor an object of parameters")
    return {str(name): _plain(value, str(name), path) for name, value in content.items()}


def values_of(template: Template, given: Mapping[str, Any]) -> dict[str, Any]:
    """The value of every declared parameter; without value or default it is a named unknown."""
    declared = template.section("Parameters")
    if strange := sorted(given.keys() - declared.keys()):
        known = ", ".join(map(shown, list(declared)[:_SHOWN])) or "none"
        raise TemplateError(
            f"{template.file} declares no parameter {shown(strange[0])}; it declares {known}"
        )
    return {
        name: _value(str(name), definition, given, template.file)
        for name, definition in declared.items()
        if isinstance(definition, Mapping)
    }


def _assigned(element: object, path: Path) -> tuple[str, str]:
    if not isinstance(element, Mapping) or "ParameterKey" not in element:
        raise TemplateError(f"{path}: an element has no ParameterKey")
    name = str(element["ParameterKey"])
    if "ParameterValue" not in element:
        raise TemplateError(
            f"{path}: {shown(name)} has no ParameterValue; without the old stack "
            "UsePreviousValue tells none"
        )
    return name, _plain(element["ParameterValue"], name, path)


def _plain(value: object, name: str, path: Path) -> str:
    if isinstance(value, list):
        return ",".join(map(str, value))
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return str(value)
    raise TemplateError(f"{path}: the value of {shown(name)} is neither text, number nor list")


def _value(name: str, definition: Mapping[str, Any], given: Mapping[str, Any], file: str) -> object:
    kind = str(definition.get("Type", "String"))
    value = given.get(name, definition.get("Default"))
    if isinstance(value, Unknown):
        return value
    if kind.startswith("AWS::SSM::Parameter::Value<"):
        # The value names the parameter of Systems Manager, whose content decides.
        about = f"{{{{resolve:ssm:{value}}}}}" if value is not None else f"parameter {name}"
        return Unknown(about, f"parameter {name} is read from Systems Manager at deployment")
    if value is None:
        return Unknown(f"parameter {name}", f"parameter {name} has no value")
    allowed = definition.get("AllowedValues")
    parts = _parts(value) if _is_list(kind) else [_text(value)]
    known = {each for each in parts if not isinstance(each, Unknown)}
    if isinstance(allowed, list) and not known <= set(map(_text, allowed)):
        listing = ", ".join(shown(each) for each in allowed[:_SHOWN])
        raise TemplateError(f"{file}: {shown(name)} is {shown(value)}, allowed are {listing}")
    return parts if _is_list(kind) else _text(value)


def _is_list(kind: str) -> bool:
    return kind == "CommaDelimitedList" or kind.startswith("List<")


def _parts(value: object) -> list[Any]:
    if isinstance(value, list):
        return [each if isinstance(each, Unknown) else _text(each) for each in value]
    return [part.strip() for part in _text(value).split(",")] if _text(value) else []


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
