"""All that ties the lab's EC2 to moto: the one file that knows moto's internal names.

`_MotoNetwork` shows moto's EC2 to the behaviours as a `Network`; `install` puts the behaviours in
moto's way; `RELIED_ON` lists the internal names of moto's that either uses.
"""

# ruff: noqa: ANN401, SLF001 - moto is untyped here, and its private parts are corrected

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from functools import wraps
from inspect import signature
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from itertools import chain
from secrets import token_hex
from typing import Any

from moto.core.responses import ActionResult
from moto.core.serialize import BaseJSONSerializer, XFormedAttributePicker
from moto.core.utils import camelcase_to_underscores, get_service_model, utcnow
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import EC2Backend, ec2_backends
from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ec2.models.internet_gateways import InternetGateway
from moto.ec2.models.route_tables import Route
from moto.ec2.models.security_groups import SecurityGroup as MotoSecurityGroup
from moto.ec2.models.security_groups import SecurityGroupRule
from moto.ec2.models.subnets import Subnet as MotoSubnet
from moto.ec2.responses import EC2Response

from lab.ec2 import api, changes, errors, faults, network_interfaces, pagination, prefix_lists
from lab.ec2.endpoint import Endpoint, document
from lab.ec2.errors import AwsError
from lab.ec2.network import (
    Address,
    Addresses,
    Network,
    Params,
    PrefixList,
    RouteTable,
    SecurityGroup,
    ServiceInterface,
    Subnet,
    Vpc,
    Zone,
)
from lab.ec2.resource_types import RESOURCE_TYPES
from lab.ec2.service_catalogue import GATEWAY_LOAD_BALANCER, INTERFACE, Service

RELIED_ON: Mapping[str, tuple[str, ...]] = {
    "backend": (
        *("account_id", "region_name", "tags", "create_tags", "describe_availability_zones"),
        *("vpcs", "create_vpc", "vpc_end_points", "create_vpc_endpoint", "configurations"),
        *("subnets", "get_subnet", "groups", "get_security_group_from_id"),
        *("get_default_security_group", "authorize_security_group_ingress"),
        *("enis", "create_network_interface", "delete_network_interface"),
        *("route_tables", "create_route", "network_acls", "internet_gateways", "vpc_pcxs"),
        *("nat_gateways", "create_nat_gateway", "delete_nat_gateway", "transit_gateways"),
        "terminate_instances",
        *("dhcp_options_sets", "managed_prefix_lists", "create_default_pls"),
        "_create_aws_managed_prefix_list",
    ),
    "response": (
        *("call_action", "serialized", "_get_action", "params", "current_account", "region"),
        *("ec2_backend", "RESPONSE_KEY_PATH_TO_TRANSFORMER", "automated_parameter_parsing"),
        *("error_on_dryrun", "_process_rules_from_querystring"),
    ),
    "vpc": ("id", "enable_dns_support", "enable_dns_hostnames"),
    "subnet": (
        *("id", "vpc_id", "cidr", "ipv6_native", "ipv6_cidr_block_associations"),
        *("availability_zone", "availability_zone_id", "request_ip", "del_subnet_ip"),
        *("cidr_block", "_subnet_ips"),
    ),
    "security_group": (
        *("id", "name", "vpc_id", "ingress_rules", "egress_rules", "_flattened_rules"),
    ),
    "security_group_rule": (
        *("source_group", "ip_range", "prefix_list_id", "description", "owner_id"),
        *("ip_protocol", "from_port", "to_port"),
    ),
    "network_interface": (
        *("id", "subnet", "interface_type", "description", "requester_managed", "requester_id"),
        *("status", "private_ip_address", "private_ip_addresses", "ipv6_addresses", "_group_set"),
        *("group_set", "instance", "attachment_id", "attach_time", "device_index"),
    ),
    "route_table": ("id", "vpc_id", "routes", "_routes", "ec2_backend"),
    "route": (
        *("id", "destination_prefix_list_id", "gateway_id", "state", "route_table"),
        *("gateway", "nat_gateway", "interface", "vpc_pcx"),
    ),
    "prefix_list": ("id", "prefix_list_name", "owner_id", "entries"),
    "nat_gateway": ("id", "_eni", "address_set", "state"),
    "peering_connection": ("_status",),
    "internet_gateway": ("vpc",),
    "zone": ("name", "zone_id"),
    "instance": ("nics",),
    "endpoint_service": (
        *("id", "service_name", "base_endpoint_dns_names", "private_dns_name"),
        *("acceptance_required", "availability_zones", "gateway_load_balancer_arns"),
    ),
}
"""Internal names by the kind of moto object that has them; the contract test asks for each."""

