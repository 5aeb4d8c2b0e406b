"""What a probe in a VPC is to be asked: where each service's names ought to lead."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address

from ..model.addresses import AddressSet
from ..model.facts import Fact
from ..model.probe_target import ProbeTarget
from ..model.service_catalogue import SERVICE_PORTS, SERVICE_SETS
from ..model.snapshot import Snapshot
from ..model.vpc_endpoint import VpcEndpoint
from .endpoints import service_of, standing_endpoints
from .resolution import Leads, resolve

_HTTPS = (443,)


def probed_services(snapshot: Snapshot, vpc_id: str) -> tuple[str, ...]:
    """The services to ask about where nobody named any: the SSM set, and those with endpoints."""
    present = {
        service.code
        for endpoint in snapshot.endpoints_of(vpc_id)
        if (service := service_of(endpoint)) is not None and not service.is_private
    }
    return tuple(dict.fromkeys((*SERVICE_SETS["ssm"], *sorted(present))))


def probe_targets(
    snapshot: Snapshot, vpc_id: str, services: Iterable[str]
) -> tuple[ProbeTarget, ...]:
    """One target for each service.

    Where an interface endpoint stands, its addresses are expected even if the settings hide it: to
    be led past it is what a probe has to find. An endpoint whose network interfaces were not read
    cannot be told from a foreign one, so nothing is asked about it.
    """
    found = (_target(snapshot, vpc_id, code) for code in services)
    return tuple(each for each in found if each is not None)


def _target(snapshot: Snapshot, vpc_id: str, code: str) -> ProbeTarget | None:
    resolution = resolve(snapshot, vpc_id, code)
    names = (_client_name(resolution.name, code, snapshot.account),)
    port = SERVICE_PORTS.get(code, _HTTPS)[0]
    gateway = next(iter(standing_endpoints(snapshot, vpc_id, code, "Gateway")), None)
    led_away = resolution.leads not in {Leads.HERE, Leads.ELSEWHERE}
    if gateway is not None and led_away:
        cidrs = _cidrs_of(snapshot, gateway)
        return ProbeTarget(service=code, names=names, port=port, cidrs=cidrs)
    endpoints = [
        snapshot.vpc_endpoints[each]
        for each in resolution.endpoint_ids
        if each in snapshot.vpc_endpoints
    ] or standing_endpoints(snapshot, vpc_id, code, "Interface")
    if not endpoints and led_away:
        return ProbeTarget(service=code, names=names, port=port)
    expected = [_addresses_of(snapshot, each) for each in endpoints]
    if not all(expected) or not expected:
        return None
    return ProbeTarget(
        service=code,
        names=names,
        port=port,
        is_interface=True,
        expected=tuple(sorted({address for each in expected for address in each})),
    )


def _client_name(name: str, code: str, account: str | None) -> str:
    """A name that a client asks for: registries have one for each account, below the service's.

    https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html
    """
    return f"{account}.{name}" if code == "ecr.dkr" and account else name


def _addresses_of(snapshot: Snapshot, endpoint: VpcEndpoint) -> tuple[str, ...]:
    """The addresses of an endpoint's network interfaces; none unless all of them were read."""
    interfaces = [
        interface
        for each in endpoint.network_interface_ids
        if (interface := snapshot.network_interfaces.get(each)) is not None
    ]
    if len(interfaces) < len(endpoint.network_interface_ids):
        return ()
    held = AddressSet.union(each.addresses for each in interfaces)
    v4 = (str(IPv4Address(n)) for low, high in held.v4 for n in range(low, high + 1))
    v6 = (str(IPv6Address(n)) for low, high in held.v6 for n in range(low, high + 1))
    return (*v4, *v6)


def _cidrs_of(snapshot: Snapshot, gateway: VpcEndpoint) -> tuple[str, ...]:
    """The addresses of a gateway endpoint's service: those of AWS's prefix list of its name."""
    if not snapshot.has(Fact.PREFIX_LISTS, gateway.vpc_id):
        return ()
    return tuple(
        cidr
        for each in snapshot.prefix_lists.values()
        if each.is_aws_managed and each.name == gateway.service_name
        for cidr in each.cidrs or ()
    )
