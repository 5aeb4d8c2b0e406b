"""The JSON document of `fix`, as docs/schemas/plan.schema.json describes it."""

from __future__ import annotations

import json
from collections.abc import Iterable

from ..remediation.document import plans_to_document
from ..remediation.plan import Plan


def render_plans_json(plans: Iterable[Plan]) -> str:
    """The document: the same bytes for the same plans, pure ASCII whatever AWS's texts hold."""
    return json.dumps(plans_to_document(plans), indent=2) + "\n"
