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
Queries to the VPC's own resolver pass no security group. Endpoints without private DNS and without
gateway routes are not used by default names and not asked for.
"""

from ..analysis.clients import Client, clients_in
from ..analysis.endpoint_path import client_egress_blocks, endpoint_ports
from ..analysis.endpoints import service_of
from ..analysis.path import Block
from ..analysis.public_path import gateway_egress_blocks
from ..analysis.routing import GatewayRoute, effective_route_table, gateway_route
from ..model.facts import Fact
from ..model.parameters import Parameters
from ..model.resource_type import ResourceType
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
from ..model.vpc_endpoint import VpcEndpoint
from .registry import rule


@rule(
    resource_type=ResourceType.SECURITY_GROUP,
    severity=Severity.HIGH,
    needs={Fact.SECURITY_GROUPS, Fact.VPC_ENDPOINTS, Fact.SUBNETS, Fact.NETWORK_INTERFACES},
    reads={Fact.ROUTE_TABLES, Fact.PREFIX_LISTS},
    parameters=["granularity"],
)
def judge(group: SecurityGroup, snapshot: Snapshot, parameters: Parameters) -> Verdict:
    clients = [
        client
        for subnet_id in _subnets_with(snapshot, group.id)
        if (subnet := snapshot.subnets.get(subnet_id)) is not None
        for client in clients_in(snapshot, subnet, parameters)
        if group.id in (client.group_ids or ())
    ]
    if not clients:
        return not_applicable("no workload carries this group")
    blocks: list[Block] = []
    asked = 0
    for client in clients:
        for endpoint in _endpoints_used(snapshot, client.subnet.id):
            asked += 1
            blocks += _blocks(snapshot, client, endpoint)
    if not asked:
        return not_applicable("its workloads use no endpoint")
    distinct = tuple(dict.fromkeys(blocks))
    evidence = [Evidence(each.fact, each.id, each.detail) for each in distinct]
    certain = [each for each in distinct if each.certain]
    if certain:
        more = f" (and {len(certain) - 1} more)" if len(certain) > 1 else ""
        return non_compliant(f"{certain[0]}{more}", *evidence)
    if distinct:
        return undetermined(distinct[0].detail, *evidence)
    return compliant("lets its workloads out to every endpoint they use")


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
    subnet = snapshot.subnets[subnet_id]
    table = effective_route_table(snapshot, subnet.id)
    used = []
    for endpoint in snapshot.endpoints_of(subnet.vpc_id):
        service = service_of(endpoint)
        if not endpoint.is_available or service is None or service.is_private:
            continue
        by_name = endpoint.is_interface and endpoint.private_dns_enabled
        by_route = (
            endpoint.is_gateway
            and table is not None
            and gateway_route(snapshot, table, endpoint).status
            in {GatewayRoute.EFFECTIVE, GatewayRoute.UNKNOWN}
        )
        if by_name or by_route:
            used.append(endpoint)
    return tuple(used)


def _blocks(snapshot: Snapshot, client: Client, endpoint: VpcEndpoint) -> tuple[Block, ...]:
    if endpoint.is_gateway:
        return gateway_egress_blocks(snapshot, client, endpoint)
    return tuple(
        block
        for low, high in endpoint_ports(endpoint)
        for port in range(low, high + 1)
        for block in client_egress_blocks(snapshot, client, endpoint, port)
    )
