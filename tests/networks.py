"""Networks in a few words, for tables of test situations.

`network(...)` takes whatever parts a situation is about and fills in the ordinary rest: one VPC
10.0.0.0/16 with both DNS attributes on, one private subnet, an instance in every subnet, a main
route table that knows the way home only, a security group `sg-endpoint` that lets the VPC in.

    network(
        subnet("subnet-a", "10.0.1.0/24"),
        subnet("subnet-b", "10.0.2.0/24"),
        endpoint("ssm", groups=["sg-e"]),
        group("sg-e", allow(443, "10.0.1.0/24")),
    )

Everything is known to have been read unless the network says `unread(Fact.…)`.
"""

# An id is called `id` in AWS and in the model, so it is here.
# ruff: noqa: A001, A002

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Any

from vpcproof.engine import Evaluation, evaluate_resource
from vpcproof.exemptions import Exemption
from vpcproof.model.addresses import AddressSet, prefix_length
from vpcproof.model.facts import NO_FILE, Fact, Gap
from vpcproof.model.hosted_zone import HostedZone
from vpcproof.model.instance_connect_endpoint import InstanceConnectEndpoint
from vpcproof.model.managed_node import ManagedNode
from vpcproof.model.name_resolution import ProfileAssociation, ResolverRuleAssociation
from vpcproof.model.network_acl import NetworkAcl, NetworkAclEntry
from vpcproof.model.network_interface import NetworkInterface
from vpcproof.model.parameters import parse_parameters
from vpcproof.model.prefix_list import PrefixList
from vpcproof.model.probe_result import ProbeResult, ProbeStep
from vpcproof.model.route_table import InternetGateway, NatGateway, Route, RouteTable
from vpcproof.model.security_group import GroupReference, SecurityGroup, SecurityGroupRule
from vpcproof.model.session_preferences import SessionPreferences
from vpcproof.model.snapshot import Snapshot, by_id
from vpcproof.model.transit_gateway import (
    TransitGatewayAttachment,
    TransitGatewayRoute,
    TransitGatewayRouteTable,
    VpcPeeringConnection,
)
from vpcproof.model.vpc import DhcpOptions, Subnet, Vpc
from vpcproof.model.vpc_endpoint import EndpointService, VpcEndpoint
from vpcproof.rules.registry import find_rule

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
REGION = "us-east-1"
OWNER = "111122223333"
PARTICIPANT = "444455556666"
VPC = "vpc-home"
MAIN = "rtb-main"

