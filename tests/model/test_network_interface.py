import pytest

from tests.networks import instance


def interface(**said):
    known = {"instance_id": None}
    return instance("subnet-a", "10.0.1.10", **{**known, **said})


@pytest.mark.parametrize(
    "said",
    [
        {"interface_type": "vpc_endpoint"},
        {"interface_type": "gateway_load_balancer_endpoint"},
        {"interface_type": "nat_gateway"},
        {"interface_type": "natGateway"},
        {"interface_type": "transit_gateway"},
        {"interface_type": "ec2_instance_connect_endpoint"},
        {"interface_type": "load_balancer"},
        {"interface_type": "network_load_balancer"},
        {"interface_type": "gateway_load_balancer"},
        {"requester_id": "amazon-elb"},
        {"requester_managed": True, "description": "VPC Endpoint Interface vpce-0a1b"},
        {"requester_managed": True, "description": "Interface for NAT Gateway nat-0a1b"},
        {
            "requester_managed": True,
            "description": "Network Interface for Transit Gateway Attachment tgw-attach-0a1b",
        },
        {"requester_managed": True, "description": "EC2 Instance Connect Endpoint eice-0a1b"},
        {"requester_managed": True, "description": "ELB app/web/0a1b"},
    ],
    ids=str,
)
def test_plumbing_of_aws_is_no_workload(said):
    assert not interface(**said).is_workload
    assert not interface(**said).may_run_ssm_agent


@pytest.mark.parametrize(
    ("said", "agent"),
    [
        ({"instance_id": "i-0a1b"}, True),
        ({}, True),
        ({"description": "VPC Endpoint Interface of my own"}, True),
        ({"interface_type": "efa", "instance_id": "i-0a1b"}, True),
        ({"interface_type": "lambda", "requester_managed": True}, False),
        ({"requester_managed": True, "description": "RDSNetworkInterface"}, False),
        ({"requester_managed": True, "description": "EFS mount target for fs-0a1b"}, False),
        ({"interface_type": "branch"}, False),
        ({"interface_type": "api_gateway_managed"}, False),
        ({"description": "arn:aws:ecs:us-east-1:111122223333:attachment/0a1b"}, False),
        ({"description": "arn:aws-cn:ecs:cn-north-1:111122223333:attachment/0a1b"}, False),
    ],
    ids=str,
)
def test_a_workload_may_run_an_agent_unless_a_service_manages_it(said, agent):
    assert interface(**said).is_workload
    assert interface(**said).may_run_ssm_agent is agent
