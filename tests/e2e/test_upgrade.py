"""An earlier version of the application, deployed with its own rules, becomes the present one."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cfnlint.decode.cfn_yaml import load

from lab import scenario
from lab.account import Account
from lab.alerts import Alert, Inbox
from lab.stack import Sam, Target
from tests.e2e.conftest import install

pytestmark = pytest.mark.xdist_group("shared installation")

NEW = "vpc-required-endpoints-present"
SETTINGS = {"RuleSet": "core", "ReevaluationWindow": "0"}


def earlier(template: Path) -> Path:
    """The built template as it may have been: a rule less, another layer, another default."""
    before: Any = load(str(template))
    resources = before["Resources"]
    (rule,) = [
        name
        for name, each in resources.items()
        if each["Type"] == "AWS::Config::ConfigRule"
        and each["Properties"]["InputParameters"]["rule"] == NEW
    ]
    for name in (rule, *(each for each in resources if each.endswith(f"{rule}Remediation"))):
        del resources[name]
    resources["CoreLayer"]["Properties"]["Description"] = "An earlier version"
    before["Parameters"]["pendingGraceMinutes"]["Default"] = "30"
    path = template.with_name("earlier.json")
    path.write_text(json.dumps(before, default=str))
    return path


@dataclass(frozen=True)
class State:
    """The rules, each with its identity, what AWS Config holds of them, and the function."""

    rules: dict[str, tuple[str, str]]
    activated: dict[str, Any]
    verdicts: dict[tuple[str, str], str]
    inputs: dict[str, dict[str, str]]
    version: str

    @classmethod
    def of(cls, account: Account, outputs: dict[str, str]) -> "State":
        config = account.client("config")
        rules = config.describe_config_rules()["ConfigRules"]
        statuses = config.describe_config_rule_evaluation_status()["ConfigRulesEvaluationStatus"]
        function = outputs["EvaluateFunctionArn"].removesuffix(":live")
        alias = account.client("lambda").get_alias(FunctionName=function, Name="live")
        names = [each["ConfigRuleName"] for each in rules]
        found = {}
        for each in account.evaluations(names):
            subject = each["EvaluationResultIdentifier"]["EvaluationResultQualifier"]
            found[subject["ConfigRuleName"], subject["ResourceId"]] = each["ComplianceType"]
        return cls(
            rules={r["ConfigRuleName"]: (r["ConfigRuleId"], r["ConfigRuleArn"]) for r in rules},
            activated={s["ConfigRuleName"]: s["FirstActivatedTime"] for s in statuses},
            verdicts=found,
            inputs={r["ConfigRuleName"]: json.loads(r["InputParameters"]) for r in rules},
            version=alias["FunctionVersion"],
        )


@dataclass(frozen=True)
class Upgrade:
    """Before and after, and what was told on the way."""

    before: State
    after: State
    told: list[Alert]


@pytest.fixture(scope="module")
def upgrade(url: str, sam: Sam, template: Path, target: Target) -> Iterator[Upgrade]:
    account, settings = Account(url, "222233334444"), target.deployment | SETTINGS
    outputs = install(account, sam, earlier(template), settings).outputs
    inbox = Inbox.subscribed_to(outputs["AlertTopicArn"], account, "upgrade")
    ec2 = account.client("ec2")
    vpc_id = ec2.create_vpc(CidrBlock="10.60.0.0/16")["Vpc"]["VpcId"]
    subnet_id = ec2.create_subnet(VpcId=vpc_id, CidrBlock="10.60.1.0/24")["Subnet"]["SubnetId"]
    ec2.run_instances(
        ImageId="ami-0abcdef1234567890",
        InstanceType="t3.micro",
        MinCount=1,
        MaxCount=1,
        SubnetId=subnet_id,
    )
    scenario.settle(account)
    assert {alert.kind for alert in inbox.take()} == {"broken"}
    before = State.of(account, outputs)
    outputs = sam.deploy(template, account, settings)
    scenario.settle(account)
    yield Upgrade(before, State.of(account, outputs), inbox.take())
    sam.delete(account)


def test_a_rule_that_stays_keeps_its_name_id_arn_and_age(upgrade: Upgrade) -> None:
    before, after = upgrade.before, upgrade.after
    assert after.rules.keys() - before.rules.keys() == {f"vpcproof-{NEW}"}
    assert before.rules.items() <= after.rules.items()
    assert before.activated.items() <= after.activated.items()


def test_it_keeps_its_verdicts(upgrade: Upgrade) -> None:
    before = upgrade.before.verdicts
    assert "NON_COMPLIANT" in before.values()
    assert before.items() <= upgrade.after.verdicts.items()


def test_only_the_new_rule_tells_of_something(upgrade: Upgrade) -> None:
    assert {alert.rule for alert in upgrade.told} <= {NEW}


def test_the_function_is_a_new_version_and_parameters_keep_their_values(upgrade: Upgrade) -> None:
    before, after = upgrade.before, upgrade.after
    assert after.version != before.version
    for rule, inputs in before.inputs.items():
        assert after.inputs[rule] == inputs, rule
    assert before.inputs["vpcproof-vpc-endpoint-available"]["pendingGraceMinutes"] == "30"
