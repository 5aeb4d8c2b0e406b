"""The remediate function: one request answered, by the mode that it is deployed in."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from ...errors import InvocationError, VpcProofError
from ...model.resource_type import ResourceType
from ...remediation.document import plan_id
from ..clients import Clients
from ..config_event import ChangedResource
from ..failures import code_of, failing_as
from ..location import find_vpc
from ..place import Place
from ..telemetry import Telemetry
from .failures import BusyError
from .lease import Lease
from .messages import (
    Message,
    answer_commands,
    apply_command,
    plan_lines,
    publish,
    undo_command,
)
from .order import Order
from .repairing import Outcome, Result, apply, propose, undo
from .request import Action, Request, Target, parse_request
from .settings import Mode, Settings
from .table import TableStore
from .world import World

Answer = dict[str, Any]

# What is left when a run must have ended, so that its end can still be told.
_RESERVE = timedelta(seconds=10)
# How long the same plan is not told again: one cause breaks many rules and resources.
_TOLD_FOR = timedelta(hours=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """What Lambda tells of this invocation; a repetition of it has the same request id."""

    function_arn: str
    request_id: str
    remaining: timedelta

    @property
    def here(self) -> Place:
        """The account and the Region of the function."""
        return Place.of_arn(self.function_arn)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What answering needs of the outside world, made once per container."""

    clients: Clients
    settings: Settings
    telemetry: Telemetry
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]


def handle(event: Mapping[str, Any], invocation: Invocation, tools: Tools) -> Answer:
    """Answer one event; a run that failed raises, after taking back what it did."""
    tools.telemetry.count("EventsReceived")
    request = parse_request(event, invocation.here)
    if request is None:
        tools.telemetry.ignored("a change of compliance that asks for no repair")
        return {}
    answering = _Answering(request, invocation, tools)
    answer = answering.answer()
    tools.telemetry.repaired(answer)
    return answer


