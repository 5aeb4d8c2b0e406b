"""No route takes traffic away from a gateway endpoint that the table routes to.

## Why it matters
The longest prefix wins, and a static route wins over a prefix-list route of the same length. One
manual route for a service's range sends its traffic to NAT or to an appliance, past the endpoint,
its policy and its free transfer. A route of the same shape may lead to a Gateway Load Balancer
endpoint, which looks the same in the table and is something else.

## How to fix
Delete the route that overrides, or the blackholed one; the prefix-list route itself cannot be
edited.

## Known limits
Without the entries of the prefix list a route for public addresses may or may not override it: that
is undetermined. Routes for prefix lists of one's own may lead to a firewall and are not judged.
Tables without a route to a gateway endpoint are not applicable.
"""

from ..analysis.routing import GatewayRoute, gateway_route
from ..model.facts import Fact
from ..model.parameters import Parameters
from ..model.resource_type import ResourceType
from ..model.route_table import Route, RouteTable
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
from .registry import rule
from .vpc_endpoint_gateway_routes_complete import describe


@rule(
    resource_type=ResourceType.ROUTE_TABLE,
    severity=Severity.MEDIUM,
    needs={Fact.ROUTE_TABLES, Fact.VPC_ENDPOINTS},
    reads={Fact.PREFIX_LISTS},
)
def judge(table: RouteTable, snapshot: Snapshot, _parameters: Parameters) -> Verdict:
    routes = {
        route.target: route
        for route in table.routes
        if (route.target in snapshot.vpc_endpoints or (route.target or "").startswith("vpce-"))
        and _is_for_service(route, snapshot) is not False
    }
    if not routes:
        return not_applicable("no prefix-list route to an endpoint")
    problems: list[str] = []
    doubts: list[str] = []
    for target, route in sorted(routes.items()):
        endpoint = snapshot.vpc_endpoints.get(target or "")
        if endpoint is None:
            problems.append(f"{target} does not exist")
        elif endpoint.is_gateway:
            answer = gateway_route(snapshot, table, endpoint)
            if answer.status is GatewayRoute.UNKNOWN:
                doubts.append(endpoint.id)
            elif answer.status is not GatewayRoute.EFFECTIVE:
                problems.append(f"{target}: {describe(answer)}")
        elif _is_for_service(route, snapshot):
            problems.append(f"{target} is a {endpoint.type} endpoint, not a gateway endpoint")
        else:
            doubts.append(endpoint.id)
    if problems:
        evidence = [Evidence("route_table", table.id, problem) for problem in problems]
        return non_compliant("; ".join(problems), *evidence)
    if doubts:
        return undetermined(f"{', '.join(doubts)}: prefix list entries were not read")
    return compliant(
        f"all traffic for the service reaches {', '.join(sorted(filter(None, routes)))}"
    )


def _is_for_service(route: Route, snapshot: Snapshot) -> bool | None:
    """Whether a route is for a list of AWS, which stands for a service; None where not known.

    A list of one's own, or an address block, may well lead to a firewall.
    """
    if route.prefix_list_id is None:
        return False
    prefix_list = snapshot.prefix_lists.get(route.prefix_list_id)
    return prefix_list.is_aws_managed if prefix_list is not None else None
