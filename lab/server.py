"""The lab as a server: every AWS service it has at one loopback address, and a way to steer it.

    python -m lab.server --port 4610

prints `ready http://127.0.0.1:4610` once it answers. It keeps nothing on disk outside a temporary
folder, and ends on SIGTERM and SIGINT. Under `/_lab/` it can be steered: see `lab.control`.
"""

# ruff: noqa: PLC0415 - ministack reads the environment while it is imported

import argparse
import asyncio
import logging
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

HOST = "127.0.0.1"
DEFAULT_ACCOUNT = "123456789012"
DEFAULT_REGION = "us-east-1"

_REFUSED_IN_FUNCTIONS = ("PYTHONPATH", "AWS_PROFILE", "AWS_CONFIG_FILE", "AWS_ENDPOINT_URL")


def main(arguments: list[str] | None = None) -> None:
    """Serve the lab until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m lab.server", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 picks a free one")
    parser.add_argument(
        "--until-stdin-closes",
        action="store_true",
        help="end when whoever started the lab does",
    )
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=os.environ.get("LOG_LEVEL", "WARNING"), stream=sys.stderr)
    with _listening(chosen.port) as listener, _temporary_folder() as folder:
        _prepare_environment(listener.getsockname()[1], folder)
        asyncio.run(_serve(listener, until_stdin_closes=chosen.until_stdin_closes))


@contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError as error:
            sys.exit(f"The lab cannot listen on {HOST}:{port}: {error.strerror}. Try --port 0.")
        listener.listen()
        yield listener


@contextmanager
def _temporary_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="vpcproof-lab-", ignore_cleanup_errors=True) as name:
        yield Path(name)


def _prepare_environment(port: int, folder: Path) -> None:
    """Set what ministack reads while it is imported, and what every function inherits."""
    settings: Mapping[str, str] = {
        "BIND_HOST": HOST,
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LAMBDA_EXECUTOR": "local",
        "SFN_WAIT_SCALE": "0",
        "MINISTACK_ACCOUNT_ID": DEFAULT_ACCOUNT,
        "MINISTACK_REGION": DEFAULT_REGION,
        "STATE_DIR": str(folder / "state"),
        "S3_DATA_DIR": str(folder / "s3"),
        "TMPDIR": str(folder),
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),
        "AWS_ACCESS_KEY_ID": DEFAULT_ACCOUNT,
        "AWS_SECRET_ACCESS_KEY": "lab",
    }
    os.environ.update(settings)
    for name in _REFUSED_IN_FUNCTIONS:
        os.environ.pop(name, None)
    tempfile.tempdir = str(folder)


async def _serve(listener: socket.socket, *, until_stdin_closes: bool) -> None:
    from hypercorn.asyncio import serve  # type: ignore[import-not-found]
    from hypercorn.config import Config  # type: ignore[import-not-found]

    from lab.clock import LabClock
    from lab.control import Lab
    from lab.emulator import Emulator

    emulator = Emulator(LabClock())
    emulator.install()
    config = Config()
    config.bind = [f"fd://{listener.detach()}"]
    config.loglevel = "WARNING"
    config.graceful_timeout = 1
    told_to_stop = _stopping(until_stdin_closes=until_stdin_closes)

    async def stop() -> None:
        await told_to_stop.wait()
        await asyncio.to_thread(emulator.stop)  # which ends the requests that hypercorn waits for

    sys.stdout.write(f"ready http://{HOST}:{os.environ['GATEWAY_PORT']}\n")
    sys.stdout.flush()
    try:
        await serve(Lab(emulator), config, shutdown_trigger=stop)
    finally:
        emulator.stop()


def _stopping(*, until_stdin_closes: bool) -> asyncio.Event:
    """An event that is set when the lab should end."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)

    def watch() -> None:
        sys.stdin.read()
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(stop.set)

    if until_stdin_closes:
        Thread(target=watch, name="lab-stdin", daemon=True).start()
    return stop


if __name__ == "__main__":
    main()
    logging.shutdown()
    os._exit(0)  # to take apart all that moto and ministack have built up would take seconds
