"""Security groups and network ACLs, their rules written inline or apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model.facts import Fact
from .network import Network
from .stack import Resource
from .unknown import NotKnownError, Unknown, unknowns_in
from .vpc import ALL_IPV4, ALL_IPV6, all_traffic, tags_of

_LAST_ENTRY = 32767
# How CloudFormation names the peers of a rule, and how DescribeSecurityGroups does.
_PEERS = {
    "CidrIp": ("IpRanges", "CidrIp"),
    "CidrIpv6": ("Ipv6Ranges", "CidrIpv6"),
    "SourcePrefixListId": ("PrefixListIds", "PrefixListId"),
    "DestinationPrefixListId": ("PrefixListIds", "PrefixListId"),
    "SourceSecurityGroupId": ("UserIdGroupPairs", "GroupId"),
    "DestinationSecurityGroupId": ("UserIdGroupPairs", "GroupId"),
}


def security_group(resource: Resource, network: Network) -> None:
    """A group with its inline rules; without any egress rule it has the one that allows all.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-ec2-securitygroup.html
    """
    element = network.put(
        "SecurityGroups",
        {
            "GroupId": resource.id,
            "GroupName": str(resource.properties.get("GroupName") or ""),
            "VpcId": resource.identity("VpcId") or "the default VPC",
            "IpPermissions": [],
            "IpPermissionsEgress": [],
            "Tags": tags_of(resource),
        },
    )
    directions = (
        ("SecurityGroupIngress", "IpPermissions"),
        ("SecurityGroupEgress", "IpPermissionsEgress"),
    )
    for name, member in directions:
        for raw in _listed(resource, name):
            _add_rule(raw, element, member, f"{resource.path}/Properties/{name}", network)


def add_default_egress(network: Network) -> None:
    """The rule that AWS makes, once it is clear that the template declares none.

    A rule declared apart replaces it as well as one that stands in the group.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-ec2-securitygroupegress.html
    """
    for element in network.all("SecurityGroups"):
        owner = network.find("Vpcs", element["VpcId"]) or {}
        blocks = [ALL_IPV4, *([ALL_IPV6] if "Ipv6CidrBlockAssociationSet" in owner else [])]
        if not element["IpPermissionsEgress"]:
            element["IpPermissionsEgress"] += map(all_traffic, blocks)


def open_foreign_groups(network: Network) -> None:
    """Groups that rules name and the template does not declare: who carries them is open."""
    declared = {each["GroupId"] for each in network.all("SecurityGroups")}
    for element in network.all("SecurityGroups"):
        for permission in (*element["IpPermissions"], *element["IpPermissionsEgress"]):
            for pair in permission.get("UserIdGroupPairs", ()):
                if pair["GroupId"] not in declared:
                    permission["PrefixListIds"] = [{"PrefixListId": pair["GroupId"]}]
                    del permission["UserIdGroupPairs"]


def ingress_rule(resource: Resource, network: Network) -> None:
    """An ingress rule declared apart from its group."""
    _add_apart(resource, network, "IpPermissions")


def egress_rule(resource: Resource, network: Network) -> None:
    """An egress rule declared apart from its group."""
    _add_apart(resource, network, "IpPermissionsEgress")


def network_acl(resource: Resource, network: Network) -> None:
    """A network ACL, which denies everything until an entry allows it."""
    network.put(
        "NetworkAcls",
        {
            "NetworkAclId": resource.id,
            "VpcId": resource.identity("VpcId"),
            "Associations": [],
            "Entries": [
                {
                    "RuleNumber": _LAST_ENTRY,
                    "Protocol": "-1",
                    "RuleAction": "deny",
                    "Egress": egress,
                    "CidrBlock": ALL_IPV4,
                }
                for egress in (False, True)
            ],
            "Tags": tags_of(resource),
        },
    )


def network_acl_entry(resource: Resource, network: Network) -> None:
    """One entry, of ingress unless it says otherwise."""
    element = network.find("NetworkAcls", resource.identity("NetworkAclId"))
    if element is None:
        network.note(resource.path, "the network ACL is not declared in the template")
        return
    entry = {
        name: resource.known(name)
        for name in ("RuleNumber", "RuleAction", "Egress", "CidrBlock", "Ipv6CidrBlock")
        if resource.known(name) is not None
    }
    entry["Protocol"] = str(resource.known("Protocol"))
    element["Entries"].append({**entry, "PortRange": resource.known("PortRange")})


def network_acl_association(resource: Resource, network: Network) -> None:
    """The network ACL of a subnet instead of the default one."""
    element = network.find("NetworkAcls", resource.identity("NetworkAclId"))
    if element is not None:
        element["Associations"].append({"SubnetId": resource.identity("SubnetId")})
    elif network.find("Subnets", resource.identity("SubnetId")):
        raise NotKnownError(
            f"{resource.path}/Properties/NetworkAclId: the ACL is not declared in the template"
        )


def associate_default_acls(network: Network) -> None:
    """The default network ACL guards the subnets that no other one does."""
    guarded = {
        association["SubnetId"]
        for acl in network.all("NetworkAcls")
        for association in acl["Associations"]
    }
    for subnet in network.all("Subnets"):
        default = network.find("NetworkAcls", f"{subnet['VpcId']}.DefaultNetworkAcl")
        if default is not None and subnet["SubnetId"] not in guarded:
            default["Associations"].append({"SubnetId": subnet["SubnetId"]})


def _listed(resource: Resource, name: str) -> list[Any]:
    value = resource.properties.get(name)
    if isinstance(value, Unknown):
        raise NotKnownError(f"{resource.path}/Properties/{name}: {value.reason}")
    return value if isinstance(value, list) else [] if value is None else [value]


def _add_apart(resource: Resource, network: Network, member: str) -> None:
    element = network.find("SecurityGroups", resource.identity("GroupId"))
    if element is None:
        network.note(resource.path, "the security group is not declared in the template")
        return
    _add_rule(resource.properties, element, member, f"{resource.path}/Properties", network)


def _add_rule(
    raw: object, element: dict[str, Any], member: str, path: str, network: Network
) -> None:
    """One rule as a permission of its own; one that is not understood leaves the group open."""
    try:
        element[member].append(_permission(raw, path))
    except NotKnownError as problem:
        network.gap(Fact.SECURITY_GROUPS, str(problem), element["VpcId"])


def _permission(raw: object, path: str) -> dict[str, Any]:
    if not isinstance(raw, Mapping):
        reason = raw.reason if isinstance(raw, Unknown) else "a rule is not an object"
        raise NotKnownError(f"{path}: {reason}")
    about: dict[str, Any] = {}
    for name in ("IpProtocol", "FromPort", "ToPort"):
        for each in unknowns_in(raw.get(name)):
            raise NotKnownError(f"{path}/{name}: {each.reason}")
        if raw.get(name) is not None:
            about[name] = raw[name]
    if "IpProtocol" not in about:
        raise NotKnownError(f"{path}: the rule has no IpProtocol")
    about["IpProtocol"] = str(about["IpProtocol"])
    for name, (member, inner) in _PEERS.items():
        value = raw.get(name)
        if value is not None:
            return {**about, **_peer(value, member, inner)}
    raise NotKnownError(f"{path}: the rule names no peer that is known before deployment")


def _peer(value: object, member: str, inner: str) -> dict[str, Any]:
    """The source or destination; one that is open is a list whose entries are unread."""
    if isinstance(value, Unknown):
        return {"PrefixListIds": [{"PrefixListId": value.name}]}
    return {member: [{inner: str(value)}]}
