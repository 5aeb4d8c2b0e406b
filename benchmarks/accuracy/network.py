"""Labelled networks: whole answers of AWS, and what is true of each subnet and service."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Document = Mapping[str, Any]
Pair = tuple[str, str]  # subnet, service

NO_ENDPOINT = "no endpoint for the service in the VPC"
STATE = "endpoint not available"
PRIVATE_DNS = "private DNS of the endpoint off"
VPC_DNS = "DNS attributes of the VPC off"
INGRESS = "security group of the endpoint"
EGRESS = "security group of the workload"
ACL = "network ACL"
ROUTE = "route to the gateway endpoint"
CENTRAL = "central endpoints, a leg broken"
FAMILY = "address family"
CLASSES = (
    NO_ENDPOINT,
    STATE,
    PRIVATE_DNS,
    VPC_DNS,
    INGRESS,
    EGRESS,
    ACL,
    ROUTE,
    CENTRAL,
    FAMILY,
)


@dataclass(frozen=True, slots=True)
class Network:
    """One network, whether each pair works, and the class of the defect where one does not."""

    name: str
    documents: Sequence[Document]
    works: Mapping[Pair, bool]
    defect: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)

    def all(self, key: str) -> list[Any]:
        """The elements of this key in all documents."""
        return [each for document in self.documents for each in document.get(key, ())]

    @property
    def region(self) -> str:
        """Where it is, told by the first subnet's zone."""
        return str(self.all("Subnets")[0]["AvailabilityZone"][:-1])

    @property
    def account(self) -> str:
        """Whose it is."""
        return next(str(each["Account"]) for each in self.documents if "Account" in each)

    def vpc_of(self, subnet_id: str) -> str:
        """The VPC of a subnet."""
        return next(e["VpcId"] for e in self.all("Subnets") if e["SubnetId"] == subnet_id)

    def endpoints(self, service: str, vpc_id: str | None = None) -> list[Any]:
        """The endpoints of a service, in a VPC or in all."""
        return [
            each
            for each in self.all("VpcEndpoints")
            if code_of(each["ServiceName"]) == service and vpc_id in {None, each["VpcId"]}
        ]

    def defect_of(self, pair: Pair) -> str:
        """The class of what breaks a pair."""
        subnet_id, service = pair
        in_vpc = None if self.defect == CENTRAL else self.vpc_of(subnet_id)
        endpoints = self.endpoints(service, in_vpc)
        if not endpoints or self.defect is None:
            return NO_ENDPOINT
        return STATE if all(e["State"] != "available" for e in endpoints) else self.defect


def code_of(service_name: str) -> str:
    """`ssm` of com.amazonaws.us-east-1.ssm; in China names begin with cn."""
    labels = service_name.removeprefix("cn.").split(".")
    return ".".join(labels[3:])


# What breaks a pair that has an endpoint, by scenario; told by its name, not by any verdict.
_DEFECTS = {
    "default-group-pitfall": INGRESS,
    "dual-stack": INGRESS,
    "duplicate-endpoints": INGRESS,
    "hostnames-off": VPC_DNS,
    "ipv6-only-subnet": FAMILY,
    "main-table-without-s3-route": ROUTE,
    "nacl-deny-first": ACL,
    "nacl-ephemeral-closed": ACL,
    "one-subnet-of-two-admitted": INGRESS,
    "private-dns-off": PRIVATE_DNS,
    "public-only": ROUTE,
    "s3-egress-to-vpc-only": EGRESS,
    "s3-route-overridden": ROUTE,
    "secondary-cidr-not-admitted": INGRESS,
    "shared-vpc-owner-nacl": ACL,
    "split-cidrs": INGRESS,
    "terraform-group-without-egress": EGRESS,
}


def scenario(folder: Path) -> Network:
    """A scenario of the tests; what is expected to be left open is left out."""
    expected = json.loads((folder / "expected.json").read_text())
    documents = [
        json.loads(path.read_text())
        for path in sorted(folder.glob("*.json"))
        if path.name != "expected.json"
    ]
    works = {
        (subnet_id, service): bool(reachable) and path_class.endswith("-endpoint")
        for subnet_id, services in expected.get("paths", {}).items()
        for service, (path_class, reachable) in services.items()
        if reachable is not None
    }
    central = "allowCentralised" in expected["parameters"]
    defect = _DEFECTS.get(folder.name, CENTRAL if central else None)
    return Network(folder.name, documents, works, defect, expected["parameters"])


def scenarios(root: Path) -> list[Network]:
    """All scenarios of which something is expected that is not left open."""
    found = (scenario(path.parent) for path in sorted(root.glob("*/expected.json")))
    return [each for each in found if each.works]
