"""The command line run in this process, on folders of saved answers or on an AWS by moto."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from vpcproof.cli.program import program

from tests.cli.account import Account

Run = Callable[..., Result]
Folder = Callable[..., Path]


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(monkeypatch, tmp_path):
    """No credentials, Region or colour of whoever runs the tests; AWS itself is out of reach."""
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "aws-config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "aws-credentials"))


@pytest.fixture
def run() -> Run:
    """`run("check", "--snapshot", folder)`: what was printed where, and the exit status."""

    def invoke(*arguments: object) -> Result:
        return CliRunner().invoke(program, [str(each) for each in arguments])

    return invoke


@pytest.fixture
def folder(tmp_path) -> Folder:
    """`folder(RouteTables=[…])`: saved answers, one file per key."""

    def write(name: str = "saved", **answers: Any) -> Path:
        path = tmp_path / name
        path.mkdir(parents=True, exist_ok=True)
        for key, value in answers.items():
            (path / f"{key}.json").write_text(json.dumps({key: value}), encoding="utf-8")
        return path

    return write


@pytest.fixture
def account(monkeypatch) -> Iterator[Account]:
    """A live account that moto plays; what moto lacks answers with nothing."""
    with Account.played(monkeypatch) as played:
        yield played


def printed(result: Result) -> Mapping[str, Any]:
    """The JSON document on stdout."""
    document: Mapping[str, Any] = json.loads(result.stdout)
    return document
