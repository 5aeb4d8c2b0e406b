"""A security group on interface endpoints names only sources that exist and that somebody carries.

## Why it matters
A rule that names a security group admits the interfaces that carry it: none, when the group was
deleted, belongs to a peering that is gone, or was never attached. The rule still looks like an
admission, and clients see timeouts.

## How to fix
Attach the referenced group to the workloads, or replace the rule by one that names what they carry.
`aws ec2 describe-stale-security-groups` lists the references across peerings that are dead.

## Known limits
A group of another VPC or account is live unless AWS says that its peering is not: its carriers are
not in view. Prefix lists that failed, are empty or belong to AWS admit nobody and are named too.
"""

from ..analysis.admission import names_list_of_aws, rule_addresses
from ..model.facts import Fact
from ..model.parameters import Parameters
from ..model.resource_type import ResourceType
from ..model.security_group import GroupReference, SecurityGroup, SecurityGroupRule
from ..model.snapshot import Snapshot, per_snapshot
from ..model.verdict import (
    Evidence,
    Severity,
    Verdict,
    compliant,
    non_compliant,
    not_applicable,
    undetermined,
)
from .registry import rule
from .security_group_admits_endpoint_clients import endpoints_guarded_by


@rule(
    resource_type=ResourceType.SECURITY_GROUP,
    severity=Severity.MEDIUM,
    needs={Fact.SECURITY_GROUPS, Fact.VPC_ENDPOINTS},
    reads={Fact.NETWORK_INTERFACES, Fact.PREFIX_LISTS},
)
def judge(group: SecurityGroup, snapshot: Snapshot, parameters: Parameters) -> Verdict:
    endpoints = endpoints_guarded_by(group, snapshot, parameters)
    if not endpoints:
        return not_applicable("no interface endpoint carries this group")
    vpc_id = endpoints[0].vpc_id
    dead: list[str] = []
    unread: list[str] = []
    for each in group.ingress:
        problem = _problem(each, vpc_id, snapshot)
        if problem == _UNREAD:
            unread.append(each.peer)
        elif problem:
            dead.append(f"{each.peer} {problem}")
    if dead:
        listing = tuple(dict.fromkeys(dead))
        evidence = [Evidence("security_group_rule", group.id, each) for each in listing]
        return non_compliant("; ".join(listing), *evidence)
    if unread:
        return undetermined(f"who carries {', '.join(dict.fromkeys(unread))} was not read")
    return compliant("every source exists and is carried")


_UNREAD = "was not read"


def _problem(each: SecurityGroupRule, vpc_id: str, snapshot: Snapshot) -> str | None:
    if each.prefix_list_id is not None:
        addresses = rule_addresses(snapshot, each)
        if addresses is None:
            return _UNREAD
        if names_list_of_aws(snapshot, each):
            return "is a prefix list of AWS, of services and not of clients"
        return None if addresses else "is a prefix list without usable entries"
    return _reference_problem(each.group, vpc_id, snapshot) if each.group else None


def _reference_problem(reference: GroupReference, vpc_id: str, snapshot: Snapshot) -> str | None:
    status = (reference.peering_status or "active").lower()
    if status != "active":
        return f"belongs to a peering that is {status}"
    known = snapshot.security_groups.get(reference.group_id)
    home = reference.vpc_id or (known.vpc_id if known else None)
    foreign_account = reference.owner_id and snapshot.account not in {None, reference.owner_id}
    if reference.peering_connection_id or foreign_account or home not in {None, vpc_id}:
        return None
    if known is None:
        return "does not exist in the VPC"
    if reference.group_id in _carried(snapshot):
        return None
    return "is carried by nobody" if snapshot.has(Fact.NETWORK_INTERFACES, vpc_id) else _UNREAD


@per_snapshot
def _carried(snapshot: Snapshot) -> frozenset[str]:
    return frozenset(
        group_id
        for interface in snapshot.network_interfaces.values()
        for group_id in interface.group_ids
    )
