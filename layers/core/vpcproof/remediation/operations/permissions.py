"""EC2's grouped form of security group rules, and the flat one of the model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ...model.addresses import AddressSet
from ...model.ports import protocol_name
from ...model.security_group import GroupReference, SecurityGroupRule

Permission = Mapping[str, Any]


def tcp_permission(port: int, addresses: AddressSet, description: str = "") -> dict[str, Any]:
    """TCP to one port from exactly these addresses, in the fewest CIDR blocks."""
    told = {"Description": description} if description else {}
    return _permission(
        "tcp",
        (port, port),
        {
            "IpRanges": [{"CidrIp": each, **told} for each in addresses.only(v4=True).cidrs()],
            "Ipv6Ranges": [{"CidrIpv6": each, **told} for each in addresses.only(v6=True).cidrs()],
        },
    )


def permission_of(rule: SecurityGroupRule) -> dict[str, Any]:
    """The permission that names one rule, to revoke it or to grant it again."""
    span = None
    if rule.from_port is not None and rule.to_port is not None:
        span = (rule.from_port, rule.to_port)
    return _permission(protocol_name(rule.protocol), span, _sources(rule))


def rules_of(permissions: Iterable[Permission]) -> tuple[SecurityGroupRule, ...]:
    """The rules that permissions make, one for each source."""
    return tuple(rule for permission in permissions for rule in _rules_of(permission))


def identity(rule: SecurityGroupRule) -> tuple[object, ...]:
    """What makes two rules the same to EC2: one of them cannot be granted twice.

    EC2 drops the ports of a rule for all protocols.
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html
    """
    protocol = protocol_name(rule.protocol)
    ports = (None, None) if protocol == "-1" else (rule.from_port, rule.to_port)
    group = rule.group.group_id if rule.group else None
    return protocol, *ports, rule.cidr, rule.prefix_list_id, group


def _permission(
    protocol: str, span: tuple[int, int] | None, sources: Mapping[str, list[dict[str, Any]]]
) -> dict[str, Any]:
    ports = {"FromPort": span[0], "ToPort": span[1]} if span and protocol != "-1" else {}
    given = {member: listed for member, listed in sources.items() if listed}
    return {"IpProtocol": protocol, **ports, **given}


def _sources(rule: SecurityGroupRule) -> dict[str, list[dict[str, Any]]]:
    if rule.cidr is not None:
        return {
            "IpRanges": [{"CidrIp": each} for each in rule.cidr.only(v4=True).cidrs()],
            "Ipv6Ranges": [{"CidrIpv6": each} for each in rule.cidr.only(v6=True).cidrs()],
        }
    if rule.prefix_list_id is not None:
        return {"PrefixListIds": [{"PrefixListId": rule.prefix_list_id}]}
    return {"UserIdGroupPairs": [_pair(rule.group)] if rule.group else []}


def _pair(group: GroupReference) -> dict[str, str]:
    members = {
        "GroupId": group.group_id,
        "UserId": group.owner_id,
        "VpcId": group.vpc_id,
        "VpcPeeringConnectionId": group.peering_connection_id,
    }
    return {member: value for member, value in members.items() if value}


def _rules_of(permission: Permission) -> Iterator[SecurityGroupRule]:
    for source in _rule_sources(permission):
        yield SecurityGroupRule(
            protocol=permission["IpProtocol"],
            from_port=permission.get("FromPort"),
            to_port=permission.get("ToPort"),
            **source,
        )


def _rule_sources(permission: Permission) -> Iterator[dict[str, Any]]:
    for each in permission.get("IpRanges", ()):
        yield {"cidr": AddressSet.of(each["CidrIp"])}
    for each in permission.get("Ipv6Ranges", ()):
        yield {"cidr": AddressSet.of(each["CidrIpv6"])}
    for each in permission.get("PrefixListIds", ()):
        yield {"prefix_list_id": each["PrefixListId"]}
    for each in permission.get("UserIdGroupPairs", ()):
        yield {
            "group": GroupReference(
                group_id=each["GroupId"],
                owner_id=each.get("UserId"),
                vpc_id=each.get("VpcId"),
                peering_connection_id=each.get("VpcPeeringConnectionId"),
            )
        }
