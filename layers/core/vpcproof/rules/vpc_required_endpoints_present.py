"""A VPC has an endpoint for every service that its private subnets need.

## Why it matters
Without an endpoint, and without NAT, a call to the service ends in a timeout that names neither.
This is the commonest cause of all in the field: images that are not pulled, secrets that are not
read, logs that never arrive.

## How to fix
Create the missing endpoint: type Gateway for S3 and DynamoDB, Interface for the rest. Where NAT is
meant to serve, set `acceptNat=true`.

## Known limits
Presence, state and Region are judged here, reachability by the rules on subnets and endpoints. A
FIPS endpoint (`kms-fips`) counts for the plain service only where its private DNS names include the
plain one. An S3 interface endpoint without private DNS does not count: clients ask for the default
name. The services of Systems Manager count only where a workload may run its agent.
"""

from ..analysis.central import served_centrally
from ..analysis.dns import private_dns_names, public_host_name
from ..analysis.endpoints import Life, endpoints_for, life
from ..analysis.naming import ServiceName
from ..analysis.nat import nat_path
from ..analysis.requirements import required_services
from ..analysis.scope import subnets_in_scope, vpc_region
from ..analysis.ssm import Need, ec2messages_need, nodes_needing_endpoints
from ..model.facts import Fact
from ..model.parameters import AUTO, Parameters
from ..model.resource_type import ResourceType
from ..model.service_catalogue import GATEWAY_SERVICE_CODES, SERVICE_SETS
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
from ..model.vpc import Subnet, Vpc
from ..model.vpc_endpoint import VpcEndpoint
from .registry import rule


@rule(
    resource_type=ResourceType.VPC,
    severity=Severity.HIGH,
    needs={Fact.VPC_ENDPOINTS, Fact.SUBNETS},
    reads={
        Fact.VPCS,
        Fact.VPC_DNS_ATTRIBUTES,
        Fact.ROUTE_TABLES,
        Fact.NETWORK_INTERFACES,
        Fact.NAT_GATEWAYS,
        Fact.ENDPOINT_SERVICES,
        Fact.HOSTED_ZONES,
        Fact.PROFILE_ASSOCIATIONS,
        Fact.RESOLVER_RULES,
        Fact.MANAGED_NODES,
        Fact.SESSION_PREFERENCES,
    },
    parameters=[
        "acceptNat",
        "allowCentralised",
        "includePublicSubnets",
        "pendingGraceMinutes",
        "requireEc2Messages",
        "services",
        "ssmWorkloads",
    ],
)
def judge(vpc: Vpc, snapshot: Snapshot, parameters: Parameters) -> Verdict:
    subnets = subnets_in_scope(snapshot, vpc.id, parameters)
    if not subnets:
        return not_applicable("no private subnet with workloads")
    required = _required(snapshot, vpc, parameters)
    derived = AUTO not in parameters.services or snapshot.has(Fact.NETWORK_INTERFACES, vpc.id)
    if not required and derived:
        return not_applicable("nothing in the VPC tells of a service that it needs")
    stages = {code: _stage(snapshot, vpc.id, code, parameters) for code in required}
    starting = [code for code, stage in stages.items() if stage is Life.STARTING]
    missing = [
        code for code, stage in stages.items() if stage not in {Life.IN_SERVICE, Life.STARTING}
    ]
    if missing:
        return _missing(missing, vpc, subnets, snapshot, parameters)
    if starting:
        return not_applicable(f"{', '.join(starting)}: not yet available")
    if not derived:
        return undetermined("what runs in the VPC, and so what it needs, was not read")
    if vpc_region(snapshot, vpc.id) is None:
        return undetermined("the Region of the VPC, which its endpoints must serve, is not known")
    return compliant(f"{', '.join(required)} present")


def _required(snapshot: Snapshot, vpc: Vpc, parameters: Parameters) -> tuple[str, ...]:
    """The services needed; Systems Manager's own only where a workload may run its agent."""
    required = required_services(snapshot, vpc.id, parameters)
    if not snapshot.has(Fact.NETWORK_INTERFACES, vpc.id):
        return required
    nodes = nodes_needing_endpoints(snapshot, vpc.id, parameters)
    return tuple(code for code in required if nodes or code not in SERVICE_SETS["ssm"])


def _missing(
    missing: list[str],
    vpc: Vpc,
    subnets: tuple[Subnet, ...],
    snapshot: Snapshot,
    parameters: Parameters,
) -> Verdict:
    """What may serve in place of the endpoints that the VPC has not."""
    instead: dict[str, bool | None] = dict.fromkeys(missing, False)
    if parameters.allow_centralised:
        instead = {code: served_centrally(snapshot, vpc.id, code, subnets) for code in missing}
    if all(instead.values()):
        return compliant(f"{', '.join(missing)} from a central VPC; not verified: its groups")
    lacking = [code for code, served in instead.items() if not served]
    listing = ", ".join(lacking)
    evidence = tuple(Evidence("vpc_endpoint", code, "no endpoint in the VPC") for code in lacking)
    if parameters.accept_nat:
        answers = [nat_path(snapshot, subnet.id) for subnet in subnets]
        if all(answer.works for answer in answers):
            return compliant(f"{listing} by NAT through {answers[0].detail}", *evidence)
        if all(answer.works is not False for answer in answers):
            return undetermined(f"whether NAT serves {listing} is not known", *evidence)
    need = ec2messages_need(snapshot, vpc.id, parameters)
    if need.need is Need.UNKNOWN and "ec2messages" in lacking:
        instead["ec2messages"] = None
    absent = [code for code in lacking if instead[code] is False]
    if absent:
        return non_compliant(f"no endpoint for {', '.join(absent)}", *evidence)
    return undetermined(f"whether {listing} needs an endpoint here was not read", *evidence)


def _stage(snapshot: Snapshot, vpc_id: str, code: str, parameters: Parameters) -> Life | None:
    """Where the best endpoint that serves the default name is in its life; None without one."""
    serving = [*endpoints_for(snapshot, vpc_id, code, "Interface")]
    if code in GATEWAY_SERVICE_CODES:
        serving = [each for each in serving if each.private_dns_enabled]
        serving = [each for each in serving if not each.inbound_resolver_only]
        serving += endpoints_for(snapshot, vpc_id, code, "Gateway")
    serving += _of_fips(snapshot, vpc_id, code)
    stages = [life(snapshot, each, parameters) for each in serving]
    return min(stages, key=list(Life).index, default=None)


def _of_fips(snapshot: Snapshot, vpc_id: str, code: str) -> list[VpcEndpoint]:
    """A FIPS endpoint serves the plain name only when its catalogue entry says so."""
    region = vpc_region(snapshot, vpc_id)
    if region is None:
        return []
    plain = public_host_name(ServiceName("com.amazonaws", region, code), region)
    return [
        endpoint
        for endpoint in endpoints_for(snapshot, vpc_id, f"{code}-fips", "Interface")
        if plain in private_dns_names(snapshot, endpoint)
    ]
