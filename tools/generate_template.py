"""Write the parts of template.yaml that follow from the rules, between its markers.

Parameters of the rules, the permissions that read the facts, and one AWS Config rule per rule.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from generated import ROOT, main
from vpcproof.model.parameters import PARAMETERS, Parameter
from vpcproof.rules.registry import Rule, all_rules

TEMPLATE = ROOT / "template.yaml"
LONGEST_INPUT = 1024  # characters of a rule's InputParameters as JSON
# Actions that one resource is enough for; the others know none, or all of them are meant.
ONE_RESOURCE = {
    "ssm:GetDocument": "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}"
    ":document/SSM-SessionManagerRunShell",
}


def choices(parameter: Parameter) -> list[str]:
    """The values of a parameter that is a choice; none if it is free text."""
    words = parameter.allowed.split(", ")
    try:
        for word in words:
            parameter.parse(word)
    except ValueError:
        return []
    return words


def used_parameters() -> list[Parameter]:
    """The parameters that a rule takes."""
    taken = {name for rule in all_rules().values() for name in rule.parameters}
    return [parameter for name, parameter in PARAMETERS.items() if name in taken]


def longest(parameter: Parameter) -> int:
    """How long a value may be: the rules that take it share their room among their free texts."""
    return min(room(rule) for rule in all_rules().values() if parameter.name in rule.parameters)


def room(rule: Rule) -> int:
    """The characters that each free text of a rule's parameters may have."""
    values = {name: max(choices(PARAMETERS[name]), key=len, default="") for name in rule.parameters}
    fixed = len(json.dumps({"rule": rule.name, **values}))
    free = sum(1 for value in values.values() if not value)
    return (LONGEST_INPUT - fixed) // max(free, 1)


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


def logical_id(rule: Rule) -> str:
    """`VpcEndpointAvailable` for `vpc-endpoint-available`."""
    return rule.name.title().replace("-", "")


def config_rules() -> str:
    """One AWS Config rule per rule: on change, on oversized change, and on schedule."""
    return "\n".join(config_rule(rule) for rule in all_rules().values())


def config_rule(rule: Rule) -> str:
    """The AWS Config rule of one rule."""
    inputs = "".join(f"      {name}: !Ref {name}\n" for name in rule.parameters)
    return f"""\
{logical_id(rule)}:
  Type: AWS::Config::ConfigRule
  DependsOn: ConfigInvokesEvaluate
  Properties:
    ConfigRuleName: !Sub ${{RuleNamePrefix}}{rule.name}
    Description: {json.dumps(rule.title)}
    InputParameters:
      rule: {rule.name}
{inputs}\
    Scope:
      ComplianceResourceTypes:
        - {rule.resource_type}
    Source:
      Owner: CUSTOM_LAMBDA
      SourceIdentifier: !GetAtt EvaluateFunction.Arn
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
    "parameters": parameters,
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
