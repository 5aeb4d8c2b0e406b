"""What Systems Manager needs from a VPC."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ..model.facts import Fact
from ..model.managed_node import ManagedNode
from ..model.network_interface import NetworkInterface
from ..model.parameters import Parameters
from ..model.service_catalogue import REGIONS_WITHOUT_EC2MESSAGES
from ..model.snapshot import Snapshot, per_snapshot
from .catalogue import offered_codes
from .scope import is_public_workload, vpc_region, workload_interfaces

# From this version on the agent prefers ssmmessages to ec2messages.
# https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-setting-up-messageAPIs.html
AGENT_WITHOUT_EC2MESSAGES = (3, 3, 40, 0)


class Need(StrEnum):
    """Whether a VPC needs the ec2messages endpoint."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    NOT_OFFERED = "not offered"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Ec2MessagesNeed:
    """The need, and the fact behind it."""

    need: Need
    reason: str


def ec2messages_need(snapshot: Snapshot, vpc_id: str, parameters: Parameters) -> Ec2MessagesNeed:
    """Decide by parameter, Region and the agent versions of the VPC's managed nodes.

    A Region that does not sell the endpoint cannot require it, whatever the parameter says.
    """
    region = vpc_region(snapshot, vpc_id)
    if _not_offered(snapshot, region):
        return Ec2MessagesNeed(Need.NOT_OFFERED, f"ec2messages is not offered in {region}")
    if parameters.require_ec2_messages == "never":
        return Ec2MessagesNeed(Need.OPTIONAL, "requireEc2Messages=never")
    if parameters.require_ec2_messages == "always":
        return Ec2MessagesNeed(Need.REQUIRED, "requireEc2Messages=always")
    if not snapshot.has(Fact.MANAGED_NODES, vpc_id):
        return Ec2MessagesNeed(Need.UNKNOWN, "SSM Agent versions were not read")
    nodes = _nodes_of(snapshot, vpc_id)
    for node in nodes:
        if node.agent_version is not None and node.agent_version < AGENT_WITHOUT_EC2MESSAGES:
            runs = f"{node.id} runs SSM Agent {'.'.join(map(str, node.agent_version))}"
            if len(snapshot.vpcs) > 1 and not snapshot.has(Fact.NETWORK_INTERFACES, vpc_id):
                return Ec2MessagesNeed(Need.UNKNOWN, f"{runs}, in which VPC was not read")
            return Ec2MessagesNeed(Need.REQUIRED, runs)
    if not any(node.agent_version for node in nodes):
        return Ec2MessagesNeed(Need.OPTIONAL, "no SSM Agent version known; 3.3.40.0 assumed")
    return Ec2MessagesNeed(Need.OPTIONAL, "every SSM Agent known is 3.3.40.0 or newer")


def needed_codes(snapshot: Snapshot, vpc_id: str, parameters: Parameters) -> tuple[str, ...]:
    """The services that SSM Agent connects to, as far as is known."""
    need = ec2messages_need(snapshot, vpc_id, parameters).need
    return ("ssm", "ssmmessages", *(("ec2messages",) if need is Need.REQUIRED else ()))


def _not_offered(snapshot: Snapshot, region: str | None) -> bool:
    if region is None:
        return False
    codes = offered_codes(snapshot, region)
    if codes >= {"ssm", "ssmmessages"}:
        return "ec2messages" not in codes
    return region in REGIONS_WITHOUT_EC2MESSAGES


def _nodes_of(snapshot: Snapshot, vpc_id: str) -> tuple[ManagedNode, ...]:
    """The managed nodes in a VPC; SSM lists those of the whole Region.

    Where no interface names its instance, all that are not hybrid and not seen in another VPC.
    """
    here = {each.instance_id for each in snapshot.interfaces_of(vpc_id) if each.instance_id}
    if here:
        return tuple(each for each in snapshot.managed_nodes.values() if each.id in here)
    vpc_by_instance = _vpc_by_instance(snapshot)
    return tuple(
        node
        for node in snapshot.managed_nodes.values()
        if not node.id.startswith("mi-") and vpc_by_instance.get(node.id, vpc_id) == vpc_id
    )


@per_snapshot
def _vpc_by_instance(snapshot: Snapshot) -> dict[str, str]:
    return {
        interface.instance_id: interface.vpc_id
        for interface in snapshot.network_interfaces.values()
        if interface.instance_id
    }


def nodes_needing_endpoints(
    snapshot: Snapshot, vpc_id: str, parameters: Parameters
) -> tuple[NetworkInterface, ...]:
    """The workloads that need a private path to Systems Manager."""
    return tuple(
        interface
        for interface in workload_interfaces(snapshot, vpc_id)
        if (parameters.ssm_workloads == "all" or interface.may_run_ssm_agent)
        and (parameters.include_public_subnets or not is_public_workload(snapshot, interface))
    )
