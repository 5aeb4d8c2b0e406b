"""Which calls are planned in which situation, subject by subject."""

from dataclasses import replace
from decimal import Decimal

import pytest
from vpcproof.exemptions import Exemption
from vpcproof.model.facts import Fact
from vpcproof.remediation.change import Risk
from vpcproof.remediation.plan import Mandate

from tests.networks import (
    VPC,
    allow,
    allow_all,
    attachment,
    aws_prefix_list,
    forwarding,
    gateway,
    group,
    instance,
    main_table,
    network,
    offered,
    plumbing,
    profile,
    route,
    subnet,
    table,
    unread,
    vpc,
)
from tests.remediation.test_proof import BY_NAT
from tests.remediation.vpcs import (
    FULL_ACCESS,
    HOME,
    NARROW,
    broken,
    endpoint_in,
    home,
    made,
    operations,
    planned,
    reasons,
    ssm_pair,
)

OWN = {"ManagedBy": "vpcproof"}
ZONES_RULE = "vpc-endpoint-spans-workload-zones"
ADMITS = "vpc-endpoint-admits-workloads"
SSM = "vpc-ssm-endpoints-complete"
REQUIRED = "vpc-required-endpoints-present"
S3 = aws_prefix_list("s3", "52.216.0.0/15")


def arguments(plan, operation):
    return [dict(c.arguments) for c in plan.changes if c.operation == operation]


def cidrs(call):
    return [
        (permission["FromPort"], each["CidrIp"])
        for permission in call["IpPermissions"]
        for each in permission.get("IpRanges", ())
    ]


# Endpoints that are missing


def test_a_new_interface_endpoint_has_all_that_it_needs():
    plan = planned(home(*endpoint_in("ssm")))
    group_call, ingress, endpoint = plan.changes
    assert group_call.arguments["VpcId"] == VPC
    assert cidrs(ingress.arguments) == [(443, "10.0.1.0/24"), (443, "10.0.2.0/24")]
    wanted = dict(endpoint.arguments)
    assert wanted.pop("ClientToken")
    assert wanted == {
        "VpcId": VPC,
        "ServiceName": "com.amazonaws.us-east-1.ssmmessages",
        "VpcEndpointType": "Interface",
        "SubnetIds": ["subnet-a", "subnet-b"],
        "SecurityGroupIds": ["sg-new-endpoints"],
        "PrivateDnsEnabled": True,
        "IpAddressType": "ipv4",
        "TagSpecifications": [
            {
                "ResourceType": "vpc-endpoint",
                "Tags": [
                    {"Key": "Name", "Value": "vpcproof-ssmmessages"},
                    {"Key": "ManagedBy", "Value": "vpcproof"},
                ],
            }
        ],
    }
    assert endpoint.creates == "vpce-new-ssmmessages"
    assert endpoint.cost.amount == Decimal("14.60")
    assert plan.monthly_cost.amount == Decimal("14.60")
    assert "prices vary by Region" in plan.monthly_cost.note


def test_a_gateway_endpoint_is_free_and_routed_from_every_table_in_scope():
    other = table("rtb-b", subnets=["subnet-b"])
    unused = table("rtb-unused")
    plan = planned(home(S3, *ssm_pair(), main_table(), other, unused), services="ssm,s3")
    (wanted,) = arguments(plan, "CreateVpcEndpoint")
    assert (wanted["VpcEndpointType"], wanted["RouteTableIds"]) == (
        "Gateway",
        ["rtb-b", "rtb-main"],
    )
    assert "SecurityGroupIds" not in wanted
    assert plan.monthly_cost.amount == 0


def test_a_service_on_a_port_of_its_own_is_admitted_on_that():
    plan = planned(home(*ssm_pair()), services="ssm,cassandra")
    (ingress,) = arguments(plan, "AuthorizeSecurityGroupIngress")
    assert {port for port, _ in cidrs(ingress)} == {9142}


def test_a_group_of_ours_is_used_again_and_given_what_it_lacks():
    ours = group("sg-ours", allow(443, "10.0.1.0/24"), name="vpcproof-endpoints", tags=OWN)
    plan = planned(home(ours))
    assert operations(plan) == [
        "AuthorizeSecurityGroupIngress",
        "CreateVpcEndpoint",
        "CreateVpcEndpoint",
    ]
    assert cidrs(plan.changes[0].arguments) == [(443, "10.0.2.0/24")]
    assert plan.changes[1].arguments["SecurityGroupIds"] == ["sg-ours"]


