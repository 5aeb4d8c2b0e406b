"""A VPC with endpoints has the DNS attributes that their private names need.

## Why it matters
`enableDnsHostnames` is off by default in VPCs that are not default ones. With either attribute off,
private DNS of every endpoint in the VPC has no effect, though each endpoint still says it is on.

## How to fix
`aws ec2 modify-vpc-attribute --vpc-id … --enable-dns-support` and likewise
`--enable-dns-hostnames`; the second gives public host names to instances with public addresses.

## Known limits
DNS servers of one's own in the DHCP options may forward to the VPC's resolver or not: that is said,
it cannot be read from AWS. Where a Resolver rule forwards names of the endpoints, its target
decides, and the rule has nothing to say; rules that were not read are not suspected.
"""

from ..analysis.dns import PrivateDns, vpc_private_dns
from ..analysis.endpoints import Life, life, service_of
from ..analysis.resolution import forwarding_rule, own_dns_servers, service_host_name
from ..model.facts import Fact
from ..model.parameters import Parameters
from ..model.resource_type import ResourceType
from ..model.snapshot import Snapshot
from ..model.verdict import (
    Evidence,
    Severity,
    Verdict,
    compliant,
    non_compliant,
    not_applicable,
    undetermined,
)
from ..model.vpc import Vpc
from ..model.vpc_endpoint import VpcEndpoint
from .registry import rule


@rule(
    resource_type=ResourceType.VPC,
    severity=Severity.HIGH,
    needs={Fact.VPC_ENDPOINTS},
    reads={
        Fact.VPCS,
        Fact.VPC_DNS_ATTRIBUTES,
        Fact.DHCP_OPTIONS,
        Fact.RESOLVER_RULES,
        Fact.ENDPOINT_SERVICES,
    },
    parameters=["pendingGraceMinutes"],
)
def judge(vpc: Vpc, snapshot: Snapshot, parameters: Parameters) -> Verdict:
    relying = [
        endpoint
        for endpoint in snapshot.endpoints_of(vpc.id)
        if _relies_on_dns(endpoint) and life(snapshot, endpoint, parameters) is not Life.GONE
    ]
    if not relying:
        return not_applicable("no endpoint of the VPC relies on its DNS")
    attributes = vpc_private_dns(snapshot, vpc.id)
    servers = own_dns_servers(snapshot, vpc)
    advice = (servers,) if servers else ()
    if attributes is PrivateDns.UNKNOWN:
        return undetermined("the DNS attributes were not read", *advice)
    if attributes is not PrivateDns.EFFECTIVE:
        evidence = [Evidence("vpc_endpoint", each.id, "relies on it") for each in relying]
        return non_compliant(f"{attributes.value} in {vpc.id}", *evidence, *advice)
    forwarded = _forwarded(vpc, relying, snapshot)
    if forwarded:
        return not_applicable(forwarded[0].detail, *forwarded, *advice)
    notes = "".join(f"; note: {each.detail}" for each in advice)
    return compliant(f"both DNS attributes are on{notes}", *advice)


def _relies_on_dns(endpoint: VpcEndpoint) -> bool:
    return endpoint.is_gateway or (endpoint.is_interface and endpoint.private_dns_enabled)


def _forwarded(vpc: Vpc, relying: list[VpcEndpoint], snapshot: Snapshot) -> tuple[Evidence, ...]:
    """The rules that send names of these endpoints to servers whose answers nobody can read."""
    services = {service.code for each in relying if (service := service_of(each)) is not None}
    names = sorted(service_host_name(snapshot, vpc.id, code) for code in services)
    rules = {
        name: rule
        for name in names
        if (rule := forwarding_rule(snapshot, vpc.id, name)) is not None
    }
    return tuple(
        Evidence(
            "resolver_rule",
            rule.rule_id,
            f"{name} is forwarded with {rule.domain_name} to servers that cannot be read",
        )
        for name, rule in rules.items()
    )
