"""The plan in JSON, and what is given for one by mistake."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from ...errors import SnapshotError
from ..files import decoded
from ..raw import shown

LARGEST_PLAN = 256 * 1024**2

_MIB = 1024**2
_REMEDY = (
    "run `terraform plan -out plan.out` and `terraform show -json plan.out > plan.json`, "
    "then give plan.json"
)
# https://developer.hashicorp.com/terraform/internals/json-format#format-summary
_MAJOR_VERSION = "1"
_PARTS = ("planned_values", "prior_state", "configuration", "provider_config", "variables")


def read_document(path: Path) -> Mapping[str, Any]:
    """The JSON of a plan; SnapshotError, in one line, says what was given instead."""
    content = _content(path)
    if content.startswith(b"PK\x03\x04"):
        raise SnapshotError(f"{path} is a saved plan, which only Terraform can read: {_REMEDY}")
    if content.lstrip()[:12].startswith((b'{"@level"', b'{"@module"', b'{"@message"')):
        raise SnapshotError(f"{path} is the log that `-json` makes of a run: {_REMEDY}")
    document = decoded(str(path), content)
    if not isinstance(document, Mapping):
        raise SnapshotError(f"{path} holds no JSON object, and so no plan: {_REMEDY}")
    _refuse_what_is_no_plan(path, document)
    return document


def _content(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise SnapshotError(f"{path} is a folder: {_REMEDY}")
        if not path.exists():
            raise SnapshotError(f"{path} does not exist: {_REMEDY}")
        if not path.is_file():
            raise SnapshotError(f"{path} is not a regular file: {_REMEDY}")
        size = path.stat().st_size
        if size > LARGEST_PLAN:
            raise SnapshotError(
                f"{path} has {size // _MIB} MiB, more than {LARGEST_PLAN // _MIB}: "
                "plan the network in a configuration of its own"
            )
        return path.read_bytes()
    except OSError as problem:
        reason = problem.strerror or type(problem).__name__
        raise SnapshotError(f"{path} cannot be read: {reason}") from problem


def _refuse_what_is_no_plan(path: Path, document: Mapping[str, Any]) -> None:
    if "serial" in document and "lineage" in document:
        raise SnapshotError(f"{path} is a state file, which tells nothing of a plan: {_REMEDY}")
    version = document.get("format_version")
    if "values" in document and "planned_values" not in document:
        raise SnapshotError(f"{path} is a state in JSON, not a plan: {_REMEDY}")
    if version is None:
        raise SnapshotError(f"{path} is JSON of something else than a plan: {_REMEDY}")
    if not isinstance(version, str) or version.partition(".")[0] != _MAJOR_VERSION:
        raise SnapshotError(
            f"{path} has format_version {shown(version)}, and what is understood is "
            f"{_MAJOR_VERSION}.x: plan with Terraform 1.1 or later, or any OpenTofu"
        )
    if document.get("errored") is True:
        raise SnapshotError(
            f"{path} is the plan of a run that failed, which leaves resources out: "
            "mend the configuration and plan again"
        )
    if not isinstance(document.get("planned_values"), Mapping):
        raise SnapshotError(f"{path} has no planned_values: {_REMEDY}")
    if not isinstance(document.get("configuration"), Mapping):
        raise SnapshotError(
            f"{path} has no configuration, by which resources are related: {_REMEDY}"
        )
    for part in _PARTS:
        if not isinstance(document.get(part, {}), Mapping):
            refuse_shape(part)
    if not isinstance(document.get("resource_changes", []), list):
        refuse_shape("resource_changes")


def refuse_shape(part: str) -> NoReturn:
    """Say that a part of the document is not what Terraform writes."""
    raise SnapshotError(f"{part} of the plan is not as Terraform writes it: {_REMEDY}")
