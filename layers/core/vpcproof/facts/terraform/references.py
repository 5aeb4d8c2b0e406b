"""What expressions refer to: the ids that resources will have, before they have them.

A plan tells of an expression only which objects it names. An unknown id is followed through them to
the resources it can be of; where more than one is left, nothing is said.
https://developer.hashicorp.com/terraform/internals/json-format#expression-representation
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from .plan import Index, Instance, Key, ModulePath, Plan, traversal


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of AWS resource by the Terraform types that are one.

    `carriers` are attributes of other types that hold the id of one, `of_vpc` those of a VPC that
    hold the id of one that comes with it.
    """

    types: tuple[str, ...]
    carriers: tuple[str, ...] = ()
    of_vpc: tuple[str, ...] = ()


VPC = Kind(("aws_vpc", "aws_default_vpc"), ("vpc_id",))
SUBNET = Kind(("aws_subnet", "aws_default_subnet"), ("subnet_id",))
ROUTE_TABLE = Kind(
    ("aws_route_table", "aws_default_route_table"),
    ("route_table_id",),
    ("main_route_table_id", "default_route_table_id"),
)
SECURITY_GROUP = Kind(
    ("aws_security_group", "aws_default_security_group"),
    ("security_group_id",),
    ("default_security_group_id",),
)
NETWORK_ACL = Kind(
    ("aws_network_acl", "aws_default_network_acl"),
    ("network_acl_id",),
    ("default_network_acl_id",),
)
ENDPOINT = Kind(("aws_vpc_endpoint",), ("vpc_endpoint_id",))
PREFIX_LIST = Kind(("aws_ec2_managed_prefix_list",), ("prefix_list_id",))
INTERNET_GATEWAY = Kind(("aws_internet_gateway",), ("internet_gateway_id",))
GATEWAY = Kind(("aws_internet_gateway", "aws_vpn_gateway"), ("gateway_id", "vpn_gateway_id"))
NAT_GATEWAY = Kind(("aws_nat_gateway",), ("nat_gateway_id",))
EGRESS_ONLY_GATEWAY = Kind(("aws_egress_only_internet_gateway",))
CARRIER_GATEWAY = Kind(("aws_ec2_carrier_gateway",))
NETWORK_INTERFACE = Kind(
    ("aws_network_interface",), ("primary_network_interface_id", "network_interface_id")
)
TRANSIT_GATEWAY = Kind(("aws_ec2_transit_gateway",), ("transit_gateway_id",))
TRANSIT_ATTACHMENT = Kind(
    (
        "aws_ec2_transit_gateway_vpc_attachment",
        "aws_ec2_transit_gateway_peering_attachment",
        "aws_vpn_connection",
    ),
    ("transit_gateway_attachment_id",),
)
TRANSIT_ROUTE_TABLE = Kind(
    ("aws_ec2_transit_gateway_route_table",), ("transit_gateway_route_table_id",)
)
PEERING = Kind(("aws_vpc_peering_connection",), ("vpc_peering_connection_id",))
DHCP_OPTIONS = Kind(("aws_vpc_dhcp_options", "aws_default_vpc_dhcp_options"), ("dhcp_options_id",))
HOSTED_ZONE = Kind(("aws_route53_zone",), ("zone_id",))
RESOLVER_RULE = Kind(("aws_route53_resolver_rule",), ("resolver_rule_id",))

