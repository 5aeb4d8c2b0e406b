"""`vpcproof fix --apply` and `--undo`: plans made, and runs taken back, when somebody says yes."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import click

from ..aws.repair.order import Order
from ..errors import SnapshotError
from ..remediation.document import plan_id
from ..remediation.plan import Plan
from ..render.page import printable
from .options import SourceOptions, gathered
from .output import OutputOptions, write_stdout
from .status import ExitStatus, NotBegunError, NotRepairedError

if TYPE_CHECKING:
    from ..aws.repair.world import World

_FOLDER = Path(".vpcproof/runs")
# AWS takes minutes for an endpoint, and runs are taken back within the same time.
_PATIENCE = timedelta(minutes=45)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyOptions:
    """Whether to touch anything, and where that is recorded."""

    apply: bool
    undo: str | None
    yes: bool
    record: Path

    def refuse_contradictions(self, source: SourceOptions, output: OutputOptions) -> None:
        """Refuse options that do not go together, before anything is read."""
        if self.apply and self.undo:
            raise click.UsageError("--apply and --undo do not go together")
        if (self.apply or self.undo) and source.snapshot:
            raise click.UsageError(
                "saved answers cannot be changed: leave --snapshot out to repair the live account"
            )
        if self.apply and output.format != "text":
            raise click.UsageError(f"--apply shows the plan as text, not as {output.format}")
        if (self.apply or self.undo) and not self.yes and not has_terminal():
            raise click.UsageError("there is no terminal to ask at: add --yes to do it unasked")


apply_options = gathered(
    "applying",
    ApplyOptions,
    click.option("--apply", is_flag=True, help="Make the changes of the plan, after asking."),
    click.option(
        "--undo", metavar="RUN", help="Take back a run: its id, or the file of its record."
    ),
    click.option("--yes", is_flag=True, help="Do not ask before changes are made."),
    click.option(
        "--record",
        type=click.Path(file_okay=False, path_type=Path),
        default=_FOLDER,
        show_default=True,
        metavar="DIR",
        help="Where runs are recorded.",
    ),
)


def apply_plans(
    planned: Sequence[tuple[Order, Plan]],
    options: ApplyOptions,
    source: SourceOptions,
    output: OutputOptions,
) -> None:
    """Make the plans that were shown, each only if it is still the plan."""
    changing = [(order, plan) for order, plan in planned if plan.changes]
    if not changing:
        return
    vpc_ids = ", ".join(plan.vpc_id for _, plan in changing)
    _ask(options, f"Make these changes in {vpc_ids}?")
    from ..aws.repair.repairing import Outcome, apply  # noqa: PLC0415 - boto3 takes long to import

    for order, plan in changing:
        with _told_in_a_line():
            world = _world(options.record, source, output.note)
            result = apply(replace(order, plan_id=plan_id(plan)), world, uuid4().hex)
        if result.outcome not in {Outcome.APPLIED, Outcome.ALREADY_COMPLIANT}:
            raise NotRepairedError(result.message)
        write_stdout(f"{printable(result.message)}\n")
        if result.record:
            run_id = result.record.run_id
            write_stdout(f"Recorded as {run_id}; to take it back: vpcproof fix --undo {run_id}\n")


def undo_run(options: ApplyOptions, source: SourceOptions, output: OutputOptions) -> ExitStatus:
    """Take back a run that was recorded."""
    from ..aws.repair.repairing import recorded, undo  # noqa: PLC0415 - likewise

    named = Path(options.undo or "")
    is_file = named.suffix == ".json"
    folder, run_id = (named.parent, named.stem) if is_file else (options.record, str(named))
    with _told_in_a_line():
        world = _world(folder, source, output.note)
        record = recorded(run_id, world)
        for _, _, change in record.standing:
            output.note(f"to be taken back: {printable(change.summary)}")
        _ask(options, f"Take back run {run_id} in {record.plan.vpc_id}?")
        result = undo(run_id, world, uuid4().hex)
    write_stdout(f"{printable(result.message)}\n")
    return ExitStatus.CLEAN


def has_terminal() -> bool:
    """Whether somebody can be asked."""
    return sys.stdin.isatty()


def _ask(options: ApplyOptions, question: str) -> None:
    if not options.yes:
        click.confirm(printable(question), abort=True, err=True)


def _world(folder: Path, source: SourceOptions, tell: Callable[[str], None]) -> World:
    from ..aws.repair.folder import FolderStore  # noqa: PLC0415 - boto3 takes long to import
    from ..aws.repair.world import World  # noqa: PLC0415 - likewise
    from .live import account_of, clients_of  # noqa: PLC0415 - likewise

    clients = clients_of(source)
    clock = partial(datetime.now, UTC)
    return World(
        clients=clients,
        store=FolderStore(folder),
        clock=clock,
        sleep=time.sleep,
        deadline=clock() + _PATIENCE,
        account=account_of(clients),
        tell=lambda step: tell(printable(step)),
    )


@contextmanager
def _told_in_a_line() -> Iterator[None]:
    """Whatever ends a repair, with the exit status that says how it ended."""
    from ..aws.repair.failures import (  # noqa: PLC0415 - only where something is repaired
        LostLeaseError,
        RepairError,
        RunFailedError,
    )

    try:
        yield
    except (RepairError, SnapshotError) as error:
        raise NotBegunError(str(error)) from error
    except (RunFailedError, LostLeaseError) as error:
        raise NotRepairedError(str(error)) from error
