"""What the proof of a plan refuses: each way in which changes take something away."""

from dataclasses import replace

import pytest
from vpcproof.model.parameters import Parameters, parse_parameters
from vpcproof.model.security_group import GroupReference
from vpcproof.remediation.change import Call
from vpcproof.remediation.document import plan_id
from vpcproof.remediation.operations.permissions import permission_of
from vpcproof.remediation.operations.vpc_attribute import HOSTNAMES, set_attribute
from vpcproof.remediation.operations.vpc_endpoint import delete_endpoint, modify_endpoint
from vpcproof.remediation.prove import Baseline, rehearse, shortcomings
from vpcproof.remediation.simulate import change_of, simulate, unmet

from tests.networks import (
    VPC,
    allow,
    aws_prefix_list,
    gateway,
    group,
    main_table,
    nat,
    profile,
    route,
    subnet,
    table,
    vpc,
    zone,
)
from tests.remediation.test_operations import authorize, create, from_, revoke
from tests.remediation.vpcs import FULL_ACCESS, endpoint_in, home, made, planned, ssm_pair

NARROW_POLICY = (
    '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:Get*","Resource":"*"}]}'
)
# Both subnets reach public addresses by NAT.
BY_NAT = (
    main_table(route("0.0.0.0/0", "nat-1")),
    nat(subnet="subnet-public"),
    subnet("subnet-public", "10.0.200.0/24", zone="us-east-1a"),
    table("rtb-public", route("0.0.0.0/0", "igw-1"), subnets=["subnet-public"]),
)
ADMITS_A = group("sg-e", allow(443, "10.0.1.0/24"))


def trial(snapshot, *calls, vpc_id=VPC, **parameters):
    chosen = parse_parameters(parameters) if parameters else Parameters()
    return rehearse(Baseline(snapshot=snapshot, vpc_id=vpc_id, parameters=chosen), calls)


def objections(snapshot, *calls, **parameters):
    return "; ".join(trial(snapshot, *calls, **parameters).objections)


def test_a_name_must_not_lead_to_an_endpoint_before_all_are_admitted():
    """Private DNS holds for the whole VPC: so others cut subnets off from the service."""
    snapshot = home(*BY_NAT, *endpoint_in("ssm", private_dns=False, groups=["sg-e"]), ADMITS_A)
    name = modify_endpoint("vpce-ssm", PrivateDnsEnabled=True)
    door = authorize("sg-e", from_("10.0.2.0/24"), from_("10.0.200.0/24"))
    assert "ssm from subnet-b would be lost" in objections(snapshot, name)
    assert "ssm from subnet-b would be lost" in objections(snapshot, name, door)
    assert objections(snapshot, door, name) == ""


def test_neither_must_the_dns_attributes_of_the_vpc_bring_it_about():
    snapshot = home(
        *BY_NAT, vpc(dns_hostnames=False), *endpoint_in("ssm", groups=["sg-e"]), ADMITS_A
    )
    hostnames = set_attribute(VPC, HOSTNAMES, value=True)
    assert "ssm from subnet-b would be lost" in objections(snapshot, hostnames)


def test_a_subnet_without_workloads_keeps_its_way_too():
    """An Auto Scaling group may have no instance at the moment."""
    idle = subnet("subnet-idle", "10.0.7.0/24", zone="us-east-1a")
    snapshot = home(*BY_NAT, idle)
    clients = group("sg-e", allow(443, "10.0.1.0/24"), allow(443, "10.0.2.0/24"))
    endpoint = create(SecurityGroupIds=["sg-e"])
    assert "ssm from subnet-idle would be lost" in objections(
        home(*BY_NAT, idle, clients), endpoint
    )
    admitted = [
        each["CidrIp"]
        for change in planned(snapshot).changes
        if change.operation == "AuthorizeSecurityGroupIngress"
        for permission in change.arguments["IpPermissions"]
        for each in permission["IpRanges"]
    ]
    assert "10.0.7.0/24" in admitted


def test_without_any_other_way_the_workloads_alone_are_admitted():
    idle = subnet("subnet-idle", "10.0.7.0/24", zone="us-east-1a")
    (permission,) = planned(home(idle)).changes[1].arguments["IpPermissions"]
    assert [each["CidrIp"] for each in permission["IpRanges"]] == ["10.0.1.0/24", "10.0.2.0/24"]


