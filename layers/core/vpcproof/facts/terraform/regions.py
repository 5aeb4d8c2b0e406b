"""In which Region a provider configuration puts its resources, and whose account it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .plan import Instance
from .references import references_in
from .world import World


def region_of(world: World, instance: Instance) -> str | None:
    """The Region of an instance; None where neither it nor its provider says so.

    Version 6 of the provider writes it on every resource, earlier ones leave it to the provider.
    """
    stated = instance.values.get("region")
    if isinstance(stated, str) and stated:
        return stated
    key = str(world.identities.references.resource(instance).get("provider_config_key"))
    return region_of_provider(world, key)


def region_of_provider(world: World, key: str) -> str | None:
    """The Region that a provider configuration states, or that was read through it."""
    configured = world.plan.configuration.get("provider_config")
    providers = configured if isinstance(configured, Mapping) else {}
    provider = providers.get(key) or providers.get(key.rpartition(":")[2])
    if isinstance(provider, Mapping):
        stated = _stated(world, provider)
        if stated is not None:
            return stated
    for source in world.plan.data("aws_region"):
        read_through = world.identities.references.resource(source).get("provider_config_key")
        arguments = world.identities.references.expressions_of(source)
        if read_through == key and not arguments:
            name = source.values.get("region") or source.values.get("name")
            return name if isinstance(name, str) else None
    return None


def account_of(world: World) -> str | None:
    """The account that plans; None where several were asked."""
    read = {str(e.values.get("account_id")) for e in world.plan.data("aws_caller_identity")}
    return read.pop() if len(read) == 1 else None


def _stated(world: World, provider: Mapping[str, Any]) -> str | None:
    expressions = provider.get("expressions")
    region = expressions.get("region") if isinstance(expressions, Mapping) else None
    if not isinstance(region, Mapping):
        return None
    constant = region.get("constant_value")
    if isinstance(constant, str):
        return constant
    address = provider.get("module_address")
    names = references_in(region)
    if address or len(names) != 1 or not names[0].startswith("var."):
        return None
    variable = world.plan.variables.get(names[0].removeprefix("var."))
    value = variable.get("value") if isinstance(variable, Mapping) else None
    return value if isinstance(value, str) else None