# The collections of a Snapshot, by the kind of fact that fills them.
COLLECTIONS: Mapping[Fact, str] = {
    Fact.VPCS: "vpcs",
    Fact.SUBNETS: "subnets",
    Fact.ROUTE_TABLES: "route_tables",
    Fact.VPC_ENDPOINTS: "vpc_endpoints",
    Fact.ENDPOINT_SERVICES: "endpoint_services",
    Fact.SECURITY_GROUPS: "security_groups",
    Fact.NETWORK_INTERFACES: "network_interfaces",
    Fact.PREFIX_LISTS: "prefix_lists",
    Fact.NAT_GATEWAYS: "nat_gateways",
    Fact.INTERNET_GATEWAYS: "internet_gateways",
    Fact.DHCP_OPTIONS: "dhcp_options",
    Fact.HOSTED_ZONES: "hosted_zones",
    Fact.MANAGED_NODES: "managed_nodes",
    Fact.NETWORK_ACLS: "network_acls",
    Fact.PROFILE_ASSOCIATIONS: "profile_associations",
    Fact.RESOLVER_RULES: "resolver_rule_associations",
    Fact.TRANSIT_GATEWAY_ATTACHMENTS: "transit_gateway_attachments",
    Fact.TRANSIT_GATEWAY_ROUTE_TABLES: "transit_gateway_route_tables",
    Fact.VPC_PEERING_CONNECTIONS: "vpc_peering_connections",
    Fact.INSTANCE_CONNECT_ENDPOINTS: "instance_connect_endpoints",
    Fact.SESSION_PREFERENCES: "session_preferences",
    Fact.PROBE_RESULTS: "probe_results",
}
_FACT_OF = {
    Vpc: Fact.VPCS,
    Subnet: Fact.SUBNETS,
    RouteTable: Fact.ROUTE_TABLES,
    VpcEndpoint: Fact.VPC_ENDPOINTS,
    EndpointService: Fact.ENDPOINT_SERVICES,
    SecurityGroup: Fact.SECURITY_GROUPS,
    NetworkInterface: Fact.NETWORK_INTERFACES,
    PrefixList: Fact.PREFIX_LISTS,
    NatGateway: Fact.NAT_GATEWAYS,
    InternetGateway: Fact.INTERNET_GATEWAYS,
    DhcpOptions: Fact.DHCP_OPTIONS,
    HostedZone: Fact.HOSTED_ZONES,
    ManagedNode: Fact.MANAGED_NODES,
    NetworkAcl: Fact.NETWORK_ACLS,
    ProfileAssociation: Fact.PROFILE_ASSOCIATIONS,
    ResolverRuleAssociation: Fact.RESOLVER_RULES,
    TransitGatewayAttachment: Fact.TRANSIT_GATEWAY_ATTACHMENTS,
    TransitGatewayRouteTable: Fact.TRANSIT_GATEWAY_ROUTE_TABLES,
    VpcPeeringConnection: Fact.VPC_PEERING_CONNECTIONS,
    InstanceConnectEndpoint: Fact.INSTANCE_CONNECT_ENDPOINTS,
    SessionPreferences: Fact.SESSION_PREFERENCES,
    ProbeResult: Fact.PROBE_RESULTS,
}
_UNINDEXED = {
    Fact.ENDPOINT_SERVICES,
    Fact.HOSTED_ZONES,
    Fact.PROFILE_ASSOCIATIONS,
    Fact.RESOLVER_RULES,
    Fact.PROBE_RESULTS,
}


@dataclass(frozen=True)
class _Nobody:
    """Says that no network interface exists; without it every subnet gets an instance."""


nobody = _Nobody()


def network(
    *parts: Any,
    region: str | None = REGION,
    account: str | None = OWNER,
    captured_at: datetime = NOW,
) -> Snapshot:
    """All parts as one Snapshot, the ordinary rest filled in."""
    held: dict[Fact, list[Any]] = {fact: [] for fact in COLLECTIONS}
    gaps = []
    for part in _each(parts):
        if isinstance(part, Gap):
            gaps.append(part)
        elif not isinstance(part, _Nobody):
            held[_FACT_OF[type(part)]].append(part)
    _fill_in(held, somebody=nobody not in parts)
    preferences = held.pop(Fact.SESSION_PREFERENCES)
    whole = Snapshot(
        session_preferences=preferences[0] if preferences else None,
        region=region,
        account=account,
        captured_at=captured_at,
        **{
            COLLECTIONS[fact]: tuple(found) if fact in _UNINDEXED else by_id(found)
            for fact, found in held.items()
        },
    )
    for gap in gaps:
        whole = without(whole, gap.fact, gap.reason)
    return whole


def _each(parts: Iterable[Any]) -> Iterator[Any]:
    for part in parts:
        if isinstance(part, (tuple, list)):
            yield from part
        else:
            yield part


def _fill_in(held: dict[Fact, list[Any]], *, somebody: bool) -> None:
    if not held[Fact.VPCS]:
        held[Fact.VPCS].append(vpc())
    if not held[Fact.SUBNETS]:
        held[Fact.SUBNETS].append(subnet("subnet-a", "10.0.1.0/24"))
    if not held[Fact.ROUTE_TABLES]:
        held[Fact.ROUTE_TABLES].append(main_table())
    if somebody and not held[Fact.NETWORK_INTERFACES]:
        held[Fact.NETWORK_INTERFACES] += [instance_in(each) for each in held[Fact.SUBNETS]]
    if "sg-endpoint" not in {each.id for each in held[Fact.SECURITY_GROUPS]}:
        held[Fact.SECURITY_GROUPS].append(group("sg-endpoint", allow(443, "10.0.0.0/16")))