def test_a_client_that_a_rule_let_in_must_not_be_let_out_of_it():
    snapshot = home(*ssm_pair())
    assert "would be lost" in objections(snapshot, revoke("sg-endpoint", from_("10.0.0.0/16")))


def test_a_verdict_must_not_get_worse():
    wide = authorize("sg-endpoint", from_("0.0.0.0/0"))
    told = objections(home(*ssm_pair()), wide)
    assert "security-group-endpoint-ingress-restricted would be NON_COMPLIANT" in told
    assert "sg-endpoint" in told


def test_nor_must_a_new_resource_be_at_fault():
    told = objections(home(), create(SubnetIds=["subnet-a"]))
    assert "vpc-endpoint-spans-workload-zones would be NON_COMPLIANT for vpce-new" in told


def test_workloads_without_egress_stand_in_the_way_until_they_are_repaired_or_exempt():
    closed = group("sg-app", egress=())
    plan = planned(home(closed))
    told = "; ".join(reason for each in plan.problems for reason in each.reasons)
    assert plan.changes == ()
    assert "security-group-egress-reaches-endpoints would be NON_COMPLIANT for sg-app" in told
    rule = "vpcproof:exempt/security-group-egress-reaches-endpoints"
    exempt = replace(closed, tags={rule: "until=2099-01-01 reason=databases call nobody"})
    assert planned(home(exempt)).changes


def test_calls_must_not_be_led_past_a_policy_that_permits_less_than_everything():
    snapshot = home(
        *BY_NAT, aws_prefix_list("s3", "52.216.0.0/15"), *ssm_pair(), gateway(tables=[])
    )
    add = modify_endpoint("vpce-s3", AddRouteTableIds=["rtb-main"])

    def with_policy(text):
        s3 = replace(snapshot.vpc_endpoints["vpce-s3"], policy_document=text)
        return replace(snapshot, vpc_endpoints={**snapshot.vpc_endpoints, "vpce-s3": s3})

    told = objections(with_policy(NARROW_POLICY), add)
    assert "s3 from subnet-a would pass vpce-s3, whose policy permits less" in told
    assert "whose policy permits less" in objections(with_policy("no policy"), add)
    assert objections(with_policy(FULL_ACCESS), add) == ""
    assert "policy" not in objections(with_policy(None), add)


def test_where_nothing_is_reached_today_such_a_policy_takes_nothing_away():
    s3 = gateway(tables=[], policy_document=NARROW_POLICY)
    snapshot = home(aws_prefix_list("s3", "52.216.0.0/15"), *ssm_pair(), s3)
    add = modify_endpoint("vpce-s3", AddRouteTableIds=["rtb-main"])
    assert objections(snapshot, add) == ""


def test_what_would_not_be_restored_is_refused():
    """A rule that names the group of a peer VPC loses what EC2 said of the peering."""
    far = GroupReference(group_id="sg-far", peering_connection_id="pcx-1", peering_status="deleted")
    before = home(group("sg-e", allow(443, far), allow(443, "10.0.0.0/16")), *ssm_pair())
    told = objections(before, revoke("sg-e", permission_of(allow(443, far))))
    assert "undoing it would not restore everything" in told


def test_what_aws_would_refuse_ends_the_trial():
    played = trial(home(), create(VpcId="vpc-x"))
    assert played.objections == ("vpc-x does not exist, or was not read",)
    assert played.stopped_at.operation == "CreateVpcEndpoint"


@pytest.mark.parametrize("by", ["zone", "profile"])
def test_vpcs_whose_names_lead_here_are_compared_too(by):
    """A hub's endpoint that goes takes its spokes' service away."""
    led = (
        zone(
            "ssm.us-east-1.amazonaws.com",
            records=["ssm.us-east-1.amazonaws.com"],
            targets=["vpce-ssm-x.ssm.us-east-1.vpce.amazonaws.com"],
            vpc="vpc-spoke",
        )
        if by == "zone"
        else profile("vpce-ssm", vpc="vpc-spoke")
    )
    baseline = Baseline(
        snapshot=home(vpc(), vpc(id="vpc-spoke"), *ssm_pair(), led),
        vpc_id=VPC,
        parameters=Parameters(),
    )
    assert baseline.vpc_ids == {VPC, "vpc-spoke"}
    alone = home(vpc(), vpc(id="vpc-spoke"), *ssm_pair())
    assert Baseline(snapshot=alone, vpc_id=VPC, parameters=Parameters()).vpc_ids == {VPC}


