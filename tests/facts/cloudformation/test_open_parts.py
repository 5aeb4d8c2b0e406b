"""What a template leaves open is never taken for absent, nor for what is usual."""

import json
from datetime import UTC, datetime

import pytest
from vpcproof.facts.cloudformation.reader import read_template
from vpcproof.model.facts import Fact

NOW = datetime(2026, 6, 1, tzinfo=UTC)
VPC = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}
TABLE = {"Type": "AWS::EC2::RouteTable", "Properties": {"VpcId": {"Ref": "Vpc"}}}
PARAMETERS = {"Open": {"Type": "String"}}


def read(tmp_path, **resources):
    file = tmp_path / "template.json"
    file.write_text(json.dumps({"Parameters": PARAMETERS, "Resources": {"Vpc": VPC, **resources}}))
    return read_template(file, parameters={}, region="eu-west-1", now=NOW).snapshot


def resource(kind, **properties):
    return {"Type": f"AWS::EC2::{kind}", "Properties": properties}


@pytest.mark.parametrize(
    "part",
    [
        {"Type": "Acme::Net::Vpc::MODULE"},
        resource("VPCEndpoint") | {"Type": "AWS::CloudFormation::Stack"},
        {
            "Type": "AWS::CloudFormation::Stack",
            "Properties": {"TemplateURL": "https://example.com/t.yaml"},
        },
    ],
)
def test_what_may_hold_anything_leaves_everything_open(tmp_path, part):
    snapshot = read(tmp_path, Part=part)
    assert all(not snapshot.has(fact, "Vpc") for fact in Fact)
    assert "Resources/Part" in snapshot.gap(Fact.VPC_ENDPOINTS, "Vpc").reason


def test_properties_that_a_macro_makes_are_no_defaults(tmp_path):
    made = {"Type": "AWS::EC2::VPC", "Properties": {"Fn::Transform": {"Name": "Ours"}}}
    snapshot = read(tmp_path, Made=made)
    assert not snapshot.has(Fact.VPCS, "Made")
    assert snapshot.vpcs["Vpc"].dns_hostnames is False
    assert "Made" not in snapshot.vpcs or snapshot.vpcs["Made"].dns_hostnames is None


def test_what_a_vpn_announces_is_a_route_that_was_not_read(tmp_path):
    learnt = resource("VPNGatewayRoutePropagation", RouteTableIds=[{"Ref": "Table"}],
                      VpnGatewayId={"Ref": "Vpn"})  # fmt: skip
    snapshot = read(tmp_path, Table=TABLE, Vpn=resource("VPNGateway"), Learnt=learnt)
    (route,) = [each for each in snapshot.route_tables["Table"].routes if each.target != "local"]
    assert (route.target, route.cidr, route.is_propagated) == ("vgw-Vpn", None, True)


def test_a_firewall_of_which_no_id_is_known_stays_a_firewall(tmp_path):
    route = resource("Route", RouteTableId={"Ref": "Table"}, DestinationCidrBlock="0.0.0.0/0",
                     VpcEndpointId={"Ref": "Open"})  # fmt: skip
    snapshot = read(tmp_path, Table=TABLE, Route=route)
    targets = {each.target for each in snapshot.route_tables["Table"].routes}
    assert targets == {"local", "vpce-parameter Open"}


def test_a_gateway_of_which_the_kind_is_not_known_leaves_the_routes_open(tmp_path):
    route = resource("Route", RouteTableId={"Ref": "Table"}, DestinationCidrBlock="0.0.0.0/0",
                     GatewayId={"Ref": "Open"})  # fmt: skip
    snapshot = read(tmp_path, Table=TABLE, Route=route)
    assert snapshot.gap(Fact.ROUTE_TABLES, "Vpc").reason == (
        "Resources/Route/Properties/GatewayId: parameter Open has no value"
    )


def test_zones_by_position_and_by_name_may_be_the_same(tmp_path):
    def subnet(zone, block):
        return resource("Subnet", VpcId={"Ref": "Vpc"}, CidrBlock=block, AvailabilityZone=zone)

    first = {"Fn::Select": [0, {"Fn::GetAZs": ""}]}
    mixed = read(tmp_path, A=subnet(first, "10.0.0.0/24"), B=subnet("eu-west-1a", "10.0.1.0/24"))
    assert (mixed.subnets["A"].zone, mixed.subnets["B"].zone) == (None, "eu-west-1a")
    alike = read(tmp_path, A=subnet(first, "10.0.0.0/24"), B=subnet(first, "10.0.1.0/24"))
    assert alike.subnets["A"].zone == alike.subnets["B"].zone == "eu-west-1[0]"


def test_a_vpc_that_is_not_declared_is_open_in_every_respect(tmp_path):
    group = resource("SecurityGroup", GroupDescription="x", VpcId={"Ref": "Open"})
    snapshot = read(tmp_path, Group=group)
    assert all(not snapshot.has(fact, "parameter Open") for fact in Fact)
    assert snapshot.has(Fact.SECURITY_GROUPS, "Vpc")


def test_instances_tell_who_is_in_their_subnet_unless_something_else_is(tmp_path):
    parts = {
        "A": resource("Subnet", VpcId={"Ref": "Vpc"}, CidrBlock="10.0.0.0/24"),
        "I": resource("Instance", ImageId="ami-1", SubnetId={"Ref": "A"}),
    }
    scaling = {
        "Type": "AWS::AutoScaling::AutoScalingGroup",
        "Properties": {"VPCZoneIdentifier": [{"Ref": "A"}]},
    }
    alone = read(tmp_path, **parts).network_interfaces.values()
    assert [(each.subnet_id, each.group_ids) for each in alone] == [
        ("A", ("Vpc.DefaultSecurityGroup",))
    ]
    assert not read(tmp_path, **parts, Scaling=scaling).network_interfaces