AMAZON = "amazon-aws"
LAUNCHED_WITH = "Primary network interface"


_ABSENT = object()
_REPLACED: list[tuple[type, str, Any]] = []


def install() -> None:
    """Correct moto's EC2 in this process, before its first call; once is enough."""
    if _REPLACED:
        return
    for action, answer in api.ACTIONS.items():
        _put(EC2Response, camelcase_to_underscores(action), _answered_by(answer))
    for action in api.REFUSALS.keys() | api.CONSEQUENCES.keys():
        method = camelcase_to_underscores(action)
        _put(EC2Response, method, _surrounded(action, getattr(EC2Response, method)))
    for direction in ("ingress", "egress"):
        method = f"authorize_security_group_{direction}"
        _put(EC2Response, method, _authorized_by(method))
    _replace(EC2Response, "call_action", _observed_call)
    _replace(EC2Response, "serialized", _serialized_page)
    _replace(EC2Backend, "create_vpc", _create_vpc)
    _replace(EC2Backend, "create_vpc_endpoint", _create_vpc_endpoint)
    _replace(EC2Backend, "create_network_interface", _create_network_interface)
    _replace(EC2Backend, "delete_network_interface", _delete_network_interface)
    _replace(EC2Backend, "create_nat_gateway", _create_nat_gateway)
    _replace(EC2Backend, "delete_nat_gateway", _delete_nat_gateway)
    _replace(EC2Backend, "terminate_instances", _terminate_instances)
    _replace(EC2Backend, "create_default_pls", _create_default_pls)
    _replace(SecurityGroupRule, "__init__", _describe_rule)
    _replace(MotoSecurityGroup, "_flattened_rules", _flattened_rules)
    _replace(SecurityGroupRule, "__eq__", _is_same_rule)
    _put(SecurityGroupRule, "description", property(_rule_description))
    _put(SecurityGroupRule, "group_owner_id", property(lambda rule: rule.owner_id))
    _put(Route, "state", property(_route_state))


def uninstall() -> None:
    """Leave moto as it was before `install`."""
    while _REPLACED:
        holder, name, original = _REPLACED.pop()
        if original is _ABSENT:
            delattr(holder, name)
        else:
            setattr(holder, name, original)


def _put(holder: type, name: str, replacement: Any) -> None:
    _REPLACED.append((holder, name, vars(holder).get(name, _ABSENT)))
    setattr(holder, name, replacement)


def inventory(account_id: str, region: str) -> changes.Inventory:
    """Every resource of an account in a Region, by type and id, as the AWS CLI prints it."""
    backend = ec2_backends[account_id][region]
    found: changes.Inventory = {}
    for resource_type, description in RESOURCE_TYPES.items():
        held = list(_HELD[resource_type](backend))
        for shown in _documents(description.operation, description.member, held):
            found[resource_type, shown[description.id_member]] = shown
    return found