def without(
    snapshot: Snapshot, fact: Fact, reason: str = NO_FILE, *, keep: str | None = None
) -> Snapshot:
    """The same network with one kind of fact unread, save the resource to keep."""
    gaps = (*snapshot.gaps, Gap(fact=fact, reason=reason))
    if fact is Fact.VPC_DNS_ATTRIBUTES:
        vpcs = (
            replace(each, dns_support=None, dns_hostnames=None) for each in snapshot.vpcs.values()
        )
        return replace(snapshot, vpcs=by_id(vpcs), gaps=gaps)
    if fact is Fact.SESSION_PREFERENCES:
        return replace(snapshot, session_preferences=None, gaps=gaps)
    held = getattr(snapshot, COLLECTIONS[fact])
    left: Any = () if fact in _UNINDEXED else by_id([held[keep]] if keep in held else [])
    return replace(snapshot, **{COLLECTIONS[fact]: left}, gaps=gaps)


def judge(
    rule: str,
    resource_id: str,
    snapshot: Snapshot,
    *,
    exemptions: Sequence[Exemption] = (),
    **parameters: str,
) -> Evaluation:
    """What a rule says about one resource of a network, under parameters given as text."""
    judged = find_rule(rule)
    resource = snapshot.resources(judged.resource_type)[resource_id]
    chosen = parse_parameters(parameters)
    return evaluate_resource(snapshot, judged, resource, chosen, exemptions=exemptions)


# Gaps


def unread(fact: Fact, reason: str = NO_FILE) -> Gap:
    return Gap(fact=fact, reason=reason)


# The VPC and its subnets


def vpc(*cidrs: str, id: str = VPC, **others: Any) -> Vpc:
    known = {"dns_support": True, "dns_hostnames": True, "owner_id": OWNER, "region": None}
    return Vpc(id=id, cidrs=AddressSet.of(*(cidrs or ["10.0.0.0/16"])), **{**known, **others})


def subnet(id: str, *cidrs: str, vpc: str = VPC, **others: Any) -> Subnet:
    return Subnet(id=id, vpc_id=vpc, cidrs=AddressSet.of(*cidrs), **others)


def dhcp(*servers: str, id: str = "dopt-1") -> DhcpOptions:
    return DhcpOptions(id=id, domain_name_servers=servers)


# Network interfaces


def instance(
    subnet: str,
    *addresses: str,
    groups: Iterable[str] = ("sg-app",),
    id: str | None = None,
    vpc: str = VPC,
    **others: Any,
) -> NetworkInterface:
    """The network interface of an EC2 instance; `i-<subnet>` unless it is told otherwise."""
    name = id or subnet.removeprefix("subnet-")
    known = {"instance_id": f"i-{name}"}
    return NetworkInterface(
        id=f"eni-{name}",
        vpc_id=vpc,
        subnet_id=subnet,
        addresses=AddressSet.of(*addresses),
        group_ids=tuple(groups),
        **{**known, **others},
    )


def instance_in(home: Subnet) -> NetworkInterface:
    """An instance with the tenth address of each family of its subnet."""
    families = (home.cidrs.only(v4=True), home.cidrs.only(v6=True))
    tenth = [str(ip_address(family.first) + 10) for family in families if family]
    return instance(home.id, *tenth, vpc=home.vpc_id)


def plumbing(subnet: str, interface_type: str, **others: Any) -> NetworkInterface:
    """An interface that AWS runs for its own devices."""
    id = f"{interface_type}-{subnet}"
    known = {"instance_id": None, "requester_managed": True, "groups": ()}
    return instance(subnet, id=id, interface_type=interface_type, **{**known, **others})


# Routing


