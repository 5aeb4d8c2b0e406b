"""A message as Amazon Q Developer in chat applications shows it in Slack and Microsoft Teams.

https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
Titles, descriptions and steps are Markdown of the channel that they are shown in, mentions of its
members included. So text from strangers stands in code, where no Markdown is, without the
characters that end it or by which Slack begins links and mentions in spite of it.
https://docs.slack.dev/messaging/formatting-message-text
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from .text import one_line

# Less than what is taken; what is longer is not shown at all.
_DESCRIPTION, _STEP, _SUMMARY = 8000, 350, 250
_STEPS, _KEYWORDS = 10, 10
_LONGEST_CODE = 1000
_HARMLESS = str.maketrans({"`": "'", "<": "‹", ">": "›", "&": "＆", "@": "＠"})  # noqa: RUF001


def code(text: str, *, limit: int = _LONGEST_CODE) -> str:
    """The text as code, which shows it as it is, whatever it holds."""
    return f"`{one_line(text, limit=limit).translate(_HARMLESS) or '-'}`"


def chat_notification(
    *,
    title: str,
    lines: Iterable[str],
    next_steps: Iterable[str],
    keywords: Iterable[str],
    thread: Iterable[str],
    summary: str,
) -> Mapping[str, Any]:
    """A custom notification; what is the same in `thread` is shown in one thread of the channel.

    Lines that there is no more room for are left out whole, so that no code is left open. A step
    that is too long is left out, too: half a command is worse than none.
    """
    steps = [step for step in next_steps if len(step) <= _STEP][:_STEPS]
    return {
        "version": "1.0",
        "source": "custom",
        "content": {
            "textType": "client-markdown",
            "title": title,
            "description": _fitting(lines),
            **({"nextSteps": steps} if steps else {}),
            "keywords": list(dict.fromkeys(keywords))[:_KEYWORDS],
        },
        "metadata": {
            "threadId": sha256("\0".join(thread).encode()).hexdigest()[:32],
            "summary": one_line(summary, limit=_SUMMARY).translate(_HARMLESS),
            "enableCustomActions": False,
        },
    }


def _fitting(lines: Iterable[str]) -> str:
    fitting: list[str] = []
    room = _DESCRIPTION
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            break
        fitting.append(line)
    return "\n".join(fitting)
