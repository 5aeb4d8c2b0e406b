"""Which changes of a plan a template can express, without giving up their proven order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..remediation.change import Change
from ..remediation.plan import Plan
from .plan_commands import command

GROUP, INGRESS, ENDPOINT = (
    "CreateSecurityGroup",
    "AuthorizeSecurityGroupIngress",
    "CreateVpcEndpoint",
)


@dataclass(frozen=True, slots=True)
class Stack:
    """The changes that a template makes, and those to be made by hand before it and after it."""

    before: tuple[Change, ...]
    resources: tuple[Change, ...]
    after: tuple[Change, ...]


def split(plan: Plan, is_expressible: Callable[[Change], bool]) -> Stack:
    """Put each change where its order stays safe.

    What cannot be expressed comes before the template as long as nothing in that leads anybody
    anywhere, which the making of a group does not; from then on all that follows comes after it.
    """
    created = {change.creates for change in plan.changes if change.creates}
    before: list[Change] = []
    resources: list[Change] = []
    after: list[Change] = []
    for change in plan.changes:
        is_new = any(change.call.names(each) for each in created)
        if is_expressible(change) and not after:
            resources.append(change)
        elif not after and not is_new and all(_leads_nowhere(each, created) for each in resources):
            before.append(change)
        else:
            after.append(change)
    return Stack(tuple(before), tuple(resources), tuple(after))


def by_hand(plan: Plan, changes: tuple[Change, ...]) -> list[str]:
    """The commands of changes; ids of what the plan creates stand in angle brackets."""
    named = {each.creates: f"'<{each.creates}>'" for each in plan.changes if each.creates}
    return [command(each.call, named) for each in changes]


def _leads_nowhere(change: Change, created: set[str]) -> bool:
    if change.operation == INGRESS:
        return change.arguments["GroupId"] in created
    return change.operation == GROUP
