"""A full sweep of one account and Region by `vpcproof check`, next to boto3 that only reads.

For three estates, in one run: the calls of all rules, wall and processor time as ratios to two
floors, and peak memory. `pages` is boto3 reading, one after the other, the seven kinds of facts
that grow with the account; `same calls` asks DescribeVpcAttribute besides, as is needed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from served_account import ESTATES, REGION, serve

RUNS = 3
MIB = 1024
FLOOR = """
import boto3
ec2 = boto3.client("ec2")
held = {}
for name, key, size in (
    ("describe_vpcs", "Vpcs", 1000),
    ("describe_subnets", "Subnets", 1000),
    ("describe_security_groups", "SecurityGroups", 1000),
    ("describe_route_tables", "RouteTables", 100),
    ("describe_vpc_endpoints", "VpcEndpoints", 1000),
    ("describe_network_acls", "NetworkAcls", 1000),
    ("describe_network_interfaces", "NetworkInterfaces", 1000),
):
    pages = ec2.get_paginator(name).paginate(PaginationConfig={"PageSize": size})
    held[key] = [each for page in pages for each in page[key]]
"""
SAME_CALLS = """
for vpc in held["Vpcs"]:
    for attribute in ("enableDnsSupport", "enableDnsHostnames"):
        ec2.describe_vpc_attribute(VpcId=vpc["VpcId"], Attribute=attribute)
"""
COMMANDS = {
    "pages": [sys.executable, "-c", FLOOR],
    "same calls": [sys.executable, "-c", FLOOR + SAME_CALLS],
    "vpcproof": [str(Path(sys.executable).with_name("vpcproof")), "check", "--format", "json"],
}


@dataclass(frozen=True, slots=True)
class Run:
    """One finished process."""

    wall: float
    cpu: float
    mib: float
    calls: int


def main() -> None:
    """Print one row for each estate; `serve L` is the account itself."""
    if sys.argv[1:2] == ["serve"]:
        serve(sys.argv[2])
        return
    print(
        "| estate | calls | wall, x pages | wall, x same calls | processor, x pages"
        " | processor, x same calls | processor | peak memory |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    for name in sys.argv[1:] or ESTATES:
        with _served(name) as server:
            # Taking turns, so that a busy machine slows all alike.
            runs = [{label: _run(server, label) for label in COMMANDS} for _ in range(RUNS)]
        wall = {label: median(each[label].wall for each in runs) for label in COMMANDS}
        cpu = {label: median(each[label].cpu for each in runs) for label in COMMANDS}
        ours = runs[0]["vpcproof"]
        ratios = [
            f"{taken['vpcproof'] / taken[floor]:.2f}"
            for taken in (wall, cpu)
            for floor in ("pages", "same calls")
        ]
        print(
            f"| {name} | {ours.calls:,} | {' | '.join(ratios)} | {cpu['vpcproof']:.1f} s"
            f" | {ours.mib:,.0f} MiB |"
        )


@contextmanager
def _served(name: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, __file__, "serve", name]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        os.environ["AWS_ENDPOINT_URL"] = server.stdout.readline().strip()
        yield server
        server.communicate()


def _run(server: subprocess.Popen[str], label: str) -> Run:
    environment = {
        **os.environ,
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
    }
    start = time.perf_counter()
    process = subprocess.Popen(
        COMMANDS[label], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    code = os.waitstatus_to_exitcode(status)
    if code not in {0, 1, 3} or (label != "vpcproof" and code):
        raise SystemExit(f"{label} failed: {process.stderr and process.stderr.read().decode()}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / MIB, _calls(server))


def _calls(server: subprocess.Popen[str]) -> int:
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.write("calls\n")
    server.stdin.flush()
    return sum(json.loads(server.stdout.readline()).values())


if __name__ == "__main__":
    main()
