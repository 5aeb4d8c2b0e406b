"""A full sweep of one account and Region by `vpcproof check`, next to boto3 that only reads.

For three estates, in one run: the calls of all rules, wall and processor time as ratios to two
floors, and peak memory. `pages` is boto3 reading, one after the other, the seven kinds of facts
that grow with the account; `same calls` asks DescribeVpcAttribute besides, as is needed.

With --peers (`make bench-peers`) once next to Prowler's endpoint checks and the Cloud Custodian
policies of `benchmarks/accuracy/custodian.yml`, instead of the floors. Neither answers the question
that vpcproof answers; they are what of theirs is nearest.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from served_account import ESTATES, REGION, serve

RUNS = 3
MIB = 1024
_FINE = {"vpcproof": {0, 1, 3}, "Prowler": {0, 3}}  # with findings, or not all determined
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
VPCPROOF = [str(Path(sys.executable).with_name("vpcproof")), "check", "--format", "json"]
FLOORS = {
    "pages": [sys.executable, "-c", FLOOR],
    "same calls": [sys.executable, "-c", FLOOR + SAME_CALLS],
    "vpcproof": VPCPROOF,
}


@dataclass(frozen=True, slots=True)
class Run:
    """One finished process."""

    wall: float
    cpu: float
    mib: float
    calls: int


def main() -> None:
    """Print rows for each estate, with --peers for each tool; `serve L` is the account."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["serve"]:
        serve(arguments[1])
        return
    names = [each for each in arguments if each != "--peers"] or list(ESTATES)
    if "--peers" in arguments:
        _beside_peers(names)
    else:
        _beside_floors(names)


def _beside_floors(names: list[str]) -> None:
    print(
        "| estate | calls | wall, x pages | wall, x same calls | processor, x pages"
        " | processor, x same calls | processor | peak memory |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    for name in names:
        with _served(name) as server:
            # Taking turns, so that a busy machine slows all alike.
            runs = [_runs(server, FLOORS) for _ in range(RUNS)]
        wall = {label: median(each[label].wall for each in runs) for label in FLOORS}
        cpu = {label: median(each[label].cpu for each in runs) for label in FLOORS}
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


def _beside_peers(names: list[str]) -> None:
    print("| estate | tool | calls | wall, x vpcproof | processor, x vpcproof | peak memory |")
    print("|---|---|---:|---:|---:|---:|")
    for name in names:
        with TemporaryDirectory() as folder, _served(name) as server:
            os.environ["HOME"] = folder
            runs = _runs(server, {"vpcproof": VPCPROOF, **_peers(Path(folder))})
        ours = runs["vpcproof"]
        for label, run in runs.items():
            print(
                f"| {name} | {label} | {run.calls:,} | {run.wall / ours.wall:.1f}"
                f" | {run.cpu / ours.cpu:.1f} | {run.mib:,.0f} MiB |"
            )


def _peers(folder: Path) -> dict[str, list[str]]:
    """What is started for each peer; both write into the folder."""
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from benchmarks.accuracy import peers  # noqa: PLC0415 - needs moto, which the floors do not

    file = folder / "policies.json"
    file.write_text(json.dumps(peers.policies(REGION, ["ssm", "ssmmessages", "s3"])))
    return {
        "Cloud Custodian": peers.custodian_command(file, REGION, str(folder)),
        "Prowler": [
            str(peers.PROWLER / "bin/prowler"),
            *peers.prowler_arguments(REGION, str(folder)),
        ],
    }


def _runs(server: subprocess.Popen[str], commands: Mapping[str, list[str]]) -> dict[str, Run]:
    return {label: _run(server, label, command) for label, command in commands.items()}


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


def _run(server: subprocess.Popen[str], label: str, command: list[str]) -> Run:
    environment = {
        **os.environ,
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
    }
    start = time.perf_counter()
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    code = os.waitstatus_to_exitcode(status)
    if code not in _FINE.get(label, {0}):
        raise SystemExit(f"{label} failed: exit status {code} of {' '.join(command)}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / MIB, _calls(server))


def _calls(server: subprocess.Popen[str]) -> int:
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.write("calls\n")
    server.stdin.flush()
    return sum(json.loads(server.stdout.readline()).values())


if __name__ == "__main__":
    main()
