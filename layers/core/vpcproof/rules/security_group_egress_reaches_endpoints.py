"""A security group of workloads lets them out to the endpoints that they use.

## Why it matters
A group without the default egress rule, as Terraform makes them, lets nothing out. One that allows
443 to the VPC's own addresses reaches interface endpoints but not S3: traffic through a gateway
endpoint has public destinations, and an egress rule has to name the prefix list.

## How to fix
Allow TCP 443 to the endpoint's security group or to the VPC's CIDR block, and to the prefix list of
each gateway endpoint.

## Known limits
Rules of all groups on an interface add up, so a group is judged by the interfaces that carry it.
Where there are none to read, as of a template, only a group that lets everything out complies.
Queries to the VPC's own resolver pass no security group. Endpoints without private DNS and without
gateway routes are not used by default names and not asked for; those of a hub are judged by
`vpc-central-endpoints-reachable`. Endpoints of Systems Manager are for workloads that may run its
agent.
"""

from collections.abc import Iterator

from ..analysis.clients import Client, clients_by_group
from ..analysis.endpoint_path import (
    Link,
    egress_blocks,
    endpoint_crowd,
    endpoint_ports,
    standing,
)
from ..analysis.endpoints import service_of
from ..analysis.path import Block
from ..analysis.public_path import destination_of, group_blocks
from ..analysis.routing import GatewayRoute, effective_route_table, gateway_route
from ..model.addresses import ALL_ADDRESSES, ALL_IPV4, AddressSet
from ..model.facts import Fact
from ..model.parameters import Parameters
from ..model.ports import ALL_PORTS
from ..model.resource_type import ResourceType
from ..model.route_table import RouteTable
from ..model.security_group import SecurityGroup
from ..model.snapshot import Snapshot, per_snapshot
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
    resource_type=ResourceType.SECURITY_GROUP,
    severity=Severity.HIGH,
    needs={Fact.SECURITY_GROUPS, Fact.VPC_ENDPOINTS, Fact.SUBNETS},
    reads={Fact.NETWORK_INTERFACES, Fact.ROUTE_TABLES, Fact.PREFIX_LISTS},
    parameters=["granularity", "ssmWorkloads"],
)
def judge(group: SecurityGroup, snapshot: Snapshot, parameters: Parameters) -> Verdict:
    subnets = [
        subnet
        for subnet_id in _subnets_with(snapshot, group.id)
        if (subnet := snapshot.subnets.get(subnet_id)) is not None
    ]
    who_is_known = snapshot.has(Fact.NETWORK_INTERFACES, group.vpc_id)
    if not subnets and who_is_known:
        return not_applicable("no workload carries this group")
    blocks: list[Block] = []
    asked = 0
    for subnet in subnets:
        for endpoint in _endpoints_used(snapshot, subnet.id):
            crowd = endpoint_crowd(snapshot, subnet, endpoint, parameters)
            carriers = clients_by_group(snapshot, crowd).get(group.id, ())
            asked += len(carriers)
            blocks += _blocks(snapshot, subnet, carriers, endpoint)
        blocks += _routes_unread(snapshot, subnet)
    distinct = tuple(dict.fromkeys(blocks))
    if not asked and not distinct and who_is_known:
        return not_applicable("its workloads use no endpoint")
    evidence = [Evidence(each.fact, each.id, each.detail) for each in distinct]
    certain = [each for each in distinct if each.certain]
    if certain:
        more = f" (and {len(certain) - 1} more)" if len(certain) > 1 else ""
        return non_compliant(f"{certain[0]}{more}", *evidence)
    if distinct:
        return undetermined(distinct[0].detail, *evidence)
    if not who_is_known:
        return _whoever_carries_it(group, snapshot)
    return compliant("lets its workloads out to every endpoint they use")


def _whoever_carries_it(group: SecurityGroup, snapshot: Snapshot) -> Verdict:
    """Without network interfaces only a group that lets everything out is known to be enough."""
    everywhere = AddressSet.union(
        each.cidr for each in group.egress if each.cidr and each.tcp_ports == ALL_PORTS
    )
    vpc = snapshot.vpcs.get(group.vpc_id or "")
    has_ipv4_only = vpc is not None and vpc.cidrs is not None and not vpc.cidrs.v6
    if (ALL_IPV4 if has_ipv4_only else ALL_ADDRESSES) <= everywhere:
        return compliant("lets whoever carries it out to everywhere")
    return undetermined("who carries this group is not known without network interfaces")


@per_snapshot
def _subnets_by_group(snapshot: Snapshot) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for interface in snapshot.network_interfaces.values():
        if interface.is_workload:
            for group_id in interface.group_ids:
                found.setdefault(group_id, {})[interface.subnet_id] = None
    return {group_id: tuple(subnet_ids) for group_id, subnet_ids in found.items()}


def _subnets_with(snapshot: Snapshot, group_id: str) -> tuple[str, ...]:
    return _subnets_by_group(snapshot).get(group_id, ())


@per_snapshot
def _endpoints_used(snapshot: Snapshot, subnet_id: str) -> tuple[VpcEndpoint, ...]:
    """The endpoints that default names and routes lead a subnet to."""
    table = effective_route_table(snapshot, subnet_id)
    return tuple(
        endpoint
        for endpoint in _available_endpoints(snapshot, snapshot.subnets[subnet_id])
        if _has_the_name(endpoint) or (table and _is_routed_to(snapshot, table, endpoint))
    )


def _available_endpoints(snapshot: Snapshot, subnet: Subnet) -> Iterator[VpcEndpoint]:
    for endpoint in snapshot.endpoints_of(subnet.vpc_id):
        service = service_of(endpoint)
        if endpoint.is_available and service is not None and not service.is_private:
            yield endpoint


def _has_the_name(endpoint: VpcEndpoint) -> bool:
    return (
        endpoint.is_interface
        and endpoint.private_dns_enabled
        and not endpoint.inbound_resolver_only
    )


def _is_routed_to(snapshot: Snapshot, table: RouteTable, endpoint: VpcEndpoint) -> bool:
    status = gateway_route(snapshot, table, endpoint).status
    return endpoint.is_gateway and status in {GatewayRoute.EFFECTIVE, GatewayRoute.UNKNOWN}


def _routes_unread(snapshot: Snapshot, subnet: Subnet) -> tuple[Block, ...]:
    """Whether gateway endpoints are used cannot be told without the subnet's table."""
    gateways = any(each.is_gateway for each in _available_endpoints(snapshot, subnet))
    if not gateways or effective_route_table(snapshot, subnet.id) is not None:
        return ()
    return (Block("route_table", subnet.id, "the route table was not read", certain=False),)


def _blocks(
    snapshot: Snapshot, subnet: Subnet, clients: tuple[Client, ...], endpoint: VpcEndpoint
) -> Iterator[Block]:
    if endpoint.is_gateway:
        destination = destination_of(snapshot, subnet, endpoint)
        for client in clients:
            yield from group_blocks(snapshot, client, destination)
        return
    there, ports = standing(snapshot, endpoint.id), endpoint_ports(endpoint)
    for client in clients:
        for port in ports:
            yield from egress_blocks(snapshot, client, there, port, Link.SAME_VPC)
