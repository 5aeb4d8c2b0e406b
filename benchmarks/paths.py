"""Path verdicts a second, and how the time of all rules grows from 1,000 to 100,000 interfaces.

Run with `make bench`, or alone: python benchmarks/paths.py [--largest]
"""

from __future__ import annotations

import resource
import sys
import time

from generated_network import Size, generate
from vpcproof.analysis.paths import all_paths
from vpcproof.engine import evaluate
from vpcproof.model.parameters import Parameters
from vpcproof.rules.registry import all_rules

SIZES = (
    Size(vpcs=10, interfaces=1_000, rules=10_000),
    Size(vpcs=50, interfaces=10_000, rules=100_000),
    Size(vpcs=250, interfaces=100_000, rules=1_000_000),
)


def main() -> None:
    """Print one row for each size, and the growth against the smallest."""
    sizes = SIZES if "--largest" in sys.argv else SIZES[:2]
    first: float | None = None
    print("interfaces      rules   paths     paths/s   all rules s   s per 1,000 interfaces   MiB")
    for size in sizes:
        snapshot = generate(size)
        start = time.perf_counter()
        paths = all_paths(snapshot, Parameters())
        per_second = len(paths) / (time.perf_counter() - start)
        start = time.perf_counter()
        evaluate(generate(size), all_rules().values(), Parameters())
        wall = time.perf_counter() - start
        rate = wall / size.interfaces * 1000
        first = first or rate
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{size.interfaces:10,} {size.rules:10,} {len(paths):7,} {per_second:11,.0f}"
            f" {wall:13.2f} {rate:15.3f} ({rate / first:4.2f}x) {peak:8,.0f}"
        )


if __name__ == "__main__":
    main()
