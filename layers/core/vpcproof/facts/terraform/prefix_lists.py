"""Prefix lists: those the plan manages, those it looked up, and AWS's own that nobody listed."""

from __future__ import annotations

from collections.abc import Iterable

from ...model.facts import NO_FILE, Fact, Gap
from .attributes import Attributes, UnknownError
from .endpoints import prefix_list_of
from .references import ENDPOINT, PREFIX_LIST, Kind
from .world import Element, World

# A rule may name the list of an endpoint, which is AWS's list of the service.
_OF_RULE = Kind((*PREFIX_LIST.types, *ENDPOINT.types), PREFIX_LIST.carriers)


def tell_prefix_lists(world: World) -> None:
    """Every list with its entries; those of AWS's own lists are in few plans."""
    world.tell("PrefixLists", [_of_service(world, each) for each in _gateway_endpoints(world)])
    for looked_up in world.read("aws_prefix_list"):
        if looked_up.instance.known_id:
            cidrs = looked_up.values.get("cidr_blocks")
            world.tell("PrefixLists", [_list(looked_up, "AWS") | {"Cidrs": cidrs}])
    for looked_up in world.read("aws_ec2_managed_prefix_list"):
        if looked_up.instance.known_id:
            owner = looked_up.values.get("owner_id")
            entries = looked_up.values.get("entries") or ()
            cidrs = [{"Cidr": each.get("cidr")} for each in entries]
            world.tell("PrefixLists", [_list(looked_up, owner) | {"Entries": cidrs}])
    for managed in world.managed(*PREFIX_LIST.types):
        owner = managed.values.get("owner_id") or world.documents.account
        element = _list(managed, owner or "this account")
        with world.known(Fact.PREFIX_LISTS, managed, vpc_id=None):
            element["Entries"] = [{"Cidr": cidr} for cidr in _entries(world, managed)]
        world.tell("PrefixLists", [element])
    world.documents.gaps.append(Gap(fact=Fact.PREFIX_LISTS, reason=NO_FILE))


def prefix_lists_named(world: World, rule: Attributes, name: str) -> Iterable[str]:
    """The lists that a rule names; the unknown one of an endpoint is AWS's list of its service."""
    is_list = name.endswith("s")
    ids = rule.many(name, _OF_RULE) if is_list else (rule.one(name, _OF_RULE),)
    endpoints = {each.id: each for each in world.managed(*ENDPOINT.types)}
    return [prefix_list_of(world, endpoints[e]) if e in endpoints else e for e in ids if e]


def _gateway_endpoints(world: World) -> list[Attributes]:
    return [
        endpoint
        for endpoint in world.managed(*ENDPOINT.types)
        if endpoint.values.get("vpc_endpoint_type") in (None, "Gateway")
        and isinstance(endpoint.values.get("service_name"), str)
    ]


def _of_service(world: World, endpoint: Attributes) -> Element:
    """AWS's list of the service of a gateway endpoint; one in the state shows its addresses."""
    return {
        "PrefixListId": prefix_list_of(world, endpoint),
        "PrefixListName": endpoint.values["service_name"],
        "OwnerId": "AWS",
        "Cidrs": endpoint.values.get("cidr_blocks") or None,
    }


def _list(attributes: Attributes, owner: object) -> Element:
    return {
        "PrefixListId": attributes.id,
        "PrefixListName": attributes.values.get("name"),
        "OwnerId": owner,
    }


def _entries(world: World, managed: Attributes) -> Iterable[str]:
    going = {
        str(each.before.get("cidr"))
        for each in world.plan.removed
        if each.type == "aws_ec2_managed_prefix_list_entry"
        and each.before.get("prefix_list_id") == managed.id
    }
    found = {str(entry.sure("cidr")) for entry in managed.blocks("entry")} - going
    for entry in world.managed("aws_ec2_managed_prefix_list_entry"):
        if entry.needed("prefix_list_id", PREFIX_LIST) == managed.id:
            cidr = entry.sure("cidr")
            if cidr is None:
                raise UnknownError("cidr")
            found.add(cidr)
    return sorted(found)
