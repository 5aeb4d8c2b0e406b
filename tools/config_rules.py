"""What the templates share: which AWS Config rules there are, and what each of them is given."""

from __future__ import annotations

import json
from collections.abc import Iterable

from vpcproof.model.parameters import PARAMETERS, Parameter
from vpcproof.model.resource_type import ResourceType
from vpcproof.rules.registry import Rule, all_rules

LONGEST_INPUT = 1024  # characters of a Config rule's InputParameters as JSON
# Free texts that need no more than this; the others share what is left of the room.
LONGEST = {
    "ephemeralPorts": 64,
    "instanceConnectPorts": 64,
    "pendingGraceMinutes": 5,
    "probeMaxAgeMinutes": 5,
    "vpcTag": 128,
}


def logical_id(name: str) -> str:
    """`VpcEndpointAvailable` for `vpc-endpoint-available`."""
    return name.title().replace("-", "")


def rules_by_type() -> dict[ResourceType, list[Rule]]:
    """The rules of each resource type that has any, types in the order of their names."""
    rules = sorted(all_rules().values(), key=lambda rule: (rule.resource_type, rule.name))
    types = dict.fromkeys(rule.resource_type for rule in rules)
    return {kind: [rule for rule in rules if rule.resource_type is kind] for kind in types}


def plural(kind: ResourceType) -> str:
    """`vpc-endpoints` for AWS::EC2::VPCEndpoint: the Config rule that judges them all by all."""
    return f"{kind.name.lower().replace('_', '-')}s"


def taken_by(rules: Iterable[Rule]) -> list[str]:
    """The names of the parameters that these rules take, together."""
    taken = {name for rule in rules for name in rule.parameters}
    return [name for name in PARAMETERS if name in taken]


def used_parameters() -> list[Parameter]:
    """The parameters that a rule takes."""
    return [PARAMETERS[name] for name in taken_by(all_rules().values())]


def choices(parameter: Parameter) -> list[str]:
    """The values of a parameter that is a choice; none if it is free text."""
    words = parameter.allowed.split(", ")
    try:
        for word in words:
            parameter.parse(word)
    except ValueError:
        return []
    try:
        parameter.parse("something else")
    except ValueError:
        return words
    return []


def longest(parameter: Parameter) -> int:
    """How long a free text may be, so that the input of every Config rule has room for it."""
    if parameter.name in LONGEST:
        return LONGEST[parameter.name]
    of_rules = [{"rule": rule.name} | _none_of([rule]) for rule in all_rules().values()]
    of_types = [
        {"rule": kind.value, "ruleSet": "core"} | _none_of(rules)
        for kind, rules in rules_by_type().items()
    ]
    return min(_share(each) for each in (*of_rules, *of_types) if parameter.name in each)


def _none_of(rules: Iterable[Rule]) -> dict[str, str]:
    return dict.fromkeys(taken_by(rules), "")


def _share(inputs: dict[str, str]) -> int:
    """The characters that each free text without a length of its own may have in this input."""
    values = {
        name: max(choices(PARAMETERS[name]), key=len, default="x" * LONGEST.get(name, 0))
        for name in inputs
        if name in PARAMETERS
    }
    sharing = sum(1 for value in values.values() if not value)
    return (LONGEST_INPUT - len(json.dumps(inputs | values))) // max(sharing, 1)
