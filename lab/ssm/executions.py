"""Executions of a runbook, step by step."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lab.config.shapes import Json
from lab.config.timestamps import Clock
from lab.ssm.actions import ACTIONS, StepFailedError, branch
from lab.ssm.callers import Caller, CallFailedError, Identity
from lab.ssm.runbooks import Runbook, Step
from lab.ssm.values import UnresolvedError, fill, select

_NOT_REACHED = "No output available yet because the step is not successfully executed"


@dataclass
class StepExecution:
    """A step, and what became of it."""

    step: Step
    status: str = "Pending"
    started: datetime | None = None
    ended: datetime | None = None
    failure: str | None = None
    outputs: dict[str, Json] = field(default_factory=dict)

    def described(self) -> dict[str, Any]:
        """The step as GetAutomationExecution answers."""
        optional = {
            "ExecutionStartTime": self.started,
            "ExecutionEndTime": self.ended,
            "FailureMessage": self.failure,
        }
        return {
            "StepName": self.step.name,
            "Action": self.step.action,
            "StepStatus": self.status,
            "OnFailure": self.step.on_failure,
            "Outputs": {name: [str(value)] for name, value in self.outputs.items()},
            **{name: value for name, value in optional.items() if value is not None},
        }


@dataclass
class Execution:
    """One run of a document."""

    execution_id: str
    document: str
    version: str
    runbook: Runbook
    parameters: Mapping[str, Json]
    identity: Identity
    started: datetime
    status: str = "Pending"
    ended: datetime | None = None
    failure: str | None = None
    steps: dict[str, StepExecution] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.steps = {step.name: StepExecution(step) for step in self.runbook.steps}

    def run(self, caller: Caller, clock: Clock) -> None:
        """Go from step to step until there is none, or one fails."""
        self.status = "InProgress"
        step: Step | None = self.runbook.steps[0]
        while step:
            step = self._take(self.steps[step.name], caller, clock)
        self.status = "Failed" if self.failure else "Success"
        self.ended = clock()

    def described(self) -> dict[str, Any]:
        """The execution as GetAutomationExecution answers."""
        optional = {"ExecutionEndTime": self.ended, "FailureMessage": self.failure}
        return {
            "AutomationExecutionId": self.execution_id,
            "DocumentName": self.document,
            "DocumentVersion": self.version,
            "AutomationExecutionStatus": self.status,
            "ExecutionStartTime": self.started,
            "Parameters": {
                name: value if isinstance(value, list) else [str(value)]
                for name, value in self.parameters.items()
            },
            "StepExecutions": [each.described() for each in self.steps.values()],
            "Outputs": {
                name: [str(self._known().get(name, _NOT_REACHED))] for name in self.runbook.outputs
            },
            **{name: value for name, value in optional.items() if value is not None},
        }

    def _take(self, taken: StepExecution, caller: Caller, clock: Clock) -> Step | None:
        """Take one step; answers the one that it leads to."""
        step = taken.step
        taken.status, taken.started = "InProgress", clock()
        try:
            leads_to = self._do(taken, caller)
            taken.status = "Success"
        except (CallFailedError, StepFailedError, UnresolvedError) as error:
            taken.status, taken.failure = "Failed", f"Step fails: {error}"
            leads_to = self._after_failure(taken)
        taken.ended = clock()
        return self.runbook.step(leads_to) if leads_to else self._following(step, taken)

    def _do(self, taken: StepExecution, caller: Caller) -> str | None:
        step, inputs = taken.step, fill(taken.step.inputs, self._known())
        if step.action == "aws:branch":
            return branch(inputs)
        answer = ACTIONS[step.action](inputs, caller, self.identity)
        taken.outputs = answer | {
            output.name: select(answer, output.selector) for output in step.outputs
        }
        return None

    def _after_failure(self, taken: StepExecution) -> str | None:
        if taken.step.on_failure == "Abort":
            self.failure = f"{taken.step.name}: {taken.failure}"
        return taken.step.step_on_failure

    def _following(self, step: Step, taken: StepExecution) -> Step | None:
        aborted = taken.status == "Failed" and step.on_failure == "Abort"
        return None if aborted else self.runbook.after(step)

    def _known(self) -> dict[str, Json]:
        place = self.identity.place
        return {
            **self.parameters,
            "automation:EXECUTION_ID": self.execution_id,
            "global:ACCOUNT_ID": place.account,
            "global:REGION": place.region,
            **{
                f"{name}.{output}": value
                for name, each in self.steps.items()
                for output, value in each.outputs.items()
            },
        }
