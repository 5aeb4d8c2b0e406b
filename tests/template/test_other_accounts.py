"""What is deployed for other accounts says the same as template.yaml, within its own limits."""

import json
import re

import pytest
from cfnlint.decode.cfn_yaml import load
from vpcproof.rules.registry import CORE_RULES, PROBE_RULES, all_rules

from tests.template.conftest import ROOT
from tests.template.intrinsics import Evaluator

RULES = {name: rule for name, rule in all_rules().items() if name not in PROBE_RULES}
PACKS = {"vpcproof": set(RULES), "vpcproof-core": set(CORE_RULES)}
TRIGGERS = [
    "ConfigurationItemChangeNotification",
    "OversizedConfigurationItemChangeNotification",
    "ScheduledNotification",
]


@pytest.fixture(scope="module", params=PACKS)
def pack(request):
    return load(str(ROOT / f"conformance-packs/{request.param}.yaml")), PACKS[request.param]


@pytest.fixture(scope="module")
def organization():
    return load(str(ROOT / "organization/rules.yaml"))


@pytest.fixture(scope="module")
def member():
    return load(str(ROOT / "organization/member-role.yaml"))


def test_a_pack_has_its_rules_as_the_template_has_them(pack, of_type):
    """All but the function, which is a parameter, and the prefix, which a pack cannot make up."""
    made, names = pack
    ours = {
        each["InputParameters"]["rule"]: each
        for each in of_type("AWS::Config::ConfigRule").values()
    }
    theirs = {
        each["Properties"]["InputParameters"]["rule"]: each["Properties"]
        for each in made["Resources"].values()
    }
    assert set(theirs) == names
    for name, rule in theirs.items():
        assert rule["ConfigRuleName"] == f"vpcproof-{name}"
        assert rule["Source"]["SourceIdentifier"] == {"Ref": "EvaluateFunctionArn"}
        source = {**ours[name]["Source"], "SourceIdentifier": {"Ref": "EvaluateFunctionArn"}}
        assert rule == {**ours[name], "ConfigRuleName": f"vpcproof-{name}", "Source": source}


def test_a_pack_is_what_packs_may_be(pack):
    """https://docs.aws.amazon.com/config/latest/developerguide/configlimits.html"""
    made, _ = pack
    assert set(made) == {"Parameters", "Resources"}
    assert {each["Type"] for each in made["Resources"].values()} == {"AWS::Config::ConfigRule"}
    assert len(made["Parameters"]) <= 60
    assert len(made["Resources"]) <= 130
    assert set(re.findall(r'"((?:Fn::|Condition)[^"]*)"', json.dumps(made))) == set()


def test_a_pack_can_be_handed_over_as_text(pack):
    for name in PACKS:
        assert (ROOT / f"conformance-packs/{name}.yaml").stat().st_size <= 51_200


def test_a_packs_parameters_are_those_that_its_rules_take(pack, template):
    made, _ = pack
    referred = set(re.findall(r'"Ref": "(\w+)"', json.dumps(made["Resources"])))
    assert set(made["Parameters"]) == referred
    for name in referred - {"EvaluateFunctionArn"}:
        assert made["Parameters"][name]["Default"] == template["Parameters"][name]["Default"]
        assert made["Parameters"][name]["Default"], "a pack takes no empty text"


def test_the_organization_gets_every_rule_or_those_of_the_core_set(organization):
    def deployed(**parameters):
        here = Evaluator(organization, {"EvaluateFunctionArn": "arn", **parameters})
        return {
            here.value(each["Properties"]["OrganizationConfigRuleName"]).removeprefix("vpcproof-")
            for each in organization["Resources"].values()
            if "Condition" not in each or here.holds(each["Condition"])
        }

    assert deployed() == set(RULES)
    assert deployed(RuleSet="core") == set(CORE_RULES)


def test_an_organization_rule_says_what_the_config_rule_says(organization, of_type):
    here = Evaluator(organization, {"EvaluateFunctionArn": "arn:live"})
    metadata = {}
    for each in organization["Resources"].values():
        assert each["Type"] == "AWS::Config::OrganizationConfigRule"
        made = here.value(each["Properties"]["OrganizationCustomRuleMetadata"])
        metadata[json.loads(made["InputParameters"])["rule"]] = made
    for rule in of_type("AWS::Config::ConfigRule").values():
        name = rule["InputParameters"]["rule"]
        if name in RULES:
            made = metadata.pop(name)
            assert made["ResourceTypesScope"] == rule["Scope"]["ComplianceResourceTypes"]
            assert made["Description"] == rule["Description"]
            assert made["LambdaFunctionArn"] == "arn:live"
            assert made["OrganizationConfigRuleTriggerTypes"] == TRIGGERS
            assert made["MaximumExecutionFrequency"] == "One_Hour"
            assert json.loads(made["InputParameters"]) == here.value(rule["InputParameters"])
    assert metadata == {}