@dataclass(frozen=True)
class _MotoNetwork:
    """moto's EC2 of one account and Region, seen as a `Network`."""

    backend: EC2Backend

    @property
    def account_id(self) -> str:
        return str(self.backend.account_id)

    @property
    def region(self) -> str:
        return str(self.backend.region_name)

    @property
    def zones(self) -> tuple[Zone, ...]:
        zones = self.backend.describe_availability_zones()
        return tuple(Zone(zone.name, zone.zone_id) for zone in zones)

    @property
    def endpoints(self) -> MutableMapping[str, Endpoint]:
        held: MutableMapping[str, Endpoint] = self.backend.vpc_end_points
        return held

    @property
    def prefix_lists(self) -> tuple[PrefixList, ...]:
        return tuple(map(_prefix_list, self.backend.managed_prefix_lists.values()))

    @property
    def own_services(self) -> tuple[Service, ...]:
        return tuple(_own_service(self, held) for held in self.backend.configurations.values())

    def vpc(self, vpc_id: str) -> Vpc:
        held = self.backend.vpcs.get(vpc_id)
        if held is None:
            raise errors.vpc_not_found(vpc_id)
        return Vpc(held.id, _is_true(held.enable_dns_support), _is_true(held.enable_dns_hostnames))

    def subnet(self, subnet_id: str) -> Subnet:
        for held in _subnets(self.backend):
            if held.id == subnet_id:
                return _subnet(held)
        raise errors.subnet_not_found(subnet_id)

    def security_group(self, group_id: str) -> SecurityGroup:
        held = self.backend.get_security_group_from_id(group_id)
        if held is None:
            raise errors.security_group_not_found(group_id)
        return SecurityGroup(held.id, held.name, str(held.vpc_id))

    def default_security_group(self, vpc_id: str) -> SecurityGroup:
        held = self.backend.get_default_security_group(vpc_id)
        if held is None:
            raise errors.security_group_not_found("default")
        return self.security_group(held.id)

    def groups_referencing(self, group_id: str) -> Iterator[str]:
        for group in _security_groups(self.backend):
            for rule in chain(group.ingress_rules, group.egress_rules):
                if rule.source_group.get("GroupId") == group_id:
                    yield group.id

    def route_table(self, route_table_id: str) -> RouteTable:
        held = self.backend.route_tables.get(route_table_id)
        if held is None:
            raise errors.route_table_not_found(route_table_id)
        targets = {
            route.destination_prefix_list_id: route.gateway_id
            for route in held.routes
            if route.destination_prefix_list_id
        }
        return RouteTable(held.id, held.vpc_id, targets)

    def addresses_in_use(self, subnet_id: str) -> set[Address]:
        reserved = (ip_address(taken) for taken in self.backend.get_subnet(subnet_id)._subnet_ips)
        carried = (_addresses_of(eni) for eni in self._interfaces_in(subnet_id))
        return {*reserved, *chain.from_iterable(carried)}

    def interfaces_in(self, subnet_id: str) -> Iterator[str]:
        return (eni.id for eni in self._interfaces_in(subnet_id))

    def interfaces_carrying(self, group_id: str) -> Iterator[str]:
        for eni in self.backend.enis.values():
            if any(group.id == group_id for group in eni.group_set):
                yield eni.id

    def interface_of_attachment(self, attachment_id: str) -> str | None:
        enis = self.backend.enis.values()
        return next((eni.id for eni in enis if eni.attachment_id == attachment_id), None)

    def service_interface(self, interface_id: str) -> ServiceInterface | None:
        eni = self.backend.enis.get(interface_id)
        if eni is None or not eni.requester_managed:
            return None
        ipv4 = eni.private_ip_address
        return ServiceInterface(
            subnet_id=eni.subnet.id,
            interface_type=eni.interface_type,
            description=eni.description,
            group_ids=tuple(group.id for group in eni._group_set),
            addresses=Addresses(
                IPv4Address(ipv4) if ipv4 else None,
                IPv6Address(eni.ipv6_addresses[0]) if eni.ipv6_addresses else None,
            ),
        )

    def create_service_interface(self, interface: ServiceInterface) -> str:
        eni = self.backend.create_network_interface(
            self.backend.get_subnet(interface.subnet_id),
            str(interface.addresses.ipv4 or ""),
            group_ids=list(interface.group_ids),
            description=interface.description,
        )
        _hand_to_service(eni, interface.interface_type)
        self.modify_service_interface(eni.id, interface)
        return str(eni.id)

    def modify_service_interface(self, interface_id: str, interface: ServiceInterface) -> None:
        eni = self.backend.enis[interface_id]
        ipv4, ipv6 = interface.addresses.ipv4, interface.addresses.ipv6
        eni._group_set = [
            group
            for group_id in interface.group_ids
            if (group := self.backend.get_security_group_from_id(group_id))
        ]
        _readdress(eni, ipv4)
        eni.ipv6_addresses = [str(ipv6)] if ipv6 else []

    def delete_interface(self, interface_id: str) -> None:
        self.backend.delete_network_interface(interface_id)

    def create_prefix_list_route(
        self, route_table_id: str, prefix_list_id: str, endpoint_id: str
    ) -> None:
        self.backend.create_route(
            route_table_id,
            None,
            destination_prefix_list_id=prefix_list_id,
            gateway_id=endpoint_id,
        )

    def delete_prefix_list_route(self, route_table_id: str, prefix_list_id: str) -> None:
        table = self.backend.route_tables.get(route_table_id)
        if table is None:
            return
        for route in table.routes:
            if route.destination_prefix_list_id == prefix_list_id:
                del table._routes[route.id]

    def tags(self, resource_id: str) -> Mapping[str, str]:
        tags: Mapping[str, str] = self.backend.tags.get(resource_id, {})
        return tags

    def create_tags(self, resource_id: str, tags: Mapping[str, str]) -> None:
        self.backend.create_tags([resource_id], dict(tags))

    def delete_tags(self, resource_id: str) -> None:
        self.backend.tags.pop(resource_id, None)

    def _interfaces_in(self, subnet_id: str) -> list[NetworkInterface]:
        return [eni for eni in self.backend.enis.values() if eni.subnet.id == subnet_id]


