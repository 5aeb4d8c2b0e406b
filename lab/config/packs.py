"""Conformance packs: rules that come from a template, under names that AWS Config adds to.

https://docs.aws.amazon.com/config/latest/APIReference/API_PutConformancePack.html
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from lab.config.definitions import input_text
from lab.config.errors import ConfigError, Constraints
from lab.config.names import suffix
from lab.config.places import Place
from lab.config.shapes import Json, Request, Response

Call = Callable[[Place, str, Request], Response]

_RULE = "AWS::Config::ConfigRule"
_LONGEST_TEMPLATE = 51_200


@dataclass
class _Pack:
    """A pack as it was put, and the rules that it consists of."""

    suffix: str
    described: Mapping[str, Any]
    rules: list[str]


class Packs:
    """The conformance packs of one place."""

    def __init__(self, place: Place, call: Call) -> None:
        self._place = place
        self._call = call
        self._packs: dict[str, _Pack] = {}

    def put(self, request: Request) -> Response:
        """Deploy a pack, or put another template in the place of its present one."""
        name, text = request["ConformancePackName"], request.get("TemplateBody")
        Constraints().length("conformancePackName", name, 1, 256).length(
            "templateBody", text, 1, _LONGEST_TEMPLATE
        ).check()
        given = request.get("ConformancePackInputParameters") or []
        known = self._packs.get(name)
        ending = known.suffix if known else suffix()
        definitions = {
            f"{each['ConfigRuleName']}-conformance-pack-{ending}": each
            for each in _definitions(str(text), given)
        }
        for gone in set(known.rules if known else ()) - definitions.keys():
            self._call(self._place, "DeleteConfigRule", {"ConfigRuleName": gone})
        for rule, definition in definitions.items():
            wanted = {"ConfigRule": {**definition, "ConfigRuleName": rule}}
            self._call(self._place, "PutConfigRule", wanted)
        arn = self._place.arn("config", f"conformance-pack/{name}/conformance-pack-{ending}")
        described = {
            "ConformancePackName": name,
            "ConformancePackArn": arn,
            "ConformancePackId": f"conformance-pack-{ending}",
            "ConformancePackInputParameters": given,
        }
        self._packs[name] = _Pack(ending, described, list(definitions))
        return {"ConformancePackArn": arn}

    def describe(self, request: Request) -> Response:
        """The packs of those names, or all."""
        names = request.get("ConformancePackNames") or sorted(self._packs)
        found = [dict(self._named(name).described) for name in names]
        return {"ConformancePackDetails": found}

    def delete(self, request: Request) -> Response:
        """Delete a pack with its rules."""
        pack = self._named(request["ConformancePackName"])
        for rule in pack.rules:
            self._call(self._place, "DeleteConfigRule", {"ConfigRuleName": rule})
        del self._packs[request["ConformancePackName"]]
        return {}

    def _named(self, name: str) -> _Pack:
        try:
            return self._packs[name]
        except KeyError:
            raise ConfigError(
                "NoSuchConformancePackException", f"There is no conformance pack {name}."
            ) from None


def _definitions(text: str, given: list[Mapping[str, str]]) -> Iterator[dict[str, Any]]:
    """The rules of a template, which is no stack: all it refers to is its parameters."""
    template = yaml.safe_load(text)
    declared = template.get("Parameters") or {}
    values = {name: each["Default"] for name, each in declared.items() if "Default" in each}
    values |= {each["ParameterName"]: each["ParameterValue"] for each in given}
    if strangers := sorted(values.keys() - declared.keys()):
        raise _refused(f"Parameters {strangers} do not exist in the template.")
    if missing := sorted(declared.keys() - values.keys()):
        raise _refused(f"Parameters {missing} must have values.")
    for name, resource in template["Resources"].items():
        if resource["Type"] != _RULE:
            raise _refused(f"The lab deploys packs of {_RULE}, which {name} is not.")
        properties = _resolved(resource["Properties"], values)
        if "InputParameters" in properties:
            properties["InputParameters"] = input_text(properties["InputParameters"])
        yield properties


def _resolved(value: Json, values: Mapping[str, str]) -> Json:
    if isinstance(value, list):
        return [_resolved(each, values) for each in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"Ref"}:
        return values[value["Ref"]]
    return {name: _resolved(each, values) for name, each in value.items()}


def _refused(message: str) -> ConfigError:
    return ConfigError("ConformancePackTemplateValidationException", message)
