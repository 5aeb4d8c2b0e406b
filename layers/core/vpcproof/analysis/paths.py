"""The path of every subnet to every service: resolution, routes and filters joined."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from ..model.facts import Fact
from ..model.parameters import Parameters
from ..model.service_catalogue import SERVICE_SETS
from ..model.snapshot import Snapshot, per_snapshot
from ..model.verdict import Evidence
from ..model.vpc import Subnet
from .alike import reaches
from .central import hub_blocks, is_cut_off
from .endpoint_path import endpoint_blocks, endpoint_proof
from .endpoints import service_of, standing_endpoints
from .path import Block, Path, PathClass, Way, all_arrive, arrives, doubtful
from .public_path import exit_for
from .requirements import required_services
from .resolution import Leads, Resolution, resolve
from .scope import shared_by_owner

# What most private subnets ask for, shown whether required or not.
COMMON_SERVICES = (
    *SERVICE_SETS["ssm"],
    "s3",
    "dynamodb",
    "logs",
    "monitoring",
    "ecr.api",
    "ecr.dkr",
)


def all_paths(
    snapshot: Snapshot,
    parameters: Parameters,
    *,
    services: tuple[str, ...] = (),
    vpc_ids: frozenset[str] = frozenset(),
) -> tuple[Path, ...]:
    """The paths of all subnets, sorted by VPC, subnet and service.

    Without `services` these are the common ones, those required, and every one that has an endpoint
    in the VPC. Subnets of a shared VPC are its owner's to judge.
    """
    own = [each for each in sorted(snapshot.vpcs) if not shared_by_owner(snapshot, each)]
    explain = partial(_way, snapshot, parameters)
    return tuple(
        _path(snapshot, subnet, code, parameters, explain)
        for vpc_id in own
        if not vpc_ids or vpc_id in vpc_ids
        for codes in [sorted(services or services_in_view(snapshot, vpc_id, parameters))]
        for subnet in snapshot.subnets_of(vpc_id)
        for code in codes
    )


def services_in_view(snapshot: Snapshot, vpc_id: str, parameters: Parameters) -> frozenset[str]:
    """The services worth a column for a VPC."""
    present = {
        service.code
        for endpoint in snapshot.endpoints_of(vpc_id)
        if (service := service_of(endpoint)) is not None and not service.is_private
    }
    return frozenset((*COMMON_SERVICES, *required_services(snapshot, vpc_id, parameters))) | present


def path(snapshot: Snapshot, subnet_id: str, code: str, parameters: Parameters) -> Path:
    """How the workloads of a subnet reach a service by its default name, or all that blocks it."""
    explain = partial(_way, snapshot, parameters)
    return _path(snapshot, snapshot.subnets[subnet_id], code, parameters, explain)


def _path(
    snapshot: Snapshot,
    subnet: Subnet,
    code: str,
    parameters: Parameters,
    explain: Callable[[str, str], Way],
) -> Path:
    """The verdict first: where a name is known to lead to endpoints it needs no explanation."""
    resolution = resolve(snapshot, subnet.vpc_id, code)
    if resolution.leads is Leads.HERE and not resolution.blocks:
        return Path(
            vpc_id=subnet.vpc_id,
            subnet_id=subnet.id,
            service=code,
            path_class=PathClass.INTERFACE_ENDPOINT,
            class_known=True,
            via=resolution.endpoint_ids,
            reachable=_reaches_all(snapshot, subnet, resolution.endpoint_ids, parameters),
            explain=explain,
        )
    way = explain(subnet.id, code)
    return Path(
        vpc_id=subnet.vpc_id,
        subnet_id=subnet.id,
        service=code,
        path_class=way.path_class,
        class_known=way.certain,
        via=way.via,
        reachable=arrives(way.blocks),
        explain=explain,
    )


def _reaches_all(
    snapshot: Snapshot, subnet: Subnet, endpoint_ids: tuple[str, ...], parameters: Parameters
) -> bool | None:
    """Names may lead to any of several endpoints, so all of them have to be reached."""
    endpoints = snapshot.vpc_endpoints
    found = all_arrive(
        [reaches(snapshot, subnet, endpoints[each], parameters) for each in endpoint_ids]
    )
    return None if found and _refused_interfaces(snapshot, subnet) else found


@per_snapshot
def _way(snapshot: Snapshot, parameters: Parameters, subnet_id: str, code: str) -> Way:
    """The way of the traffic, with all that blocks it and all that proves it."""
    subnet = snapshot.subnets[subnet_id]
    resolution = resolve(snapshot, subnet.vpc_id, code)
    match resolution.leads:
        case Leads.HERE:
            way = _to_endpoints(snapshot, subnet, code, resolution, parameters)
        case Leads.ELSEWHERE:
            way = _to_hub(snapshot, subnet, code, resolution, parameters)
        case Leads.NOWHERE:
            blocks = _kept_from_endpoints(snapshot, subnet, code, resolution, parameters)
            way = Way(path_class=PathClass.NONE, blocks=blocks)
        case Leads.PUBLIC:
            way = _to_public_addresses(snapshot, subnet, code, resolution, parameters)
        case _:
            way = _to_unknown_addresses(snapshot, subnet, code, resolution, parameters)
    return Way(
        path_class=way.path_class,
        via=way.via,
        blocks=tuple(dict.fromkeys((*way.blocks, *_refused_interfaces(snapshot, subnet)))),
        proof=(*resolution.proof, *way.proof),
        certain=resolution.is_known and way.certain,
    )


def _refused_interfaces(snapshot: Snapshot, subnet: Subnet) -> tuple[Block, ...]:
    """Any workload is assumed where a source has no interfaces; refused ones leave doubt."""
    gap = snapshot.gap(Fact.NETWORK_INTERFACES)
    if gap is None or not gap.was_refused:
        return ()
    detail = f"the network interfaces were not read ({gap.reason})"
    return (Block("network_interface", subnet.id, detail, certain=False),)


def _to_endpoints(
    snapshot: Snapshot, subnet: Subnet, code: str, resolution: Resolution, parameters: Parameters
) -> Way:
    """All of several endpoints that names may lead to.

    Where they may not lead there at all, what blocks is proven only if no other way is left.
    """
    blocks = [*resolution.blocks]
    proof: list[Evidence] = []
    for each in resolution.endpoint_ids:
        endpoint = snapshot.vpc_endpoints[each]
        blocks += endpoint_blocks(snapshot, subnet, endpoint, parameters)
        proof += endpoint_proof(snapshot, subnet, endpoint)
    if not resolution.is_known and _has_another_way(snapshot, subnet, code, parameters):
        blocks = [*doubtful(blocks)]
    return Way(
        path_class=PathClass.INTERFACE_ENDPOINT,
        via=resolution.endpoint_ids,
        blocks=tuple(blocks),
        proof=tuple(proof),
    )


def _has_another_way(snapshot: Snapshot, subnet: Subnet, code: str, parameters: Parameters) -> bool:
    """Whether traffic that is not led to an endpoint here may arrive: in public, or at a hub."""
    way_out = exit_for(snapshot, subnet, code, parameters)
    barred = any(block.certain for block in way_out.blocks)
    return not barred or not is_cut_off(snapshot, subnet)


def _to_hub(
    snapshot: Snapshot, subnet: Subnet, code: str, resolution: Resolution, parameters: Parameters
) -> Way:
    return Way(
        path_class=PathClass.CENTRAL_ENDPOINT,
        via=tuple(each for each in resolution.endpoint_ids if each in snapshot.vpc_endpoints),
        blocks=hub_blocks(snapshot, subnet, code, resolution, parameters),
    )


def _to_public_addresses(
    snapshot: Snapshot, subnet: Subnet, code: str, resolution: Resolution, parameters: Parameters
) -> Way:
    """The route table decides.

    Where that is no way at all, what is named is what keeps the traffic from the endpoint that
    exists, or that there is none.
    """
    way_out = exit_for(snapshot, subnet, code, parameters)
    if way_out.path_class is not PathClass.NONE or not way_out.certain:
        return way_out
    if standing_endpoints(snapshot, subnet.vpc_id, code, "Interface"):
        hidden = _kept_from_endpoints(snapshot, subnet, code, resolution, parameters)
        return replace(way_out, blocks=hidden)
    unread = not snapshot.has(Fact.VPC_ENDPOINTS, subnet.vpc_id)
    if unread or standing_endpoints(snapshot, subnet.vpc_id, code, "Gateway"):
        return way_out
    absent = Block("vpc_endpoint", subnet.vpc_id, f"no endpoint for {code} in the VPC")
    return replace(way_out, blocks=(absent, *way_out.blocks))


def _to_unknown_addresses(
    snapshot: Snapshot, subnet: Subnet, code: str, resolution: Resolution, parameters: Parameters
) -> Way:
    """Public addresses, unless the name leads to an endpoint: then nothing is proven.

    Where none stands here, and no other VPC can be reached, the name cannot help.
    """
    way_out = _to_public_addresses(snapshot, subnet, code, resolution, parameters)
    helpless = (
        is_cut_off(snapshot, subnet)
        and snapshot.has(Fact.VPC_ENDPOINTS, subnet.vpc_id)
        and not standing_endpoints(snapshot, subnet.vpc_id, code, "Interface")
    )
    known = way_out.blocks if helpless else doubtful(way_out.blocks)
    return replace(way_out, blocks=(*doubtful(resolution.blocks), *known))


def _kept_from_endpoints(
    snapshot: Snapshot, subnet: Subnet, code: str, resolution: Resolution, parameters: Parameters
) -> tuple[Block, ...]:
    """What keeps traffic from the interface endpoints of the VPC: names, then all the rest."""
    blocks = [*resolution.blocks]
    for endpoint in standing_endpoints(snapshot, subnet.vpc_id, code, "Interface"):
        blocks += endpoint_blocks(snapshot, subnet, endpoint, parameters)
    return tuple(blocks)
