"""The permissions that read the facts of all rules, as the templates' roles state them."""

from __future__ import annotations

from vpcproof.model.facts import Fact
from vpcproof.rules.registry import all_rules

# Actions that one resource is enough for; the others know none, or all of them are meant.
ONE_RESOURCE = {
    "ssm:GetDocument": "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}"
    ":document/SSM-SessionManagerRunShell",
}


# What is permitted only on functions that are deployed, by a policy of their own.
ON_PROBES = frozenset(Fact.PROBE_RESULTS.actions)


def actions() -> list[str]:
    """The IAM actions that read all facts of all rules, but for those on probes."""
    declared = {action for rule in all_rules().values() for action in rule.actions}
    return sorted(declared - ON_PROBES)


def actions_on_everything() -> str:
    """Those that are permitted on all resources."""
    return "".join(f"- {action}\n" for action in actions() if action not in ONE_RESOURCE)


def statements_on_one_resource(region: str = "${AWS::Region}") -> str:
    """Those that are permitted on one resource, each a statement of its own."""
    return "".join(
        f"- Sid: {action.partition(':')[2]}\n"
        f"  Effect: Allow\n"
        f"  Action: {action}\n"
        f"  Resource: !Sub {ONE_RESOURCE[action].replace('${AWS::Region}', region)}\n"
        for action in actions()
        if action in ONE_RESOURCE
    )
