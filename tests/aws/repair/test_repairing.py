"""Runs against the lab's EC2: what they do, when they refuse, and what they take back."""

import pytest
from vpcproof.aws.repair.ec2_calls import RUN_TAG
from vpcproof.aws.repair.failures import RepairError, RunFailedError
from vpcproof.aws.repair.order import Order
from vpcproof.aws.repair.record import Status
from vpcproof.aws.repair.repairing import Outcome
from vpcproof.remediation.document import plan_id
from vpcproof.remediation.plan import Mandate

import lab.ec2
from lab.ec2.faults import FOREVER, Fault
from tests.aws.repair.conftest import SSM, Memory

NARROW = "security-group-endpoint-ingress-restricted"


def names(calls):
    return [name for name, _ in calls]


def fail(action, code="UnauthorizedOperation", **others):
    lab.ec2.faults.inject(Fault(action, code, **others))


def fail_for_real(account, action, code):
    """Refuse an action, but not when it is only asked whether it would be permitted."""

    def refuse(params, **_):
        if not params.get("DryRun"):
            fail(action, code)

    account.ec2.meta.events.register(f"before-parameter-build.ec2.{action}", refuse)


def test_what_was_broken_is_compliant_afterwards_and_the_record_says_what_was_done(
    account, payments
):
    result = account.apply(Order(vpc_id=payments.ids["payments"]))

    record = account.record()
    assert (result.outcome, record.status) == (Outcome.APPLIED, Status.APPLIED)
    assert len(result.plan.changes) == len(record.steps) == 7
    assert all(each.made_at and not each.undone_at for each in record.steps)
    assert set(record.after.values()) == {"COMPLIANT"}
    assert set(record.created) == {"sg-new-endpoints", "vpce-new-ssmmessages"}
    assert record.plan == result.plan
    assert record.ended_at
    left = {each.finding.rule for each in result.plan.problems}
    assert left == {NARROW, "route-table-has-no-blackhole"}
    assert account.propose(Order(vpc_id=payments.ids["payments"])).plan.changes == ()


def test_undoing_a_recorded_run_gives_back_everything_as_it_was_described(account, payments):
    before = account.described()
    mandate = Mandate(narrow=frozenset({NARROW}))
    result = account.apply(Order(vpc_id=payments.ids["payments"], mandate=mandate))
    assert account.described() != before
    assert "RevokeSecurityGroupIngress" in names(account.changes)

    undone = account.undo(result.record.run_id)

    assert undone.outcome is Outcome.UNDONE
    assert account.described() == before
    assert account.record().status is Status.UNDONE


def test_a_run_that_is_undone_can_be_undone_and_its_plan_applied_again(account, bare):
    first = account.apply(bare.order)
    account.undo(first.record.run_id)
    calls = len(account.changes)
    account.undo(first.record.run_id)
    assert len(account.changes) == calls

    account.clock.sleep(60)
    second = account.apply(bare.order)

    assert plan_id(first.plan) == plan_id(second.plan)
    assert second.outcome is Outcome.APPLIED
    tokens = [a["ClientToken"] for name, a in account.changes if name == "CreateVpcEndpoint"]
    assert len(set(tokens)) == len(tokens) == 4


def test_170_a_vpc_that_is_compliant_by_now_is_not_touched(account, bare):
    account.apply(bare.order)
    account.calls.clear()

    assert account.apply(bare.order).outcome is Outcome.ALREADY_COMPLIANT
    assert account.changes == []


def test_a_plan_that_is_not_the_one_approved_is_not_made(account, bare):
    result = account.apply(Order(vpc_id=bare.vpc_id, rules=(SSM,), plan_id="0123456789abcdef"))
    assert result.outcome is Outcome.PLAN_CHANGED
    assert account.changes == []

    approved = plan_id(account.propose(bare.order).plan)
    order = Order(vpc_id=bare.vpc_id, rules=(SSM,), plan_id=approved)
    assert account.apply(order).outcome is Outcome.APPLIED


def test_179_planning_makes_no_call_that_could_change_anything(account, payments):
    account.propose(Order(vpc_id=payments.ids["payments"]))
    assert all(name.startswith(("Describe", "Get")) for name, _ in account.calls)


@pytest.mark.parametrize(
    "action", ["CreateSecurityGroup", "CreateVpcEndpoint", "ModifyVpcEndpoint"]
)
def test_a_missing_permission_is_named_before_anything_is_touched(account, payments, action):
    fail(action)

    with pytest.raises(RepairError, match=f"ec2:{action} is not permitted, so nothing was touched"):
        account.apply(Order(vpc_id=payments.ids["payments"]))

    assert account.changes == []
    assert account.store.records == {}
    assert account.store.holds == {}