class _Answering:
    """One request, and all that its answer needs."""

    def __init__(self, request: Request, invocation: Invocation, tools: Tools) -> None:
        self._request = request
        self._invocation = invocation
        self._tools = tools
        self._settings = tools.settings
        self._place = invocation.here
        table = TableStore(tools.clients("dynamodb"), tools.settings.runs_table)
        self._world = World(
            clients=tools.clients,
            store=table,
            clock=tools.clock,
            sleep=tools.sleep,
            deadline=tools.clock() + invocation.remaining - _RESERVE,
            account=self._place.account,
            tell=tools.telemetry.step,
        )

    def answer(self) -> Answer:
        action, mode = self._request.action, self._settings.mode
        if action is Action.UNDO:
            return self._undo(self._request.run_id or "")
        if mode is Mode.OFF and action is not Action.PLAN:
            return {"outcome": "off", "changes": [], "message": "REMEDIATION_MODE is off"}
        vpc_id = self._vpc_id(self._request.target)
        match action:
            case Action.EXPIRE:
                return self._expire(vpc_id)
            case Action.PLAN:
                return self._answer(propose(self._order(vpc_id), self._world))
            case Action.ASK:
                return self._ask(vpc_id)
            case Action.REPAIR if mode is not Mode.AUTO:
                return self._offer(vpc_id)
            case _:
                return self._apply(vpc_id)

    def _vpc_id(self, target: Target | None) -> str:
        if target is None:
            raise InvocationError("the event names no resource")
        if target.resource_type is ResourceType.VPC:
            return target.resource_id
        changed = ChangedResource(type=target.resource_type, id=target.resource_id)
        vpc_id = find_vpc(changed, self._tools.clients)
        if vpc_id is None:
            raise InvocationError(f"{target.resource_id} does not exist in {self._place}")
        return vpc_id

    def _order(self, vpc_id: str) -> Order:
        self._tools.telemetry.begin(vpc_id=vpc_id, rule=self._request.rule or "all")
        return Order(
            vpc_id=vpc_id,
            rules=self._request.rules,
            parameters=self._settings.parameters,
            mandate=self._settings.mandate,
            plan_id=self._request.plan_id,
        )

    def _offer(self, vpc_id: str) -> Answer:
        """A plan for a finding: told with the command that applies it, or put to be approved."""
        result = propose(self._order(vpc_id), self._world)
        if result.outcome is not Outcome.PLANNED:
            return self._answer(result)
        if self._settings.mode is Mode.APPROVE:
            return self._answer(result, outcome=self._start_approval(result))
        if self._is_news(result):
            command = apply_command(
                result.plan, self._request.rule, self._invocation.function_arn, self._place.region
            )
            lines = (*plan_lines(result.plan), "", "Apply this plan, and no other:", f"  {command}")
            self._tell("planned", f"vpcproof: a repair of {vpc_id} is planned", lines, vpc_id)
        return self._answer(result)

    def _start_approval(self, result: Result) -> str:
        """One execution for a plan and day, however many findings ask for it."""
        wanted = {
            "vpcId": result.plan.vpc_id,
            "planId": plan_id(result.plan),
            "rule": self._request.rule or "",
        }
        name = f"{wanted['vpcId']}-{wanted['planId']}-{self._world.clock():%Y%m%d}"
        with failing_as(f"the approval of {name} could not be started"):
            try:
                self._tools.clients("stepfunctions").start_execution(
                    stateMachineArn=self._settings.state_machine_arn,
                    name=name,
                    input=json.dumps(wanted),
                )
            except ClientError as error:
                if code_of(error) != "ExecutionAlreadyExists":
                    raise
        return "asked"

    def _ask(self, vpc_id: str) -> Answer:
        """Put a plan to whoever is to approve it; one that is not the plan any more is no question.

        Raising ends the execution that waits for an answer.
        """
        result = propose(self._order(vpc_id), self._world)
        if result.outcome is not Outcome.PLANNED:
            raise InvocationError(result.message)
        commands = answer_commands(self._request.task_token or "", self._place.region)
        lines = [*plan_lines(result.plan)]
        for what, command in commands.items():
            lines += ["", f"{what}:", f"  {command}"]
        self._tell("asked", f"vpcproof: approve a repair of {vpc_id}?", lines, vpc_id)
        return self._answer(result, outcome="asked")

    def _expire(self, vpc_id: str) -> Answer:
        outcome = "refused" if self._request.refused else "expired"
        reason = "was refused" if self._request.refused else "expired before it was approved"
        message = f"plan {self._request.plan_id} for {vpc_id} {reason}: nothing was touched"
        headline = f"vpcproof: no repair of {vpc_id}: the plan {reason}"
        self._tell(outcome, headline, [message], vpc_id)
        return {
            "outcome": outcome,
            "vpcId": vpc_id,
            "planId": self._request.plan_id,
            "changes": [],
            "message": message,
        }

    def _apply(self, vpc_id: str) -> Answer:
        try:
            result = apply(self._order(vpc_id), self._world, self._invocation.request_id)
        except BusyError as busy:
            return {"outcome": "busy", "vpcId": vpc_id, "changes": [], "message": str(busy)}
        except VpcProofError as problem:
            headline = f"vpcproof: {vpc_id} was not repaired"
            self._tell("failed", headline, [str(problem)], vpc_id)
            raise
        if result.record:
            command = undo_command(
                result.record.run_id, self._invocation.function_arn, self._place.region
            )
            lines = (*plan_lines(result.plan), "", "Take it back:", f"  {command}")
            self._tell("applied", f"vpcproof: {vpc_id} is repaired", lines, vpc_id)
        return self._answer(result)

    def _undo(self, run_id: str) -> Answer:
        result = undo(run_id, self._world, self._invocation.request_id)
        vpc_id = result.plan.vpc_id
        self._tell("undone", f"vpcproof: a repair of {vpc_id} is undone", [result.message], vpc_id)
        return self._answer(result)

    def _is_news(self, result: Result) -> bool:
        """Whether nobody was told of this plan within the last hours."""
        name = f"told#{self._place.account}#{self._place.region}#{plan_id(result.plan)}"
        try:
            Lease(
                self._world.store,
                name,
                run_id=plan_id(result.plan),
                owner=self._invocation.request_id,
                clock=self._world.clock,
                length=_TOLD_FOR,
            )
        except BusyError:
            return False
        return True

    def _tell(self, event: str, headline: str, lines: Any, vpc_id: str) -> None:  # noqa: ANN401 - texts
        message = Message(
            event=event, headline=headline, lines=tuple(lines), vpc_id=vpc_id, place=self._place
        )
        with failing_as("the message could not be published"):
            publish(message, self._tools.clients("sns"), self._settings.topic_arn)

    @staticmethod
    def _answer(result: Result, *, outcome: str | None = None) -> Answer:
        answer: Answer = {"outcome": outcome or result.outcome.value, "vpcId": result.plan.vpc_id}
        if result.plan.changes:
            answer["planId"] = plan_id(result.plan)
        if result.record:
            answer["runId"] = result.record.run_id
        answer["changes"] = [each.summary for each in result.plan.changes]
        answer["message"] = result.message
        return answer
