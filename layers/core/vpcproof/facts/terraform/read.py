"""A Terraform or OpenTofu plan as a snapshot of the network that it will leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from ...errors import SnapshotError
from ...model.facts import Fact, Gap
from ...model.location import Location
from ..build import snapshot_of
from ..documents import Note, Reading
from ..raw import UnreadableError, shown
from .dns import tell_hosted_zones, tell_name_resolution
from .document import read_document
from .endpoints import tell_endpoints, tell_services
from .interfaces import tell_interfaces
from .network import tell_dhcp_options, tell_subnets, tell_vpcs
from .plan import plan_of
from .prefix_lists import tell_prefix_lists
from .references import ROUTE_TABLE, SUBNET
from .regions import account_of, region_of
from .routing import tell_gateways, tell_route_tables
from .security import tell_network_acls, tell_security_groups
from .transit import tell_peerings, tell_transit_gateways
from .world import World

# What a plan shows of a VPC in part only, where it does not manage the VPC itself.
_OF_ONE_VPC = (
    Fact.SUBNETS,
    Fact.ROUTE_TABLES,
    Fact.VPC_ENDPOINTS,
    Fact.SECURITY_GROUPS,
    Fact.NETWORK_ACLS,
    Fact.NAT_GATEWAYS,
    Fact.INTERNET_GATEWAYS,
    Fact.DHCP_OPTIONS,
    Fact.HOSTED_ZONES,
    Fact.PROFILE_ASSOCIATIONS,
    Fact.RESOLVER_RULES,
    Fact.TRANSIT_GATEWAY_ATTACHMENTS,
    Fact.VPC_PEERING_CONNECTIONS,
    Fact.INSTANCE_CONNECT_ENDPOINTS,
)


def read_plan(path: Path, *, now: datetime, region: str | None = None) -> Reading:
    """Read what `terraform show -json` prints of a saved plan.

    `now` is when it is judged; `region` is where providers put resources that no plan says it of.
    Raises SnapshotError, in one line, where the file is no plan.
    """
    try:
        world = World(plan_of(read_document(path)), str(path))
        _tell(world, region)
        reading = snapshot_of(world.documents, now=now)
    except RecursionError:
        raise SnapshotError(f"{path} is nested too deeply to be a plan") from None
    except UnreadableError as error:
        raise SnapshotError(f"{path} is not as Terraform prints a plan: {error}") from None
    locations = {
        place: Location(file=str(path), address=address)
        for place, address in world.addresses.items()
    }
    snapshot = replace(reading.snapshot, locations=MappingProxyType(locations))
    return replace(reading, snapshot=snapshot)


def _tell(world: World, region: str | None) -> None:
    documents = world.documents
    documents.account = account_of(world)
    documents.region = region or _only_region(world)
    tell_vpcs(world)
    tell_subnets(world)
    tell_dhcp_options(world)
    tell_prefix_lists(world)
    tell_endpoints(world)
    tell_services(world)
    tell_route_tables(world)
    tell_gateways(world)
    tell_security_groups(world)
    tell_network_acls(world)
    tell_hosted_zones(world)
    tell_name_resolution(world)
    tell_transit_gateways(world)
    tell_peerings(world)
    tell_interfaces(world)
    documents.gaps += [*_gaps_of_foreign_vpcs(world), *_gaps_of_foreign_parts(world)]
    documents.gaps += _gaps_of_deferred(world)
    documents.notes += _notes(world)


def _only_region(world: World) -> str | None:
    """The Region of all resources; None where providers of several are at work, or none says."""
    regions = {region_of(world, each) for each in world.plan.of(*world.plan.managed_types)}
    return regions.pop() if len(regions) == 1 else None


def _gaps_of_foreign_vpcs(world: World) -> Iterator[Gap]:
    """VPCs that resources are put into, and that the plan does not manage."""
    documents = world.documents
    told = {vpc["VpcId"] for vpc in documents.elements("Vpcs")}
    named = {
        str(element["VpcId"])
        for key in documents.answers
        for element in documents.elements(key)
        if element.get("VpcId")
    }
    for vpc_id in sorted((told | named) - world.managed_vpcs.keys()):
        reason = f"the plan does not manage {shown(vpc_id)} and shows only a part of it"
        for fact in (*_OF_ONE_VPC, *(() if vpc_id in told else (Fact.VPCS,))):
            yield Gap(fact=fact, reason=reason, vpc_id=vpc_id)


def _gaps_of_foreign_parts(world: World) -> Iterator[Gap]:
    """Subnets and tables that are named in a VPC of the plan and that it does not show."""
    known = {Fact.SUBNETS: world.ids_of(SUBNET), Fact.ROUTE_TABLES: world.ids_of(ROUTE_TABLE)}
    known[Fact.ROUTE_TABLES] |= {
        str(table["RouteTableId"]) for table in world.documents.elements("RouteTables")
    }
    members = {Fact.SUBNETS: "SubnetIds", Fact.ROUTE_TABLES: "RouteTableIds"}
    for endpoint in world.documents.elements("VpcEndpoints"):
        for fact, member in members.items():
            for named in sorted({*endpoint[member]} - known[fact]):
                reason = (
                    f"{shown(endpoint['VpcEndpointId'], 200)}: {shown(named)} is not in the plan"
                )
                yield Gap(fact=fact, reason=reason, vpc_id=endpoint["VpcId"])


def _gaps_of_deferred(world: World) -> Iterator[Gap]:
    """Resources whose number nobody knows yet may be of any kind that rules read."""
    for type_name, count in sorted(Counter(world.plan.deferred).items()):
        if type_name.startswith("aws_"):
            reason = f"{count} changes of {shown(type_name)} are put off to a later plan"
            yield from (Gap(fact=fact, reason=reason) for fact in (Fact.VPCS, *_OF_ONE_VPC))


def _notes(world: World) -> Iterator[Note]:
    for vpc_id, vpc in world.managed_vpcs.items():
        if vpc.known_id is not None:
            yield Note(vpc.address, f"{vpc_id} exists: what is in it beside this plan is not seen")
    if world.plan.is_partial and not world.plan.deferred:
        yield Note(world.source, "the plan is not complete: it was made for some targets only")
