"""The path of every subnet to every service: resolution, routes and filters joined."""

from __future__ import annotations

from ..model.parameters import Parameters
from ..model.service_catalogue import SERVICE_SETS
from ..model.snapshot import Snapshot, per_snapshot
from ..model.vpc import Subnet
from .central import central_blocks, unseen_hub_blocks
from .endpoint_path import endpoint_blocks, endpoint_proof
from .endpoints import endpoints_for, service_of
from .path import Block, Path, PathClass
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
    return tuple(
        path(snapshot, subnet.id, code, parameters)
        for vpc_id in sorted(snapshot.vpcs)
        if (not vpc_ids or vpc_id in vpc_ids) and not shared_by_owner(snapshot, vpc_id)
        for subnet in snapshot.subnets_of(vpc_id)
        for code in sorted(services or services_in_view(snapshot, vpc_id, parameters))
    )


def services_in_view(snapshot: Snapshot, vpc_id: str, parameters: Parameters) -> frozenset[str]:
    """The services worth a column for a VPC."""
    present = {
        service.code
        for endpoint in snapshot.endpoints_of(vpc_id)
        if (service := service_of(endpoint)) is not None and not service.is_private
    }
    return frozenset((*COMMON_SERVICES, *required_services(snapshot, vpc_id, parameters))) | present


@per_snapshot
def path(snapshot: Snapshot, subnet_id: str, code: str, parameters: Parameters) -> Path:
    """How the workloads of a subnet reach a service by its default name, or all that blocks it."""
    subnet = snapshot.subnets[subnet_id]
    resolution = resolve(snapshot, subnet.vpc_id, code)
    match resolution.leads:
        case Leads.HERE:
            return _to_endpoint(snapshot, subnet, code, resolution, parameters)
        case Leads.ELSEWHERE:
            return _to_hub(snapshot, subnet, code, resolution, parameters)
        case Leads.NOWHERE:
            return _path(subnet, code, PathClass.NONE, resolution)
        case Leads.PUBLIC | Leads.UNKNOWN:
            return _to_public_addresses(snapshot, subnet, code, resolution, parameters)


def _path(
    subnet: Subnet,
    code: str,
    path_class: PathClass,
    resolution: Resolution,
    *,
    via: tuple[str, ...] = (),
    blocks: tuple[Block, ...] | None = None,
) -> Path:
    return Path(
        vpc_id=subnet.vpc_id,
        subnet_id=subnet.id,
        service=code,
        path_class=path_class,
        via=via,
        blocks=resolution.blocks if blocks is None else blocks,
        proof=resolution.proof,
    )


def _to_endpoint(
    snapshot: Snapshot,
    subnet: Subnet,
    code: str,
    resolution: Resolution,
    parameters: Parameters,
) -> Path:
    endpoints = [snapshot.vpc_endpoints[each] for each in resolution.endpoint_ids]
    blocks = [*resolution.blocks]
    proof = [*resolution.proof]
    for endpoint in endpoints:
        blocks += endpoint_blocks(snapshot, subnet, endpoint, parameters)
        proof += endpoint_proof(snapshot, subnet, endpoint)
    return Path(
        vpc_id=subnet.vpc_id,
        subnet_id=subnet.id,
        service=code,
        path_class=PathClass.INTERFACE_ENDPOINT,
        via=resolution.endpoint_ids,
        blocks=tuple(dict.fromkeys(blocks)),
        proof=tuple(proof),
    )


def _to_hub(
    snapshot: Snapshot,
    subnet: Subnet,
    code: str,
    resolution: Resolution,
    parameters: Parameters,
) -> Path:
    endpoints = [
        snapshot.vpc_endpoints[each]
        for each in resolution.endpoint_ids
        if each in snapshot.vpc_endpoints
    ]
    blocks: tuple[Block, ...] = ()
    for endpoint in endpoints:
        blocks += central_blocks(snapshot, subnet, endpoint, parameters)
    if not endpoints:
        blocks = unseen_hub_blocks(snapshot, subnet, resolution.name)
    return _path(
        subnet,
        code,
        PathClass.CENTRAL_ENDPOINT,
        resolution,
        via=tuple(each.id for each in endpoints),
        blocks=tuple(dict.fromkeys(blocks)),
    )


def _to_public_addresses(
    snapshot: Snapshot,
    subnet: Subnet,
    code: str,
    resolution: Resolution,
    parameters: Parameters,
) -> Path:
    """The name leads to public addresses: the route table decides.

    Where that is no way at all, what is named is what keeps the traffic from the endpoint that
    exists, or that there is none.
    """
    way_out = exit_for(snapshot, subnet, code, parameters)
    doubts = tuple(block for block in resolution.blocks if not block.certain)
    blocks = (*way_out.blocks, *doubts)
    if way_out.path_class is PathClass.NONE:
        blocks = _no_way(snapshot, subnet, code, resolution, parameters, blocks)
    return Path(
        vpc_id=subnet.vpc_id,
        subnet_id=subnet.id,
        service=code,
        path_class=way_out.path_class,
        via=way_out.via,
        blocks=tuple(dict.fromkeys(blocks)),
        proof=(*resolution.proof, *way_out.proof),
    )


def _no_way(
    snapshot: Snapshot,
    subnet: Subnet,
    code: str,
    resolution: Resolution,
    parameters: Parameters,
    blocks: tuple[Block, ...],
) -> tuple[Block, ...]:
    existing = endpoints_for(snapshot, subnet.vpc_id, code, "Interface")
    if not existing:
        doubts = tuple(block for block in blocks if not block.certain)
        if doubts and resolution.leads is Leads.UNKNOWN:
            return doubts
        absent = Block("vpc_endpoint", subnet.vpc_id, f"no endpoint for {code} in the VPC")
        return (absent, *blocks)
    hidden = resolution.blocks
    for endpoint in existing:
        hidden += endpoint_blocks(snapshot, subnet, endpoint, parameters)
    return hidden
