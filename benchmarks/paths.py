"""The speed of the analysis: path verdicts a second, all rules on growing networks, and z3.

Prints Markdown tables for docs/performance.md. Processor time is counted, in a process of its own
for each row, so that memory is that of the row alone. Run with `make bench`, or alone:
python benchmarks/paths.py
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from math import log2
from pathlib import Path
from typing import Any

from generated_network import Size, generate
from landing_zone import Zone, landing_zone
from vpcproof.analysis.path import PathClass
from vpcproof.analysis.paths import all_paths
from vpcproof.engine import evaluate
from vpcproof.model.parameters import Parameters
from vpcproof.model.snapshot import Snapshot
from vpcproof.rules.registry import all_rules

NETWORKS: Mapping[str, Callable[[], Snapshot]] = {
    "landing zone, 50 VPCs": lambda: landing_zone(
        Zone(vpcs=50, subnets=24, services=40, interfaces=240)
    ),
    "landing zone, 200 VPCs": lambda: landing_zone(
        Zone(vpcs=200, subnets=24, services=40, interfaces=240)
    ),
    "nothing alike": lambda: generate(Size(vpcs=50, interfaces=10_000, rules=100_000)),
}
SIZES = (
    Size(vpcs=10, interfaces=1_000, rules=10_000),
    Size(vpcs=50, interfaces=10_000, rules=100_000),
    Size(vpcs=250, interfaces=100_000, rules=1_000_000),
)
SMALL = Zone(vpcs=8, subnets=24, services=30, interfaces=240)
RUNS = 3
MIB = 1024


def main() -> None:
    """Print the three tables; with the name of a row, measure that row and print JSON."""
    if sys.argv[1:]:
        measure, row = sys.argv[1:]
        print(json.dumps(MEASURES[measure](row)))
        return
    _print_verdicts()
    _print_rules()
    _print_z3()


def _print_verdicts() -> None:
    print("| network | interfaces | verdicts | reached | verdicts a second | explained, a second |")
    print("|---|---:|---:|---:|---:|---:|")
    for name in NETWORKS:
        runs = [_in_own_process("verdicts", name) for _ in range(RUNS)]
        row = min(runs, key=lambda each: each["seconds"])
        print(
            f"| {name} | {row['interfaces']:,} | {row['paths']:,} | {row['reached']:.0%}"
            f" | {row['paths'] / row['seconds']:,.0f} | {row['paths'] / row['explained']:,.0f} |"
        )


def _print_rules() -> None:
    print("\n| interfaces | rules of groups | all rules | per n log n | peak memory |")
    print("|---:|---:|---:|---:|---:|")
    first: float | None = None
    for index, size in enumerate(SIZES):
        row = _in_own_process("rules", str(index))
        growth = row["seconds"] / (size.interfaces * log2(size.interfaces))
        first = first or growth
        print(
            f"| {size.interfaces:,} | {size.rules:,} | {row['seconds']:.1f} s"
            f" | {growth / first:.2f} x | {row['mib']:,.0f} MiB |"
        )


def _print_z3() -> None:
    row = _in_own_process("z3", "")
    print(f"\nz3 {row['version']}: {row['questions']:,} questions, the same answers to all")
    print(f"({row['reached']:,} reached); z3 takes {row['theirs'] / row['ours']:,.0f} x as long.")


def _in_own_process(measure: str, row: str) -> dict[str, Any]:
    command = [sys.executable, str(Path(__file__)), measure, row]
    finished = subprocess.run(command, capture_output=True, text=True, check=True)
    return dict(json.loads(finished.stdout))


def _verdicts(name: str) -> dict[str, float]:
    """All verdicts of a network that was never asked before, then their explanations."""
    snapshot = NETWORKS[name]()
    start = time.process_time()
    paths = all_paths(snapshot, Parameters())
    decided = time.process_time()
    for path in paths:
        _ = path.blocks or path.proof
    return {
        "interfaces": len(snapshot.network_interfaces),
        "paths": len(paths),
        "reached": sum(path.reachable is True for path in paths) / len(paths),
        "seconds": decided - start,
        "explained": time.process_time() - start,
    }


def _rules(index: str) -> dict[str, float]:
    snapshot = generate(SIZES[int(index)])
    start = time.process_time()
    evaluate(snapshot, all_rules().values(), Parameters())
    return {
        "seconds": time.process_time() - start,
        "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB,
    }


def _z3(_: str) -> dict[str, Any]:
    """The same question to both: does a subnet reach the interface endpoint of a service."""
    # Imported here, so that the other rows are measured without it in memory.
    import z3  # noqa: PLC0415
    from z3_encoding import Encoding  # noqa: PLC0415

    snapshot = landing_zone(SMALL)
    start = time.process_time()
    paths = [
        path
        for path in all_paths(snapshot, Parameters())
        if path.path_class is PathClass.INTERFACE_ENDPOINT
    ]
    ours = time.process_time()
    encoding = Encoding(snapshot)
    answers = [encoding.reaches(path.subnet_id, path.via[0]) for path in paths]
    theirs = time.process_time()
    different = [p for p, answer in zip(paths, answers, strict=True) if p.reachable is not answer]
    if different:
        raise SystemExit(f"z3 does not agree on {len(different)}, first {different[0]}")
    return {
        "version": z3.get_version_string(),
        "questions": len(paths),
        "reached": sum(answers),
        "ours": ours - start,
        "theirs": theirs - ours,
    }


MEASURES: Mapping[str, Callable[[str], dict[str, Any]]] = {
    "verdicts": _verdicts,
    "rules": _rules,
    "z3": _z3,
}

if __name__ == "__main__":
    main()