@dataclass
class _ServiceInstance:
    """Stands where moto expects the instance an interface is attached to."""

    id: None = None
    owner_id: str = AMAZON
    security_groups: tuple[()] = ()


@dataclass
class _StackResource:
    """What moto's CloudFormation and OpenSearch Ingestion read of an endpoint they created."""

    id: str

    @property
    def physical_resource_id(self) -> str:
        return self.id


class _DocumentSerializer(BaseJSONSerializer):  # type: ignore[misc]
    """moto's own serialiser, giving the API's member names and plain JSON values."""

    DEFAULT_TIMESTAMP_FORMAT = "iso8601_zeroed"

    def get_serialized_name(self, _shape: Any, default_name: str) -> str:
        return default_name

    def _serialize_type_boolean(
        self, serialized: MutableMapping[str, Any], value: Any, _shape: Any, key: str
    ) -> None:
        serialized[key] = _is_true(value)

    def _serialize_body(self, body: Any) -> Any:
        return body


def _documents(operation: str, member: str, held: list[Any]) -> list[dict[str, Any]]:
    if not held:
        return []
    serializer = _DocumentSerializer(
        get_service_model("ec2").operation_model(operation),
        value_picker=XFormedAttributePicker(
            response_transformers=EC2Response.RESPONSE_KEY_PATH_TO_TRANSFORMER
        ),
    )
    body: Any = serializer.serialize({member: held})["body"]
    shown: list[dict[str, Any]] = body[member]
    return shown


def _endpoint_documents(network: Network) -> list[dict[str, Any]]:
    return [document(network, endpoint) for endpoint in network.endpoints.values()]


def _replace(holder: type, name: str, replacement: Callable[..., Any]) -> None:
    """Put `replacement` in place of a method; it gets the method it replaces as first argument."""
    original = getattr(holder, name)

    @wraps(original)
    def method(*args: Any, **kwargs: Any) -> Any:
        return replacement(original, *args, **kwargs)

    _put(holder, name, method)


def _answered_by(answer: api.Action) -> Callable[[EC2Response], Any]:
    def method(response: EC2Response) -> Any:
        try:
            return ActionResult(answer(_MotoNetwork(response.ec2_backend), response.params))
        except AwsError as error:
            return _error_body(response, error)

    return method


def _authorized_by(authorize: str) -> Callable[[EC2Response], Any]:
    """Answer every rule a request made, where moto answers those of its last permission."""

    def method(response: EC2Response) -> Any:
        response.error_on_dryrun()
        rules = []
        for permission in response._process_rules_from_querystring():
            added, _ = getattr(response.ec2_backend, authorize)(**permission)
            rules.extend(added)
        return ActionResult({"Return": True, "SecurityGroupRules": rules})

    return method


def _surrounded(
    action: str, original: Callable[[EC2Response], Any]
) -> Callable[[EC2Response], Any]:
    @wraps(original)
    def method(response: EC2Response) -> Any:
        network = _MotoNetwork(response.ec2_backend)
        try:
            api.REFUSALS.get(action, _nothing)(network, response.params)
        except AwsError as error:
            return _error_body(response, error)
        result = original(response)
        api.CONSEQUENCES.get(action, _nothing)(network, response.params)
        return result

    return method


