"""Situations of the handbook in which repair is asked for, and what may come of it."""

from dataclasses import replace

import pytest
from vpcproof.model.facts import Fact
from vpcproof.remediation.plan import Mandate, PlanError

from tests.networks import (
    OWNER,
    PARTICIPANT,
    VPC,
    endpoint,
    group,
    instance,
    network,
    node,
    offered,
    subnet,
    unread,
    vpc,
    zone,
)
from tests.remediation.vpcs import (
    HOME,
    ZONES,
    broken,
    endpoint_in,
    home,
    made,
    operations,
    planned,
    reasons,
    ssm_pair,
)

SSM = "vpc-ssm-endpoints-complete"


def created(plan):
    return [
        change.arguments["ServiceName"].rpartition(".")[2]
        for change in plan.changes
        if change.operation == "CreateVpcEndpoint"
    ]


def test_170_a_vpc_that_was_repaired_by_hand_meanwhile_needs_nothing():
    plan = planned(home(*ssm_pair()))
    assert (plan.changes, plan.problems, plan.repairs, plan.proof) == ((), (), (), None)
    assert plan.monthly_cost.amount == 0


def test_171_only_the_endpoint_that_is_missing_is_created():
    plan = planned(home(*endpoint_in("ssm")))
    assert created(plan) == ["ssmmessages"]
    assert not plan.problems


def test_172_private_dns_is_turned_on_where_it_is_off_and_no_second_endpoint_made():
    snapshot = home(*endpoint_in("ssm", private_dns=False), *endpoint_in("ssmmessages"))
    plan = planned(snapshot)
    assert operations(plan) == ["ModifyVpcEndpoint"]
    assert plan.changes[0].arguments == {"VpcEndpointId": "vpce-ssm", "PrivateDnsEnabled": True}
    assert broken(made(snapshot, plan)) == set()


def test_174_a_private_hosted_zone_that_holds_the_name_stops_it_and_stays():
    snapshot = home(*endpoint_in("ssmmessages"), zone("ssm.us-east-1.amazonaws.com", records=()))
    plan = planned(snapshot)
    assert plan.changes == ()
    assert "hosted zone Z-ssm.us-east-1.amazonaws.com" in reasons(plan, SSM)


def test_174_so_does_one_where_private_dns_is_only_off():
    name = "ssm.us-east-1.amazonaws.com"
    plan = planned(
        home(
            *endpoint_in("ssm", private_dns=False),
            *endpoint_in("ssmmessages"),
            zone(name, records=()),
        )
    )
    assert plan.changes == ()
    assert f"Z-{name}" in reasons(plan, "vpc-endpoint-private-dns-effective")


def test_174_a_zone_above_the_name_is_less_specific_and_stops_nothing():
    plan = planned(home(*endpoint_in("ssm"), zone("us-east-1.amazonaws.com", records=())))
    assert created(plan) == ["ssmmessages"]


@pytest.mark.parametrize("attribute", ["dns_hostnames", "dns_support"])
def test_175_the_dns_of_the_vpc_is_not_changed_unless_that_is_allowed(attribute):
    snapshot = home(vpc(**{attribute: False}))
    plan = planned(snapshot)
    assert plan.changes == ()
    assert "allowDnsChange is not given" in reasons(plan, SSM)


def test_175_both_attributes_are_turned_on_in_order_where_it_is_allowed():
    snapshot = home(vpc(dns_support=False, dns_hostnames=False))
    plan = planned(snapshot, mandate=Mandate(allow_dns_change=True))
    attributes = [
        change.arguments for change in plan.changes if change.operation == "ModifyVpcAttribute"
    ]
    assert [set(each) - {"VpcId"} for each in attributes] == [
        {"EnableDnsSupport"},
        {"EnableDnsHostnames"},
    ]
    assert operations(plan).index("ModifyVpcAttribute") < operations(plan).index(
        "CreateVpcEndpoint"
    )
    assert broken(made(snapshot, plan)) == set()