def test_a_group_of_ours_that_admits_all_needs_no_rule():
    ours = group("sg-ours", allow(443, "10.0.0.0/16"), name="vpcproof-endpoints", tags=OWN)
    assert operations(planned(home(ours))) == ["CreateVpcEndpoint", "CreateVpcEndpoint"]


@pytest.mark.parametrize(
    ("tags", "why"),
    [
        ({}, "not tagged ManagedBy=vpcproof"),
        ({**OWN, "vpcproof:remediate": "off"}, "tagged vpcproof:remediate=off"),
    ],
)
def test_a_group_of_that_name_that_is_not_to_be_used_stops_it(tags, why):
    plan = planned(home(group("sg-theirs", name="vpcproof-endpoints", tags=tags)))
    assert plan.changes == ()
    assert why in reasons(plan, SSM)


def test_neighbouring_subnets_share_a_rule():
    side = subnet("subnet-b", "10.0.0.0/24", zone="us-east-1b")
    plan = planned(home(side, instance("subnet-b", "10.0.0.10")))
    (ingress,) = arguments(plan, "AuthorizeSecurityGroupIngress")
    assert cidrs(ingress) == [(443, "10.0.0.0/23")]


def test_private_subnets_with_workloads_are_preferred():
    choices = (
        subnet("subnet-0-public", "10.0.30.0/24", zone="us-east-1a"),
        subnet("subnet-0-idle", "10.0.31.0/24", zone="us-east-1a"),
        table("rtb-public", route("0.0.0.0/0", "igw-1"), subnets=["subnet-0-public"]),
    )
    plan = planned(home(*choices))
    assert arguments(plan, "CreateVpcEndpoint")[0]["SubnetIds"] == ["subnet-a", "subnet-b"]


def test_a_public_subnet_is_taken_where_there_is_no_other():
    public = (
        subnet("subnet-0", "10.0.30.0/24", zone="us-east-1a"),
        table("rtb-public", route("0.0.0.0/0", "igw-1"), subnets=["subnet-0"]),
        instance("subnet-0", "10.0.30.10"),
    )
    plan = planned(home(main_table(), *public))
    assert arguments(plan, "CreateVpcEndpoint")[0]["SubnetIds"] == ["subnet-a", "subnet-b"]
    full = replace(HOME[0], free_addresses=0)
    plan = planned(home(main_table(), *public, full))
    assert arguments(plan, "CreateVpcEndpoint")[0]["SubnetIds"] == ["subnet-0", "subnet-b"]


def test_a_subnet_of_a_transit_gateway_is_left_to_it():
    theirs = subnet("subnet-0", "10.0.30.0/28", zone="us-east-1a")
    busy = instance("subnet-0", "10.0.30.10")
    plan = planned(home(theirs, busy, attachment(VPC, "subnet-0")))
    assert arguments(plan, "CreateVpcEndpoint")[0]["SubnetIds"] == ["subnet-a", "subnet-b"]


def test_a_name_that_leads_to_a_hub_is_left_to_it():
    plan = planned(home(profile("vpce-hub")))
    assert plan.changes == ()
    assert "leads to another VPC" in reasons(plan, SSM)


def test_a_forwarding_rule_would_send_the_name_past_the_endpoint():
    plan = planned(home(forwarding("amazonaws.com")))
    assert plan.changes == ()
    assert "whatever private DNS says" in reasons(plan, SSM)


def test_a_service_that_the_region_does_not_sell_is_named():
    codes = ("ssm", "ssmmessages", *(f"svc{number}" for number in range(50)))
    plan = planned(home(offered(*codes)), services="ssm,kms")
    assert "kms is not offered as Interface in us-east-1" in reasons(plan, REQUIRED)
    assert [f.rule for f in plan.repairs if f.resource_id == VPC] == [SSM]


@pytest.mark.parametrize(
    ("region", "code", "name"),
    [
        ("cn-north-1", "ssm", "com.amazonaws.cn-north-1.ssm"),
        ("cn-north-1", "monitoring", "cn.com.amazonaws.cn-north-1.monitoring"),
        ("us-gov-west-1", "ssm", "com.amazonaws.us-gov-west-1.ssm"),
    ],
)
def test_names_are_formed_as_the_partition_has_them(region, code, name):
    plan = planned(network(*HOME, region=region), services=code)
    assert name in [each["ServiceName"] for each in arguments(plan, "CreateVpcEndpoint")]


