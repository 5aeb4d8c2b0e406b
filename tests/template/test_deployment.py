"""Each choice is deployed to the local AWS by AWS SAM, changed into the next one, and deleted."""

import json
from dataclasses import dataclass
from functools import cached_property

import pytest
from config_rules import plural, rules_by_type
from vpcproof.rules.registry import CORE_RULES, all_rules

from lab.account import Account
from lab.process import running_lab
from lab.stack import Sam, change_parameters, outputs_of
from tests.template.conftest import ROOT

pytestmark = pytest.mark.xdist_group("deployment")

PREFIX = "vpcproof-"
# All but the one that is there with probes only.
EVERY_RULE = set(all_rules()) - {"subnet-probe-reaches-ssm"}
EVERY_TYPE = {plural(kind) for kind in rules_by_type()}
OF_CORE = {plural(all_rules()[name].resource_type) for name in CORE_RULES}
LISTED = {"subnet-reaches-ssm", "vpc-endpoint-available"}


@dataclass
class Deployment:
    """The stack in an account, and what it consists of at the moment."""

    account: Account

    def change(self, **parameters):
        """Update the stack; the template and the other parameters stay as they are."""
        change_parameters(self.account, **parameters)

    @cached_property
    def alias(self):
        return outputs_of(self.account)["EvaluateFunctionArn"]

    @property
    def function(self):
        return self.alias.removesuffix(":live")

    @property
    def rules(self):
        """The ids of the Config rules by what their names end with."""
        pages = self.account.client("config").get_paginator("describe_config_rules").paginate()
        found = [rule for page in pages for rule in page["ConfigRules"]]
        assert {rule["Source"]["SourceIdentifier"] for rule in found} <= {self.alias}
        return {rule["ConfigRuleName"].removeprefix(PREFIX): rule["ConfigRuleId"] for rule in found}

    @property
    def event_rules(self):
        """The names of EventBridge's rules."""
        return [each["Name"] for each in self.account.client("events").list_rules()["Rules"]]

    @property
    def version(self):
        functions = self.account.client("lambda")
        return functions.get_alias(FunctionName=self.function, Name="live")["FunctionVersion"]

    @property
    def settings(self):
        """The configuration of the version that the alias leads to."""
        return self.account.client("lambda").get_function_configuration(FunctionName=self.alias)

    @property
    def invokers(self):
        """The accounts whose AWS Config may invoke the function."""
        policy = self.account.client("lambda").get_policy(
            FunctionName=self.function, Qualifier="live"
        )
        return {
            statement["Condition"]["StringEquals"]["AWS:SourceAccount"]
            for statement in json.loads(policy["Policy"])["Statement"]
        }


@pytest.fixture(scope="module")
def member_role():
    return (ROOT / "organization/member-role.yaml").read_text()


@pytest.fixture(scope="module")
def deployment(built, tmp_path_factory):
    """The core set, deployed by `sam deploy`; deleted by `sam delete`, with nothing left."""
    folder = tmp_path_factory.mktemp("deployment")
    with running_lab(folder=folder) as url:
        account, sam = Account(url), Sam(folder)
        account.start_recording()
        sam.deploy(built / "template.yaml", account, {"RuleSet": "core"})
        yield Deployment(account)
        sam.delete(account)
        assert account.config_rules("") == []
        assert account.client("lambda").list_functions()["Functions"] == []
        assert account.client("cloudwatch").list_dashboards()["DashboardEntries"] == []
        assert account.client("cloudwatch").describe_alarms()["MetricAlarms"] == []


def test_every_choice_is_deployed_and_changed_into_the_next(deployment):
    """One test, because each step begins where the one before it ended."""
    core = deployment.rules
    assert set(core) == set(CORE_RULES)
    first = deployment.version

    deployment.change(RuleSet="all")
    assert set(deployment.rules) == EVERY_RULE
    assert deployment.rules.items() >= core.items(), "a rule that stays keeps its history"

    deployment.change(RuleSet="list", RuleList=",".join(LISTED))
    assert set(deployment.rules) == LISTED
    assert deployment.rules.items() <= core.items()

    deployment.change(RuleSet="all", RuleLayout="resource-type")
    by_type = deployment.rules
    assert set(by_type) == EVERY_TYPE
    deployment.change(RuleSet="core")
    assert set(deployment.rules) == OF_CORE
    assert deployment.rules.items() <= by_type.items()
    assert deployment.version == first, "the choice of rules is no change of the function"

    deployment.change(StartUp="snapstart")
    assert deployment.settings["SnapStart"]["ApplyOn"] == "PublishedVersions"
    assert deployment.version != first
    assert set(deployment.rules) == OF_CORE

    deployment.change(StartUp="provisioned", ProvisionedConcurrency="2")
    kept = deployment.account.client("lambda").get_provisioned_concurrency_config(
        FunctionName=deployment.function, Qualifier="live"
    )
    assert kept["RequestedProvisionedConcurrentExecutions"] == 2
    assert deployment.settings["SnapStart"]["ApplyOn"] == "None"

    events = deployment.account.client("events")
    collecting = next(n for n in deployment.event_rules if "NetworkChanged" in n)
    assert events.describe_rule(Name=collecting)["State"] == "ENABLED"
    deployment.change(ReevaluationWindow="0")
    assert events.describe_rule(Name=collecting)["State"] == "DISABLED"

    before = deployment.version
    deployment.change(StartUp="standard", AllowedAccounts="123456789012", LogLevel="DEBUG")
    assert deployment.version != before
    variables = deployment.settings["Environment"]["Variables"]
    assert variables["ALLOWED_ACCOUNTS"] == "123456789012"
    assert variables["POWERTOOLS_LOG_LEVEL"] == "DEBUG"
    assert deployment.invokers == {"111122223333", "123456789012"}
    deployment.change(AllowedAccounts="")
    assert deployment.invokers == {"111122223333"}


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"RuleSet": "list", "RuleList": "vpc-endpoint-availible"}, "names of rules"),
        ({"StartUp": "snapstart", "Runtime": "python3.11"}, "python3.12 or later"),
        (
            {
                "RuleSet": "list",
                "RuleList": "vpc-endpoint-available",
                "RuleLayout": "resource-type",
            },
            "needs RuleLayout `rule`",
        ),
    ],
)
def test_a_choice_that_cannot_be_is_refused_before_anything_changes(deployment, parameters, said):
    with pytest.raises(
        deployment.account.client("cloudformation").exceptions.ClientError, match=said
    ):
        deployment.change(**parameters)


def test_the_member_role_is_deployed_to_another_account(deployment, member_role):
    member = Account(deployment.account.url, "123456789012")
    stacks = member.client("cloudformation")
    functions_role = deployment.settings["Role"]
    stacks.create_stack(
        StackName="vpcproof-member",
        TemplateBody=member_role,
        Parameters=[
            {"ParameterKey": "CentralAccount", "ParameterValue": deployment.account.number},
            {"ParameterKey": "EvaluateRoleArns", "ParameterValue": functions_role},
        ],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    waiter = stacks.get_waiter("stack_create_complete")
    waiter.wait(StackName="vpcproof-member", WaiterConfig={"Delay": 0.2})
    role = member.client("iam").get_role(RoleName="vpcproof-member")["Role"]
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Condition"] == {
        "ArnEquals": {"aws:PrincipalArn": [functions_role]},
        "StringEquals": {"sts:ExternalId": "vpcproof"},
    }