def route(destination: str, target: str, **others: Any) -> Route:
    """A route to a CIDR block, or to a prefix list where the destination begins with `pl-`."""
    if destination.startswith("pl-"):
        return Route(destination=destination, prefix_list_id=destination, target=target, **others)
    return Route(
        destination=destination,
        cidr=AddressSet.of(destination),
        prefix_length=prefix_length(destination),
        target=target,
        **others,
    )


def to_gateway(code: str, **others: Any) -> Route:
    """The route that AWS adds for `gateway(code)`."""
    return route(f"pl-{code}", f"vpce-{code}", **others)


def table(
    id: str, *routes: Route, subnets: Iterable[str] = (), vpc: str = VPC, **others: Any
) -> RouteTable:
    """A route table with the local route of the VPC and these."""
    home = route("10.0.0.0/16", "local", origin="CreateRouteTable")
    return RouteTable(
        id=id, vpc_id=vpc, routes=(home, *routes), subnet_ids=tuple(subnets), **others
    )


def main_table(*routes: Route, id: str = MAIN, vpc: str = VPC, **others: Any) -> RouteTable:
    return table(id, *routes, vpc=vpc, is_main=True, **others)


def nat(id: str = "nat-1", subnet: str | None = "subnet-public", **others: Any) -> NatGateway:
    return NatGateway(id=id, vpc_id=VPC, subnet_id=subnet, **others)


def prefix_list(id: str, *cidrs: str, **others: Any) -> PrefixList:
    known = {"owner_id": OWNER, "state": "create-complete", "cidrs": cidrs}
    return PrefixList(id=id, **{**known, **others})


def aws_prefix_list(code: str, *cidrs: str, region: str = REGION) -> PrefixList:
    """AWS's own list of a service, which the routes of its gateway endpoints name."""
    name = f"com.amazonaws.{region}.{code}"
    return prefix_list(f"pl-{code}", *cidrs, name=name, owner_id="AWS", state=None)


# Endpoints


def endpoint(
    service: str,
    *,
    groups: Iterable[str] = ("sg-endpoint",),
    id: str | None = None,
    vpc: str = VPC,
    region: str = REGION,
    private_dns: bool = True,
    **others: Any,
) -> VpcEndpoint:
    """An interface endpoint for a service code of the Region, or for a whole service name."""
    known = {
        "type": "Interface",
        "service_name": _whole_name(service, region),
        "group_ids": tuple(groups),
        "private_dns_enabled": private_dns,
        "created_at": ago(days=90),
    }
    return VpcEndpoint(id=id or f"vpce-{service}", vpc_id=vpc, **{**known, **others})


def gateway(service: str = "s3", *, tables: Iterable[str] = (MAIN,), **others: Any) -> VpcEndpoint:
    """A gateway endpoint, `vpce-s3` for S3; its routes are said by the tables."""
    known = {"type": "Gateway", "private_dns": False, "groups": ()}
    return endpoint(service, route_table_ids=tuple(tables), **{**known, **others})


def ssm_trio(**others: Any) -> tuple[VpcEndpoint, ...]:
    return tuple(endpoint(code, **others) for code in ("ssm", "ssmmessages", "ec2messages"))


def offered(*services: str, region: str = REGION, **others: Any) -> tuple[EndpointService, ...]:
    """Entries of the catalogue for service codes of the Region or for whole names."""
    known = {"types": ("Interface",), "owner": "amazon"}
    return tuple(
        EndpointService(service_name=_whole_name(each, region), **{**known, **others})
        for each in services
    )


def _whole_name(service: str, region: str) -> str:
    is_whole = service.startswith(("com.", "cn.", "aws.", "api.aws.", "eu.", "gov.", "uk."))
    return service if is_whole else f"com.amazonaws.{region}.{service}"


def ago(**elapsed: float) -> datetime:
    """A moment before the snapshot was taken."""
    return NOW - timedelta(**elapsed)


# Security groups


def group(id: str, *ingress: SecurityGroupRule, vpc: str = VPC, **others: Any) -> SecurityGroup:
    return SecurityGroup(id=id, vpc_id=vpc, ingress=ingress, **others)


