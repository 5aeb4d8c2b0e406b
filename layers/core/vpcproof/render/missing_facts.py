"""What a person can do about facts that were not read."""

from __future__ import annotations

import re

from ..model.facts import Fact, Gap

# How EC2 and the other services say that a policy does not allow an action.
_REFUSALS = ("UnauthorizedOperation", "AccessDenied", "AccessDeniedException")


def remedy_of(gap: Gap, *, is_live: bool) -> str:
    """What fills a gap: a permission, or an answer of the AWS CLI; nothing where neither would."""
    if is_live:
        return "allow this action" if gap.reason.endswith(_REFUSALS) else ""
    return _commands(gap.fact)


def _commands(fact: Fact) -> str:
    service = fact.actions[0].partition(":")[0]
    return f"save what aws {service} {', '.join(map(_subcommand, fact.actions))} prints"


def _subcommand(action: str) -> str:
    """How the AWS CLI spells an action: `describe-vpcs` for `ec2:DescribeVpcs`."""
    operation = action.partition(":")[2]
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", operation).lower()
