"""The remediate function in each of its modes, with its table, topic and state machine."""

import json
import shlex
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from botocore.exceptions import ClientError
from vpcproof.aws.environment import DeploymentError
from vpcproof.aws.repair.answering import Invocation, Tools, handle
from vpcproof.aws.repair.failures import RepairError, RunFailedError
from vpcproof.aws.repair.lease import LEASE, lock_of
from vpcproof.aws.repair.settings import Mode, Settings
from vpcproof.aws.repair.store import Hold
from vpcproof.aws.repair.table import TableStore
from vpcproof.errors import InvocationError, ParameterError, UnknownRuleError
from vpcproof.model.parameters import Parameters
from vpcproof.remediation.plan import Mandate

import lab.ec2
from tests.aws.events import ACCOUNT, REGION, event
from tests.aws.fake_config import silent
from tests.aws.repair.conftest import SSM, START

FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:vpcproof-remediate"
MACHINE = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:vpcproof-approval"
TABLE = "runs"


class Told:
    """A telemetry that remembers."""

    def __init__(self):
        self.counts, self.steps, self.answers = [], [], []

    def begin(self, **about):
        pass

    def ignored(self, what):
        self.counts.append("EventsIgnored")

    def count(self, metric, number=1):
        self.counts.append(metric)

    def step(self, what):
        self.steps.append(what)

    def repaired(self, answer):
        self.answers.append(answer)


class Function:
    """The function as deployed with a mode, and what it published and started."""

    def __init__(self, account, topic):
        self.account = account
        self.topic = topic
        self.told = Told()
        self.published = []
        self.executions = {}
        account.clients("sns").meta.events.register("before-parameter-build.sns.Publish", self.note)
        self.machine = silent(account.clients("stepfunctions"))
        self.machine.meta.events.register("before-parameter-build.sfn.StartExecution", self.start)

    def __call__(self, request, mode=Mode.AUTO, request_id="r-1", **settings):
        configured = Settings(
            mode=mode,
            runs_table=TABLE,
            topic_arn=self.topic,
            state_machine_arn=MACHINE,
            parameters=Parameters(),
        )
        tools = Tools(
            clients=self.account.clients,
            settings=replace(configured, **settings),
            telemetry=self.told,
            clock=self.account.clock,
            sleep=self.account.clock.sleep,
        )
        invocation = Invocation(
            function_arn=FUNCTION, request_id=request_id, remaining=timedelta(minutes=15)
        )
        return handle(request, invocation, tools)

    def note(self, params, **_):
        self.published.append(params)

    def start(self, params, **_):
        if params["name"] in self.executions:
            error = {"Error": {"Code": "ExecutionAlreadyExists", "Message": "exists"}}
            raise ClientError(error, "StartExecution")
        self.executions[params["name"]] = json.loads(params["input"])

    def commands(self):
        """The commands in the last message, as a shell takes them apart."""
        lines = self.published[-1]["Message"].splitlines()
        return [shlex.split(line) for line in lines if line.startswith("  aws ")]


