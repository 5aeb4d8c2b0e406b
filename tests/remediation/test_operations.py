"""What each call does to the facts, what AWS refuses, and that undoing restores every fact."""

from dataclasses import replace

import pytest
from vpcproof.model.addresses import AddressSet
from vpcproof.model.facts import Fact
from vpcproof.model.snapshot import by_id
from vpcproof.remediation.change import Call
from vpcproof.remediation.operations.operation import RefusedCallError
from vpcproof.remediation.operations.permissions import (
    identity,
    permission_of,
    rules_of,
    tcp_permission,
)
from vpcproof.remediation.operations.vpc_attribute import HOSTNAMES, SUPPORT, set_attribute
from vpcproof.remediation.operations.vpc_endpoint import delete_endpoint, modify_endpoint
from vpcproof.remediation.simulate import OPERATIONS, change_of, same_facts, simulate

from tests.networks import (
    VPC,
    allow,
    allow_all,
    aws_prefix_list,
    endpoint,
    gateway,
    group,
    main_table,
    offered,
    prefix_list,
    route,
    subnet,
    table,
    unread,
    vpc,
    zone,
)
from tests.remediation.vpcs import HOME, endpoint_in, home

SSM = "com.amazonaws.us-east-1.ssm"
S3 = "com.amazonaws.us-east-1.s3"


def create(service=SSM, **arguments):
    wanted = {
        "VpcId": VPC,
        "ServiceName": service,
        "VpcEndpointType": "Interface",
        "SubnetIds": ["subnet-a", "subnet-b"],
        "SecurityGroupIds": ["sg-endpoint"],
        "PrivateDnsEnabled": True,
    }
    return Call(
        operation="CreateVpcEndpoint",
        arguments={k: v for k, v in {**wanted, **arguments}.items() if v is not None},
        creates="vpce-new",
    )


def create_gateway(*tables):
    return create(
        S3,
        VpcEndpointType="Gateway",
        SubnetIds=None,
        SecurityGroupIds=None,
        PrivateDnsEnabled=None,
        RouteTableIds=list(tables),
    )


def create_group(name="endpoints", vpc_id=VPC):
    return Call(
        operation="CreateSecurityGroup",
        arguments={"VpcId": vpc_id, "GroupName": name, "Description": "clients"},
        creates="sg-new",
    )


def authorize(group_id, *permissions):
    return Call(
        operation="AuthorizeSecurityGroupIngress",
        arguments={"GroupId": group_id, "IpPermissions": list(permissions)},
    )


def revoke(group_id, *permissions):
    return replace(authorize(group_id, *permissions), operation="RevokeSecurityGroupIngress")


def from_(cidr, port=443):
    return tcp_permission(port, AddressSet.of(cidr))


def undone(snapshot, call):
    change = change_of(snapshot, call)
    return simulate(simulate(snapshot, call), *change.undo)


EVERY_CALL = [
    (home(), create()),
    (home(aws_prefix_list("s3", "52.216.0.0/15")), create_gateway("rtb-main")),
    (home(), create_group()),
    (home(), authorize("sg-endpoint", from_("10.9.0.0/16"))),
    (home(), revoke("sg-endpoint", from_("10.0.0.0/16"))),
    (home(vpc(dns_hostnames=False)), set_attribute(VPC, HOSTNAMES, value=True)),
    (home(vpc(dns_support=False)), set_attribute(VPC, SUPPORT, value=True)),
    (
        home(endpoint_in("ssm", private_dns=False)),
        modify_endpoint("vpce-ssm", PrivateDnsEnabled=True),
    ),
    (
        home(endpoint_in("ssm"), group("sg-b")),
        modify_endpoint("vpce-ssm", AddSecurityGroupIds=["sg-b"]),
    ),
    (
        home(endpoint_in("ssm", ("subnet-a", "10.0.1.5"))),
        modify_endpoint("vpce-ssm", AddSubnetIds=["subnet-b"]),
    ),
    (home(gateway(tables=[])), modify_endpoint("vpce-s3", AddRouteTableIds=["rtb-main"])),
]


@pytest.mark.parametrize(
    ("before", "call"), EVERY_CALL, ids=lambda each: getattr(each, "operation", "")
)
def test_a_call_changes_something_and_its_undo_restores_every_fact(before, call):
    assert not same_facts(simulate(before, call), before)
    assert same_facts(undone(before, call), before)


