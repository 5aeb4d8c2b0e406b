"""Security groups and network ACLs, with rules written in them or as resources of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ...model.facts import Fact
from ...model.resource_type import ResourceType
from ..raw import UnreadableError
from .attributes import Attributes, UnknownError
from .prefix_lists import prefix_lists_named
from .references import NETWORK_ACL, SECURITY_GROUP, SUBNET
from .world import Element, World, tags_of

_MEMBERS = {"ingress": "IpPermissions", "egress": "IpPermissionsEgress"}
_FLAT_TYPES = {
    "aws_vpc_security_group_ingress_rule": "ingress",
    "aws_vpc_security_group_egress_rule": "egress",
}
_EVERYWHERE = {"IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}


def tell_security_groups(world: World) -> None:
    """All groups, those that VPCs come with included."""
    groups: dict[str, Element] = {}
    for vpc_id, vpc in world.managed_vpcs.items():
        group_id = world.identities.default_of(vpc, "aws_default_security_group")
        groups[group_id] = _default_group(group_id, vpc_id)
    for group in world.managed(*SECURITY_GROUP.types):
        default = groups.get(group.id)
        home = default["VpcId"] if default else world.vpc_of(group)
        world.place(ResourceType.SECURITY_GROUP, group)
        with world.known(Fact.SECURITY_GROUPS, group, vpc_id=home):
            groups[group.id] = _group(world, group, home)
    for type_name in ("aws_security_group_rule", *_FLAT_TYPES):
        for rule in world.managed(type_name):
            _add_rule(world, rule, groups)
    world.tell("SecurityGroups", [*groups.values()])


def tell_network_acls(world: World) -> None:
    """All ACLs, those that VPCs come with included."""
    acls: dict[str, Element] = {}
    for vpc_id, vpc in world.managed_vpcs.items():
        acl_id = world.identities.default_of(vpc, "aws_default_network_acl")
        acls[acl_id] = _default_acl(acl_id, vpc_id)
    for acl in world.managed(*NETWORK_ACL.types):
        default = acls.get(acl.id)
        home = default["VpcId"] if default else world.vpc_of(acl)
        world.place(ResourceType.NETWORK_ACL, acl)
        with world.known(Fact.NETWORK_ACLS, acl, vpc_id=home):
            acls[acl.id] = _acl(world, acl, home)
    for rule in world.managed("aws_network_acl_rule"):
        _put(world, rule, acls, "Entries", _acl_rule)
    for association in world.managed("aws_network_acl_association"):
        _put(world, association, acls, "Associations", _acl_association)
    world.tell("NetworkAcls", [*acls.values()])


# Security groups


def _default_group(group_id: str, vpc_id: str) -> Element:
    """The group that AWS makes with a VPC: its members among themselves, and out to anywhere.

    https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
    """
    itself = [{"GroupId": group_id}]
    return {
        "GroupId": group_id,
        "GroupName": "default",
        "VpcId": vpc_id,
        "IpPermissions": [{"IpProtocol": "-1", "UserIdGroupPairs": itself}],
        "IpPermissionsEgress": [{"IpProtocol": "-1", **_EVERYWHERE}],
    }


def _group(world: World, group: Attributes, vpc_id: str | None) -> Element:
    """A group with the rules in it; a new one has none that are not written.

    The provider takes away the rule to everywhere that AWS makes with a group, and all rules of a
    default group that it adopts.
    https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/security_group
    """
    if vpc_id is None:
        raise UnknownError("vpc_id")
    going = [*_rules_going(world, group.id)]
    return {
        "GroupId": group.id,
        "GroupName": group.values.get("name"),
        "VpcId": vpc_id,
        "OwnerId": group.text("owner_id"),
        "Tags": tags_of(group),
        **{
            member: [
                permission
                for rule in group.blocks(direction)
                for permission in _permissions(world, rule, group.id)
                if (direction, permission) not in going
            ]
            for direction, member in _MEMBERS.items()
        },
    }


def _permissions(world: World, rule: Attributes, group_id: str) -> Iterator[Element]:
    """One permission for each source of a rule as groups and `aws_security_group_rule` write it."""
    about = {
        "IpProtocol": _protocol(rule.text("protocol")),
        "FromPort": rule.number("from_port"),
        "ToPort": rule.number("to_port"),
    }
    if about["IpProtocol"] == "-1":
        about |= {"FromPort": None, "ToPort": None}
    for cidr in rule.texts("cidr_blocks"):
        yield {**about, "IpRanges": [{"CidrIp": cidr}]}
    for cidr in rule.texts("ipv6_cidr_blocks"):
        yield {**about, "Ipv6Ranges": [{"CidrIpv6": cidr}]}
    for list_id in prefix_lists_named(world, rule, "prefix_list_ids"):
        yield {**about, "PrefixListIds": [{"PrefixListId": list_id}]}
    for source in _groups_named(rule):
        yield {**about, "UserIdGroupPairs": [_pair(source)]}
    if rule.flag("self", default=False):
        yield {**about, "UserIdGroupPairs": [{"GroupId": group_id}]}


def _groups_named(rule: Attributes) -> Iterator[str]:
    if "security_groups" in rule.values or "security_groups" in rule.unknown:
        yield from rule.many("security_groups", SECURITY_GROUP)
    source = rule.one("source_security_group_id", SECURITY_GROUP)
    if source and rule.values.get("self") is not True:
        yield source


def _pair(source: str) -> Element:
    """A group, with its account in front where it is of another one: `111122223333/sg-1`."""
    owner, _, group_id = source.rpartition("/")
    is_owned = owner.isascii() and owner.isdigit()
    return {"GroupId": group_id, "UserId": owner} if is_owned else {"GroupId": source}


def _add_rule(world: World, rule: Attributes, groups: Mapping[str, Element]) -> None:
    """Put a rule that is a resource into its group."""
    direction = _FLAT_TYPES.get(rule.instance.type) or rule.values.get("type")
    with world.known(Fact.SECURITY_GROUPS, rule, vpc_id=None):
        group_id = rule.needed("security_group_id", SECURITY_GROUP)
        group = groups.get(group_id)
        if group is None:
            return
        with world.known(Fact.SECURITY_GROUPS, rule, vpc_id=group["VpcId"]):
            is_flat = rule.instance.type in _FLAT_TYPES
            made = [_flat(world, rule)] if is_flat else _permissions(world, rule, group_id)
            if direction not in _MEMBERS:
                raise UnreadableError("type is neither ingress nor egress")
            group[_MEMBERS[direction]] += made


def _flat(world: World, rule: Attributes) -> Element:
    """The one permission of an ingress or egress rule resource."""
    about: Element = {
        "IpProtocol": _protocol(rule.text("ip_protocol")),
        "FromPort": rule.number("from_port"),
        "ToPort": rule.number("to_port"),
    }
    ipv4, ipv6 = rule.text("cidr_ipv4"), rule.text("cidr_ipv6")
    if ipv4:
        return {**about, "IpRanges": [{"CidrIp": ipv4}]}
    if ipv6:
        return {**about, "Ipv6Ranges": [{"CidrIpv6": ipv6}]}
    for list_id in prefix_lists_named(world, rule, "prefix_list_id"):
        return {**about, "PrefixListIds": [{"PrefixListId": list_id}]}
    source = rule.needed("referenced_security_group_id", SECURITY_GROUP)
    return {**about, "UserIdGroupPairs": [_pair(source)]}


def _rules_going(world: World, group_id: str) -> Iterator[tuple[str, Element]]:
    """The permissions that a group in the state still shows of rules that go or change."""
    for removed in world.plan.removed:
        if removed.before.get("security_group_id") != group_id:
            continue
        rule = Attributes(world.identities, removed, removed.before, {}, None)
        if removed.type == "aws_security_group_rule":
            for permission in _permissions(world, rule, group_id):
                yield str(removed.before.get("type")), permission
        elif removed.type in _FLAT_TYPES:
            permission = _flat(world, rule)
            if permission["IpProtocol"] == "-1":
                permission |= {"FromPort": None, "ToPort": None}
            yield _FLAT_TYPES[removed.type], permission


def _protocol(name: str | None) -> str:
    """`all` is a spelling of the provider's for -1."""
    return "-1" if name is None or name.lower() == "all" else name


