"""Ids of planned resources: AWS's own where it has given one, else what stands for it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from .plan import Instance, Plan
from .references import OWN_ID, VPC, Found, Kind, References, references_in

# Route targets are told apart by how AWS's ids begin, so what stands for an id begins likewise.
_BEGINNINGS = {
    "aws_internet_gateway": "igw-",
    "aws_vpn_gateway": "vgw-",
    "aws_nat_gateway": "nat-",
    "aws_egress_only_internet_gateway": "eigw-",
    "aws_ec2_carrier_gateway": "cagw-",
    "aws_ec2_transit_gateway": "tgw-",
    "aws_vpc_peering_connection": "pcx-",
    "aws_network_interface": "eni-",
    "aws_instance": "i-",
}

# What every VPC comes with: the resource that adopts it, the attributes of the VPC and of the
# resource that hold its id, and what it is called where it has none yet.
_DEFAULTS = {
    "aws_default_route_table": (
        ("main_route_table_id", "default_route_table_id"),
        "default_route_table_id",
        "main route table of ",
    ),
    "aws_default_security_group": (
        ("default_security_group_id",),
        "id",
        "default security group of ",
    ),
    "aws_default_network_acl": (
        ("default_network_acl_id",),
        "default_network_acl_id",
        "default network ACL of ",
    ),
}


class Identities:
    """The ids of a plan's resources, and the ids that its expressions will turn out to be."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.references = References(plan)

    def id_of(self, instance: Instance) -> str:
        """AWS's id, or the address of the resource, behind what ids of its kind begin with."""
        if instance.type in _DEFAULTS:
            return self._id_of_default(instance)
        if instance.known_id is not None:
            return instance.known_id
        return _BEGINNINGS.get(instance.type, "") + instance.address

    def default_of(self, vpc: Instance, adopted_by: str) -> str:
        """The id of the main table, default group or default ACL that a VPC comes with."""
        attributes, _, name = _DEFAULTS[adopted_by]
        for attribute in attributes:
            known = vpc.values.get(attribute)
            if isinstance(known, str) and known:
                return known
        return name + self.id_of(vpc)

    def ids_in(self, expression: object, instance: Instance, kind: Kind) -> tuple[str, ...] | None:
        """The ids of a kind that an unknown expression names; None where that is not certain.

        Without expression, as of blocks whose expressions plans do not tell, it may be any id that
        the module can see.
        """
        names = references_in(expression)
        if names:
            found = self.references.follow(names, self.references.scope_of(instance))
        else:
            found = self.references.visible(instance.module)
        direct: set[str] = set()
        indirect: dict[str, object] = {}
        for each in found:
            ids = () if each.instance is instance else self._ids_of(each, kind)
            if ids is None:
                return None
            if not each.indirect:
                direct.update(ids)
            elif each.instance.known_id is None:
                indirect.update(dict.fromkeys(ids, each.instance.resource))
        # What could have been named is certain only where there is no choice.
        if indirect.keys() - direct and len({*indirect.values()}) > 1:
            return None
        return tuple(sorted(direct | indirect.keys()))

    def _ids_of(self, found: Found, kind: Kind) -> tuple[str, ...] | None:
        """The ids that one named object is or holds, none where it is about something else.

        None where it holds one that cannot be known.
        """
        instance, attribute = found.instance, found.attribute
        if instance.is_data:
            return _ids_of_data(instance, attribute, kind)
        if instance.type in kind.types:
            names = {*OWN_ID, *kind.carriers, *kind.of_vpc}
            return (self.id_of(instance),) if attribute in names else ()
        if attribute in kind.of_vpc and instance.type in VPC.types:
            return (self._of_vpc(instance, str(attribute)),)
        if attribute is None:
            carriers = () if found.indirect else kind.carriers
        else:
            carriers = (attribute,) if attribute in kind.carriers else ()
        for name in carriers:
            known = instance.values.get(name)
            if isinstance(known, str) and known:
                return (known,)
            if instance.unknown.get(name) is True:
                expression = self.references.expressions_of(instance).get(name)
                return self.ids_in(expression, instance, kind) if expression else None
        return ()

    def _of_vpc(self, vpc: Instance, attribute: str) -> str:
        adopted_by = next(
            type_name for type_name, (names, _, _) in _DEFAULTS.items() if attribute in names
        )
        return self.default_of(vpc, adopted_by)

    def _id_of_default(self, instance: Instance) -> str:
        _, own, name = _DEFAULTS[instance.type]
        known = instance.values.get(own) or instance.known_id
        if isinstance(known, str) and known:
            return known
        vpc = next(self._vpcs_of(instance, own), None)
        return self.default_of(vpc, instance.type) if vpc else name + instance.address

    def _vpcs_of(self, instance: Instance, attribute: str) -> Iterator[Instance]:
        """The VPC whose default it adopts, by whichever attribute says so."""
        expressions = self.references.expressions_of(instance)
        names = references_in(expressions.get(attribute)) + references_in(expressions.get("vpc_id"))
        scope = self.references.scope_of(instance)
        for found in self.references.follow(names, scope):
            if found.instance.type in VPC.types:
                yield found.instance

    @cached_property
    def gone(self) -> frozenset[str]:
        """Ids that will be of nothing any more."""
        kept = {each.known_id for each in self._plan.instances}
        were = {str(each.before.get("id")) for each in self._plan.removed}
        return frozenset(were - {str(each) for each in kept})


def _ids_of_data(source: Instance, attribute: str | None, kind: Kind) -> tuple[str, ...] | None:
    """The ids that a data source gave; None where it is read only while the plan is applied."""
    if source.type in kind.types and attribute in OWN_ID:
        return (source.known_id,) if source.known_id else None
    is_list = attribute == "ids" and source.type.removesuffix("s") in kind.types
    if not is_list and attribute not in kind.carriers:
        return ()
    held = source.values.get(str(attribute))
    listed = held if isinstance(held, list) else [held]
    return tuple(map(str, listed)) if all(isinstance(each, str) for each in listed) else None
