"""The `configuration` body of a configuration item, made from what an EC2 describe call answers.

AWS publishes which properties a body holds:
https://github.com/awslabs/aws-config-resource-schema (copied for our types to schemas.json).
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

from lab.config.shapes import Json
from lab.config.timestamps import iso

Resource = Mapping[str, Any]
Body = dict[str, Any]
_Tree = dict[str, "_Tree"]

_STATE_IN_A_WRAPPER = frozenset(
    {"AWS::EC2::VPC", "AWS::EC2::Subnet", "AWS::EC2::VPCEndpoint", "AWS::EC2::NatGateway"}
)


def body(resource_type: str, resource: Resource) -> Body:
    """What Config records of a resource, given as EC2 describes it."""
    if shape := _REGISTRY_SHAPES.get(resource_type):
        return shape(resource)
    shaped: Body = _camel(resource)
    if resource_type == "AWS::EC2::SecurityGroup":
        _add_legacy_ranges(shaped)
    if resource_type in _STATE_IN_A_WRAPPER and "state" in shaped:
        shaped["state"] = {"value": shaped["state"]}
    recorded: Body = _keep(shaped, _schema(resource_type))
    if "tags" in shaped:
        recorded["tags"] = shaped["tags"]
    return recorded


def tags(resource: Resource) -> dict[str, str]:
    """The tags of a resource as the map that a configuration item carries."""
    listed = resource.get("Tags") or resource.get("TagSet") or ()
    return {tag["Key"]: tag["Value"] for tag in listed}


def _camel(value: Json) -> Json:
    if isinstance(value, Mapping):
        return {key[:1].lower() + key[1:]: _camel(member) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [_camel(member) for member in value]
    return _plain(value)


def _plain(value: Json) -> Json:
    return iso(value) if isinstance(value, datetime) else value


def _add_legacy_ranges(group: Body) -> None:
    """Bodies carry IPv4 ranges twice: as objects, and as bare CIDRs from before descriptions."""
    for direction in ("ipPermissions", "ipPermissionsEgress"):
        for permission in group.get(direction, ()):
            ranges = permission.get("ipRanges", [])
            permission["ipv4Ranges"] = ranges
            permission["ipRanges"] = [entry["cidrIp"] for entry in ranges]


@cache
def _schema(resource_type: str) -> _Tree:
    paths = json.loads(files("lab.config").joinpath("schemas.json").read_text("utf-8"))
    tree: _Tree = {}
    for path in paths.get(resource_type, ()):
        branch = tree
        for name in path.split("."):
            branch = branch.setdefault(name, {})
    return tree


def _keep(value: Json, tree: _Tree) -> Json:
    if not tree:
        return value
    if isinstance(value, list):
        return [_keep(member, tree) for member in value]
    if isinstance(value, dict):
        return {key: _keep(member, tree[key]) for key, member in value.items() if key in tree}
    return value


# Types that Config reads from the CloudFormation registry keep its PascalCase names.


def _prefix_list(resource: Resource) -> Body:
    names = ("PrefixListId", "PrefixListName", "AddressFamily", "MaxEntries", "OwnerId", "Entries")
    shaped = _pick(resource, *names)
    if "Version" in resource:
        shaped["Version"] = str(resource["Version"])
    return shaped


def _transit_gateway(resource: Resource) -> Body:
    options = {key: _plain(value) for key, value in resource.get("Options", {}).items()}
    return {"Id": resource.get("TransitGatewayId"), **_pick(resource, "Description"), **options}


def _transit_gateway_attachment(resource: Resource) -> Body:
    shaped = _pick(resource, "SubnetIds", "TransitGatewayId", "VpcId")
    return {"Id": resource.get("TransitGatewayAttachmentId"), **shaped}


def _instance_connect_endpoint(resource: Resource) -> Body:
    shaped = _pick(resource, "SubnetId", "SecurityGroupIds", "PreserveClientIp")
    return {"Id": resource.get("InstanceConnectEndpointId"), **shaped}


def _pick(resource: Resource, *names: str) -> Body:
    return {name: resource[name] for name in (*names, "Tags") if name in resource}


_REGISTRY_SHAPES: dict[str, Callable[[Resource], Body]] = {
    "AWS::EC2::PrefixList": _prefix_list,
    "AWS::EC2::TransitGateway": _transit_gateway,
    "AWS::EC2::TransitGatewayAttachment": _transit_gateway_attachment,
    "AWS::EC2::InstanceConnectEndpoint": _instance_connect_endpoint,
}
