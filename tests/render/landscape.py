"""Networks for reports that draw them: one where much is wrong, a sound one, and many VPCs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from vpcproof.cli.documentation import advice
from vpcproof.cli.drawn import network_of
from vpcproof.cli.sources import names_of
from vpcproof.engine import evaluate
from vpcproof.model.parameters import parse_parameters
from vpcproof.model.snapshot import Snapshot
from vpcproof.render.findings import Findings, Source
from vpcproof.rules.registry import all_rules

from tests.networks import (
    MAIN,
    VPC,
    acl,
    allow,
    allow_all,
    aws_prefix_list,
    entry,
    gateway,
    group,
    instance,
    main_table,
    nat,
    network,
    open_acl,
    route,
    standing,
    subnet,
    table,
    to_gateway,
    vpc,
)

ZONES = ("us-east-1a", "us-east-1b", "us-east-1c")
SOURCE = Source(kind="snapshot", account="111122223333", region="us-east-1", partition="aws")


def report_on(snapshot: Snapshot, broken: Iterable[str] = (VPC,), **settings: str) -> Findings:
    """What `check --format html` renders of a snapshot."""
    rules, parameters = all_rules(), parse_parameters(settings)
    return Findings(
        report=evaluate(snapshot, rules.values(), parameters),
        source=SOURCE,
        names=names_of(snapshot),
        advice={rule.name: advice(rule) for rule in rules.values()},
        rules=rules,
        captured_at=snapshot.captured_at,
        network=network_of(snapshot, parameters, frozenset(broken), rules=(), vpc_ids=()),
    )


def three_zones(*others: Any) -> Snapshot:
    """Nine subnets with paths of most classes, and every kind of filter closed somewhere."""
    return network(
        *(each for position, zone in enumerate(ZONES) for each in _of_zone(position, zone)),
        main_table(to_gateway("s3"), route("0.0.0.0/0", "nat-1")),
        table("rtb-data", subnets=[f"subnet-data-{zone}" for zone in ZONES]),
        table(
            "rtb-public",
            route("0.0.0.0/0", "igw-1"),
            subnets=[f"subnet-public-{zone}" for zone in ZONES],
        ),
        open_acl(),
        acl(
            "acl-data",
            entry(100, "10.0.0.0/16", (443, 443)),
            entry(100, "10.0.0.0/16", (443, 443), egress=True),
            subnets=["subnet-data-us-east-1c"],
        ),
        group("sg-app", egress=(allow_all("0.0.0.0/0"),)),
        group("sg-data", egress=(allow(443, "10.0.1.0/24"),)),
        group("sg-endpoint", allow(443, "10.0.0.0/16"), tags={"Name": "endpoints"}),
        group("sg-tight", allow(443, "10.0.1.0/24")),
        nat("nat-1", f"subnet-public-{ZONES[0]}"),
        aws_prefix_list("s3", "52.216.0.0/15"),
        gateway("s3", tables=(MAIN,)),
        *(
            standing(
                code,
                *(
                    (f"subnet-app-{zone}", f"10.0.{n}.{5 + host}")
                    for n, zone in enumerate(ZONES, 1)
                ),
                tags={"Name": code},
            )
            for host, code in enumerate(("ssm", "ssmmessages", "logs", "kms"))
        ),
        standing("ec2messages", ("subnet-app-us-east-1a", "10.0.1.9"), groups=("sg-tight",)),
        standing("ecr.api", ("subnet-app-us-east-1b", "10.0.2.30"), state="pending"),
        *others,
    )


def _of_zone(position: int, zone: str) -> Iterable[Any]:
    for tier, offset in (("app", 1), ("data", 11), ("public", 21)):
        name = f"{tier}-{zone[-1]}"
        place = f"10.0.{offset + position}.0/24"
        yield subnet(f"subnet-{tier}-{zone}", place, zone=zone, tags={"Name": name})
    yield instance(f"subnet-app-{zone}", f"10.0.{1 + position}.10")
    if position != 1:
        yield instance(f"subnet-data-{zone}", f"10.0.{11 + position}.10", groups=("sg-data",))


def sound() -> Snapshot:
    """One subnet that reaches all that is required, by interface endpoints."""
    return network(
        subnet("subnet-a", "10.0.1.0/24", zone=ZONES[0], tags={"Name": "app-a"}),
        main_table(),
        open_acl(),
        group("sg-app", egress=(allow_all("0.0.0.0/0"),)),
        group("sg-endpoint", allow(443, "10.0.0.0/16")),
        instance("subnet-a", "10.0.1.10"),
        standing("ssm", ("subnet-a", "10.0.1.5")),
        standing("ssmmessages", ("subnet-a", "10.0.1.6")),
    )


def many_vpcs(number: int) -> Snapshot:
    """VPCs of one blocked subnet each, named after their position."""
    parts: list[Any] = [group("sg-endpoint", vpc="vpc-0000")]
    for position in range(number):
        home = f"vpc-{position:04}"
        parts += [
            vpc(id=home, tags={"Name": f"team-{position:04}"}),
            subnet(f"subnet-{position:04}", "10.0.1.0/24", vpc=home, zone=ZONES[0]),
            main_table(id=f"rtb-{position:04}", vpc=home),
        ]
    return network(*parts)
