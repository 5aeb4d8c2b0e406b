import pytest


@pytest.fixture
def guarded(place):
    group = place.group("endpoint")
    endpoint = place.interface(SubnetIds=[place.subnet_a], SecurityGroupIds=[group])
    return {"group": group, "endpoint": endpoint["VpcEndpointId"]}


def test_the_group_of_an_endpoint_cannot_be_deleted(place, guarded, refused):
    text = f"resource {guarded['group']} has a dependent object"
    with refused("DependencyViolation", text):
        place.ec2.delete_security_group(GroupId=guarded["group"])
    place.ec2.delete_vpc_endpoints(VpcEndpointIds=[guarded["endpoint"]])
    place.ec2.delete_security_group(GroupId=guarded["group"])


def test_a_group_another_group_refers_to_cannot_be_deleted(place, refused):
    clients, endpoint = place.group("clients"), place.group("endpoint")
    permission = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
    place.ec2.authorize_security_group_ingress(
        GroupId=endpoint, IpPermissions=[permission | {"UserIdGroupPairs": [{"GroupId": clients}]}]
    )
    with refused("DependencyViolation"):
        place.ec2.delete_security_group(GroupId=clients)


def test_a_group_that_only_refers_to_itself_is_deleted(place):
    group = place.group()
    place.ec2.authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[{"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group}]}],
    )
    place.ec2.delete_security_group(GroupId=group)


def test_the_subnet_of_an_endpoint_cannot_be_deleted(place, guarded, refused):
    text = f"The subnet '{place.subnet_a}' has dependencies and cannot be deleted."
    with refused("DependencyViolation", text):
        place.ec2.delete_subnet(SubnetId=place.subnet_a)
    place.ec2.delete_vpc_endpoints(VpcEndpointIds=[guarded["endpoint"]])
    place.ec2.delete_subnet(SubnetId=place.subnet_a)


def test_the_vpc_of_a_gateway_endpoint_cannot_be_deleted(place, refused):
    gateway = place.gateway("s3", RouteTableIds=[place.main_table])["VpcEndpointId"]
    for subnet in (place.subnet_a, place.subnet_c):
        place.ec2.delete_subnet(SubnetId=subnet)
    with refused("DependencyViolation", place.vpc_id):
        place.ec2.delete_vpc(VpcId=place.vpc_id)
    place.ec2.delete_vpc_endpoints(VpcEndpointIds=[gateway])
    place.ec2.delete_vpc(VpcId=place.vpc_id)


def test_the_interface_of_an_endpoint_is_amazon_s_to_delete(place, guarded, refused):
    (interface,) = place.interfaces()
    with refused("InvalidParameterValue", "is currently in use"):
        place.ec2.delete_network_interface(NetworkInterfaceId=interface["NetworkInterfaceId"])
    with refused("OperationNotPermitted", "not allowed to manage 'ela-attach' attachments"):
        place.ec2.detach_network_interface(AttachmentId=interface["Attachment"]["AttachmentId"])


def test_the_route_of_an_endpoint_is_not_removed_by_hand(place, refused):
    place.gateway("s3", RouteTableIds=[place.main_table])
    (route,) = place.routes()
    with refused("InvalidParameterValue", "cannot remove VPC endpoint route"):
        place.ec2.delete_route(
            RouteTableId=place.main_table,
            DestinationPrefixListId=route["DestinationPrefixListId"],
        )
    assert place.routes() == [route]


def test_other_routes_are_removed_as_before(place):
    gateway = place.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    place.ec2.create_route(
        RouteTableId=place.main_table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway
    )
    place.ec2.delete_route(RouteTableId=place.main_table, DestinationCidrBlock="0.0.0.0/0")


def test_a_terminated_instance_leaves_no_interface_behind(place):
    launched = place.ec2.run_instances(
        ImageId="ami-0123", MinCount=1, MaxCount=1, SubnetId=place.subnet_a
    )
    place.ec2.terminate_instances(InstanceIds=[launched["Instances"][0]["InstanceId"]])
    assert place.interfaces() == []
    place.ec2.delete_subnet(SubnetId=place.subnet_a)


def test_a_nat_gateway_s_interface_is_amazon_s_and_goes_with_it(place):
    nat = place.ec2.create_nat_gateway(SubnetId=place.subnet_a, ConnectivityType="private")
    (interface,) = place.interfaces(place.subnet_a)
    assert interface["InterfaceType"] == "nat_gateway"
    assert interface["RequesterManaged"] is True
    assert interface["PrivateIpAddress"].startswith("10.0.1.")
    nat_id = nat["NatGateway"]["NatGatewayId"]
    assert interface["Description"] == f"Interface for NAT Gateway {nat_id}"
    (address,) = nat["NatGateway"]["NatGatewayAddresses"]
    assert address["PrivateIp"] == interface["PrivateIpAddress"]
    place.ec2.delete_nat_gateway(NatGatewayId=nat_id)
    assert place.interfaces(place.subnet_a) == []
