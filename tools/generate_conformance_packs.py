"""Write conformance-packs: the rules as packs that AWS Config deploys, for a function in place.

A pack is no stack: no conditions, no mappings, `Ref` in its long form, and names that are literal.
The choice of rules is the choice of a file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from textwrap import indent

from config_rules import logical_id, taken_by
from generated import ROOT, main
from vpcproof.model.parameters import PARAMETERS
from vpcproof.rules.registry import CORE_RULES, PROBE_RULES, Rule, all_rules

FOLDER = ROOT / "conformance-packs"
PACKS = {
    "vpcproof": tuple(name for name in all_rules() if name not in PROBE_RULES),
    "vpcproof-core": CORE_RULES,
}


def pack(rules: Iterable[Rule]) -> str:
    """A pack of these rules."""
    rules = list(rules)
    return f"""\
# Written by `make docs` from the rules. docs/accounts.md says how to deploy it.

Parameters:
  EvaluateFunctionArn:
    Type: String
  ScheduleFrequency:
    Type: String
    Default: One_Hour
{indent("".join(map(parameter, taken_by(rules))), "  ")}
Resources:
{indent(chr(10).join(map(config_rule, rules)), "  ")}"""


def parameter(name: str) -> str:
    """A parameter of the rules; a pack's parameters say no more than type and default."""
    default = json.dumps(PARAMETERS[name].default)
    return f"{name}:\n  Type: String\n  Default: {default}\n"


def config_rule(rule: Rule) -> str:
    """The AWS Config rule of one rule."""
    inputs = "".join(f"      {name}:\n        Ref: {name}\n" for name in rule.parameters)
    return f"""\
{logical_id(rule.name)}:
  Type: AWS::Config::ConfigRule
  Properties:
    ConfigRuleName: vpcproof-{rule.name}
    Description: {json.dumps(rule.title)}
    InputParameters:
      rule: {rule.name}
{inputs}\
    Scope:
      ComplianceResourceTypes:
        - {rule.resource_type}
    Source:
      Owner: CUSTOM_LAMBDA
      SourceIdentifier:
        Ref: EvaluateFunctionArn
      SourceDetails:
        - EventSource: aws.config
          MessageType: ConfigurationItemChangeNotification
        - EventSource: aws.config
          MessageType: OversizedConfigurationItemChangeNotification
        - EventSource: aws.config
          MessageType: ScheduledNotification
          MaximumExecutionFrequency:
            Ref: ScheduleFrequency
"""


def outputs() -> dict[Path, str]:
    """All packs."""
    rules = all_rules()
    return {
        FOLDER / f"{name}.yaml": pack(rules[each] for each in names)
        for name, names in PACKS.items()
    }


if __name__ == "__main__":
    raise SystemExit(main(outputs, __doc__, folder=FOLDER))
