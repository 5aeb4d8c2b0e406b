"""An interface endpoint has a network interface in every zone with workloads.

## Why it matters
Any subnet can use an endpoint's interface in another zone, so nothing is broken, until that zone
fails and takes the service with it for all the others. Until then every byte pays for crossing.

## How to fix
Add one subnet for each missing zone: `aws ec2 modify-vpc-endpoint --vpc-endpoint-id …
--add-subnet-ids …`.

## Known limits
Zones where the service is not offered are left out when the catalogue (`ServiceDetails`) was read.
Without it, or with fewer zones known than there are, a zone without an interface is a finding.
"""

from ..analysis.admission import clients_of
from ..analysis.dns import service_details
from ..analysis.endpoints import Life, life
from ..model.facts import Fact
from ..model.parameters import Parameters
from ..model.resource_type import ResourceType
from ..model.snapshot import Snapshot
from ..model.verdict import (
    Evidence,
    Severity,
    Verdict,
    compliant,
    non_compliant,
    not_applicable,
    undetermined,
)
from ..model.vpc import Subnet
from ..model.vpc_endpoint import VpcEndpoint
from .registry import rule


@rule(
    resource_type=ResourceType.VPC_ENDPOINT,
    severity=Severity.LOW,
    needs={Fact.VPC_ENDPOINTS, Fact.SUBNETS},
    reads={Fact.NETWORK_INTERFACES, Fact.ROUTE_TABLES, Fact.ENDPOINT_SERVICES},
    parameters=["includePublicSubnets"],
)
def judge(endpoint: VpcEndpoint, snapshot: Snapshot, parameters: Parameters) -> Verdict:
    if not endpoint.is_interface:
        return not_applicable(f"{endpoint.type} endpoints have no interface in each zone")
    if life(snapshot, endpoint, parameters) is Life.GONE:
        return not_applicable(f"state is {endpoint.state}")
    unread = [each for each in endpoint.subnet_ids if each not in snapshot.subnets]
    if unread:
        return undetermined(f"subnet {unread[0]} of the endpoint was not read")
    clients = clients_of(snapshot, endpoint, parameters)
    if not clients:
        return not_applicable("no workload uses the endpoint")
    homes = [snapshot.subnets[each] for each in endpoint.subnet_ids]
    elsewhere = [each for each in clients if each.id not in endpoint.subnet_ids]
    present = {name for home in homes for name in _names(home)}
    offered = _offered_zones(snapshot, endpoint)
    missing = {
        min(_names(subnet), default=""): subnet.id
        for subnet in elsewhere
        if not _names(subnet) & present
        and (not offered or not _names(subnet) or _names(subnet) & offered)
    }
    nameless = [each.id for each in (*elsewhere, *homes) if missing and not _names(each)]
    if nameless:
        return undetermined(f"the zone of {nameless[0]} is not known")
    if not missing:
        zones = {min(_names(home), default=home.id) for home in homes}
        return compliant(f"an interface in {', '.join(sorted(zones))}")
    evidence = [
        Evidence("subnet", each, f"has workloads in {zone}") for zone, each in missing.items()
    ]
    return non_compliant(f"no interface in {', '.join(sorted(missing))}", *evidence)


def _names(subnet: Subnet) -> set[str]:
    """What a zone is called: its name, which is the account's own, and its id, the same for all."""
    return {each for each in (subnet.zone, subnet.zone_id) if each}


def _offered_zones(snapshot: Snapshot, endpoint: VpcEndpoint) -> set[str]:
    """Zone names and ids of the service; names differ between accounts, ids do not."""
    details = service_details(snapshot, endpoint.service_name or "", endpoint.type)
    return {*details.zones, *details.zone_ids} if details else set()
