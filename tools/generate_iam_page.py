"""Write docs/iam.md: what each function may do, and which rule asks for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml
from generated import ROOT, main
from vpcproof.model.facts import Fact
from vpcproof.rules.registry import all_rules

PAGE = ROOT / "docs/iam.md"
ROLES = {
    "EvaluateRole": "The evaluate function",
    "ReevaluateRole": "The reevaluate function",
    "NotifyRole": "The notify function",
}


class Template(yaml.SafeLoader):
    """Reads a template; intrinsic functions become the text of their argument."""


def _argument(loader: yaml.SafeLoader, _tag: str, node: yaml.Node) -> str:
    if isinstance(node, yaml.ScalarNode):
        return str(loader.construct_scalar(node))
    return json.dumps(yaml.serialize(node))


Template.add_multi_constructor("!", _argument)


def statements(role: str) -> list[dict[str, Any]]:
    """The statements of a role in the template."""
    template = yaml.load((ROOT / "template.yaml").read_text(encoding="utf-8"), Template)  # noqa: S506
    policies = list(template["Resources"][role]["Properties"]["Policies"])
    policies += (
        each["Properties"]
        for each in template["Resources"].values()
        if each["Type"] == "AWS::IAM::Policy" and role in each["Properties"]["Roles"]
    )
    return [each for policy in policies for each in policy["PolicyDocument"]["Statement"]]


def permissions(role: str) -> str:
    """The statements of a role as a table."""
    rows = []
    for statement in statements(role):
        taken = statement["Action"]
        actions = [taken] if isinstance(taken, str) else taken
        listed = "the actions below" if len(actions) > 4 else _code(actions)  # noqa: PLR2004
        rows.append(f"| {statement['Sid']} | {listed} | `{statement['Resource']}` |\n")
    return f"| Statement | Actions | On |\n|---|---|---|\n{''.join(rows)}"


def facts() -> str:
    """Each fact with its actions and the rules that ask for it, as a table."""
    rows = []
    for fact in Fact:
        asking = [rule.name for rule in all_rules().values() if fact in rule.facts]
        if asking:
            links = ", ".join(f"[{name}](rules/{name}.md)" for name in asking)
            rows.append(f"| {_code(fact.key.split(', '))} | {_code(fact.actions)} | {links} |\n")
    return f"| Fact | Actions | Rules |\n|---|---|---|\n{''.join(rows)}"


def outputs() -> dict[Path, str]:
    """The file this writes."""
    tables = "\n".join(f"## {title}\n\n{permissions(role)}" for role, title in ROLES.items())
    text = f"""\
<!-- Written by `make docs` from template.yaml and the rules: edit those. -->

# Permissions

Each function has a role of its own. None can change anything in a VPC: the first reads settings
and reports to AWS Config, the second has AWS Config evaluate rules, the third publishes to one
topic. No managed policy is attached, and no action is named by a wildcard but
`kms:GenerateDataKey*`. A permissions boundary can be given as a parameter. `AssumeMemberRoles` is
there only where the rules of [other accounts](accounts.md) are judged, and holds for the accounts
and the organisation that the parameters name.

{tables}
## What the evaluate function reads

Most of these actions know no resources, so they are permitted on `*`. A rule declares the facts it
reads, and the template permits what all rules together declare: tests compare the two both ways.
Without one of these permissions the rules that ask for the fact fail, visibly; none of them becomes
COMPLIANT.

{facts()}"""
    return {PAGE: text}


def _code(words: list[str] | tuple[str, ...]) -> str:
    return ", ".join(f"`{word}`" for word in words)


if __name__ == "__main__":
    raise SystemExit(main(outputs, __doc__))
