"""Referee as many networks as asked: `python -m tests.kernel --networks 1000 --seed 1`."""

import argparse
import sys
import time

from tests.kernel.generator import random_network
from tests.kernel.referee import Referee
from tests.kernel.topology import topology


def main() -> int:
    """Print each disagreement as it is found, then what was tried."""
    parser = argparse.ArgumentParser(prog="python -m tests.kernel")
    parser.add_argument("--networks", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0, help="of the first network")
    options = parser.parse_args()
    began = time.monotonic()
    with topology() as wires:
        referee = Referee(wires)
        told = 0
        for seed in range(options.seed, options.seed + options.networks):
            referee.judge(seed, random_network(seed))
            for each in referee.report.disagreements[told:]:
                print(each, flush=True)
            told = len(referee.report.disagreements)
    report = referee.report
    each = (time.monotonic() - began) / max(report.networks, 1)
    print(f"{report.networks} networks, {report.connections} connections, {report.settings} "
          f"settings alone, {told} disagreements; {each:.2f} s a network")  # fmt: skip
    for name, count in sorted(report.paths.items()):
        print(f"  {count:6} {name}")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
