"""An EC2 Instance Connect Endpoint reaches the instances of its VPC.

## Why it matters
It is the other private way to a shell beside Session Manager, and works the other way round: the
endpoint opens the connection, so its own egress rules count, its ingress rules never do, and every
instance's group must admit it. With client IP preservation the source is the caller's own address.

## How to fix
Allow egress of TCP 22 from the endpoint's group to the instances, and ingress of it on theirs from
the endpoint's group, which works with and without client IP preservation.

## Known limits
A VPC has at most one such endpoint, so one per zone is never asked for. With client IP
preservation callers' addresses are not known; only the endpoint's group as source, or a rule for
all addresses, is proven then. IPv4 and security groups are judged, network ACLs are not. Other
ports are the parameter `instanceConnectPorts`.
"""

from collections.abc import Iterator

from ..analysis.admission import Admission, egress, ingress
from ..analysis.path import Block
from ..analysis.routing import PUBLIC_ADDRESSES
from ..analysis.scope import workload_interfaces
from ..model.addresses import ALL_IPV4, NO_ADDRESSES, AddressSet
from ..model.facts import Fact
from ..model.instance_connect_endpoint import InstanceConnectEndpoint
from ..model.network_interface import NetworkInterface
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
from .registry import rule

_STARTING_OR_GOING = ("-in-progress",)


@rule(
    resource_type=ResourceType.INSTANCE_CONNECT_ENDPOINT,
    severity=Severity.MEDIUM,
    needs={Fact.INSTANCE_CONNECT_ENDPOINTS, Fact.SECURITY_GROUPS},
    reads={Fact.NETWORK_INTERFACES, Fact.SUBNETS, Fact.PREFIX_LISTS},
    parameters=["instanceConnectPorts"],
)
def judge(endpoint: InstanceConnectEndpoint, snapshot: Snapshot, parameters: Parameters) -> Verdict:
    if endpoint.state.endswith(_STARTING_OR_GOING) or endpoint.state == "delete-complete":
        return not_applicable(f"state is {endpoint.state}")
    if not endpoint.is_available:
        cause = f": {endpoint.state_message}" if endpoint.state_message else ""
        return non_compliant(f"state is {endpoint.state}{cause}")
    instances = [
        each for each in workload_interfaces(snapshot, endpoint.vpc_id) if each.may_run_ssm_agent
    ]
    all_known = snapshot.has(Fact.NETWORK_INTERFACES, endpoint.vpc_id)
    if not instances and all_known:
        return not_applicable("no instance in the VPC")
    blocks = dict.fromkeys(
        block
        for low, high in parameters.instance_connect_ports
        for port in range(low, high + 1)
        for instance in instances
        for block in _blocks(snapshot, endpoint, instance, port)
    )
    certain = [block for block in blocks if block.certain]
    evidence = [Evidence(block.fact, block.id, block.detail) for block in blocks]
    if certain:
        more = f" (and {len(certain) - 1} more)" if len(certain) > 1 else ""
        return non_compliant(f"{certain[0].detail}{more}", *evidence)
    if blocks:
        details = (block.detail for block in blocks)
        return undetermined(f"cannot tell: {'; '.join(details)}", *evidence)
    if not all_known:
        return undetermined("which instances there are is not known without network interfaces")
    return compliant(f"reaches {len(instances)} network interfaces of instances")


def _blocks(
    snapshot: Snapshot, endpoint: InstanceConnectEndpoint, instance: NetworkInterface, port: int
) -> Iterator[Block]:
    """What stops the endpoint's connections: its own egress rules, the instance's ingress rules."""
    out = egress(snapshot, endpoint.group_ids, port)
    into = ingress(snapshot, instance.group_ids, port)
    targets, sources = instance.addresses.only(v4=True), _sources(snapshot, endpoint)
    if not out.group_ids.intersection(instance.group_ids) and not _all_in(targets, out):
        detail = f"no egress rule of {{}} allows tcp {port} to {instance.id}"
        known = targets or not out.addresses
        yield _block(endpoint.group_ids, detail, out.unknown if known else ("no IPv4 address",))
    if not into.group_ids.intersection(endpoint.group_ids) and not _all_in(sources, into):
        source = "the callers' own addresses" if endpoint.preserve_client_ip else endpoint.id
        detail = f"no ingress rule of {{}} admits tcp {port} from {source}"
        yield _block(instance.group_ids, detail, _doubts(endpoint, sources, into))


def _all_in(addresses: AddressSet, admission: Admission) -> bool:
    return bool(addresses) and addresses <= admission.addresses


def _block(group_ids: tuple[str, ...], detail: str, unknown: tuple[str, ...]) -> Block:
    groups = ", ".join(group_ids) or "no security group"
    why = "".join(f"; {each}" for each in unknown)
    return Block("security_group", groups, detail.format(groups) + why, certain=not unknown)


def _doubts(
    endpoint: InstanceConnectEndpoint, sources: AddressSet, admission: Admission
) -> tuple[str, ...]:
    """Why an instance may admit the endpoint after all.

    With client IP preservation callers have public addresses: where some are admitted they may be
    all the callers there are.
    """
    if not sources:
        return ("the endpoint's addresses were not read",)
    admitted = admission.addresses & sources
    if endpoint.preserve_client_ip and admitted & PUBLIC_ADDRESSES:
        return (*admission.unknown, "callers of some public addresses are admitted")
    if admitted and not endpoint.preserve_client_ip:
        return (*admission.unknown, "some addresses of its subnet are admitted")
    return admission.unknown


def _sources(snapshot: Snapshot, endpoint: InstanceConnectEndpoint) -> AddressSet:
    """The addresses that instances see; of the endpoint's subnet where its own were not read."""
    if endpoint.preserve_client_ip:
        return ALL_IPV4
    held = AddressSet.union(
        interface.addresses.only(v4=True)
        for each in endpoint.network_interface_ids
        if (interface := snapshot.network_interfaces.get(each)) is not None
    )
    subnet = snapshot.subnets.get(endpoint.subnet_id)
    return held or (subnet.cidrs.only(v4=True) if subnet else NO_ADDRESSES)
