"""Find the Python interpreter for a purpose; nothing is ever downloaded.

`development`: the `python3` of the shell, or the newest from 3.11 on if that one is too old.
`newest`: for the build and the local AWS: 3.13 as on Lambda, else 3.12, 3.14, at last 3.11.
`3.13`, `3.12`, …: that version, and no other.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

# Started by whatever python3 a machine has, so nothing here needs more than Python 3.7.
PREFERRED = ("3.13", "3.12", "3.14", "3.11")
OLDEST = (3, 11)


def version_of(executable: str) -> str:
    """`3.13` for an interpreter that starts and can make environments, else an empty text."""
    script = "import ssl, sqlite3, sys; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run(
            [executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return answer.stdout.strip() if answer.returncode == 0 else ""


def candidates(version: str) -> Iterable[str]:
    """Where an interpreter of this version may be: on PATH, or installed by pyenv or uv."""
    named = shutil.which("python" + version)
    if named:
        yield named
    plain = shutil.which("python3")
    if plain:
        yield plain
    home = Path.home()
    pyenv = Path(os.environ.get("PYENV_ROOT", str(home / ".pyenv"))) / "versions"
    uv = Path(os.environ.get("UV_PYTHON_INSTALL_DIR", str(home / ".local/share/uv/python")))
    for folder, pattern in ((pyenv, version + ".*"), (uv, "cpython-" + version + ".*")):
        for found in sorted(folder.glob(pattern + "/bin/python" + version), reverse=True):
            yield str(found)


def find(version: str) -> str | None:
    """A working interpreter of exactly this version."""
    return next((each for each in candidates(version) if version_of(each) == version), None)


def search(purpose: str) -> str | None:
    """The interpreter for a purpose, None if the machine has none."""
    if purpose == "development":
        plain = shutil.which("python3") or sys.executable
        version = version_of(plain)
        if version and tuple(map(int, version.split("."))) >= OLDEST:
            return plain
    versions = PREFERRED if purpose in ("development", "newest") else (purpose,)
    return next((found for found in map(find, versions) if found), None)


def main(arguments: list[str] | None = None) -> int:
    """Print the path of the interpreter; exit 1 with a reason if there is none."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("purpose", help="development, newest, or a version such as 3.13")
    purpose = parser.parse_args(arguments).purpose
    found = search(purpose)
    if found is None:
        wanted = purpose if purpose[0].isdigit() else "3.11 or later"
        sys.stderr.write(f"No Python {wanted} found on PATH or among pyenv's versions.\n")
        return 1
    sys.stdout.write(found + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
