"""Documents written as a folder that `read_folder` turns into the same snapshot again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from ..errors import SnapshotError
from .documents import KEYS, Documents


def save_folder(documents: Documents, path: str | Path) -> None:
    """Write one file per key into a new or empty folder, with what could not be had as `Gaps`.

    The same documents give the same bytes. Raises SnapshotError where the folder holds anything,
    because two pictures in one folder would be read as one.
    """
    folder = Path(path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise SnapshotError(f"{folder} is not empty: name a new folder for the snapshot")
        for name, content in _files(documents):
            lines = json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False, default=_text)
            file = folder / f"{name}.json"
            file.write_bytes(f"{lines}\n".encode("utf-8", "surrogatepass"))
    except OSError as problem:
        reason = problem.strerror or type(problem).__name__
        raise SnapshotError(
            f"{problem.filename or folder} cannot be written: {reason}"
        ) from problem


def _files(documents: Documents) -> Iterator[tuple[str, object]]:
    yield "Capture", dict(_capture(documents))
    if documents.gaps:
        yield "Gaps", {"Gaps": list(_gaps(documents))}
    for key in sorted(documents.answers):
        if KEYS[key].subject is None:
            yield key, _answer(documents, key, None)
        else:
            subjects = {answer.subject or "" for answer in documents.answers[key]}
            yield key, [_answer(documents, key, subject) for subject in sorted(subjects)]


def _capture(documents: Documents) -> Iterator[tuple[str, str]]:
    if documents.account is not None:
        yield "Account", documents.account
    if documents.region is not None:
        yield "Region", documents.region
    if documents.captured_at is not None:
        yield "CapturedAt", documents.captured_at.isoformat()


def _gaps(documents: Documents) -> Iterator[dict[str, str]]:
    known = {(gap.fact.key, gap.vpc_id or "", gap.reason) for gap in documents.gaps}
    for fact, vpc_id, reason in sorted(known):
        yield {"Fact": fact, "Reason": reason} | ({"VpcId": vpc_id} if vpc_id else {})


def _answer(documents: Documents, key: str, subject: str | None) -> dict[str, object]:
    """All answers about one subject as one; without their last page it still asks for more."""
    answers = [each for each in documents.answers[key] if each.subject == subject]
    elements = [element for answer in answers for element in answer.elements]
    answer: dict[str, object] = {key: _sorted(key, elements) if KEYS[key].id else elements[-1]}
    member = KEYS[key].subject
    if member is not None:
        answer[member] = subject
    if subject not in documents.finished(key):
        answer["NextToken"] = "the page that follows was not read"
    return answer


def _sorted(key: str, elements: Iterable[Any]) -> list[Any]:
    """In the order of ids; elements with one id stay in theirs, since the last one counts."""
    name = KEYS[key].id
    return sorted(elements, key=lambda e: str(e.get(name)) if isinstance(e, Mapping) else "")


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
