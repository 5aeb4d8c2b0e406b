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
all addresses, is proven then. Other ports are the parameter `instanceConnectPorts`.
"""

from ..analysis.admission import Admission, egress, ingress
from ..analysis.scope import workload_interfaces
from ..model.addresses import ALL_ADDRESSES, NO_ADDRESSES, AddressSet
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
    needs={Fact.INSTANCE_CONNECT_ENDPOINTS, Fact.SECURITY_GROUPS, Fact.NETWORK_INTERFACES},
    reads={Fact.SUBNETS, Fact.PREFIX_LISTS},
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
    if not instances:
        return not_applicable("no instance in the VPC")
    problems: list[Evidence] = []
    doubts: list[str] = []
    for low, high in parameters.instance_connect_ports:
        for port in range(low, high + 1):
            for instance in instances:
                found, unknown = _problems(snapshot, endpoint, instance, port)
                problems += found
                doubts += unknown
    distinct = tuple(dict.fromkeys(problems))
    if distinct:
        more = f" (and {len(distinct) - 1} more)" if len(distinct) > 1 else ""
        return non_compliant(f"{distinct[0].detail}{more}", *distinct)
    if doubts:
        return undetermined(f"cannot tell: {'; '.join(dict.fromkeys(doubts))}")
    return compliant(f"reaches {len(instances)} network interfaces of instances")


def _problems(
    snapshot: Snapshot, endpoint: InstanceConnectEndpoint, instance: NetworkInterface, port: int
) -> tuple[list[Evidence], list[str]]:
    out = egress(snapshot, endpoint.group_ids, port)
    into = ingress(snapshot, instance.group_ids, port)
    problems: list[Evidence] = []
    doubts: list[str] = []
    if not _admits(out, instance.group_ids, instance.addresses.only(v4=True)):
        groups = ", ".join(endpoint.group_ids) or "no security group"
        detail = f"no egress rule of {groups} allows tcp {port} to {instance.id}"
        _record(problems, doubts, out, Evidence("security_group", groups, detail))
    if not _admits(into, endpoint.group_ids, _sources(snapshot, endpoint)):
        groups = ", ".join(instance.group_ids) or "no security group"
        source = "the callers' own addresses" if endpoint.preserve_client_ip else endpoint.id
        detail = f"no ingress rule of {groups} admits tcp {port} from {source}"
        _record(problems, doubts, into, Evidence("security_group", groups, detail))
    return problems, doubts


def _record(
    problems: list[Evidence], doubts: list[str], admission: Admission, problem: Evidence
) -> None:
    if admission.unknown:
        doubts.extend(admission.unknown)
    else:
        problems.append(problem)


def _admits(admission: Admission, group_ids: tuple[str, ...], addresses: AddressSet) -> bool:
    if admission.group_ids.intersection(group_ids):
        return True
    return bool(addresses) and addresses <= admission.addresses


def _sources(snapshot: Snapshot, endpoint: InstanceConnectEndpoint) -> AddressSet:
    """The addresses that instances see; of the endpoint's subnet where its own were not read."""
    if endpoint.preserve_client_ip:
        return ALL_ADDRESSES.only(v4=True)
    held = AddressSet.union(
        interface.addresses.only(v4=True)
        for each in endpoint.network_interface_ids
        if (interface := snapshot.network_interfaces.get(each)) is not None
    )
    subnet = snapshot.subnets.get(endpoint.subnet_id)
    return held or (subnet.cidrs.only(v4=True) if subnet else NO_ADDRESSES)