# Network ACLs


def _default_acl(acl_id: str, vpc_id: str) -> Element:
    """The ACL that AWS makes with a VPC allows everything.

    https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html
    """
    entries = [
        {"RuleNumber": number, "Protocol": "-1", "RuleAction": "allow", "Egress": egress, **block}
        for egress in (False, True)
        for number, block in ((100, {"CidrBlock": "0.0.0.0/0"}), (101, {"Ipv6CidrBlock": "::/0"}))
    ]
    return _acl_element(acl_id, vpc_id, entries, [], is_default=True)


def _acl(world: World, acl: Attributes, vpc_id: str | None) -> Element:
    """An ACL with the entries in it; what it does not allow is denied."""
    if vpc_id is None:
        raise UnknownError("vpc_id")
    going = {
        (each.before.get("egress") is True, str(each.before.get("rule_number")))
        for each in world.plan.removed
        if each.type == "aws_network_acl_rule" and each.before.get("network_acl_id") == acl.id
    }
    entries = [
        _acl_entry(entry, {"number": "rule_no", "action": "action"}, egress=direction == "egress")
        for direction in _MEMBERS
        for entry in acl.blocks(direction)
        if (direction == "egress", str(entry.values.get("rule_no"))) not in going
    ]
    subnets = [{"SubnetId": each} for each in acl.many("subnet_ids", SUBNET)]
    is_default = acl.instance.type == "aws_default_network_acl"
    return _acl_element(acl.id, vpc_id, entries, subnets, is_default=is_default) | {
        "Tags": tags_of(acl)
    }


