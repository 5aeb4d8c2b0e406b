"""What AWS refuses to delete while something still depends on it."""

from lab.ec2 import errors
from lab.ec2.network import Network, Params


def refuse_deleting_used_group(network: Network, params: Params) -> None:
    """A group on a network interface, or named by another group's rule, stays.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html
    """
    group_id = params.get("GroupId")
    if not group_id:
        return
    others = (group for group in network.groups_referencing(group_id) if group != group_id)
    if any(network.interfaces_carrying(group_id)) or any(others):
        raise errors.dependency_violation(f"resource {group_id} has a dependent object")


def refuse_deleting_used_subnet(network: Network, params: Params) -> None:
    """A subnet with a network interface in it stays."""
    subnet_id = params["SubnetId"]
    if any(network.interfaces_in(subnet_id)):
        raise errors.dependency_violation(
            f"The subnet '{subnet_id}' has dependencies and cannot be deleted."
        )


def refuse_deleting_used_vpc(network: Network, params: Params) -> None:
    """A VPC with an endpoint stays."""
    vpc_id = params["VpcId"]
    if any(endpoint.vpc_id == vpc_id for endpoint in network.endpoints.values()):
        raise errors.dependency_violation(
            f"The vpc '{vpc_id}' has dependencies and cannot be deleted."
        )
