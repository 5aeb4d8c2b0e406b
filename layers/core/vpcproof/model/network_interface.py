"""Network interfaces, and which of them are workloads."""

from __future__ import annotations

from dataclasses import dataclass

from .addresses import NO_ADDRESSES, AddressSet

# Interface types of AWS's own plumbing. Filters and shapes spell some of them differently
# (`natGateway`, `nat_gateway`), so underscores and case are ignored.
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html
_PLUMBING = {
    "vpcendpoint",
    "gatewayloadbalancerendpoint",
    "natgateway",
    "transitgateway",
    "ec2instanceconnectendpoint",
    "loadbalancer",
    "networkloadbalancer",
    "gatewayloadbalancer",
}

# How AWS describes the interfaces it manages where the type only says `interface`.
_PLUMBING_DESCRIPTIONS = (
    "vpc endpoint interface ",
    "interface for nat gateway ",
    "network interface for transit gateway attachment ",
    "ec2 instance connect endpoint",
    "elb ",
)

# How interfaces of EKS are described, by which its workloads are told.
_TELLING = (*_PLUMBING_DESCRIPTIONS, "amazon eks ", "aws-k8s-")


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkInterface:
    """An elastic network interface with its private addresses of both families."""

    id: str
    vpc_id: str
    subnet_id: str
    addresses: AddressSet = NO_ADDRESSES
    has_public_address: bool = False
    group_ids: tuple[str, ...] = ()
    interface_type: str = "interface"
    requester_managed: bool = False
    requester_id: str | None = None
    description: str = ""
    instance_id: str | None = None
    owner_id: str | None = None

    @property
    def is_workload(self) -> bool:
        """Not managed by an endpoint, NAT gateway, transit gateway or load balancer of AWS.

        A description is believed only where AWS manages the interface: anyone may write one.
        """
        if self.interface_type.replace("_", "").lower() in _PLUMBING:
            return False
        managed_by_load_balancer = self.requester_id == "amazon-elb"
        described = self.description.lower().startswith(_PLUMBING_DESCRIPTIONS)
        return not managed_by_load_balancer and not (self.requester_managed and described)

    @property
    def may_run_ssm_agent(self) -> bool:
        """An instance's interface, or one that cannot be told from it.

        Interfaces that AWS services manage (Lambda, ECS tasks, RDS, EFS) run no SSM Agent.
        """
        if self.instance_id:
            return True
        service_type = self.interface_type.lower() in {"lambda", "branch", "api_gateway_managed"}
        ecs_task = self.description.startswith("arn:aws") and ":ecs:" in self.description
        return self.is_workload and not (self.requester_managed or service_type or ecs_task)


def described_by_aws(description: str) -> str:
    """As much of a description as verdicts rest on: the rest may name anything."""
    lowered = description.lower()
    if lowered.startswith("arn:aws") and ":ecs:" in lowered:
        is_exact = description.startswith("arn:aws") and ":ecs:" in description
        return "arn:aws:ecs:" if is_exact else "ARN:AWS:ECS:"
    start = next((each for each in _TELLING if lowered.startswith(each)), "")
    return description[: len(start)]
