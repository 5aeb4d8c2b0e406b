"""`vpcproof snapshot`: keep what a live account answers, to be judged without it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from ..facts.documents import KEYS, Documents
from ..facts.folder import read_folder
from ..facts.redaction import Kept, redact
from ..facts.saved import save_folder
from ..model.facts import Fact
from ..model.parameters import Parameters, parse_parameters
from .options import (
    SourceOptions,
    account_options,
    parameter_option,
    probes_option,
    quiet_option,
)
from .output import OutputOptions
from .sources import read
from .status import ExitStatus

_SNAPSHOT_FILES = {f"{name}.json" for name in ("Capture", "Gaps", *KEYS)}
_FORCE = click.option("--force", is_flag=True, help="Replace the snapshot that DIR holds.")


@click.group()
def snapshot() -> None:
    """Save what `vpcproof check --snapshot` reads."""


@snapshot.command(
    epilog="Exit status: 0 all was saved, 2 usage, 3 some facts or all could not be read."
)
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@account_options
@probes_option
@click.option(
    "--redact",
    "redacted",
    is_flag=True,
    help="Replace accounts, ids, names, tags and foreign addresses; verdicts stay the same.",
)
@parameter_option
@_FORCE
@quiet_option
def save(
    *,
    folder: Path,
    source: SourceOptions,
    redacted: bool,
    assignments: tuple[tuple[str, str], ...],
    force: bool,
    output: OutputOptions,
) -> ExitStatus:
    """Save the facts of the live account and Region in DIR, as the AWS CLI prints them."""
    if assignments and not redacted:
        raise click.UsageError("--set says what --redact keeps: add it, or leave --set out")
    parameters = parse_parameters(dict(assignments))
    replaced = _replaceable(folder, force=force)
    with output.progress("Reading all kinds of facts ...") as progress:
        reading = read(source, frozenset(Fact), progress)
    saved = _redacted(reading.documents, parameters) if redacted else reading.documents
    _save(saved, folder, replaced)
    output.note(f"Saved to {folder}: `vpcproof check --snapshot {folder}` judges it")
    # Single VPCs are left out on purpose, a kind of fact never is.
    refused = [gap for gap in reading.snapshot.gaps if gap.vpc_id is None]
    for gap in refused:
        output.note(f"Not read: {gap.fact.key}: {gap.reason}")
    return ExitStatus.UNDETERMINED if refused else ExitStatus.CLEAN


@snapshot.command(
    "redact",
    epilog="Exit status: 0 all was saved, 2 usage or SRC cannot be read.",
)
@click.argument("source", metavar="SRC", type=click.Path(path_type=Path))
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@parameter_option
@_FORCE
@quiet_option
def redact_saved(
    *,
    source: Path,
    folder: Path,
    assignments: tuple[tuple[str, str], ...],
    force: bool,
    output: OutputOptions,
) -> ExitStatus:
    """Save the folder or zip SRC in DIR so that it tells nothing of whose it is.

    Accounts, ids, names, tags and foreign addresses are replaced, and what no verdict rests on is
    left out. Tags and ranges that parameters name are kept where --set names them.
    """
    parameters = parse_parameters(dict(assignments))
    replaced = _replaceable(folder, force=force)
    reading = read_folder(source, now=datetime.now(UTC))
    _save(_redacted(reading.documents, parameters), folder, replaced)
    output.note(f"Saved to {folder}: `vpcproof check --snapshot {folder}` judges it")
    return ExitStatus.CLEAN


def _redacted(documents: Documents, parameters: Parameters) -> Documents:
    """With a key that nobody keeps."""
    return redact(documents, key=secrets.token_bytes(32), kept=Kept.by(parameters)).documents


def _save(documents: Documents, folder: Path, replaced: Sequence[Path]) -> None:
    for file in replaced:
        file.unlink()
    save_folder(documents, folder)


def _replaceable(folder: Path, *, force: bool) -> Sequence[Path]:
    """The files of the snapshot in the folder; anything else there is not ours to remove."""
    present = sorted(folder.iterdir()) if folder.is_dir() else []
    if present and not force:
        raise click.UsageError(f"{folder} is not empty: name a new folder, or replace by --force")
    foreign = [file.name for file in present if file.name not in _SNAPSHOT_FILES]
    if foreign:
        raise click.UsageError(
            f"{folder} holds more than a snapshot ({foreign[0]}): name another folder"
        )
    return present
