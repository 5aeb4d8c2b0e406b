"""Ask the peers and vpcproof about every labelled network: `python -m benchmarks.accuracy`.

Stores what the peers found in peers.json beside this file and writes docs/accuracy.md; with --page
the peers are not run and what is stored is used. Stops where the served networks are not those of
the labels: vpcproof, reading them over the same address, must say what it says of the documents.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from dataclasses import astuple
from datetime import UTC, datetime

from benchmarks.accuracy import judging, peers
from benchmarks.accuracy.network import Network
from benchmarks.accuracy.page import PAGE, STORED, networks, page


def main() -> None:
    """Run what is asked for and write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy")
    parser.add_argument("--page", action="store_true", help="write the page from what is stored")
    if not parser.parse_args().page:
        held = networks().values()
        _served_as_labelled(held)
        _ask(held)
    PAGE.write_text(page())


def _served_as_labelled(held: Iterable[Network]) -> None:
    for network in held:
        if judging.live(network) != judging.vpcproof(network):
            raise SystemExit(f"{network.name}: served otherwise than it is told in the documents")


def _ask(held: Iterable[Network]) -> None:
    stored = {
        "date": datetime.now(UTC).date().isoformat(),
        "prowler": {
            "version": peers.version(peers.PROWLER, "prowler"),
            "findings": _plain(peers.prowler(held)),
        },
        "custodian": {
            "version": peers.version(peers.CUSTODIAN, "c7n"),
            "findings": _plain(peers.custodian(held)),
        },
    }
    STORED.write_text(json.dumps(stored, indent=1, sort_keys=True) + "\n")


def _plain(found: object) -> object:
    assert isinstance(found, dict)
    return {
        name: [astuple(each) for each in findings] for name, findings in found.items() if findings
    }


if __name__ == "__main__":
    main()
