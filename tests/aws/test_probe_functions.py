"""Whether the evaluate function is deployed with probes."""

import pytest
from vpcproof.aws.probe_functions import probes_of_environment
from vpcproof.facts.probes import Probes


@pytest.mark.parametrize("said", ["false", ""])
def test_a_stack_without_probes_asks_none(monkeypatch, said):
    monkeypatch.setenv("ASK_PROBES", said)
    assert probes_of_environment() is None


def test_a_stack_with_probes_asks_about_systems_manager(monkeypatch):
    monkeypatch.setenv("ASK_PROBES", "true")
    assert probes_of_environment() == Probes(("ssm", "ssmmessages", "ec2messages"))


def test_a_stack_of_an_earlier_template_asks_none(monkeypatch):
    monkeypatch.delenv("ASK_PROBES", raising=False)
    assert probes_of_environment() is None
