"""Networks made from one that works by one change each, labelled by what was changed.

The label is written beside the change and comes from AWS's documentation of the part changed, not
from vpcproof: some changes break certain pairs of subnet and service, others only look as if.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from benchmarks.accuracy.network import (
    ACL,
    EGRESS,
    INGRESS,
    NO_ENDPOINT,
    PRIVATE_DNS,
    ROUTE,
    STATE,
    VPC_DNS,
    Network,
    Pair,
)

BASE = Path(__file__).parents[2] / "tests/scenarios/ssm-only-private-subnets"
A, B = "subnet-0668b88350b05a93f", "subnet-052449724b2f5f3e6"
SSM = frozenset({(A, "ssm"), (A, "ssmmessages"), (B, "ssm"), (B, "ssmmessages")})
S3 = frozenset({(A, "s3"), (B, "s3")})
ALL = SSM | S3
IN_A = frozenset(pair for pair in ALL if pair[0] == A)
IN_B = ALL - IN_A
MAIN, PRIVATE = "rtb-0ccb2212ee21725ed", "rtb-07d74f3a7317a909b"
VPC = "vpc-081ccd2bbaa6d6618"
S3_LIST, OWN_LIST = "pl-63a5400a", "pl-0698241fd056dc275"
S3_CIDRS = ["3.5.0.0/19", "16.15.176.0/20", "52.216.0.0/15", "54.231.0.0/16"]

Account = dict[str, Any]
Change = Callable[[Account], None]


def networks() -> list[Network]:
    """Every change of the lists below as a whole network."""
    base = _base()
    made = []
    for name, (defect, broken, change) in {**_BREAKING, **_HARMLESS}.items():
        account = deepcopy(base)
        change(account)
        documents = [document for held in account.values() for document in held]
        works = {pair: pair not in broken for pair in sorted(ALL)}
        made.append(Network(name, documents, works, defect))
    return made


def _base() -> Account:
    """The base by file, with a gateway endpoint of S3 in the table of both subnets."""
    account = {
        path.stem: [json.loads(path.read_text())]
        for path in sorted(BASE.glob("*.json"))
        if path.name != "expected.json"
    }
    gateway = {
        "VpcEndpointId": "vpce-0s3",
        "VpcEndpointType": "Gateway",
        "VpcId": VPC,
        "ServiceName": "com.amazonaws.us-east-1.s3",
        "State": "available",
        "PolicyDocument": account["vpc-endpoints"][0]["VpcEndpoints"][0]["PolicyDocument"],
        "RouteTableIds": [PRIVATE],
        "SubnetIds": [],
        "Groups": [],
        "PrivateDnsEnabled": False,
        "RequesterManaged": False,
        "NetworkInterfaceIds": [],
        "DnsEntries": [],
        "CreationTimestamp": "2026-02-11T08:30:02+00:00",
        "Tags": [],
        "OwnerId": "111122223333",
    }
    account["vpc-endpoints"][0]["VpcEndpoints"].append(gateway)
    account["prefix-lists"] = [
        {
            "PrefixLists": [
                {"PrefixListId": S3_LIST, "PrefixListName": "com.amazonaws.us-east-1.s3"}
                | {"Cidrs": S3_CIDRS}
            ]
        }
    ]
    table(account, PRIVATE)["Routes"].append(_to_s3())
    return account


def _to_s3(**others: str) -> dict[str, str]:
    route = {"DestinationPrefixListId": S3_LIST, "GatewayId": "vpce-0s3", "Origin": "CreateRoute"}
    return {**route, "State": "active", **others}


# Where a change is made


def endpoint(account: Account, code: str) -> dict[str, Any]:
    """The endpoint of a service."""
    return _only(account["vpc-endpoints"][0]["VpcEndpoints"], "ServiceName", f"us-east-1.{code}")


def group(account: Account, name: str) -> dict[str, Any]:
    """A security group by name."""
    return _only(account["security-groups"][0]["SecurityGroups"], "GroupName", name)


def table(account: Account, route_table_id: str) -> dict[str, Any]:
    """A route table."""
    return _only(account["route-tables"][0]["RouteTables"], "RouteTableId", route_table_id)


def _only(elements: Iterable[dict[str, Any]], member: str, ending: str) -> dict[str, Any]:
    (found,) = (each for each in elements if each[member].endswith(ending))
    return found


# Changes


def _without(*codes: str) -> Change:
    def change(account: Account) -> None:
        gone = [endpoint(account, code) for code in codes]
        held = account["vpc-endpoints"][0]["VpcEndpoints"]
        ids = {each["VpcEndpointId"] for each in gone}
        held[:] = [each for each in held if each["VpcEndpointId"] not in ids]
        for each in account["route-tables"][0]["RouteTables"]:
            each["Routes"] = [r for r in each["Routes"] if r.get("GatewayId") not in ids]

    return change


def _endpoint_with(code: str, **members: Any) -> Change:  # noqa: ANN401 - members of AWS's answer
    return lambda account: endpoint(account, code).update(members)


def _renamed(code: str, other: str) -> Change:
    return _endpoint_with(code, ServiceName=f"com.amazonaws.us-east-1.{other}")


def _attribute(name: str, member: str) -> Change:
    return lambda account: account[name][0].update({member: {"Value": False}})


def _rule(protocol: str = "tcp", first: int = 443, last: int = 443, **sources: Any) -> Any:  # noqa: ANN401
    ports = {} if protocol == "-1" else {"FromPort": first, "ToPort": last}
    nobody = {"UserIdGroupPairs": [], "IpRanges": [], "Ipv6Ranges": [], "PrefixListIds": []}
    return {"IpProtocol": protocol, **ports, **nobody, **sources}


def _cidrs(*cidrs: str) -> Any:  # noqa: ANN401 - a member of AWS's answer
    return [{"CidrIp": cidr} for cidr in cidrs]


def _ingress(*rules: Any) -> Change:  # noqa: ANN401 - members of AWS's answer
    return lambda account: group(account, "endpoints").update(IpPermissions=list(rules))


def _egress(*rules: Any) -> Change:  # noqa: ANN401 - members of AWS's answer
    return lambda account: group(account, "app").update(IpPermissionsEgress=list(rules))


def _from_group(name: str) -> Change:
    def change(account: Account) -> None:
        pair = {"GroupId": group(account, name)["GroupId"], "UserId": "111122223333"}
        _ingress(_rule(UserIdGroupPairs=[pair]))(account)

    return change


def _from_own_list(*cidrs: str) -> Change:
    def change(account: Account) -> None:
        account["prefix-lists"][0]["PrefixLists"].append(
            {
                "PrefixListId": OWN_LIST,
                "AddressFamily": "IPv4",
                "State": "create-complete",
                "PrefixListName": "workloads",
                "MaxEntries": 10,
                "Version": 1,
                "OwnerId": "111122223333",
            }
        )
        entries = [{"Cidr": cidr, "Description": ""} for cidr in cidrs]
        account["entries"] = [{"PrefixListId": OWN_LIST, "Entries": entries}]
        _ingress(_rule(PrefixListIds=[{"PrefixListId": OWN_LIST}]))(account)

    return change


def _acl_entry(number: int, *, egress: bool, allow: bool, **others: Any) -> Change:  # noqa: ANN401
    entry = {"RuleNumber": number, "Egress": egress, "RuleAction": "allow" if allow else "deny"}
    entry |= {"CidrBlock": "0.0.0.0/0", "Protocol": "6", **others}
    return lambda account: account["network-acls"][0]["NetworkAcls"][0]["Entries"].append(entry)


def _acl_of_b(*entries: Mapping[str, Any]) -> Change:
    """An ACL of its own for subnet B; what crosses it is traffic between the two subnets."""

    def change(account: Account) -> None:
        acls = account["network-acls"][0]["NetworkAcls"]
        default = acls[0]
        mine = [each for each in default["Associations"] if each["SubnetId"] == B]
        default["Associations"] = [e for e in default["Associations"] if e["SubnetId"] != B]
        last = [
            {"CidrBlock": "0.0.0.0/0", "Egress": egress, "Protocol": "-1"}
            | {"RuleAction": "deny", "RuleNumber": 32767}
            for egress in (True, False)
        ]
        own = {"NetworkAclId": "acl-0b", "IsDefault": False, "Tags": [], "VpcId": VPC}
        own |= {"OwnerId": "111122223333", "Entries": [*entries, *last]}
        own["Associations"] = [{**each, "NetworkAclId": "acl-0b"} for each in mine]
        acls.append(own)
        # So that workloads of B must leave their subnet, the endpoints are in A alone.
        for code in ("ssm", "ssmmessages"):
            _in_a_alone(account, endpoint(account, code))

    return change


def _in_a_alone(account: Account, held: dict[str, Any]) -> None:
    interfaces = account["network-interfaces"][0]["NetworkInterfaces"]
    gone = {
        each["NetworkInterfaceId"]
        for each in interfaces
        if each["SubnetId"] == B and each["NetworkInterfaceId"] in held["NetworkInterfaceIds"]
    }
    held["SubnetIds"] = [A]
    held["NetworkInterfaceIds"] = [e for e in held["NetworkInterfaceIds"] if e not in gone]
    interfaces[:] = [each for each in interfaces if each["NetworkInterfaceId"] not in gone]


def _entry(number: int, *, egress: bool, **others: Any) -> Mapping[str, Any]:  # noqa: ANN401
    entry = {"RuleNumber": number, "Egress": egress, "RuleAction": "allow"}
    return {**entry, "CidrBlock": "0.0.0.0/0", "Protocol": "6", **others}


def _ports(first: int, last: int) -> dict[str, Any]:
    return {"PortRange": {"From": first, "To": last}}


def _b_on_main(*routes: Mapping[str, str]) -> Change:
    """Subnet B without an association of its own, so that the main table routes it."""

    def change(account: Account) -> None:
        private = table(account, PRIVATE)
        private["Associations"] = [e for e in private["Associations"] if e["SubnetId"] != B]
        table(account, MAIN)["Routes"].extend(routes)
        if routes:
            endpoint(account, "s3")["RouteTableIds"].append(MAIN)

    return change


def _also_route(**route: str) -> Change:
    held = {"Origin": "CreateRoute", "State": "active", **route}
    return lambda account: table(account, PRIVATE)["Routes"].append(held)


def _s3_route_elsewhere(account: Account) -> None:
    private = table(account, PRIVATE)
    private["Routes"] = [r for r in private["Routes"] if "DestinationPrefixListId" not in r]
    table(account, MAIN)["Routes"].append(_to_s3())
    endpoint(account, "s3")["RouteTableIds"] = [MAIN]


def _one_zone(account: Account) -> None:
    for code in ("ssm", "ssmmessages"):
        _in_a_alone(account, endpoint(account, code))


def _second_group(account: Account) -> None:
    """The endpoints carry two groups, each of which admits one subnet."""
    first = group(account, "endpoints")
    second = {**deepcopy(first), "GroupId": "sg-0second", "GroupName": "endpoints-b"}
    first["IpPermissions"] = [_rule(IpRanges=_cidrs("10.20.1.0/24"))]
    second["IpPermissions"] = [_rule(IpRanges=_cidrs("10.20.2.0/24"))]
    account["security-groups"][0]["SecurityGroups"].append(second)
    carried = {"GroupId": "sg-0second", "GroupName": "endpoints-b"}
    for held in (
        *account["vpc-endpoints"][0]["VpcEndpoints"],
        *account["network-interfaces"][0]["NetworkInterfaces"],
    ):
        if first["GroupId"] in {each["GroupId"] for each in held["Groups"]}:
            held["Groups"].append(carried)


def _all(*changes: Change) -> Change:
    def change(account: Account) -> None:
        for each in changes:
            each(account)

    return change


_INSIDE = _cidrs("10.20.0.0/16")
_NAT_LIKE = {"DestinationCidrBlock": "52.216.0.0/16", "TransitGatewayId": "tgw-0a"}
_HALVES = ("10.20.1.0/25", "10.20.1.128/25", "10.20.2.0/25", "10.20.2.128/25")
_ONLY_SSM = frozenset(pair for pair in SSM if pair[1] == "ssm")
_ONLY_SSMMESSAGES = SSM - _ONLY_SSM

_BREAKING: dict[str, tuple[str, frozenset[Pair], Change]] = {
    "no endpoint for ssmmessages": (NO_ENDPOINT, _ONLY_SSMMESSAGES, _without("ssmmessages")),
    "no endpoint for S3": (NO_ENDPOINT, S3, _without("s3")),
    "no endpoint at all": (NO_ENDPOINT, ALL, _without("ssm", "ssmmessages", "ec2messages", "s3")),
    "ssm-incidents in place of ssm": (NO_ENDPOINT, _ONLY_SSM, _renamed("ssm", "ssm-incidents")),
    "endpoint of ssm failed": (STATE, _ONLY_SSM, _endpoint_with("ssm", State="failed")),
    "endpoint of ssm rejected": (STATE, _ONLY_SSM, _endpoint_with("ssm", State="rejected")),
    "private DNS of ssm off": (
        PRIVATE_DNS,
        _ONLY_SSM,
        _endpoint_with("ssm", PrivateDnsEnabled=False),
    ),
    "private DNS of all off": (
        PRIVATE_DNS,
        SSM,
        _all(*(_endpoint_with(c, PrivateDnsEnabled=False) for c in ("ssm", "ssmmessages"))),
    ),
    "enableDnsHostnames off": (
        VPC_DNS,
        SSM,
        _attribute("vpc-dns-hostnames", "EnableDnsHostnames"),
    ),
    "endpoint group without rules": (INGRESS, SSM, _ingress()),
    "endpoint group admits port 80": (
        INGRESS,
        SSM,
        _ingress(_rule(first=80, last=80, IpRanges=_INSIDE)),
    ),
    "endpoint group admits UDP 443": (INGRESS, SSM, _ingress(_rule("udp", IpRanges=_INSIDE))),
    "endpoint group admits ports 444 to 65535": (
        INGRESS,
        SSM,
        _ingress(_rule(first=444, last=65535, IpRanges=_INSIDE)),
    ),
    "endpoint group admits another network": (
        INGRESS,
        SSM,
        _ingress(_rule(IpRanges=_cidrs("10.21.0.0/16"))),
    ),
    "endpoint group admits subnet A alone": (
        INGRESS,
        SSM & IN_B,
        _ingress(_rule(IpRanges=_cidrs("10.20.1.0/24"))),
    ),
    "endpoint group admits itself alone": (INGRESS, SSM, _from_group("endpoints")),
    "endpoint group admits IPv6 alone": (
        INGRESS,
        SSM,
        _ingress(_rule(Ipv6Ranges=[{"CidrIpv6": "::/0"}])),
    ),
    "endpoint group admits a prefix list of subnet A": (
        INGRESS,
        SSM & IN_B,
        _from_own_list("10.20.1.0/24"),
    ),
    "workload group without egress": (EGRESS, ALL, _egress()),
    "workload group to another network": (
        EGRESS,
        ALL,
        _egress(_rule("-1", IpRanges=_cidrs("10.21.0.0/16"))),
    ),
    "workload group to the VPC alone": (EGRESS, S3, _egress(_rule("-1", IpRanges=_INSIDE))),
    "ACL denies 443 outbound first": (
        ACL,
        S3,
        _acl_entry(50, egress=True, allow=False, CidrBlock="52.0.0.0/8", **_ports(443, 443)),
    ),
    "ACL of subnet B lets no answers in": (
        ACL,
        IN_B,
        _acl_of_b(_entry(100, egress=True, **_ports(443, 443))),
    ),
    "ACL of subnet B lets nothing out": (
        ACL,
        IN_B,
        _acl_of_b(_entry(100, egress=False, Protocol="-1")),
    ),
    "ACL of subnet B lets answers in from 49152": (
        ACL,
        IN_B,
        _acl_of_b(
            _entry(100, egress=True, **_ports(443, 443)),
            _entry(100, egress=False, **_ports(49152, 65535)),
        ),
    ),
    "subnet B on a main table without S3": (ROUTE, S3 & IN_B, _b_on_main()),
    "S3 route on the unused main table": (ROUTE, S3, _s3_route_elsewhere),
    "part of S3 routed to a dead transit gateway": (
        ROUTE,
        S3,
        _also_route(**{**_NAT_LIKE, "State": "blackhole"}),
    ),
}

_HARMLESS: dict[str, tuple[None, frozenset[Pair], Change]] = {
    name: (None, frozenset(), change)
    for name, change in {
        "nothing changed": _all(),
        "endpoint group admits all protocols": _ingress(_rule("-1", IpRanges=_INSIDE)),
        "endpoint group admits all ports": _ingress(_rule(first=0, last=65535, IpRanges=_INSIDE)),
        "endpoint group admits the workload group": _from_group("app"),
        "endpoint group admits a prefix list": _from_own_list("10.20.1.0/24", "10.20.2.0/24"),
        "endpoint group admits halves of subnets": _ingress(_rule(IpRanges=_cidrs(*_HALVES))),
        "endpoint group admits the workloads' addresses": _ingress(
            _rule(IpRanges=_cidrs("10.20.1.10/32", "10.20.2.10/32"))
        ),
        "endpoint group admits everybody": _ingress(_rule(IpRanges=_cidrs("0.0.0.0/0"))),
        "endpoints with two groups": _second_group,
        "endpoints in one zone": _one_zone,
        "no endpoint for ec2messages": _without("ec2messages"),
        "workload group to what it needs": _egress(
            _rule(IpRanges=_INSIDE, PrefixListIds=[{"PrefixListId": S3_LIST}])
        ),
        "ACL denies another port first": _acl_entry(
            50, egress=False, allow=False, **_ports(22, 22)
        ),
        "ACL denies after it allows": _acl_entry(200, egress=True, allow=False, **_ports(443, 443)),
        "ACL of subnet B with what it needs": _acl_of_b(
            _entry(100, egress=True, **_ports(443, 443)),
            _entry(100, egress=False, **_ports(1024, 65535)),
        ),
        "subnet B on a main table with S3": _b_on_main(_to_s3()),
        "a default route to a dead gateway": _also_route(
            DestinationCidrBlock="0.0.0.0/0", NatGatewayId="nat-0gone", State="blackhole"
        ),
    }.items()
}