def test_every_call_that_knows_dry_run_is_tried_before_the_first_is_made(account, payments):
    account.apply(Order(vpc_id=payments.ids["payments"]))

    made = names(account.calls).index("CreateSecurityGroup")
    tried = [name for name, arguments in account.calls if arguments.get("DryRun")]
    first = next(i for i, (n, a) in enumerate(account.calls) if account.calls[i] in account.changes)
    assert made < first
    assert tried == [
        "CreateSecurityGroup",
        "AuthorizeSecurityGroupIngress",  # into the group that exists
        "ModifyVpcEndpoint",
        "CreateVpcEndpoint",
        "ModifyVpcEndpoint",
        "ModifyVpcEndpoint",
    ]
    assert all(not arguments.get("DryRun") for _, arguments in account.calls[first:])


def test_calls_on_endpoints_keep_the_rate_that_aws_grants(account, payments):
    before = account.clock.now
    account.apply(Order(vpc_id=payments.ids["payments"]))

    made = [name for name, _ in account.calls if name == "ModifyVpcEndpoint"]
    assert len(made) == 6
    assert 4 + (account.clock.now - before).total_seconds() * 0.3 >= 6


def test_a_change_that_aws_refuses_half_way_takes_back_what_was_made(account, payments):
    before = account.described()
    fail_for_real(account, "CreateVpcEndpoint", "VpcEndpointLimitExceeded")

    with pytest.raises(RunFailedError, match=r"VpcEndpointLimitExceeded.*was taken back"):
        account.apply(Order(vpc_id=payments.ids["payments"]))

    assert account.described() == before
    assert account.record().status is Status.UNDONE
    assert "VpcEndpointLimitExceeded" in account.record().message
    assert account.store.holds == {}


def test_where_taking_back_fails_too_exactly_what_is_left_is_named(account, bare):
    fail_for_real(account, "CreateVpcEndpoint", "VpcEndpointLimitExceeded")
    fail("RevokeSecurityGroupIngress", "UnauthorizedOperation", times=FOREVER)

    with pytest.raises(RunFailedError) as raised:
        account.apply(bare.order)

    record = account.record()
    group = record.created["sg-new-endpoints"]
    assert record.status is Status.NEEDS_ATTENTION
    assert record.left == (
        f"let 10.7.1.0/24 (tcp 443) into {group}",
        f"{group}: create the security group vpcproof-endpoints",
    )
    assert all(each in str(raised.value) for each in record.left)
    assert "undo the run again" in str(raised.value)

    lab.ec2.faults.clear()
    account.undo(record.run_id)
    assert account.record().status is Status.UNDONE


def test_an_answer_that_never_came_is_looked_up_and_taken_back(account, bare):
    """EC2 makes the endpoint, and the connection breaks before it can say so."""
    before = account.described()

    def lose(parsed, http_response, **_):
        if "VpcEndpoint" in parsed:
            http_response.status_code = 500
            parsed |= {"Error": {"Code": "InternalError", "Message": "an internal error"}}
            parsed["ResponseMetadata"]["HTTPStatusCode"] = 500

    account.ec2.meta.events.register("after-call.ec2.CreateVpcEndpoint", lose)

    with pytest.raises(RunFailedError, match="InternalError"):
        account.apply(bare.order)

    assert account.described() == before


@pytest.mark.parametrize("state", ["failed", "rejected", "pendingAcceptance"])
def test_an_endpoint_that_will_never_be_available_ends_the_run(account, bare, state):
    before = account.described()

    def spoil(parsed, **_):
        for each in parsed.get("VpcEndpoints", ()):
            each |= {"State": state, "LastError": {"Code": "x", "Message": "no capacity"}}

    account.ec2.meta.events.register("after-call.ec2.DescribeVpcEndpoints", spoil, unique_id="s")
    with pytest.raises(RunFailedError, match=f"is {state.lower()} and not available: no capacity"):
        account.apply(bare.order)

    account.ec2.meta.events.unregister("after-call.ec2.DescribeVpcEndpoints", unique_id="s")
    assert account.described() == before


def test_an_endpoint_that_stays_pending_is_waited_for_until_time_is_up(account, bare):
    begun = account.clock.now

    def keep_pending(parsed, **_):
        for each in parsed.get("VpcEndpoints", ()):
            each["State"] = "pending"

    account.ec2.meta.events.register("after-call.ec2.DescribeVpcEndpoints", keep_pending)
    with pytest.raises(RunFailedError, match=r"time is up, having waited for vpce-\w+ to be avail"):
        account.apply(bare.order)

    assert 500 < (account.clock.now - begun).total_seconds() < 600
    assert account.endpoints(bare.vpc_id) == {}


