"""The JSON document of `paths`, as docs/schemas/paths.schema.json describes it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from ..analysis.path import Block, Path
from ..model.probe_result import ProbeResult
from ..model.snapshot import Snapshot
from ..model.verdict import Evidence

SCHEMA_VERSION = "1.0"


def render_paths_json(paths: Iterable[Path], snapshot: Snapshot) -> str:
    """The document: the same bytes for the same paths, pure ASCII whatever AWS's texts hold."""
    listed = [_path(each, snapshot) for each in paths]
    document = {"schema_version": SCHEMA_VERSION, "paths": listed}
    return json.dumps(document, indent=2) + "\n"


def _path(path: Path, snapshot: Snapshot) -> dict[str, Any]:
    """`blocked_by` holds what certainly blocks, `unknown` what could not be told.

    `probe` is there where a probe in the subnet was asked about the service.
    """
    result = snapshot.probed(path.subnet_id).get(path.service)
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
        **({"probe": _probe(result)} if result else {}),
    }


def _probe(result: ProbeResult) -> dict[str, Any]:
    """`reaches` is null where the probe did not answer, and `failure` says why."""
    return {
        "reaches": result.reaches if result.answered else None,
        "taken_at": result.taken_at.isoformat() if result.taken_at else None,
        "failed": [str(each) for each in result.failed],
        "failure": result.failure,
    }


def _setting(each: Block | Evidence) -> dict[str, str]:
    return {"fact": each.fact, "id": each.id, "detail": each.detail}
