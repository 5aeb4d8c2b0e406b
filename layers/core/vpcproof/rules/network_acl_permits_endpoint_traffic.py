"""A network ACL lets endpoint traffic of its subnets pass, and the replies to it.

## Why it matters
Network ACLs keep no state: besides the service's port one way, the client's own high ports must be
open the other way. An ACL that lists 443 alone lets the first packet through and drops the answer.
Traffic through a gateway endpoint has public addresses, which an ACL for the VPC's range forgets.

## How to fix
For interface endpoints allow 443 between the subnets and 32768-65535 back; for gateway endpoints
allow 443 out to the ranges of the service and 32768-65535 in from them. Prefix lists cannot be
used in a network ACL.

## Known limits
Within one subnet an ACL is not asked. Which reply ports clients use is the parameter
`ephemeralPorts`; the default covers Linux and Windows. Where the addresses of a gateway endpoint's
service were not read, only an ACL open to all public addresses is proven.
"""

from ..analysis.endpoint_path import acl_blocks, endpoint_crowd, landings
from ..analysis.endpoints import service_of
from ..analysis.network_acls import network_acl_of
from ..analysis.path import Block, doubtful
from ..analysis.public_path import gateway_acl_blocks
from ..analysis.routing import GatewayRoute, effective_route_table, gateway_route
from ..analysis.scope import workload_subnets
from ..model.facts import Fact
from ..model.network_acl import NetworkAcl
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
    resource_type=ResourceType.NETWORK_ACL,
    severity=Severity.HIGH,
    needs={Fact.NETWORK_ACLS, Fact.VPC_ENDPOINTS, Fact.SUBNETS},
    reads={Fact.NETWORK_INTERFACES, Fact.ROUTE_TABLES, Fact.PREFIX_LISTS},
    parameters=["ephemeralPorts", "granularity", "ssmWorkloads"],
)
def judge(acl: NetworkAcl, snapshot: Snapshot, parameters: Parameters) -> Verdict:
    guarded = {
        subnet.id
        for subnet in snapshot.subnets_of(acl.vpc_id)
        if (own := network_acl_of(snapshot, subnet.id)) is not None and own.id == acl.id
    }
    if not guarded:
        return not_applicable("guards no subnet")
    blocks: list[Block] = []
    asked = 0
    for client in workload_subnets(snapshot, acl.vpc_id):
        for endpoint in snapshot.endpoints_of(acl.vpc_id):
            service = service_of(endpoint)
            if endpoint.private_dns_enabled and endpoint.inbound_resolver_only:
                continue
            if endpoint.is_available and service is not None and not service.is_private:
                found = _blocks(snapshot, guarded, client, endpoint, parameters)
                asked += found is not None
                blocks += found or ()
    own_blocks = tuple(dict.fromkeys(block for block in blocks if block.id == acl.id))
    if not asked:
        return not_applicable("no endpoint traffic passes its subnets")
    evidence = [Evidence(each.fact, each.id, each.detail) for each in own_blocks]
    certain = [each for each in own_blocks if each.certain]
    if certain:
        more = f" (and {len(certain) - 1} more)" if len(certain) > 1 else ""
        return non_compliant(f"{certain[0]}{more}", *evidence)
    if own_blocks:
        return undetermined(own_blocks[0].detail, *evidence)
    return compliant("endpoint traffic and its replies pass")


def _blocks(
    snapshot: Snapshot,
    guarded: set[str],
    client: Subnet,
    endpoint: VpcEndpoint,
    parameters: Parameters,
) -> tuple[Block, ...] | None:
    """What ACLs stop between a client subnet and an endpoint; None when this ACL is not passed."""
    if endpoint.is_gateway:
        if client.id not in guarded:
            return None
        table = effective_route_table(snapshot, client.id)
        blocks = gateway_acl_blocks(snapshot, client, endpoint, parameters)
        if table is None:
            return doubtful(blocks)
        status = gateway_route(snapshot, table, endpoint).status
        return blocks if status in {GatewayRoute.EFFECTIVE, GatewayRoute.UNKNOWN} else None
    crossed = [
        landing
        for landing in landings(snapshot, endpoint.id)
        if landing.subnet_id != client.id and {landing.subnet_id, client.id} & guarded
    ]
    if not crossed:
        return None
    crowd = endpoint_crowd(snapshot, client, endpoint, parameters)
    return tuple(
        block
        for landing in crossed
        for block in acl_blocks(snapshot, crowd, endpoint, landing, parameters)
    )
