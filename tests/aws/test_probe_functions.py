"""The probes that the evaluate function is told of when it is deployed."""

import pytest
from vpcproof.aws.environment import DeploymentError
from vpcproof.aws.probe_functions import probes_of_environment


def test_a_stack_without_probes_asks_none(monkeypatch):
    monkeypatch.delenv("PROBE_FUNCTIONS", raising=False)
    assert probes_of_environment().functions == {}


def test_each_function_is_named_with_its_subnet(monkeypatch):
    monkeypatch.setenv("PROBE_FUNCTIONS", "subnet-a=arn:aws:lambda:x,,subnet-b=other,")
    probes = probes_of_environment()
    assert probes.functions == {"subnet-a": "arn:aws:lambda:x", "subnet-b": "other"}
    assert probes.services == ("ssm", "ssmmessages", "ec2messages")


def test_a_name_without_a_subnet_stops_the_deployment(monkeypatch):
    monkeypatch.setenv("PROBE_FUNCTIONS", "function")
    with pytest.raises(DeploymentError, match="PROBE_FUNCTIONS"):
        probes_of_environment()
