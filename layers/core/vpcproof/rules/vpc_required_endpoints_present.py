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
name.
"""

from ..analysis.central import served_centrally
from ..analysis.dns import private_dns_names, public_host_name
from ..analysis.endpoints import Life, endpoints_for, life, service_of
from ..analysis.naming import ServiceName
from ..analysis.nat import nat_path
from ..analysis.requirements import required_services
from ..analysis.scope import subnets_in_scope, vpc_region
from ..analysis.ssm import Need, ec2messages_need
from ..model.facts import Fact
from ..model.parameters import Parameters
from ..model.resource_type import ResourceType
from ..model.service_catalogue import GATEWAY_SERVICE_CODES
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
    ],
)
def judge(vpc: Vpc, snapshot: Snapshot, parameters: Parameters) -> Verdict:
    subnets = subnets_in_scope(snapshot, vpc.id, parameters)
    if not subnets:
        return not_applicable("no private subnet with workloads")
    need = ec2messages_need(snapshot, vpc.id, parameters)
    required = required_services(snapshot, vpc.id, parameters)
    if not required:
        return not_applicable("nothing in the VPC tells of a service that it needs")
    missing = [code for code in required if not _covered(snapshot, vpc.id, code, parameters)]
    if not missing:
        return compliant(f"{', '.join(required)} present")
    if parameters.allow_centralised:
        central = {code: served_centrally(snapshot, vpc.id, code, subnets) for code in missing}
        if all(central.values()):
            return compliant(f"{', '.join(central)} from a central VPC; not verified: its groups")
        unread = [code for code, served in central.items() if served is None]
        if unread:
            return undetermined(f"whether a central VPC serves {', '.join(unread)} was not read")
        missing = [code for code, served in central.items() if not served]
    evidence = tuple(Evidence("vpc_endpoint", code, "no endpoint in the VPC") for code in missing)
    if missing == ["ec2messages"] and need.need is Need.UNKNOWN:
        return undetermined(f"ec2messages is missing and {need.reason}", *evidence)
    if parameters.accept_nat:
        answers = [nat_path(snapshot, subnet.id) for subnet in subnets]
        if all(answer.works for answer in answers):
            return compliant(f"{', '.join(missing)} by NAT through {answers[0].detail}", *evidence)
        if any(answer.works is None for answer in answers):
            return undetermined(f"whether NAT serves {', '.join(missing)} is not known", *evidence)
    return non_compliant(f"no endpoint for {', '.join(missing)}", *evidence)


def _covered(snapshot: Snapshot, vpc_id: str, code: str, parameters: Parameters) -> bool:
    if code in GATEWAY_SERVICE_CODES:
        gateways = endpoints_for(snapshot, vpc_id, code, "Gateway")
        if any(_stands(snapshot, each, parameters) for each in gateways):
            return True
    interfaces = [
        each
        for each in endpoints_for(snapshot, vpc_id, code, "Interface")
        if _stands(snapshot, each, parameters)
    ]
    if code in GATEWAY_SERVICE_CODES:
        return any(
            each.private_dns_enabled and not each.inbound_resolver_only for each in interfaces
        )
    return bool(interfaces) or _covered_by_fips(snapshot, vpc_id, code, parameters)


def _stands(snapshot: Snapshot, endpoint: VpcEndpoint, parameters: Parameters) -> bool:
    return life(snapshot, endpoint, parameters) in {Life.IN_SERVICE, Life.STARTING}


def _covered_by_fips(snapshot: Snapshot, vpc_id: str, code: str, parameters: Parameters) -> bool:
    """A FIPS endpoint serves the plain name only when its catalogue entry says so."""
    region = vpc_region(snapshot, vpc_id)
    if region is None:
        return False
    plain = public_host_name(ServiceName("com.amazonaws", region, code), region)
    return any(
        plain in private_dns_names(snapshot, endpoint)
        for endpoint in endpoints_for(snapshot, vpc_id, f"{code}-fips", "Interface")
        if _stands(snapshot, endpoint, parameters) and service_of(endpoint)
    )
