"""vpcproof's answers and those of the simplest check, for each pair of a network."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from click.testing import CliRunner
from vpcproof.analysis.paths import all_paths
from vpcproof.cli.program import program
from vpcproof.facts.folder import read_folder
from vpcproof.model.parameters import parse_parameters

from benchmarks.accuracy.account import served
from benchmarks.accuracy.network import Network, Pair

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
Answers = Mapping[Pair, bool | None]


def vpcproof(network: Network) -> Answers:
    """Whether vpcproof finds a path through an endpoint; None where it says that it cannot tell."""
    with TemporaryDirectory() as folder:
        for number, document in enumerate(network.documents):
            (Path(folder) / f"{number}.json").write_text(json.dumps(document))
        snapshot = read_folder(folder, now=NOW).snapshot
    services = {service for _, service in network.works}
    found = {
        (path.subnet_id, path.service): path.reachable
        and path.path_class.value.endswith("-endpoint")
        for path in all_paths(snapshot, parse_parameters(network.parameters))
        if path.service in services
    }
    return {pair: found.get(pair) for pair in network.works}


def live(network: Network) -> Answers:
    """The same by `vpcproof paths`, which reads the network as the peers do, from its address."""
    command = ["paths", "--format", "json", "--quiet", "--region", network.region]
    for name, value in network.parameters.items():
        command += ["--set", f"{name}={value}"]
    for service in sorted({service for _, service in network.works}):
        command += ["--service", service]
    with served(network.documents, network.region) as address:
        environment = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
        with patch.dict(os.environ, AWS_ENDPOINT_URL=address, **environment):
            answer = CliRunner().invoke(program, command)
    found = {
        (path["subnet_id"], path["service"]): path["reachable"]
        and path["class"].endswith("-endpoint")
        for path in json.loads(answer.stdout)["paths"]
    }
    return {pair: found.get(pair) for pair in network.works}


def by_existence(network: Network) -> Answers:
    """Whether an endpoint with the service's name is in the VPC, which most scripts stop at."""
    return {
        (subnet_id, service): bool(network.endpoints(service, network.vpc_of(subnet_id)))
        for subnet_id, service in network.works
    }
