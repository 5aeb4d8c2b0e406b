"""The main job on the local AWS: `make run`.

The application is built and deployed as its users do it. A VPC with broken endpoints is made, the
deployed functions judge it, it is repaired by hand and judged again; then it breaks again, and the
application repairs it, once that is approved, and takes the repair back. The exit status is 0 only
if every verdict and every message was the one that had to come.
"""

import os
import shutil
import signal
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

from botocore.exceptions import BotoCoreError, ClientError

from lab import scenario
from lab.account import Account, neutral_environment
from lab.alerts import Inbox
from lab.process import LabFailedError, running_lab
from lab.relapse import Relapse
from lab.report import Report
from lab.stack import CommandFailedError, Sam, Target
from lab.trial import Trial

_INTERRUPTED = 130
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
        inbox = _install(report, Sam(folder), account)
        outcome = Trial(report, account, inbox).run()
        relapse = Relapse(report, account, inbox, outcome.network).run()
        with report.step("End the local AWS"):
            ending.close()
    differences = [*scenario.differences(outcome), *relapse]
    report.verdicts(outcome)
    report.summary(differences)
    return 1 if differences else 0


def _install(report: Report, sam: Sam, account: Account) -> Inbox:
    """Install the application into the account, and subscribe to its alerts."""
    target = Target.of_lab()
    with report.step(f"Build the application for {target.runtime}: sam build"):
        template = sam.build(target)
    with report.step("Turn on AWS Config, and deploy the application: sam deploy"):
        account.start_recording()
        outputs = sam.deploy(template, account, target.deployment)
    with report.step("Subscribe a queue; every rule judges what the account came with"):
        inbox = Inbox.subscribed_to(outputs["AlertTopicArn"], account, "alerts")
        scenario.settle(account)
    return inbox


if __name__ == "__main__":
    sys.exit(main())