def test_a_new_interface_endpoint_stands_in_its_subnets_at_addresses_nobody_knows_yet():
    after = simulate(home(), create())
    made = after.vpc_endpoints["vpce-new"]
    assert (made.state, made.subnet_ids, made.group_ids) == (
        "available",
        ("subnet-a", "subnet-b"),
        ("sg-endpoint",),
    )
    interfaces = [after.network_interfaces[each] for each in made.network_interface_ids]
    assert [each.subnet_id for each in interfaces] == ["subnet-a", "subnet-b"]
    assert not any(each.addresses or each.is_workload for each in interfaces)
    assert {each.group_ids for each in interfaces} == {("sg-endpoint",)}
    assert [after.subnets[each].free_addresses for each in made.subnet_ids] == [199, 199]


def test_a_new_gateway_endpoint_routes_to_the_list_of_its_service():
    after = simulate(home(aws_prefix_list("s3", "52.216.0.0/15")), create_gateway("rtb-main"))
    (made,) = (each for each in after.route_tables["rtb-main"].routes if each.target == "vpce-new")
    assert (made.prefix_list_id, made.state, made.origin) == ("pl-s3", "active", "CreateRoute")


def test_a_table_more_gets_the_list_that_the_endpoint_has_in_others():
    other = table("rtb-b", route("pl-odd", "vpce-s3"), subnets=["subnet-b"])
    snapshot = home(main_table(), other, gateway(tables=["rtb-b"]))
    after = simulate(snapshot, modify_endpoint("vpce-s3", AddRouteTableIds=["rtb-main"]))
    assert after.route_tables["rtb-main"].routes[-1].destination == "pl-odd"


def test_without_a_group_the_default_one_is_attached_which_admits_nobody_else():
    snapshot = home(group("sg-default", allow_all("sg-default"), name="default"))
    after = simulate(snapshot, create(SecurityGroupIds=None))
    assert after.vpc_endpoints["vpce-new"].group_ids == ("sg-default",)


def test_without_a_group_the_default_one_has_to_be_known():
    with pytest.raises(RefusedCallError, match="default security group of vpc-home was not read"):
        simulate(home(), create(SecurityGroupIds=None))


def test_dns_entries_show_the_name_of_the_service_while_private_dns_is_on():
    named = ("vpce-ssm-x.ssm.us-east-1.vpce.amazonaws.com",)
    before = home(endpoint_in("ssm", private_dns=False, dns_names=named))
    call = modify_endpoint("vpce-ssm", PrivateDnsEnabled=True)
    shown = simulate(before, call).vpc_endpoints["vpce-ssm"].dns_names
    assert shown == (*named, "ssm.us-east-1.amazonaws.com")
    assert same_facts(undone(before, call), before)


def test_an_endpoint_that_is_deleted_takes_its_interfaces_and_routes_along():
    tables = (main_table(route("pl-s3", "vpce-s3")),)
    before = home(*endpoint_in("ssm"), gateway(), *tables)
    after = simulate(before, delete_endpoint("vpce-ssm"), delete_endpoint("vpce-s3"))
    assert not after.vpc_endpoints
    assert not [each for each in after.network_interfaces.values() if not each.is_workload]
    assert after.route_tables["rtb-main"].routes == main_table().routes
    assert after.subnets["subnet-a"].free_addresses == 201


def test_an_endpoint_that_is_created_anew_is_the_same_but_for_what_aws_assigns():
    before = home(endpoint_in("ssm", private_dns=False, tags={"Name": "mine"}))
    again = undone(before, delete_endpoint("vpce-ssm"))
    assert not same_facts(again, before)
    assert same_facts(again, before, recreated=frozenset({"vpce-ssm"}))
    assert again.vpc_endpoints["vpce-ssm"].tags == {"Name": "mine"}


