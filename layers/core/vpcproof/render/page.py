"""A page of styled lines: wrapped for a terminal, left whole for a pipe, safe to print."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

# Beyond this, lines are too long to be read with ease.
_WIDEST = 120

# CSI sequences, OSC strings (titles, hyperlinks) and the two-character escapes of ECMA-48.
# https://ecma-international.org/publications-and-standards/standards/ecma-48/
_ESCAPE_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]*[0-~]"
)
_WORD = re.compile(r"\S+\s*")

Part = str | tuple[str, str]


@dataclass(frozen=True, slots=True)
class Layout:
    """How a page is shown: in so many columns (None never wraps), with colour or without."""

    width: int | None = None
    colour: bool = False


PLAIN = Layout()


def printable(text: str) -> str:
    """The text of a stranger on one line, without anything a terminal would act on.

    Escape sequences go; what else cannot be seen (control characters, changes of the writing
    direction, lone surrogates) becomes U+FFFD, so that it is noticed.
    """
    if text.isprintable():
        return text
    return "".join(map(_visible, _ESCAPE_SEQUENCE.sub("", text)))


class Page:
    """Lines of text, each of parts that are plain or a pair of text and style."""

    def __init__(self, layout: Layout = PLAIN) -> None:
        self._layout = layout
        self._lines: list[Text] = []

    def line(self, *parts: Part, indent: int = 0, hang: int = 0) -> None:
        """Add a line; what does not fit goes on below, indented by `hang` more.

        Lines break between words only: an id that is longer than the page stays whole.
        """
        text = Text.assemble(*map(_safe, parts))
        if self._layout.width is None:
            self._lines.append(_indented(text, indent))
            return
        columns = min(self._layout.width, _WIDEST) - indent
        breaks = list(_breaks(text.plain, columns, columns - hang))
        first, *others = text.divide(breaks)
        self._lines.append(_indented(first, indent))
        self._lines.extend(_indented(each, indent + hang) for each in others)

    def blank(self) -> None:
        """Add an empty line, unless the page begins or already has one here."""
        if self._lines and self._lines[-1].plain:
            self._lines.append(Text())

    def __str__(self) -> str:
        written = StringIO()
        console = Console(
            file=written,
            color_system="standard" if self._layout.colour else None,
            no_color=False,  # the layout decides, not the environment
            legacy_windows=False,
        )
        for line in self._lines:
            console.print(line, soft_wrap=True)
        return written.getvalue()


def _visible(character: str) -> str:
    if character.isprintable():
        return character
    return " " if character.isspace() else "\ufffd"


def _safe(part: Part) -> Part:
    return printable(part) if isinstance(part, str) else (printable(part[0]), part[1])


def _indented(text: Text, indent: int) -> Text:
    text.rstrip()
    return Text(" " * indent).append_text(text)


def _breaks(text: str, columns: int, columns_below: int) -> Iterator[int]:
    """The offsets at which lines after the first begin."""
    used = 0
    for word in _WORD.finditer(text):
        if used and used + cell_len(word[0].rstrip()) > columns:
            yield word.start()
            used, columns = 0, columns_below
        used += cell_len(word[0])
