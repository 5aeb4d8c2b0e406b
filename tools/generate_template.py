"""Write the parts of template.yaml that follow from the rules, and the templates made from it.

In template.yaml, between its markers: parameters of the rules, the permissions that read the facts,
the AWS Config rules of both layouts, each with the condition under which it is there, the types
whose changes have other resources judged again, and what repairs findings. Besides it, for other
accounts: conformance packs, organisation rules, the member role; and what the pages of docs say
about parameters and cost.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import generate_conformance_packs
import generate_cost_table
import generate_member_role
import generate_organization_rules
import generate_parameter_page
import generate_probe_stack
import probe_functions
import remediation_document
import remediation_permissions
from config_rules import (
    choices,
    logical_id,
    longest,
    plural,
    rules_by_type,
    taken_by,
    used_parameters,
)
from generated import ROOT, main
from read_permissions import actions_on_everything, statements_on_one_resource
from vpcproof.aws.dependents import TOLD_BY
from vpcproof.model.resource_type import ResourceType
from vpcproof.rules.registry import CORE_RULES, PROBE_RULES, Rule, all_rules

TEMPLATE = ROOT / "template.yaml"
# AWS Config is admitted account by account: one permission for each that can be named.
MEMBERS = 8


def parameter_group() -> str:
    """The parameters of the rules, as the console groups them."""
    return "".join(f"- {parameter.name}\n" for parameter in used_parameters())


def parameters() -> str:
    """One template parameter per parameter of the rules, under the same name."""
    blocks = []
    for parameter in used_parameters():
        allowed = choices(parameter)
        limit = (
            f"AllowedValues: {json.dumps(allowed)}"
            if allowed
            else f"MinLength: 1\n  MaxLength: {longest(parameter)}"
        )
        hint = "" if allowed else f" Allowed: {parameter.allowed}."
        blocks.append(
            f"{parameter.name}:\n"
            f"  Type: String\n"
            f"  Description: {json.dumps(parameter.meaning + hint)}\n"
            f"  Default: {json.dumps(parameter.default)}\n"
            f"  {limit}\n"
        )
    return "".join(blocks)


def rule_list_pattern() -> str:
    """What RuleList may be: a name that no rule has fails the deployment, before it begins."""
    name = f"({'|'.join(all_rules())})"
    return f"AllowedPattern: ^$|^{name}(,{name})*$\n"


def rule_conditions() -> str:
    """Whether a Config rule is there, by layout and by choice of rules."""
    listing = '!Sub ",${RuleList},"'
    blocks = []
    for name in all_rules():
        chosen = "RunsCore" if name in CORE_RULES else "RunsAll"
        probed = "  - !Condition HasProbe\n" if name in PROBE_RULES else ""
        # Conditions know no `contains`; but a text without a name that it had is another text.
        without = f'!Join ["", !Split [",{name},", {listing}]]'
        blocks.append(
            f"Lists{logical_id(name)}: !And\n"
            f"  - !Condition RunsList\n"
            f"  - !Not [!Equals [{without}, {listing}]]\n"
            f"Runs{logical_id(name)}: !And\n"
            f"  - !Condition RulePerRule\n"
            f"{probed}"
            f"  - !Or [!Condition {chosen}, !Condition Lists{logical_id(name)}]\n"
        )
    for kind, rules in rules_by_type().items():
        chosen = "RunsCore" if any(rule.name in CORE_RULES for rule in rules) else "RunsAll"
        blocks.append(
            f"Runs{logical_id(plural(kind))}: !And\n"
            f"  - !Not [!Condition RulePerRule]\n"
            f"  - !Condition {chosen}\n"
        )
    return "".join(blocks)


def config_rules() -> str:
    """One AWS Config rule per rule, and one per resource type: the layout says which are there."""
    by_rule = [of_rule(rule) for rule in all_rules().values()]
    by_type = [of_type(kind, rules) for kind, rules in rules_by_type().items()]
    return "\n".join([*by_rule, *by_type])


def of_rule(rule: Rule) -> str:
    """The AWS Config rule of one rule."""
    inputs = {"rule": rule.name} | {name: f"!Ref {name}" for name in rule.parameters}
    return config_rule(rule.name, rule.title, inputs, rule.resource_type)


def of_type(kind: ResourceType, rules: list[Rule]) -> str:
    """The AWS Config rule that judges a resource type by all of its rules."""
    inputs = {"rule": kind.value, "ruleSet": "!Ref RuleSet"}
    inputs |= {name: f"!Ref {name}" for name in taken_by(rules)}
    title = f"Every {kind.value} passes all rules of vpcproof that judge it."
    return config_rule(plural(kind), title, inputs, kind)


def config_rule(name: str, title: str, inputs: dict[str, str], kind: ResourceType) -> str:
    """An AWS Config rule: on change, on oversized change, and on schedule."""
    given = "".join(f"      {member}: {value}\n" for member, value in inputs.items())
    return f"""\
{logical_id(name)}:
  Type: AWS::Config::ConfigRule
  Condition: Runs{logical_id(name)}
  DependsOn: ConfigInvokesEvaluate
  Properties:
    ConfigRuleName: !Sub ${{RuleNamePrefix}}{name}
    Description: {json.dumps(title)}
    InputParameters:
{given}\
    Scope:
      ComplianceResourceTypes:
        - {kind}
    Source:
      Owner: CUSTOM_LAMBDA
      SourceIdentifier: !Ref EvaluateFunction.Alias
      SourceDetails:
        - EventSource: aws.config
          MessageType: ConfigurationItemChangeNotification
        - EventSource: aws.config
          MessageType: OversizedConfigurationItemChangeNotification
        - EventSource: aws.config
          MessageType: ScheduledNotification
          MaximumExecutionFrequency: !Ref ScheduleFrequency