@pytest.mark.parametrize(
    ("part", "why"),
    [
        (vpc(tags={"vpcproof:remediate": "off"}), "tagged vpcproof:remediate=off"),
        (vpc(tags={"vpcproof:remediate": " OFF "}), "tagged vpcproof:remediate=off"),
        (vpc(owner_id=PARTICIPANT), f"shared by account {PARTICIPANT}"),
        (vpc(is_default=True), "default VPC"),
    ],
)
def test_176_a_vpc_that_is_not_ours_to_change_is_left_alone_and_it_is_said_why(part, why):
    plan = planned(home(part))
    assert plan.changes == ()
    assert why in plan.skipped
    assert all(why in reason for problem in plan.problems for reason in problem.reasons)


def test_176_another_value_of_the_tag_opts_nothing_out():
    assert planned(home(vpc(tags={"vpcproof:remediate": "on"}))).changes


def test_177_a_region_without_ec2messages_gets_two_endpoints():
    old_agent = node("i-a", "3.1.0.0")
    here = planned(home(old_agent))
    there = planned(
        network(
            *HOME,
            old_agent,
            offered("ssm", "ssmmessages", region="mx-central-1"),
            region="mx-central-1",
        )
    )
    assert created(here) == ["ssm", "ssmmessages", "ec2messages"]
    assert created(there) == ["ssm", "ssmmessages"]
    assert not there.problems


def test_178_a_full_subnet_is_passed_over_for_another_of_its_zone():
    full = subnet("subnet-a", "10.0.1.0/24", zone="us-east-1a", free_addresses=9)
    spare = subnet("subnet-spare", "10.0.9.0/24", zone="us-east-1a", free_addresses=50)
    plan = planned(home(full, spare))
    places = [
        change.arguments["SubnetIds"] for change in plan.changes if "SubnetIds" in change.arguments
    ]
    assert places == [["subnet-spare", "subnet-b"]] * 2


def test_178_without_another_the_zone_and_its_free_addresses_are_named():
    full = subnet("subnet-a", "10.0.1.0/24", zone="us-east-1a", free_addresses=9)
    plan = planned(home(full))
    assert plan.changes == ()
    assert "no subnet in us-east-1a has room" in reasons(plan, SSM)
    assert "subnet-a has 9 free addresses" in reasons(plan, SSM)


def test_178_zones_without_the_service_are_left_out():
    sold = offered("ssm", "ssmmessages", zones=("us-east-1b", "us-east-1c"))
    plan = planned(home(sold))
    places = [
        change.arguments["SubnetIds"] for change in plan.changes if "SubnetIds" in change.arguments
    ]
    assert places == [["subnet-b"]] * 2


def test_178_zones_are_known_by_their_ids_too():
    a = subnet("subnet-a", "10.0.1.0/24", zone="us-east-1a", zone_id="use1-az4")
    b = subnet("subnet-b", "10.0.2.0/24", zone="us-east-1b", zone_id="use1-az6")
    plan = planned(home(a, b, offered("ssm", "ssmmessages", zone_ids=("use1-az6",))))
    places = [
        change.arguments["SubnetIds"] for change in plan.changes if "SubnetIds" in change.arguments
    ]
    assert places == [["subnet-b"]] * 2


def test_178_where_no_zone_of_the_workloads_has_the_service_another_zone_serves_them():
    elsewhere = subnet("subnet-c", "10.0.3.0/24", zone="us-east-1c")
    plan = planned(home(elsewhere, offered("ssm", "ssmmessages", zones=("us-east-1c",))))
    places = [
        change.arguments["SubnetIds"] for change in plan.changes if "SubnetIds" in change.arguments
    ]
    assert places == [["subnet-c"]] * 2


def test_178_where_no_zone_of_the_vpc_has_it_the_zones_that_do_are_named():
    plan = planned(home(offered("ssm", "ssmmessages", zones=("us-east-1x",))))
    assert plan.changes == ()
    assert "offered in us-east-1x only" in reasons(plan, SSM)


