"""The instances of a subnet reach Systems Manager.

## Why it matters
Session Manager, Run Command and Patch Manager work only where the SSM Agent opens its own
connections to `ssm` and `ssmmessages`. Every setting on the way can stop them, and the console says
"not connected" whichever it was.

## How to fix
The annotation names the first setting that blocks, the evidence names all of them. Change them
together: fixing one of two changes nothing that can be seen.

Where the annotation names a probe, it saw what the settings do not explain: begin with the step
that failed, as `vpcproof verify` shows it.

## Known limits
A probe is evidence where one stands in the subnet and was asked lately: what it does not reach is
NON_COMPLIANT, whatever the settings say. Without a probe the settings decide alone, and a probe
that did not answer is for `subnet-probe-reaches-ssm` to tell.

Working is judged here, not privacy: a path by NAT gateway complies, and
`subnet-service-traffic-private` is the rule against it. Without network interface data the egress
rules of workloads are unknown and taken to allow all. A path through appliances, transit gateways
to networks that are not in view or on-premises networks is undetermined. Instance profiles,
agents and proxies are not network settings and not judged.
"""

from ..analysis.path import Block, Path
from ..analysis.paths import path
from ..analysis.probed import contradiction, failing, fresh_results, probe_evidence
from ..analysis.resolution import Leads, resolve
from ..analysis.scope import is_public_workload, workload_interfaces_by_subnet, workload_subnets
from ..analysis.ssm import Need, ec2messages_need, needed_codes
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
from ..model.vpc import Subnet
from .registry import rule

PATH_FACTS = frozenset(
    {
        Fact.VPCS,
        Fact.VPC_DNS_ATTRIBUTES,
        Fact.SECURITY_GROUPS,
        Fact.NETWORK_INTERFACES,
        Fact.NETWORK_ACLS,
        Fact.PREFIX_LISTS,
        Fact.NAT_GATEWAYS,
        Fact.ENDPOINT_SERVICES,
        Fact.DHCP_OPTIONS,
        Fact.HOSTED_ZONES,
        Fact.PROFILE_ASSOCIATIONS,
        Fact.RESOLVER_RULES,
        Fact.TRANSIT_GATEWAY_ATTACHMENTS,
        Fact.TRANSIT_GATEWAY_ROUTE_TABLES,
        Fact.VPC_PEERING_CONNECTIONS,
    }
)


@rule(
    resource_type=ResourceType.SUBNET,
    severity=Severity.HIGH,
    needs={Fact.SUBNETS, Fact.ROUTE_TABLES, Fact.VPC_ENDPOINTS},
    reads={*PATH_FACTS, Fact.MANAGED_NODES, Fact.PROBE_RESULTS},
    parameters=[
        "ephemeralPorts",
        "granularity",
        "includePublicSubnets",
        "probeMaxAgeMinutes",
        "requireEc2Messages",
        "ssmWorkloads",
    ],
)
def judge(subnet: Subnet, snapshot: Snapshot, parameters: Parameters) -> Verdict:
    nobody = _nobody_needs_it(subnet, snapshot, parameters)
    if nobody:
        return not_applicable(nobody)
    codes = needed_codes(snapshot, subnet.vpc_id, parameters)
    paths = [path(snapshot, subnet.id, code, parameters) for code in codes]
    seen = fresh_results(snapshot, subnet.id, codes, parameters)
    told = probe_evidence(seen)
    blocked = [each for each in paths if each.reachable is False]
    if blocked:
        against = contradiction(blocked, seen)
        words = _first_block("not reached", blocked)
        return non_compliant(
            f"{words}; {against}" if against else words, *blocking_evidence(blocked), *told
        )
    unknown = [each for each in paths if each.reachable is None]
    if mute := [each for each in seen if not each.reaches]:
        doubts = blocking_evidence(unknown)
        return non_compliant(failing(mute, settings_agree=False), *told, *doubts)
    if unknown:
        return undetermined(
            _first_block("perhaps not reached", unknown), *blocking_evidence(unknown), *told
        )
    if unsure := unsure_of_ec2messages(subnet, snapshot, parameters):
        return undetermined(unsure)
    ways = ", ".join(f"{each.service} by {each.path_class}" for each in paths)
    evidence = [item for each in paths for item in each.proof]
    return compliant(ways, *dict.fromkeys(evidence), *told)


def unsure_of_ec2messages(subnet: Subnet, snapshot: Snapshot, parameters: Parameters) -> str | None:
    """That it is not known whether a service is needed that is not reached."""
    need = ec2messages_need(snapshot, subnet.vpc_id, parameters).need
    if need is Need.UNKNOWN and path(snapshot, subnet.id, "ec2messages", parameters).blocks:
        return "SSM Agent versions were not read, and ec2messages is not reached"
    return None


def blocking_evidence(paths: list[Path]) -> tuple[Evidence, ...]:
    """Every setting that blocks one of these paths, once, those that are certain first."""
    return tuple(Evidence(each.fact, each.id, each.detail) for each in _blocks(paths))


def _blocks(paths: list[Path]) -> list[Block]:
    distinct = dict.fromkeys(block for each in paths for block in each.blocks)
    return sorted(distinct, key=lambda block: not block.certain)


def _first_block(finding: str, paths: list[Path]) -> str:
    first, *others = _blocks(paths)
    more = f" (and {len(others)} more settings)" if others else ""
    services = ", ".join(each.service for each in paths)
    return f"{services} {finding}: {first}{more}"


def _nobody_needs_it(subnet: Subnet, snapshot: Snapshot, parameters: Parameters) -> str | None:
    if not snapshot.has(Fact.NETWORK_INTERFACES, subnet.vpc_id):
        held = workload_subnets(snapshot, subnet.vpc_id)
        included = parameters.include_public_subnets or any(each.id == subnet.id for each in held)
        return None if included else "a public subnet, out of scope"
    interfaces = workload_interfaces_by_subnet(snapshot, subnet.vpc_id).get(subnet.id, ())
    nodes = [
        each for each in interfaces if parameters.ssm_workloads == "all" or each.may_run_ssm_agent
    ]
    if not nodes:
        return "no EC2 instance in the subnet"
    if not parameters.include_public_subnets and all(
        is_public_workload(snapshot, each) and not _led_to_endpoint(snapshot, subnet)
        for each in nodes
    ):
        return "its instances use the internet gateway"
    return None


def _led_to_endpoint(snapshot: Snapshot, subnet: Subnet) -> bool:
    """Private DNS leads public subnets to the endpoints as well."""
    return any(
        resolve(snapshot, subnet.vpc_id, code).leads is Leads.HERE
        for code in ("ssm", "ssmmessages")
    )
