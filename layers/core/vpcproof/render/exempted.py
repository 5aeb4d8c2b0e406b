"""Which verdicts stand for an accepted finding: an exemption says so in its annotation."""

from __future__ import annotations

import re

from ..engine import Evaluation
from ..model.verdict import Compliance

_NOTE = re.compile(r"exempt until \d{4}-\d{2}-\d{2}: ")


def is_exempt(evaluation: Evaluation) -> bool:
    """Whether the resource was not judged because somebody accepted what might be found."""
    return evaluation.compliance is Compliance.NOT_APPLICABLE and bool(
        _NOTE.match(evaluation.annotation)
    )