OWN_ID = {None, "id", "arn", "zone_id"}
_NEVER_UNKNOWN = {"path", "terraform", "self", "count", "each"}


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an expression stands: its module, and the key and `for_each` that it may use."""

    module: ModulePath
    key: Key = None
    for_each: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """An instance that an expression names, and the attribute if it says which.

    `indirect` where the expression only could have named it: plans do not say what locals are.
    """

    instance: Instance
    attribute: str | None = None
    indirect: bool = False


class References:
    """Follows references of one plan, through variables and outputs of modules."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._root: Mapping[str, Any] = _mapping(plan.configuration.get("root_module"))
        self._following: set[tuple[Scope, str]] = set()

    def expressions_of(self, instance: Instance) -> Mapping[str, Any]:
        """The expressions of the resource that an instance is of, by attribute."""
        return _mapping(self.resource(instance).get("expressions"))

    def resource(self, instance: Instance) -> Mapping[str, Any]:
        """A resource as it is configured; nothing where the configuration has it no more."""
        module = tuple(name for name, _ in instance.module)
        return self._resources.get((module, instance.is_data, instance.type, instance.name), {})

    def scope_of(self, instance: Instance) -> Scope:
        """Where the expressions of an instance stand."""
        for_each = references_in(self.resource(instance).get("for_each_expression"))
        return Scope(instance.module, instance.key, for_each)

    def follow(self, names: Sequence[str], scope: Scope) -> tuple[Found, ...]:
        """Everything that an expression with these references names."""
        whole: list[Found] = []
        has_key = any(name.startswith(("each.", "count.")) for name in names)
        for name in _longest(names):
            part = self._once(scope, name, partial(self._follow_one, name, scope))
            whole += _with_key(part, scope.key) if has_key and scope.key is not None else part
        return tuple(whole)

    def visible(self, module: ModulePath) -> tuple[Found, ...]:
        """All that a local value of a module could be made of, other locals included."""
        return tuple(self._once(Scope(module), "local", partial(self._visible, module)))

    def _visible(self, module: ModulePath) -> Iterator[Found]:
        configured = self._module(module)
        found = [Found(instance) for instance in self._plan.in_module(module)]
        for name in _mapping(configured.get("module_calls")):
            found += self._outputs(module, name, None, None)
        for name in _mapping(configured.get("variables")) if module else ():
            found += self._variable(name, Scope(module))
        return _indirectly(found)

    def _once(self, scope: Scope, name: str, answer: Callable[[], Iterable[Found]]) -> list[Found]:
        """The answer, or nothing where it is being asked for already: references may circle."""
        if (scope, name) in self._following:
            return []
        self._following.add((scope, name))
        try:
            return [*answer()]
        finally:
            self._following.discard((scope, name))

    def _follow_one(self, name: str, scope: Scope) -> Iterable[Found]:
        match traversal(name):
            case ["var", str(name), *_]:
                return self._variable(name, scope)
            case ["local", *_]:
                return self.visible(scope.module)
            case ["module", str(name), Index(key), str(output), *_]:
                return self._outputs(scope.module, name, key, output)
            case ["module", str(name), str(output), *_]:
                return self._outputs(scope.module, name, None, output)
            case ["module", str(name), *_]:
                return self._outputs(scope.module, name, None, None)
            case ["each", "value", *_]:
                return self._of_for_each(scope)
            case ["data", str(kind), str(name), *rest]:
                return self._instances(scope.module, (True, kind, name), rest)
            case [str(kind), str(name), *rest] if kind not in _NEVER_UNKNOWN:
                return self._instances(scope.module, (False, kind, name), rest)
            case _:
                return ()

    def _of_for_each(self, scope: Scope) -> Iterable[Found]:
        part = self.follow(scope.for_each, Scope(scope.module, scope.key))
        return _with_key(part, scope.key) if scope.key is not None else part

    def _variable(self, name: str, scope: Scope) -> Iterable[Found]:
        """What the call of a module gives; variables of the root module are always known."""
        if not scope.module:
            return ()
        *around, (call_name, key) = scope.module
        parent = tuple(around)
        call = self._call(parent, call_name)
        expression = _mapping(call.get("expressions")).get(name)
        for_each = references_in(call.get("for_each_expression"))
        return self.follow(references_in(expression), Scope(parent, key, for_each))

    def _outputs(
        self, module: ModulePath, name: str, key: Key, output: str | None
    ) -> Iterator[Found]:
        """What one output of a called module is made of, or any; of one of its instances or all."""
        outputs = _mapping(_mapping(self._call(module, name).get("module")).get("outputs"))
        chosen = outputs if output is None else [output] if output in outputs else []
        for path in sorted(self._plan.module_paths, key=str):
            if path[:-1] != module or not path or path[-1][0] != name:
                continue
            if key is not None and path[-1][1] != key:
                continue
            for each in chosen:
                names = references_in(_mapping(outputs[each]).get("expression"))
                found = self.follow(names, Scope(path))
                yield from found if output else _indirectly(found)

    def _instances(
        self,
        module: ModulePath,
        resource: tuple[bool, str, str],
        rest: Sequence[str | Index],
    ) -> Iterator[Found]:
        key = rest[0].key if rest and isinstance(rest[0], Index) else None
        attribute = next((step for step in rest if isinstance(step, str)), None)
        for each in self._plan.in_module(module):
            is_named = each.resource[1:] == resource
            if is_named and (key is None or each.key == key):
                yield Found(each, attribute)

    def _module(self, path: ModulePath) -> Mapping[str, Any]:
        module = self._root
        for name, _ in path:
            module = _mapping(
                _mapping(_mapping(module.get("module_calls")).get(name)).get("module")
            )
        return module

    def _call(self, module: ModulePath, name: str) -> Mapping[str, Any]:
        return _mapping(_mapping(self._module(module).get("module_calls")).get(name))

    @cached_property
    def _resources(self) -> Mapping[tuple[tuple[str, ...], bool, str, str], Mapping[str, Any]]:
        return dict(_resources(self._root, ()))


def references_in(expression: object) -> tuple[str, ...]:
    """The references of an expression, and of the blocks where it is a block."""
    return tuple(_references(expression))


def _references(expression: object) -> Iterator[str]:
    if isinstance(expression, list):
        for each in expression:
            yield from _references(each)
    elif isinstance(expression, Mapping):
        names = expression.get("references")
        if isinstance(names, list):
            yield from (name for name in names if isinstance(name, str))
        else:
            for each in expression.values():
                yield from _references(each)


def _longest(names: Sequence[str]) -> Iterator[str]:
    """The references without the forms that follow each, shorter by one step every time."""
    last: tuple[str | Index, ...] = ()
    for name in names:
        steps = traversal(name)
        if not last or steps != last[:-1]:
            yield name
        last = steps


def _with_key(part: Iterable[Found], key: Key) -> list[Found]:
    """Of the instances of each resource the one with the same key, where there is one."""
    named = [*part]
    matching = {each.instance.resource for each in named if each.instance.key == key}
    return [
        each
        for each in named
        if each.indirect or each.instance.key == key or each.instance.resource not in matching
    ]


def _indirectly(found: Iterable[Found]) -> Iterator[Found]:
    return (Found(each.instance, each.attribute, indirect=True) for each in found)


def _resources(
    module: Mapping[str, Any], path: tuple[str, ...]
) -> Iterator[tuple[tuple[tuple[str, ...], bool, str, str], Mapping[str, Any]]]:
    resources = module.get("resources")
    for each in resources if isinstance(resources, list) else ():
        told = _mapping(each)
        is_data = told.get("mode") == "data"
        yield (path, is_data, str(told.get("type")), str(told.get("name"))), told
    for name, call in _mapping(module.get("module_calls")).items():
        yield from _resources(_mapping(_mapping(call).get("module")), (*path, name))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
