"""An `aws` command that keeps what it is asked, and what its calls would have been."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PROGRAM = """\
#!/usr/bin/env bash
printf '%s\\0' "$@" END >>"$FAKE/asked"
case "$1 $2" in
  'sts get-caller-identity') echo "$FAKE_ACCOUNT" ;;
  'ec2 describe-vpc-endpoints')
    if [[ ! -e "$FAKE/gone-${4##*=}" ]]; then echo available; fi ;;
  *)
    count=$(($(cat "$FAKE/count") + 1))
    echo "$count" >"$FAKE/count"
    if [[ $count == "$FAKE_FAILS_AT" ]]; then echo 'An error occurred' >&2; exit 254; fi
    case "$2" in
      create-*) echo "made-$count" ;;
      delete-vpc-endpoints) touch "$FAKE/gone-$4" ;;
    esac ;;
esac
"""
_READING = {("sts", "get-caller-identity"), ("ec2", "describe-vpc-endpoints")}


@dataclass
class FakeAws:
    """A folder with the command, and all that belongs to it."""

    folder: Path
    account: str = "111122223333"

    def __post_init__(self) -> None:
        self.folder.mkdir()
        program = self.folder / "aws"
        program.write_text(_PROGRAM)
        program.chmod(0o755)
        (self.folder / "count").write_text("0")

    def run(
        self, script: str, *arguments: str, fails_at: int = 0
    ) -> subprocess.CompletedProcess[str]:
        """Run a bash script that finds this `aws` first."""
        path = self.folder / "script.sh"
        path.write_text(script)
        environment = {
            **os.environ,
            "PATH": f"{self.folder}:{os.environ['PATH']}",
            "FAKE": str(self.folder),
            "FAKE_ACCOUNT": self.account,
            "FAKE_FAILS_AT": str(fails_at),
            "VPCPROOF_WAIT": "0",
        }
        (self.folder / "asked").unlink(missing_ok=True)
        return subprocess.run(
            ["bash", str(path), *arguments],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def calls(self) -> list[tuple[str, dict[str, Any]]]:
        """The calls of the last run that change something, as the API would have got them."""
        text = (self.folder / "asked").read_text()
        commands = [each.split("\0")[:-1] for each in text.split("END\0")[:-1]]
        return [called(each) for each in commands if tuple(each[:2]) not in _READING]


def called(words: Iterable[str]) -> tuple[str, dict[str, Any]]:
    """The operation and the arguments that words of a command line stand for."""
    _, operation, *rest = words
    arguments: dict[str, Any] = {}
    option = ""
    for word in rest:
        if word.startswith("--"):
            option = word.removeprefix("--")
            arguments[option] = []
        else:
            arguments[option].append(word)
    arguments = {
        name: value for name, value in arguments.items() if name not in {"query", "output"}
    }
    return _camel(operation), dict(_argument(name, value) for name, value in arguments.items())


def _argument(option: str, words: list[str]) -> tuple[str, Any]:
    name = _camel(option)
    if not words:
        return (_camel(option.removeprefix("no-")), not option.startswith("no-"))
    if words[0][0] in "[{" and name != "PolicyDocument":
        return name, json.loads(words[0])
    return name, words if name.endswith("Ids") else words[0]


def _camel(text: str) -> str:
    return re.sub(r"(?:^|-)(.)", lambda match: match[1].upper(), text)
