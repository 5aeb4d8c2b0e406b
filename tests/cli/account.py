"""A live account for tests: EC2 and STS by moto, refusals on demand, no network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import botocore.client
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

REGION = "us-east-1"

# What moto answers as AWS does, of all that is read.
_PLAYED = {
    "DescribeDhcpOptions",
    "DescribeInternetGateways",
    "DescribeNatGateways",
    "DescribeNetworkAcls",
    "DescribeNetworkInterfaces",
    "DescribePrefixLists",
    "DescribeManagedPrefixLists",
    "DescribeRouteTables",
    "DescribeSecurityGroups",
    "DescribeSubnets",
    "DescribeVpcAttribute",
    "DescribeVpcEndpoints",
    "DescribeVpcPeeringConnections",
    "DescribeVpcs",
    "GetCallerIdentity",
    "GetManagedPrefixListEntries",
}


class Account:
    """The account 123456789012 in us-east-1, its default VPC included."""

    def __init__(self) -> None:
        self.refused: dict[str, str] = {}
        self.operations: list[str] = []

    @classmethod
    @contextmanager
    def played(cls, monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
        account = cls()
        answered = botocore.client.BaseClient._make_api_call

        def answer(client: Any, operation: str, arguments: dict[str, Any]) -> Any:
            account.operations.append(operation)
            if operation in account.refused:
                code = account.refused[operation]
                raise ClientError({"Error": {"Code": code, "Message": "refused"}}, operation)
            if operation.startswith(("Describe", "List", "Get", "Search")):
                return answered(client, operation, arguments) if operation in _PLAYED else {}
            return answered(client, operation, arguments)

        with mock_aws():
            monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
            monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", answer)
            account.ec2 = boto3.client("ec2", region_name=REGION)
            yield account

    ec2: Any

    def refuse_everything(self, code: str) -> None:
        self.refused = dict.fromkeys((*_PLAYED, "DescribeVpcEndpointServices"), code)