@pytest.mark.parametrize(
    ("snapshot", "call", "why"),
    [
        (home(), create(VpcId="vpc-x"), "vpc-x does not exist"),
        (home(), create(SubnetIds=["subnet-x"]), "subnet-x does not exist"),
        (home(), create(SecurityGroupIds=["sg-x"]), "sg-x does not exist"),
        (home(endpoint("ssm", id="vpce-new")), create(), "vpce-new exists already"),
        (home(), create(SubnetIds=["subnet-a", "subnet-a"]), "stands in us-east-1a already"),
        (
            home(subnet("subnet-x", "10.9.0.0/24", vpc="vpc-x")),
            create(SubnetIds=["subnet-x"]),
            "subnet-x is not of vpc-home",
        ),
        (
            home(replace(HOME[0], free_addresses=0)),
            create(),
            "subnet-a has no free address",
        ),
        (
            home(group("sg-x", vpc="vpc-x")),
            create(SecurityGroupIds=["sg-x"]),
            "sg-x is not of vpc-home",
        ),
        (
            home(*(group(f"sg-{n}") for n in range(6))),
            create(SecurityGroupIds=[f"sg-{n}" for n in range(6)]),
            "more than 5 security groups",
        ),
        (home(vpc(dns_hostnames=False)), create(), "enableDnsHostnames is off"),
        (home(vpc(dns_support=False)), create(), "enableDnsSupport is off"),
        (home(unread(Fact.VPC_DNS_ATTRIBUTES)), create(), "DNS attributes of vpc-home were not"),
        (home(unread(Fact.HOSTED_ZONES)), create(), "private hosted zones were not read"),
        (home(zone("ssm.us-east-1.amazonaws.com")), create(), "Z-ssm.us-east-1.amazonaws.com"),
        (home(endpoint("ssm")), create(), "vpce-ssm holds the private DNS name ssm.us-east-1"),
        (
            home(*(gateway(id=f"vpce-{n:02}") for n in range(20))),
            create_gateway("rtb-main"),
            "20 gateway endpoints, the quota",
        ),
        (
            home(main_table(route("pl-s3", "vpce-other")), aws_prefix_list("s3")),
            create_gateway("rtb-main"),
            "rtb-main has a route to pl-s3 already",
        ),
        (home(), create_gateway("rtb-x"), "rtb-x does not exist"),
        (home(), modify_endpoint("vpce-x", PrivateDnsEnabled=True), "vpce-x does not exist"),
        (
            home(endpoint("ssm", state="pending")),
            modify_endpoint("vpce-ssm", PrivateDnsEnabled=True),
            "vpce-ssm is pending",
        ),
        (
            home(endpoint("ssm")),
            modify_endpoint("vpce-ssm", AddSecurityGroupIds=["sg-endpoint"]),
            "carries sg-endpoint already",
        ),
        (home(), delete_endpoint("vpce-x"), "vpce-x does not exist"),
        (home(), create_group(vpc_id="vpc-x"), "vpc-x does not exist"),
        (home(group("sg-x", name="endpoints")), create_group(), "group named 'endpoints'"),
        (home(group("sg-new")), create_group(), "sg-new exists already"),
        (home(), authorize("sg-x", from_("10.0.0.0/8")), "sg-x does not exist"),
        (home(), authorize("sg-endpoint", from_("10.0.0.0/16")), "has a rule already: tcp 443"),
        (home(), revoke("sg-endpoint", from_("10.9.0.0/16")), "has no rule: tcp 443"),
        (
            home(),
            authorize("sg-endpoint", *(from_(f"10.{n}.0.0/16") for n in range(1, 61))),
            "more than 60 ingress rules",
        ),
        (
            home(vpc(dns_support=False)),
            set_attribute(VPC, HOSTNAMES, value=True),
            "needs enableDnsSupport",
        ),
        (
            home(),
            Call(operation="ModifyVpcAttribute", arguments={"VpcId": VPC}),
            "one attribute at a time",
        ),
    ],
)
def test_what_aws_would_refuse_is_refused(snapshot, call, why):
    with pytest.raises(RefusedCallError, match=why.replace("(", r"\(")):
        simulate(snapshot, call)


def test_sixty_rules_are_within_the_quota_and_families_are_counted_apart():
    full = authorize("sg-endpoint", *(from_(f"10.{n}.0.0/16") for n in range(1, 60)))
    six = authorize("sg-endpoint", *(from_(f"2001:db8:{n}::/48") for n in range(1, 61)))
    assert len(simulate(home(), full, six).security_groups["sg-endpoint"].ingress) == 120


def test_a_prefix_list_counts_for_as_many_rules_as_it_has_entries():
    listed = prefix_list("pl-many", *(f"10.{n}.0.0/16" for n in range(60)))
    permission = permission_of(allow(443, "pl-many"))
    with pytest.raises(RefusedCallError, match="more than 60"):
        simulate(home(listed), authorize("sg-endpoint", permission))


