"""Answers of AWS for tests: a VPC with one route table, sound or with a route to nowhere."""

from __future__ import annotations

from typing import Any

HOME, OTHER = "vpc-0b1c2d3e4f5061728", "vpc-0c1d2e3f405162738"
BLACKHOLE_RULE, AVAILABLE_RULE = "route-table-has-no-blackhole", "vpc-endpoint-available"
ADMITS_RULE = "vpc-endpoint-admits-workloads"


def vpc(vpc_id: str = HOME, name: str = "") -> dict[str, Any]:
    tags = [{"Key": "Name", "Value": name}] if name else []
    return {"VpcId": vpc_id, "CidrBlock": "10.0.0.0/16", "OwnerId": "111122223333", "Tags": tags}


def route_table(
    table_id: str = "rtb-0a1b2c3d4e5f60718", vpc_id: str = HOME, *, blackhole: bool = False
) -> dict[str, Any]:
    routes = [{"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"}]
    if blackhole:
        routes.append(
            {
                "DestinationCidrBlock": "0.0.0.0/0",
                "NatGatewayId": "nat-0123456789abcdef0",
                "State": "blackhole",
            }
        )
    return {
        "RouteTableId": table_id,
        "VpcId": vpc_id,
        "Routes": routes,
        "Associations": [{"Main": True, "RouteTableId": table_id}],
    }


def endpoint(
    endpoint_id: str = "vpce-0a1b2c3d4e5f60718", vpc_id: str = HOME, state: str = "available"
) -> dict[str, Any]:
    return {
        "VpcEndpointId": endpoint_id,
        "VpcId": vpc_id,
        "VpcEndpointType": "Interface",
        "ServiceName": "com.amazonaws.us-east-1.ssm",
        "State": state,
    }
