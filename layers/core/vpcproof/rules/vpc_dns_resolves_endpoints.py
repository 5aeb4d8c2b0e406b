"""A VPC with endpoints has the DNS attributes that their private names need.

## Why it matters
`enableDnsHostnames` is off by default in VPCs that are not default ones. With either attribute off,
private DNS of every endpoint in the VPC has no effect, though each endpoint still says it is on.

## How to fix
`aws ec2 modify-vpc-attribute --vpc-id … --enable-dns-support` and likewise
`--enable-dns-hostnames`; the second gives public host names to instances with public addresses.

## Known limits
DNS servers of one's own in the DHCP options may forward to the VPC's resolver or not, and
forwarding rules may send service names elsewhere: both are said, neither can be read from AWS.
"""

from ..analysis.dns import PrivateDns, vpc_private_dns
from ..analysis.endpoints import Life, life
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
    reads={Fact.VPCS, Fact.VPC_DNS_ATTRIBUTES, Fact.DHCP_OPTIONS, Fact.RESOLVER_RULES},
    parameters=["pendingGraceMinutes"],
)
def judge(vpc: Vpc, snapshot: Snapshot, parameters: Parameters) -> Verdict:
    relying = [
        endpoint.id
        for endpoint in snapshot.endpoints_of(vpc.id)
        if _relies_on_dns(endpoint) and life(snapshot, endpoint, parameters) is not Life.GONE
    ]
    if not relying:
        return not_applicable("no endpoint of the VPC relies on its DNS")
    attributes = vpc_private_dns(snapshot, vpc.id)
    advice = _advice(vpc, snapshot)
    match attributes:
        case PrivateDns.SUPPORT_OFF | PrivateDns.HOSTNAMES_OFF:
            evidence = [Evidence("vpc_endpoint", each, "relies on it") for each in relying]
            return non_compliant(f"{attributes.value} in {vpc.id}", *evidence, *advice)
        case PrivateDns.UNKNOWN:
            return undetermined("the DNS attributes were not read", *advice)
        case PrivateDns.EFFECTIVE:
            notes = "".join(f"; note: {each.detail}" for each in advice)
            return compliant(f"both DNS attributes are on{notes}", *advice)


def _relies_on_dns(endpoint: VpcEndpoint) -> bool:
    return endpoint.is_gateway or (endpoint.is_interface and endpoint.private_dns_enabled)


def _advice(vpc: Vpc, snapshot: Snapshot) -> tuple[Evidence, ...]:
    """What may send names past the VPC's resolver without any AWS setting being wrong."""
    found = []
    options = snapshot.dhcp_options.get(vpc.dhcp_options_id or "")
    foreign = options.foreign_name_servers(vpc) if options else ()
    if options and foreign:
        detail = f"instances ask {', '.join(foreign)}, which must forward to the VPC's resolver"
        found.append(Evidence("dhcp_options", options.id, detail))
    found += [
        Evidence("resolver_rule", each.rule_id, f"{each.domain_name} is forwarded elsewhere")
        for each in snapshot.resolver_rule_associations
        if each.vpc_id == vpc.id and "amazonaws" in (each.domain_name or "")
    ]
    return tuple(found)
