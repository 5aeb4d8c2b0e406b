"""How long the evaluate function takes to start, next to what no such function can do without.

Prints two ratios of medians: `import app` to importing boto3, making the client that the function
makes at the start, and a Powertools Logger; then the same with the EC2 client, which it makes when
an event needs facts. The four take turns in fresh processes, and processor time is counted, so that
a busy machine slows all alike. Only the ratios are worth quoting.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

RUNS = 21
ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tools"))

from cut_models import write_models  # noqa: E402 - a tool, whose folder is no package

WITHOUT_US = """
import boto3
boto3.client("config")
from aws_lambda_powertools import Logger
Logger()
"""
WITH_US = "import app"
PAIRS = {
    "the start": (WITHOUT_US, WITH_US),
    "up to the first facts": (
        WITHOUT_US + 'boto3.client("ec2")',
        WITH_US + '; app.clients("ec2")',
    ),
}
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
    """Measure and print the ratios."""
    with TemporaryDirectory() as models:
        write_models(Path(models))
        codes = {
            code: models if code.startswith(WITH_US) else "" for p in PAIRS.values() for code in p
        }
        for code, path in codes.items():
            _seconds(code, path)  # writes the compiled modules and warms the disk
        runs = [{code: _seconds(code, path) for code, path in codes.items()} for _ in range(RUNS)]
    for label, (without_us, with_us) in PAIRS.items():
        floor, ours = (median(run[code] for run in runs) for code in (without_us, with_us))
        print(f"{label}: {ours * 1000:.0f} ms, boto3 and a Logger {floor * 1000:.0f} ms")
        print(f"ratio: {ours / floor:.2f} (median of {RUNS} runs each)")


def _seconds(code: str, models: str) -> float:
    command = [sys.executable, "-c", TIMED.format(code=code)]
    finished = subprocess.run(
        command,
        env=ENVIRONMENT | {"AWS_DATA_PATH": models},
        capture_output=True,
        text=True,
        check=True,
    )
    return float(finished.stdout)


if __name__ == "__main__":
    main()
