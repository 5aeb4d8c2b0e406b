"""moto's internal names the lab relies on: when one is gone, its test says which."""

import pytest
from moto.ec2.models import ec2_backends
from moto.ec2.models.vpcs import VPCEndPoint
from moto.ec2.responses import EC2Response

import lab.ec2
from lab.ec2.moto_backend import RELIED_ON

REGION = "ap-northeast-2"


@pytest.fixture
def moto_objects(place, client):
    backend = ec2_backends["123456789012"][REGION]
    place.gateway("s3", RouteTableIds=[place.main_table])
    place.ec2.create_nat_gateway(SubnetId=place.subnet_a, ConnectivityType="private")
    balancer = client(service="elbv2").create_load_balancer(
        Name="provider", Type="network", Scheme="internal", Subnets=[place.subnet_a]
    )["LoadBalancers"][0]["LoadBalancerArn"]
    place.ec2.create_vpc_endpoint_service_configuration(NetworkLoadBalancerArns=[balancer])
    place.ec2.run_instances(ImageId="ami-0123", MinCount=1, MaxCount=1, SubnetId=place.subnet_a)
    peer = place.ec2.create_vpc(CidrBlock="192.168.0.0/16")["Vpc"]["VpcId"]
    place.ec2.create_vpc_peering_connection(VpcId=place.vpc_id, PeerVpcId=peer)
    place.ec2.create_internet_gateway()
    response = EC2Response()
    response.params = {}
    response.current_account, response.region = backend.account_id, REGION
    group = backend.get_security_group_from_id(place.default_group)
    table = backend.route_tables[place.main_table]
    return {
        "backend": backend,
        "response": response,
        "vpc": backend.vpcs[place.vpc_id],
        "subnet": backend.get_subnet(place.subnet_a),
        "security_group": group,
        "security_group_rule": group.ingress_rules[0],
        "network_interface": next(iter(backend.enis.values())),
        "route_table": table,
        "route": table.routes[0],
        "prefix_list": next(iter(backend.managed_prefix_lists.values())),
        "nat_gateway": next(iter(backend.nat_gateways.values())),
        "peering_connection": next(iter(backend.vpc_pcxs.values())),
        "internet_gateway": next(iter(backend.internet_gateways.values())),
        "zone": backend.describe_availability_zones()[0],
        "instance": next(iter(backend.reservations.values())).instances[0],
        "endpoint_service": next(iter(backend.configurations.values())),
    }


@pytest.mark.parametrize("kind", RELIED_ON)
def test_moto_still_has_every_name_the_lab_relies_on(moto_objects, kind):
    missing = [name for name in RELIED_ON[kind] if not hasattr(moto_objects[kind], name)]
    assert not missing, f"moto's {kind} no longer has {', '.join(missing)}"


def test_installing_twice_is_installing_once():
    before = EC2Response.call_action
    lab.ec2.install()
    assert EC2Response.call_action is before


def test_uninstalled_moto_is_as_it_was():
    corrected = dict(vars(EC2Response))
    lab.ec2.uninstall()
    assert EC2Response.call_action is corrected["call_action"].__wrapped__
    assert "create_vpc_endpoint" not in vars(EC2Response)
    lab.ec2.install()
    assert vars(EC2Response).keys() == corrected.keys()


def test_moto_s_cloudformation_makes_the_same_endpoints(place):
    properties = {
        "ServiceName": f"com.amazonaws.{REGION}.ssm",
        "VpcEndpointType": "Interface",
        "VpcId": place.vpc_id,
        "SubnetIds": [place.subnet_a],
        "PrivateDnsEnabled": True,
    }
    made = VPCEndPoint.create_from_cloudformation_json(
        "Ssm", {"Properties": properties}, "123456789012", REGION
    )
    endpoint = place.endpoint(made.physical_resource_id)
    assert endpoint["PrivateDnsEnabled"] is True
    assert endpoint["NetworkInterfaceIds"] == [
        interface["NetworkInterfaceId"] for interface in place.interfaces()
    ]
