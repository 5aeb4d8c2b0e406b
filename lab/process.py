"""The lab as a process of its own, for tests and for the commands that need an AWS."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

ROOT = Path(__file__).parents[1]
PYTHON = ROOT / ".tools" / "lab" / "bin" / "python"

_GRACE_SECONDS = 30
_READY = "ready "


class LabFailedError(RuntimeError):
    """The lab did not start, or refused a control request."""


@contextmanager
def running_lab(port: int = 0, folder: Path | None = None) -> Iterator[str]:
    """Run the lab in a process of its own; gives the address that serves every AWS service.

    With a folder, all that the lab stores goes there, and all that it says into `lab.log` there.
    The lab ends with the block, and also when this process is killed.
    """
    if not PYTHON.exists():
        raise LabFailedError(f"{PYTHON} is missing: create the lab's environment with `make setup`")
    command = [str(PYTHON), "-m", "lab.server", "--port", str(port), "--until-stdin-closes"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    if folder:
        environment["TMPDIR"] = str(folder)
    with (
        (folder / "lab.log").open("w") if folder else nullcontext() as heard,
        subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=heard,
            text=True,
            start_new_session=True,
        ) as process,
    ):
        try:
            yield _address(process)
        finally:
            process.terminate()
            _end(process)


def control(url: str, route: str, method: str = "GET", **content: Any) -> Any:  # noqa: ANN401
    """Steer a running lab, for instance `control(url, "clock/advance", "POST", seconds=3600)`.

    `lab.control` lists the routes; the answer is the parsed JSON.
    """
    body = json.dumps(content).encode() if content else None
    request = Request(f"{url}/_lab/{route}", data=body, method=method)  # noqa: S310 - the lab's own
    try:
        with urlopen(request) as response:  # noqa: S310 - likewise
            return json.load(response)
    except HTTPError as error:
        raise LabFailedError(
            f"{method} /_lab/{route} answered {error.code}: {error.read().decode()}"
        ) from error


def wait_until_idle(url: str, timeout: float = 60) -> None:
    """Wait until the lab has done all that was set off, or raise."""
    control(url, f"idle?timeout={timeout}")


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line.startswith(_READY):
        raise LabFailedError(f"the lab did not start; it said: {line or 'nothing'}")
    return line.removeprefix(_READY).strip()


def _end(process: subprocess.Popen[str]) -> None:
    try:
        process.wait(_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # and the functions that it runs
