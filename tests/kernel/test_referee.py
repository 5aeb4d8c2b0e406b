"""The Linux kernel agrees with vpcproof about random networks; more of them: `make oracle N=…`."""

from dataclasses import replace

import pytest
from vpcproof.analysis.path import PathClass
from vpcproof.analysis.paths import path
from vpcproof.model.snapshot import by_id

from tests.kernel.generator import random_network
from tests.kernel.referee import Referee
from tests.kernel.topology import topology
from tests.networks import allow_all

# The networks of a run of the tests, and some on which vpcproof and the kernel once differed:
# a detour that no address in use takes (78), a NAT gateway that passes traffic on to a hub (130),
# a dead route for part of a service's own addresses (76).
SEEDS = (*range(20), 76, 78, 130)

pytestmark = pytest.mark.xdist_group("kernel")


@pytest.fixture(scope="module")
def wires():
    with topology() as made:
        yield made


def test_the_kernel_agrees_about_every_path(wires):
    referee = Referee(wires)
    for seed in SEEDS:
        referee.judge(seed, random_network(seed))
    assert [str(each) for each in referee.report.disagreements] == []
    assert {name.split()[0] for name in referee.report.paths} == {
        PathClass.INTERFACE_ENDPOINT,
        PathClass.GATEWAY_ENDPOINT,
        PathClass.CENTRAL_ENDPOINT,
        PathClass.NAT,
        PathClass.INTERNET_GATEWAY,
        PathClass.NONE,
    }, "every class of path is met"


def test_what_vpcproof_says_of_another_network_is_noticed(wires, monkeypatch):
    """The referee itself is tried: vpcproof is told that all groups are open, the kernel is not."""
    everything = (allow_all("0.0.0.0/0"), allow_all("::/0"))

    def of_open_groups(network, *others):
        groups = network.security_groups.values()
        opened = by_id(replace(each, ingress=everything, egress=everything) for each in groups)
        return path(replace(network, security_groups=opened), *others)

    monkeypatch.setattr("tests.kernel.referee.path", of_open_groups)
    monkeypatch.setattr("tests.kernel.referee.PATIENCE", (0.05,))
    referee = Referee(wires)
    referee.judge(8, random_network(8))
    assert {each.path.reachable for each in referee.report.disagreements} == {True}


def test_a_seed_always_makes_the_same_network():
    assert random_network(7) == random_network(7)
    assert random_network(7) != random_network(8)