def test_organization_rules_have_short_names_and_input_that_stays_json(organization):
    parameters = organization["Parameters"]
    prefix = "x" * parameters["RuleNamePrefix"]["MaxLength"]
    longest = {
        name: "x" * each["MaxLength"]
        for name, each in parameters.items()
        if name[0].islower() and "MaxLength" in each
    }
    here = Evaluator(organization, longest | {"RuleNamePrefix": prefix})
    for each in organization["Resources"].values():
        assert len(here.value(each["Properties"]["OrganizationConfigRuleName"])) <= 64
        made = each["Properties"]["OrganizationCustomRuleMetadata"]
        assert len(here.value(made["InputParameters"])) <= 1024
    for name in longest:
        admits = re.compile(parameters[name]["AllowedPattern"]).fullmatch
        assert admits(parameters[name]["Default"])
        assert not admits('a"b')
        assert not admits("a\\")


def statements(role):
    return {
        statement["Sid"]: statement
        for policy in role["Properties"]["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
    }


def test_the_member_role_may_what_the_function_may_in_its_own_account(member, resources):
    """All but what the function does for itself: it has its log and its queue where it is."""
    ours, theirs = (
        statements(resources["EvaluateRole"]),
        statements(member["Resources"]["MemberRole"]),
    )
    assert set(ours) - set(theirs) == {"WriteLogs", "KeepFailedEvents"}
    assert set(theirs) <= set(ours)
    for sid, statement in theirs.items():
        assert statement["Action"] == ours[sid]["Action"], sid


def test_only_the_functions_role_assumes_the_member_role(member):
    (statement,) = member["Resources"]["MemberRole"]["Properties"]["AssumeRolePolicyDocument"][
        "Statement"
    ]
    functions = "arn:aws:iam::111122223333:role/a,arn:aws:iam::111122223333:role/b"
    here = Evaluator(
        member,
        {
            "CentralAccount": "111122223333",
            "EvaluateRoleArns": functions,
            "OrganizationId": "o-exampleorgid",
        },
    )
    assert here.value(statement["Principal"]) == {"AWS": "arn:aws:iam::111122223333:root"}
    assert here.value(statement["Condition"]) == {
        "ArnEquals": {"aws:PrincipalArn": functions},
        "StringEquals": {"sts:ExternalId": "vpcproof", "aws:PrincipalOrgID": "o-exampleorgid"},
    }


def test_the_member_role_has_the_name_that_the_function_asks_for(member, template):
    ours, theirs = template["Parameters"]["MemberRoleName"], member["Parameters"]["MemberRoleName"]
    assert {**ours, "Description": ""} == {**theirs, "Description": ""}


@pytest.fixture(scope="module")
def member_alerts():
    return load(str(ROOT / "organization/member-alerts.yaml"))


def test_a_member_forwards_what_the_central_account_alerts_of(member_alerts, of_type, template):
    """The three patterns are one: of the own account, of the bus, and of the member."""
    rules = of_type("AWS::Events::Rule")
    own, forwarded = rules["ComplianceChanged"], rules["MemberComplianceChanged"]
    theirs = member_alerts["Resources"]["ComplianceChanged"]["Properties"]
    assert own["EventPattern"] == forwarded["EventPattern"] == theirs["EventPattern"]
    assert own["Targets"] == forwarded["Targets"]
    ours = template["Parameters"]["RuleNamePrefix"]
    prefix = member_alerts["Parameters"]["RuleNamePrefix"]
    assert {**ours, "Description": ""} == {**prefix, "Description": ""}


def test_a_member_forwards_to_the_central_bus_in_the_name_of_a_role_that_may_nothing_else(
    member_alerts, of_type, chosen
):
    central = "111122223333"
    here = Evaluator(member_alerts, {"CentralAccount": central})
    bus = of_type("AWS::Events::EventBus")["MemberEvents"]
    (admitted,) = bus["Policy"]["Statement"]
    (target,) = member_alerts["Resources"]["ComplianceChanged"]["Properties"]["Targets"]
    role = member_alerts["Resources"]["ForwardRole"]["Properties"]
    (statement,) = role["Policies"][0]["PolicyDocument"]["Statement"]

    arn = chosen().value(admitted["Resource"])
    assert here.value(target["Arn"]) == here.value(statement["Resource"]) == arn
    assert arn.endswith(f":{central}:event-bus/{chosen().value(bus['Name'])}")
    assert statement["Action"] == admitted["Action"] == "events:PutEvents"
    assert target["RoleArn"] == {"Fn::GetAtt": ["ForwardRole", "Arn"]}


@pytest.mark.parametrize(
    ("parameters", "principal", "condition"),
    [
        ({"AllowedAccounts": "123456789012"}, {"AWS": ["123456789012"]}, None),
        (
            {"OrganizationId": "o-exampleorgid"},
            "*",
            {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}},
        ),
        (
            {"AllowedAccounts": "123456789012", "OrganizationId": "o-exampleorgid"},
            {"AWS": ["123456789012"]},
            {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}},
        ),
    ],
)
def test_the_bus_takes_events_of_the_accounts_named_and_of_no_others(
    of_type, chosen, parameters, principal, condition
):
    (statement,) = of_type("AWS::Events::EventBus")["MemberEvents"]["Policy"]["Statement"]
    here = chosen(**parameters)
    assert here.value(statement["Principal"]) == principal
    assert here.value(statement["Condition"]) == condition


def test_without_other_accounts_there_is_no_bus(resources, chosen):
    for name in ("MemberEvents", "MemberComplianceChanged"):
        assert not chosen().holds(resources[name]["Condition"])
        assert chosen(AllowedAccounts="123456789012").holds(resources[name]["Condition"])
