"""An account of any size that answers boto3 clients in AWS's own pages, within this process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from threading import Lock
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse

REGION = "eu-west-1"
_PER_VPC = {"endpoints": 10, "subnets": 3, "route_tables": 2, "groups": 5, "interfaces": 20}

Elements = list[dict[str, Any]]


def estate(endpoints: int) -> Mapping[str, Elements]:
    """The answers of an account with so many endpoints, ten to a VPC, by operation."""
    vpcs = max(endpoints // _PER_VPC["endpoints"], 1)
    answers: dict[str, Elements] = {}
    for number in range(vpcs):
        for operation, elements in _vpc(number).items():
            answers.setdefault(operation, []).extend(elements)
    answers["DescribeVpcEndpoints"] = answers["DescribeVpcEndpoints"][:endpoints]
    return answers


def _vpc(number: int) -> Mapping[str, Iterable[dict[str, Any]]]:
    vpc_id = f"vpc-{number:05}"
    block = f"10.{number}"
    ids = {kind: [f"{number:05}-{index}" for index in range(n)] for kind, n in _PER_VPC.items()}
    here = {"VpcId": vpc_id, "OwnerId": "111122223333"}
    return {
        "DescribeVpcs": [{**here, "CidrBlock": f"{block}.0.0/16", "DhcpOptionsId": "dopt-1"}],
        "DescribeSubnets": [
            {**here, "SubnetId": f"subnet-{name}", "CidrBlock": f"{block}.{index}.0/24"}
            for index, name in enumerate(ids["subnets"])
        ],
        "DescribeRouteTables": [
            {**here, "RouteTableId": f"rtb-{name}", "Associations": [], "Routes": []}
            for name in ids["route_tables"]
        ],
        "DescribeSecurityGroups": [
            {**here, "GroupId": f"sg-{name}", "IpPermissions": [], "IpPermissionsEgress": []}
            for name in ids["groups"]
        ],
        "DescribeNetworkInterfaces": [
            {**here, "NetworkInterfaceId": f"eni-{name}", "SubnetId": f"subnet-{number:05}-0"}
            for name in ids["interfaces"]
        ],
        "DescribeNetworkAcls": [{**here, "NetworkAclId": f"acl-{number:05}", "Entries": []}],
        "DescribeVpcEndpoints": [
            {
                **here,
                "VpcEndpointId": f"vpce-{name}",
                "VpcEndpointType": "Interface",
                "ServiceName": f"com.amazonaws.{REGION}.ssm",
                "State": "available",
                "PrivateDnsEnabled": True,
            }
            for name in ids["endpoints"]
        ],
    }


class PagedAccount:
    """Clients whose calls are answered in pages of the size they ask for, and counted."""

    def __init__(self, answers: Mapping[str, Elements]) -> None:
        self._answers = answers
        self._session = boto3.Session("x", "x", region_name=REGION)
        self._clients: dict[str, Any] = {}
        self._lock = Lock()
        self.calls: Counter[str] = Counter()

    def __call__(self, service: str, /) -> Any:  # noqa: ANN401 - classes made at run time
        """The client of a service."""
        with self._lock:
            if service not in self._clients:
                client = self._session.client(service)  # type: ignore[call-overload]
                client.meta.events.register("before-parameter-build.*.*", _keep)
                client.meta.events.register("before-call.*.*", self._answer)
                self._clients[service] = client
            return self._clients[service]

    def _answer(self, model: Any, context: dict[str, Any], **_: Any) -> tuple[AWSResponse, Any]:  # noqa: ANN401
        with self._lock:
            self.calls[model.name] += 1
        asked = context["asked"]
        elements = [each for each in self._answers.get(model.name, []) if _wanted(each, asked)]
        start = int(asked.get("NextToken", 0))
        end = start + int(asked.get("MaxResults", 1000))
        answer: dict[str, Any] = {_result_key(model): elements[start:end]}
        if end < len(elements):
            answer["NextToken"] = str(end)
        if model.name == "DescribeVpcAttribute":
            answer = {asked["Attribute"][:1].upper() + asked["Attribute"][1:]: {"Value": True}}
        return AWSResponse("local", 200, {}, None), answer


def _keep(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:  # noqa: ANN401
    context["asked"] = dict(params)


def _wanted(element: Mapping[str, Any], asked: Mapping[str, Any]) -> bool:
    filters = asked.get("Filters") or asked.get("Filter") or []
    return all(
        element.get("VpcId") in each["Values"] for each in filters if each["Name"] == "vpc-id"
    )


def _result_key(model: Any) -> str:  # noqa: ANN401 - a botocore operation model
    members = model.output_shape.members if model.output_shape else {}
    return next((name for name, shape in members.items() if shape.type_name == "list"), "Items")
