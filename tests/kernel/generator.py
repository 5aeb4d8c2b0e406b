"""Random networks, made from a seed: mostly open, each with a few settings that may bar the way."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

from vpcproof.model.addresses import AddressSet
from vpcproof.model.network_acl import NetworkAcl
from vpcproof.model.network_interface import NetworkInterface
from vpcproof.model.route_table import Route, RouteTable
from vpcproof.model.security_group import SecurityGroupRule
from vpcproof.model.snapshot import Snapshot
from vpcproof.model.vpc_endpoint import VpcEndpoint

from tests.kernel.laying import HUB_VPC
from tests.networks import (
    MAIN,
    VPC,
    acl,
    allow,
    allow_all,
    attachment,
    aws_prefix_list,
    entry,
    gateway,
    group,
    instance,
    main_table,
    nat,
    network,
    open_acl,
    peering,
    plumbing,
    prefix_list,
    route,
    standing,
    subnet,
    table,
    to_gateway,
    transit_route,
    transit_table,
    vpc,
    zone,
)

SSM_NAME = "ssm.us-east-1.amazonaws.com"
S3_CIDRS = ("52.216.0.0/15", "54.231.0.0/17")
PUBLIC = "subnet-n"
# Subnets of /28, their CIDR blocks in both families, and who may live there.
SUBNETS = {
    "subnet-a": ("10.0.1.0/28", "2001:db8:0:1::/64"),
    "subnet-b": ("10.0.2.0/28", "2001:db8:0:2::/64"),
    "subnet-c": ("100.64.1.0/28", "2001:db8:0:3::/64"),
    "subnet-e": ("10.0.9.0/28", "2001:db8:0:9::/64"),
    PUBLIC: ("10.0.0.0/28", "2001:db8:0:f::/64"),
}
HUB_CIDR = "10.200.1.0/28"
INNER = [block for blocks in SUBNETS.values() for block in blocks]
HALVES = ["10.0.1.0/29", "10.0.1.8/29", "10.0.9.0/29", "10.0.2.8/29", "10.0.0.0/16", "10.0.0.0/8"]
WIDE = ["0.0.0.0/0", "::/0"]
ABROAD = [HUB_CIDR, "10.200.0.0/16", *S3_CIDRS, "52.217.0.0/16", "0.0.0.0/1", "128.0.0.0/1"]
SOURCES = [*INNER, *HALVES, *WIDE, *ABROAD]
PORTS: list[int | tuple[int, int] | None] = [443, 443, (400, 500), (0, 65535), 80, None]
REPLIES: list[int | tuple[int, int] | None] = [
    (32768, 65535),
    (1024, 65535),
    (32768, 60999),
    (0, 65535),
    None,
    443,
]


def guarded(endpoint: VpcEndpoint, *interfaces: NetworkInterface) -> list[Any]:
    """An endpoint whose interfaces carry its security groups."""
    carrying = [replace(each, group_ids=endpoint.group_ids) for each in interfaces]
    return [endpoint, *carrying]


def random_network(seed: int) -> Snapshot:
    """The network of a seed: always the same."""
    return _Maker(Random(seed)).network()  # noqa: S311 - chance, not secrecy


class _Maker:
    def __init__(self, random: Random) -> None:
        self._random = random
        self._v6 = random.random() < 0.3
        self._hub = random.choice(["none", "none", "tgw", "pcx"])

    def network(self) -> Snapshot:
        return network(
            vpc(
                "10.0.0.0/16",
                "100.64.0.0/16",
                *(["2001:db8::/56"] if self._v6 else []),
                dns_hostnames=not self._rarely(),
            ),
            [subnet(name, *self._blocks(name), zone_id="use1-az1") for name in SUBNETS],
            self._clients(),
            self._endpoint(),
            self._nat(),
            gateway(tables=(MAIN,)),
            aws_prefix_list("s3", *S3_CIDRS),
            prefix_list("pl-corp", *self._random.sample(HALVES + INNER[::2], 2)),
            self._groups(),
            self._tables(),
            [self._acl(name) for name in SUBNETS],
            open_acl(),
            self._hub_parts(),
        )

    def _blocks(self, name: str) -> tuple[str, ...]:
        return SUBNETS[name] if self._v6 else SUBNETS[name][:1]

    def _rarely(self) -> bool:
        return self._random.random() < 0.12

    def _clients(self) -> list[Any]:
        homes = self._random.sample([*SUBNETS], self._random.randint(1, 3))
        return [
            instance(
                home,
                *(self._address(block, 10 + number) for block in self._blocks(home)),
                id=f"client-{number}",
                groups=self._some(["sg-app", "sg-web"]),
                has_public_address=self._random.random() < 0.5,
            )
            for number, home in enumerate(homes)
        ]

    def _address(self, block: str, host: int) -> str:
        return block.partition("/")[0].removesuffix(".0").removesuffix("::") + (
            f"::{host:x}" if ":" in block else f".{host}"
        )

    def _some(self, choice: Sequence[str]) -> list[str]:
        return self._random.sample(choice, self._random.randint(1, len(choice)))

    def _endpoint(self) -> list[Any]:
        homes = self._random.sample(
            ["subnet-e", "subnet-b", "subnet-a"], self._random.randint(1, 2)
        )
        both = self._v6 and self._random.random() < 0.5
        parts = standing(
            "ssm",
            *(
                (home, *(self._address(block, 5) for block in self._blocks(home)[: 1 + both]))
                for home in homes
            ),
            groups=self._some(["sg-endpoint", "sg-spare"]),
            private_dns=self._hub == "none" and not self._rarely(),
            ip_address_type="dualstack" if both else "ipv4",
        )
        return guarded(*parts)

    def _nat(self) -> tuple[Any, ...]:
        kind = "private" if self._rarely() else "public"
        return (
            nat(subnet=PUBLIC, connectivity=kind),
            replace(plumbing(PUBLIC, "nat_gateway"), addresses=AddressSet.of("10.0.0.4")),
        )

    # Security groups

    def _groups(self) -> list[Any]:
        names = ["sg-app", "sg-web", "sg-endpoint", "sg-spare"]
        return [
            group(
                name,
                *self._rules(["sg-app", "sg-web", "pl-corp"]),
                egress=tuple(self._rules(["sg-endpoint", "sg-hub", "pl-corp", "pl-s3"])),
            )
            for name in names
        ] + [group("sg-hub", *self._rules(["sg-app", "pl-corp"]), vpc=HUB_VPC)]

    def _rules(self, peers: list[str]) -> list[SecurityGroupRule]:
        rules = [self._rule(peers) for _ in range(self._random.randint(0, 3))]
        if self._random.random() < 0.55:
            rules += [allow_all("0.0.0.0/0"), allow_all("::/0")]
        return rules

    def _rule(self, peers: list[str]) -> SecurityGroupRule:
        source = self._random.choice([*SOURCES, *peers, *peers, *peers])
        protocol = self._random.choice(["tcp", "tcp", "tcp", "6", "udp", "-1"])
        ports = None if protocol == "-1" else self._random.choice([443, (400, 500), 80, (0, 65535)])
        return allow(ports, source, protocol)

    # Network ACLs

    def _acl(self, home: str) -> NetworkAcl:
        name = f"acl-{home}"
        if self._random.random() < 0.6:
            return open_acl(name, subnets=[home])
        numbers = self._random.sample(range(1, 90), self._random.randint(1, 4))
        entries = [
            entry(
                number,
                self._random.choice(SOURCES),
                self._random.choice([*PORTS, *REPLIES]),
                deny=self._random.random() < 0.4,
                egress=self._random.random() < 0.5,
                protocol=self._random.choice(["6", "6", "6", "17"]),
            )
            for number in numbers
        ]
        if self._random.random() < 0.8:
            entries += [
                entry(number, everyone, egress=egress)
                for number, (everyone, egress) in enumerate(
                    ((each, way) for each in WIDE for way in (False, True)), start=100
                )
            ]
        return acl(name, *entries, subnets=[home])

    # Routes

    def _tables(self) -> list[RouteTable]:
        out = self._random.choice(["nat-1", "nat-1", "igw-1", None])
        chosen = [home for home in SUBNETS if home != PUBLIC and self._random.random() < 0.5]
        way_out = [] if self._rarely() else [route("0.0.0.0/0", "igw-1")]
        tables = [
            main_table(*self._routes(out)),
            table("rtb-public", *way_out, *self._to_hub(), subnets=[PUBLIC]),
        ]
        if chosen:
            another = self._random.choice(["nat-1", "igw-1", None])
            tables.append(table("rtb-custom", *self._routes(another), subnets=chosen))
        return [*map(self._at_home, tables)]

    def _at_home(self, listed: RouteTable) -> RouteTable:
        """The local routes of the secondary blocks too."""
        others = [route("100.64.0.0/16", "local")]
        if self._v6:
            others.append(route("2001:db8::/56", "local"))
        more = tuple(others)
        return RouteTable(
            id=listed.id,
            vpc_id=VPC,
            routes=(*listed.routes, *more),
            is_main=listed.is_main,
            subnet_ids=listed.subnet_ids,
        )

    def _routes(self, out: str | None) -> list[Route]:
        routes = [to_gateway("s3")] if self._random.random() < 0.6 else []
        if out:
            dead = {"state": "blackhole"} if self._rarely() else {}
            halves = ("0.0.0.0/1", "128.0.0.0/1") if self._rarely() else ("0.0.0.0/0",)
            routes += [route(half, out, **dead) for half in halves]
        if self._rarely():
            lost = self._random.choice(["10.0.9.0/28", "10.0.1.0/29", "10.0.9.5/32", HUB_CIDR])
            routes.append(route(lost, "eni-gone", state="blackhole"))
        if self._rarely():
            lost = self._random.choice([*S3_CIDRS, "52.217.0.0/16"])
            routes.append(route(lost, "nat-gone", state="blackhole"))
        return [*routes, *self._to_hub()]

    def _to_hub(self) -> list[Route]:
        if self._hub == "none" or self._rarely():
            return []
        return [route("10.200.0.0/16", f"{self._hub}-1")]

    # The hub

    def _hub_parts(self) -> list[Any]:
        if self._hub == "none":
            return []
        target = f"{self._hub}-1"
        back = [route("10.0.0.0/16", target), route("100.64.0.0/16", target)]
        if self._rarely():
            back.pop(0)
        local = route("10.200.0.0/16", "local")
        parts = standing(
            "ssm",
            ("subnet-h", "10.200.1.5"),
            id="vpce-hub",
            vpc=HUB_VPC,
            private_dns=False,
            groups=["sg-hub"],
        )
        dns = "vpce-hub-0a1b.ssm.us-east-1.vpce.amazonaws.com"
        return [
            vpc("10.200.0.0/16", id=HUB_VPC),
            subnet("subnet-h", HUB_CIDR, vpc=HUB_VPC, zone_id="use1-az1"),
            open_acl("acl-hub", vpc_id=HUB_VPC),
            *guarded(*parts),
            RouteTable(id="rtb-hub", vpc_id=HUB_VPC, is_main=True, routes=(local, *back)),
            zone(SSM_NAME, records=[SSM_NAME], targets=[dns]),
            *(self._transit() if self._hub == "tgw" else [peering(VPC, HUB_VPC)]),
        ]

    def _transit(self) -> list[Any]:
        known = [transit_route("10.200.0.0/16", HUB_VPC), transit_route("10.0.0.0/8", VPC)]
        known.append(transit_route("100.64.0.0/16", VPC))
        if self._rarely():
            known[self._random.randrange(3)] = transit_route(
                "10.200.1.0/24", None, state="blackhole"
            )
        return [
            attachment(VPC, *SUBNETS),
            attachment(HUB_VPC, "subnet-h"),
            transit_table(*known),
        ]
