"""Write organization/probe.yaml: probes without the rest of vpcproof, for a stack or a StackSet."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import indent

import probe_functions
from generated import ROOT, main

PROBE = ROOT / "organization/probe.yaml"
_PARAMETERS = ("ProbeSubnetIds", "ProbeSecurityGroupIds", "ProbeByIpv6", "Runtime", "Architecture")


def template(whole: str) -> str:
    """The template, with the parameters, the role and the rule of template.yaml as they are."""
    parameters = "".join(_block(whole, "Parameters", name) for name in _PARAMETERS)
    parameters = parameters.replace(
        "The layer has to be built for it.", "The code has to be built for it."
    )
    boundary = _block(whole, "Parameters", "PermissionsBoundary")
    retention = _block(whole, "Parameters", "LogRetentionDays")
    return f"""\
# Written by `make docs` from template.yaml. docs/accounts.md says how to deploy it.
AWSTemplateFormatVersion: "2010-09-09"
Description: >-
  vpcproof's probes alone: a function in each subnet named, which resolves the names of services
  there and opens TLS. `vpcproof verify` finds them by their tag. For any account and Region.

Parameters:
  CodeBucket:
    Type: String
    Description: The bucket, in this Region, that holds the code of the probes.
    AllowedPattern: "[a-z0-9][a-z0-9.-]{{1,61}}[a-z0-9]"
  CodeKey:
    Type: String
    Description: The key of the code in the bucket; docs/accounts.md says how it is made.
    MinLength: 1
  ReservedConcurrency:
    Type: Number
    Description: >-
      0 reserves nothing, which an account whose concurrency quota is still at its minimum needs;
      any other number lets each probe run twice at once.
    Default: 2
    MinValue: 0
    MaxValue: 1000
{parameters}{boundary}{retention}
Rules:
{_block(whole, "Rules", "Probes")}
Conditions:
{_line(whole, "HasProbe")}\
{_line(whole, "ProbesByIpv6")}\
{_line(whole, "HasPermissionsBoundary")}\
{_line(whole, "HasReservedConcurrency")}\
{indent(probe_functions.conditions(), "  ")}
Resources:
{indent(probe_functions.plain_functions(), "  ")}
{_block(whole, "Resources", "ProbeRole")}
  ProbeLogs:
    Type: AWS::Logs::LogGroup
    Condition: HasProbe
    Metadata:
      checkov:
        skip:
          - id: CKV_AWS_158
            comment: Encrypted by CloudWatch itself; what probes log is no secret
    DeletionPolicy: Delete
    UpdateReplacePolicy: Delete
    Properties:
      LogGroupName: !Sub /aws/lambda/${{AWS::StackName}}-probe
      RetentionInDays: !Ref LogRetentionDays
      Tags:
        - Key: Application
          Value: vpcproof
"""


def outputs(whole: str) -> dict[Path, str]:
    """The file this writes."""
    return {PROBE: template(whole)}


def _block(whole: str, section: str, name: str) -> str:
    """One entry of a section as it stands in the template, without the generator's marks."""
    body = re.search(rf"^{section}:\n(.*?)(?=^\S)", whole, re.DOTALL | re.MULTILINE)
    text = body[1] if body else ""
    found = re.search(rf"^  {name}:\n(?:^    .*\n|^\n(?=    ))+", text, re.MULTILINE)
    if found is None:
        raise SystemExit(f"template.yaml has no {name} under {section}")
    return re.sub(r"^ *# (end of )?generated.*\n", "", found[0], flags=re.MULTILINE)


def _line(whole: str, name: str) -> str:
    """One condition that stands on a line of its own."""
    found = re.search(rf"^  {name}: .*\n", whole, re.MULTILINE)
    if found is None:
        raise SystemExit(f"template.yaml has no condition {name}")
    return found[0]


if __name__ == "__main__":
    text = (ROOT / "template.yaml").read_text(encoding="utf-8")
    raise SystemExit(main(lambda: outputs(text), __doc__))