def allow(
    ports: int | tuple[int, int] | None, source: str | GroupReference, protocol: str = "tcp"
) -> SecurityGroupRule:
    """One permission from a CIDR block, a prefix list (`pl-`) or a group (`sg-`)."""
    low, high = ports if isinstance(ports, tuple) else (ports, ports)
    if isinstance(source, GroupReference):
        return SecurityGroupRule(protocol=protocol, from_port=low, to_port=high, group=source)
    if source.startswith("sg-"):
        return allow(ports, GroupReference(group_id=source), protocol)
    if source.startswith("pl-"):
        return SecurityGroupRule(
            protocol=protocol, from_port=low, to_port=high, prefix_list_id=source
        )
    return SecurityGroupRule(
        protocol=protocol, from_port=low, to_port=high, cidr=AddressSet.of(source)
    )


def allow_all(source: str) -> SecurityGroupRule:
    return allow(None, source, "-1")


# Names and nodes


def zone(
    name: str,
    *,
    records: Iterable[str] | None = None,
    targets: Iterable[str] = (),
    vpc: str = VPC,
    **others: Any,
) -> HostedZone:
    """A private hosted zone associated with the VPC; its records unread unless they are given."""
    known = {"owning_account": OWNER}
    return HostedZone(
        id=f"Z-{name}",
        name=name,
        vpc_id=vpc,
        record_names=None if records is None else tuple(records),
        alias_targets=tuple(targets),
        **{**known, **others},
    )


def profile(*endpoint_ids: str, vpc: str = VPC) -> ProfileAssociation:
    """A Route 53 Profile associated with the VPC, and the endpoints it carries."""
    return ProfileAssociation(
        id="rpassoc-1", profile_id="rp-1", vpc_id=vpc, endpoint_ids=endpoint_ids or None
    )


def node(instance_id: str, agent: str | None) -> ManagedNode:
    """A managed node with the version of its SSM Agent."""
    version = tuple(map(int, agent.split("."))) if agent else None
    return ManagedNode(id=instance_id, agent_version=version, ping_status="Online")


# Network ACLs


def entry(
    number: int,
    cidr: str,
    ports: int | tuple[int, int] | None = None,
    *,
    deny: bool = False,
    egress: bool = False,
    protocol: str = "6",
) -> NetworkAclEntry:
    """An entry that allows; all traffic without ports."""
    low, high = ports if isinstance(ports, tuple) else (ports, ports)
    return NetworkAclEntry(
        number=number,
        protocol="-1" if ports is None else protocol,
        allow=not deny,
        egress=egress,
        cidr=AddressSet.of(cidr),
        from_port=low,
        to_port=high,
    )


def acl(
    id: str, *entries: NetworkAclEntry, subnets: Iterable[str] = (), **others: Any
) -> NetworkAcl:
    """An ACL; the one without subnets is the default one of its VPC."""
    known = {"vpc_id": VPC, "is_default": not subnets}
    ordered = tuple(sorted(entries, key=lambda each: each.number))
    return NetworkAcl(id=id, entries=ordered, subnet_ids=tuple(subnets), **{**known, **others})


def open_acl(id: str = "acl-open", **others: Any) -> NetworkAcl:
    """What EC2 gives every VPC: all traffic in and out."""
    both = (entry(100, "0.0.0.0/0", egress=each) for each in (False, True))
    six = (entry(101, "::/0", egress=each) for each in (False, True))
    return acl(id, *both, *six, **others)


# Other VPCs


def attachment(vpc: str, *subnets: str, tgw: str = "tgw-1", **others: Any) -> Any:
    """The attachment `tgw-attach-<vpc>` of a VPC, associated with `tgw-rtb-1`."""
    known = {"resource_id": vpc, "subnet_ids": subnets or None, "route_table_id": "tgw-rtb-1"}
    return TransitGatewayAttachment(
        id=f"tgw-attach-{vpc}", transit_gateway_id=tgw, **{**known, **others}
    )


