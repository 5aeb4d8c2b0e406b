"""A run at work: its changes made one by one, its endpoints waited for, or all of it taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from ...errors import VpcProofError
from ...model.security_group import SecurityGroup
from ...model.snapshot import Snapshot
from ...model.vpc_endpoint import VpcEndpoint
from ...remediation.change import Call, Change, Expectation
from ...remediation.prove import Baseline, shortcomings
from ...remediation.questions import holds
from .ec2_calls import RUN_TAG, Ec2Calls, RefusedByAwsError, UnansweredError, resolved, token_of
from .failures import LostLeaseError, RunFailedError
from .lease import Lease
from .record import Record, Status
from .world import World

_PAUSE = 10
# What AWS may still refuse right after something was deleted, and for how long to ask again.
# https://docs.aws.amazon.com/vpc/latest/privatelink/troubleshoot-interface-endpoint.html
_PASSING = ("conflicting DNS domain", "DependencyViolation")
_ASKED = 12
_JUDGED = 3
_SHOWN = 5
_AVAILABLE, _GONE = "available", "gone"
_HOPELESS = {"failed", "rejected", "expired", "pendingacceptance", "deleting", "deleted"}


class _CannotGoOnError(Exception):
    """The facts are no longer those of the plan, or time is up."""


_FAILURES = (
    _CannotGoOnError,
    RefusedByAwsError,
    UnansweredError,
    VpcProofError,
    KeyboardInterrupt,
)


class Run:
    """One run under its lease; everything it does is in its record before and after it is done."""

    def __init__(self, record: Record, lease: Lease, world: World) -> None:
        self.record = record
        self._lease = lease
        self._world = world
        self._ec2 = Ec2Calls(world.clients("ec2"), world.clock, world.sleep)
        self._waiting: dict[str, str] = {}
        self._operation = ""
        # Undoing may take as long as what it undoes, so a third of the time is kept for it.
        self._until = world.clock() + (world.deadline - world.clock()) * 2 / 3

    def permit(self) -> None:
        """Ask for every permission first; raises RepairError, when nothing has been touched."""
        changes = self.record.plan.changes
        unmade = frozenset(each.creates for each in changes if each.creates)
        for change in changes:
            self._ec2.permit(change.call, {}, unmade)

    def permit_undo(self) -> None:
        """The same for taking the run back."""
        for _, _, change in self.record.standing:
            for call in change.undo:
                self._ec2.permit(call, self.record.created)

    def make(self, baseline: Baseline) -> None:
        """Make all changes and judge again; raises RunFailedError when all was taken back."""
        self._save()
        self._unless_it_fails(lambda: self._make_all(baseline))

    def finish(self, baseline: Baseline) -> None:
        """Wait for a run that had made all its changes, and judge."""
        for _, _, change in self.record.standing:
            self._expect_outcome(change.call, self.record.created.get(change.creates or ""))
        self._unless_it_fails(lambda: self._end(baseline))

    def undo(self) -> None:
        """Take back what was done, the last change first; raises RunFailedError with what is left.

        It stops at the first change that cannot be taken back: what was made before that one may
        be what keeps clients connected.
        """
        self._until = self._world.deadline
        self._waiting, self._operation = {}, ""
        self.record = replace(self.record, status=Status.UNDOING)
        self._save_if_possible()
        try:
            for number, step, change in tuple(self.record.standing):
                if step.made_at or self._was_made(number, change):
                    self._world.tell(f"taking back: {self._words(change)}")
                    for call in change.undo:
                        self._take_back(number, call)
                self.record = self.record.undone(number, self._world.clock())
                self._save_if_possible()
            self._settle()
        except LostLeaseError:
            raise
        except _FAILURES as problem:
            left = tuple(
                self._words(change) for _, step, change in self.record.standing if step.made_at
            )
            listing = "; ".join(left) or "an endpoint that is still being deleted"
            self._close(Status.NEEDS_ATTENTION, message=_told(problem), left=left)
            raise RunFailedError(
                f"run {self.record.run_id} could not be taken back: {_told(problem)}. Left in "
                f"{self.record.plan.vpc_id}: {listing}. "
                "When the cause is mended, undo the run again"
            ) from problem
        self._close(Status.UNDONE)

    # Making

    def _unless_it_fails(self, work: Callable[[], None]) -> None:
        try:
            work()
        except LostLeaseError:
            raise
        except _FAILURES as problem:
            why = _told(problem)
            self._world.tell(f"failed: {why}")
            self.undo()
            self.record = replace(self.record, message=why)
            self._save_if_possible()
            raise RunFailedError(
                f"{self.record.plan.vpc_id} was not repaired: {why}. Everything that run "
                f"{self.record.run_id} had done was taken back"
            ) from problem

    def _make_all(self, baseline: Baseline) -> None:
        changes = self.record.plan.changes
        for number, change in enumerate(changes):
            self._settle_before(change.call)
            self._refuse_other_facts(change)
            self._world.tell(f"{number + 1} of {len(changes)}: {self._words(change)}")
            self.record = self.record.begin(self._world.clock())
            self._save()
            try:
                created = self._call(change.call, number)
            except RefusedByAwsError:
                self.record = self.record.refused()
                raise
            self.record = self.record.made(number, self._world.clock(), created)
            self._save()
            self._expect_outcome(change.call, created)
        self._end(baseline)

    def _end(self, baseline: Baseline) -> None:
        self._settle()
        self._judge(baseline)

    def _refuse_other_facts(self, change: Change) -> None:
        facts = self._world.look(self.record.plan.vpc_id)
        broken = [each for each in self._expected(change) if not holds(facts, each)]
        if broken:
            raise _CannotGoOnError(
                f"before it was to {self._words(change)}, something else had changed: no longer "
                f"so: {'; '.join(map(str, broken))}"
            )

    def _expected(self, change: Change) -> list[Expectation]:
        """What a change rests on, with the ids that AWS gave."""
        created = self.record.created
        return [
            replace(
                each,
                of=tuple(resolved(each.of, created)),
                answer=resolved(each.answer, created),
            )
            for each in change.expects
        ]

    def _judge(self, baseline: Baseline) -> None:
        """Judge again; more than once, as EC2 may answer with what was so a moment ago.

        https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html
        """
        plan = self.record.plan
        wanted = [(each.rule, each.resource_id) for each in plan.repairs]
        for attempt in range(_JUDGED):
            if attempt:
                self._pause()
            self._lease.renew()
            after = self._world.read(plan.vpc_id)
            found = shortcomings(baseline, after, wanted)
            if not found:
                self._close(Status.APPLIED, after=self._verdicts(after))
                return
        raise _CannotGoOnError(
            f"judged again, {'; '.join(found[:_SHOWN])}"
            + (f"; and {len(found) - _SHOWN} more" if len(found) > _SHOWN else "")
        )

    def _verdicts(self, after: Snapshot) -> dict[str, str]:
        return {
            f"{each.rule} {each.resource_id}": "COMPLIANT"
            if each.resource_id in after.resources(each.resource_type)
            else "GONE"
            for each in self.record.plan.repairs
        }

    # Taking back

    def _was_made(self, number: int, change: Change) -> bool:
        """Whether AWS made a change that it never answered: what it creates bears the run's id.

        Any other change has been made when what it rested on is no longer so.
        """
        self._pause()
        facts = self._world.look(self.record.plan.vpc_id)
        if change.creates is None:
            return not all(holds(facts, each) for each in self._expected(change))
        known = set(self.record.created.values())
        resources: list[VpcEndpoint | SecurityGroup] = [
            *facts.vpc_endpoints.values(),
            *facts.security_groups.values(),
        ]
        for resource in resources:
            if resource.tags.get(RUN_TAG) == self.record.run_id and resource.id not in known:
                moment = self._world.clock()
                self.record = self.record.made(number, moment, resource.id)
                return True
        return False

    def _take_back(self, number: int, call: Call) -> None:
        """Make a call that undoes; nothing to do where somebody has done so already."""
        self._settle_before(call)
        outstanding = self._outstanding(call)
        if outstanding is None:
            return
        try:
            created = self._call(outstanding, "undo", number)
        except RefusedByAwsError as refusal:
            if call.creates is None and refusal.code.endswith((".NotFound", ".Duplicate")):
                return
            raise
        self.record = self.record.recreated(call, created)
        self._expect_outcome(outstanding, created)

    def _outstanding(self, call: Call) -> Call | None:
        """What is left to be done of a change of an endpoint; other calls can be made twice."""
        if call.operation != "ModifyVpcEndpoint":
            return call
        arguments = resolved(call.arguments, self.record.created)
        endpoint = self._world.look(self.record.plan.vpc_id).vpc_endpoints.get(
            arguments["VpcEndpointId"]
        )
        if endpoint is None:
            return None
        held = {
            "SecurityGroupIds": endpoint.group_ids,
            "SubnetIds": endpoint.subnet_ids,
            "RouteTableIds": endpoint.route_table_ids,
        }
        left = {}
        for name, value in arguments.items():
            if name == "PrivateDnsEnabled":
                if value != endpoint.private_dns_enabled:
                    left[name] = value
            elif name.startswith("Remove"):
                left[name] = [each for each in value if each in held[name.removeprefix("Remove")]]
            elif name.startswith("Add"):
                left[name] = [each for each in value if each not in held[name.removeprefix("Add")]]
        left = {name: value for name, value in left.items() if value != []}
        if not left:
            return None
        return Call(operation=call.operation, arguments={"VpcEndpointId": endpoint.id, **left})

    # Both

    def _call(self, call: Call, *about: object) -> str | None:
        """Make a call, again for a while where AWS's refusal may pass."""
        token = token_of(self.record.run_id, *about)
        for _ in range(_ASKED - 1):
            try:
                return self._ec2.make(
                    call, self.record.created, token=token, run_id=self.record.run_id
                )
            except RefusedByAwsError as refusal:
                if not any(each in str(refusal) for each in _PASSING):
                    raise
                self._world.tell(f"asking again: {refusal}")
                self._pause()
        return self._ec2.make(call, self.record.created, token=token, run_id=self.record.run_id)

    def _expect_outcome(self, call: Call, created: str | None) -> None:
        """AWS goes on working on endpoints after it has answered."""
        self._operation = call.operation
        arguments = resolved(call.arguments, self.record.created)
        match call.operation:
            case "CreateVpcEndpoint":
                self._waiting[created or ""] = _AVAILABLE
            case "ModifyVpcEndpoint":
                self._waiting[arguments["VpcEndpointId"]] = _AVAILABLE
            case "DeleteVpcEndpoints":
                self._waiting |= dict.fromkeys(arguments["VpcEndpointIds"], _GONE)

    def _settle_before(self, call: Call) -> None:
        """Endpoints that are created, or deleted, in a row are waited for together."""
        together = call.operation in {"CreateVpcEndpoint", "DeleteVpcEndpoints"}
        if not (together and call.operation == self._operation):
            self._settle()

    def _settle(self) -> None:
        """Wait until every endpoint is what it was asked to be."""
        while self._waiting:
            states = self._ec2.endpoint_states(list(self._waiting))
            for endpoint_id, wanted in tuple(self._waiting.items()):
                state, problem = states.get(endpoint_id, ("", ""))
                if wanted == state or (wanted == _GONE and state in {"", "deleted"}):
                    del self._waiting[endpoint_id]
                elif wanted == _AVAILABLE and state in _HOPELESS:
                    raise _CannotGoOnError(
                        f"{endpoint_id} is {state} and not available{problem and f': {problem}'}"
                    )
            if self._waiting:
                self._pause()

    def _pause(self) -> None:
        """Wait a moment, and say that the run lives."""
        if self._world.clock() + timedelta(seconds=_PAUSE) > self._until:
            waiting = [f"{each} to be {state}" for each, state in self._waiting.items()]
            listing = ", ".join(waiting) or "AWS"
            raise _CannotGoOnError(f"time is up, having waited for {listing}")
        self._lease.renew()
        self._world.sleep(_PAUSE)

    def _words(self, change: Change) -> str:
        """A change in words, with the ids that AWS gave; what was created comes first."""
        words = change.summary
        for name, resource_id in self.record.created.items():
            words = words.replace(name, resource_id)
        made = self.record.created.get(change.creates or "")
        return f"{made}: {words}" if made else words

    def _save(self) -> None:
        self._lease.renew()
        self._world.store.save(self.record)

    def _save_if_possible(self) -> None:
        """Taking back goes on where it cannot be written down."""
        try:
            self._save()
        except LostLeaseError:
            raise
        except VpcProofError as problem:
            self._world.tell(f"not recorded: {problem}")

    def _close(
        self,
        status: Status,
        *,
        message: str = "",
        after: dict[str, str] | None = None,
        left: tuple[str, ...] = (),
    ) -> None:
        moment: datetime = self._world.clock()
        self.record = self.record.ended(status, moment, message=message, after=after, left=left)
        self._save_if_possible()


def _told(problem: BaseException) -> str:
    return "it was interrupted" if isinstance(problem, KeyboardInterrupt) else str(problem)