"""


def changed_types() -> str:
    """The events of changes that some rule depends on without getting their items.

    An item too large to send is told by a summary.
    """
    types = {
        each
        for rule in all_rules().values()
        for fact in rule.facts
        for each in TOLD_BY.get(fact, ())
        if each != rule.resource_type
    }
    listed = "".join(f"      - {each}\n" for each in sorted(types))
    items = ("configurationItem", "configurationItemSummary")
    return "$or:\n" + "".join(f"- {item}:\n    resourceType:\n{listed}" for item in items)


def member(number: int) -> str:
    """A member account by its place in the list; the empty text beyond the end."""
    padded = f"${{AllowedAccounts}}{',' * MEMBERS}"
    return f'!Select [{number - 1}, !Split [",", !Sub "{padded}"]]'


def member_conditions() -> str:
    """Whether there is a first member account, a second, and so on."""
    return "".join(
        f'HasMember{number}: !Not [!Equals [{member(number)}, ""]]\n'
        for number in range(1, MEMBERS + 1)
    )


def member_permissions() -> str:
    """AWS Config of each member account may invoke."""
    return "\n".join(
        f"""\
ConfigOfMember{number}InvokesEvaluate:
  Type: AWS::Lambda::Permission
  Condition: HasMember{number}
  Properties:
    Action: lambda:InvokeFunction
    FunctionName: !Ref EvaluateFunction.Alias
    Principal: config.amazonaws.com
    SourceAccount: {member(number)}
"""
        for number in range(1, MEMBERS + 1)
    )


BLOCKS = {
    "parameter group": parameter_group,
    "rule list": rule_list_pattern,
    "parameters": parameters,
    "rule conditions": rule_conditions,
    "member conditions": member_conditions,
    "member permissions": member_permissions,
    "probe conditions": probe_functions.conditions,
    "probe functions": probe_functions.functions,
    "probe subnets": probe_functions.subnets,
    "probe arns": probe_functions.arns,
    "probe alarms": probe_functions.alarms,
    "actions": actions_on_everything,
    "statements": statements_on_one_resource,
    "config rules": config_rules,
    "changed types": changed_types,
    "remediation rule parameters": remediation_permissions.rule_parameters,
    "remediation conditions": remediation_document.conditions,
    "remediation actions": actions_on_everything,
    "remediation statements": statements_on_one_resource,
    "remediation services": remediation_permissions.service_names,
    "remediation document": remediation_document.document,
    "remediation configurations": remediation_document.configurations,
}


def fill(text: str) -> str:
    """The template with every marked block written anew, at the indentation of its markers."""
    for name, block in BLOCKS.items():
        pattern = re.compile(
            rf"^( *)# generated: {name}\n.*?^ *# end of generated {name}\n",
            re.DOTALL | re.MULTILINE,
        )

        def write(found: re.Match[str], name: str = name, block: str = block()) -> str:
            lines = [f"# generated: {name}", *block.splitlines(), f"# end of generated {name}"]
            return "".join(f"{found[1]}{line}".rstrip() + "\n" for line in lines)

        text, count = pattern.subn(write, text)
        if count != 1:
            raise SystemExit(f"template.yaml needs one block of markers {name!r}, not {count}")
    return text


def outputs() -> dict[Path, str]:
    """The files this writes."""
    template = fill(TEMPLATE.read_text(encoding="utf-8"))
    return {
        TEMPLATE: template,
        **generate_conformance_packs.outputs(),
        **generate_organization_rules.outputs(),
        **generate_member_role.outputs(),
        **generate_parameter_page.outputs(template),
        **generate_probe_stack.outputs(template),
        **generate_cost_table.outputs(),
    }


if __name__ == "__main__":
    raise SystemExit(main(outputs, __doc__))