def _observed_call(original: Callable[..., Any], response: EC2Response) -> Any:
    account_id, region, action = response.current_account, response.region, response._get_action()
    if error := faults.due(account_id, region, action, response.params):
        return _error_answer(response, error)
    with changes.watching(account_id, region, action, lambda: inventory(account_id, region)):
        try:
            return original(response)
        except NotImplementedError:
            return _error_answer(response, errors.invalid_action(action))


def _error_answer(response: EC2Response, error: AwsError) -> tuple[int, dict[str, Any], Any]:
    body, headers = _error_body(response, error)
    return error.status, headers, body


def _serialized_page(
    original: Callable[..., Any], response: EC2Response, action_result: ActionResult
) -> Any:
    action, answer = response._get_action(), action_result.result
    if action not in pagination.PAGED_MEMBERS or not isinstance(answer, dict):
        return original(response, action_result)
    try:
        page = pagination.one_page(action, response.params, answer)
    except AwsError as error:
        return original(response, _raised(error))
    return original(response, ActionResult(page))


def _error_body(response: EC2Response, error: AwsError) -> tuple[Any, dict[str, Any]]:
    _, headers, body = response.serialized(_raised(error))
    return body, {**headers, "status": error.status}


def _raised(error: AwsError) -> ActionResult:
    return ActionResult(EC2ClientError(error.code, error.message))


def _nothing(network: Network, params: Params) -> None:
    """Stands where an action has no refusals or no consequences."""


def _create_vpc(
    original: Callable[..., Any], backend: EC2Backend, *args: Any, **kwargs: Any
) -> Any:
    """A VPC's default group admits its own members, and nothing else.

    https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
    """
    vpc = original(backend, *args, **kwargs)
    default = _MotoNetwork(backend).default_security_group(vpc.id)
    backend.authorize_security_group_ingress(
        default.id, "-1", "", "", [], source_groups=[{"GroupId": default.id}]
    )
    return vpc


def _create_vpc_endpoint(
    _original: Callable[..., Any], backend: EC2Backend, **asked: Any
) -> _StackResource:
    params = {
        "VpcId": asked["vpc_id"],
        "ServiceName": asked["service_name"],
        "VpcEndpointType": asked.get("endpoint_type"),
        "PolicyDocument": asked.get("policy_document"),
        "RouteTableIds": asked.get("route_table_ids"),
        "SubnetIds": asked.get("subnet_ids"),
        "SecurityGroupIds": asked.get("security_group_ids"),
        "PrivateDnsEnabled": bool(asked.get("private_dns_enabled")),
    }
    given = {name: value for name, value in params.items() if value is not None}
    answer = api.ACTIONS["CreateVpcEndpoint"](_MotoNetwork(backend), given)
    return _StackResource(answer["VpcEndpoint"]["VpcEndpointId"])


def _create_network_interface(
    original: Callable[..., Any],
    backend: EC2Backend,
    subnet: Any,
    private_ip_address: Any = None,
    private_ip_addresses: Any = None,
    *args: Any,
    **kwargs: Any,
) -> NetworkInterface:
    """Every interface gets a free address of its own subnet, where moto draws one at random."""
    place = backend.get_subnet(subnet) if isinstance(subnet, str) else subnet
    asked = private_ip_address[0] if isinstance(private_ip_address, list) else private_ip_address
    if place.cidr_block and not private_ip_addresses and not _is_in(place, asked):
        taken = _MotoNetwork(backend).addresses_in_use(place.id)
        asked = str(network_interfaces.next_free(place.cidr.hosts(), taken))
    eni: NetworkInterface = original(backend, place, asked, private_ip_addresses, *args, **kwargs)
    _reserve(eni)
    return eni


def _delete_network_interface(
    original: Callable[..., Any], backend: EC2Backend, eni_id: str
) -> None:
    eni = backend.enis.get(eni_id)
    original(backend, eni_id)
    if eni:
        _release(eni)


def _create_nat_gateway(
    original: Callable[..., Any], backend: EC2Backend, *args: Any, **kwargs: Any
) -> Any:
    nat_gateway = original(backend, *args, **kwargs)
    eni = nat_gateway._eni
    _hand_to_service(eni, "nat_gateway")
    eni.description = f"Interface for NAT Gateway {nat_gateway.id}"
    eni._group_set = []
    return nat_gateway