@pytest.mark.parametrize(
    ("region", "code"),
    [("eusc-de-east-1", "kms"), ("cn-north-1", "account"), ("us-east-1", "kendra-ranking")],
)
def test_irregular_names_are_not_guessed(region, code):
    plan = planned(network(*HOME, region=region), services=code, rules=(REQUIRED,))
    assert plan.changes == ()
    assert "read ServiceDetails" in reasons(plan, REQUIRED)


def test_names_of_the_catalogue_go_before_all_others():
    sold = offered("aws.api.us-east-1.kendra-ranking")
    plan = planned(home(sold), services="kendra-ranking", rules=(REQUIRED,))
    assert [each["ServiceName"] for each in arguments(plan, "CreateVpcEndpoint")] == [
        "aws.api.us-east-1.kendra-ranking"
    ]


def test_an_unknown_region_has_no_service_names():
    plan = planned(network(*HOME, region=None))
    assert plan.changes == ()


def test_what_an_exemption_accepts_is_left_as_it_is():
    accepted = [
        Exemption(rule=rule, resource_id=VPC, until="2099-01-01", reason="later")
        for rule in (SSM, REQUIRED)
    ]
    plan = planned(home(), exemptions=tuple(accepted))
    assert plan.changes == ()


# Clients that are not admitted


def test_clients_are_let_in_by_the_endpoints_own_group():
    plan = planned(home(*ssm_pair(groups=["sg-e"]), group("sg-e", allow(443, "10.0.1.0/24"))))
    (ingress,) = plan.changes
    assert ingress.arguments["GroupId"] == "sg-e"
    assert cidrs(ingress.arguments) == [(443, "10.0.2.0/24")]
    assert ingress.risk is Risk.ADDITIVE


@pytest.mark.parametrize(
    "shared",
    [
        group("sg-app", egress=(allow_all("0.0.0.0/0"),)),
        group("sg-app", egress=(allow_all("0.0.0.0/0"),), name="default"),
    ],
)
def test_a_group_that_workloads_carry_is_not_opened_for_endpoints(shared):
    plan = planned(home(*ssm_pair(groups=["sg-app"]), shared))
    assert operations(plan)[:2] == ["CreateSecurityGroup", "AuthorizeSecurityGroupIngress"]
    assert [each["AddSecurityGroupIds"] for each in arguments(plan, "ModifyVpcEndpoint")] == [
        ["sg-new-endpoints"]
    ] * 2


@pytest.mark.parametrize(
    "tags",
    [
        {"vpcproof:remediate": "off"},
        {"vpcproof:exempt/security-group-admits-endpoint-clients": "until=2099-01-01 reason=mine"},
    ],
)
def test_neither_is_one_that_is_to_be_left_alone(tags):
    closed = group("sg-e", allow(443, "10.0.1.0/24"), tags=tags)
    plan = planned(home(*ssm_pair(groups=["sg-e"]), closed), rules=(ADMITS,))
    assert "CreateSecurityGroup" in operations(plan)


def test_an_endpoint_whose_refusal_is_accepted_is_left_alone():
    tags = {f"vpcproof:exempt/{ADMITS}": "until=2099-01-01 reason=one team only"}
    snapshot = home(*ssm_pair(groups=["sg-e"], tags=tags), group("sg-e"))
    assert planned(snapshot, rules=(ADMITS,)).changes == ()


def test_five_groups_are_the_quota_of_an_endpoint():
    full = [f"sg-{number}" for number in range(5)]
    groups = [group(each) for each in full]
    carriers = [
        instance("subnet-a", f"10.0.1.{30 + n}", id=str(n), groups=[g]) for n, g in enumerate(full)
    ]
    plan = planned(home(*ssm_pair(groups=full), *groups, *carriers), rules=(ADMITS,))
    assert plan.changes == ()
    assert "more than 5 security groups" in reasons(plan, ADMITS)


def test_spokes_of_a_hub_are_let_in_where_they_are_named():
    hub = home(
        *ssm_pair(private_dns=False, groups=["sg-e"]), group("sg-e", allow(443, "10.0.0.0/16"))
    )
    plan = planned(hub, rules=(ADMITS,), spokeCidrs="10.8.0.0/16")
    (ingress,) = plan.changes
    assert cidrs(ingress.arguments) == [(443, "10.8.0.0/16")]


