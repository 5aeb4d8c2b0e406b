"""The data of one VPC that its table of paths, its map and its proofs are drawn from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ...analysis.endpoint_path import landings
from ...analysis.endpoints import service_of
from ...analysis.network_acls import network_acl_of
from ...analysis.path import Block, Path
from ...analysis.routing import effective_route_table
from ...model.addresses import AddressSet
from ...model.snapshot import Snapshot
from ...model.vpc import Subnet
from ...model.vpc_endpoint import VpcEndpoint
from ...remediation.change import Change
from ...remediation.plan import Plan
from ..network import Network
from ..plan_text import proof_in_words
from .hops import Hop, Note, Stage, hops
from .interned import Interned

Json = dict[str, Any]
_STAGES = list(Stage)


def drawing(network: Network, vpc_id: str, paths: Iterable[Path], names: Mapping[str, str]) -> Json:
    """Everything about one VPC; subnets and services are named by their number in their lists.

    The first of the services, as many as `required` says, are those that rules ask for.
    """
    snapshot, plan = network.snapshot, network.plans.get(vpc_id)
    listed = sorted(paths, key=lambda path: (not network.is_required(path), path.service))
    subnets = sorted(snapshot.subnets_of(vpc_id), key=lambda each: (zone_of(each), each.id))
    subnet_ids = [each.id for each in subnets]
    services = list(dict.fromkeys(path.service for path in listed))
    tables = {table.id for each in subnets if (table := effective_route_table(snapshot, each.id))}
    notes, met = Interned(), Interned()
    followed = [
        [
            subnet_ids.index(path.subnet_id),
            services.index(path.service),
            path.path_class.value,
            path.reachable,
            list(path.via),
            [met.number(hop, _hop(hop, notes)) for hop in hops(path)],
            *_repair(path, plan),
        ]
        for path in listed
    ]
    endpoints = [_endpoint(snapshot, each, names) for each in snapshot.endpoints_of(vpc_id)]
    return {
        "zones": sorted({zone_of(each) for each in subnets}),
        "subnets": [_subnet(snapshot, each, names) for each in subnets],
        "services": services,
        "required": len({path.service for path in listed if network.is_required(path)}),
        "endpoints": endpoints,
        "targets": list(_targets(snapshot, vpc_id, tables)),
        "names": {
            each: names[each] for each in sorted(_mentioned(endpoints, tables)) if each in names
        },
        "notes": notes.written,
        "hops": met.written,
        "paths": followed,
        "plan": None if plan is None else _plan(plan),
    }


def zone_of(subnet: Subnet) -> str:
    """The column of a subnet."""
    return subnet.zone or subnet.zone_id or "zone not known"


def _subnet(snapshot: Snapshot, subnet: Subnet, names: Mapping[str, str]) -> Json:
    table = effective_route_table(snapshot, subnet.id)
    acl = network_acl_of(snapshot, subnet.id)
    return {
        "id": subnet.id,
        "name": names.get(subnet.id, ""),
        "cidrs": str(subnet.cidrs),
        "zone": zone_of(subnet),
        "table": table.id if table else "",
        "acl": acl.id if acl else "",
    }


def _endpoint(snapshot: Snapshot, endpoint: VpcEndpoint, names: Mapping[str, str]) -> Json:
    service = service_of(endpoint)
    return {
        "id": endpoint.id,
        "name": names.get(endpoint.id, ""),
        "service": service.code if service else endpoint.service_name or endpoint.type,
        "type": endpoint.type,
        "state": endpoint.state,
        "landings": [
            [each.subnet_id, _addresses(each.addresses) if each.exact else ""]
            for each in landings(snapshot, endpoint.id)
        ],
        "groups": list(endpoint.group_ids),
    }


def _addresses(addresses: AddressSet) -> str:
    """Single addresses without their prefix length, as people write them."""
    single = (each.removesuffix("/32").removesuffix("/128") for each in addresses.cidrs())
    return ", ".join(single)


def _targets(snapshot: Snapshot, vpc_id: str, tables: Iterable[str]) -> Iterator[Json]:
    """What the routes of the VPC lead to besides the VPC itself, and gateway endpoints."""
    used: dict[str, dict[str, None]] = {
        each.id: {} for each in snapshot.endpoints_of(vpc_id) if each.is_gateway
    }
    dead: set[str] = set()
    for table_id in sorted(tables):
        for route in snapshot.route_tables[table_id].routes:
            if route.target and route.target != "local":
                used.setdefault(route.target, {})[route.destination] = None
                if not route.is_active:
                    dead.add(route.target)
    for target, destinations in sorted(used.items()):
        yield {"id": target, "routes": list(destinations), "dead": target in dead}


def _mentioned(endpoints: Iterable[Json], tables: Iterable[str]) -> set[str]:
    return {*tables, *(group for each in endpoints for group in each["groups"])}


def _hop(hop: Hop, notes: Interned) -> list[Any]:
    numbers = [notes.number(note, _note(note)) for note in hop.notes]
    return [_STAGES.index(hop.stage), hop.passed, numbers]


def _note(note: Note) -> list[Any]:
    packet = note.packet
    if packet is None:
        return [note.id, note.detail]
    return [note.id, note.detail, [packet.port, packet.source or "", packet.destination or ""]]


def _repair(path: Path, plan: Plan | None) -> tuple[list[int], bool]:
    """The numbers of the plan's changes that are about what blocks a path, and whether it opens.

    An endpoint that is created makes the other ways to its service needless.
    """
    changes = plan.changes if plan else ()
    numbers: dict[int, None] = {}
    left, is_created = False, False
    for block in path.blocks:
        about = [n for n, change in enumerate(changes) if _is_about(change, block, path.service)]
        numbers |= dict.fromkeys(about)
        left = left or not about
        is_created = is_created or any(changes[number].creates for number in about)
    return list(numbers), bool(numbers) and (is_created or not left)


def _is_about(change: Change, block: Block, service: str) -> bool:
    """Whether a change touches a setting that blocks, or creates the endpoint that is missing."""
    if change.creates:
        name = str(change.arguments.get("ServiceName", ""))
        return block.fact == "vpc_endpoint" and name.endswith(f".{service}")
    return any(change.call.names(each) for each in block.id.split(", "))


def _plan(plan: Plan) -> Json:
    """The changes with their cost in a month, and in how far they are proven."""
    return {
        "skipped": plan.skipped or "",
        "changes": [
            [change.summary, change.risk.value, f"{change.cost.amount:.2f}"]
            for change in plan.changes
        ],
        "proof": proof_in_words(plan),
        "repairs": len(plan.repairs),
        "left": len(plan.unrepaired),
    }
