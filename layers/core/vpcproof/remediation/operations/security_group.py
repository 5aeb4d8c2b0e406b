"""Security groups: making one, and changing whom a group lets in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ...model.addresses import ALL_IPV4
from ...model.ports import describe_ports
from ...model.security_group import SecurityGroup, SecurityGroupRule
from ...model.snapshot import Snapshot
from ..change import Call, Expectation, Risk
from ..questions import expect
from .editing import drop, existing, put, refuse_if_taken, tags_of
from .operation import RefusedCallError
from .permissions import identity, rules_of

# Rules of one direction in a group, counted for each address family.
# https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups
RULES_PER_GROUP = 60

_ALL_OUT = SecurityGroupRule(protocol="-1", cidr=ALL_IPV4)


class CreateSecurityGroup:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html."""

    risk = Risk.ADDITIVE

    def simulate(self, snapshot: Snapshot, call: Call) -> Snapshot:
        """A group that lets nobody in and everything out, as EC2 makes them."""
        group_id, wanted = call.creates or "", call.arguments
        refuse_if_taken(snapshot.security_groups, group_id)
        existing(snapshot.vpcs, wanted["VpcId"])
        group = SecurityGroup(
            id=group_id,
            vpc_id=wanted["VpcId"],
            name=wanted["GroupName"],
            owner_id=snapshot.account,
            egress=(_ALL_OUT,),
            tags=tags_of(wanted),
        )
        if any(
            each.vpc_id == group.vpc_id and each.name == group.name
            for each in snapshot.security_groups.values()
        ):
            raise RefusedCallError(f"{group.vpc_id} has a security group named {group.name!r}")
        return put(snapshot, security_groups=[group])

    def inverse(self, _snapshot: Snapshot, call: Call) -> tuple[Call, ...]:
        """Delete it."""
        return (Call(operation="DeleteSecurityGroup", arguments={"GroupId": call.creates}),)

    def expects(self, snapshot: Snapshot, call: Call) -> tuple[Expectation, ...]:
        """No group of the name."""
        wanted = call.arguments
        question = "security groups of the name"
        return (expect(snapshot, question, wanted["VpcId"], wanted["GroupName"]),)

    def zones(self, _snapshot: Snapshot, _call: Call) -> int:
        """Groups are free."""
        return 0

    def summary(self, call: Call) -> str:
        """The change in words."""
        return f"create the security group {call.arguments['GroupName']}"