def test_a_pending_endpoint_is_available_in_the_end(account, bare):
    looks = []

    def pend(parsed, **_):
        looks.append(parsed)
        if len(looks) < 9:
            for each in parsed.get("VpcEndpoints", ()):
                each["State"] = "pending"

    account.ec2.meta.events.register("after-call.ec2.DescribeVpcEndpoints", pend)
    assert account.apply(bare.order).outcome is Outcome.APPLIED


def test_173_a_name_that_aws_still_holds_after_a_deletion_is_asked_for_again_for_a_while(
    account, bare
):
    conflict = "private-dns-enabled cannot be set because there is already a conflicting DNS domain"

    def hold(params, **_):
        if not params.get("DryRun") and account.clock.now.minute == begun.minute:
            lab.ec2.faults.inject(Fault("CreateVpcEndpoint", "InvalidParameter", message=conflict))

    begun = account.clock.now
    account.ec2.meta.events.register("before-parameter-build.ec2.CreateVpcEndpoint", hold)
    assert account.apply(bare.order).outcome is Outcome.APPLIED
    assert any("asking again" in each and "conflicting DNS domain" in each for each in account.told)


def test_173_and_one_that_is_held_for_good_ends_the_run_in_aws_s_words(account, bare):
    before = account.described()
    conflict = "private-dns-enabled cannot be set because there is already a conflicting DNS domain"
    fail("CreateVpcEndpoint", "InvalidParameter", times=FOREVER, message=conflict)

    with pytest.raises(RunFailedError, match="conflicting DNS domain"):
        account.apply(bare.order)

    assert account.described() == before


def test_facts_that_change_before_the_first_change_leave_everything_as_it_is(account, bare):
    def interfere(params, **_):
        if params.get("DryRun") and not account.endpoints(bare.vpc_id):
            account.ec2.create_vpc_endpoint(
                VpcId=bare.vpc_id,
                ServiceName="com.amazonaws.ap-northeast-2.ssm",
                VpcEndpointType="Interface",
                SubnetIds=[bare.subnet_id],
                PrivateDnsEnabled=False,
            )

    account.ec2.meta.events.register("before-parameter-build.ec2.CreateSecurityGroup", interfere)
    result = account.apply(bare.order)

    assert result.outcome is Outcome.PLAN_CHANGED
    assert "no longer so: endpoints of" in result.message
    assert len(account.changes) == 1
    assert account.store.records == {}


def test_facts_that_change_under_way_end_the_run_before_the_change_that_rests_on_them(
    account, bare
):
    def interfere(params, **_):
        if not params.get("DryRun"):
            account.ec2.create_vpc_endpoint(
                VpcId=bare.vpc_id,
                ServiceName="com.amazonaws.ap-northeast-2.ssm",
                VpcEndpointType="Interface",
                SubnetIds=[bare.subnet_id],
                PrivateDnsEnabled=False,
            )

    account.ec2.meta.events.register(
        "before-parameter-build.ec2.AuthorizeSecurityGroupIngress", interfere
    )
    with pytest.raises(RunFailedError, match="something else had changed: no longer so: endpoints"):
        account.apply(bare.order)

    assert list(account.endpoints(bare.vpc_id).values()) == ["ssm"]
    groups = account.ec2.describe_security_groups()["SecurityGroups"]
    assert "vpcproof-endpoints" not in {each["GroupName"] for each in groups}


def test_a_repair_after_which_something_is_worse_is_taken_back(account, bare):
    of_vpc = [{"Name": "vpc-id", "Values": [bare.vpc_id]}]
    (group,) = account.ec2.describe_security_groups(Filters=of_vpc)["SecurityGroups"]

    def cut_off(params, **_):
        """Somebody takes the workloads' egress away while the endpoints are made."""
        if not params.get("DryRun"):
            account.ec2.revoke_security_group_egress(
                GroupId=group["GroupId"], IpPermissions=group["IpPermissionsEgress"]
            )

    account.ec2.meta.events.register(
        "before-parameter-build.ec2.AuthorizeSecurityGroupIngress", cut_off
    )
    with pytest.raises(RunFailedError, match=r"judged again, .*egress"):
        account.apply(bare.order)

    assert account.endpoints(bare.vpc_id) == {}


def test_what_is_created_bears_the_id_of_the_run(account, bare):
    run_id = account.apply(bare.order).record.run_id

    shown = account.ec2.describe_vpc_endpoints()["VpcEndpoints"]
    for each in shown:
        assert {"Key": RUN_TAG, "Value": run_id} in each["Tags"]


