"""The Automation document that AWS Config repairs by, and its attachment to the Config rules.

The document looks before it leaps: the function plans on facts read now, makes that plan and no
other, and plans again, when nothing may be left. AWS Config may start it for a resource that
complies by now: then it ends well, and has touched nothing.
https://docs.aws.amazon.com/config/latest/APIReference/API_PutRemediationConfigurations.html
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from config_rules import logical_id, plural, rules_by_type
from vpcproof.model.resource_type import ResourceType
from vpcproof.remediation.unrepaired import repairable_rules
from vpcproof.rules.registry import all_rules

SCRIPT = Path(__file__).with_name("answer_script.py")
# Ids of the resources that rules with a repair judge: the document takes no other.
_ID_PREFIXES = {
    ResourceType.ROUTE_TABLE: "rtb",
    ResourceType.SECURITY_GROUP: "sg",
    ResourceType.SUBNET: "subnet",
    ResourceType.VPC: "vpc",
    ResourceType.VPC_ENDPOINT: "vpce",
}
_LONGEST_STEP = 300  # seconds that an invocation may take, by Automation's own limit


def repairable_types() -> list[ResourceType]:
    """The types that rules with a repair judge."""
    repairable = set(repairable_rules())
    return [
        kind
        for kind, rules in rules_by_type().items()
        if any(rule.name in repairable for rule in rules)
    ]


def _subjects() -> list[str]:
    return [*repairable_rules(), *(kind.value for kind in repairable_types())]


def content() -> dict[str, Any]:
    """The document, as Systems Manager takes it."""
    prefixes = "|".join(_ID_PREFIXES[kind] for kind in repairable_types())
    return {
        "schemaVersion": "0.3",
        "description": (
            "Repairs what a rule of vpcproof found on a resource, by a plan that was proven on "
            "facts read at the start, and makes sure that nothing is left to repair."
        ),
        "assumeRole": "{{ AutomationAssumeRole }}",
        "parameters": {
            "ResourceId": _parameter(
                "The resource that does not comply.", f"^({prefixes})-[0-9a-f]{{8,32}}$"
            ),
            "ResourceType": _parameter(
                "Its type.", f"^({'|'.join(kind.value for kind in repairable_types())})$"
            ),
            "Rule": _parameter(
                "The rule of vpcproof that it does not comply with, or its type for all of them.",
                f"^({'|'.join(_subjects())})$",
            ),
            "FunctionArn": _parameter(
                "The remediate function.",
                "^arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:function:[A-Za-z0-9_-]+$",
            ),
            "AutomationAssumeRole": _parameter(
                "The role that may invoke the function, and nothing else.",
                "^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$",
            ),
        },
        "mainSteps": _steps(),
        "outputs": ["ReadRepair.RunId", "ReadRepair.Outcome"],
    }


def _parameter(description: str, pattern: str) -> dict[str, str]:
    return {"type": "String", "description": description, "allowedPattern": pattern}


def _steps() -> list[dict[str, Any]]:
    choice = {
        "Variable": "{{ ReadPlan.Outcome }}",
        "StringEquals": "planned",
        "NextStep": "Repair",
    }
    return [
        _invoke("Plan", "plan"),
        _read("ReadPlan", "Plan", ["planned", "already-compliant"], {"PlanId": "planId"}),
        {
            "name": "SomethingToRepair",
            "action": "aws:branch",
            "inputs": {"Choices": [choice], "Default": "PlanAgain"},
        },
        _invoke("Repair", "apply", planId="{{ ReadPlan.PlanId }}"),
        _read("ReadRepair", "Repair", ["applied", "already-compliant"], {"RunId": "runId"}),
        _invoke("PlanAgain", "plan"),
        {**_read("NothingIsLeft", "PlanAgain", ["already-compliant"], {}), "isEnd": True},
    ]


def _invoke(name: str, action: str, **more: str) -> dict[str, Any]:
    subject = {
        "resourceType": "{{ ResourceType }}",
        "resourceId": "{{ ResourceId }}",
        "rule": "{{ Rule }}",
    }
    return {
        "name": name,
        "action": "aws:invokeLambdaFunction",
        "timeoutSeconds": _LONGEST_STEP,
        "inputs": {
            "FunctionName": "{{ FunctionArn }}",
            "InputPayload": {"action": action, **subject, **more},
        },
    }


def _read(name: str, step: str, allowed: list[str], outputs: dict[str, str]) -> dict[str, Any]:
    given = {"Outcome": "outcome", **outputs}
    return {
        "name": name,
        "action": "aws:executeScript",
        "inputs": {
            "Runtime": "python3.11",
            "Handler": "read",
            "InputPayload": {"answer": f"{{{{ {step}.Payload }}}}", "allowed": allowed},
            "Script": SCRIPT.read_text(encoding="utf-8"),
        },
        "outputs": [
            {"Name": output, "Selector": f"$.Payload.{member}", "Type": "String"}
            for output, member in given.items()
        ],
    }


def document() -> str:
    """The resource that the document is, its content as one line of JSON."""
    return f"""\
RemediationDocument:
  Type: AWS::SSM::Document
  Condition: RemediatesByConfig
  Properties:
    DocumentType: Automation
    DocumentFormat: JSON
    UpdateMethod: NewVersion
    Content: {json.dumps(content())}
    Tags:
      - Key: Application
        Value: vpcproof
"""


def _attached() -> list[tuple[str, ResourceType, str]]:
    """Config rules of both layouts that something repairs: name, type judged, subject."""
    rules = [(name, all_rules()[name].resource_type, name) for name in repairable_rules()]
    return rules + [(plural(kind), kind, kind.value) for kind in repairable_types()]


def conditions() -> str:
    """Whether a Config rule is there that has a remediation."""
    return "".join(
        f"Repairs{logical_id(name)}: !And [!Condition Runs{logical_id(name)}, "
        "!Condition RemediatesByConfig]\n"
        for name, _, _ in _attached()
    )


def configurations() -> str:
    """What AWS Config starts for the resources that do not comply with each rule."""
    return "\n".join(_configuration(*each) for each in _attached())


def _configuration(name: str, kind: ResourceType, subject: str) -> str:
    return f"""\
Repair{logical_id(name)}:
  Type: AWS::Config::RemediationConfiguration
  Condition: Repairs{logical_id(name)}
  Properties:
    ConfigRuleName: !Ref {logical_id(name)}
    ResourceType: {kind}
    TargetType: SSM_DOCUMENT
    TargetId: !Ref RemediationDocument
    Automatic: !If [RemediatesAutomatically, true, false]
    MaximumAutomaticAttempts: !Ref RemediationAttempts
    RetryAttemptSeconds: !Ref RemediationAttemptSeconds
    Parameters:
      ResourceId:
        ResourceValue:
          Value: RESOURCE_ID
      ResourceType:
        StaticValue:
          Values: [{kind}]
      Rule:
        StaticValue:
          Values: ["{subject}"]
      FunctionArn:
        StaticValue:
          Values: [!GetAtt RemediateFunction.Arn]
      AutomationAssumeRole:
        StaticValue:
          Values: [!GetAtt RemediationDocumentRole.Arn]
"""
