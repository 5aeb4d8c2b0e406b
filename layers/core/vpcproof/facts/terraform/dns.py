"""What decides names: private hosted zones with their records, Resolver rules and Profiles."""

from __future__ import annotations

from collections.abc import Iterator

from ...model.facts import Fact
from ..raw import text
from .attributes import Attributes, UnknownError
from .endpoints import endpoint_name
from .references import ENDPOINT, HOSTED_ZONE, RESOLVER_RULE, VPC, Kind
from .world import Element, World

_PROFILE = Kind(("aws_route53profiles_profile",), ("profile_id",))


def tell_hosted_zones(world: World) -> None:
    """The private zones of each VPC that the plan manages, and the records of those zones."""
    homes: dict[str, list[Element]] = {vpc_id: [] for vpc_id in world.managed_vpcs}
    for zone in world.managed(*HOSTED_ZONE.types):
        for vpc_id in _vpcs_of(world, zone):
            if vpc_id in homes:
                homes[vpc_id].append(_zone(world, zone))
    for vpc_id, zones in homes.items():
        world.tell("HostedZoneSummaries", zones, vpc_id)
    for zone in world.managed(*HOSTED_ZONE.types):
        with world.known(Fact.HOSTED_ZONES, zone, vpc_id=None):
            world.tell("ResourceRecordSets", [*_records(world, zone)], zone.id)


def tell_name_resolution(world: World) -> None:
    """Resolver rules and Profiles that are associated with VPCs."""
    world.tell("ResolverRules", [])
    for rule in world.managed(*RESOLVER_RULE.types):
        with world.known(Fact.RESOLVER_RULES, rule, vpc_id=None):
            told = {"DomainName": rule.sure("domain_name"), "RuleType": rule.text("rule_type")}
            world.tell("ResolverRules", [{"Id": rule.id, **told}])
    world.tell("ResolverRuleAssociations", [])
    for association in world.managed("aws_route53_resolver_rule_association"):
        with world.known(Fact.RESOLVER_RULES, association, vpc_id=None):
            element = {
                "Id": association.id,
                "ResolverRuleId": association.needed("resolver_rule_id", RESOLVER_RULE),
                "VPCId": association.needed("vpc_id", VPC),
            }
            world.tell("ResolverRuleAssociations", [element])
    world.tell("ProfileAssociations", [])
    for association in world.managed("aws_route53profiles_association"):
        with world.known(Fact.PROFILE_ASSOCIATIONS, association, vpc_id=None):
            element = {
                "Id": association.id,
                "ProfileId": association.needed("profile_id", _PROFILE),
                "ResourceId": association.needed("resource_id", VPC),
            }
            world.tell("ProfileAssociations", [element])


def _vpcs_of(world: World, zone: Attributes) -> set[str]:
    """The VPCs that a zone names itself, and those associated by resources of their own."""
    found = set()
    with world.known(Fact.HOSTED_ZONES, zone, vpc_id=None):
        found |= {*zone.ids_in_blocks("vpc", "vpc_id", VPC)}
    for association in world.managed("aws_route53_zone_association"):
        with world.known(Fact.HOSTED_ZONES, association, vpc_id=None):
            if association.needed("zone_id", HOSTED_ZONE) == zone.id:
                found.add(association.needed("vpc_id", VPC))
    return found


def _zone(world: World, zone: Attributes) -> Element:
    owner = {"OwningAccount": world.documents.account or "this account"}
    return {"HostedZoneId": zone.id, "Name": zone.values.get("name"), "Owner": owner}


def _records(world: World, zone: Attributes) -> Iterator[Element]:
    for record in world.managed("aws_route53_record"):
        if record.needed("zone_id", HOSTED_ZONE) != zone.id:
            continue
        name = record.values.get("fqdn") or record.sure("name") or ""
        apex = str(zone.values.get("name")).rstrip(".")
        whole = str(name).rstrip(".")
        if whole != apex and not whole.endswith(f".{apex}"):
            whole = f"{whole}.{apex}" if whole else apex
        element: Element = {"Name": whole, "Type": record.text("type")}
        for alias in record.blocks("alias"):
            element["AliasTarget"] = {"DNSName": _target(world, alias)}
        if record.text("type") == "CNAME" and "AliasTarget" not in element:
            element["ResourceRecords"] = [{"Value": each} for each in record.texts("records")]
        yield element


def _target(world: World, alias: Attributes) -> str:
    """The name that an alias leads to; that of an endpoint that is still to be made stands for it.

    Any other name that is not known yet is no endpoint's as far as anybody can tell.
    """
    if not alias.unknown.get("name"):
        return text(alias.values, "name") or ""
    endpoint_id = alias.needed("name", Kind(ENDPOINT.types, ("dns_entry",), ()))
    endpoints = {each.id: each for each in world.managed(*ENDPOINT.types)}
    if endpoint_id not in endpoints:
        raise UnknownError("alias[0].name")
    return endpoint_name(endpoints[endpoint_id])