@pytest.mark.parametrize(
    ("facts", "named"),
    [
        ("DescribeVpcEndpoints", "VpcEndpoints"),
        ("DescribeSubnets", "Subnets"),
        ("DescribeVpcs", "Vpcs"),
    ],
)
def test_what_was_not_read_is_never_taken_for_compliant(account, bare, facts, named):
    account.apply(bare.order)
    fail(facts, times=FOREVER)

    with pytest.raises(RepairError, match=f"not read: {named}"):
        account.apply(bare.order)


def test_176_an_opted_out_vpc_is_left_alone_and_it_is_said_why(account, bare):
    tag = {"Key": "vpcproof:remediate", "Value": "off"}
    account.ec2.create_tags(Resources=[bare.vpc_id], Tags=[tag])
    account.calls.clear()

    result = account.apply(bare.order)

    assert result.outcome is Outcome.NO_SAFE_REPAIR
    assert "is tagged vpcproof:remediate=off" in result.message
    assert account.changes == []


def test_176_a_vpc_that_another_account_shares_is_left_alone(account, bare):
    result = account.apply(bare.order, account="999988887777")

    assert result.outcome is Outcome.NO_SAFE_REPAIR
    assert "is shared by account" in result.message


def test_an_exempted_finding_is_none(account, bare):
    tag = {"Key": f"vpcproof:exempt/{SSM}", "Value": "until=2027-01-31 reason=moving out"}
    account.ec2.create_tags(Resources=[bare.vpc_id], Tags=[tag])

    assert account.apply(bare.order).outcome is Outcome.ALREADY_COMPLIANT


@pytest.mark.parametrize(
    ("mandate", "limit"),
    [
        (Mandate(max_changes=3), "maxChanges is 3"),
        (Mandate(max_monthly_cost=0), "maxMonthlyCost is 0"),
    ],
)
def test_a_plan_beyond_a_limit_is_not_made(account, bare, mandate, limit):
    result = account.apply(Order(vpc_id=bare.vpc_id, rules=(SSM,), mandate=mandate))

    assert result.outcome is Outcome.NO_SAFE_REPAIR
    assert limit in result.message


@pytest.mark.parametrize("vpc_id", ["vpc-0000000000000000f", "vpce-1", "111122223333"])
def test_181_anything_but_a_vpc_of_the_account_is_refused(account, bare, vpc_id):
    with pytest.raises(RepairError, match=f"{vpc_id} does not exist"):
        account.apply(Order(vpc_id=vpc_id))


def test_a_run_of_another_place_or_none_at_all_is_not_undone(account, bare):
    run_id = account.apply(bare.order).record.run_id

    with pytest.raises(RepairError, match="was in account 111122223333, and this is account 9"):
        account.undo(run_id, account="999988887777")
    with pytest.raises(RepairError, match="no run vpc-x is recorded"):
        account.undo("vpc-x")


def test_undoing_asks_for_every_permission_first(account, bare):
    run_id = account.apply(bare.order).record.run_id
    account.calls.clear()
    fail("DeleteVpcEndpoints")

    with pytest.raises(RepairError, match="ec2:DeleteVpcEndpoints is not permitted"):
        account.undo(run_id)
    assert account.changes == []


def test_what_somebody_took_back_by_hand_is_passed_over(account, bare):
    result = account.apply(bare.order)
    account.ec2.delete_vpc_endpoints(VpcEndpointIds=list(account.endpoints(bare.vpc_id)))
    account.ec2.delete_security_group(GroupId=result.record.created["sg-new-endpoints"])

    account.undo(result.record.run_id)

    assert account.record().status is Status.UNDONE


def test_taking_back_goes_on_where_it_cannot_be_recorded(account, bare):
    before = account.described()

    class Full(Memory):
        def save(self, record):
            if record.steps:
                raise RepairError("the table is full")
            super().save(record)

    with pytest.raises(RunFailedError, match="the table is full"):
        account.apply(bare.order, store=Full())

    assert account.described() == before
    assert any("not recorded: the table is full" in each for each in account.told)


def test_an_interruption_takes_back_what_was_made(account, bare):
    before = account.described()

    def press(params, **_):
        if not params.get("DryRun"):
            raise KeyboardInterrupt

    account.ec2.meta.events.register("before-parameter-build.ec2.CreateVpcEndpoint", press)
    with pytest.raises(RunFailedError, match="it was interrupted"):
        account.apply(bare.order)

    assert account.described() == before
