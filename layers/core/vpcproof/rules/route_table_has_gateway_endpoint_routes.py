"""A route table of subnets in scope routes to every gateway endpoint of its VPC.

## Why it matters
New route tables start without the prefix-list routes of the gateway endpoints that exist. Their
subnets then reach S3 and DynamoDB through NAT, which is billed, or not at all.

## How to fix
`aws ec2 modify-vpc-endpoint --vpc-endpoint-id … --add-route-table-ids …` adds the route.

## Known limits
A service of the parameter `services` that has no endpoint in the VPC at all is asked of the table
only when it is one that gateway endpoints exist for, and no interface endpoint serves it instead.
"""

from ..analysis.endpoints import Life, endpoints_for, life, service_of
from ..analysis.requirements import required_services
from ..analysis.routing import GatewayRoute, gateway_route, subnets_by_route_table
from ..analysis.scope import subnets_in_scope
from ..model.facts import Fact
from ..model.parameters import Parameters
from ..model.resource_type import ResourceType
from ..model.route_table import RouteTable
from ..model.service_catalogue import GATEWAY_SERVICE_CODES
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
from ..model.vpc_endpoint import VpcEndpoint
from .registry import rule
from .vpc_endpoint_gateway_routes_complete import describe


@rule(
    resource_type=ResourceType.ROUTE_TABLE,
    severity=Severity.HIGH,
    needs={Fact.VPC_ENDPOINTS, Fact.ROUTE_TABLES, Fact.SUBNETS},
    reads={
        Fact.NETWORK_INTERFACES,
        Fact.PREFIX_LISTS,
        Fact.MANAGED_NODES,
        Fact.SESSION_PREFERENCES,
    },
    parameters=["includePublicSubnets", "services"],
)
def judge(table: RouteTable, snapshot: Snapshot, parameters: Parameters) -> Verdict:
    users = subnets_by_route_table(snapshot).get(table.id, ())
    if not users:
        where = f"the gateway {table.gateway_ids[0]}" if table.gateway_ids else "no subnet"
        return not_applicable(f"used by {where}")
    in_scope = {each.id for each in subnets_in_scope(snapshot, table.vpc_id, parameters)}
    concerned = [subnet_id for subnet_id in users if subnet_id in in_scope]
    if not concerned:
        return not_applicable("no subnet in scope uses it")
    endpoints = _gateway_endpoints(snapshot, table.vpc_id, parameters)
    absent = _absent_services(snapshot, table.vpc_id, parameters)
    if not endpoints and not absent:
        return not_applicable("the VPC has no gateway endpoint, and none is required")
    answers = [(each, gateway_route(snapshot, table, each)) for each in endpoints]
    problems = [f"no gateway endpoint for {code} in {table.vpc_id}" for code in absent]
    problems += [
        f"{endpoint.service_name} ({endpoint.id}): {describe(answer)}"
        for endpoint, answer in answers
        if answer.status not in {GatewayRoute.EFFECTIVE, GatewayRoute.UNKNOWN}
    ]
    if problems:
        return non_compliant(
            f"{'; '.join(problems)}; used by {', '.join(concerned)}",
            *(Evidence("route_table", table.id, problem) for problem in problems),
        )
    if any(answer.status is GatewayRoute.UNKNOWN for _, answer in answers):
        return undetermined("other routes may override: prefix list entries were not read")
    return compliant(f"routes to {', '.join(each.id for each in endpoints)}")


def _gateway_endpoints(
    snapshot: Snapshot, vpc_id: str, parameters: Parameters
) -> tuple[VpcEndpoint, ...]:
    return tuple(
        endpoint
        for endpoint in snapshot.endpoints_of(vpc_id)
        if endpoint.is_gateway
        and service_of(endpoint) is not None
        and life(snapshot, endpoint, parameters) is not Life.GONE
    )


def _absent_services(snapshot: Snapshot, vpc_id: str, parameters: Parameters) -> tuple[str, ...]:
    return tuple(
        code
        for code in required_services(snapshot, vpc_id, parameters)
        if code in GATEWAY_SERVICE_CODES
        and not any(
            life(snapshot, endpoint, parameters) in {Life.IN_SERVICE, Life.STARTING}
            for kind in ("Gateway", "Interface")
            for endpoint in endpoints_for(snapshot, vpc_id, code, kind)
        )
    )
