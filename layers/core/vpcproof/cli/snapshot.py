"""`vpcproof snapshot`: keep what a live account answers, to be judged without it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from ..facts.documents import KEYS
from ..facts.saved import save_folder
from ..model.facts import Fact
from .options import SourceOptions, account_options, probes_option, quiet_option
from .output import OutputOptions
from .sources import read
from .status import ExitStatus

_SNAPSHOT_FILES = {f"{name}.json" for name in ("Capture", "Gaps", *KEYS)}


@click.group()
def snapshot() -> None:
    """Save what `vpcproof check --snapshot` reads."""


@snapshot.command(
    epilog="Exit status: 0 all was saved, 2 usage, 3 some facts or all could not be read."
)
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@account_options
@probes_option
@click.option("--force", is_flag=True, help="Replace the snapshot that DIR holds.")
@quiet_option
def save(*, folder: Path, source: SourceOptions, force: bool, output: OutputOptions) -> ExitStatus:
    """Save the facts of the live account and Region in DIR, as the AWS CLI prints them."""
    replaced = _replaceable(folder, force=force)
    with output.progress("Reading all kinds of facts ...") as progress:
        reading = read(source, frozenset(Fact), progress)
    for file in replaced:
        file.unlink()
    save_folder(reading.documents, folder)
    output.note(f"Saved to {folder}: `vpcproof check --snapshot {folder}` judges it")
    # Single VPCs are left out on purpose, a kind of fact never is.
    refused = [gap for gap in reading.snapshot.gaps if gap.vpc_id is None]
    for gap in refused:
        output.note(f"Not read: {gap.fact.key}: {gap.reason}")
    return ExitStatus.UNDETERMINED if refused else ExitStatus.CLEAN


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