class DeleteSecurityGroup:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html."""

    risk = Risk.DESTRUCTIVE

    def simulate(self, snapshot: Snapshot, call: Call) -> Snapshot:
        """Gone; EC2 refuses while an interface carries it or a rule names it."""
        group = existing(snapshot.security_groups, call.arguments["GroupId"])
        carriers = snapshot.network_interfaces.values()
        if snapshot.endpoints_carrying(group.id) or any(
            group.id in each.group_ids for each in carriers
        ):
            raise RefusedCallError(f"{group.id} is in use")
        if any(
            rule.group is not None and rule.group.group_id == group.id
            for other in snapshot.security_groups.values()
            if other.id != group.id
            for rule in (*other.ingress, *other.egress)
        ):
            raise RefusedCallError(f"{group.id} is named by a rule of another group")
        return drop(snapshot, security_groups={group.id})

    def inverse(self, _snapshot: Snapshot, call: Call) -> tuple[Call, ...]:
        """There is none: plans delete no group, they only undo the making of one."""
        raise RefusedCallError(f"deleting {call.arguments['GroupId']} cannot be undone")

    def expects(self, snapshot: Snapshot, call: Call) -> tuple[Expectation, ...]:
        """The rules that go with it."""
        return (expect(snapshot, "ingress", call.arguments["GroupId"]),)

    def zones(self, _snapshot: Snapshot, _call: Call) -> int:
        """Groups are free."""
        return 0

    def summary(self, call: Call) -> str:
        """The change in words."""
        return f"delete the security group {call.arguments['GroupId']}"


class AuthorizeSecurityGroupIngress:
    """The call that lets more clients in.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html
    """

    risk = Risk.ADDITIVE

    def simulate(self, snapshot: Snapshot, call: Call) -> Snapshot:
        """The rules are added; EC2 refuses one that exists and more than the quota."""
        group = existing(snapshot.security_groups, call.arguments["GroupId"])
        granted = rules_of(call.arguments["IpPermissions"])
        held = {identity(each) for each in group.ingress}
        twice = [each for each in granted if identity(each) in held]
        if twice:
            raise RefusedCallError(f"{group.id} has a rule already: {twice[0]}")
        ingress = (*group.ingress, *granted)
        if _counted(snapshot, ingress) > RULES_PER_GROUP:
            raise RefusedCallError(
                f"{group.id} would have more than {RULES_PER_GROUP} ingress rules, the quota"
            )
        return put(snapshot, security_groups=[replace(group, ingress=ingress)])

    def inverse(self, _snapshot: Snapshot, call: Call) -> tuple[Call, ...]:
        """Revoke the same."""
        return (Call(operation="RevokeSecurityGroupIngress", arguments=call.arguments),)

    def expects(self, snapshot: Snapshot, call: Call) -> tuple[Expectation, ...]:
        """The rules that it was planned for."""
        return (expect(snapshot, "ingress", call.arguments["GroupId"]),)

    def zones(self, _snapshot: Snapshot, _call: Call) -> int:
        """Rules are free."""
        return 0

    def summary(self, call: Call) -> str:
        """The change in words."""
        return f"let {_told(call)} into {call.arguments['GroupId']}"


class RevokeSecurityGroupIngress:
    """The call that lets clients in no longer.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupIngress.html
    """

    risk = Risk.NARROWING

    def simulate(self, snapshot: Snapshot, call: Call) -> Snapshot:
        """The rules are gone; EC2 refuses those that do not exist."""
        group = existing(snapshot.security_groups, call.arguments["GroupId"])
        named = {identity(each): each for each in rules_of(call.arguments["IpPermissions"])}
        missing = named.keys() - {identity(each) for each in group.ingress}
        if missing:
            raise RefusedCallError(f"{group.id} has no rule: {named[missing.pop()]}")
        left = tuple(each for each in group.ingress if identity(each) not in named)
        return put(snapshot, security_groups=[replace(group, ingress=left)])

    def inverse(self, _snapshot: Snapshot, call: Call) -> tuple[Call, ...]:
        """Grant the same again."""
        return (Call(operation="AuthorizeSecurityGroupIngress", arguments=call.arguments),)

    def expects(self, snapshot: Snapshot, call: Call) -> tuple[Expectation, ...]:
        """The rules that it was planned for."""
        return (expect(snapshot, "ingress", call.arguments["GroupId"]),)

    def zones(self, _snapshot: Snapshot, _call: Call) -> int:
        """Rules are free."""
        return 0

    def summary(self, call: Call) -> str:
        """The change in words."""
        return f"no longer let {_told(call)} into {call.arguments['GroupId']}"


def _counted(snapshot: Snapshot, rules: Iterable[SecurityGroupRule]) -> int:
    """Rules as the quota counts them: of the fuller family, prefix lists by their entries.

    https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html
    """
    v4 = v6 = 0
    for rule in rules:
        if rule.cidr is not None:
            v4 += bool(rule.cidr.v4)
            v6 += bool(rule.cidr.v6)
            continue
        listed = snapshot.prefix_lists.get(rule.prefix_list_id or "")
        weight = len(listed.cidrs or ()) if listed else 1
        v4 += weight
        v6 += weight
    return max(v4, v6)


def _told(call: Call) -> str:
    ports_by_source: dict[str, list[str]] = {}
    for rule in rules_of(call.arguments["IpPermissions"]):
        what = f"tcp {describe_ports(rule.tcp_ports)}" if rule.tcp_ports else rule.protocol
        ports_by_source.setdefault(rule.peer, []).append(what)
    return ", ".join(f"{source} ({', '.join(what)})" for source, what in ports_by_source.items())
