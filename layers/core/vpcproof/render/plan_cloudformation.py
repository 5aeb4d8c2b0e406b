"""The part of a plan that creates something as a CloudFormation template, the rest in its metadata.

It is JSON, which CloudFormation reads as well as YAML, and in which no text can turn into anything.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from ..remediation.change import Arguments, Change
from ..remediation.operations.permissions import rules_of
from ..remediation.plan import Plan, PlanError
from .plan_stack import ENDPOINT, GROUP, INGRESS, Stack, by_hand, split

Resource = dict[str, Any]

_EXPRESSIBLE = {GROUP, INGRESS, ENDPOINT}
# A resource that does nothing: a template must have one.
_NOTHING: Mapping[str, Resource] = {
    "NothingToCreate": {"Type": "AWS::CloudFormation::WaitConditionHandle"}
}


def render_plan_cloudformation(plan: Plan) -> str:
    """The template; what needs the AWS CLI stands in `Metadata`, before or after the stack.

    Raises PlanError for text that CloudFormation would replace by what it refers to.
    """
    stack = split(plan, lambda change: change.operation in _EXPRESSIBLE)
    logical = {
        change.creates: _logical_id(change.creates) for change in stack.resources if change.creates
    }
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"Endpoints of {plan.vpc_id}, planned and proven by vpcproof",
        "Metadata": {"vpcproof": _metadata(plan, stack)},
        "Resources": _resources(stack.resources, logical) or dict(_NOTHING),
        "Outputs": _outputs(stack.resources, logical),
    }
    document = json.dumps({key: value for key, value in template.items() if value}, indent=2)
    if "{{" in document:
        raise PlanError(
            "an id holds '{{', which CloudFormation takes for a reference: use --format json"
        )
    return document + "\n"


def _metadata(plan: Plan, stack: Stack) -> dict[str, Any]:
    return {
        "VpcId": plan.vpc_id,
        "Account": plan.account or "not known",
        "Region": plan.region or "not known",
        "BeforeTheStack": by_hand(plan, stack.before),
        "AfterTheStack": by_hand(plan, stack.after),
    }


def _resources(changes: Iterable[Change], logical: Mapping[str, str]) -> dict[str, Resource]:
    """The resources in their order, each after the one before it."""
    made: dict[str, Resource] = {}
    for change in changes:
        target = logical.get(change.arguments.get("GroupId", ""))
        if change.operation == INGRESS and target:
            ingress = [dict(each) for each in _sources(change.arguments)]
            made[target]["Properties"]["SecurityGroupIngress"] = ingress
            continue
        for name, resource in _of_change(change, logical):
            _order(resource, made)
            made[name] = resource
    return made


def _order(resource: Resource, made: dict[str, Resource]) -> None:
    """Make a resource wait for the last one, unless it names that anyway."""
    last = next(reversed(made), None)
    if last is not None and f'"{last}"' not in json.dumps(resource):
        resource["DependsOn"] = last


def _of_change(change: Change, logical: Mapping[str, str]) -> Iterable[tuple[str, Resource]]:
    if change.operation == INGRESS:
        for number, source in enumerate(_sources(change.arguments), start=1):
            name = f"Ingress{_logical_id(change.arguments['GroupId'])}{number}"
            properties = {"GroupId": change.arguments["GroupId"], **source}
            yield name, {"Type": "AWS::EC2::SecurityGroupIngress", "Properties": properties}
        return
    kind, properties = (
        ("AWS::EC2::SecurityGroup", _group(change.arguments))
        if change.operation == GROUP
        else ("AWS::EC2::VPCEndpoint", _endpoint(change.arguments, logical))
    )
    yield logical[change.creates or ""], {"Type": kind, "Properties": properties}


def _group(arguments: Arguments) -> dict[str, Any]:
    return {
        "VpcId": arguments["VpcId"],
        "GroupName": arguments["GroupName"],
        "GroupDescription": arguments["Description"],
        "Tags": _tags(arguments),
    }


def _endpoint(arguments: Arguments, logical: Mapping[str, str]) -> dict[str, Any]:
    properties = {
        name: value
        for name, value in arguments.items()
        if name not in {"ClientToken", "TagSpecifications"}
    }
    if "SecurityGroupIds" in properties:
        properties["SecurityGroupIds"] = [
            {"Fn::GetAtt": [logical[each], "GroupId"]} if each in logical else each
            for each in properties["SecurityGroupIds"]
        ]
    return {**properties, "Tags": _tags(arguments)}


def _tags(arguments: Arguments) -> list[dict[str, str]]:
    return [tag for each in arguments.get("TagSpecifications", ()) for tag in each["Tags"]]


def _sources(arguments: Arguments) -> Iterable[dict[str, Any]]:
    for rule in rules_of(arguments["IpPermissions"]):
        properties: dict[str, Any] = {
            "IpProtocol": rule.protocol,
            "FromPort": rule.from_port,
            "ToPort": rule.to_port,
            "CidrIp": next(rule.cidr.only(v4=True).cidrs(), None) if rule.cidr else None,
            "CidrIpv6": next(rule.cidr.only(v6=True).cidrs(), None) if rule.cidr else None,
            "SourcePrefixListId": rule.prefix_list_id,
            "SourceSecurityGroupId": rule.group.group_id if rule.group else None,
            "Description": "Clients of the endpoint",
        }
        yield {name: value for name, value in properties.items() if value is not None}


def _outputs(changes: Iterable[Change], logical: Mapping[str, str]) -> dict[str, Any]:
    return {
        f"{logical[change.creates]}Id": {
            "Value": {"Fn::GetAtt": [logical[change.creates], _ID_ATTRIBUTE[change.operation]]}
        }
        for change in changes
        if change.creates
    }


_ID_ATTRIBUTE = {GROUP: "GroupId", ENDPOINT: "Id"}


def _logical_id(text: str) -> str:
    return "".join(word.capitalize() for word in re.split(r"[^A-Za-z0-9]+", text))
