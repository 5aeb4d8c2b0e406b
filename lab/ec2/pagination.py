"""Pages of describe answers: `MaxResults`, `NextToken`, and never more than 1,000 at a time."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from lab.ec2.errors import AwsError
from lab.ec2.network import Params

LARGEST_PAGE = 1000

PAGED_MEMBERS: Mapping[str, tuple[str, ...]] = {
    "DescribeDhcpOptions": ("DhcpOptions",),
    "DescribeInternetGateways": ("InternetGateways",),
    "DescribeManagedPrefixLists": ("PrefixLists",),
    "DescribeNatGateways": ("NatGateways",),
    "DescribeNetworkAcls": ("NetworkAcls",),
    "DescribeNetworkInterfaces": ("NetworkInterfaces",),
    "DescribePrefixLists": ("PrefixLists",),
    "DescribeRouteTables": ("RouteTables",),
    "DescribeSecurityGroupRules": ("SecurityGroupRules",),
    "DescribeSecurityGroups": ("SecurityGroups",),
    "DescribeSubnets": ("Subnets",),
    "DescribeVpcEndpointServices": ("ServiceDetails", "ServiceNames"),
    "DescribeVpcEndpoints": ("VpcEndpoints",),
    "DescribeVpcPeeringConnections": ("VpcPeeringConnections",),
    "DescribeVpcs": ("Vpcs",),
    "GetManagedPrefixListEntries": ("Entries",),
}
"""The answers that come in pages, with the lists cut at the same place."""


@dataclass
class _Limit:
    items: int = LARGEST_PAGE


_limit = _Limit()


def limit_pages(items: int | None) -> None:
    """Make every page that short, as AWS may at any time; `None` puts the usual limit back."""
    _limit.items = LARGEST_PAGE if items is None else items


def one_page(action: str, params: Params, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """The part of a whole answer that the request's token and page size ask for."""
    members = PAGED_MEMBERS[action]
    position = _position(params)
    if position is None:
        token = params["NextToken"]
        raise AwsError("InvalidNextToken", f"The token '{token}' is invalid")
    page, start = position
    end = start + min(params.get("MaxResults") or LARGEST_PAGE, _limit.items)
    total = len(answer[members[0]])
    cut = {member: list(answer[member])[start:end] for member in members}
    following = {"NextToken": _token(page + 1, end)} if end < total else {}
    return {**answer, **cut, **following}


def page_number(params: Params) -> int:
    """Which page a request asks for, the first being 1."""
    page, _ = _position(params) or (1, 0)
    return page


def _position(params: Params) -> tuple[int, int] | None:
    token = params.get("NextToken")
    if not token:
        return 1, 0
    with suppress(ValueError):
        page, start = urlsafe_b64decode(token).decode().split(":")
        return int(page), int(start)
    return None


def _token(page: int, start: int) -> str:
    return urlsafe_b64encode(f"{page}:{start}".encode()).decode()
