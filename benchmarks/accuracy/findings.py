"""What a finding of a peer says about the pairs of a network: the mapping, read in its favour.

A finding about an endpoint counts against the pairs of its service in its VPC, and only where every
endpoint of the service there is found; one about a VPC's names against what interface endpoints
serve there; one about a route table against the gateway endpoints' services of the subnets that it
routes; one about an interface or an ACL against all pairs of its subnets.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from benchmarks.accuracy.network import Network, Pair, code_of


@dataclass(frozen=True, slots=True)
class Finding:
    """A check or policy, the resource that it is about, and the service if it names one."""

    check: str
    resource_id: str
    service: str | None = None


# Prowler's only check that asks whether a service has an endpoint asks it of EC2.
PROWLER_ASKS = {"vpc_endpoint_for_ec2_enabled": "ec2"}


def of_prowler(found: Iterable[Finding]) -> list[Finding]:
    """The findings that are about the question; all others are about other questions."""
    return [
        Finding(each.check, each.resource_id, PROWLER_ASKS[each.check])
        for each in found
        if each.check in PROWLER_ASKS
    ]


def pairs_found(network: Network, found: Iterable[Finding]) -> AbstractSet[Pair]:
    """The pairs that findings count against."""
    findings = list(found)
    against: set[Pair] = set()
    for each in findings:
        against |= _pairs(network, each, {e.resource_id for e in findings if e.check == each.check})
    return against & network.works.keys()


def _pairs(network: Network, finding: Finding, alike: AbstractSet[str]) -> set[Pair]:
    kind = finding.resource_id.partition("-")[0]
    return {pair for pair in network.works if _KINDS[kind](network, finding, alike, pair)}


def _of_vpc(network: Network, finding: Finding, _alike: AbstractSet[str], pair: Pair) -> bool:
    subnet_id, service = pair
    if network.vpc_of(subnet_id) != finding.resource_id:
        return False
    if finding.service or "dns" not in finding.check:
        return finding.service in {None, service}
    kinds = {each["VpcEndpointType"] for each in network.endpoints(service, finding.resource_id)}
    return kinds != {"Gateway"}


def _of_endpoint(network: Network, finding: Finding, alike: AbstractSet[str], pair: Pair) -> bool:
    subnet_id, service = pair
    same = network.endpoints(service, network.vpc_of(subnet_id))
    ids = {each["VpcEndpointId"] for each in same}
    return finding.resource_id in ids and ids <= alike


def _of_table(network: Network, finding: Finding, _alike: AbstractSet[str], pair: Pair) -> bool:
    subnet_id, service = pair
    vpc_id = network.vpc_of(subnet_id)
    gateways = {
        code_of(each["ServiceName"])
        for each in network.all("VpcEndpoints")
        if each["VpcEndpointType"] == "Gateway" and each["VpcId"] == vpc_id
    }
    return service in gateways and _table_of(network, subnet_id, vpc_id) == finding.resource_id


def _table_of(network: Network, subnet_id: str, vpc_id: str) -> str | None:
    """The route table associated with a subnet, else the main one of its VPC."""
    main = None
    for table in network.all("RouteTables"):
        for association in table["Associations"] if table["VpcId"] == vpc_id else ():
            if association.get("SubnetId") == subnet_id:
                return str(table["RouteTableId"])
            main = str(table["RouteTableId"]) if association["Main"] else main
    return main


def _of_acl(network: Network, finding: Finding, _alike: AbstractSet[str], pair: Pair) -> bool:
    return any(
        association["SubnetId"] == pair[0]
        for acl in network.all("NetworkAcls")
        if acl["NetworkAclId"] == finding.resource_id
        for association in acl["Associations"]
    )


def _of_interface(network: Network, finding: Finding, _alike: AbstractSet[str], pair: Pair) -> bool:
    return any(
        each["SubnetId"] == pair[0] and each["NetworkInterfaceId"] == finding.resource_id
        for each in network.all("NetworkInterfaces")
    )


def _of_subnet(_network: Network, finding: Finding, _alike: AbstractSet[str], pair: Pair) -> bool:
    return pair[0] == finding.resource_id


_KINDS = {
    "vpc": _of_vpc,
    "vpce": _of_endpoint,
    "rtb": _of_table,
    "acl": _of_acl,
    "eni": _of_interface,
    "subnet": _of_subnet,
}
