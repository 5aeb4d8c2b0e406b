import pytest


@pytest.fixture
def delete(place):
    def deleted(*endpoint_ids, **more):
        return place.ec2.delete_vpc_endpoints(VpcEndpointIds=list(endpoint_ids), **more)

    return deleted


def test_the_interfaces_go_with_the_endpoint(place, delete, refused):
    endpoint = place.interface(SubnetIds=[place.subnet_a, place.subnet_c])
    assert delete(endpoint["VpcEndpointId"])["Unsuccessful"] == []
    assert place.interfaces() == []
    with refused("InvalidVpcEndpointId.NotFound"):
        place.endpoint(endpoint["VpcEndpointId"])


def test_the_routes_go_with_the_endpoint_whichever_way_they_came(place, delete):
    made = place.ec2.create_route_table(VpcId=place.vpc_id)["RouteTable"]["RouteTableId"]
    gateway = place.gateway("s3", RouteTableIds=[place.main_table])["VpcEndpointId"]
    place.ec2.modify_vpc_endpoint(VpcEndpointId=gateway, AddRouteTableIds=[made])
    assert delete(gateway)["Unsuccessful"] == []
    assert place.routes() == place.routes(made) == []


def test_a_gateway_endpoint_without_tables_is_deleted(place, delete):
    assert delete(place.gateway("dynamodb")["VpcEndpointId"])["Unsuccessful"] == []


def test_a_deleted_table_is_no_longer_the_endpoint_s(place, delete):
    made = place.ec2.create_route_table(VpcId=place.vpc_id)["RouteTable"]["RouteTableId"]
    gateway = place.gateway("s3", RouteTableIds=[made])["VpcEndpointId"]
    place.ec2.delete_route_table(RouteTableId=made)
    assert place.endpoint(gateway)["RouteTableIds"] == []
    assert delete(gateway)["Unsuccessful"] == []


def test_an_unknown_endpoint_is_listed_and_the_others_go(place, delete):
    endpoint = place.interface()["VpcEndpointId"]
    (item,) = delete("vpce-0123", endpoint)["Unsuccessful"]
    assert item["ResourceId"] == "vpce-0123"
    assert item["Error"]["Code"] == "InvalidVpcEndpoint.NotFound"
    assert place.ec2.describe_vpc_endpoints()["VpcEndpoints"] == []


def test_the_tags_go_with_the_endpoint(place, delete):
    tags = [{"Key": "team", "Value": "network"}]
    specification = [{"ResourceType": "vpc-endpoint", "Tags": tags}]
    endpoint = place.interface(TagSpecifications=specification)["VpcEndpointId"]
    delete(endpoint)
    assert place.ec2.describe_tags()["Tags"] == []


def test_a_dry_run_deletes_nothing(place, delete, refused):
    endpoint = place.interface()["VpcEndpointId"]
    with refused("DryRunOperation"):
        delete(endpoint, DryRun=True)
    assert place.endpoint(endpoint)
