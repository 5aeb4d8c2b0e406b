"""Interpreters are found wherever a machine keeps them; broken ones and shims are passed over."""

import os
import subprocess
import sys
from pathlib import Path

import interpreter
import pytest

SCRIPT = Path(interpreter.__file__)


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine with nothing but what the test puts there."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setenv("UV_PYTHON_INSTALL_DIR", str(tmp_path / "uv"))
    (tmp_path / "bin").mkdir()
    return tmp_path


def install(folder: Path, name: str, says: str, status: int = 0) -> str:
    """Something that answers any question with a version."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\necho {says}\nexit {status}\n")
    path.chmod(0o755)
    return str(path)


def test_the_shells_own_python_is_for_development(machine):
    ours = install(machine / "bin", "python3", "3.12")
    install(machine / "bin", "python3.13", "3.13")
    assert interpreter.search("development") == ours


def test_the_shells_own_python_is_passed_over_if_it_is_too_old(machine):
    install(machine / "bin", "python3", "3.9")
    newer = install(machine / "bin", "python3.11", "3.11")
    assert interpreter.search("development") == newer


def test_the_newest_is_the_one_that_lambda_has(machine):
    install(machine / "bin", "python3", "3.11")
    install(machine / "bin", "python3.14", "3.14")
    install(machine / "bin", "python3.12", "3.12")
    wanted = install(machine / "bin", "python3.13", "3.13")
    assert interpreter.search("newest") == wanted


def test_without_it_the_next_best_is_taken(machine):
    ours = install(machine / "bin", "python3", "3.11")
    assert interpreter.search("newest") == ours
    fourteen = install(machine / "bin", "python3.14", "3.14")
    assert interpreter.search("newest") == fourteen
    twelve = install(machine / "bin", "python3.12", "3.12")
    assert interpreter.search("newest") == twelve


def test_pyenv_and_uv_keep_versions_off_the_path(machine):
    by_uv = install(machine / "uv/cpython-3.13.1-linux/bin", "python3.13", "3.13")
    assert interpreter.search("newest") == by_uv
    by_pyenv = install(machine / "pyenv/versions/3.13.0/bin", "python3.13", "3.13")
    assert interpreter.search("newest") == by_pyenv


def test_a_shim_that_refuses_is_passed_over(machine):
    install(machine / "bin", "python3.13", "no such version", status=127)
    real = install(machine / "pyenv/versions/3.13.0/bin", "python3.13", "3.13")
    assert interpreter.find("3.13") == real


def test_a_name_that_lies_is_passed_over(machine):
    install(machine / "bin", "python3.13", "3.12")
    assert interpreter.find("3.13") is None


@pytest.mark.parametrize(("purpose", "named"), [("3.13", "3.13"), ("newest", "3.11 or later")])
def test_a_machine_without_one_is_told_what_it_lacks(machine, purpose, named):
    answer = subprocess.run(
        [sys.executable, SCRIPT, purpose],
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 1
    assert f"No Python {named} found" in answer.stderr
    assert answer.stdout == ""
