"""Route tables that do not lead to a gateway endpoint: associated with it."""

from __future__ import annotations

from collections.abc import Iterator

from ...analysis.routing import GatewayRoute, effective_route_table, gateway_route
from ...analysis.scope import subnets_in_scope
from ...model.route_table import RouteTable
from ...model.tags import OPT_OUT_TAG, OPT_OUT_VALUE
from ...model.vpc_endpoint import VpcEndpoint
from ..operations.vpc_endpoint import modify_endpoint
from ..repair import Concern, Obstacle, Phase, Proposal, Repair
from ..situation import Situation, hands_off, is_opted_out

_ENDPOINT_RULE = "vpc-endpoint-gateway-routes-complete"
_TABLE_RULE = "route-table-has-gateway-endpoint-routes"
_RULES = frozenset({_ENDPOINT_RULE, _TABLE_RULE, "subnet-service-traffic-private"})


def add_routes(situation: Situation) -> Iterator[Proposal]:
    """The route of each gateway endpoint in every table of a subnet in scope that lacks it.

    A route that is overridden or dead is there: what stands against it was made by somebody.
    """
    if not situation.broken(*_RULES):
        return
    tables = _tables_in_scope(situation)
    for endpoint in situation.endpoints:
        if not endpoint.is_gateway or endpoint.service_name is None:
            continue
        lacking = [
            table
            for table in tables
            if gateway_route(situation.snapshot, table, endpoint).status is GatewayRoute.MISSING
        ]
        about = Concern(_RULES, frozenset({endpoint.id}))
        reason = _kept(situation, endpoint, lacking)
        if lacking and reason:
            yield Obstacle(about=about, reason=reason)
        elif lacking:
            call = modify_endpoint(endpoint.id, AddRouteTableIds=[each.id for each in lacking])
            yield Repair(about=about, phase=Phase.ROUTES, calls=(call,))


def _kept(situation: Situation, endpoint: VpcEndpoint, tables: list[RouteTable]) -> str | None:
    """Why routes are not to be added; None when they may be."""
    if situation.exempts(_ENDPOINT_RULE, endpoint):
        return f"{endpoint.id} is exempt from {_ENDPOINT_RULE}"
    for table in tables:
        if is_opted_out(table):
            return f"{table.id} is tagged {OPT_OUT_TAG}={OPT_OUT_VALUE}"
        if situation.exempts(_TABLE_RULE, table):
            return f"{table.id} is exempt from {_TABLE_RULE}"
    return hands_off(endpoint)


def _tables_in_scope(situation: Situation) -> list[RouteTable]:
    found = {
        table.id: table
        for subnet in subnets_in_scope(situation.snapshot, situation.vpc.id, situation.parameters)
        if (table := effective_route_table(situation.snapshot, subnet.id)) is not None
    }
    return [found[each] for each in sorted(found)]