@pytest.mark.parametrize(
    "snapshot",
    [
        home(endpoint("ssm", groups=["sg-b"]), group("sg-b")),
        home(group("sg-b"), group("sg-c", allow(443, "sg-b"))),
    ],
)
def test_a_group_in_use_cannot_be_deleted(snapshot):
    with pytest.raises(RefusedCallError, match="sg-b is"):
        simulate(snapshot, Call(operation="DeleteSecurityGroup", arguments={"GroupId": "sg-b"}))


def test_deleting_a_group_is_never_planned_as_it_cannot_be_undone():
    call = Call(operation="DeleteSecurityGroup", arguments={"GroupId": "sg-endpoint"})
    with pytest.raises(RefusedCallError, match="cannot be undone"):
        change_of(home(), call)


def test_an_attribute_that_was_not_read_cannot_be_given_back():
    snapshot = home(vpc(dns_hostnames=None))
    with pytest.raises(RefusedCallError, match="was not read"):
        change_of(snapshot, set_attribute(VPC, HOSTNAMES, value=True))


def test_an_endpoint_of_a_kind_that_calls_cannot_make_is_not_planned_to_be_deleted():
    snapshot = home(endpoint("ssm", type="GatewayLoadBalancer"))
    with pytest.raises(RefusedCallError, match="cannot be created anew"):
        change_of(snapshot, delete_endpoint("vpce-ssm"))


def test_private_dns_of_s3_is_for_the_vpc_itself_when_asked_so():
    before = home(endpoint_in("s3", private_dns=False))
    option = {"PrivateDnsOnlyForInboundResolverEndpoint": False}
    call = modify_endpoint("vpce-s3", PrivateDnsEnabled=True, DnsOptions=option)
    assert simulate(before, call).vpc_endpoints["vpce-s3"].inbound_resolver_only is False
    assert same_facts(undone(before, call), before)


@pytest.mark.parametrize(
    "rule",
    [
        allow(443, "10.0.0.0/16"),
        allow((400, 500), "2001:db8::/32"),
        allow(443, "pl-apps"),
        allow(443, "sg-app"),
        allow_all("10.0.0.0/16"),
        allow(53, "10.0.0.0/16", "udp"),
    ],
)
def test_a_rule_and_its_permission_name_the_same(rule):
    (again,) = rules_of([permission_of(rule)])
    assert identity(again) == identity(rule)
    before = home(group("sg-b", rule))
    assert same_facts(undone(before, revoke("sg-b", permission_of(rule))), before)


def test_rules_for_all_protocols_are_the_same_whatever_their_ports_say():
    assert identity(allow_all("10.0.0.0/8")) == identity(allow((-1, -1), "10.0.0.0/8", "-1"))


def test_the_catalogue_tells_which_names_an_endpoint_would_take():
    sold = offered(
        "ssm", private_dns_names=("ssm.us-east-1.amazonaws.com", "ssm.us-east-1.api.aws")
    )
    with pytest.raises(RefusedCallError, match=r"Z-ssm\.us-east-1\.api\.aws"):
        simulate(home(sold, zone("ssm.us-east-1.api.aws")), create())


def test_the_order_of_ids_and_rules_is_no_fact():
    one = home(group("sg-b", allow(443, "10.0.0.0/16"), allow(443, "10.9.0.0/16")))
    turned = (replace(each, ingress=each.ingress[::-1]) for each in one.security_groups.values())
    assert same_facts(replace(one, security_groups=by_id(turned)), one)


@pytest.mark.parametrize(
    ("before", "call"), EVERY_CALL, ids=lambda each: getattr(each, "operation", "")
)
def test_undoing_an_undoing_is_the_call_again(before, call):
    """Unless it deletes a group, which nobody plans."""
    after = simulate(before, call)
    (undo,) = change_of(before, call).undo
    if undo.operation == "DeleteSecurityGroup":
        return
    (again,) = change_of(after, undo).undo
    assert again.operation == call.operation
    recreated = frozenset({again.creates}) if again.creates else frozenset()
    assert same_facts(simulate(after, undo, again), after, recreated=recreated)


def test_nothing_but_interfaces_of_endpoints_costs_anything():
    for before, call in EVERY_CALL:
        zones = OPERATIONS[call.operation].zones(before, call)
        interfaces = len(call.arguments.get("SubnetIds", call.arguments.get("AddSubnetIds", ())))
        assert zones == interfaces
    gone = Call(operation="DeleteSecurityGroup", arguments={"GroupId": "sg-endpoint"})
    assert OPERATIONS["DeleteSecurityGroup"].zones(home(), gone) == 0