# Zones


def test_an_interface_is_added_in_each_zone_that_is_missing():
    snapshot = home(*ssm_pair(), *endpoint_in("kms", ("subnet-a", "10.0.1.7")))
    plan = planned(snapshot)
    (change,) = plan.changes
    assert change.arguments == {"VpcEndpointId": "vpce-kms", "AddSubnetIds": ["subnet-b"]}
    assert change.cost.amount == Decimal("7.30")
    assert broken(made(snapshot, plan)) == set()


@pytest.mark.parametrize(
    ("others", "why"),
    [
        ({"tags": {"vpcproof:remediate": "off"}}, "tagged vpcproof:remediate=off"),
        ({"requester_managed": True}, "managed by the service"),
    ],
)
def test_an_endpoint_that_is_not_to_be_touched_gets_no_zone(others, why):
    plan = planned(home(*ssm_pair(), *endpoint_in("kms", ("subnet-a", "10.0.1.7"), **others)))
    assert plan.changes == ()
    assert why in reasons(plan, ZONES_RULE)


# Private DNS


def test_s3_answers_the_vpc_itself_where_it_has_no_gateway_endpoint():
    plan = planned(home(*ssm_pair(), *endpoint_in("s3", private_dns=False)))
    (change,) = plan.changes
    assert change.arguments["DnsOptions"] == {"PrivateDnsOnlyForInboundResolverEndpoint": False}


def test_the_groups_admit_everybody_before_the_name_leads_there():
    closed = group("sg-e", allow(443, "10.0.1.0/24"))
    snapshot = home(
        *BY_NAT,
        *endpoint_in("ssm", private_dns=False, groups=["sg-e"]),
        *endpoint_in("ssmmessages"),
        closed,
    )
    plan = planned(snapshot)
    assert operations(plan) == ["AuthorizeSecurityGroupIngress", "ModifyVpcEndpoint"]
    assert cidrs(plan.changes[0].arguments) == [(443, "10.0.2.0/24"), (443, "10.0.200.0/24")]


def test_so_they_do_before_the_dns_of_the_vpc_makes_names_lead_there():
    closed = group("sg-e", allow(443, "10.0.1.0/24"))
    snapshot = home(*BY_NAT, vpc(dns_hostnames=False), *ssm_pair(groups=["sg-e"]), closed)
    plan = planned(snapshot, mandate=Mandate(allow_dns_change=True))
    assert operations(plan) == ["AuthorizeSecurityGroupIngress", "ModifyVpcAttribute"]
    assert broken(made(snapshot, plan)) == set()


def test_a_name_that_another_endpoint_holds_is_not_claimed_twice():
    wide = group("sg-wide", allow(443, "10.0.0.0/16"))
    snapshot = home(
        *ssm_pair(groups=["sg-e"], tags={"vpcproof:remediate": "off"}),
        *endpoint_in("ssm", id="vpce-twin", private_dns=False, groups=["sg-wide"]),
        wide,
        group("sg-e", tags={"vpcproof:remediate": "off"}),
    )
    plan = planned(snapshot, rules=("vpc-endpoint-private-dns-effective",))
    assert plan.changes == ()
    told = reasons(plan, "vpc-endpoint-private-dns-effective")
    assert "vpce-ssm holds the private DNS name of ssm" in told


# Gateway routes


def test_tables_are_associated_that_lack_the_route():
    snapshot = home(S3, *ssm_pair(), gateway(tables=[], policy_document=FULL_ACCESS))
    plan = planned(snapshot)
    (change,) = plan.changes
    assert change.arguments == {"VpcEndpointId": "vpce-s3", "AddRouteTableIds": ["rtb-main"]}
    assert broken(made(snapshot, plan)) == set()