def _delete_nat_gateway(
    original: Callable[..., Any], backend: EC2Backend, nat_gateway_id: str
) -> Any:
    nat_gateway = original(backend, nat_gateway_id)
    if nat_gateway._eni.id in backend.enis:
        backend.delete_network_interface(nat_gateway._eni.id)
    return nat_gateway


def _route_state(route: Route) -> str:
    """A route outlives its target, and then drops what it matches.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Route.html
    """
    gone = (
        (route.nat_gateway and route.nat_gateway.state != "available")
        or (route.interface and route.interface.id not in route.route_table.ec2_backend.enis)
        or (route.vpc_pcx and route.vpc_pcx._status.code != "active")
        or (isinstance(route.gateway, InternetGateway) and route.gateway.vpc is None)
    )
    return "blackhole" if gone else "active"


def _terminate_instances(
    original: Callable[..., Any], backend: EC2Backend, instance_ids: list[str]
) -> Any:
    """The interface an instance was launched with goes with it."""
    terminated = original(backend, instance_ids)
    for instance, _ in terminated:
        for eni in instance.nics.values():
            if eni.description == LAUNCHED_WITH and eni.id in backend.enis:
                backend.delete_network_interface(eni.id)
    return terminated


def _describe_rule(
    original: Callable[..., Any], rule: SecurityGroupRule, *args: Any, **kwargs: Any
) -> None:
    """Keep the description of a prefix-list source, which moto drops."""
    given = signature(original).bind(rule, *args, **kwargs).arguments
    rule.prefix_list = given.get("prefix_list_id") or {}
    original(rule, *args, **kwargs)


def _rule_description(rule: SecurityGroupRule) -> str | None:
    source = rule.ip_range or rule.source_group or rule.prefix_list
    description: str | None = source.get("Description")
    return description


def _is_same_rule(
    _original: Callable[..., Any], rule: SecurityGroupRule, other: SecurityGroupRule
) -> bool:
    """A rule is revoked by what it admits, whatever its description says."""
    return _permission(rule) == _permission(other) and _source(rule) == _source(other)


def _flattened_rules(
    original: Callable[..., Any], group: MotoSecurityGroup, rules: list[SecurityGroupRule]
) -> list[Any]:
    views: list[Any] = original(group, rules)
    for view in views:
        view.prefix_list_ids = [
            rule.prefix_list
            for rule in rules
            if rule.prefix_list and _permission(rule) == _permission(view)
        ]
    return views


def _permission(rule: Any) -> tuple[Any, ...]:
    return rule.ip_protocol, rule.from_port, rule.to_port


def _source(rule: SecurityGroupRule) -> tuple[Any, ...]:
    cidrs = rule.ip_range.get("CidrIp"), rule.ip_range.get("CidrIpv6")
    return *cidrs, rule.source_group.get("GroupId"), rule.prefix_list_id


def _create_default_pls(original: Callable[..., Any], backend: EC2Backend) -> None:
    original(backend)
    for name, cidrs in prefix_lists.regional(backend.region_name).items():
        backend._create_aws_managed_prefix_list(
            name=name,
            address_family="IPv6" if ":" in cidrs[0] else "IPv4",
            entries=[{"Cidr": cidr, "Description": "default"} for cidr in cidrs],
        )


def _hand_to_service(eni: NetworkInterface, interface_type: str) -> None:
    eni.interface_type = interface_type
    eni.requester_managed = True
    eni.requester_id = AMAZON
    eni.status = "in-use"
    eni.instance = _ServiceInstance()
    eni.attachment_id = f"ela-attach-0{token_hex(8)}"
    eni.attach_time = utcnow()
    eni.device_index = 1


def _readdress(eni: NetworkInterface, ipv4: IPv4Address | None) -> None:
    if eni.private_ip_address == (str(ipv4) if ipv4 else None):
        return
    _release(eni)
    eni.private_ip_address = str(ipv4) if ipv4 else None
    eni.private_ip_addresses = [{"Primary": True, "PrivateIpAddress": str(ipv4)}] if ipv4 else []
    _reserve(eni)


