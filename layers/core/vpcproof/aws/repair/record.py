"""What a run did, written down before and after each call: enough to go on from, or to undo it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from ...remediation.change import Call, Change
from ...remediation.document import plan_id, plans_from_document, plans_to_document
from ...remediation.plan import Plan, PlanError
from .failures import RepairError

SCHEMA_VERSION = "1.0"


class Status(StrEnum):
    """How far a run is; the first two are those of a run at work, or of one that was killed."""

    RUNNING = "running"
    UNDOING = "undoing"
    APPLIED = "applied"
    UNDONE = "undone"
    NEEDS_ATTENTION = "needs-attention"


def _nothing() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One change of the plan; between `begun_at` and `made_at` nobody knows whether AWS made it."""

    begun_at: str
    made_at: str | None = None
    undone_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A run: its plan, which holds the state before and the undo, and a step for each change begun.

    `created` are the ids that AWS gave, by what the plan calls them. `after` are the verdicts, by
    rule and resource, of what the plan repairs, once judged again. `left` are the resources that
    could not be taken back.
    """

    run_id: str
    plan: Plan
    begun_at: str
    status: Status = Status.RUNNING
    ended_at: str | None = None
    steps: tuple[Step, ...] = ()
    created: Mapping[str, str] = field(default_factory=_nothing)
    after: Mapping[str, str] = field(default_factory=_nothing)
    left: tuple[str, ...] = ()
    message: str = ""

    @property
    def is_at_work(self) -> bool:
        """Whether the run has not come to an end; one whose lease has ended was killed."""
        return self.status in {Status.RUNNING, Status.UNDOING}

    @property
    def is_complete(self) -> bool:
        """Whether every change was made and none taken back."""
        return len(self.steps) == len(self.plan.changes) and all(
            each.made_at and not each.undone_at for each in self.steps
        )

    @property
    def standing(self) -> Iterator[tuple[int, Step, Change]]:
        """The changes that were begun and not taken back, the last one first."""
        for number in reversed(range(len(self.steps))):
            if not self.steps[number].undone_at:
                yield number, self.steps[number], self.plan.changes[number]

    def begin(self, moment: datetime) -> Record:
        """The next change is about to be made."""
        return replace(self, steps=(*self.steps, Step(begun_at=told(moment))))

    def refused(self) -> Record:
        """AWS has refused the change begun last: it was not made."""
        return replace(self, steps=self.steps[:-1])

    def made(self, number: int, moment: datetime, created: str | None = None) -> Record:
        """A change was made; what it created got this id."""
        return self._creating(
            self.plan.changes[number].call, created, self._at(number, made_at=told(moment))
        )

    def recreated(self, call: Call, created: str | None) -> Record:
        """Taking something back created something."""
        return self._creating(call, created, self)

    def undone(self, number: int, moment: datetime) -> Record:
        """A change was taken back, or turned out not to have been made."""
        return self._at(number, undone_at=told(moment))

    def ended(
        self,
        status: Status,
        moment: datetime,
        *,
        message: str = "",
        after: Mapping[str, str] | None = None,
        left: tuple[str, ...] = (),
    ) -> Record:
        """The run has come to its end, as far as it is concerned."""
        return replace(
            self,
            status=status,
            ended_at=told(moment),
            message=message,
            after=self.after if after is None else after,
            left=left,
        )

    def _at(self, number: int, **moments: str) -> Record:
        steps = list(self.steps)
        steps[number] = replace(steps[number], **moments)
        return replace(self, steps=tuple(steps))

    @staticmethod
    def _creating(call: Call, created: str | None, record: Record) -> Record:
        if call.creates is None or created is None:
            return record
        return replace(record, created={**record.created, call.creates: created})


def told(moment: datetime) -> str:
    """A moment as records tell it."""
    return moment.isoformat(timespec="seconds")


def record_to_text(record: Record) -> str:
    """The record as JSON."""
    (plan,) = plans_to_document([record.plan])["plans"]
    document = {
        "schema_version": SCHEMA_VERSION,
        "run_id": record.run_id,
        "vpc_id": record.plan.vpc_id,
        "plan_id": plan_id(record.plan),
        "status": record.status.value,
        "begun_at": record.begun_at,
        "ended_at": record.ended_at,
        "message": record.message,
        "left": list(record.left),
        "steps": [asdict(each) for each in record.steps],
        "created": dict(record.created),
        "after": dict(record.after),
        "plan": plan,
    }
    return json.dumps(document, indent=2) + "\n"


def record_from_text(text: str, source: str) -> Record:
    """The record that a text holds; raises RepairError naming the `source` when it holds none."""
    try:
        document: Mapping[str, Any] = json.loads(text)
        (plan,) = plans_from_document(
            {"schema_version": SCHEMA_VERSION, "plans": [document["plan"]]}
        )
        return Record(
            run_id=document["run_id"],
            plan=plan,
            begun_at=document["begun_at"],
            status=Status(document["status"]),
            ended_at=document["ended_at"],
            steps=tuple(Step(**each) for each in document["steps"]),
            created=dict(document["created"]),
            after=dict(document["after"]),
            left=tuple(document["left"]),
            message=document["message"],
        )
    except (KeyError, TypeError, ValueError, PlanError) as error:
        raise RepairError(
            f"{source} is not the record of a run ({type(error).__name__}: {error})"
        ) from error
