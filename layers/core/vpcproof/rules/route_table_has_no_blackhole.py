"""A route table has no route whose target is gone.

## Why it matters
A blackhole route still wins the longest-prefix match: traffic for its destination is dropped, even
where another route would carry it. It remains after its NAT gateway, network interface, peering
connection, transit gateway attachment or endpoint was deleted.

## How to fix
Replace the route with one to a live target, or delete it:
`aws ec2 delete-route --route-table-id … --destination-cidr-block …`. A blackholed prefix-list route
of a gateway endpoint goes away when the endpoint is disassociated from the table.

## Known limits
A blackhole on a table that no subnet uses is a finding too: the next association would inherit it.
"""

from ..model.facts import Fact
from ..model.parameters import Parameters
from ..model.resource_type import ResourceType
from ..model.route_table import RouteTable
from ..model.snapshot import Snapshot
from ..model.verdict import Evidence, Severity, Verdict, compliant, non_compliant
from .registry import rule


@rule(
    resource_type=ResourceType.ROUTE_TABLE,
    severity=Severity.MEDIUM,
    needs={Fact.ROUTE_TABLES},
)
def judge(table: RouteTable, _snapshot: Snapshot, _parameters: Parameters) -> Verdict:
    dead = [route for route in table.routes if route.state == "blackhole"]
    if not dead:
        return compliant("no blackhole route")
    listing = ", ".join(f"{route.destination} to {route.target}" for route in dead)
    evidence = [
        Evidence("route", table.id, f"{route.destination} to {route.target} is a blackhole")
        for route in dead
    ]
    return non_compliant(f"blackhole: {listing}", *evidence)
