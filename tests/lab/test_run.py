"""How the run ends: its exit status, what it says then, and what it leaves behind."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from lab import run, stack
from lab.process import LabFailedError
from lab.stack import CommandFailedError


@pytest.fixture(autouse=True)
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(run.os, "environ", {})
    monkeypatch.setattr(run.signal, "signal", lambda *_: None)
    monkeypatch.setattr("rich.console.Console.width", 80)


@pytest.fixture
def ending(monkeypatch: pytest.MonkeyPatch) -> Callable[[object], int]:
    """Run, but with something else in the place of the whole job."""

    def end(job: object) -> int:
        monkeypatch.setattr(run, "_run", job)
        return run.main()

    return end


def raising(error: BaseException) -> Callable[..., NoReturn]:
    def job(*_: object) -> NoReturn:
        raise error

    return job


@pytest.mark.parametrize("status", [0, 1])
def test_the_status_is_that_of_the_job_and_nothing_is_left(ending, tmp_path, status) -> None:
    assert ending(lambda *_: status) == status
    assert list(tmp_path.iterdir()) == []


def test_an_interruption_has_a_status_of_its_own_and_leaves_nothing(ending, tmp_path) -> None:
    assert ending(raising(KeyboardInterrupt())) == 130
    assert list(tmp_path.iterdir()) == []


def test_a_command_that_failed_is_named_with_its_log_and_the_end_of_it(
    ending, tmp_path, capsys
) -> None:
    def job(_report: object, folder: Path) -> NoReturn:
        log = folder / "sam-deploy.log"
        log.write_text("".join(f"line {number}\n" for number in range(30)))
        raise CommandFailedError("`sam deploy` failed with exit status 1", log)

    assert ending(job) == 1
    (log,) = tmp_path.glob("vpcproof-run-*/sam-deploy.log")
    first, second, *rest = capsys.readouterr().out.splitlines()
    assert first == "The run failed: `sam deploy` failed with exit status 1"
    assert str(log) in second
    assert rest == [f"  line {number}" for number in range(18, 30)]


def test_a_lab_that_failed_is_named_with_its_own_log(ending, tmp_path, capsys) -> None:
    def job(_report: object, folder: Path) -> NoReturn:
        (folder / "lab.log").write_text("boom\n")
        raise LabFailedError("the lab did not start")

    assert ending(job) == 1
    (log,) = tmp_path.glob("vpcproof-run-*/lab.log")
    shown = capsys.readouterr().out
    assert shown.startswith("The run failed: the lab did not start\n")
    assert str(log) in shown
    assert shown.endswith("  boom\n")


def test_a_lab_that_is_not_set_up_says_what_to_do(ending, monkeypatch, capsys) -> None:
    monkeypatch.setattr("lab.process.PYTHON", Path("/nowhere/python"))
    assert run.main() == 1
    shown = capsys.readouterr().out
    assert "/nowhere/python is missing: create the lab's environment with `make setup`" in shown


def test_a_command_that_fails_says_its_status_and_keeps_what_it_said(tmp_path) -> None:
    log = tmp_path / "log"
    with pytest.raises(CommandFailedError, match="`sh -c` failed with exit status 3") as error:
        stack.run(["/bin/sh", "-c", "echo out; echo err >&2; exit 3"], {}, log)
    assert error.value.log == log
    assert log.read_text() == "out\nerr\n"


def test_a_command_that_takes_too_long_is_ended_with_all_that_it_started(
    tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr(stack, "_SECONDS_AT_MOST", 1)
    pid_file = tmp_path / "pid"
    command = f"/bin/sleep 60 & echo $! > {pid_file}; wait"
    with pytest.raises(CommandFailedError, match="did not end within 1 seconds"):
        stack.run(["/bin/sh", "-c", command], {}, tmp_path / "log")
    shown = subprocess.run(
        ["ps", "-o", "stat=", "-p", pid_file.read_text().strip()],
        check=False,
        capture_output=True,
        text=True,
    )
    assert shown.stdout.strip()[:1] in ("", "Z")
