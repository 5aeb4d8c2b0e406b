"""Where documents and messages go: data to stdout or a file, everything else to stderr."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from typing import TextIO

import click

from ..render.page import PLAIN, Layout
from .status import OutputError


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputOptions:
    """What the person at the command line wants to see, and where."""

    format: str = "text"
    file: Path | None = None
    verbose: bool = False
    quiet: bool = False

    def __post_init__(self) -> None:
        """Refuse a file that cannot be written before any time is spent."""
        if self.file and not self.file.absolute().parent.is_dir():
            raise OutputError(f"the folder of {self.file} does not exist: create it first")

    @property
    def layout(self) -> Layout:
        """How text is to be laid out where it goes."""
        return PLAIN if self._to_file else layout_of(sys.stdout)

    @property
    def _to_file(self) -> bool:
        return self.file is not None and str(self.file) != "-"

    def write(self, document: str) -> None:
        """Hand the document over."""
        self.write_pieces([document])

    def write_pieces(self, pieces: Iterable[str]) -> None:
        """Hand a document over piece by piece, as it is made."""
        if not self._to_file or self.file is None:
            for block in _blocks(pieces):
                write_stdout(block, colour=self.layout.colour)
            return
        try:
            with self.file.open(
                "w", encoding="utf-8", errors="backslashreplace", newline=""
            ) as file:
                file.writelines(pieces)
        except OSError as error:
            raise OutputError(f"{self.file} cannot be written: {error.strerror}") from error

    def note(self, message: str) -> None:
        """Tell something that is not data."""
        if not self.quiet:
            click.echo(message, err=True)

    def progress(self, doing: str) -> AbstractContextManager[Callable[[object], None]]:
        """Tell a person who is watching what takes its time, and count each step that is done."""
        if self.quiet or not is_terminal(sys.stderr):
            return nullcontext(lambda _: None)
        return _counting(doing)


@contextmanager
def _counting(doing: str) -> Iterator[Callable[[object], None]]:
    """A line that appears with the first step and goes after the last."""
    from rich.console import Console  # noqa: PLC0415 - rarely needed, slow to import

    steps = count(1)
    status = Console(stderr=True).status(doing)

    def step(_: object) -> None:
        status.update(f"{doing} {next(steps)}")
        status.start()

    try:
        yield step
    finally:
        status.stop()


def _blocks(pieces: Iterable[str]) -> Iterator[str]:
    """The pieces by the thousand: each block is flushed by itself."""
    left = iter(pieces)
    while block := "".join(islice(left, 1000)):
        yield block


def layout_of(stream: TextIO) -> Layout:
    """Wrapped to the width of a terminal, in colour unless NO_COLOR is set; else plain."""
    if not is_terminal(stream):
        return PLAIN
    return Layout(
        width=shutil.get_terminal_size().columns,
        colour=not os.environ.get("NO_COLOR"),
    )


def is_terminal(stream: TextIO) -> bool:
    """Whether control codes mean something there."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def write_stdout(document: str, *, colour: bool = False) -> None:
    """Print a document; a reader such as `head` that goes away early is no error."""
    try:
        click.echo(document, nl=False, color=colour)
        sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes stdout once more at exit.
        # https://docs.python.org/3/library/signal.html#note-on-sigpipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
