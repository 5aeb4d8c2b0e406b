"""Each function may do what it needs, and nothing else may make it do it."""

import re

import pytest
from vpcproof.model.facts import Fact
from vpcproof.rules.registry import all_rules

ROLES = ("EvaluateRole", "ReevaluateRole", "NotifyRole")


@pytest.fixture(scope="module")
def statements(of_type):
    """The statements of a role by their Sid."""

    def of(role):
        properties = of_type("AWS::IAM::Role")[role]
        assert "ManagedPolicyArns" not in properties
        return {
            statement["Sid"]: statement
            for policy in properties["Policies"]
            for statement in policy["PolicyDocument"]["Statement"]
        }

    return of


def permitted(statement):
    actions = statement["Action"]
    return [actions] if isinstance(actions, str) else actions


def test_the_facts_permitted_are_the_facts_of_the_rules_both_ways(statements):
    not_facts = {"ReportEvaluations", "RetireEvaluations", "WriteLogs", "KeepFailedEvents"}
    facts = [
        action
        for sid, statement in statements("EvaluateRole").items()
        if sid not in not_facts
        for action in permitted(statement)
    ]
    declared = {each for rule in all_rules().values() for each in rule.actions}
    assert sorted(facts) == sorted(declared - set(Fact.PROBE_RESULTS.actions))


def test_probes_are_found_and_asked_only_where_there_are_any(of_type, chosen):
    policy = of_type("AWS::IAM::Policy")["EvaluateProbes"]
    by_action = {each["Action"]: each for each in policy["PolicyDocument"]["Statement"]}
    assert by_action.keys() == set(Fact.PROBE_RESULTS.actions)
    here = chosen(ProbeSubnetIds="subnet-0a,subnet-0b", ProbeSecurityGroupIds="sg-0a")
    asked = [here.value(each) for each in by_action["lambda:InvokeFunction"]["Resource"]]
    assert [each for each in asked if each] == [
        here.value({"Fn::GetAtt": [f"ProbeFunction{n}", "Arn"]}) for n in (1, 2)
    ]


def test_facts_are_read_never_changed():
    actions = {each for rule in all_rules().values() for each in rule.actions}
    for action in actions - {"lambda:InvokeFunction"}:  # a probe is asked, and changes nothing
        verb = action.partition(":")[2]
        assert verb.startswith(("Describe", "Get", "List", "Search")), action


def test_of_all_documents_only_session_managers_preferences_are_read(statements):
    statement = next(
        each for each in statements("EvaluateRole").values() if each["Action"] == "ssm:GetDocument"
    )
    assert statement["Resource"]["Fn::Sub"].endswith(":document/SSM-SessionManagerRunShell")


def test_nothing_is_permitted_on_everything_that_could_be_narrowed(statements):
    wide = {
        sid
        for role in ROLES
        for sid, statement in statements(role).items()
        if statement["Resource"] == "*"
    }
    assert wide == {"ReadFacts", "ReportEvaluations", "FindRules"}


@pytest.mark.parametrize("role", ROLES)
def test_no_statement_permits_actions_by_wildcard(statements, role):
    for statement in statements(role).values():
        for action in permitted(statement):
            assert "*" not in action or action == "kms:GenerateDataKey*", action


@pytest.mark.parametrize(
    ("name", "sid", "queue"),
    [
        ("Evaluate", "KeepFailedEvents", "EvaluateDeadLetters"),
        ("Reevaluate", "TakeChanges", "ReevaluateQueue"),
        ("Notify", "TakeChanges", "NotifyQueue"),
        ("Remediate", "KeepFailedEvents", "RemediateDeadLetters"),
    ],
)
def test_a_function_has_its_own_log_group_and_queue_alone(statements, of_type, name, sid, queue):
    role, log_group = f"{name}Role", f"{name}Logs"
    properties = of_type("AWS::Serverless::Function")[f"{name}Function"]
    assert properties["Role"] == {"Fn::GetAtt": [role, "Arn"]}
    assert properties["LoggingConfig"]["LogGroup"] == {"Ref": log_group}
    assert statements(role)["WriteLogs"]["Resource"] == {"Fn::GetAtt": [log_group, "Arn"]}
    assert statements(role)[sid]["Resource"] == {"Fn::GetAtt": [queue, "Arn"]}


def test_aws_config_invokes_from_this_account_only(of_type):
    permission = of_type("AWS::Lambda::Permission")["ConfigInvokesEvaluate"]
    assert permission["Principal"] == "config.amazonaws.com"
    assert permission["SourceAccount"] == {"Ref": "AWS::AccountId"}
    assert "SourceArn" not in permission, "the rule does not exist yet when it is tried"


