"""Step 3: what is proven by a host in the VPC, and by one elsewhere."""

import pytest
from vpcproof.model.facts import Fact
from vpcproof.model.parameters import Parameters
from vpcproof.probe.step import Trouble
from vpcproof.verification.names import NEXT, local_step, names_step
from vpcproof.verification.step import Outcome

from tests.networks import VPC, no_answer, probed, reaching, unread


def step(*failed, is_inside):
    results = [probed("ssm", *failed, subnet="here")]
    return local_step(reaching(), VPC, results, own_addresses=["10.0.1.20"], is_inside=is_inside)


@pytest.mark.parametrize(
    ("failed", "outcome"), [((), Outcome.PASSED), ((no_answer(),), Outcome.FAILED)]
)
def test_a_host_in_the_vpc_proves_it_for_itself(failed, outcome):
    taken = step(*failed, is_inside=True)
    (check,) = taken.checks
    assert (check.subject, check.outcome) == ("ssm", outcome)
    assert check.detail.startswith("this host ")
    assert bool(check.next) is bool(failed)
    assert "proven for this host, its subnet and its security groups" in taken.note


@pytest.mark.parametrize("failed", [(), (no_answer(),)], ids=["reached", "not reached"])
def test_a_host_elsewhere_proves_nothing_either_way(failed):
    taken = step(*failed, is_inside=False)
    (check,) = taken.checks
    assert check.outcome is Outcome.UNKNOWN
    assert "this proves nothing about the VPC; run it in the VPC, or deploy a probe" in taken.note


def test_names_are_those_to_type_on_a_host_in_the_vpc():
    assert ("dig", "+short", "ssm.us-east-1.amazonaws.com") in step(is_inside=True).commands


def test_each_error_of_a_probe_has_advice():
    assert NEXT.keys() == set(Trouble)


def test_probes_that_could_not_be_looked_for_are_unknown():
    snapshot = reaching(unread(Fact.PROBE_RESULTS, "tag:GetResources: AccessDenied"))
    taken = names_step(snapshot, VPC, ("ssm",), Parameters())
    (check,) = taken.checks
    assert check.outcome is Outcome.UNKNOWN
    assert "tag:GetResources: AccessDenied" in check.detail
