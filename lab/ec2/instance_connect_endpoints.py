"""DescribeInstanceConnectEndpoints.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceConnectEndpoints.html
"""

from lab.ec2.network import Answer, Network, Params


def describe_instance_connect_endpoints(_network: Network, _params: Params) -> Answer:
    """None: the lab has no EC2 Instance Connect Endpoints, and cannot create any."""
    return {"InstanceConnectEndpoints": []}