def transit_route(destination: str, vpc: str | None, **others: Any) -> TransitGatewayRoute:
    return TransitGatewayRoute(
        destination=destination,
        cidr=AddressSet.of(destination),
        prefix_length=prefix_length(destination),
        attachment_id=vpc and f"tgw-attach-{vpc}",
        **others,
    )


def transit_table(*routes: TransitGatewayRoute, id: str = "tgw-rtb-1", **others: Any) -> Any:
    known = {"transit_gateway_id": "tgw-1", "routes": routes, "propagating": ()}
    return TransitGatewayRouteTable(id=id, **{**known, **others})


def peering(near: str, far: str, id: str = "pcx-1", **others: Any) -> VpcPeeringConnection:
    return VpcPeeringConnection(id=id, requester_vpc_id=near, accepter_vpc_id=far, **others)


def forwarding(domain: str, *, vpc: str = VPC, **others: Any) -> ResolverRuleAssociation:
    """A Resolver rule on the VPC, `rslvr-<domain>`."""
    return ResolverRuleAssociation(
        id=f"rslvr-assoc-{domain}",
        rule_id=f"rslvr-{domain}",
        vpc_id=vpc,
        domain_name=domain,
        **others,
    )


# Whole ways


def standing(service: str, *homes: tuple[str, ...], **others: Any) -> tuple[Any, ...]:
    """An interface endpoint with a network interface in each home: (subnet, address, …)."""
    id = others.pop("id", f"vpce-{service}")
    interfaces = [
        instance(
            home,
            *addresses,
            id=f"{id}-{home}",
            instance_id=None,
            interface_type="vpc_endpoint",
            requester_managed=True,
            vpc=others.get("vpc", VPC),
        )
        for home, *addresses in homes
    ]
    return endpoint(
        service,
        id=id,
        subnet_ids=tuple(each.subnet_id for each in interfaces),
        network_interface_ids=tuple(each.id for each in interfaces),
        **others,
    ), *interfaces


def reaching(*others: Any) -> Snapshot:
    """An instance in subnet-a reaches the SSM endpoints in subnet-e, past open filters.

    Parts given replace those of the same id.
    """
    return network(
        subnet("subnet-a", "10.0.1.0/24", zone="us-east-1a"),
        subnet("subnet-e", "10.0.9.0/24", zone="us-east-1a"),
        main_table(),
        open_acl(),
        group("sg-app", egress=(allow_all("0.0.0.0/0"),)),
        instance("subnet-a", "10.0.1.10"),
        standing("ssm", ("subnet-e", "10.0.9.5")),
        standing("ssmmessages", ("subnet-e", "10.0.9.6")),
        *others,
    )


# Probes


def probed(
    service: str,
    *failed: ProbeStep,
    subnet: str = "subnet-a",
    taken_at: datetime = NOW,
    failure: str | None = None,
) -> ProbeResult:
    """What the probe in a subnet saw of a service: all well, but for the steps that failed."""
    name = f"{service}.{REGION}.amazonaws.com"
    well = (
        ProbeStep(name="resolve", target=name, family="A", ok=True, answer=("10.0.9.5",)),
        ProbeStep(name="connect", target="10.0.9.5", port=443, ok=True),
        ProbeStep(name="tls", target="10.0.9.5", port=443, ok=True),
    )
    return ProbeResult(
        subnet_id=subnet,
        service=service,
        taken_at=None if failure else taken_at,
        steps=() if failure else (*well, *failed),
        failure=failure,
    )


def all_probed(*failed: ProbeStep, **others: Any) -> tuple[ProbeResult, ...]:
    """What the probe saw of the services that SSM Agent needs, all of them alike."""
    return tuple(probed(code, *failed, **others) for code in ("ssm", "ssmmessages"))


def no_answer(address: str = "10.0.9.5", error: str = "timed-out") -> ProbeStep:
    return ProbeStep(name="connect", target=address, port=443, ok=False, error=error)
