"""What the generators share: write the files, or with --check say which ones are stale."""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def stale(outputs: Mapping[Path, str], obsolete: frozenset[Path]) -> list[Path]:
    """The files that differ from what would be written, and those that nothing writes any more."""
    changed = [
        path
        for path, text in outputs.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    return sorted(changed + list(obsolete))


def main(
    outputs: Callable[[], Mapping[Path, str]],
    description: str | None,
    *,
    folder: Path | None = None,
) -> int:
    """Write what `outputs` says; everything else in `folder` is obsolete and goes."""
    parser = argparse.ArgumentParser(description=(description or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="change nothing, fail if stale")
    check = parser.parse_args().check
    texts = outputs()
    obsolete = frozenset(folder.iterdir() if folder and folder.exists() else ()) - set(texts)
    changed = stale(texts, obsolete)
    for path in changed:
        text = texts.get(path)
        if check:
            sys.stderr.write(f"stale: {path.relative_to(ROOT)} (run `make docs`)\n")
            sys.stderr.writelines(_difference(path, text or ""))
        elif text is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return 1 if check and changed else 0


def _difference(path: Path, text: str) -> list[str]:
    before = path.read_text(encoding="utf-8").splitlines(True) if path.exists() else []
    return list(difflib.unified_diff(before, text.splitlines(True), "stored", "generated"))[:40]