@pytest.fixture
def function(account):
    account.clients("dynamodb").create_table(
        TableName=TABLE,
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    return Function(account, account.clients("sns").create_topic(Name="alerts")["TopicArn"])


@pytest.fixture
def finding(bare):
    """The finding of AWS Config that the bare VPC has no endpoints."""
    found = event("compliance-change-non-compliant")
    found["detail"] |= {
        "resourceType": "AWS::EC2::VPC",
        "resourceId": bare.vpc_id,
        "configRuleName": f"vpcproof-{SSM}",
    }
    return found


def test_off_applies_nothing_whoever_asks(function, finding, bare):
    for request in (finding, {"action": "apply", "vpcId": bare.vpc_id}):
        assert function(request, mode=Mode.OFF)["outcome"] == "off"
    assert function.account.calls == []


def test_plan_tells_the_plan_with_the_command_that_applies_it(function, finding, bare):
    answer = function(finding, mode=Mode.PLAN)

    assert answer["outcome"] == "planned"
    assert function.account.changes == []
    text = function.published[-1]["Message"]
    assert all(f"additive: {change}" in text for change in answer["changes"])
    assert "USD a month" in text
    assert "Proven on the facts read" in text
    assert len(function.published[-1]["Subject"]) < 100
    (command,) = function.commands()
    request = json.loads(command[command.index("--payload") + 1])
    assert command[:5] == ["aws", "lambda", "invoke", "--function-name", FUNCTION]
    assert request["planId"] == answer["planId"]

    assert function(request, mode=Mode.PLAN)["outcome"] == "applied"
    assert set(function.account.endpoints(bare.vpc_id).values()) == {"ssm", "ssmmessages"}


def test_the_same_plan_is_not_told_twice_within_hours(function, finding):
    for number in range(3):
        function(finding, mode=Mode.PLAN, request_id=f"r-{number}")
    assert len(function.published) == 1

    function.account.clock.sleep(7 * 3600)
    function(finding, mode=Mode.PLAN, request_id="later")
    assert len(function.published) == 2


def test_approve_starts_one_execution_for_all_findings_of_a_day(function, finding, bare):
    answers = [function(finding, mode=Mode.APPROVE, request_id=f"r-{n}") for n in range(2)]

    assert {each["outcome"] for each in answers} == {"asked"}
    assert function.account.changes == []
    plan = answers[0]["planId"]
    assert function.executions == {
        f"{bare.vpc_id}-{plan}-20261123": {"vpcId": bare.vpc_id, "planId": plan, "rule": SSM}
    }


def test_ask_puts_the_plan_with_the_commands_that_approve_and_refuse_it(function, finding, bare):
    function(finding, mode=Mode.APPROVE)
    (asked,) = function.executions.values()

    answer = function({"action": "ask", **asked, "taskToken": "AQ$(x)=="}, mode=Mode.APPROVE)

    assert answer["outcome"] == "asked"
    approve, refuse = function.commands()
    assert approve[:5] == ["aws", "stepfunctions", "send-task-success", "--task-token", "AQ$(x)=="]
    assert refuse[2] == "send-task-failure"
    assert function({"action": "apply", **asked}, mode=Mode.APPROVE)["outcome"] == "applied"


def test_ask_about_a_plan_that_is_none_any_more_ends_the_execution(function, bare):
    request = {"action": "ask", "vpcId": bare.vpc_id, "planId": "0123456789ab", "taskToken": "t"}
    with pytest.raises(InvocationError, match="is not as it was when plan 0123456789ab was made"):
        function(request, mode=Mode.APPROVE)
    assert function.published == []


@pytest.mark.parametrize("reason", ["expired", "refused"])
def test_a_plan_that_nobody_approved_is_told_and_nothing_touched(function, bare, reason):
    request = {"action": "expire", "vpcId": bare.vpc_id, "planId": "0123456789ab", "reason": reason}

    answer = function(request, mode=Mode.APPROVE)

    assert answer["outcome"] == reason
    assert reason in function.published[-1]["Subject"]
    assert "nothing was touched" in function.published[-1]["Message"]
    assert function.account.calls == []


def test_auto_repairs_at_once_records_it_and_tells_how_to_take_it_back(function, finding, bare):
    before = function.account.described()

    answer = function(finding)

    assert answer["outcome"] == "applied"
    item = function.account.clients("dynamodb").get_item(
        TableName=TABLE, Key={"pk": {"S": f"run#{answer['runId']}"}, "sk": {"S": "run"}}
    )["Item"]
    assert item["status"] == {"S": "applied"}
    assert int(item["expires"]["N"]) > START.timestamp() + 365 * 86400
    (command,) = function.commands()
    request = json.loads(command[command.index("--payload") + 1])

    assert function(request)["outcome"] == "undone"
    assert function.account.described() == before
    assert "is undone" in function.published[-1]["Subject"]


def test_a_finding_that_is_none_any_more_changes_and_tells_nothing(function, finding):
    function(finding)
    function.published.clear()
    for mode in Mode:
        assert function(finding, mode=mode)["outcome"] in {"already-compliant", "off"}
    assert function.published == []


def test_a_vpc_under_repair_is_busy_until_the_lease_of_the_run_ends(function, finding, bare):
    table = TableStore(function.account.clients("dynamodb"), TABLE)
    lock = lock_of(ACCOUNT, REGION, bare.vpc_id)
    until = function.account.clock() + LEASE
    assert table.swap(lock, None, Hold(run_id="vpc-x", owner="another", until=until))

    answer = function(finding)
    assert answer["outcome"] == "busy"
    assert "vpc-x" in answer["message"]
    assert function.account.changes == []

    function.account.clock.sleep(LEASE.total_seconds())
    assert function(finding)["outcome"] == "applied"


def test_lambda_s_own_repetition_does_not_wait(function, finding, bare):
    table = TableStore(function.account.clients("dynamodb"), TABLE)
    until = function.account.clock() + LEASE
    table.swap(
        lock_of(ACCOUNT, REGION, bare.vpc_id),
        None,
        Hold(run_id="vpc-x", owner="r-1", until=until),
    )
    assert function(finding, request_id="r-1")["outcome"] == "applied"


def test_a_run_that_fails_is_told_and_raises(function, finding, bare):
    def refuse(params, **_):
        if not params.get("DryRun"):
            lab.ec2.faults.inject(lab.ec2.faults.Fault("CreateVpcEndpoint", "VpcEndpointLimit"))

    function.account.ec2.meta.events.register(
        "before-parameter-build.ec2.CreateVpcEndpoint", refuse
    )
    with pytest.raises(RunFailedError):
        function(finding)
    assert "was not repaired" in function.published[-1]["Subject"]
    assert "was taken back" in function.published[-1]["Message"]


def test_a_resource_leads_to_its_vpc(function, bare):
    silent(function.account.clients("config"))
    request = {"action": "plan", "resourceType": "AWS::EC2::Subnet", "resourceId": bare.subnet_id}
    assert function(request)["vpcId"] == bare.vpc_id

    gone = request | {"resourceId": "subnet-0000000000000000f"}
    with pytest.raises(InvocationError, match="does not exist in account"):
        function(gone)


def test_other_changes_of_compliance_are_ignored(function):
    assert function(event("compliance-change-recovered")) == {}
    assert "EventsIgnored" in function.told.counts


def test_a_run_that_nobody_recorded_cannot_be_undone(function):
    with pytest.raises(RepairError, match="no run vpc-0a1b2c3d4e5f60718-2"):
        function(event("repair-undo"))


WHOLE = {
    "REMEDIATION_MODE": "approve",
    "RUNS_TABLE": TABLE,
    "TOPIC_ARN": "arn:aws:sns:x",
    "APPROVAL_STATE_MACHINE_ARN": MACHINE,
}


@pytest.fixture
def deployed(monkeypatch):
    def deploy(**environment):
        for name, value in (WHOLE | environment).items():
            monkeypatch.setenv(name, value)
        return Settings.of_environment()

    return deploy


def test_by_default_plans_only_add_and_leave_the_dns_alone(deployed):
    settings = deployed(NARROWING_RULES="", MAX_CHANGES="", RULE_PARAMETERS="")
    assert settings.mandate == Mandate()
    assert settings.parameters == Parameters()


def test_settings_widen_and_narrow_what_plans_may_do(deployed):
    settings = deployed(
        NARROWING_RULES="security-group-endpoint-ingress-restricted",
        DESTRUCTIVE_RULES="vpc-endpoints-not-duplicated",
        ALLOW_DNS_CHANGE="true",
        MAX_CHANGES="12",
        MONTHLY_COST_LIMIT="43.80",
        RULE_PARAMETERS='{"services": "ssm,logs", "vpcTag": ""}',
    )
    assert settings.mandate == Mandate(
        allow_dns_change=True,
        narrow=frozenset({"security-group-endpoint-ingress-restricted"}),
        remove_duplicates=True,
        max_changes=12,
        max_monthly_cost=Decimal("43.80"),
    )
    assert "logs" in settings.parameters.services


@pytest.mark.parametrize(
    ("environment", "error", "words"),
    [
        ({"REMEDIATION_MODE": "on"}, DeploymentError, "'on' is none of off, plan, approve, auto"),
        ({"RUNS_TABLE": ""}, DeploymentError, "lacks RUNS_TABLE"),
        ({"APPROVAL_STATE_MACHINE_ARN": ""}, DeploymentError, "lacks APPROVAL_STATE_MACHINE_ARN"),
        ({"NARROWING_RULES": "all"}, UnknownRuleError, "all"),
        ({"DESTRUCTIVE_RULES": SSM}, DeploymentError, "nothing is ever deleted for the sake of"),
        ({"MAX_CHANGES": "many"}, DeploymentError, "MAX_CHANGES='many' must be a number"),
        ({"MAX_CHANGES": "-1"}, DeploymentError, "must be a number, zero or more"),
        ({"MONTHLY_COST_LIMIT": "$5"}, DeploymentError, "MONTHLY_COST_LIMIT='.5' must be a num"),
        ({"MONTHLY_COST_LIMIT": "NaN"}, DeploymentError, "must be a number, zero or more"),
        ({"ALLOW_DNS_CHANGE": "yes"}, DeploymentError, "must be true or false"),
        ({"RULE_PARAMETERS": "services=ssm"}, DeploymentError, "not JSON"),
        ({"RULE_PARAMETERS": "[]"}, DeploymentError, "must be a JSON object"),
        ({"RULE_PARAMETERS": '{"service": "ssm"}'}, ParameterError, "unknown parameter"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(deployed, environment, error, words):
    with pytest.raises(error, match=words):
        deployed(**environment)
