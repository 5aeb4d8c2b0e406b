"""Commands of docs/operations.md, run as they stand there."""

import os
import re
import subprocess
from pathlib import Path

from lab.account import Account
from tests.template.conftest import ROOT

_AWS = ROOT / ".tools/awscli/bin"
_SECONDS_AT_MOST = 120
# For SQS and some others version 1 of the AWS CLI goes by this option alone, not by the variable.
_TO_THE_LAB = 'aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }\n'


def run(heading: str, account: Account, folder: Path) -> str:
    """Run the block below a heading in a folder of its own; answers what it printed."""
    page = (ROOT / "docs/operations.md").read_text()
    section = page.partition(f"### {heading}\n")[2].partition("\n### ")[0]
    (block,) = re.findall(r"^```bash\n(.*?)^```", section, re.DOTALL | re.MULTILINE)
    environment = account.environment
    environment["PATH"] = f"{_AWS}{os.pathsep}{environment['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", _TO_THE_LAB + block],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=_SECONDS_AT_MOST,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
