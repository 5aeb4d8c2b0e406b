"""A VPC repaired: read again, judged again, planned and proven again, then applied; and undone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256

from ...model.snapshot import Snapshot
from ...remediation.document import plan_id
from ...remediation.plan import Plan
from ...remediation.planner import plan_vpc
from ...remediation.prove import Baseline
from ...remediation.simulate import unmet
from .failures import RepairError
from .lease import Lease, lock_of
from .order import Order
from .record import Record, Status, told
from .run import Run
from .world import World

_SHOWN = 3


class Outcome(StrEnum):
    """What came of asking for a repair."""

    PLANNED = "planned"
    APPLIED = "applied"
    ALREADY_COMPLIANT = "already-compliant"
    NO_SAFE_REPAIR = "no-safe-repair"
    PLAN_CHANGED = "plan-changed"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The outcome in a sentence, with the plan and the record of the run that made it."""

    outcome: Outcome
    message: str
    plan: Plan
    record: Record | None = None


def propose(order: Order, world: World) -> Result:
    """Plan on facts read now; nothing is touched."""
    return _proposal(order, world.read(order.vpc_id))


def apply(order: Order, world: World, owner: str) -> Result:
    """Repair a VPC, unless it is compliant by now or the plan is no longer the one asked for.

    Raises RepairError when nothing was touched, and RunFailedError when it was taken back, or what
    is left. What a run before left unfinished is taken back first, or finished.
    """
    with _lease(order.vpc_id, world, owner) as (lease, run_id):
        if lease.predecessor:
            _recover(lease.predecessor, lease, order, world)
        snapshot = world.read(order.vpc_id)
        proposal = _proposal(order, snapshot)
        if proposal.outcome is not Outcome.PLANNED:
            return proposal
        record = Record(run_id=run_id, plan=proposal.plan, begun_at=told(world.clock()))
        run = Run(record, lease, world)
        run.permit()
        if changed := unmet(world.read(order.vpc_id), proposal.plan.changes):
            return replace(
                proposal,
                outcome=Outcome.PLAN_CHANGED,
                message=f"nothing was touched in {order.vpc_id}: {'; '.join(changed)}",
            )
        run.make(_baseline(order, snapshot))
        return Result(
            outcome=Outcome.APPLIED,
            message=f"{_counted(proposal.plan)} made in {order.vpc_id}: what they were to repair "
            "is compliant, and nothing is worse",
            plan=proposal.plan,
            record=run.record,
        )


def undo(run_id: str, world: World, owner: str) -> Result:
    """Take back a run that has been recorded, as far as it has not been."""
    record = recorded(run_id, world)
    with _lease(record.plan.vpc_id, world, owner) as (lease, _):
        record = recorded(run_id, world)  # as it is now that nobody else is at work
        run = Run(record, lease, world)
        if record.status is not Status.UNDONE:
            run.permit_undo()
            run.undo()
        return Result(
            outcome=Outcome.UNDONE,
            message=f"everything that run {run_id} did in {record.plan.vpc_id} is taken back",
            plan=record.plan,
            record=run.record,
        )


def recorded(run_id: str, world: World) -> Record:
    """The record of a run of this account and Region; raises RepairError where there is none."""
    record = world.store.load(run_id)
    if record is None:
        raise RepairError(f"no run {run_id} is recorded here")
    for what, then, now in (
        ("account", record.plan.account, world.account),
        ("Region", record.plan.region, world.region),
    ):
        if then and now and then != now:
            raise RepairError(f"run {run_id} was in {what} {then}, and this is {what} {now}")
    return record


def _recover(run_id: str, lease: Lease, order: Order, world: World) -> None:
    """End a run that was killed: judge it where all was made, else take back what was begun.

    One without a record was killed before it touched anything.
    """
    record = world.store.load(run_id)
    if record is None or not record.is_at_work:
        return
    world.tell(f"run {run_id} was killed: ending it first")
    run = Run(record, lease, world)
    if record.status is Status.RUNNING and record.is_complete:
        run.finish(_baseline(order, world.read(order.vpc_id)))
    else:
        run.undo()


def _proposal(order: Order, snapshot: Snapshot) -> Result:
    """The plan that the facts give, and whether it may be applied."""
    plan = plan_vpc(
        snapshot,
        order.vpc_id,
        order.parameters,
        mandate=order.mandate,
        rules=order.rules,
        exemptions=order.exemptions,
    )
    outcome, message = _judged(order, plan)
    return Result(outcome=outcome, message=message, plan=plan)


def _judged(order: Order, plan: Plan) -> tuple[Outcome, str]:
    if plan.skipped:
        return Outcome.NO_SAFE_REPAIR, f"left alone: {plan.skipped}"
    if not plan.changes and not plan.problems:
        return Outcome.ALREADY_COMPLIANT, f"{plan.vpc_id} needs no repair"
    if not plan.changes:
        reasons = dict.fromkeys(why for each in plan.problems for why in each.reasons)
        listing = "; ".join(list(reasons)[:_SHOWN])
        return Outcome.NO_SAFE_REPAIR, f"{plan.vpc_id} has no safe repair: {listing}"
    if order.plan_id and order.plan_id != plan_id(plan):
        return Outcome.PLAN_CHANGED, (
            f"{plan.vpc_id} is not as it was when plan {order.plan_id} was made: the plan is "
            f"{plan_id(plan)} now, and nothing was touched"
        )
    return Outcome.PLANNED, f"{_counted(plan)} would repair {plan.vpc_id}"


def _baseline(order: Order, snapshot: Snapshot) -> Baseline:
    return Baseline(
        snapshot=snapshot,
        vpc_id=order.vpc_id,
        parameters=order.parameters,
        exemptions=order.exemptions,
    )


def _counted(plan: Plan) -> str:
    number = len(plan.changes)
    return f"{number} change" if number == 1 else f"{number} changes"


@contextmanager
def _lease(vpc_id: str, world: World, owner: str) -> Iterator[tuple[Lease, str]]:
    """The lock of a VPC for a new run; whoever is killed keeps it until its lease ends."""
    run_id = _run_id(vpc_id, world, owner)
    lock = lock_of(world.account, world.region, vpc_id)
    lease = Lease(world.store, lock, run_id=run_id, owner=owner, clock=world.clock)
    try:
        yield lease, run_id
    except (Exception, KeyboardInterrupt):
        lease.release()
        raise
    lease.release()


def _run_id(vpc_id: str, world: World, owner: str) -> str:
    moment = world.clock()
    digest = sha256(f"{owner} {moment.isoformat()}".encode()).hexdigest()[:8]
    return f"{vpc_id}-{moment:%Y%m%dT%H%M%SZ}-{digest}"
