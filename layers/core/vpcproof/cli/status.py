"""The exit statuses, and which one a run ends with."""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar

import click

# click keeps the line breaks of a paragraph that begins with \b.
STATUS_TABLE = """\b
Exit status:
  0  no finding at or above --fail-on
  1  findings
  2  the command or its input is wrong
  3  something could not be determined: a verdict is UNDETERMINED,
     nothing at all was judged, the resources of a rule named by
     --rule were not read, or AWS refused the credentials

Findings outrank what could not be determined. Facts that were not read are named, and leave the
status alone where every verdict was reached without them.
"""


class ExitStatus(IntEnum):
    """What a command tells the shell."""

    CLEAN = 0
    FINDINGS = 1
    USAGE = 2
    UNDETERMINED = 3
    INTERRUPTED = 130


class SourceUnreadableError(click.ClickException):
    """AWS could not be asked at all; the text says why and what to do."""

    exit_code: ClassVar[int] = ExitStatus.UNDETERMINED


class NotBegunError(click.ClickException):
    """A repair was not begun; the text says why and what to do."""

    exit_code: ClassVar[int] = ExitStatus.UNDETERMINED


class NotRepairedError(click.ClickException):
    """A repair failed, so findings stay; the text says what was taken back, or what is left."""

    exit_code: ClassVar[int] = ExitStatus.FINDINGS


class OutputError(click.ClickException):
    """The document could not be written where it was asked for."""

    exit_code: ClassVar[int] = ExitStatus.USAGE
