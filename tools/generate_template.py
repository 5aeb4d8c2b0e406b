"""Write the parts of template.yaml that follow from the rules, between its markers.

Parameters of the rules, the permissions that read the facts, and the AWS Config rules of both
layouts, each with the condition under which it is there.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

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
from vpcproof.model.resource_type import ResourceType
from vpcproof.rules.registry import CORE_RULES, Rule, all_rules

TEMPLATE = ROOT / "template.yaml"
# Actions that one resource is enough for; the others know none, or all of them are meant.
ONE_RESOURCE = {
    "ssm:GetDocument": "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}"
    ":document/SSM-SessionManagerRunShell",
}


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
        # Conditions know no `contains`; but a text without a name that it had is another text.
        without = f'!Join ["", !Split [",{name},", {listing}]]'
        blocks.append(
            f"Lists{logical_id(name)}: !And\n"
            f"  - !Condition RunsList\n"
            f"  - !Not [!Equals [{without}, {listing}]]\n"
            f"Runs{logical_id(name)}: !And\n"
            f"  - !Condition RulePerRule\n"
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


def actions() -> list[str]:
    """The IAM actions that read all facts of all rules."""
    return sorted({action for rule in all_rules().values() for action in rule.actions})


def actions_on_everything() -> str:
    """Those that are permitted on all resources."""
    return "".join(f"- {action}\n" for action in actions() if action not in ONE_RESOURCE)


def statements_on_one_resource() -> str:
    """Those that are permitted on one resource, each a statement of its own."""
    return "".join(
        f"- Sid: {action.partition(':')[2]}\n"
        f"  Effect: Allow\n"
        f"  Action: {action}\n"
        f"  Resource: !Sub {ONE_RESOURCE[action]}\n"
        for action in actions()
        if action in ONE_RESOURCE
    )


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


BLOCKS = {
    "parameter group": parameter_group,
    "rule list": rule_list_pattern,
    "parameters": parameters,
    "rule conditions": rule_conditions,
    "actions": actions_on_everything,
    "statements": statements_on_one_resource,
    "config rules": config_rules,
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
    """The file this writes."""
    return {TEMPLATE: fill(TEMPLATE.read_text(encoding="utf-8"))}


if __name__ == "__main__":
    raise SystemExit(main(outputs, __doc__))
