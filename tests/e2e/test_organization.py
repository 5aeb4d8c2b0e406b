"""The generated organisation rules and conformance pack, deployed to two accounts by one function.

The organisation is made by calls of AWS Organizations; StackSets, by which its accounts get the
member role in the field, are left to the account's own stack here.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from vpcproof.rules.registry import CORE_RULES

from lab import scenario
from lab.account import Account
from lab.process import control
from lab.stack import change_parameters
from tests.e2e.conftest import Installation
from tests.e2e.test_alert_delivery import subscribed_queue, taken
from tests.template.conftest import ROOT

pytestmark = pytest.mark.xdist_group("shared installation")

RULE = "vpc-ssm-endpoints-complete"
ENDING = "[a-z0-9]{8}"
BY_ORGANIZATION = re.compile(f"OrgConfigRule-vpcproof-({'|'.join(CORE_RULES)})-{ENDING}")
BY_PACK = re.compile(f"vpcproof-({'|'.join(CORE_RULES)})-conformance-pack-{ENDING}")


@dataclass(frozen=True)
class Organization:
    """Two accounts whose rules one function judges; each has a VPC that lacks endpoints."""

    central: Account
    member: Account
    vpcs: dict[str, str]
    alerts: str

    def rules(self, account: Account, kind: re.Pattern[str]) -> dict[str, str]:
        """The Config rules of a kind, by the rules they stand for."""
        found = map(kind.fullmatch, account.config_rules(""))
        return {each[1]: each[0] for each in found if each}

    def verdicts(self, account: Account, kind: re.Pattern[str]) -> dict[str, str]:
        """What a rule of that kind holds of the account's VPCs."""
        name = self.rules(account, kind)[RULE]
        return {
            each["EvaluationResultIdentifier"]["EvaluationResultQualifier"]["ResourceId"]: each[
                "ComplianceType"
            ]
            for each in account.evaluations([name])
        }


def create_stack(account: Account, name: str, template: str, **parameters: str) -> None:
    stacks = account.client("cloudformation")
    stacks.create_stack(
        StackName=name,
        TemplateBody=(ROOT / template).read_text(),
        Parameters=[
            {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
        ],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    stacks.get_waiter("stack_create_complete").wait(
        StackName=name, WaiterConfig={"Delay": 0.2, "MaxAttempts": 100}
    )


def vpc_without_endpoints(account: Account) -> str:
    ec2 = account.client("ec2")
    vpc_id: str = ec2.create_vpc(CidrBlock="10.70.0.0/16")["Vpc"]["VpcId"]
    subnet_id = ec2.create_subnet(VpcId=vpc_id, CidrBlock="10.70.1.0/24")["Subnet"]["SubnetId"]
    ec2.run_instances(
        ImageId="ami-0abcdef1234567890",
        InstanceType="t3.micro",
        MinCount=1,
        MaxCount=1,
        SubnetId=subnet_id,
    )
    scenario.settle(account)
    return vpc_id


@pytest.fixture(scope="module")
def organization(installation: Installation) -> Iterator[Organization]:
    central = installation.account
    accounts = central.client("organizations")
    created = accounts.create_account(Email="member@example.com", AccountName="member")
    member = Account(central.url, created["CreateAccountStatus"]["AccountId"])
    member.start_recording()
    outputs = change_parameters(central, AllowedAccounts=member.number)
    function = outputs["EvaluateFunctionArn"]
    create_stack(
        member,
        "vpcproof-member",
        "organization/member-role.yaml",
        CentralAccount=central.number,
        EvaluateRoleArns=outputs["EvaluateRoleArn"],
    )
    vpcs = {each.number: vpc_without_endpoints(each) for each in (central, member)}
    alerts = subscribed_queue(central, outputs["AlertTopicArn"], "organization")
    create_stack(
        central,
        "vpcproof-organization",
        "organization/rules.yaml",
        EvaluateFunctionArn=function,
        RuleSet="core",
    )
    central.client("config").put_conformance_pack(
        ConformancePackName="vpcproof",
        TemplateBody=(ROOT / "conformance-packs/vpcproof-core.yaml").read_text(),
        ConformancePackInputParameters=[
            {"ParameterName": "EvaluateFunctionArn", "ParameterValue": function}
        ],
    )
    scenario.settle(central)
    yield Organization(central, member, vpcs, alerts)
    central.client("config").delete_conformance_pack(ConformancePackName="vpcproof")
    stacks = central.client("cloudformation")
    stacks.delete_stack(StackName="vpcproof-organization")
    stacks.get_waiter("stack_delete_complete").wait(
        StackName="vpcproof-organization", WaiterConfig={"Delay": 0.2, "MaxAttempts": 100}
    )
    assert not member.config_rules("")
    change_parameters(central, AllowedAccounts="")
    scenario.settle(central)


def test_every_account_has_the_rules_under_names_that_aws_config_made(
    organization: Organization,
) -> None:
    both = (organization.central, organization.member)
    for account in both:
        assert set(organization.rules(account, BY_ORGANIZATION)) == set(CORE_RULES)
    assert set(organization.rules(organization.central, BY_PACK)) == set(CORE_RULES)


def test_each_account_is_judged_by_its_own_facts(organization: Organization) -> None:
    for account in (organization.central, organization.member):
        held = organization.verdicts(account, BY_ORGANIZATION)
        assert held[organization.vpcs[account.number]] == "NON_COMPLIANT"
    theirs = organization.verdicts(organization.member, BY_ORGANIZATION)
    assert organization.vpcs[organization.central.number] not in theirs


def test_a_pack_judges_likewise(organization: Organization) -> None:
    held = organization.verdicts(organization.central, BY_PACK)
    assert held[organization.vpcs[organization.central.number]] == "NON_COMPLIANT"


def test_alerts_of_rules_with_made_up_names_are_sent_under_the_rules_own(
    organization: Organization,
) -> None:
    vpc_id = organization.vpcs[organization.central.number]
    told: list[dict[str, object]] = []
    while more := taken(organization.central, organization.alerts):
        told += more
    about = [each for each in told if (each["resource_id"], each["rule"]) == (vpc_id, RULE)]
    names = {str(each["config_rule"]) for each in about}
    assert {bool(BY_ORGANIZATION.fullmatch(name)) for name in names} == {True, False}
    assert {bool(BY_PACK.fullmatch(name)) for name in names} == {True, False}


def test_facts_of_the_member_are_read_and_its_verdicts_put_by_the_role_it_gave(
    organization: Organization,
) -> None:
    calls = control(organization.member.url, f"calls?account={organization.member.number}")
    asked = [c for c in calls if c["action"] in ("DescribeVpcEndpoints", "PutEvaluations")]
    roles = {json.dumps(c["principal"]).split("/")[1] for c in asked}
    assert roles == {"vpcproof-member"}
