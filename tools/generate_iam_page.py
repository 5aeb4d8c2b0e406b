"""Write docs/iam.md: what each function may do, and which rule asks for it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
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
    "RemediateRole": "The remediate function",
    "ProbeRole": "The probes",
    "ApprovalRole": "The approval of repairs",
    "RemediationDocumentRole": "Repair by AWS Config",
}


# What conditions name that is better said in words.
SAID_ELSEWHERE = {
    "ec2:VpceServiceName": "a service of `RemediationServices`, by its name in the partition",
    "aws:ResourceAccount": "one of `AllowedAccounts`, where there are any",
    "lambda:SourceFunctionArn": "the code of a function asks, not Lambda itself",
    "aws:ResourceOrgID": "`OrganizationId`, where there is one",
}
# Resources of which there are as many as a parameter names, by statement.
RESOURCES_IN_WORDS = {
    "AskProbes": "the probes of the stack",
    "UseSubnets": "the subnets of `ProbeSubnetIds`",
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
        listed = "the actions below" if statement["Sid"] == "ReadFacts" else _code(actions)
        named = statement["Resource"]
        resources = [named] if isinstance(named, str) else named
        sid = statement["Sid"] + (" (refuses)" if statement["Effect"] == "Deny" else "")
        on = RESOURCES_IN_WORDS.get(statement["Sid"]) or _code(map(_short, resources))
        only = "<br>".join(_conditions(statement))
        rows.append(f"| {sid} | {listed} | {on} | {only} |\n")
    return f"| Statement | Actions | On | Only where |\n|---|---|---|---|\n{''.join(rows)}"


def _conditions(statement: dict[str, Any]) -> Iterator[str]:
    for keys in statement.get("Condition", {}).values():
        for key, value in keys.items():
            values = [value] if isinstance(value, str) else value
            many = isinstance(values, list) and len(values) > 4  # noqa: PLR2004 - as fits a table
            shown = SAID_ELSEWHERE.get(key) if many or key in SAID_ELSEWHERE else None
            yield f"`{key}` is {shown or _code(values)}"


def _short(resource: str) -> str:
    """An ARN without what it says of the place: it is always that of the stack."""
    return resource.replace("${AWS::Partition}", "…").replace(
        "${AWS::Region}:${AWS::AccountId}", "…"
    )


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

Each function has a role of its own. The three that every deployment has can change nothing in a
VPC: the first reads settings and reports to AWS Config, the second has AWS Config evaluate rules,
the third publishes to one topic. No managed policy is attached, and no action is named by a
wildcard but `kms:GenerateDataKey*`. A permissions boundary can be given as a parameter.
`AssumeMemberRoles` is there only where the rules of [other accounts](accounts.md) are judged, and
holds for the accounts and the organisation that the parameters name. `ImportFindings` is there only
where `SecurityHub` is switched on.

The other roles are there only where `RemediationMode` is not `off`. The remediate function alone
can change a network, and AWS holds it to this, whatever its code does: it creates endpoints for the
services of `RemediationServices` only, and always with the tag `ManagedBy=vpcproof`; it changes and
deletes what bears that tag; it leaves alone what is tagged `vpcproof:remediate=off`. Tagging an
endpoint or a security group `ManagedBy=vpcproof` hands it over. Four statements come with
parameters: `ChangeOthers` with `RemediateExisting=all`, `DeleteAndRestoreOthers` with
`DestructiveRules` besides, `ChangeDnsOfVpcs` with `AllowDnsChange=true`, `AskForApproval` with
`RemediationMode=approve`. Who starts a repair, be it Step Functions or Automation, may invoke the
function and no more.

{tables}
## What the evaluate and remediate functions read

Most of these actions know no resources, so they are permitted on `*`. A rule declares the facts it
reads, and the template permits what all rules together declare: tests compare the two both ways.
Without one of these permissions the rules that ask for the fact fail, visibly; none of them becomes
COMPLIANT.

{facts()}"""
    return {PAGE: text}


def _code(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


if __name__ == "__main__":
    raise SystemExit(main(outputs, __doc__))
