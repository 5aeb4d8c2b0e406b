"""Answers of AWS that other projects published are read without complaint."""

from pathlib import Path

import pytest

RECORDINGS = Path(__file__).parents[2].parent / "shared" / "cases" / "describe"
FOLDERS = sorted(RECORDINGS.iterdir()) if RECORDINGS.is_dir() else []


@pytest.mark.skipif(not FOLDERS, reason="the collected recordings are not at hand")
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_recordings_are_read_and_their_gaps_named(read_path, folder):
    reading = read_path(folder)
    assert reading.snapshot.gaps
    assert all(gap.reason for gap in reading.snapshot.gaps)
    assert not [note for note in reading.notes if "cannot be read" in note.reason]
