"""An account of a given size at a loopback address, answered in AWS's own pages, calls counted.

Pages are rendered before, so that what is measured is the client. `benchmarks/sweep.py` serves it.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

OWNER = "111122223333"
REGION = "us-east-1"
# VPCs, endpoints, security groups, route tables.
ESTATES = {"S": (5, 20, 50, 20), "M": (50, 300, 1_000, 300), "L": (300, 2_000, 10_000, 2_000)}
_CODES = ("ssm", "ssmmessages", "ec2messages", "logs", "monitoring", "kms", "sts", "s3")
_SUBNETS = 4
_OPEN_POLICY = json.dumps(
    {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}
)
_FILTERS = {"vpc-id", "association.subnet-id", "association.main"}
_LARGEST_PAGE = {"DescribeRouteTables": 100}

Elements = list[dict[str, Any]]


def estate(name: str) -> Mapping[str, tuple[str, Elements]]:
    """What each operation lists: the name of its set, and the elements."""
    vpcs, endpoints, groups, tables = ESTATES[name]
    chance = random.Random(7)
    tenth = [f"10.{n // 16}.{n % 16 * 16}" for n in range(vpcs)]

    def of(number: int) -> dict[str, Any]:
        return {"vpcId": f"vpc-{number % vpcs:05}", "ownerId": OWNER}

    def subnet(number: int, index: int) -> str:
        return f"subnet-{number % vpcs:05}-{index}"

    def block(number: int, index: int) -> str:
        first, second, third = tenth[number % vpcs].split(".")
        return f"{first}.{second}.{int(third) + 4 * index}.0/22"

    def homes(number: int) -> range:
        return range(number % (_SUBNETS - 1) + 1)

    return {
        "DescribeVpcs": (
            "vpcSet",
            [
                {
                    **of(n),
                    "cidrBlock": f"{tenth[n]}.0/20",
                    "state": "available",
                    "dhcpOptionsId": "d",
                    "isDefault": "false",
                }
                for n in range(vpcs)
            ],
        ),
        "DescribeSubnets": (
            "subnetSet",
            [
                {**of(n), "subnetId": subnet(n, i), "cidrBlock": block(n, i)}
                | {"availabilityZone": f"{REGION}{'abc'[i % 3]}", "mapPublicIpOnLaunch": "false"}
                for n in range(vpcs)
                for i in range(_SUBNETS)
            ],
        ),
        "DescribeSecurityGroups": (
            "securityGroupInfo",
            [
                {**of(n), "groupId": f"sg-{n:05}", "groupName": f"group {n}"}
                | {"ipPermissions": [_tcp(chance, tenth[n % vpcs]) for _ in range(5)]}
                | {"ipPermissionsEgress": [{"ipProtocol": "-1", "ipRanges": _ranges("0.0.0.0/0")}]}
                for n in range(groups)
            ],
        ),
        "DescribeRouteTables": (
            "routeTableSet",
            [_route_table(n, vpcs, of(n), tenth[n % vpcs]) for n in range(tables)],
        ),
        "DescribeVpcEndpoints": (
            "vpcEndpointSet",
            [
                {**of(n), "vpcEndpointId": f"vpce-{n:05}", "vpcEndpointType": "Interface"}
                | {"serviceName": f"com.amazonaws.{REGION}.{_CODES[n // vpcs % len(_CODES)]}"}
                | {"policyDocument": _OPEN_POLICY}
                | {"state": "available", "privateDnsEnabled": "true", "ipAddressType": "ipv4"}
                | {"subnetIdSet": [subnet(n, i) for i in homes(n)]}
                | {"groupSet": [{"groupId": f"sg-{n:05}"}]}
                for n in range(endpoints)
            ],
        ),
        "DescribeNetworkInterfaces": (
            "networkInterfaceSet",
            [
                {**of(n), "networkInterfaceId": f"eni-{n:05}-{i}", "subnetId": subnet(n, i)}
                | {"privateIpAddress": block(n, i).replace(".0/22", f".{10 + n // vpcs % 200}")}
                | {"interfaceType": "interface", "groupSet": [{"groupId": f"sg-{n:05}"}]}
                | {"attachment": {"instanceId": f"i-{n:05}-{i}"}}
                for n in range(endpoints)
                for i in homes(n)
            ],
        ),
        "DescribeRegions": (
            "regionInfo",
            [{"regionName": REGION, "regionEndpoint": "x", "optInStatus": "opt-in-not-required"}],
        ),
        "DescribeNetworkAcls": (
            "networkAclSet",
            [
                {**of(n), "networkAclId": f"acl-{n:05}", "default": "true", "entrySet": _open()}
                for n in range(vpcs)
            ],
        ),
    }


def _ranges(*cidrs: str) -> Elements:
    return [{"cidrIp": cidr} for cidr in cidrs]


def _tcp(chance: random.Random, block: str) -> dict[str, Any]:
    port = chance.choice((443, 443, 80, 22, 5432))
    source = chance.choice((f"{block}.0/20", f"172.16.{chance.randrange(256)}.0/24"))
    return {"ipProtocol": "tcp", "fromPort": port, "toPort": port, "ipRanges": _ranges(source)}


def _route_table(number: int, vpcs: int, here: dict[str, Any], block: str) -> dict[str, Any]:
    route_table_id = f"rtb-{number:05}"
    local = {"destinationCidrBlock": f"{block}.0/20", "gatewayId": "local", "state": "active"}
    main = {"routeTableId": route_table_id, "main": "true" if number < vpcs else "false"}
    return {**here, "routeTableId": route_table_id, "routeSet": [local]} | (
        {"associationSet": [main]} if number < vpcs else {}
    )


def _open() -> Elements:
    return [
        {"ruleNumber": 100, "protocol": "-1", "ruleAction": "allow", "cidrBlock": "0.0.0.0/0"}
        | {"egress": egress}
        for egress in ("true", "false")
    ]


def _xml(value: Any) -> str:  # noqa: ANN401 - texts, lists and structures
    if isinstance(value, dict):
        return "".join(f"<{name}>{_xml(each)}</{name}>" for name, each in value.items())
    if isinstance(value, list):
        return "".join(f"<item>{_xml(each)}</item>" for each in value)
    return escape(str(value))


def _page(operation: str, content: str) -> bytes:
    return f"<{operation}Response>{content}</{operation}Response>".encode()


def pages(held: Mapping[str, tuple[str, Elements]]) -> dict[tuple[str, str], bytes]:
    """Each page by operation and token."""
    rendered = {}
    for operation, (key, elements) in held.items():
        size = _LARGEST_PAGE.get(operation, 1_000)
        for start in range(0, len(elements), size):
            more = start + size < len(elements)
            token = f"<nextToken>{start + size}</nextToken>" if more else ""
            content = f"<{key}>{_xml(elements[start : start + size])}</{key}>{token}"
            rendered[operation, str(start) if start else ""] = _page(operation, content)
    return rendered


class _Filtered:
    """Answers to calls with filters: few elements each, so they are rendered when asked for."""

    def __init__(self, held: Mapping[str, tuple[str, Elements]]) -> None:
        self._held = held
        self._of_vpc: dict[tuple[str, str], Elements] = {}
        for operation, (_, elements) in held.items():
            for each in elements:
                self._of_vpc.setdefault((operation, each.get("vpcId", "")), []).append(each)

    def __call__(self, operation: str, asked: Mapping[str, str]) -> bytes | None:
        """The answer to a call by VPC, or by what a route table is associated with; else None."""
        name, value = asked.get("Filter.1.Name"), asked.get("Filter.1.Value.1", "")
        if operation not in self._held or name not in _FILTERS:
            return None
        key, elements = self._held[operation]
        if name == "vpc-id":
            found = self._of_vpc.get((operation, value), [])
        else:  # no estate has a table of its own for a subnet
            found = [each for each in elements if "associationSet" in each and value == "true"]
        return _page(operation, f"<{key}>{_xml(found)}</{key}>")


class _Answers(BaseHTTPRequestHandler):
    """EC2 and STS from the pages, every other service with nothing."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer is one packet, or it waits for an acknowledgement
    pages: ClassVar[Mapping[tuple[str, str], bytes]]
    filtered: ClassVar[_Filtered]
    calls: ClassVar[Counter[str]] = Counter()

    def do_GET(self) -> None:
        self.calls["GET " + self.path.partition("?")[0]] += 1
        zones = (
            b"<ListHostedZonesByVPCResponse><HostedZoneSummaries/></ListHostedZonesByVPCResponse>"
        )
        self._send(zones if "hostedzonesbyvpc" in self.path else b"{}")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        target = self.headers.get("X-Amz-Target")
        if target:
            self.calls[target.partition(".")[2]] += 1
            absent = target.endswith("GetDocument")
            self._send(b'{"__type":"InvalidDocument"}' if absent else b"{}", 400 if absent else 200)
            return
        asked = dict(parse_qsl(body.decode()))
        operation = asked.get("Action", self.path)
        self.calls[operation] += 1
        if operation == "DescribeVpcAttribute":
            name = asked["Attribute"]
            self._send(_page(operation, f"<{name}><value>true</value></{name}>"))
        elif operation == "GetCallerIdentity":
            account = (
                f"<GetCallerIdentityResult><Account>{OWNER}</Account><UserId>x</UserId>"
                f"<Arn>arn:aws:iam::{OWNER}:user/x</Arn></GetCallerIdentityResult>"
            )
            self._send(_page(operation, account))
        else:
            nothing = _page(operation, "")
            whole = self.pages.get((operation, asked.get("NextToken", "")), nothing)
            self._send(self.filtered(operation, asked) or whole)

    def _send(self, content: bytes, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the base
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


def serve(name: str) -> None:
    """Serve one estate until the input closes; a line of it asks for the calls since the last."""
    held = estate(name)
    _Answers.pages, _Answers.filtered = pages(held), _Filtered(held)
    server = _Server(("127.0.0.1", 0), _Answers)
    Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    for _ in sys.stdin:
        print(json.dumps(_Answers.calls), flush=True)
        _Answers.calls.clear()