@pytest.mark.parametrize(
    ("endpoint_tags", "table_tags", "why"),
    [
        ({"vpcproof:remediate": "off"}, {}, "vpce-s3 is tagged"),
        ({}, {"vpcproof:remediate": "off"}, "rtb-main is tagged"),
        (
            {"vpcproof:exempt/vpc-endpoint-gateway-routes-complete": "until=2099-01-01 reason=x"},
            {},
            "vpce-s3 is exempt",
        ),
    ],
)
def test_routes_are_not_added_where_that_is_not_wanted(endpoint_tags, table_tags, why):
    s3 = gateway(tables=[], policy_document=FULL_ACCESS, tags=endpoint_tags)
    plan = planned(home(S3, *ssm_pair(), s3, main_table(tags=table_tags)))
    assert plan.changes == ()
    assert why in reasons(plan, "route-table-has-gateway-endpoint-routes")


def test_a_table_that_is_exempt_gets_no_route():
    tags = {"vpcproof:exempt/route-table-has-gateway-endpoint-routes": "until=2099-01-01 reason=x"}
    s3 = gateway(tables=[], policy_document=FULL_ACCESS)
    plan = planned(home(S3, *ssm_pair(), s3, main_table(tags=tags)))
    assert plan.changes == ()
    assert "rtb-main is exempt" in reasons(plan, "vpc-endpoint-gateway-routes-complete")


def test_a_route_that_overrides_is_its_makers_to_remove():
    tables = main_table(route("pl-s3", "vpce-s3"), route("52.216.0.0/16", "nat-1"))
    plan = planned(home(S3, *ssm_pair(), gateway(policy_document=FULL_ACCESS), tables))
    assert plan.changes == ()
    assert "somebody made the route" in reasons(plan, "route-table-endpoint-route-effective")


# Narrowing


def narrowed(*rules, **others):
    snapshot = home(*ssm_pair(groups=["sg-e"]), group("sg-e", *rules, **others))
    return snapshot, planned(snapshot, mandate=Mandate(narrow=frozenset({NARROW})))


@pytest.mark.parametrize(
    ("rules", "granted"),
    [
        ([allow(443, "0.0.0.0/0")], [(443, "10.0.1.0/24"), (443, "10.0.2.0/24")]),
        ([allow_all("0.0.0.0/0")], [(443, "10.0.1.0/24"), (443, "10.0.2.0/24")]),
        ([allow(443, "0.0.0.0/0"), allow(443, "10.0.1.0/24")], [(443, "10.0.2.0/24")]),
        ([allow(443, "0.0.0.0/0"), allow(443, "10.0.0.0/16")], []),
        ([allow((0, 65535), "10.0.0.0/16")], [(443, "10.0.0.0/16")]),
        ([allow(443, "10.0.0.0/16"), allow(22, "10.0.0.0/16")], []),
        ([allow(443, "10.0.0.0/16"), allow(443, "10.0.0.0/16", "udp")], []),
    ],
)
def test_rules_for_the_clients_come_before_those_that_let_in_too_much_go(rules, granted):
    snapshot, plan = narrowed(*rules)
    assert operations(plan)[-1] == "RevokeSecurityGroupIngress"
    assert plan.changes[-1].risk is Risk.NARROWING
    assert [
        each for call in arguments(plan, "AuthorizeSecurityGroupIngress") for each in cidrs(call)
    ] == granted
    assert broken(made(snapshot, plan)) == set()


def test_a_group_as_source_keeps_the_port_of_the_service_only():
    snapshot, plan = narrowed(allow_all("sg-app"))
    (granted,) = arguments(plan, "AuthorizeSecurityGroupIngress")
    assert granted["IpPermissions"] == [
        {
            "IpProtocol": "tcp",
            "FromPort": 443,
            "ToPort": 443,
            "UserIdGroupPairs": [{"GroupId": "sg-app"}],
        }
    ]
    assert broken(made(snapshot, plan)) == set()


def test_a_rule_that_stays_is_not_granted_twice():
    snapshot, plan = narrowed(allow_all("sg-app"), allow(443, "sg-app"))
    assert operations(plan) == ["RevokeSecurityGroupIngress"]
    assert broken(made(snapshot, plan)) == set()


def test_nothing_is_narrowed_unless_the_rule_is_named():
    snapshot = home(*ssm_pair(groups=["sg-e"]), group("sg-e", allow(443, "0.0.0.0/0")))
    plan = planned(snapshot, mandate=Mandate(narrow=frozenset({"vpc-endpoint-available"})))
    assert plan.changes == ()
    assert "was not asked for" in reasons(plan, NARROW)


