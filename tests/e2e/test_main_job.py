"""The main job as `make run` does it, and the life of the stack around it."""

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from rich.console import Console

from lab import scenario
from lab.account import Account
from lab.alerts import Inbox
from lab.broken_vpc import VERDICTS
from lab.process import ROOT, control
from lab.report import Report
from lab.scenario import RULE_PREFIX, Outcome, Verdict, Verdicts
from lab.stack import STACK_NAME, Sam, Target
from lab.trial import Trial
from tests.e2e.conftest import Installation, install

pytestmark = pytest.mark.xdist_group("main job")


@pytest.fixture(scope="module")
def own(url: str, sam: Sam, template: Path, target: Target) -> Installation:
    """An account for the main job alone, whose every finding counts."""
    return install(Account(url, "111122223333"), sam, template, target.deployment)


@pytest.fixture(scope="module")
def screen() -> io.StringIO:
    return io.StringIO()


@pytest.fixture(scope="module")
def outcome(own: Installation, screen: io.StringIO) -> Outcome:
    """The trial of the run; what tests need of it is remembered, whatever they do afterwards."""
    report = Report(Console(file=screen, width=80, highlight=False))
    inbox = Inbox.subscribed_to(own.outputs["AlertTopicArn"], own.account, "alerts")
    outcome = Trial(report, own.account, inbox).run()
    report.verdicts(outcome)
    return outcome


@pytest.fixture(scope="module")
def closed(own: Installation, outcome: Outcome) -> dict[str, Verdicts]:
    """Verdicts after port 443 is taken from a group: at once, refused, and in the end.

    The evaluations that AWS Config refuses to start are all those of the first window.
    """
    account, network, read = own.account, outcome.network, scenario.read_verdicts
    group = account.client("ec2").describe_security_groups(
        GroupIds=[network.ids["ssm-endpoint-sg"]]
    )["SecurityGroups"][0]
    account.client("ec2").revoke_security_group_ingress(
        GroupId=group["GroupId"], IpPermissions=group["IpPermissions"]
    )
    scenario.settle(account)
    verdicts = {"at once": read(account, network)}
    start, code = "StartConfigRulesEvaluation", "LimitExceededException"
    control(account.url, "faults", "POST", service="config", action=start, code=code, times=1000)
    control(account.url, "calls", "DELETE")
    scenario.judge_dependents(account)
    verdicts["refused"] = read(account, network)
    control(account.url, "faults", "DELETE")
    control(account.url, "clock/advance", "POST", seconds=300)
    scenario.settle(account)
    return verdicts | {"in the end": read(account, network)}


@pytest.fixture(scope="module")
def updated(own: Installation, outcome: Outcome, sam: Sam, template: Path, target: Target) -> dict:
    """The parameters of the rules after the stack has got other ones, and then the verdicts."""
    more = {"services": "ssm,kms", "ScheduleFrequency": "Six_Hours"}
    sam.deploy(template, own.account, target.deployment | more)
    scenario.settle(own.account)
    rules = own.account.client("config").describe_config_rules()["ConfigRules"]
    return {
        "rules": {rule["ConfigRuleName"].removeprefix(RULE_PREFIX): rule for rule in rules},
        "verdicts": scenario.read_verdicts(own.account, outcome.network),
    }


@pytest.fixture(scope="module")
def deleted(own: Installation, updated: dict, sam: Sam) -> Account:
    sam.delete(own.account)
    return own.account


def test_every_verdict_and_every_alert_of_the_run_is_the_expected_one(outcome: Outcome) -> None:
    assert list(scenario.differences(outcome)) == []


def test_the_run_sees_findings_turn_on_every_kind_of_resource(outcome: Outcome) -> None:
    turned = {
        outcome.network.ids[resource].partition("-")[0]
        for (_, resource), verdict in outcome.before.items()
        if resource in VERDICTS and verdict.compliance == "NON_COMPLIANT"
    }
    assert turned == {"vpc", "subnet", "vpce", "sg", "rtb"}


def test_what_the_run_shows_fits_80_columns_and_has_no_colour(
    outcome: Outcome, screen: io.StringIO
) -> None:
    shown = screen.getvalue()
    assert "\x1b" not in shown
    table = shown[shown.index("\nRule ") :].splitlines()
    assert max(map(len, table)) <= 80
    assert "  subnet-reaches-ssm                           NON_COMPLIANT  COMPLIANT    " in table


