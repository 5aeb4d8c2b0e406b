"""The sections of a rule's documentation, which is the docstring of its module."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..rules.registry import Rule

_HEADING = re.compile(r"^## +(.+)$", re.MULTILINE)


def sections(rule: Rule) -> Mapping[str, tuple[str, ...]]:
    """The paragraphs under each heading, each on one line."""
    _, *parts = _HEADING.split(rule.documentation)
    return {
        heading.strip(): tuple(
            " ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", body.strip())
        )
        for heading, body in zip(parts[::2], parts[1::2], strict=True)
    }


def advice(rule: Rule) -> str:
    """How to fix what the rule finds, in one line."""
    return " ".join(sections(rule).get("How to fix", ()))