@pytest.mark.parametrize(
    ("part", "why"),
    [
        (plumbing("subnet-a", "load_balancer", groups=["sg-e"]), "carries sg-e too"),
        (unread(Fact.NETWORK_INTERFACES), "who else carries sg-e was not read"),
        (
            group("sg-e", allow(443, "0.0.0.0/0"), tags={"vpcproof:remediate": "off"}),
            "tagged vpcproof:remediate=off",
        ),
    ],
)
def test_a_group_that_serves_others_or_may_is_not_narrowed(part, why):
    snapshot = home(*ssm_pair(groups=["sg-e"]), group("sg-e", allow(443, "0.0.0.0/0")), part)
    plan = planned(snapshot, mandate=Mandate(narrow=frozenset({NARROW})))
    assert plan.changes == ()
    assert why in reasons(plan, NARROW)


# Duplicates

DUPLICATES = "vpc-endpoints-not-duplicated"


def test_the_endpoint_that_names_do_not_lead_to_goes_when_asked():
    twin = endpoint_in("ssm", id="vpce-a-twin", private_dns=False)
    snapshot = home(*ssm_pair(), *twin)
    plan = planned(snapshot, mandate=Mandate(remove_duplicates=True))
    (change,) = plan.changes
    assert change.arguments == {"VpcEndpointIds": ["vpce-a-twin"]}
    assert (change.risk, change.cost.amount) == (Risk.DESTRUCTIVE, Decimal("-14.60"))
    assert [call.operation for call in change.undo] == ["CreateVpcEndpoint"]
    assert broken(made(snapshot, plan)) == set()
    assert planned(snapshot).changes == ()
    assert "was not asked for" in reasons(planned(snapshot), DUPLICATES)


def test_a_profile_leads_names_to_an_endpoint_too():
    snapshot = home(
        vpc(),
        vpc(id="vpc-spoke"),
        *ssm_pair(),
        *endpoint_in("ssm", id="vpce-twin", private_dns=False),
        profile("vpce-twin", vpc="vpc-spoke"),
    )
    plan = planned(snapshot, mandate=Mandate(remove_duplicates=True))
    assert plan.changes == ()
    assert "names lead to vpce-twin" in reasons(plan, DUPLICATES)


def test_room_that_one_repair_makes_is_used_by_another():
    tight = replace(HOME[0], free_addresses=9)
    twins = (
        *endpoint_in("kms", ("subnet-b", "10.0.2.6"), id="vpce-1", private_dns=False),
        *endpoint_in("kms", ("subnet-b", "10.0.2.7"), id="vpce-2", private_dns=False),
    )
    snapshot = home(tight, *ssm_pair(), *twins)
    plan = planned(snapshot, mandate=Mandate(remove_duplicates=True))
    assert broken(made(snapshot, plan)) == set()


# Limits


def test_a_limit_that_the_needed_changes_just_meet_refuses_nothing():
    exact = Mandate(max_changes=4, max_monthly_cost=Decimal("29.20"))
    assert len(planned(home(), mandate=exact).changes) == 4


@pytest.mark.parametrize(
    ("mandate", "why"),
    [
        (Mandate(max_changes=3), "maxChanges is 3"),
        (Mandate(max_monthly_cost=Decimal("29.19")), "maxMonthlyCost is 29.19"),
        (Mandate(max_changes=0), "maxChanges is 0"),
    ],
)
def test_a_part_that_repairs_nothing_is_not_made_for_the_limits_sake(mandate, why):
    plan = planned(home(), mandate=mandate)
    assert plan.changes == ()
    assert why in reasons(plan, SSM)


def test_what_fits_within_the_limits_is_made():
    snapshot = home(S3, gateway(tables=[], policy_document=FULL_ACCESS))
    plan = planned(snapshot, mandate=Mandate(max_monthly_cost=Decimal(1)))
    assert operations(plan) == ["ModifyVpcEndpoint"]


# Rules that were asked for


def test_only_what_the_rules_named_find_is_repaired():
    snapshot = home(S3, gateway(tables=[], policy_document=FULL_ACCESS))
    plan = planned(snapshot, rules=("vpc-endpoint-gateway-routes-complete",))
    assert operations(plan) == ["ModifyVpcEndpoint"]
    assert {each.rule for each in plan.repairs} == {"vpc-endpoint-gateway-routes-complete"}
    assert plan.problems == ()


# What stands in the way


