"""Security groups and network ACLs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from ...model.network_acl import NetworkAcl, NetworkAclEntry
from ...model.ports import protocol_name
from ...model.security_group import GroupReference, SecurityGroup, SecurityGroupRule
from ..raw import (
    Raw,
    UnreadableError,
    addresses,
    flag,
    number,
    required,
    structure,
    structures,
    tags,
    text,
    texts_of,
)


def security_group(raw: Raw) -> SecurityGroup:
    """A group with each source of a permission a rule of its own.

    DescribeSecurityGroups prints the rules in the group, DescribeSecurityGroupRules prints them
    alone; both give the same rules, so the latter count only for a group that shows none itself.
    """
    flat = list(structures(raw, "SecurityGroupRules"))
    if "IpPermissions" in raw or "IpPermissionsEgress" in raw:
        ingress = _permissions(raw, "IpPermissions")
        egress = _permissions(raw, "IpPermissionsEgress")
    else:
        ingress = (_flat_rule(rule) for rule in flat if not flag(rule, "IsEgress"))
        egress = (_flat_rule(rule) for rule in flat if flag(rule, "IsEgress"))
    owners = (text(rule, "GroupOwnerId") for rule in flat)
    return SecurityGroup(
        id=required(raw, "GroupId"),
        vpc_id=text(raw, "VpcId"),
        name=text(raw, "GroupName"),
        owner_id=text(raw, "OwnerId") or next(filter(None, owners), None),
        ingress=_sorted(ingress),
        egress=_sorted(egress),
        tags=tags(raw),
    )


def network_acl(raw: Raw) -> NetworkAcl:
    """A network ACL of DescribeNetworkAcls."""
    entries = map(_acl_entry, structures(raw, "Entries"))
    return NetworkAcl(
        id=required(raw, "NetworkAclId"),
        vpc_id=required(raw, "VpcId"),
        is_default=flag(raw, "IsDefault") or False,
        subnet_ids=texts_of(raw, "Associations", "SubnetId"),
        entries=tuple(sorted(entries, key=lambda entry: (entry.egress, entry.number))),
        owner_id=text(raw, "OwnerId"),
        tags=tags(raw),
    )


def _permissions(raw: Raw, member: str) -> Iterator[SecurityGroupRule]:
    for permission in structures(raw, member):
        rule = _rule_about(permission)
        for source in structures(permission, "IpRanges"):
            yield rule(cidr=addresses(required(source, "CidrIp")))
        for source in structures(permission, "Ipv6Ranges"):
            yield rule(cidr=addresses(required(source, "CidrIpv6")))
        for source in structures(permission, "PrefixListIds"):
            yield rule(prefix_list_id=required(source, "PrefixListId"))
        for source in structures(permission, "UserIdGroupPairs"):
            yield rule(group=_group_reference(source))


def _flat_rule(raw: Raw) -> SecurityGroupRule:
    rule = _rule_about(raw)
    cidr = text(raw, "CidrIpv4") or text(raw, "CidrIpv6")
    if cidr is not None:
        return rule(cidr=addresses(cidr))
    prefix_list_id = text(raw, "PrefixListId")
    if prefix_list_id is not None:
        return rule(prefix_list_id=prefix_list_id)
    group = structure(raw, "ReferencedGroupInfo")
    if not group:
        raise UnreadableError("a rule names neither CIDR nor prefix list nor group")
    return rule(group=_group_reference(group))


def _rule_about(raw: Raw) -> Callable[..., SecurityGroupRule]:
    """A rule still without source; `-1` ports become None, one spelling of the three in use.

    DescribeSecurityGroups leaves them out, AWS Config writes null, DescribeSecurityGroupRules -1.
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRule.html
    """
    low, high = number(raw, "FromPort"), number(raw, "ToPort")
    return partial(
        SecurityGroupRule,
        protocol=protocol_name(required(raw, "IpProtocol")),
        from_port=None if low == -1 else low,
        to_port=None if high == -1 else high,
    )


def _group_reference(raw: Raw) -> GroupReference:
    return GroupReference(
        group_id=required(raw, "GroupId"),
        owner_id=text(raw, "UserId"),
        vpc_id=text(raw, "VpcId"),
        peering_connection_id=text(raw, "VpcPeeringConnectionId"),
        peering_status=text(raw, "PeeringStatus"),
    )


def _sorted(rules: Iterable[SecurityGroupRule]) -> tuple[SecurityGroupRule, ...]:
    return tuple(sorted(rules, key=_rule_order))


def _rule_order(rule: SecurityGroupRule) -> tuple[object, ...]:
    return (
        rule.protocol,
        -1 if rule.from_port is None else rule.from_port,
        -1 if rule.to_port is None else rule.to_port,
        (rule.cidr.v4.intervals, rule.cidr.v6.intervals) if rule.cidr else (),
        rule.prefix_list_id or "",
        (rule.group.group_id, rule.group.peering_connection_id or "") if rule.group else (),
    )


def _acl_entry(raw: Raw) -> NetworkAclEntry:
    ports = structure(raw, "PortRange")
    entry_number, action = number(raw, "RuleNumber"), text(raw, "RuleAction") or ""
    cidr = text(raw, "CidrBlock") or text(raw, "Ipv6CidrBlock")
    if entry_number is None or cidr is None or action.lower() not in {"allow", "deny"}:
        raise UnreadableError("an entry lacks its number, its CIDR or its action")
    return NetworkAclEntry(
        number=entry_number,
        protocol=protocol_name(required(raw, "Protocol")),
        allow=action.lower() == "allow",
        egress=flag(raw, "Egress") or False,
        cidr=addresses(cidr),
        from_port=number(ports, "From"),
        to_port=number(ports, "To"),
    )
