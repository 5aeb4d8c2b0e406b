"""Private hosted zones with their records, Resolver rules and Profiles of Route 53."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .network import Network
from .stack import Resource
from .unknown import NotKnownError, Unknown


def hosted_zone(resource: Resource, network: Network) -> None:
    """A zone for the VPCs it names; one that names none is public and of no concern."""
    name = resource.known("Name")
    for place in resource.objects("VPCs"):
        network.put(
            "HostedZoneSummaries",
            {"HostedZoneId": resource.id, "Name": name},
            subject=str(place.get("VPCId")),
        )
    network.put_zone(resource.id, str(name))


def record_set(resource: Resource, network: Network) -> None:
    """One record."""
    _put_record(resource, resource.properties, network, resource.path)


def record_set_group(resource: Resource, network: Network) -> None:
    """Records that are declared together."""
    for record in resource.objects("RecordSets"):
        _put_record(resource, record, network, f"{resource.path}/Properties/RecordSets")


def resolver_rule(resource: Resource, network: Network) -> None:
    """A Resolver rule, of no effect until a VPC has it."""
    network.put(
        "ResolverRules",
        {
            "Id": resource.id,
            "DomainName": resource.known("DomainName"),
            "RuleType": resource.known("RuleType"),
        },
    )


def resolver_rule_association(resource: Resource, network: Network) -> None:
    """A Resolver rule on a VPC."""
    network.put(
        "ResolverRuleAssociations",
        {
            "Id": resource.id,
            "ResolverRuleId": resource.identity("ResolverRuleId"),
            "VPCId": resource.identity("VPCId"),
        },
    )


def profile_association(resource: Resource, network: Network) -> None:
    """A Profile on a VPC."""
    network.put(
        "ProfileAssociations",
        {
            "Id": resource.id,
            "ProfileId": resource.identity("ProfileId"),
            "ResourceId": resource.identity("ResourceId"),
        },
    )


def profile_resource_association(resource: Resource, network: Network) -> None:
    """What a Profile carries."""
    network.put(
        "ProfileResourceAssociations",
        {"Id": resource.id, "ResourceArn": resource.identity("ResourceArn")},
        subject=str(resource.identity("ProfileId")),
    )


def _put_record(resource: Resource, record: Mapping[str, Any], network: Network, path: str) -> None:
    zone_id = record.get("HostedZoneId", resource.properties.get("HostedZoneId"))
    zone_name = record.get("HostedZoneName", resource.properties.get("HostedZoneName"))
    subject = str(zone_id) if zone_id is not None else network.zone_named(str(zone_name))
    if subject is None:
        network.note(path, "the hosted zone is not declared in the template")
        return
    alias = record.get("AliasTarget")
    target = alias.get("DNSName") if isinstance(alias, Mapping) else alias
    for name, value in (("Name", record.get("Name")), ("AliasTarget", target)):
        if isinstance(value, Unknown):
            raise NotKnownError(f"{path}/{name}: {value.reason}")
    told = record.get("ResourceRecords")
    values = [str(each) for each in told] if isinstance(told, list) else []
    network.put(
        "ResourceRecordSets",
        {
            "Name": str(record.get("Name")),
            "Type": record.get("Type"),
            "AliasTarget": {"DNSName": target} if target is not None else None,
            "ResourceRecords": [{"Value": each} for each in values],
        },
        subject=subject,
    )
