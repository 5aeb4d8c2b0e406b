"""Which services a VPC needs: those named by parameter, or derived from what runs in it."""

from __future__ import annotations

from ..model.network_interface import NetworkInterface
from ..model.parameters import AUTO, Parameters
from ..model.service_catalogue import SERVICE_SETS
from ..model.snapshot import Snapshot, per_snapshot
from .scope import workload_interfaces
from .ssm import Need, ec2messages_need


def required_services(snapshot: Snapshot, vpc_id: str, parameters: Parameters) -> tuple[str, ...]:
    """The codes of the services that a VPC's private subnets need, in a stable order.

    Image pulls through ECR fetch their layers from S3; sessions log and encrypt as Session
    Manager's preferences say; ec2messages is dropped where nothing needs it.
    https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
    """
    named = [code for code in parameters.services if code != AUTO]
    if AUTO in parameters.services:
        named += _derived(snapshot, vpc_id)
    if "ecr.dkr" in named:
        named.append("s3")
    if "ssm" in named and snapshot.session_preferences is not None:
        named += snapshot.session_preferences.service_codes
    if ec2messages_need(snapshot, vpc_id, parameters).need in {Need.OPTIONAL, Need.NOT_OFFERED}:
        named = [code for code in named if code != "ec2messages"]
    return tuple(dict.fromkeys(named))


@per_snapshot
def _derived(snapshot: Snapshot, vpc_id: str) -> tuple[str, ...]:
    """What the network interfaces of a VPC tell of the services that are used in it.

    Instances need the SSM set, ECS tasks and EKS nodes the sets of their image pulls. Functions,
    databases and file systems call no service of their own accord.
    """
    sets: list[str] = []
    for interface in workload_interfaces(snapshot, vpc_id):
        sets += _sets_of(interface)
    return tuple(dict.fromkeys(code for name in sets for code in SERVICE_SETS[name]))


def _sets_of(interface: NetworkInterface) -> tuple[str, ...]:
    """The descriptions are those that ECS and the EKS network plugin write.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-networking-awsvpc.html
    https://docs.aws.amazon.com/eks/latest/userguide/pod-networking.html
    """
    text = interface.description.lower()
    if text.startswith("arn:aws") and ":ecs:" in text:
        return ("fargate",)
    if text.startswith(("amazon eks ", "aws-k8s-")):
        return ("eks",)
    return ("ssm",) if interface.may_run_ssm_agent else ()
