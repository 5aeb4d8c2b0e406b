"""A gateway endpoint has its effective prefix-list route in the table of every subnet in scope.

## Why it matters
A gateway endpoint is nothing but routes. A subnet whose table lacks the route, and that is often
the main table which subnets use without being associated, leaves by NAT or not at all. An endpoint
that is associated with unused tables looks right in every list and serves nobody.

## How to fix
`aws ec2 modify-vpc-endpoint --vpc-endpoint-id … --add-route-table-ids …` adds the route; it cannot
be created by hand. Remove static routes that cover the service's ranges: they win over it.

## Known limits
A subnet is in scope when it holds workloads that cannot use an internet gateway. Buckets and tables
of other Regions are not in the prefix list and never take this route.
"""

from ..analysis.endpoints import Life, life
from ..analysis.routing import (
    GatewayRoute,
    GatewayRouteAnswer,
    effective_route_table,
    gateway_route,
    subnets_by_route_table,
)
from ..analysis.scope import subnets_in_scope
from ..model.facts import Fact
from ..model.parameters import Parameters
from ..model.resource_type import ResourceType
from ..model.route_table import RouteTable
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


@rule(
    resource_type=ResourceType.VPC_ENDPOINT,
    severity=Severity.HIGH,
    needs={Fact.VPC_ENDPOINTS},
    reads={Fact.ROUTE_TABLES, Fact.SUBNETS, Fact.NETWORK_INTERFACES, Fact.PREFIX_LISTS},
    parameters=["includePublicSubnets"],
)
def judge(endpoint: VpcEndpoint, snapshot: Snapshot, parameters: Parameters) -> Verdict:
    if not endpoint.is_gateway:
        return not_applicable(f"{endpoint.type} endpoints are not reached by routes of their own")
    if life(snapshot, endpoint, parameters) is Life.GONE:
        return not_applicable(f"state is {endpoint.state}")
    serving = _serving_tables(snapshot, endpoint)
    if not serving and not endpoint.route_table_ids:
        return non_compliant("associated with no route table")
    for fact in (Fact.ROUTE_TABLES, Fact.SUBNETS):
        if gap := snapshot.gap(fact, endpoint.vpc_id):
            return undetermined(f"not read: {fact.key} ({gap.reason})")
    if not serving:
        return _serves_nobody(endpoint)
    tables: dict[str, RouteTable] = {}
    for subnet in subnets_in_scope(snapshot, endpoint.vpc_id, parameters):
        table = effective_route_table(snapshot, subnet.id)
        if table is None:
            return undetermined(f"the route table of {subnet.id} was not read")
        tables[table.id] = table
    answers = {
        table_id: gateway_route(snapshot, table, endpoint) for table_id, table in tables.items()
    }
    return _verdict(snapshot, answers)


def _serving_tables(snapshot: Snapshot, endpoint: VpcEndpoint) -> list[str]:
    """The tables with a route to the endpoint that at least one subnet uses."""
    used = subnets_by_route_table(snapshot)
    return [
        table.id
        for table in snapshot.route_tables_of(endpoint.vpc_id)
        if table.id in used
        and gateway_route(snapshot, table, endpoint).status is not GatewayRoute.MISSING
    ]


def _serves_nobody(endpoint: VpcEndpoint) -> Verdict:
    tables = ", ".join(endpoint.route_table_ids)
    return non_compliant(
        f"no subnet uses a table that routes to it (associated with {tables})",
        *(Evidence("route_table", each, "associated") for each in endpoint.route_table_ids),
    )


def _verdict(snapshot: Snapshot, answers: dict[str, GatewayRouteAnswer]) -> Verdict:
    users = subnets_by_route_table(snapshot)
    failing = {
        table_id: answer
        for table_id, answer in answers.items()
        if answer.status not in {GatewayRoute.EFFECTIVE, GatewayRoute.UNKNOWN}
    }
    if failing:
        listing = "; ".join(
            f"{table_id} ({', '.join(users.get(table_id, ()))}): {describe(answer)}"
            for table_id, answer in failing.items()
        )
        return non_compliant(
            listing,
            *(Evidence("route_table", each, describe(why)) for each, why in failing.items()),
        )
    unknown = [each for each, answer in answers.items() if answer.status is GatewayRoute.UNKNOWN]
    if unknown:
        return undetermined(
            f"{', '.join(unknown)}: other routes may override, prefix list entries were not read"
        )
    evidence = [Evidence("route_table", each, "routes to the endpoint") for each in answers]
    if not answers:
        return compliant("no private subnet in scope depends on it")
    return compliant(f"effective route in {', '.join(answers)}", *evidence)


def describe(answer: GatewayRouteAnswer) -> str:
    """How a table fails a gateway endpoint, in words."""
    if answer.route is None:
        return "no route to the endpoint"
    if answer.status is GatewayRoute.BLACKHOLE:
        return "the route to the endpoint is a blackhole"
    return f"{answer.route.destination} to {answer.route.target} overrides the endpoint"
