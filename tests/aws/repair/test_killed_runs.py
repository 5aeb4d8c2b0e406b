"""Runs that are killed at every moment, and runs that meet: one set of endpoints, and no orphan."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from vpcproof.aws.repair.failures import BusyError, LostLeaseError, RunFailedError
from vpcproof.aws.repair.lease import LEASE
from vpcproof.aws.repair.record import Status
from vpcproof.aws.repair.repairing import Outcome

import lab.ec2
from tests.aws.repair.conftest import Killed, make_bare

WANTED = ["ssm", "ssmmessages"]


def statuses(account):
    runs = [account.store.load(run_id) for run_id in account.store.records]
    return [each.status for each in runs]


def owned(account):
    """What runs have created and not deleted, described with its tag."""
    described = account.described()
    return [
        resource
        for key in ("VpcEndpoints", "SecurityGroups")
        for resource in described[key]
        if any(tag["Key"] == "vpcproof:run" for tag in resource.get("Tags", ()))
    ]


def let_die(account, work, moment):
    """Whether the work was killed at this moment; it had ended before there was one."""
    account.reaper.arm(moment)
    try:
        work()
    except (Killed, RunFailedError) as end:
        return isinstance(end, Killed)
    finally:
        account.reaper.arm(None)
    return False


def test_a_run_killed_at_any_moment_is_ended_by_the_next_which_repairs_and_can_be_undone(
    account, bare
):
    before = account.described()
    moment = 1
    while let_die(account, lambda: account.apply(bare.order, "first"), moment):
        account.clock.sleep(LEASE.total_seconds())

        result = account.apply(bare.order, "next")

        assert sorted(account.endpoints(bare.vpc_id).values()) == WANTED, moment
        assert len(owned(account)) == 3, moment
        assert Status.RUNNING not in statuses(account), moment
        assert account.store.holds == {}, moment
        last = result.record.run_id if result.record else list(account.store.records)[-1]
        account.undo(last)
        assert account.described() == before, moment
        moment += 1
    assert moment == 15  # 4 calls, and a record before, between and after them


def test_a_run_killed_while_it_takes_back_is_taken_back_by_the_next(account, bare):
    before = account.described()

    def refuse(params, **_):
        services = [a["ServiceName"] for n, a in account.changes if n == "CreateVpcEndpoint"]
        if not params.get("DryRun") and refusing and params["ServiceName"].endswith("messages"):
            assert services
            lab.ec2.faults.inject(lab.ec2.faults.Fault("CreateVpcEndpoint", "Refused"))

    account.ec2.meta.events.register("before-parameter-build.ec2.CreateVpcEndpoint", refuse)
    refusing, moment = True, 8  # of the run; the ones before are those of the test above
    while let_die(account, lambda: account.apply(bare.order, "first"), moment):
        account.clock.sleep(LEASE.total_seconds())
        with pytest.raises(RunFailedError, match=r"was not repaired: .*Refused"):
            account.apply(bare.order, "next")

        assert account.described() == before, moment
        assert set(statuses(account)) == {Status.UNDONE}, moment
        moment += 1
    assert moment > 14


def test_before_the_lease_ends_nobody_else_goes_on_in_place_of_a_killed_run(account, bare):
    assert let_die(account, lambda: account.apply(bare.order, "first"), 5)
    calls = len(account.changes)

    with pytest.raises(BusyError, match="is being repaired by run vpc-"):
        account.apply(bare.order, "another")
    assert len(account.changes) == calls

    assert account.apply(bare.order, "first").outcome is Outcome.APPLIED
    assert sorted(account.endpoints(bare.vpc_id).values()) == WANTED


def test_a_run_that_was_taken_for_dead_stops_at_once(account, bare):
    """It hung longer than its lease; the other has ended it, and it must not go on."""
    others = []

    def hang(params, **_):
        if not params.get("DryRun") and not others:
            others.append("one")
            account.clock.sleep(2 * LEASE.total_seconds())
            account.apply(bare.order, "another")

    account.ec2.meta.events.register("before-parameter-build.ec2.CreateVpcEndpoint", hang)
    with pytest.raises(LostLeaseError, match="goes on in its place"):
        account.apply(bare.order, "first")

    assert account.store.holds == {}


@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.sets(st.integers(min_value=1, max_value=22), min_size=1, max_size=3))
def test_180_triggers_that_meet_at_any_moment_make_one_set_of_endpoints(account, moments):
    """Others arrive whenever the first looks at the lock, changes it, or records a step."""
    bare = make_bare(account)
    seen, outcomes = [], []

    def meet():
        seen.append("moment")
        if len(seen) in moments:
            moments.discard(len(seen))
            trigger(f"trigger-{len(seen)}")

    def trigger(owner):
        try:
            outcomes.append(account.apply(bare.order, owner).outcome)
        except BusyError:
            outcomes.append("busy")

    account.store.met = meet
    trigger("first")
    account.store.met = lambda: None

    assert outcomes.count(Outcome.APPLIED) == 1
    assert set(outcomes) <= {Outcome.APPLIED, "busy", Outcome.ALREADY_COMPLIANT}
    assert sorted(account.endpoints(bare.vpc_id).values()) == WANTED
    assert account.store.holds == {}
