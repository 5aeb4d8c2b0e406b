"""A network of any size, always the same for the same arguments: the subject of the benchmarks."""

from __future__ import annotations

import random
from dataclasses import dataclass

from vpcproof.model.addresses import AddressSet
from vpcproof.model.network_acl import NetworkAcl, NetworkAclEntry
from vpcproof.model.network_interface import NetworkInterface
from vpcproof.model.prefix_list import PrefixList
from vpcproof.model.route_table import Route, RouteTable
from vpcproof.model.security_group import GroupReference, SecurityGroup, SecurityGroupRule
from vpcproof.model.snapshot import Snapshot, by_id
from vpcproof.model.vpc import Subnet, Vpc
from vpcproof.model.vpc_endpoint import VpcEndpoint

REGION = "eu-west-1"
SERVICES = ("ssm", "ssmmessages", "ec2messages", "logs", "monitoring", "kms", "ecr.api", "ecr.dkr")
_SUBNETS = 6
_CORPORATE = "pl-corporate"
_S3 = "pl-s3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much of everything; network interfaces and rules are spread evenly over VPCs."""

    vpcs: int
    interfaces: int
    rules: int


def generate(size: Size, seed: int = 7) -> Snapshot:
    """VPCs of six subnets in three zones, with nine endpoints each and many security groups."""
    chance = random.Random(seed)
    parts = [_Vpc(number, size, chance) for number in range(size.vpcs)]
    return Snapshot(
        account="111122223333",
        region=REGION,
        vpcs=by_id(part.vpc for part in parts),
        subnets=by_id(each for part in parts for each in part.subnets),
        route_tables=by_id(each for part in parts for each in part.route_tables),
        vpc_endpoints=by_id(each for part in parts for each in part.endpoints),
        security_groups=by_id(each for part in parts for each in part.groups),
        network_interfaces=by_id(each for part in parts for each in part.interfaces),
        network_acls=by_id(part.acl for part in parts),
        prefix_lists=by_id(_prefix_lists()),
    )


def _prefix_lists() -> list[PrefixList]:
    corporate = tuple(f"10.{n}.0.0/16" for n in range(0, 256, 4))
    public = ("52.218.0.0/17", "3.5.64.0/21", "18.34.232.0/21")
    return [
        PrefixList(id=_CORPORATE, name="corporate", owner_id="111122223333", cidrs=corporate),
        PrefixList(id=_S3, name=f"com.amazonaws.{REGION}.s3", owner_id="AWS", cidrs=public),
    ]


class _Vpc:
    """One VPC of the network."""

    def __init__(self, number: int, size: Size, chance: random.Random) -> None:
        self._number = number
        self._chance = chance
        block = f"10.{number % 256}"
        self.vpc = Vpc(
            id=f"vpc-{number:05}",
            cidrs=AddressSet.of(f"{block}.0.0/16"),
            region=REGION,
            owner_id="111122223333",
            dns_support=True,
            dns_hostnames=True,
        )
        self.subnets = [
            Subnet(
                id=f"subnet-{number:05}-{index}",
                vpc_id=self.vpc.id,
                cidrs=AddressSet.of(f"{block}.{index * 32}.0/19"),
                zone=f"{REGION}{'abc'[index % 3]}",
            )
            for index in range(_SUBNETS)
        ]
        self.groups = self._groups(size.rules // size.vpcs)
        self.interfaces = self._workloads(size.interfaces // size.vpcs)
        self.endpoints = self._endpoints()
        self.route_tables = self._route_tables()
        self.acl = self._acl()

    def _groups(self, rules: int) -> list[SecurityGroup]:
        per_group = 50
        return [
            SecurityGroup(
                id=f"sg-{self._number:05}-{index:05}",
                vpc_id=self.vpc.id,
                ingress=tuple(self._rule() for _ in range(min(per_group, rules - start))),
                egress=(SecurityGroupRule(protocol="-1", cidr=AddressSet.of("0.0.0.0/0")),),
            )
            for index, start in enumerate(range(0, max(rules, per_group), per_group))
        ]

    def _rule(self) -> SecurityGroupRule:
        port = self._chance.choice((443, 443, 443, 80, 22, 5432))
        kind = self._chance.random()
        if kind < 0.1:  # noqa: PLR2004 - a tenth of the rules names a prefix list
            return SecurityGroupRule(
                protocol="tcp", from_port=port, to_port=port, prefix_list_id=_CORPORATE
            )
        if kind < 0.2:  # noqa: PLR2004 - and a tenth a group
            group = GroupReference(group_id=f"sg-{self._number:05}-00000")
            return SecurityGroupRule(protocol="tcp", from_port=port, to_port=port, group=group)
        low = self._chance.randrange(0, 250)
        cidr = AddressSet.of(f"10.{self._number % 256}.{low}.0/24")
        return SecurityGroupRule(protocol="tcp", from_port=port, to_port=port, cidr=cidr)

    def _workloads(self, count: int) -> list[NetworkInterface]:
        held = []
        for index in range(count):
            subnet = self.subnets[index % _SUBNETS]
            carried = self._chance.sample(self.groups, min(2, len(self.groups)))
            offset = 10 + index // _SUBNETS
            third = (index % _SUBNETS) * 32 + offset // 250
            address = f"10.{self._number % 256}.{third}.{offset % 250}"
            held.append(
                NetworkInterface(
                    id=f"eni-{self._number:05}-{index:06}",
                    vpc_id=self.vpc.id,
                    subnet_id=subnet.id,
                    addresses=AddressSet.of(address),
                    group_ids=tuple(group.id for group in carried),
                    instance_id=f"i-{self._number:05}-{index:06}",
                )
            )
        return held

    def _endpoints(self) -> list[VpcEndpoint]:
        interface = [
            VpcEndpoint(
                id=f"vpce-{self._number:05}-{index}",
                vpc_id=self.vpc.id,
                type="Interface",
                service_name=f"com.amazonaws.{REGION}.{code}",
                subnet_ids=tuple(subnet.id for subnet in self.subnets[:3]),
                group_ids=tuple(group.id for group in self.groups[index : index + 2]),
                private_dns_enabled=True,
            )
            for index, code in enumerate(SERVICES)
        ]
        return [
            *interface,
            VpcEndpoint(
                id=f"vpce-{self._number:05}-s3",
                vpc_id=self.vpc.id,
                service_name=f"com.amazonaws.{REGION}.s3",
                route_table_ids=(f"rtb-{self._number:05}-0",),
            ),
        ]

    def _route_tables(self) -> list[RouteTable]:
        local = Route(
            destination=f"10.{self._number % 256}.0.0/16",
            cidr=AddressSet.of(f"10.{self._number % 256}.0.0/16"),
            prefix_length=16,
            target="local",
        )
        listed = Route(destination=_S3, prefix_list_id=_S3, target=f"vpce-{self._number:05}-s3")
        return [
            RouteTable(
                id=f"rtb-{self._number:05}-{index}",
                vpc_id=self.vpc.id,
                routes=(local, listed) if index == 0 else (local,),
                is_main=index == 0,
                subnet_ids=() if index == 0 else (self.subnets[-1].id,),
            )
            for index in range(2)
        ]

    def _acl(self) -> NetworkAcl:
        everything = AddressSet.of("0.0.0.0/0")
        entries = tuple(
            NetworkAclEntry(number=100, protocol="-1", allow=True, egress=egress, cidr=everything)
            for egress in (False, True)
        )
        return NetworkAcl(
            id=f"acl-{self._number:05}", vpc_id=self.vpc.id, is_default=True, entries=entries
        )
