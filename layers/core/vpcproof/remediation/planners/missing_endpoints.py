"""Endpoints that are missing: created, one for each service that has none."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from ...analysis.endpoints import Life, endpoints_for, life
from ...analysis.naming import parse_service_name
from ...analysis.requirements import required_services
from ...analysis.resolution import Leads, resolve
from ...analysis.routing import effective_route_table
from ...analysis.scope import subnets_in_scope
from ...analysis.ssm import Need, ec2messages_need
from ...model.intervals import IntervalSet
from ...model.ports import NO_PORTS
from ...model.service_catalogue import GATEWAY_SERVICE_CODES, WITHOUT_PRIVATE_DNS
from ...model.vpc_endpoint import VpcEndpoint
from ..change import Call
from ..dedicated_group import group_id_of, group_obstacle, ownership_tags
from ..operations.editing import tag_specifications
from ..placement import place
from ..repair import Admission, Concern, Obstacle, Phase, Proposal, Repair
from ..service_names import service_name
from ..situation import Situation, addresses_of, each_port

_SSM_RULES = ("vpc-ssm-endpoints-complete", "subnet-reaches-ssm")
_SERVICE_RULES = (
    "vpc-required-endpoints-present",
    "subnet-service-traffic-private",
    "route-table-has-gateway-endpoint-routes",
)
ABOUT = Concern(frozenset((*_SSM_RULES, *_SERVICE_RULES)))


def create_missing(situation: Situation) -> Iterator[Proposal]:
    """An endpoint for each service that a broken rule asks for and that has none in the VPC."""
    wanted = _wanted(situation)
    missing = [code for code in wanted if not _existing(situation, code)]
    interfaces = sum(code not in GATEWAY_SERVICE_CODES for code in missing)
    for code in wanted:
        if code not in missing:
            yield from _unfit(situation, code)
        elif code in GATEWAY_SERVICE_CODES:
            yield _gateway(situation, code)
        else:
            yield _interface(situation, code, interfaces)


def client_token(vpc_id: str, service: str) -> str:
    """The same for the same endpoint in every run, so that two runs at once create one.

    https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
    """
    return sha256(f"{vpc_id} {service}".encode()).hexdigest()


def _wanted(situation: Situation) -> tuple[str, ...]:
    snapshot, vpc_id, parameters = situation.snapshot, situation.vpc.id, situation.parameters
    codes: tuple[str, ...] = ()
    if situation.broken(*_SSM_RULES) and not situation.exempts(_SSM_RULES[0], situation.vpc):
        need = ec2messages_need(snapshot, vpc_id, parameters).need
        codes += ("ssm", "ssmmessages", *(("ec2messages",) if need is Need.REQUIRED else ()))
    if situation.broken(*_SERVICE_RULES) and not situation.exempts(
        _SERVICE_RULES[0], situation.vpc
    ):
        codes += required_services(snapshot, vpc_id, parameters)
    return tuple(dict.fromkeys(codes))


def _existing(situation: Situation, code: str) -> list[VpcEndpoint]:
    """The endpoints of a service that are there, in whatever condition: no second one is made.

    An interface endpoint that no name leads to does not serve in place of a gateway endpoint.
    """
    found = []
    for kind in ("Gateway", "Interface"):
        for endpoint in endpoints_for(situation.snapshot, situation.vpc.id, code, kind):
            named = endpoint.private_dns_enabled and not endpoint.inbound_resolver_only
            counts = endpoint.is_gateway or code not in GATEWAY_SERVICE_CODES or named
            gone = life(situation.snapshot, endpoint, situation.parameters) is Life.GONE
            if counts and not gone:
                found.append(endpoint)
    return found


def _unfit(situation: Situation, code: str) -> Iterator[Obstacle]:
    """Endpoints that exist but serve nobody, and stand in the way of a new one."""
    for endpoint in _existing(situation, code):
        if endpoint.state.startswith("pending"):
            yield _obstacle(f"{endpoint.id} for {code} is {endpoint.state}: it may come yet")
        elif not endpoint.is_available:
            yield _obstacle(f"{endpoint.id} for {code} is {endpoint.state}: it has to go first")


def _gateway(situation: Situation, code: str) -> Proposal:
    answer = service_name(situation.snapshot, situation.vpc.id, code, "Gateway")
    if answer.name is None:
        return _obstacle(answer.problem)
    tables = set()
    for subnet in subnets_in_scope(situation.snapshot, situation.vpc.id, situation.parameters):
        table = effective_route_table(situation.snapshot, subnet.id)
        if table is None:
            return _obstacle(f"the route table of {subnet.id} was not read")
        tables.add(table.id)
    return _creation(situation, code, answer.name, "Gateway", {"RouteTableIds": sorted(tables)})


def _interface(situation: Situation, code: str, endpoints: int) -> Proposal:
    answer = service_name(situation.snapshot, situation.vpc.id, code, "Interface")
    obstacle = _name_obstacle(situation, code) or group_obstacle(situation)
    if answer.name is None or obstacle:
        return _obstacle(obstacle or answer.problem)
    placement = place(situation, answer.name, endpoints=endpoints)
    if placement.problems:
        return _obstacle("; ".join(f"{code}: {each}" for each in placement.problems))
    led = situation.led_subnets(code)
    unknown = [each.id for each in led if not each.cidrs]
    if unknown:
        return _obstacle(f"the CIDR blocks of {unknown[0]} are not known")
    addresses = addresses_of(led)
    ports = _ports(answer.name)
    parts = {
        "SubnetIds": list(placement.subnet_ids),
        "SecurityGroupIds": [group_id_of(situation)],
        "PrivateDnsEnabled": code not in WITHOUT_PRIVATE_DNS,
        "IpAddressType": "ipv4",
    }
    admits = tuple(Admission(port, addresses) for port in each_port(ports))
    return _creation(situation, code, answer.name, "Interface", parts, admits)


def _name_obstacle(situation: Situation, code: str) -> str | None:
    """Why private DNS of a new endpoint must not take a name over, or would not."""
    answer = resolve(situation.snapshot, situation.vpc.id, code)
    if answer.leads is Leads.ELSEWHERE:
        return f"{answer.name} leads to another VPC; whether to leave that is its owner's to say"
    forwarding = [block for block in answer.blocks if block.fact == "resolver_rule"]
    if forwarding:
        return (
            f"{answer.name}: {forwarding[0].id} {forwarding[0].detail}, whatever private DNS says"
        )
    return None


def _ports(name: str) -> IntervalSet:
    service = parse_service_name(name)
    return (service.ports if service else None) or NO_PORTS


def _creation(
    situation: Situation,
    code: str,
    name: str,
    kind: str,
    parts: dict[str, Any],
    admits: tuple[Admission, ...] = (),
) -> Repair:
    call = Call(
        operation="CreateVpcEndpoint",
        arguments={
            "VpcId": situation.vpc.id,
            "ServiceName": name,
            "VpcEndpointType": kind,
            **parts,
            "ClientToken": client_token(situation.vpc.id, name),
            "TagSpecifications": tag_specifications(
                "vpc-endpoint", ownership_tags(f"vpcproof-{code}")
            ),
        },
        creates=f"vpce-new-{code}",
    )
    return Repair(about=ABOUT, phase=Phase.CREATE, calls=(call,), admits=admits)


def _obstacle(reason: str) -> Obstacle:
    return Obstacle(about=ABOUT, reason=reason)
