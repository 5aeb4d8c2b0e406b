"""The JSON document of `verify`, as docs/schemas/verify.schema.json describes it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ..verification.step import Check, Step, outcome_of
from .command_line import command_text
from .findings import Source

SCHEMA_VERSION = "1.0"


def render_verification_json(vpc_id: str, steps: Sequence[Step], source: Source) -> str:
    """The document: pure ASCII whatever AWS's texts hold."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "source": {
            "kind": source.kind,
            "account": source.account,
            "region": source.region,
            "partition": source.partition,
        },
        "vpc_id": vpc_id,
        "outcome": outcome_of(steps).value,
        "steps": [_step(each) for each in steps],
    }
    return json.dumps(document, indent=2) + "\n"


def _step(step: Step) -> dict[str, Any]:
    return {
        "step": step.number,
        "title": step.title,
        "taken": bool(step.checks),
        "commands": [command_text(each) for each in step.commands],
        "checks": [_check(each) for each in step.checks],
        "note": step.note or None,
    }


def _check(check: Check) -> dict[str, str | None]:
    return {
        "subject": check.subject,
        "outcome": check.outcome.value,
        "detail": check.detail,
        "next": check.next or None,
    }