@pytest.mark.parametrize(("state", "why"), [("pending", "may come yet"), ("failed", "has to go")])
def test_an_endpoint_that_is_there_but_serves_nobody_is_named(state, why):
    plan = planned(home(*endpoint_in("ssm", state=state), *endpoint_in("ssmmessages")))
    assert plan.changes == ()
    assert why in reasons(plan, SSM)


def test_an_endpoint_that_cannot_be_changed_now_is_named():
    snapshot = home(*ssm_pair(), *endpoint_in("kms", ("subnet-a", "10.0.1.7"), state="partial"))
    assert "vpce-kms is partial; only an available" in reasons(planned(snapshot), ZONES_RULE)


def test_the_name_of_a_gateway_service_is_not_guessed_either():
    plan = planned(network(*HOME, region="eusc-de-east-1"), services="s3", rules=(REQUIRED,))
    assert plan.changes == ()
    assert "service name of s3 in eusc-de-east-1 is not known" in reasons(plan, REQUIRED)


def test_a_gateway_endpoint_needs_tables_that_were_read():
    plan = planned(home(*ssm_pair(), unread(Fact.ROUTE_TABLES)), services="ssm,s3")
    assert plan.changes == ()
    assert "the route table of subnet-a was not read" in reasons(plan, REQUIRED)


def test_clients_without_addresses_cannot_be_admitted():
    nameless = subnet("subnet-b", zone="us-east-1b")
    plan = planned(home(nameless, subnet("subnet-c", "10.0.3.0/24", zone="us-east-1b")))
    assert plan.changes == ()
    assert "the CIDR blocks of subnet-b are not known" in reasons(plan, SSM)


def test_a_global_service_has_no_region_in_its_name():
    plan = planned(home(*ssm_pair()), services="ssm,route53")
    (wanted,) = arguments(plan, "CreateVpcEndpoint")
    assert wanted["ServiceName"] == "com.amazonaws.route53"


def test_without_network_interfaces_no_group_is_known_to_be_for_endpoints_alone():
    snapshot = home(
        *ssm_pair(groups=["sg-e"]),
        group("sg-e", allow(443, "10.0.1.0/24")),
        unread(Fact.NETWORK_INTERFACES, "no file"),
    )
    plan = planned(snapshot, rules=(ADMITS,))
    assert operations(plan)[2:] == ["ModifyVpcEndpoint"] * 2
    assert {each.rule for each in plan.repairs} == {ADMITS}


def test_an_endpoint_that_is_going_is_replaced():
    going = endpoint_in("ssm", state="deleting")
    plan = planned(home(*going, *endpoint_in("ssmmessages")))
    assert [each["ServiceName"] for each in arguments(plan, "CreateVpcEndpoint")] == [
        "com.amazonaws.us-east-1.ssm"
    ]


def test_the_private_name_of_a_private_service_is_its_providers_to_verify():
    name = "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0"
    theirs = endpoint_in(name, id="vpce-theirs", private_dns=False)
    sold = offered(name, private_dns_names=("api.example.com",))
    plan = planned(home(*ssm_pair(), *theirs, sold))
    assert plan.changes == ()
    assert "its provider's to verify" in reasons(plan, "vpc-endpoint-private-dns-effective")


def test_what_is_repaired_as_far_as_is_known_is_said():
    closed = group("sg-e", allow(443, "10.0.1.0/24"))
    distant = ("subnet-a", "10.0.1.5")
    snapshot = home(
        *endpoint_in("ssm", distant, groups=["sg-e"]),
        *endpoint_in("ssmmessages", distant, groups=["sg-e"]),
        closed,
        unread(Fact.NETWORK_ACLS),
    )
    plan = planned(snapshot)
    assert "AuthorizeSecurityGroupIngress" in operations(plan)
    assert "what is known to be wrong is repaired" in reasons(plan, "subnet-reaches-ssm")


def test_a_gateway_endpoint_beside_an_interface_endpoint_is_no_duplicate_to_remove():
    twin = endpoint_in("ssm", id="vpce-twin", private_dns=False)
    snapshot = home(S3, main_table(route("pl-s3", "vpce-s3")), *ssm_pair(), *twin, gateway())
    plan = planned(snapshot, rules=(DUPLICATES,), mandate=Mandate(remove_duplicates=True))
    assert arguments(plan, "DeleteVpcEndpoints") == [{"VpcEndpointIds": ["vpce-twin"]}]