def test_180_two_runs_ask_for_the_same_endpoint_by_the_same_token():
    def tokens(snapshot, vpc_id):
        changes = planned(snapshot, vpc_id).changes
        return [c.arguments["ClientToken"] for c in changes if "ClientToken" in c.arguments]

    one = tokens(home(), VPC)
    assert one == tokens(home(), VPC)
    assert len(set(one)) == 2
    assert all(len(token) <= 64 for token in one)
    other = network(
        vpc(id="vpc-other"),
        subnet("subnet-o", "10.0.1.0/24", vpc="vpc-other", zone="us-east-1a"),
        *HOME[4:],
        instance("subnet-o", "10.0.1.10", vpc="vpc-other"),
    )
    assert not set(one) & set(tokens(other, "vpc-other"))


@pytest.mark.parametrize("resource_id", ["vpce-ssm", OWNER, "", "vpc-unknown"])
def test_181_anything_but_the_id_of_a_vpc_is_refused(resource_id):
    with pytest.raises(PlanError, match="is no VPC here"):
        planned(home(*ssm_pair()), resource_id)


def test_endpoints_on_the_default_group_get_one_that_admits_the_workloads():
    """What others create without a group of its own cuts the VPC off from the service.

    EC2 attaches the default group then, which admits its own members at best.
    """
    snapshot = home(group("sg-default", name="default"), *ssm_pair(groups=["sg-default"]))
    assert ("subnet-reaches-ssm", "subnet-a") in broken(snapshot)
    plan = planned(snapshot)
    assert operations(plan) == [
        "CreateSecurityGroup",
        "AuthorizeSecurityGroupIngress",
        "ModifyVpcEndpoint",
        "ModifyVpcEndpoint",
    ]
    assert plan.changes[1].arguments["GroupId"] == "sg-new-endpoints"
    assert broken(made(snapshot, plan)) == set()


def test_a_new_endpoint_always_brings_its_own_group():
    for change in planned(home()).changes:
        if change.operation == "CreateVpcEndpoint":
            assert change.arguments["SecurityGroupIds"] == ["sg-new-endpoints"]


@pytest.mark.parametrize(
    ("fact", "named"),
    [
        (Fact.HOSTED_ZONES, "private hosted zones were not read"),
        (Fact.SECURITY_GROUPS, "security groups were not read"),
        (Fact.VPC_DNS_ATTRIBUTES, "DNS attributes of vpc-home were not read"),
    ],
)
def test_what_was_not_read_cannot_be_proven(fact, named):
    plan = planned(home(unread(fact)))
    assert plan.changes == ()
    assert named in reasons(plan, SSM)


def test_a_subnet_of_unknown_zone_cannot_be_planned_with():
    plan = planned(home(replace(HOME[0], zone=None)))
    assert plan.changes == ()
    assert "the zone of subnet-a is not known" in reasons(plan, SSM)


def test_an_endpoint_that_another_service_manages_is_not_touched():
    plan = planned(
        home(
            *endpoint_in("ssm", private_dns=False, requester_managed=True),
            *endpoint_in("ssmmessages"),
        )
    )
    assert plan.changes == ()
    assert "managed by the service that made it" in reasons(
        plan, "vpc-endpoint-private-dns-effective"
    )


def test_an_endpoint_that_failed_stands_in_the_way_of_a_new_one():
    plan = planned(home(*endpoint_in("ssm", state="failed"), *endpoint_in("ssmmessages")))
    assert plan.changes == ()
    assert "vpce-ssm for ssm is failed" in reasons(plan, SSM)


def test_fifty_interface_endpoints_are_the_quota_of_a_vpc():
    many = [endpoint(f"svc{number}", id=f"vpce-{number:02}") for number in range(48)]
    plan = planned(home(*many, *endpoint_in("ssm")), rules=(SSM,))
    assert created(plan) == ["ssmmessages"]
    one_more = endpoint("svc-more", id="vpce-more")
    refused = planned(home(*many, one_more, *endpoint_in("ssm")), rules=(SSM,))
    assert refused.changes == ()
    assert "has 50 interface endpoints, the quota" in reasons(refused, SSM)


def test_zones_of_the_test_vpc_are_its_subnets():
    assert [each for each, _ in ZONES] == [HOME[0].id, HOME[1].id]