def _acl_element(
    acl_id: str,
    vpc_id: str,
    entries: list[Element],
    subnets: list[Element],
    *,
    is_default: bool,
) -> Element:
    return {
        "NetworkAclId": acl_id,
        "VpcId": vpc_id,
        "IsDefault": is_default,
        "Entries": entries,
        "Associations": subnets,
    }


def _acl_entry(entry: Attributes, names: Mapping[str, str], *, egress: bool) -> Element:
    return {
        "RuleNumber": entry.number(names["number"]),
        "Protocol": _protocol(entry.text("protocol")),
        "RuleAction": entry.text(names["action"]),
        "Egress": egress,
        "CidrBlock": entry.text("cidr_block"),
        "Ipv6CidrBlock": entry.text("ipv6_cidr_block"),
        **_ports(entry),
    }


def _ports(entry: Attributes) -> Mapping[str, Any]:
    """The ports of TCP and UDP; for other protocols the provider writes 0 to 0."""
    if _protocol(entry.text("protocol")).lower() not in {"tcp", "6", "udp", "17"}:
        return {}
    return {"PortRange": {"From": entry.number("from_port"), "To": entry.number("to_port")}}


def _put(
    world: World,
    attributes: Attributes,
    acls: Mapping[str, Element],
    member: str,
    told: Callable[[Attributes], Element],
) -> None:
    """Put an entry or a subnet that is a resource into its ACL, one in the state but once."""
    with world.known(Fact.NETWORK_ACLS, attributes, vpc_id=world.vpc_of(attributes)):
        acl = acls.get(attributes.needed("network_acl_id", NETWORK_ACL))
        if acl is None:
            return
        with world.known(Fact.NETWORK_ACLS, attributes, vpc_id=acl["VpcId"]):
            element = told(attributes)
            acl[member] = [e for e in acl[member] if not _is_same(e, element)] + [element]


def _is_same(entry: Element, other: Element) -> bool:
    return all(entry.get(each) == other.get(each) for each in ("Egress", "RuleNumber", "SubnetId"))


def _acl_rule(rule: Attributes) -> Element:
    egress = rule.flag("egress", default=False)
    return _acl_entry(rule, {"number": "rule_number", "action": "rule_action"}, egress=egress)


def _acl_association(association: Attributes) -> Element:
    return {"SubnetId": association.needed("subnet_id", SUBNET)}
