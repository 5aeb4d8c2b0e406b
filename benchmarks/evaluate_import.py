"""How long the evaluate function takes to start, next to what no such function can do without.

Prints the ratio of two medians: `import app` to importing boto3, making the client that the
function makes at the start, and a Powertools Logger. The two take turns in fresh processes, and
processor time is counted, so that a busy machine slows both alike. Only the ratio is worth quoting.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from statistics import median

RUNS = 21
ROOT = Path(__file__).parents[1]
WITHOUT_US = """
import boto3
boto3.client("config")
from aws_lambda_powertools import Logger
Logger()
"""
WITH_US = "import app"
TIMED = """
from time import process_time
began = process_time()
{code}
print(process_time() - began)
"""
ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "PYTHONPATH": f"{ROOT / 'functions' / 'evaluate'}:{ROOT / 'layers' / 'core'}",
    "AWS_DEFAULT_REGION": "us-east-1",
    "POWERTOOLS_SERVICE_NAME": "evaluate",
    "POWERTOOLS_METRICS_NAMESPACE": "vpcproof",
}


def main() -> None:
    """Measure and print the ratio."""
    for code in (WITHOUT_US, WITH_US):
        _seconds(code)  # writes the compiled modules and warms the disk
    pairs = [(_seconds(WITHOUT_US), _seconds(WITH_US)) for _ in range(RUNS)]
    floor, ours = (median(column) for column in zip(*pairs, strict=True))
    print(f"boto3, its config client and a Logger: {floor * 1000:.0f} ms")
    print(f"the evaluate function: {ours * 1000:.0f} ms")
    print(f"ratio: {ours / floor:.2f} (median of {RUNS} runs each)")


def _seconds(code: str) -> float:
    command = [sys.executable, "-c", TIMED.format(code=code)]
    finished = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=True)
    return float(finished.stdout)


if __name__ == "__main__":
    main()