def test_a_message_says_why_and_what_to_do_and_can_be_filtered(outcome: Outcome) -> None:
    (alert,) = [
        alert
        for alert in outcome.alerts
        if (alert.rule, alert.kind) == ("vpc-ssm-endpoints-complete", "broken")
    ]
    vpc_id = outcome.network.ids["payments"]
    assert alert.why == "ssmmessages missing"
    assert alert.subject.startswith(f"[HIGH] NON_COMPLIANT: {vpc_id} vpc-ssm-endpoints-complete")
    assert f"vpcproof check --rule vpc-ssm-endpoints-complete --vpc {vpc_id}" in alert.commands[0]
    assert alert.attributes == {
        "kind": "failure",
        "rule": "vpc-ssm-endpoints-complete",
        "severity": "high",
        "compliance": "NON_COMPLIANT",
        "account": "111122223333",
        "region": "ap-northeast-2",
    }


def test_port_443_taken_from_a_group_turns_the_endpoint_and_the_subnets_behind_it(
    closed: dict[str, Verdicts],
) -> None:
    behind = [
        ("vpc-endpoint-admits-workloads", "ssm-endpoint"),
        ("subnet-reaches-ssm", "app-a"),
        ("subnet-reaches-ssm", "app-b"),
    ]
    turned = {
        moment: [verdicts[each].compliance for each in behind]
        for moment, verdicts in closed.items()
    }
    assert turned == {
        "at once": ["COMPLIANT"] * 3,
        "refused": ["COMPLIANT"] * 3,
        "in the end": ["NON_COMPLIANT"] * 3,
    }


def test_the_group_itself_turns_at_once(closed: dict[str, Verdicts]) -> None:
    itself = "security-group-admits-endpoint-clients", "ssm-endpoint-sg"
    assert {verdicts[itself].compliance for verdicts in closed.values()} == {"NON_COMPLIANT"}


def test_each_dependent_is_judged_again_once_and_evaluations_lead_to_no_others(
    own: Installation, closed: dict[str, Verdicts]
) -> None:
    """Calls that AWS Config takes: one for each rule in the window after the refusal."""
    assert closed
    account = own.account
    asked = f"calls?account={account.number}&service=config&action=StartConfigRulesEvaluation"
    taken = [call for call in control(account.url, asked) if not call["error"]]
    assert len(taken) == 1
    control(account.url, "clock/advance", "POST", seconds=600)
    scenario.settle(account)
    assert [call for call in control(account.url, asked) if not call["error"]] == taken


def test_an_update_of_the_stack_reaches_the_rules_and_their_verdicts(updated: dict) -> None:
    rule = updated["rules"]["vpc-required-endpoints-present"]
    assert json.loads(rule["InputParameters"])["services"] == "ssm,kms"
    frequencies = {
        detail.get("MaximumExecutionFrequency")
        for rule in updated["rules"].values()
        for detail in rule["Source"]["SourceDetails"]
        if detail["MessageType"] == "ScheduledNotification"
    }
    assert frequencies == {"Six_Hours"}
    assert updated["verdicts"]["vpc-required-endpoints-present", "payments"] == Verdict(
        "NON_COMPLIANT", "no endpoint for kms"
    )


def test_a_deleted_stack_leaves_nothing(deleted: Account) -> None:
    with pytest.raises(ClientError, match="does not exist"):
        deleted.client("cloudformation").describe_stacks(StackName=STACK_NAME)
    queues = deleted.client("sqs").list_queues()["QueueUrls"]
    left = {
        "rules": deleted.config_rules(""),
        "functions": deleted.client("lambda").list_functions()["Functions"],
        "layers": deleted.client("lambda").list_layers()["Layers"],
        "roles": deleted.client("iam").list_roles()["Roles"],
        "topics": deleted.client("sns").list_topics()["Topics"],
        "queues": [queue for queue in queues if not queue.endswith("/alerts")],
        "event rules": deleted.client("events").list_rules()["Rules"],
        "logs": deleted.client("logs").describe_log_groups()["logGroups"],
    }
    assert {kind: found for kind, found in left.items() if found} == {}


def processes_below(folder: Path) -> list[str]:
    """The processes that were told to keep what they store in this folder, or below it."""
    mark, found = f"TMPDIR={folder}".encode(), []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mark in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found


@pytest.fixture
def started_run(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "lab.run"],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        yield process
        process.kill()


def test_an_interrupted_run_leaves_nothing_behind(
    started_run: subprocess.Popen[str], tmp_path: Path
) -> None:
    assert started_run.stdout
    assert started_run.stdout.readline().startswith("Start the local AWS")
    assert list(tmp_path.glob("vpcproof-run-*/lab.log"))
    assert any("lab.server" in command for command in processes_below(tmp_path))
    os.killpg(started_run.pid, signal.SIGINT)
    assert started_run.wait(15) == 130
    assert started_run.stdout.read().endswith("Everything that was started has been ended.\n")
    assert list(tmp_path.iterdir()) == []
    assert processes_below(tmp_path) == []
