"""Plans in a few words, told as `terraform show -json` tells them, and their configuration in HCL.

    told = Telling(region="eu-west-1")
    told.add("aws_vpc", "main", cidr_block="10.0.0.0/16")
    told.add("aws_subnet", "app", keys=["a", "b"], vpc_id=E("aws_vpc.main.id"),
             cidr_block=E("each.value", {"a": "10.0.1.0/24", "b": "10.0.2.0/24"}))

What the provider fills in itself is unknown, as it is before apply; a resource of `existing` has an
id and was there before. The references of an expression are found in its text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

UNKNOWN = object()

# What the provider computes where the configuration leaves it open.
COMPUTED: Mapping[str, Sequence[str]] = {
    "aws_vpc": (
        "cidr_block default_network_acl_id default_route_table_id default_security_group_id "
        "dhcp_options_id enable_network_address_usage_metrics ipv6_association_id ipv6_cidr_block "
        "ipv6_cidr_block_network_border_group main_route_table_id owner_id enable_dns_hostnames"
    ).split(),
    "aws_subnet": (
        "availability_zone availability_zone_id cidr_block ipv6_cidr_block_association_id owner_id "
        "private_dns_hostname_type_on_launch"
    ).split(),
    "aws_route_table": "owner_id propagating_vgws route".split(),
    "aws_default_route_table": "owner_id route vpc_id".split(),
    "aws_route": "instance_id instance_owner_id network_interface_id origin state".split(),
    "aws_security_group": "egress ingress name_prefix owner_id".split(),
    "aws_default_security_group": ("description egress ingress name name_prefix owner_id").split(),
    "aws_network_acl": "egress ingress owner_id subnet_ids".split(),
    "aws_default_network_acl": "owner_id vpc_id".split(),
    "aws_vpc_endpoint": (
        "cidr_blocks dns_entry dns_options ip_address_type network_interface_ids owner_id policy "
        "prefix_list_id private_dns_enabled requester_managed route_table_ids security_group_ids "
        "service_region state subnet_configuration subnet_ids"
    ).split(),
    "aws_internet_gateway": ["owner_id"],
    "aws_nat_gateway": (
        "association_id network_interface_id private_ip public_ip secondary_private_ip_addresses"
    ).split(),
    "aws_instance": (
        "associate_public_ip_address availability_zone private_ip primary_network_interface_id "
        "public_ip security_groups subnet_id vpc_security_group_ids"
    ).split(),
    "aws_network_interface": "private_ip private_ips security_groups owner_id".split(),
    "aws_ec2_transit_gateway": (
        "association_default_route_table_id owner_id propagation_default_route_table_id"
    ).split(),
    "aws_vpc_peering_connection": "accept_status peer_owner_id peer_region".split(),
    "aws_ec2_managed_prefix_list": "entry owner_id version".split(),
    "aws_route53_zone": "name_servers primary_name_server zone_id".split(),
    "aws_route53_record": ["fqdn"],
    "aws_security_group_rule": ["source_security_group_id", "security_group_rule_id"],
    "aws_vpc_security_group_ingress_rule": ["security_group_rule_id"],
    "aws_vpc_security_group_egress_rule": ["security_group_rule_id"],
    "aws_ec2_instance_connect_endpoint": (
        "availability_zone dns_name network_interface_ids owner_id security_group_ids vpc_id"
    ).split(),
}

# Defaults that the provider knows while it plans.
DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "aws_vpc": {
        "assign_generated_ipv6_cidr_block": None,
        "enable_dns_support": True,
        "instance_tenancy": "default",
    },
    "aws_subnet": {"ipv6_cidr_block": None, "map_public_ip_on_launch": False},
    "aws_security_group": {"description": "Managed by Terraform", "revoke_rules_on_delete": False},
    "aws_vpc_endpoint": {"auto_accept": None, "vpc_endpoint_type": "Gateway"},
    "aws_nat_gateway": {"connectivity_type": "public"},
    "aws_security_group_rule": {"self": False},
    "aws_network_acl_rule": {"egress": False},
    "aws_ec2_transit_gateway": {
        "default_route_table_association": "enable",
        "default_route_table_propagation": "enable",
    },
    "aws_ec2_transit_gateway_vpc_attachment": {
        "transit_gateway_default_route_table_association": True,
        "transit_gateway_default_route_table_propagation": True,
    },
}

# Blocks that the provider declares as attributes: plans tell no expressions of them.
ATTRIBUTES_AS_BLOCKS = {"ingress", "egress", "route", "entry"}

_INNER_NAMES = re.compile(
    r'(?:data\.)?[a-z_][\w-]*(?:\.[a-z_][\w-]*|\[(?:\d+|"[^"]*")\])+', re.ASCII
)


@dataclass(frozen=True)
class E:
    """An expression in HCL, and what it is worth: unknown, one value, or one for each key."""

    hcl: str
    value: Any = UNKNOWN

    def worth(self, key: Any) -> Any:
        return self.value[key] if isinstance(self.value, dict) else self.value

    @property
    def references(self) -> list[str]:
        """As Terraform lists them: each reference, then every shorter form of it."""
        bare = re.sub(r'(?<!\[)"[^"$]*"', "", self.hcl)
        return [form for name in _INNER_NAMES.findall(bare) for form in _forms(name)]


def _forms(name: str) -> Iterator[str]:
    steps = re.findall(r'\["[^"]*"\]|\[\d+\]|\.?[\w-]+', name)
    subject = 3 if steps[0] in {"data", "module"} and len(steps) > 2 else 2
    if steps[0] in {"var", "local", "each", "count"}:
        subject = 2
    for end in range(len(steps), subject - 1, -1):
        yield "".join(steps[:end])
    if steps[0] == "module" and subject == 3:
        yield "".join(steps[:2])


@dataclass
class Resource:
    module: tuple[str, ...]
    type: str
    name: str
    keys: Sequence[Any] | None
    attributes: Mapping[str, Any]
    existing: Mapping[str, Any] | None
    is_data: bool
    actions: tuple[str, ...]
    before: Mapping[str, Any] | None
    for_each: str | None
    provider: str

    @property
    def in_file(self) -> bool:
        """Whether the configuration still has it."""
        return self.actions != ("delete",)


@dataclass
class Telling:
    """A configuration with the plan that Terraform makes of it."""

    region: str | None = "eu-west-1"
    resources: list[Resource] = field(default_factory=list)
    calls: dict[tuple[str, ...], dict[str, E]] = field(default_factory=dict)
    outputs: dict[tuple[str, ...], dict[str, E]] = field(default_factory=dict)
    providers: dict[str, str] = field(default_factory=dict)

    def add(  # noqa: PLR0913 - one word for each thing a resource has
        self,
        type: str,  # noqa: A002
        name: str,
        /,
        *,
        module: Sequence[str] = (),
        keys: Sequence[Any] | None = None,
        existing: Mapping[str, Any] | None = None,
        data: bool = False,
        actions: Sequence[str] = (),
        before: Mapping[str, Any] | None = None,
        for_each: str | None = None,
        provider: str = "aws",
        **attributes: Any,
    ) -> Telling:
        default = ("no-op",) if existing is not None else ("create",)
        self.resources.append(
            Resource(
                tuple(module),
                type,
                name,
                keys,
                attributes,
                existing,
                data,
                tuple(actions) or default,
                before,
                for_each,
                provider,
            )
        )
        return self

    def call(self, *path: str, **arguments: E) -> Telling:
        """A module, called once, with its variables."""
        self.calls[tuple(path)] = arguments
        return self

    def output(self, *path: str, **outputs: E) -> Telling:
        self.outputs.setdefault(tuple(path), {}).update(outputs)
        return self

    # The plan

    def plan(self) -> dict[str, Any]:
        instances = [each for resource in self.resources for each in _instances(resource)]
        stays = [each for each in instances if each["change"]["actions"] != ["delete"]]
        planned = [each for each in stays if each["mode"] == "managed"]
        return {
            "format_version": "1.2",
            "terraform_version": "1.9.8",
            "planned_values": {"root_module": self._values(planned, ())},
            "resource_changes": [
                {k: v for k, v in each.items() if k not in {"values", "path"}}
                for each in instances
                if each["mode"] == "managed"
            ],
            "prior_state": {
                "format_version": "1.0",
                "terraform_version": "1.9.8",
                "values": {
                    "root_module": self._values([e for e in stays if e["mode"] == "data"], ())
                },
            },
            "configuration": {
                "provider_config": self._providers(),
                "root_module": self._configured(()),
            },
            "timestamp": "2026-06-01T12:00:00Z",
            "applyable": True,
            "complete": True,
            "errored": False,
        }

    def _values(self, instances: list[dict[str, Any]], path: tuple[str, ...]) -> dict[str, Any]:
        told: dict[str, Any] = {}
        here = [_planned(each) for each in instances if each["path"] == path]
        if here:
            told["resources"] = here
        inner = sorted(
            {e["path"][: len(path) + 1] for e in instances if len(e["path"]) > len(path)}
        )
        children = [
            {
                "address": ".".join(f"module.{name}" for name in each),
                **self._values(instances, each),
            }
            for each in inner
            if each[: len(path)] == path
        ]
        return told | ({"child_modules": children} if children else {})

    def _configured(self, path: tuple[str, ...]) -> dict[str, Any]:
        told: dict[str, Any] = {}
        here = [
            _configured(each) for each in self.resources if each.module == path and each.in_file
        ]
        if here:
            told["resources"] = here
        if path in self.outputs:
            told["outputs"] = {
                name: {"expression": {"references": expression.references}}
                for name, expression in self.outputs[path].items()
            }
        if self.calls.get(path):
            told["variables"] = {name: {} for name in self.calls[path]}
        calls = {
            each[-1]: {
                "source": f"./modules/{each[-1]}",
                "expressions": {n: _expression(v) for n, v in arguments.items()},
                "module": self._configured(each),
            }
            for each, arguments in self.calls.items()
            if each[:-1] == path
        }
        return told | ({"module_calls": calls} if calls else {})

    def _providers(self) -> dict[str, Any]:
        told: dict[str, Any] = {"aws": _provider(self.region)}
        for alias, region in self.providers.items():
            told[f"aws.{alias}"] = _provider(region) | {"alias": alias}
        return told

    # The configuration

    def hcl(self, path: tuple[str, ...] = ()) -> str:
        """The source of the root module, or of a module that it calls."""
        parts = [] if path else [*self._provider_blocks()]
        parts += [f'variable "{name}" {{}}\n' for name in self.calls.get(path, {})]
        parts += [
            _hcl_resource(each) for each in self.resources if each.module == path and each.in_file
        ]
        for each, arguments in self.calls.items():
            if each[:-1] == path:
                lines = [f'  source = "./modules/{each[-1]}"']
                lines += [f"  {name} = {_hcl(value)}" for name, value in arguments.items()]
                parts.append(f'module "{each[-1]}" {{\n' + "\n".join(lines) + "\n}\n")
        parts += [
            f'output "{name}" {{\n  value = {expression.hcl}\n}}\n'
            for name, expression in self.outputs.get(path, {}).items()
        ]
        return "\n".join(parts)

    def _provider_blocks(self) -> Iterator[str]:
        for alias, region in ((None, self.region), *self.providers.items()):
            lines = [f'  region = "{region}"'] if region else []
            lines += [f'  alias = "{alias}"'] if alias else []
            yield 'provider "aws" {\n' + "\n".join(lines) + "\n}\n"


def _provider(region: str | None) -> dict[str, Any]:
    told = {"name": "aws", "full_name": "registry.terraform.io/hashicorp/aws"}
    if region is None:
        return told
    return told | {"expressions": {"region": {"constant_value": region}}}


def _instances(resource: Resource) -> Iterator[dict[str, Any]]:
    for key in [None] if resource.keys is None else resource.keys:
        index = "" if key is None else f"[{json.dumps(key)}]"
        prefix = "".join(f"module.{name}." for name in resource.module)
        data = "data." if resource.is_data else ""
        address = f"{prefix}{data}{resource.type}.{resource.name}{index}"
        values, unknown = _after(resource, key)
        is_deleted = resource.actions == ("delete",)
        told = {
            "address": address,
            "mode": "data" if resource.is_data else "managed",
            "type": resource.type,
            "name": resource.name,
            "provider_name": "registry.terraform.io/hashicorp/aws",
            "path": resource.module,
            "values": values,
            "change": {
                "actions": [*resource.actions],
                "before": _before(resource, values, is_deleted=is_deleted),
                "after": None if is_deleted else values,
                "after_unknown": {} if is_deleted else unknown,
                "before_sensitive": {},
                "after_sensitive": {},
            },
        }
        if resource.module:
            told["module_address"] = prefix.removesuffix(".")
        yield told | ({} if key is None else {"index": key})


def _before(resource: Resource, values: Mapping[str, Any], *, is_deleted: bool) -> Any:
    if resource.before is not None or resource.actions == ("create",):
        return resource.before
    return values


def _after(resource: Resource, key: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    values: dict[str, Any] = dict(DEFAULTS.get(resource.type, {}))
    unknown: dict[str, Any] = {}
    if resource.existing is not None or resource.is_data:
        known = resource.existing or {}
        values |= {n: each[key] if isinstance(each, _ByKey) else each for n, each in known.items()}
    else:
        for name in ("id", "arn", *COMPUTED.get(resource.type, ())):
            unknown[name] = True
    for name, given in resource.attributes.items():
        unknown.pop(name, None)
        value, open_part = _evaluated(given, key)
        if open_part is not True:
            values[name] = value
        if open_part:
            unknown[name] = open_part
        else:
            unknown.pop(name, None)
    return values, unknown


class _ByKey(dict):
    """A known value for each key of a resource that exists."""


def by_key(**values: Any) -> dict[str, Any]:
    return _ByKey(values)


def _evaluated(given: Any, key: Any) -> tuple[Any, Any]:
    """The known part of a value, and the shape of what is unknown in it."""
    if isinstance(given, E):
        worth = given.worth(key)
        return (None, True) if worth is UNKNOWN else (worth, False)
    if isinstance(given, list) and any(isinstance(each, E) for each in given):
        # A set that holds an unknown element is unknown as a whole.
        worths = [_evaluated(each, key) for each in given]
        return (None, True) if any(o for _, o in worths) else ([w for w, _ in worths], False)
    if isinstance(given, list):
        parts = [_evaluated(each, key) for each in given]
        return [value for value, _ in parts], [o or {} for _, o in parts] if any(
            o for _, o in parts
        ) else False
    if isinstance(given, dict):
        parts = {name: _evaluated(each, key) for name, each in given.items()}
        known = {name: value for name, (value, o) in parts.items() if o is not True}
        return known, {name: o for name, (_, o) in parts.items() if o} or False
    return given, False


def _planned(told: Mapping[str, Any]) -> dict[str, Any]:
    names = ("address", "mode", "type", "name", "index", "provider_name", "values")
    return {name: told[name] for name in names if name in told} | {
        "schema_version": 1,
        "sensitive_values": {},
    }


def _configured(resource: Resource) -> dict[str, Any]:
    told: dict[str, Any] = {
        "address": f"{'data.' if resource.is_data else ''}{resource.type}.{resource.name}",
        "mode": "data" if resource.is_data else "managed",
        "type": resource.type,
        "name": resource.name,
        "provider_config_key": resource.provider,
        "expressions": {
            name: _expression(value)
            for name, value in resource.attributes.items()
            if not (name in ATTRIBUTES_AS_BLOCKS and isinstance(value, list))
        },
        "schema_version": 1,
    }
    if resource.for_each is not None:
        told["for_each_expression"] = {"references": E(resource.for_each).references}
    elif resource.keys is not None:
        told["count_expression"] = {"constant_value": len(resource.keys)}
    return told


def _expression(value: Any) -> Any:
    if isinstance(value, E):
        return {"references": value.references}
    if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        return [{name: _expression(v) for name, v in each.items()} for each in value]
    found = (
        [name for each in value if isinstance(each, E) for name in each.references]
        if isinstance(value, list)
        else []
    )
    return {"references": found} if found else {"constant_value": value}


def _hcl_resource(resource: Resource) -> str:
    word = "data" if resource.is_data else "resource"
    lines = [f'{word} "{resource.type}" "{resource.name}" {{']
    if resource.for_each is not None:
        lines.append(f"  for_each = {resource.for_each}")
    elif resource.keys is not None:
        lines.append(f"  count = {len(resource.keys)}")
    if resource.provider != "aws":
        lines.append(f"  provider = {resource.provider}")
    for name, value in resource.attributes.items():
        if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
            for block in value:
                inner = "\n".join(f"    {n} = {_hcl(v)}" for n, v in block.items())
                lines.append(f"  {name} {{\n{inner}\n  }}")
        else:
            lines.append(f"  {name} = {_hcl(value)}")
    return "\n".join([*lines, "}"]) + "\n"


def _hcl(value: Any) -> str:
    if isinstance(value, E):
        return value.hcl
    if isinstance(value, list):
        return "[" + ", ".join(map(_hcl, value)) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {_hcl(each)}" for name, each in value.items()) + " }"
    return json.dumps(value)
