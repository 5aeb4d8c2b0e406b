"""The main job on the local AWS: `make run`.

The application is built and deployed as its users do it. A VPC with broken endpoints is made, the
deployed functions judge it, it is repaired and judged again. The exit status is 0 only if every
verdict and every alert was the one that had to come.
"""

import os
import shutil
import signal
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from botocore.exceptions import BotoCoreError, ClientError

from lab import broken_vpc, scenario
from lab.account import Account, neutral_environment
from lab.alerts import Alert, Inbox
from lab.broken_vpc import FAULTS, Network
from lab.process import LabFailedError, running_lab
from lab.report import Report
from lab.scenario import Outcome
from lab.stack import CommandFailedError, Sam, Target

_INTERRUPTED = 130
_SHOWN_IN_FULL = "vpc-ssm-endpoints-complete"
_FAILURES = (LabFailedError, BotoCoreError, ClientError, OSError)


def main() -> int:
    """Run everything; 0 if all was as expected, 1 if not, 130 if interrupted."""
    neutral = neutral_environment()
    os.environ.clear()
    os.environ.update(neutral)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    report = Report()
    folder = Path(tempfile.mkdtemp(prefix="vpcproof-run-"))
    try:
        status = _run(report, folder)
    except KeyboardInterrupt:
        report.say("Interrupted. Everything that was started has been ended.")
        status = _INTERRUPTED
    except CommandFailedError as error:
        report.failure(str(error), error.log)
        return 1
    except _FAILURES as error:
        report.failure(str(error), folder / "lab.log")
        return 1
    shutil.rmtree(folder, ignore_errors=True)
    return status


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _run(report: Report, folder: Path) -> int:
    with ExitStack() as ending:
        with report.step("Start the local AWS"):
            account = Account(ending.enter_context(running_lab(folder=folder)))
        run = _Run(report, account, _install(report, Sam(folder), account))
        network = run.break_vpc()
        before = scenario.read_verdicts(account, network)
        run.repair(network)
        after = scenario.read_verdicts(account, network)
        failures = scenario.read_failures(account)
    outcome = Outcome(before, after, run.alerts, failures)
    differences = list(scenario.differences(outcome, network))
    report.verdicts(outcome, network)
    report.summary(differences)
    return 1 if differences else 0


def _install(report: Report, sam: Sam, account: Account) -> Inbox:
    """Install the application into the account, and subscribe to its alerts."""
    target = Target.of_lab()
    with report.step(f"Build the application for {target.runtime}: sam build"):
        template = sam.build(target)
    with report.step("Turn on AWS Config, and deploy the application: sam deploy"):
        account.start_recording()
        outputs = sam.deploy(template, account, target.parameters)
    with report.step("Subscribe a queue; every rule judges what the account came with"):
        inbox = Inbox.subscribed_to(outputs["AlertTopicArn"], account, "alerts")
        scenario.settle(account)
    return inbox


@dataclass
class _Run:
    """The part of the run that is about the VPC."""

    report: Report
    account: Account
    inbox: Inbox
    alerts: list[Alert] = field(default_factory=list)

    def break_vpc(self) -> Network:
        """Make the VPC, and have it judged until nothing new comes of it."""
        report, account = self.report, self.account
        with report.step(f"Create a VPC with {len(FAULTS)} faults; the changes are judged"):
            network = broken_vpc.create(account.client("ec2"))
            scenario.settle(account)
        report.lines(f"{number}. {fault.what}" for number, fault in enumerate(FAULTS, start=1))
        self._tell(network)
        with report.step("Launch an instance in each subnet; the changes are judged"):
            broken_vpc.launch_instances(network)
            scenario.settle(account)
        self._tell(network)
        with report.step("Have everything judged again, now that there are instances"):
            scenario.judge_on_demand(account)
        self._tell(network)
        for alert in self.alerts:
            if alert.rule == _SHOWN_IN_FULL:
                report.message(alert)
        return network

    def repair(self, network: Network) -> None:
        """Repair one fault after the other, and wait for the schedule to judge once more."""
        for number, fault in enumerate(FAULTS, start=1):
            with self.report.step(f"Repair {number}: {fault.fix}"):
                fault.repair(network)
                scenario.settle(self.account)
            self._tell(network)
        with self.report.step("An hour later the schedule has everything judged again"):
            scenario.judge_on_schedule(self.account)
        self._tell(network)

    def _tell(self, network: Network) -> None:
        alerts = self.inbox.take()
        self.alerts += alerts
        self.report.alerts(alerts, network)


if __name__ == "__main__":
    sys.exit(main())
