"""What AWS would say to a request under a role's policies, for the parts of IAM that they use.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from tests.template.intrinsics import Evaluator

Statement = Mapping[str, Any]


@dataclass(frozen=True)
class Request:
    """One thing to be authorized: a call is, once for each resource that it touches."""

    action: str
    resource: str = "*"
    context: Mapping[str, str] = field(default_factory=dict)


class Role:
    """A role of the template under chosen parameters, with the policies that come with them."""

    def __init__(self, template: Mapping[str, Any], name: str, chosen: Evaluator) -> None:
        resources = template["Resources"]
        inline = resources[name]["Properties"]["Policies"]
        attached = [
            each["Properties"]
            for each in resources.values()
            if each["Type"] == "AWS::IAM::Policy"
            and {"Ref": name} in each["Properties"]["Roles"]
            and chosen.holds(each["Condition"])
        ]
        self.statements: list[Statement] = [
            {**statement, **_resolved(statement, chosen)}
            for policy in (*inline, *attached)
            for statement in policy["PolicyDocument"]["Statement"]
        ]

    @property
    def actions(self) -> set[str]:
        """Every action that a statement allows on something."""
        allowing = (each for each in self.statements if each["Effect"] == "Allow")
        return {action for each in allowing for action in listed(each["Action"])}

    def allows(self, *requests: Request) -> bool:
        """Whether a call is permitted that is made of these requests."""
        return all(self._allows(each) for each in requests)

    def _allows(self, request: Request) -> bool:
        effects = {each["Effect"] for each in self.statements if _applies(each, request)}
        return effects == {"Allow"}


def listed(value: str | Sequence[str]) -> list[str]:
    """One or several, as policies write them."""
    return [value] if isinstance(value, str) else list(value)


def _resolved(statement: Statement, chosen: Evaluator) -> dict[str, Any]:
    """A statement's resources and conditions as deployed: a key left without values is left out."""
    return {
        "Resource": [_arn(each, chosen) for each in _several(statement["Resource"])],
        "Condition": {
            operator: {
                key: wanted
                for key, value in keys.items()
                if (wanted := list(_values(value, chosen)))
            }
            for operator, keys in statement.get("Condition", {}).items()
        },
    }


def _wanted(keys: Mapping[str, Any], chosen: Evaluator) -> Iterator[tuple[str, list[str]]]:
    for key, value in keys.items():
        yield key, list(_values(value, chosen))


def _values(value: Any, chosen: Evaluator) -> Iterator[str]:
    for each in _several(value):
        resolved = chosen.value(each)
        if resolved is not None:
            yield from _several(resolved)


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _arn(value: Any, chosen: Evaluator) -> str:
    """An ARN; that of a resource of the stack is named after it."""
    match value:
        case {"Ref": name} | {"Fn::GetAtt": [name, "Arn"]}:
            return f"stack:{name}"
    return chosen.value(value)


def _applies(statement: Statement, request: Request) -> bool:
    return (
        request.action in listed(statement["Action"])
        and any(fnmatchcase(request.resource, each) for each in statement["Resource"])
        and all(
            _meets(operator, wanted, request.context.get(key))
            for operator, keys in statement["Condition"].items()
            for key, wanted in keys.items()
        )
    )


def _meets(operator: str, wanted: list[str], value: str | None) -> bool:
    """A key that a request does not have meets no condition of these."""
    if value is None:
        return False
    match operator:
        case "StringEquals":
            return value in wanted
        case "StringEqualsIgnoreCase":
            return value.lower() in {each.lower() for each in wanted}
        case "StringLike":
            return any(fnmatchcase(value, each) for each in wanted)
    raise AssertionError(f"no operator: {operator}")