def test_nothing_to_do_is_proven_and_compares_everything():
    played = trial(home(*ssm_pair()))
    assert played.is_proven
    assert played.verdicts
    assert played.paths


def test_a_deleted_endpoint_that_names_lead_to_is_a_path_lost():
    told = objections(home(*ssm_pair()), delete_endpoint("vpce-ssm"))
    assert "ssm from subnet-a would be lost" in told


# What a repair falls short of, told from facts that were read after it


def fallen_short(before, after, *wanted):
    return shortcomings(
        Baseline(snapshot=before, vpc_id=VPC, parameters=Parameters()), after, wanted
    )


def test_a_repair_that_did_what_it_should_falls_short_of_nothing():
    before = home()
    plan = planned(before)
    wanted = [(each.rule, each.resource_id) for each in plan.repairs]
    assert fallen_short(before, made(before, plan), *wanted) == ()


def test_what_is_still_broken_is_named():
    wanted = ("vpc-ssm-endpoints-complete", VPC)
    (told,) = fallen_short(home(), home(), wanted)
    assert told.startswith(f"vpc-ssm-endpoints-complete is NON_COMPLIANT for {VPC}: ")


def test_what_is_worse_or_lost_is_named():
    told = "; ".join(fallen_short(home(*ssm_pair()), home()))
    assert "vpc-ssm-endpoints-complete would be NON_COMPLIANT" in told
    assert "ssm from subnet-a would be lost" in told


def test_a_finding_on_what_is_gone_is_none():
    assert fallen_short(home(), home(), ("vpc-endpoint-available", "vpce-gone")) == ()


def test_a_plan_has_the_same_id_whenever_it_is_made_and_another_where_it_differs():
    plan = planned(home())
    assert plan_id(plan) == plan_id(planned(home()))
    assert len(plan_id(plan)) == 16
    others = [
        replace(plan, account="999988887777"),
        replace(plan, region="eu-west-1"),
        replace(plan, changes=plan.changes[:-1]),
    ]
    assert len({plan_id(each) for each in (plan, *others)}) == 4


# What changes rest on, looked at again later


def test_changes_may_still_be_made_while_the_facts_are_as_they_were():
    assert unmet(home(), planned(home()).changes) == ()


def test_an_endpoint_that_somebody_made_meanwhile_stops_them():
    changes = planned(home()).changes
    (told,) = unmet(home(*endpoint_in("ssm", groups=["sg-app"])), changes)
    assert "no longer so: endpoints of vpc-home, com.amazonaws.us-east-1.ssm, Interface" in told


def test_a_rule_that_somebody_granted_meanwhile_stops_them():
    before = home(*ssm_pair(groups=["sg-e"]), ADMITS_A)
    after = simulate(before, authorize("sg-e", from_("10.0.9.0/24")))
    (told,) = unmet(after, planned(before).changes)
    assert "ingress of sg-e" in told


def test_a_resource_that_is_gone_meanwhile_stops_them():
    before = home(*endpoint_in("ssm", private_dns=False), *endpoint_in("ssmmessages"))
    changes = planned(before).changes
    assert unmet(home(*endpoint_in("ssmmessages")), changes)


def test_what_aws_would_refuse_by_now_stops_them():
    before = home()
    later = home(zone("ssm.us-east-1.amazonaws.com"))
    (told,) = unmet(later, planned(before).changes)
    assert "Z-ssm.us-east-1.amazonaws.com" in told


def test_a_question_that_nobody_knows_is_not_answered():
    change = change_of(home(), create())
    strange = replace(change, expects=(replace(change.expects[0], question="colour"),))
    assert unmet(home(), [strange])


def test_a_plan_that_was_made_is_not_to_be_made_again():
    before = home()
    plan = planned(before)
    assert unmet(made(before, plan), plan.changes)


def test_a_call_names_what_stands_anywhere_in_its_arguments():
    assert Call(operation="x", arguments={"a": ["b", {"c": "d"}], "n": 1}).names("d")
    assert not Call(operation="x", arguments={"a": ["b"], "d": 1}).names("d")
