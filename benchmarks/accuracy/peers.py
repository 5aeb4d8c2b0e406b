"""Run Prowler and Cloud Custodian on networks, each from an environment of its own."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.metadata import distributions
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from benchmarks.accuracy.account import served
from benchmarks.accuracy.findings import Finding
from benchmarks.accuracy.network import Network, Pair

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PROWLER = ROOT / ".tools/peers-prowler"
CUSTODIAN = ROOT / ".tools/peers-custodian"
PROWLER_CHECKS = (
    "vpc_endpoint_for_ec2_enabled",
    "vpc_endpoint_multi_az_enabled",
    "vpc_endpoint_connections_trust_boundaries",
    "vpc_subnet_separate_private_public",
)
_MARK = "-n"
_ID = re.compile(r'"((?:[a-z]+-)+0[0-9a-z]+)"')
# Where a policy's finding has its id.
_IDS = {
    "aws.vpc": "VpcId",
    "aws.vpc-endpoint": "VpcEndpointId",
    "aws.route-table": "RouteTableId",
    "aws.eni": "NetworkInterfaceId",
    "aws.network-acl": "NetworkAclId",
}


def version(environment: Path, package: str) -> str:
    """The version of a package in an environment."""
    folders = [str(each) for each in environment.glob("lib/python*/site-packages")]
    (found,) = distributions(name=package, path=folders)
    return found.version


def environment(home: str, **others: str) -> dict[str, str]:
    """What a peer sees: no configuration of this machine, credentials that open nothing."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": home,
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_EC2_METADATA_DISABLED": "true",
        **others,
    }


def prowler(networks: Iterable[Network]) -> Mapping[str, list[Finding]]:
    """Prowler's FAIL findings by network."""
    return _by_network(networks, _prowler)


def _prowler(merged: Network) -> list[Finding]:
    with TemporaryDirectory() as home, served(merged.documents, merged.region) as address:
        answer = subprocess.run(
            [str(PROWLER / "bin/prowler"), *prowler_arguments(merged.region, home)],
            env=environment(home, AWS_ENDPOINT_URL=address, AWS_DEFAULT_REGION=merged.region),
            check=False,
            capture_output=True,
            text=True,
        )
        if answer.returncode not in {0, 3}:  # 3: there are findings
            raise SystemExit(f"Prowler failed: {answer.stdout[-2000:]}{answer.stderr[-2000:]}")
        with (Path(home) / "found.csv").open(newline="") as rows:
            return [
                Finding(row["CHECK_ID"], row["RESOURCE_UID"].rpartition("/")[2])
                for row in csv.DictReader(rows, delimiter=";")
                if row["STATUS"] == "FAIL"
            ]


def prowler_arguments(region: str, folder: str) -> list[str]:
    """The endpoint checks of one Region, as CSV."""
    what = ["aws", "-f", region, "-c", *PROWLER_CHECKS, "--no-banner", "-M", "csv"]
    return [*what, "-o", folder, "-F", "found"]


def policies(region: str, services: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """The policies for a Region, those about a service once for each."""
    held = yaml.safe_load((HERE / "custodian.yml").read_text().replace("REGION", region))
    (template,) = held["services"]
    for service in sorted(services):
        text = json.dumps(template["filters"]).replace("SERVICE", service.replace(".", r"\\."))
        name = template["name"].replace("SERVICE", service.replace(".", "_"))
        held["policies"].append({**template, "name": name, "filters": json.loads(text)})
    return {"policies": held["policies"]}


def custodian(networks: Iterable[Network]) -> Mapping[str, list[Finding]]:
    """The resources that Cloud Custodian's policies match, by network."""
    return _by_network(networks, _custodian)


def _custodian(merged: Network) -> list[Finding]:
    written = policies(merged.region, {service for _, service in merged.works})
    with TemporaryDirectory() as home, served(merged.documents, merged.region) as address:
        file = Path(home) / "policies.json"
        file.write_text(json.dumps(written))
        answer = subprocess.run(
            custodian_command(file, merged.region, home),
            env=environment(home, AWS_ENDPOINT_URL=address, AWS_DEFAULT_REGION=merged.region),
            check=False,
            capture_output=True,
            text=True,
        )
        if answer.returncode:
            raise SystemExit(f"Cloud Custodian failed: {answer.stderr[-3000:]}")
        return [
            _matched(policy, resource)
            for policy in written["policies"]
            for resource in json.loads((Path(home) / policy["name"] / "resources.json").read_text())
        ]


def custodian_command(file: Path, region: str, folder: str) -> list[str]:
    """A dry run with Custodian's cache, which reads each kind of resource once."""
    run = [str(CUSTODIAN / "bin/custodian"), "run", "--dryrun", "-s", folder, "-r", region]
    return [*run, "-f", f"{folder}/cache", "--cache-period", "15", str(file)]


def _matched(policy: Mapping[str, Any], resource: Mapping[str, Any]) -> Finding:
    check, _, service = policy["name"].partition("-for-")
    named = service.replace("_", ".") or None
    return Finding(check, resource[_IDS[policy["resource"]]], named)


def _by_network(
    networks: Iterable[Network], judge: Callable[[Network], list[Finding]]
) -> Mapping[str, list[Finding]]:
    """Findings by network; to the peer all networks of a Region are one account, started once."""
    held = list(networks)
    found: dict[str, list[Finding]] = {each.name: [] for each in held}
    for region in sorted({each.region for each in held}):
        here = [each for each in held if each.region == region]
        for each in judge(together(here)):
            resource_id, _, number = each.resource_id.rpartition(_MARK)
            network = here[int(number)]
            if each.service in {None, *(service for _, service in network.works)}:
                found[network.name].append(Finding(each.check, resource_id, each.service))
        print(f"{judge.__name__.strip('_')}: {region}: {len(here)} networks", flush=True)
    order = attrgetter("check", "resource_id")
    return {name: sorted(set(each), key=order) for name, each in found.items()}


def together(networks: Sequence[Network]) -> Network:
    """Networks of one Region as one account, every id marked with its network's number."""
    documents: list[Any] = [{"Account": networks[0].account, "Arn": _arn(networks[0])}]
    works: dict[Pair, bool] = {}
    for number, network in enumerate(networks):
        told = json.dumps([each for each in network.documents if "Account" not in each])
        documents += json.loads(_ID.sub(rf'"\g<1>{_MARK}{number}"', told))
        works |= {
            (f"{subnet}{_MARK}{number}", service): w
            for (subnet, service), w in network.works.items()
        }
    return Network(networks[0].region, documents, works)


def _arn(network: Network) -> str:
    return next(str(each["Arn"]) for each in network.documents if "Arn" in each)
