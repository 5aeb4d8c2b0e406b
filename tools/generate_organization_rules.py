"""Write organization/rules.yaml: one organisation rule of AWS Config per rule.

An organisation rule takes its input as JSON in a text, and its name is shorter than elsewhere.
"""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import indent

from config_rules import choices, logical_id, longest, used_parameters
from generated import ROOT, main
from vpcproof.model.parameters import Parameter
from vpcproof.rules.registry import CORE_RULES, PROBE_RULES, Rule, all_rules

RULES = ROOT / "organization/rules.yaml"
LONGEST_NAME = 64


def parameter(each: Parameter) -> str:
    """One template parameter per parameter of the rules; it becomes part of a JSON text."""
    allowed = choices(each)
    limit = (
        f"AllowedValues: {json.dumps(allowed)}"
        if allowed
        else f"AllowedPattern: '[^\"\\\\]+'\n  MaxLength: {longest(each)}"
    )
    return (
        f"{each.name}:\n"
        f"  Type: String\n"
        f"  Description: {json.dumps(each.meaning)}\n"
        f"  Default: {json.dumps(each.default)}\n"
        f"  {limit}\n"
    )


def organization_rule(rule: Rule) -> str:
    """The organisation rule of one rule."""
    inputs = {"rule": rule.name} | {name: f"${{{name}}}" for name in rule.parameters}
    condition = "" if rule.name in CORE_RULES else "  Condition: RunsAll\n"
    return f"""\
{logical_id(rule.name)}:
  Type: AWS::Config::OrganizationConfigRule
{condition}\
  Properties:
    OrganizationConfigRuleName: !Sub ${{RuleNamePrefix}}{rule.name}
    OrganizationCustomRuleMetadata:
      Description: {json.dumps(rule.title)}
      LambdaFunctionArn: !Ref EvaluateFunctionArn
      InputParameters: !Sub '{json.dumps(inputs)}'
      ResourceTypesScope:
        - {rule.resource_type}
      OrganizationConfigRuleTriggerTypes:
        - ConfigurationItemChangeNotification
        - OversizedConfigurationItemChangeNotification
        - ScheduledNotification
      MaximumExecutionFrequency: !Ref ScheduleFrequency
    ExcludedAccounts: !If [HasExcludedAccounts, !Ref ExcludedAccounts, !Ref AWS::NoValue]
"""


def template() -> str:
    """The whole template."""
    rules = [rule for name, rule in all_rules().items() if name not in PROBE_RULES]
    prefix = LONGEST_NAME - max(len(rule.name) for rule in rules)
    return f"""\
# Written by `make docs` from the rules. docs/accounts.md says how to deploy it.
AWSTemplateFormatVersion: "2010-09-09"
Description: >-
  vpcproof for an organisation: its rules in every account, judged by one function. For the
  management account of the organisation, or its delegated administrator for AWS Config.

Parameters:
  EvaluateFunctionArn:
    Type: String
    Description: The output EvaluateFunctionArn of vpcproof, in this account and Region.
    AllowedPattern: arn:[a-z-]+:lambda:[a-z0-9-]+:[0-9]{{12}}:function:[A-Za-z0-9_-]+:live
    ConstraintDescription: the ARN of the evaluate function's alias, which ends with `:live`
  ExcludedAccounts:
    Type: CommaDelimitedList
    Description: Accounts of the organisation that get no rules, comma separated.
    Default: ""
  RuleSet:
    Type: String
    Description: Which rules run; those of the core set say whether endpoints are there and work.
    Default: all
    AllowedValues: [core, all]
  RuleNamePrefix:
    Type: String
    Description: What the names of the organisation rules begin with.
    Default: vpcproof-
    AllowedPattern: "[A-Za-z][A-Za-z0-9_-]*"
    MaxLength: {prefix}
  ScheduleFrequency:
    Type: String
    Description: How often every rule judges all of its resources.
    Default: One_Hour
    AllowedValues: [One_Hour, Three_Hours, Six_Hours, Twelve_Hours, TwentyFour_Hours]
{indent("".join(map(parameter, used_parameters())), "  ")}
Conditions:
  HasExcludedAccounts: !Not [!Equals [!Join ["", !Ref ExcludedAccounts], ""]]
  RunsAll: !Equals [!Ref RuleSet, all]

Resources:
{indent(chr(10).join(map(organization_rule, rules)), "  ")}"""


def outputs() -> dict[Path, str]:
    """The file this writes."""
    return {RULES: template()}


if __name__ == "__main__":
    raise SystemExit(main(outputs, __doc__))
