"""Transit gateways and peering connections as the AWS CLI prints them."""

import pytest
from vpcproof.model.transit_gateway import TransitGatewayAttachment, TransitGatewayRouteTable

GENERAL = {
    "TransitGatewayAttachmentId": "tgw-attach-1",
    "TransitGatewayId": "tgw-1",
    "ResourceType": "vpc",
    "ResourceId": "vpc-1",
    "ResourceOwnerId": "111122223333",
    "State": "available",
    "Association": {"TransitGatewayRouteTableId": "tgw-rtb-1", "State": "associated"},
}
OF_VPC = {
    "TransitGatewayAttachmentId": "tgw-attach-1",
    "TransitGatewayId": "tgw-1",
    "VpcId": "vpc-1",
    "VpcOwnerId": "111122223333",
    "State": "available",
    "SubnetIds": ["subnet-1"],
}


def attachment(**members):
    return TransitGatewayAttachment(
        id="tgw-attach-1",
        transit_gateway_id="tgw-1",
        resource_id="vpc-1",
        owner_id="111122223333",
        **members,
    )


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (
            {"TransitGatewayAttachments": [GENERAL]},
            attachment(route_table_id="tgw-rtb-1", subnet_ids=None),
        ),
        ({"TransitGatewayVpcAttachments": [OF_VPC]}, attachment(subnet_ids=("subnet-1",))),
        (
            {"TransitGatewayAttachments": [GENERAL], "TransitGatewayVpcAttachments": [OF_VPC]},
            attachment(route_table_id="tgw-rtb-1", subnet_ids=("subnet-1",)),
        ),
    ],
    ids=["of all kinds", "of VPCs", "both answers together"],
)
def test_attachments(snapshot, keys, expected):
    assert snapshot(**keys).transit_gateway_attachments == {"tgw-attach-1": expected}


def test_an_association_that_is_going_does_not_count(snapshot):
    going = {"TransitGatewayRouteTableId": "tgw-rtb-1", "State": "disassociating"}
    found = snapshot(TransitGatewayAttachments=[GENERAL | {"Association": going}])
    assert found.transit_gateway_attachments["tgw-attach-1"].route_table_id is None


TABLE = {
    "TransitGatewayRouteTableId": "tgw-rtb-1",
    "TransitGatewayId": "tgw-1",
    "DefaultAssociationRouteTable": True,
    "DefaultPropagationRouteTable": False,
}
ROUTES = {
    "TransitGatewayRouteTableId": "tgw-rtb-1",
    "Routes": [
        {
            "DestinationCidrBlock": "10.1.0.0/16",
            "TransitGatewayAttachments": [{"TransitGatewayAttachmentId": "tgw-attach-1"}],
            "Type": "static",
            "State": "active",
        },
        {"DestinationCidrBlock": "10.0.0.0/8", "Type": "static", "State": "blackhole"},
    ],
}
PROPAGATIONS = {
    "TransitGatewayRouteTableId": "tgw-rtb-1",
    "TransitGatewayRouteTablePropagations": [
        {"TransitGatewayAttachmentId": "tgw-attach-2", "State": "enabled"},
        {"TransitGatewayAttachmentId": "tgw-attach-3", "State": "disabling"},
    ],
}


def test_routes_and_propagations_that_were_not_read_are_unknown(snapshot):
    assert snapshot(TransitGatewayRouteTables=[TABLE]).transit_gateway_route_tables == {
        "tgw-rtb-1": TransitGatewayRouteTable(
            id="tgw-rtb-1", transit_gateway_id="tgw-1", is_default_association=True
        )
    }


@pytest.mark.parametrize(
    "documents",
    [
        pytest.param([ROUTES, PROPAGATIONS], id="each answer beside the table it is about"),
        pytest.param(
            [
                {"TransitGatewayStaticRoutes": [ROUTES]},
                {"TransitGatewayPropagations": [PROPAGATIONS]},
            ],
            id="gathered in lists",
        ),
    ],
)
def test_routes_and_propagations(read, documents):
    snapshot = read({"TransitGatewayRouteTables": [TABLE]}, *documents).snapshot
    table = snapshot.transit_gateway_route_tables["tgw-rtb-1"]
    assert [(r.destination, r.attachment_id, r.state) for r in table.routes] == [
        ("10.0.0.0/8", None, "blackhole"),
        ("10.1.0.0/16", "tgw-attach-1", "active"),
    ]
    assert table.propagating == ("tgw-attach-2",)


def test_a_search_that_has_more_routes_is_as_good_as_none(read):
    half = ROUTES | {"AdditionalRoutesAvailable": True}
    snapshot = read({"TransitGatewayRouteTables": [TABLE]}, half).snapshot
    assert snapshot.transit_gateway_route_tables["tgw-rtb-1"].routes is None


def test_routes_of_a_table_that_nobody_listed_make_no_table(read):
    assert not read(ROUTES).snapshot.transit_gateway_route_tables


@pytest.mark.parametrize("code", ["active", "deleted"])
def test_peering_connections(snapshot, code):
    printed = {
        "VpcPeeringConnectionId": "pcx-1",
        "RequesterVpcInfo": {"VpcId": "vpc-1", "OwnerId": "111122223333"},
        "AccepterVpcInfo": {"OwnerId": "123456789012"},
        "Status": {"Code": code},
    }
    found = snapshot(VpcPeeringConnections=[printed]).vpc_peering_connections["pcx-1"]
    assert (found.requester_vpc_id, found.accepter_vpc_id) == ("vpc-1", "")
    assert found.is_active is (code == "active")
