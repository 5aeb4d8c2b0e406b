"""A command line as text that is safe to paste."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from .page import printable


def command_text(words: Sequence[str]) -> str:
    """The command on one line, every word quoted where a shell would make more of it."""
    return shlex.join(map(printable, words))


def command_lines(words: Sequence[str]) -> list[str]:
    """The same on several lines, each option on its own, as a shell joins them again."""
    lines: list[list[str]] = [[]]
    for word in words:
        if word.startswith("--"):
            lines.append([])
        lines[-1].append(word)
    texts = [command_text(line) for line in lines]
    return [*(f"{text} \\" for text in texts[:-1]), texts[-1]]
