"""A plan as Terraform configuration, what that cannot express as commands in comments."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..remediation.change import Arguments, Change
from ..remediation.operations.permissions import rules_of
from ..remediation.plan import Plan
from .page import printable
from .plan_stack import ENDPOINT, GROUP, INGRESS, by_hand, split

# Parts that Terraform attaches to an endpoint that exists, one resource for each.
_ASSOCIATIONS = {
    "AddSecurityGroupIds": ("aws_vpc_endpoint_security_group_association", "security_group_id"),
    "AddSubnetIds": ("aws_vpc_endpoint_subnet_association", "subnet_id"),
    "AddRouteTableIds": ("aws_vpc_endpoint_route_table_association", "route_table_id"),
}
_ENDPOINT_MEMBERS = {
    "VpcId": "vpc_id",
    "ServiceName": "service_name",
    "VpcEndpointType": "vpc_endpoint_type",
    "SubnetIds": "subnet_ids",
    "SecurityGroupIds": "security_group_ids",
    "RouteTableIds": "route_table_ids",
    "PrivateDnsEnabled": "private_dns_enabled",
    "IpAddressType": "ip_address_type",
}


class _Reference(str):
    """An expression of Terraform, not text."""

    __slots__ = ()


Body = dict[str, Any]


def render_plan_terraform(plan: Plan) -> str:
    """The configuration, each resource after the one before it; every text of AWS is escaped."""
    stack = split(plan, _is_expressible)
    lines = [_comment(f"Repairs {plan.vpc_id}, planned and proven by vpcproof")]
    lines += [_comment(f"Account {plan.account or '?'}, Region {plan.region or '?'}")]
    lines += _by_hand("Before applying this:", by_hand(plan, stack.before))
    for (kind, name), body in _resources(stack.resources).items():
        lines += ["", f'resource "{kind}" "{name}" {{', *_body(body), "}"]
    lines += _by_hand("After applying this:", by_hand(plan, stack.after))
    return "\n".join(lines) + "\n"


def _is_expressible(change: Change) -> bool:
    if change.operation == "ModifyVpcEndpoint":
        return change.arguments.keys() <= {"VpcEndpointId", *_ASSOCIATIONS}
    return change.operation in {GROUP, INGRESS, ENDPOINT}


def _resources(changes: Iterable[Change]) -> dict[tuple[str, str], Body]:
    made: dict[tuple[str, str], Body] = {}
    known: dict[str, _Reference] = {}
    for change in changes:
        target = known.get(change.arguments.get("GroupId", ""))
        if change.operation == INGRESS and target:
            made["aws_security_group", target.split(".")[1]]["ingress"] = _inline(change.arguments)
            continue
        for (kind, name), body in _of_change(change, known):
            if made:
                last_kind, last_name = next(reversed(made))
                body["depends_on"] = [_Reference(f"{last_kind}.{last_name}")]
            made[kind, name] = body
            if change.creates:
                known[change.creates] = _Reference(f"{kind}.{name}.id")
    return made


def _of_change(
    change: Change, known: Mapping[str, _Reference]
) -> Iterator[tuple[tuple[str, str], Body]]:
    arguments = change.arguments
    match change.operation:
        case "CreateSecurityGroup":
            yield ("aws_security_group", _label(change.creates)), _group(arguments)
        case "CreateVpcEndpoint":
            yield ("aws_vpc_endpoint", _label(change.creates)), _endpoint(arguments, known)
        case "AuthorizeSecurityGroupIngress":
            for number, rule in enumerate(_rules(arguments), start=1):
                name = f"{_label(arguments['GroupId'])}_{number}"
                body = {"security_group_id": arguments["GroupId"], **rule}
                yield ("aws_vpc_security_group_ingress_rule", name), body
        case _:
            yield from _associations(arguments, known)


def _associations(
    arguments: Arguments, known: Mapping[str, _Reference]
) -> Iterator[tuple[tuple[str, str], Body]]:
    endpoint_id = arguments["VpcEndpointId"]
    for member, (kind, attribute) in _ASSOCIATIONS.items():
        for each in arguments.get(member, ()):
            name = f"{_label(endpoint_id)}_{_label(each)}"
            yield (
                (kind, name),
                {"vpc_endpoint_id": endpoint_id, attribute: known.get(each, each)},
            )


def _group(arguments: Arguments) -> Body:
    everything = {"from_port": 0, "to_port": 0, "protocol": "-1", "cidr_blocks": ["0.0.0.0/0"]}
    return {
        "vpc_id": arguments["VpcId"],
        "name": arguments["GroupName"],
        "description": arguments["Description"],
        "tags": _tags(arguments),
        "egress": [everything],
    }


def _endpoint(arguments: Arguments, known: Mapping[str, _Reference]) -> Body:
    body = {
        attribute: arguments[member]
        for member, attribute in _ENDPOINT_MEMBERS.items()
        if member in arguments
    }
    if "security_group_ids" in body:
        body["security_group_ids"] = [known.get(each, each) for each in body["security_group_ids"]]
    return {**body, "tags": _tags(arguments)}


def _inline(arguments: Arguments) -> list[Body]:
    """One block for each port of the dedicated group, whose sources are CIDR blocks."""
    by_port: dict[tuple[str, int | None, int | None], list[str]] = {}
    for rule in rules_of(arguments["IpPermissions"]):
        sources = by_port.setdefault((rule.protocol, rule.from_port, rule.to_port), [])
        sources.extend(rule.cidr.cidrs() if rule.cidr else ())
    return [
        {"protocol": protocol, "from_port": low, "to_port": high, "cidr_blocks": sources}
        for (protocol, low, high), sources in by_port.items()
    ]


def _rules(arguments: Arguments) -> Iterator[Body]:
    for rule in rules_of(arguments["IpPermissions"]):
        members = {
            "ip_protocol": rule.protocol,
            "from_port": rule.from_port,
            "to_port": rule.to_port,
            "cidr_ipv4": next(rule.cidr.only(v4=True).cidrs(), None) if rule.cidr else None,
            "cidr_ipv6": next(rule.cidr.only(v6=True).cidrs(), None) if rule.cidr else None,
            "prefix_list_id": rule.prefix_list_id,
            "referenced_security_group_id": rule.group.group_id if rule.group else None,
        }
        yield {name: value for name, value in members.items() if value is not None}


def _tags(arguments: Arguments) -> dict[str, str]:
    specifications = arguments.get("TagSpecifications", ())
    return {tag["Key"]: tag["Value"] for each in specifications for tag in each["Tags"]}


def _body(body: Mapping[str, Any], indent: str = "  ") -> Iterator[str]:
    """Attributes, and blocks for lists of mappings."""
    for name, value in body.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for block in value:
                yield f"{indent}{name} {{"
                yield from _body(block, indent + "  ")
                yield f"{indent}}}"
        else:
            yield f"{indent}{name} = {_expression(value)}"


def _expression(value: Any) -> str:  # noqa: ANN401 - any value of a body
    if isinstance(value, _Reference):
        return str(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_expression, value))}]"
    if isinstance(value, dict):
        members = (f"{_text(key)} = {_expression(each)}" for key, each in value.items())
        return f"{{ {', '.join(members)} }}"
    return _text(value) if isinstance(value, str) else json.dumps(value)


def _text(text: str) -> str:
    """A quoted string; `${` and `%{` would begin a template.

    https://developer.hashicorp.com/terraform/language/expressions/strings
    """
    return json.dumps(text, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")


def _label(text: str | None) -> str:
    return re.sub(r"[^A-Za-z0-9_-]|^(?![A-Za-z_])", "_", text or "")


def _comment(text: str) -> str:
    return f"# {printable(text)}"


def _by_hand(heading: str, commands: list[str]) -> list[str]:
    if not commands:
        return []
    return ["", _comment(heading), *(_comment(f"  {each}") for each in commands)]
