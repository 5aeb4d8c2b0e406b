"""Folders of answers in a few words: `read({"Vpcs": [...]}, {"Subnets": [...]})`."""

import json
from datetime import UTC, datetime
from functools import partial
from itertools import count

import pytest
from vpcproof.facts.folder import read_folder

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def now():
    """The moment at which every folder is read."""
    return NOW


@pytest.fixture
def read_path():
    """Read a folder or zip file that the test made itself."""
    return partial(read_folder, now=NOW)


@pytest.fixture
def read(tmp_path):
    """Write each document into a file of its own and read the folder."""
    folders = count()

    def read_documents(*documents, **options):
        folder = tmp_path / f"snapshot-{next(folders)}"
        folder.mkdir()
        for number, document in enumerate(documents):
            (folder / f"{number:03}.json").write_text(json.dumps(document), encoding="utf-8")
        return read_folder(folder, now=NOW, **options)

    return read_documents


@pytest.fixture
def snapshot(read):
    """The snapshot of one document for each key."""

    def snapshot_of_keys(**keys):
        return read(*({key: value} for key, value in keys.items())).snapshot

    return snapshot_of_keys