def test_aws_config_of_each_allowed_account_invokes_and_of_no_other(resources, chosen):
    accounts = [f"{number:012}" for number in range(1, 9)]
    for count in range(len(accounts) + 1):
        here = chosen(AllowedAccounts=",".join(accounts[:count]))
        admitted = [
            here.value(each["Properties"]["SourceAccount"])
            for name, each in resources.items()
            if name.startswith("ConfigOfMember") and here.holds(each["Condition"])
        ]
        assert admitted == accounts[:count]


def test_accounts_are_named_as_aws_names_them(template):
    parameter = template["Parameters"]["AllowedAccounts"]
    admits = re.compile(parameter["AllowedPattern"]).fullmatch
    account = "111122223333"
    assert all(map(admits, ["", account, ",".join([account] * 8)]))
    assert not any(map(admits, ["1111-2222-3333", f"{account},", ",".join([account] * 9), "all"]))
    assert parameter["MaxLength"] == len(",".join([account] * 8))


@pytest.mark.parametrize(
    ("parameters", "accounts", "organization"),
    [
        ({"AllowedAccounts": "111122223333,123456789012"}, ["111122223333", "123456789012"], None),
        ({"OrganizationId": "o-exampleorgid"}, None, "o-exampleorgid"),
        (
            {"AllowedAccounts": "111122223333", "OrganizationId": "o-exampleorgid"},
            ["111122223333"],
            "o-exampleorgid",
        ),
    ],
)
def test_one_role_is_assumed_in_the_accounts_named_and_nowhere_else(
    of_type, chosen, parameters, accounts, organization
):
    (statement,) = of_type("AWS::IAM::Policy")["EvaluateMembers"]["PolicyDocument"]["Statement"]
    here = chosen(**parameters, MemberRoleName="reader")
    assert here.holds("HasMembers")
    assert statement["Action"] == "sts:AssumeRole"
    assert here.value(statement["Resource"]) == "arn:aws:iam::*:role/reader"
    (operator,) = statement["Condition"]
    assert operator == "StringEquals"
    assert here.value(statement["Condition"][operator]) == {
        "aws:ResourceAccount": accounts,
        "aws:ResourceOrgID": organization,
    }


def test_unless_told_otherwise_no_role_is_assumed(resources, chosen):
    assert not chosen().holds(resources["EvaluateMembers"]["Condition"])


def test_event_bridge_sends_changes_from_one_rule_only(of_type):
    for name in ("ReevaluateQueuePolicy", "ReevaluateDeadLettersPolicy"):
        policy = of_type("AWS::SQS::QueuePolicy")[name]["PolicyDocument"]["Statement"]
        (allowed,) = (each for each in policy if each["Effect"] == "Allow")
        assert allowed["Principal"] == {"Service": "events.amazonaws.com"}
        assert allowed["Action"] == "sqs:SendMessage"
        assert allowed["Condition"] == {
            "ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": ["NetworkChanged", "Arn"]}}
        }


def test_the_reevaluate_role_starts_rules_and_takes_changes_and_reads_no_verdict(statements):
    mine = statements("ReevaluateRole")
    assert set(mine) == {"FindRules", "StartEvaluations", "TakeChanges", "WriteLogs"}
    assert mine["StartEvaluations"]["Action"] == "config:StartConfigRulesEvaluation"
    assert mine["StartEvaluations"]["Resource"]["Fn::Sub"].endswith(":config-rule/*")
    assert mine["TakeChanges"]["Resource"] == {"Fn::GetAtt": ["ReevaluateQueue", "Arn"]}


def test_only_the_notify_role_and_alarms_use_the_topics_key(statements, of_type):
    """EventBridge does not publish to the topic, so the key admits it nowhere."""
    key = of_type("AWS::KMS::Key")["Key"]["KeyPolicy"]["Statement"]
    services = [each["Principal"].get("Service") for each in key]
    assert services[0] is None
    assert services[2] == "cloudwatch.amazonaws.com"
    assert len(services) == len(key) == 3
    assert all("Condition" in each for each in key if "Service" in each["Principal"])
    assert statements("NotifyRole")["EncryptAlerts"]["Resource"] == {"Fn::GetAtt": ["Key", "Arn"]}
    assert "EncryptAlerts" not in statements("EvaluateRole")


def test_the_topics_owner_keeps_its_rights(of_type):
    """A topic policy replaces the default statement of the owner."""
    policy = of_type("AWS::SNS::TopicPolicy")["AlertTopicPolicy"]["PolicyDocument"]["Statement"]
    owner = next(each for each in policy if each["Sid"] == "OwnerManages")
    assert {"sns:Publish", "sns:Subscribe", "sns:SetTopicAttributes"} <= set(owner["Action"])
    assert "Condition" not in owner
