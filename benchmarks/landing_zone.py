"""A network as landing zones have them, of any size, always the same for the same arguments.

VPCs of many subnets and services: three route tables, six application groups, and one group for all
endpoints, which have an interface in each of three subnets. A tenth of the endpoint groups admits
every other subnet only; every seventh VPC has ACLs, every eleventh a route, that stop some.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from vpcproof.model.addresses import AddressSet, prefix_length
from vpcproof.model.network_acl import NetworkAcl, NetworkAclEntry
from vpcproof.model.network_interface import NetworkInterface
from vpcproof.model.route_table import Route, RouteTable
from vpcproof.model.security_group import SecurityGroup, SecurityGroupRule
from vpcproof.model.service_catalogue import KNOWN_SERVICE_CODES, SERVICE_PORTS, SERVICE_SETS
from vpcproof.model.snapshot import Snapshot, by_id
from vpcproof.model.vpc import Subnet, Vpc
from vpcproof.model.vpc_endpoint import VpcEndpoint

REGION = "eu-west-1"
_TABLES = 3
_APPLICATIONS = 6
_ZONES = 3
_PLAIN = sorted(
    code for code in KNOWN_SERVICE_CODES if code not in SERVICE_PORTS and "." not in code
)
SERVICES = tuple(dict.fromkeys((*SERVICE_SETS["ssm"], "logs", "monitoring", "kms", *_PLAIN)))
ANYWHERE = AddressSet.of("0.0.0.0/0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """How many of everything; interfaces are those of workloads in one VPC."""

    vpcs: int
    subnets: int
    services: int
    interfaces: int


def landing_zone(zone: Zone, seed: int = 7) -> Snapshot:
    """The network."""
    chance = random.Random(seed)
    parts = [_Vpc(number, zone, chance) for number in range(zone.vpcs)]
    return Snapshot(
        account="111122223333",
        region=REGION,
        vpcs=by_id(part.vpc for part in parts),
        subnets=by_id(each for part in parts for each in part.subnets),
        route_tables=by_id(each for part in parts for each in part.route_tables()),
        vpc_endpoints=by_id(each for part in parts for each in part.endpoints()),
        security_groups=by_id(each for part in parts for each in part.groups(chance)),
        network_interfaces=by_id(each for part in parts for each in part.interfaces(chance)),
        network_acls=by_id(each for part in parts for each in part.acls()),
    )


class _Vpc:
    """One VPC of the network."""

    def __init__(self, number: int, zone: Zone, chance: random.Random) -> None:
        self._number = number
        self._zone = zone
        self._block = f"10.{number % 256}"
        self._whole = f"{self._block}.0.0/16"
        self._admits_all = chance.random() >= 0.1  # noqa: PLR2004 - nine of ten endpoint groups
        self.vpc = Vpc(
            id=f"vpc-{number:04}",
            cidrs=AddressSet.of(self._whole),
            region=REGION,
            owner_id="111122223333",
            dns_support=True,
            dns_hostnames=True,
        )
        self.subnets = [
            Subnet(
                id=f"subnet-{number:04}-{index:03}",
                vpc_id=self.vpc.id,
                cidrs=AddressSet.of(self._cidr(index)),
                zone=f"{REGION}{'abc'[index % _ZONES]}",
            )
            for index in range(zone.subnets)
        ]

    def _cidr(self, subnet: int) -> str:
        return f"{self._block}.{subnet}.0/24"

    def groups(self, chance: random.Random) -> list[SecurityGroup]:
        admitted = [self._whole]
        if not self._admits_all:
            admitted = [self._cidr(index) for index in range(0, self._zone.subnets, 2)]
        out = SecurityGroupRule(protocol="-1", cidr=ANYWHERE)
        applications = [
            SecurityGroup(
                id=self._application(index),
                vpc_id=self.vpc.id,
                ingress=(_tcp(chance.choice((80, 5432)), self._whole),),
                egress=(out,) if index else (_tcp(443, self._whole), _tcp(443, "52.0.0.0/8")),
            )
            for index in range(_APPLICATIONS)
        ]
        ingress = tuple(_tcp(443, cidr) for cidr in admitted)
        return [
            *applications,
            SecurityGroup(id=self._of_endpoints, vpc_id=self.vpc.id, ingress=ingress),
        ]

    def _application(self, index: int) -> str:
        return f"sg-{self._number:04}-{index}"

    @property
    def _of_endpoints(self) -> str:
        return f"sg-{self._number:04}-endpoints"

    def interfaces(self, chance: random.Random) -> list[NetworkInterface]:
        workloads = [
            NetworkInterface(
                id=f"eni-{self._number:04}-{index:05}",
                vpc_id=self.vpc.id,
                subnet_id=self.subnets[home].id,
                addresses=AddressSet.of(f"{self._block}.{home}.{10 + index // len(self.subnets)}"),
                group_ids=(self._application(chance.randrange(_APPLICATIONS)),),
                instance_id=f"i-{self._number:04}-{index:05}",
            )
            for index in range(self._zone.interfaces)
            for home in [index % len(self.subnets)]
        ]
        return workloads + [
            NetworkInterface(
                id=self._standing(service, home),
                vpc_id=self.vpc.id,
                subnet_id=self.subnets[home].id,
                addresses=AddressSet.of(f"{self._block}.{home}.{180 + service}"),
                group_ids=(self._of_endpoints,),
                interface_type="vpc_endpoint",
                requester_managed=True,
            )
            for service in range(self._zone.services)
            for home in range(_ZONES)
        ]

    def _standing(self, service: int, home: int) -> str:
        return f"eni-{self._number:04}-vpce-{service:03}-{home}"

    def endpoints(self) -> list[VpcEndpoint]:
        return [
            VpcEndpoint(
                id=f"vpce-{self._number:04}-{index:03}",
                vpc_id=self.vpc.id,
                type="Interface",
                service_name=f"com.amazonaws.{REGION}.{code}",
                subnet_ids=tuple(subnet.id for subnet in self.subnets[:_ZONES]),
                network_interface_ids=tuple(self._standing(index, home) for home in range(_ZONES)),
                group_ids=(self._of_endpoints,),
                private_dns_enabled=True,
            )
            for index, code in enumerate(SERVICES[: self._zone.services])
        ]

    def route_tables(self) -> list[RouteTable]:
        routes = [[_route(self._whole, "local")] for _ in range(_TABLES)]
        if self._number % 11 == 0:
            routes[1].append(_route(f"{self._block}.0.192/26", "eni-gone", state="blackhole"))
        return [
            RouteTable(
                id=f"rtb-{self._number:04}-{index}",
                vpc_id=self.vpc.id,
                routes=tuple(routes[index]),
                is_main=index == 0,
                subnet_ids=tuple(each.id for each in self.subnets[index::_TABLES]) if index else (),
            )
            for index in range(_TABLES)
        ]

    def acls(self) -> list[NetworkAcl]:
        outbound = _entry(90, self._cidr(0), egress=True, deny=True)
        replies = _entry(91, self._cidr(1), egress=False, deny=True, ports=(40_000, 41_000))
        whole = NetworkAcl(
            id=f"acl-{self._number:04}", vpc_id=self.vpc.id, is_default=True, entries=_open()
        )
        if self._number % 7:
            return [whole]
        tight = [
            NetworkAcl(
                id=f"acl-{self._number:04}-{index}",
                vpc_id=self.vpc.id,
                subnet_ids=(self.subnets[index].id,),
                entries=(entry, *_open()),
            )
            for index, entry in ((-1, outbound), (-2, replies))
        ]
        return [whole, *tight]


def _tcp(port: int, cidr: str) -> SecurityGroupRule:
    return SecurityGroupRule(protocol="tcp", from_port=port, to_port=port, cidr=AddressSet.of(cidr))


def _route(cidr: str, target: str, state: str = "active") -> Route:
    return Route(
        destination=cidr,
        cidr=AddressSet.of(cidr),
        prefix_length=prefix_length(cidr),
        target=target,
        state=state,
    )


def _entry(
    number: int,
    cidr: str,
    *,
    egress: bool,
    deny: bool = False,
    ports: tuple[int, int] | None = None,
) -> NetworkAclEntry:
    low, high = ports or (None, None)
    return NetworkAclEntry(
        number=number,
        protocol="6" if ports else "-1",
        allow=not deny,
        egress=egress,
        cidr=AddressSet.of(cidr),
        from_port=low,
        to_port=high,
    )


def _open() -> tuple[NetworkAclEntry, ...]:
    return tuple(_entry(100, "0.0.0.0/0", egress=egress) for egress in (False, True))
