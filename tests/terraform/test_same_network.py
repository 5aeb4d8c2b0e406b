"""A network told as describe output and as the plan that would make it is judged the same.

In the plan nothing exists yet: every id is followed through references. Half of the groups have
their rules inline and half as resources of their own, and so have route tables their routes.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from vpcproof.engine import evaluate
from vpcproof.facts.folder import read_folder
from vpcproof.model.parameters import parse_parameters
from vpcproof.model.snapshot import Snapshot
from vpcproof.rules.registry import all_rules

from tests.networks import NOW
from tests.terraform.telling import E, Telling
from tests.terraform.test_plans import snapshot_of

SCENARIOS_AT = Path(__file__).parents[1] / "scenarios"
SCENARIOS = [
    "china-region",
    "china-region-images-and-s3",
    "default-group-pitfall",
    "dual-stack",
    "dual-stack-endpoint-ipv4-clients",
    "dual-stack-open-to-all-ipv6",
    "duplicate-endpoints",
    "eks-private",
    "fargate-complete",
    "fargate-layers-not-permitted",
    "fargate-without-nat",
    "govcloud",
    "hostnames-off",
    "ipv6-only-subnet",
    "main-table-without-s3-route",
    "nacl-deny-first",
    "nacl-ephemeral-closed",
    "nacl-exact",
    "nacl-same-subnet",
    "nat-accepted",
    "nat-only",
    "nat-private",
    "old-agent-without-ec2messages",
    "one-endpoint-missing",
    "one-subnet-of-two-admitted",
    "private-dns-off",
    "public-only",
    "s3-egress-to-vpc-only",
    "s3-policy-deny-only",
    "secondary-cidr-not-admitted",
    "session-encryption-without-kms",
    "shared-vpc-owner",
    "shared-vpc-owner-nacl",
    "split-cidrs",
    "ssm-only-private-subnets",
    "terraform-group-without-egress",
    "two-zones-endpoint-in-one",
    "workloads-not-read",
]

# Facts that no plan holds; without them the describe output is as much as a plan tells.
IN_NO_PLAN = ("network-interfaces", "instance-information", "session-preferences", "expected")

Json = Any
NAMED = {
    "VpcId": "aws_vpc",
    "SubnetId": "aws_subnet",
    "GroupId": "aws_security_group",
    "RouteTableId": "aws_route_table",
}
TARGETS = {
    "igw": ("gateway_id", "aws_internet_gateway"),
    "nat": ("nat_gateway_id", "aws_nat_gateway"),
    "tgw": ("transit_gateway_id", "aws_ec2_transit_gateway"),
}


class Network:
    """Describe output on its way into a configuration with a plan."""

    def __init__(self, folder: Path) -> None:
        self.answers: dict[str, list[Json]] = {}
        for file in folder.glob("*.json"):
            for key, value in json.loads(file.read_text()).items():
                self.answers.setdefault(key, []).extend(
                    value if isinstance(value, list) else [value]
                )
        self.dns = {
            (json.loads(f.read_text())["VpcId"], key): json.loads(f.read_text())[key]["Value"]
            for f in folder.glob("vpc-dns-*.json")
            for key in ("EnableDnsSupport", "EnableDnsHostnames")
            if key in json.loads(f.read_text())
        }
        self.addresses: dict[str, str] = {}
        subnet = next(iter(self.answers["Subnets"]))
        self.plan = Telling(region=subnet["AvailabilityZone"].rstrip("abcdef"))

    def told(self) -> Json:
        self._default_tables = {
            t["RouteTableId"]: t["VpcId"] for t in self.answers["RouteTables"] if _is_main(t)
        }
        for vpc in self.answers["Vpcs"]:
            self._vpc(vpc)
        for subnet in self.answers["Subnets"]:
            self._subnet(subnet)
        for gateway in self.answers.get("InternetGateways", ()):
            attached = gateway["Attachments"][0]["VpcId"]
            self.add(
                "aws_internet_gateway",
                gateway["InternetGatewayId"],
                vpc_id=ref("aws_vpc", attached),
            )
        for gateway in self.answers.get("NatGateways", ()):
            home = ref("aws_subnet", gateway["SubnetId"])
            kind = gateway.get("ConnectivityType", "public")
            self.add(
                "aws_nat_gateway", gateway["NatGatewayId"], subnet_id=home, connectivity_type=kind
            )
        for number, group in enumerate(self.answers["SecurityGroups"]):
            self._group(group, inline=number % 2 == 0)
        for number, table in enumerate(self.answers["RouteTables"]):
            self._table(table, inline=number % 2 == 0)
        for acl in self.answers["NetworkAcls"]:
            self._acl(acl)
        for endpoint in self.answers["VpcEndpoints"]:
            self._endpoint(endpoint)
        for listed in self.answers.get("PrefixLists", ()):
            known = {"id": listed["PrefixListId"], "name": listed["PrefixListName"]}
            known["cidr_blocks"] = listed.get("Cidrs", [])
            self.plan.add("aws_prefix_list", listed["PrefixListId"], data=True, existing=known)
        return self.plan.plan()

    def add(self, kind: str, name: str, **attributes: Any) -> None:
        self.addresses[name] = f"{kind}.{name}"
        self.plan.add(kind, name, **attributes)

    def _vpc(self, vpc: Json) -> None:
        vpc_id = vpc["VpcId"]
        self.add(
            "aws_vpc",
            vpc_id,
            cidr_block=vpc["CidrBlock"],
            ipv6_cidr_block=_ipv6(vpc),
            enable_dns_support=self.dns[vpc_id, "EnableDnsSupport"],
            enable_dns_hostnames=self.dns[vpc_id, "EnableDnsHostnames"],
        )
        for number, block in enumerate(vpc["CidrBlockAssociationSet"]):
            if block["CidrBlock"] != vpc["CidrBlock"]:
                self.plan.add(
                    "aws_vpc_ipv4_cidr_block_association",
                    f"{vpc_id}-{number}",
                    vpc_id=ref("aws_vpc", vpc_id),
                    cidr_block=block["CidrBlock"],
                )

    def _subnet(self, subnet: Json) -> None:
        self.add(
            "aws_subnet",
            subnet["SubnetId"],
            vpc_id=ref("aws_vpc", subnet["VpcId"]),
            cidr_block=subnet.get("CidrBlock"),
            ipv6_cidr_block=_ipv6(subnet),
            availability_zone=subnet["AvailabilityZone"],
        )

    def _table(self, table: Json, *, inline: bool) -> None:
        name, vpc_id = table["RouteTableId"], table["VpcId"]
        routes = [route for each in table["Routes"] if (route := _route(each))]
        attributes: dict[str, Any] = {"route": routes} if inline and routes else {}
        if name in self._default_tables:
            default = E(f"aws_vpc.{vpc_id}.default_route_table_id")
            self.add("aws_default_route_table", name, default_route_table_id=default, **attributes)
        else:
            self.add("aws_route_table", name, vpc_id=ref("aws_vpc", vpc_id), **attributes)
        reference = E(f"{self.addresses[name]}.id")
        for number, route in enumerate([] if inline else routes):
            own = {f"destination_{n}" if "cidr" in n else n: value for n, value in route.items()}
            self.plan.add("aws_route", f"{name}-{number}", route_table_id=reference, **own)
        for association in table["Associations"]:
            if subnet := association.get("SubnetId"):
                home = ref("aws_subnet", subnet)
                self.plan.add(
                    "aws_route_table_association", subnet, subnet_id=home, route_table_id=reference
                )

    def _group(self, group: Json, *, inline: bool) -> None:
        name, vpc = group["GroupId"], ref("aws_vpc", group["VpcId"])
        directions = {"ingress": "IpPermissions", "egress": "IpPermissionsEgress"}
        rules = {d: [*_rules(group[member])] for d, member in directions.items()}
        is_default = group["GroupName"] == "default"
        kind = "aws_default_security_group" if is_default else "aws_security_group"
        told = {d: [_inline(rule, name) for rule in found] for d, found in rules.items() if found}
        self.add(kind, name, vpc_id=vpc, **(told if inline or is_default else {}))
        for direction, found in rules.items() if not (inline or is_default) else ():
            for number, rule in enumerate(found):
                self.plan.add(
                    f"aws_vpc_security_group_{direction}_rule",
                    f"{name}-{number}",
                    security_group_id=E(f"{kind}.{name}.id"),
                    **rule,
                )

    def _acl(self, acl: Json) -> None:
        name, vpc_id = acl["NetworkAclId"], acl["VpcId"]
        entries: dict[str, list[Json]] = {"ingress": [], "egress": []}
        for entry in acl["Entries"]:
            if entry["RuleNumber"] != 32767:
                entries["egress" if entry["Egress"] else "ingress"].append(_acl_entry(entry))
        told = {direction: found for direction, found in entries.items() if found}
        if acl["IsDefault"]:
            default = E(f"aws_vpc.{vpc_id}.default_network_acl_id")
            self.add("aws_default_network_acl", name, default_network_acl_id=default, **told)
        else:
            homes = [ref("aws_subnet", each["SubnetId"]) for each in acl["Associations"]]
            self.add(
                "aws_network_acl", name, vpc_id=ref("aws_vpc", vpc_id), subnet_ids=homes, **told
            )

    def _endpoint(self, endpoint: Json) -> None:
        kind = endpoint["VpcEndpointType"]
        tables = [E(f"{self.addresses[each]}.id") for each in endpoint.get("RouteTableIds", ())]
        subnets = [ref("aws_subnet", each) for each in endpoint.get("SubnetIds", ())]
        groups = [E(f"{self.addresses[e['GroupId']]}.id") for e in endpoint.get("Groups", ())]
        listed = {"route_table_ids": tables, "subnet_ids": subnets, "security_group_ids": groups}
        self.add(
            "aws_vpc_endpoint",
            endpoint["VpcEndpointId"],
            vpc_id=ref("aws_vpc", endpoint["VpcId"]),
            vpc_endpoint_type=kind,
            service_name=endpoint["ServiceName"],
            ip_address_type=endpoint.get("IpAddressType", "ipv4"),
            policy=endpoint.get("PolicyDocument"),
            **(
                {"private_dns_enabled": endpoint["PrivateDnsEnabled"]}
                if kind == "Interface"
                else {}
            ),
            **{attribute: value for attribute, value in listed.items() if value},
        )


def ref(kind: str, name: str) -> E:
    return E(f"{kind}.{name}.id")


def _is_main(table: Json) -> bool:
    return any(each.get("Main") for each in table["Associations"])


def _ipv6(holder: Json) -> str | None:
    return next((e["Ipv6CidrBlock"] for e in holder.get("Ipv6CidrBlockAssociationSet", ())), None)


def _route(route: Json) -> dict[str, Any] | None:
    target = next(str(v) for n, v in route.items() if n.endswith("Id") and "Destination" not in n)
    if target == "local" or target.startswith("vpce-"):
        return None
    attribute, kind = TARGETS[target.partition("-")[0]]
    if "DestinationIpv6CidrBlock" in route:
        return {"ipv6_cidr_block": route["DestinationIpv6CidrBlock"], attribute: ref(kind, target)}
    return {"cidr_block": route["DestinationCidrBlock"], attribute: ref(kind, target)}


def _rules(permissions: Json) -> Iterator[dict[str, Any]]:
    for permission in permissions:
        about: dict[str, Any] = {"ip_protocol": permission["IpProtocol"]}
        if permission["IpProtocol"] != "-1":
            about |= {"from_port": permission["FromPort"], "to_port": permission["ToPort"]}
        for each in permission.get("IpRanges", ()):
            yield {**about, "cidr_ipv4": each["CidrIp"]}
        for each in permission.get("Ipv6Ranges", ()):
            yield {**about, "cidr_ipv6": each["CidrIpv6"]}
        for each in permission.get("PrefixListIds", ()):
            yield {**about, "prefix_list_id": each["PrefixListId"]}
        for each in permission.get("UserIdGroupPairs", ()):
            yield {
                **about,
                "referenced_security_group_id": ref("aws_security_group", each["GroupId"]),
            }


def _inline(rule: Mapping[str, Any], group_id: str) -> dict[str, Any]:
    """A rule as a block in the group writes it, `self` where it names the group itself."""
    source = rule.get("referenced_security_group_id")
    is_self = source is not None and source.hcl == f"aws_security_group.{group_id}.id"
    lists = {
        "cidr_ipv4": "cidr_blocks",
        "cidr_ipv6": "ipv6_cidr_blocks",
        "prefix_list_id": "prefix_list_ids",
    }
    lists["referenced_security_group_id"] = "security_groups"
    told = {
        lists[n]: [value]
        for n, value in rule.items()
        if n in lists and not (is_self and value is source)
    }
    ports = {"from_port": rule.get("from_port", 0), "to_port": rule.get("to_port", 0)}
    return {"protocol": rule["ip_protocol"], **ports, **told, "self": is_self}


def _acl_entry(entry: Json) -> dict[str, Any]:
    ports = entry.get("PortRange", {"From": 0, "To": 0})
    return {
        "rule_no": entry["RuleNumber"],
        "action": entry["RuleAction"],
        "protocol": entry["Protocol"],
        "cidr_block": entry.get("CidrBlock"),
        "ipv6_cidr_block": entry.get("Ipv6CidrBlock"),
        "from_port": ports["From"],
        "to_port": ports["To"],
    }


def verdicts(snapshot: Snapshot, names: Mapping[str, str]) -> dict[tuple[str, str], str]:
    report = evaluate(snapshot, all_rules().values(), parse_parameters({}))
    return {
        (
            each.rule,
            names.get(each.location.address, "") if each.location else each.resource_id,
        ): each.compliance.value
        for each in report.evaluations
    }


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_plan_is_judged_as_the_network_that_it_makes(name, tmp_path):
    folder = tmp_path / "described"
    shutil.copytree(
        SCENARIOS_AT / name, folder, ignore=shutil.ignore_patterns(*(f"{n}*" for n in IN_NO_PLAN))
    )
    network = Network(folder)
    planned = snapshot_of(network.told(), tmp_path)
    names = {address: name for name, address in network.addresses.items()}
    described = verdicts(read_folder(folder, now=NOW).snapshot, {})
    found = verdicts(planned, names)
    assert {place: found.get(place) for place in described} == described
