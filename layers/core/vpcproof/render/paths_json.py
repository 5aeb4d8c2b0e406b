"""The JSON document of `paths`, as docs/schemas/paths.schema.json describes it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from ..analysis.path import Block, Path
from ..model.verdict import Evidence

SCHEMA_VERSION = "1.0"


def render_paths_json(paths: Iterable[Path]) -> str:
    """The document: the same bytes for the same paths, pure ASCII whatever AWS's texts hold."""
    document = {"schema_version": SCHEMA_VERSION, "paths": [_path(each) for each in paths]}
    return json.dumps(document, indent=2) + "\n"


def _path(path: Path) -> dict[str, Any]:
    """`blocked_by` holds what certainly blocks, `unknown` what could not be told."""
    return {
        "vpc_id": path.vpc_id,
        "subnet_id": path.subnet_id,
        "service": path.service,
        "class": path.path_class.value,
        "reachable": path.reachable,
        "via": list(path.via),
        "blocked_by": [_setting(each) for each in path.blocks if each.certain],
        "unknown": [_setting(each) for each in path.blocks if not each.certain],
        "proof": [_setting(each) for each in path.proof],
    }


def _setting(each: Block | Evidence) -> dict[str, str]:
    return {"fact": each.fact, "id": each.id, "detail": each.detail}
