"""The last chapter of the run: what was repaired breaks again, and the application repairs it.

It asks before it does, does what was approved and no more, and takes it back.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lab import broken_vpc, scenario
from lab.account import Account
from lab.alerts import Inbox, RepairMessage
from lab.broken_vpc import Compliance, Network
from lab.report import Report
from lab.scenario import NO_VERDICT, Key, Verdicts
from lab.stack import change_parameters

MOMENTS = ("broken again", "repaired", "undone")
VERDICTS: Mapping[Key, Sequence[Compliance]] = {
    ("security-group-admits-endpoint-clients", "ssm-endpoint-sg"): (
        "NON_COMPLIANT",
        "COMPLIANT",
        "NON_COMPLIANT",
    ),
}
"""What has to be found at each of the moments."""
TOLD = ("asked", "applied", "undone")
"""The messages that have to come, in this order."""

_SWITCHES = {"RemediationMode": "approve", "RemediateExisting": "all"}


@dataclass
class Relapse:
    """The chapter in an account; the report is told each step."""

    report: Report
    account: Account
    inbox: Inbox
    network: Network
    seen: list[Verdicts] = field(default_factory=list)

    def run(self) -> list[str]:
        """Go through the chapter; answers what was not as it had to be."""
        report, account = self.report, self.account
        with report.step("Turn repair on: RemediationMode=approve RemediateExisting=all"):
            outputs = change_parameters(account, **_SWITCHES)
            scenario.settle(account)
        function = outputs["RemediateFunctionArn"]
        with report.step("Break it again: app-b is no longer admitted to the ssm endpoint"):
            broken_vpc.shut_out_second_subnet(self.network)
            self._look()
        self._tell("asked")
        with report.step("Approve: aws stepfunctions send-task-success"):
            self._approve()
            self._look()
        self._tell("applied")
        with report.step("Take it back: aws lambda invoke, action undo"):
            self._undo(function)
            self._look()
        self._tell("undone")
        return list(differences(self.seen, [each.event for each in self.inbox.repairs]))

    def _look(self) -> None:
        scenario.settle(self.account)
        self.inbox.take()
        self.seen.append(scenario.read_verdicts(self.account, self.network))

    def _approve(self) -> None:
        if message := self._last("asked"):
            words = message.command("send-task-success")
            token = words[words.index("--task-token") + 1]
            machines = self.account.client("stepfunctions")
            machines.send_task_success(taskToken=token, output="{}")

    def _undo(self, function: str) -> None:
        if message := self._last("applied"):
            words = message.command('"undo"')
            request: Any = words[words.index("--payload") + 1]
            functions = self.account.client("lambda")
            answer = functions.invoke(FunctionName=function, Payload=request)
            json.load(answer["Payload"])

    def _last(self, event: str) -> RepairMessage | None:
        return next((each for each in reversed(self.inbox.repairs) if each.event == event), None)

    def _tell(self, event: str) -> None:
        if message := self._last(event):
            self.report.lines(line for line in message.text.splitlines() if line)


def differences(seen: Sequence[Verdicts], told: Sequence[str]) -> Iterator[str]:
    """What is not as it had to be, each as a sentence."""
    for (rule, resource), expected in VERDICTS.items():
        for moment, wanted, verdicts in zip(MOMENTS, expected, seen, strict=True):
            got = verdicts.get((rule, resource), NO_VERDICT).compliance
            if got != wanted:
                yield (
                    f"{moment}, {rule} on {resource} had to be {wanted}, and is "
                    f"{got or 'no verdict'}"
                )
    if tuple(told) != TOLD:
        yield f"of repairs was told {', '.join(told) or 'nothing'}, not {', '.join(TOLD)}"
