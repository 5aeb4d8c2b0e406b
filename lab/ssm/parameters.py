"""The parameters that an execution is started with, against those that its document declares."""

import re
from collections.abc import Mapping, Sequence

from lab.config.shapes import Json
from lab.ssm.errors import bad_parameters
from lab.ssm.runbooks import Parameter

_LISTS = frozenset({"StringList"})


def read_parameters(
    declared: Mapping[str, Parameter], given: Mapping[str, Sequence[str]]
) -> dict[str, Json]:
    """The value of every parameter, those not given at their defaults."""
    if unknown := sorted(given.keys() - declared.keys()):
        raise bad_parameters(f"Undefined parameters: {', '.join(unknown)}")
    return {name: _value(name, each, given.get(name)) for name, each in declared.items()}


def _value(name: str, declared: Parameter, given: Sequence[str] | None) -> Json:
    if given is None:
        if declared.default is None:
            raise bad_parameters(f"Parameter {name} has no value and no default")
        return declared.default
    if declared.kind not in _LISTS and len(given) != 1:
        raise bad_parameters(f"Parameter {name} of type {declared.kind} takes one value")
    for value in given:
        _check(name, declared, value)
    return list(given) if declared.kind in _LISTS else given[0]


def _check(name: str, declared: Parameter, value: str) -> None:
    pattern = declared.allowed_pattern
    if pattern is not None and not re.search(pattern, value):
        raise bad_parameters(f"Parameter {name} value {value} does not match {pattern}")
    if declared.allowed_values and value not in declared.allowed_values:
        allowed = ", ".join(declared.allowed_values)
        raise bad_parameters(f"Parameter {name} value {value} is none of {allowed}")
