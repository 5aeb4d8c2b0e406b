"""The JSON documents of a folder tree or zip file, within stated limits.

Hidden files are passed over, as are the resource forks that macOS puts into zip files.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, NoReturn

from ..errors import SnapshotError
from .raw import shown

LARGEST_FILE = 256 * 1024**2
LARGEST_ZIP = 1024**3

_MIB = 1024**2
_LONGEST_NAME = 500


def json_documents(path: Path, skipped: list[str]) -> Iterator[tuple[str, object]]:
    """Name and content of every .json file, in the order of their names.

    Files with another suffix are added to `skipped`. Nothing is extracted to disk.
    """
    try:
        if path.is_dir():
            contents = _of_folder(path, skipped)
        elif zipfile.is_zipfile(path):
            contents = _of_zip(path, skipped)
        elif path.exists():
            raise SnapshotError(
                f"{path} is neither a folder nor a zip file: give the folder that holds it"
            )
        else:
            raise SnapshotError(
                f"{path} does not exist: give a folder or zip of JSON files as the AWS CLI prints"
            )
        for name, content in contents:
            yield name, decoded(name, content)
    except OSError as problem:
        reason = problem.strerror or type(problem).__name__
        raise SnapshotError(f"{problem.filename or path} cannot be read: {reason}") from problem


def _of_folder(folder: Path, skipped: list[str]) -> Iterator[tuple[str, bytes]]:
    for file in sorted(_walk(folder), key=lambda each: each.relative_to(folder).parts):
        name = shown(file.relative_to(folder).as_posix(), _LONGEST_NAME)
        if not _is_wanted(name, skipped):
            continue
        if not file.is_file():
            raise SnapshotError(f"{name} is not a regular file: remove it from the folder")
        _check_size(name, file.stat().st_size)
        yield name, file.read_bytes()


def _walk(folder: Path) -> Iterator[Path]:
    """All files, through symbolic links too, each directory once however links loop."""
    visited = set()
    for directory, subdirectories, files in os.walk(folder, followlinks=True, onerror=_fail):
        real = os.path.realpath(directory)
        if real in visited:
            subdirectories.clear()
            continue
        visited.add(real)
        subdirectories[:] = sorted(name for name in subdirectories if not name.startswith("."))
        yield from (Path(directory, name) for name in files)


def _of_zip(path: Path, skipped: list[str]) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [
                member
                for member in sorted(archive.infolist(), key=lambda each: each.filename)
                if not member.is_dir()
                and _is_wanted(shown(member.filename, _LONGEST_NAME), skipped)
            ]
            _check_total(path, sum(member.file_size for member in members))
            for member in members:
                name = shown(member.filename, _LONGEST_NAME)
                _check_size(name, member.file_size)
                with archive.open(member) as file:
                    # The size makes zipfile stop there; without it a lying header costs memory.
                    content = file.read(member.file_size)
                yield name, content
    except (SnapshotError, GeneratorExit):
        raise
    except Exception as problem:
        # A damaged or encrypted archive makes zipfile and its codecs raise almost anything.
        raise SnapshotError(f"{path} is damaged or encrypted: {shown(problem, 200)}") from problem


def decoded(name: str, content: bytes) -> object:
    """The JSON of a file in UTF-8, or in UTF-16 as PowerShell redirects write it."""
    if not content or content.isspace():
        raise SnapshotError(
            f"{name} is empty: the command that should have filled it failed; "
            "run it again or remove the file"
        )
    try:
        return json.loads(
            content, object_pairs_hook=_without_duplicates, parse_constant=_refuse_constant
        )
    except RecursionError:
        raise SnapshotError(f"{name} is nested too deeply to be an answer of AWS") from None
    except UnicodeDecodeError:
        raise SnapshotError(f"{name} is not text in UTF-8: save the answer again") from None
    except ValueError as problem:
        raise SnapshotError(f"{name} is not valid JSON: {problem}: save the answer again") from None


def _without_duplicates(members: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(members)
    if len(document) != len(members):
        names = [name for name, _ in members]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"member '{shown(twice)}' stands twice in one object")
    return document


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _is_wanted(name: str, skipped: list[str]) -> bool:
    parts = PurePosixPath(name).parts
    if not parts or "__MACOSX" in parts or any(part.startswith(".") for part in parts):
        return False
    if parts[-1].lower().endswith(".json"):
        return True
    skipped.append(name)
    return False


def _check_size(name: str, size: int) -> None:
    if size > LARGEST_FILE:
        raise SnapshotError(
            f"{name} has {size // _MIB} MiB, more than {LARGEST_FILE // _MIB}: "
            "save the answer in pages"
        )


def _check_total(path: Path, size: int) -> None:
    if size > LARGEST_ZIP:
        raise SnapshotError(
            f"{path} unpacks to {size // _MIB} MiB, more than {LARGEST_ZIP // _MIB}: "
            "split it by account or Region"
        )


def _fail(problem: OSError) -> NoReturn:
    raise problem