def _reserve(eni: NetworkInterface) -> None:
    """Keep moto from giving an instance an address that an interface already has."""
    for ipv4 in _ipv4_addresses(eni):
        if _is_in(eni.subnet, ipv4) and ipv4 not in eni.subnet._subnet_ips:
            eni.subnet.request_ip(ipv4, eni)


def _release(eni: NetworkInterface) -> None:
    for ipv4 in _ipv4_addresses(eni):
        eni.subnet.del_subnet_ip(ipv4)


def _ipv4_addresses(eni: NetworkInterface) -> list[str]:
    return [str(held["PrivateIpAddress"]) for held in eni.private_ip_addresses]


def _addresses_of(eni: NetworkInterface) -> Iterator[Address]:
    return map(ip_address, (*_ipv4_addresses(eni), *eni.ipv6_addresses))


def _is_in(subnet: MotoSubnet, address: str | None) -> bool:
    return bool(address) and ip_address(str(address)) in subnet.cidr


def _is_true(value: object) -> bool:
    return str(value).lower() == "true"


def _subnets(backend: EC2Backend) -> Iterator[MotoSubnet]:
    return chain.from_iterable(held.values() for held in backend.subnets.values())


def _security_groups(backend: EC2Backend) -> Iterator[MotoSecurityGroup]:
    return chain.from_iterable(held.values() for held in backend.groups.values())


def _subnet(held: MotoSubnet) -> Subnet:
    ipv6 = [
        IPv6Network(association["ipv6CidrBlock"])
        for association in held.ipv6_cidr_block_associations.values()
        if association["ipv6CidrBlockState"]["State"] == "associated"
    ]
    return Subnet(
        id=held.id,
        vpc_id=held.vpc_id,
        zone=Zone(held.availability_zone, held.availability_zone_id),
        ipv4=held.cidr if isinstance(held.cidr, IPv4Network) else None,
        ipv6=ipv6[0] if ipv6 else None,
    )


def _prefix_list(held: Any) -> PrefixList:
    versions = list(held.entries.values())
    cidrs = tuple(entry["Cidr"] for entry in versions[-1]) if versions else ()
    return PrefixList(held.id, held.prefix_list_name, held.owner_id, cidrs)


def _own_service(network: _MotoNetwork, held: Any) -> Service:
    """An endpoint service of the account; moto calls the Gateway Load Balancer's type `Gateway`."""
    balanced = bool(held.gateway_load_balancer_arns)
    return Service(
        name=held.service_name,
        type=GATEWAY_LOAD_BALANCER if balanced else INTERFACE,
        region=network.region,
        id=held.id,
        base_names=tuple(held.base_endpoint_dns_names),
        private_names=(held.private_dns_name,) if held.private_dns_name else (),
        owner=network.account_id,
        code=held.id,
        acceptance_required=_is_true(held.acceptance_required),
        zone_names=tuple(held.availability_zones),
    )


_HELD: Mapping[str, Callable[[EC2Backend], Iterable[Any]]] = {
    "AWS::EC2::VPC": lambda backend: backend.vpcs.values(),
    "AWS::EC2::Subnet": _subnets,
    "AWS::EC2::RouteTable": lambda backend: backend.route_tables.values(),
    "AWS::EC2::SecurityGroup": _security_groups,
    "AWS::EC2::NetworkAcl": lambda backend: backend.network_acls.values(),
    "AWS::EC2::NetworkInterface": lambda backend: backend.enis.values(),
    "AWS::EC2::VPCEndpoint": lambda backend: _endpoint_documents(_MotoNetwork(backend)),
    "AWS::EC2::NatGateway": lambda backend: backend.nat_gateways.values(),
    "AWS::EC2::InternetGateway": lambda backend: backend.internet_gateways.values(),
    "AWS::EC2::VPCPeeringConnection": lambda backend: backend.vpc_pcxs.values(),
    "AWS::EC2::TransitGateway": lambda backend: backend.transit_gateways.values(),
    "AWS::EC2::DHCPOptions": lambda backend: backend.dhcp_options_sets.values(),
    "AWS::EC2::PrefixList": lambda backend: [
        held
        for held in backend.managed_prefix_lists.values()
        if held.owner_id != prefix_lists.OWNER
    ],
}
