"""CloudFormation of ministack, with the types of the lab and conditions as AWS evaluates them."""

# ruff: noqa: SLF001 - ministack's private parts are corrected here

from collections.abc import Callable, Mapping
from secrets import token_hex
from typing import Any

from ministack.core import responses
from ministack.services.cloudformation import changesets, engine, handlers, provisioners, stacks

from lab.config import Place
from lab.config.shapes import Json
from lab.config.stack_resources import Created, StackResource

_TEXT_FUNCTIONS = frozenset({"Fn::Join", "Fn::Select", "Fn::Split", "Fn::Sub"})

_Properties = Mapping[str, Any]


def install(resources: Mapping[str, StackResource]) -> None:
    """Let stacks of ministack consist of these types too, by their CloudFormation names."""
    evaluate = _with_texts_resolved(engine._evaluate_conditions)
    for module in (changesets, engine, handlers, stacks):
        module._evaluate_conditions = evaluate
    provisioners._RESOURCE_HANDLERS |= {
        name: _handlers(resource) for name, resource in resources.items()
    }


def _here() -> Place:
    """The place that the stack being changed is in."""
    return Place(responses.get_account_id(), responses.get_region())


def _with_texts_resolved(
    evaluate: Callable[[Json, Json], dict[str, bool]],
) -> Callable[[Json, Json], dict[str, bool]]:
    """Let conditions compare texts that functions make of parameters, as on AWS."""

    def resolved(value: Json, params: Json, mappings: Json) -> Json:
        if isinstance(value, list):
            return [resolved(each, params, mappings) for each in value]
        if not isinstance(value, dict):
            return value
        if value.keys() <= _TEXT_FUNCTIONS:
            return engine._resolve_refs(value, {}, params, {}, mappings, "", "")
        return {name: resolved(each, params, mappings) for name, each in value.items()}

    def conditions(template: Json, params: Json) -> dict[str, bool]:
        defined = template.get("Conditions", {})
        defined = resolved(defined, params, template.get("Mappings", {}))
        return evaluate({**template, "Conditions": defined}, params)

    return conditions


def _handlers(resource: StackResource) -> dict[str, Callable[..., Any]]:
    """A stack resource in the form in which ministack keeps its own."""

    def create(logical_id: str, properties: _Properties, stack_name: str) -> Created:
        generated = f"{stack_name}-{logical_id}-{token_hex(6).upper()}"
        return resource.create(_here(), generated, properties)

    def update(physical_id: str, _old: _Properties, new: _Properties, _stack: str) -> Created:
        return resource.create(_here(), physical_id, new)

    def delete(physical_id: str, _properties: _Properties) -> None:
        resource.delete(_here(), physical_id)

    return {"create": create, "update": update, "delete": delete}
