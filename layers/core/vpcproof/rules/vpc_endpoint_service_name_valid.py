"""A VPC endpoint leads to a service that exists, of its own Region, in the right type.

## Why it matters
Service names look alike and break the obvious pattern in every partition: an endpoint for
`ssm-contacts` does nothing for `ssm`, one for another Region serves that Region's names only, and
China Regions spell some names with `cn.` in front.

## How to fix
Look the name up with `aws ec2 describe-vpc-endpoint-services`, delete the endpoint and create it
for the right service: the service of an endpoint cannot be changed.

## Known limits
Without the catalogue of the Region (`ServiceDetails`) a name is held against the codes that
vpcproof knows; an unknown one is undetermined then. Whether a private service (`vpce-svc-…`) exists
is its provider's to say. The prefix of names in the European Sovereign Cloud is not documented.
"""

import re

from ..analysis.catalogue import is_whole, offered_codes
from ..analysis.dns import service_details
from ..analysis.naming import ServiceName, parse_service_name
from ..analysis.scope import vpc_region
from ..model.facts import Fact
from ..model.parameters import Parameters
from ..model.resource_type import ResourceType
from ..model.service_catalogue import (
    CN_PLAIN_SERVICE_CODES,
    CN_PREFIXED_SERVICE_CODES,
    CN_SOMETIMES_PREFIXED_SERVICE_CODES,
    CROSS_REGION_SERVICE_CODES,
    GATEWAY_ONLY_SERVICE_CODES,
    GATEWAY_SERVICE_CODES,
    GLOBAL_SERVICE_CODES,
    KNOWN_SERVICE_CODES,
    PARTITION_PREFIXES,
)
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
from ..model.vpc_endpoint import VpcEndpoint
from .registry import rule

_SOLD_WITH_CN = CN_PREFIXED_SERVICE_CODES | CN_SOMETIMES_PREFIXED_SERVICE_CODES


@rule(
    resource_type=ResourceType.VPC_ENDPOINT,
    severity=Severity.MEDIUM,
    needs={Fact.VPC_ENDPOINTS},
    reads={Fact.ENDPOINT_SERVICES, Fact.VPCS},
)
def judge(endpoint: VpcEndpoint, snapshot: Snapshot, _parameters: Parameters) -> Verdict:
    if endpoint.service_name is None:
        return not_applicable(f"{endpoint.type} endpoints have no service name")
    name = parse_service_name(endpoint.service_name)
    evidence = Evidence("service_name", endpoint.id, endpoint.service_name)
    offered = service_details(snapshot, endpoint.service_name, endpoint.type)
    if name is None and offered:
        return compliant(f"{endpoint.service_name} is offered as {endpoint.type}", evidence)
    if name is None:
        return non_compliant(f"{endpoint.service_name} is no service name of AWS", evidence)
    problem = _type_problem(endpoint, name) or _region_problem(endpoint, name, snapshot)
    if problem:
        return non_compliant(problem, evidence)
    if offered:
        return compliant(f"{endpoint.service_name} is offered as {endpoint.type}", evidence)
    if name.region and vpc_region(snapshot, endpoint.vpc_id) is None:
        return undetermined(f"whether the VPC is in {name.region} is not known", evidence)
    if name.is_private:
        return compliant(f"private service {name.code} in {name.region}", evidence)
    return _without_details(endpoint, name, snapshot, evidence)


def _type_problem(endpoint: VpcEndpoint, name: ServiceName) -> str | None:
    if endpoint.type == "GatewayLoadBalancer":
        return None if name.is_private else f"{name.code} is not a Gateway Load Balancer service"
    if endpoint.is_gateway and (name.is_private or name.code not in GATEWAY_SERVICE_CODES):
        return f"{name.code} has no gateway endpoint; its type is Interface"
    if endpoint.is_interface and name.code in GATEWAY_ONLY_SERVICE_CODES:
        return f"{name.code} has gateway endpoints only"
    return None


def _region_problem(endpoint: VpcEndpoint, name: ServiceName, snapshot: Snapshot) -> str | None:
    home = vpc_region(snapshot, endpoint.vpc_id)
    served = endpoint.service_region or name.region
    if name.region and endpoint.service_region and name.region != endpoint.service_region:
        return f"{endpoint.service_name} is not of the service Region {endpoint.service_region}"
    if home is None or served is None or served == home:
        return None
    if name.is_private or (endpoint.is_interface and name.code in CROSS_REGION_SERVICE_CODES):
        return None if endpoint.service_region else f"names {served}, the VPC is in {home}"
    return f"{name.code} of {served} does not serve {home}, the Region of the VPC"


def _without_details(
    endpoint: VpcEndpoint, name: ServiceName, snapshot: Snapshot, evidence: Evidence
) -> Verdict:
    known = re.sub(r"-cell\d+$", "", name.code) in KNOWN_SERVICE_CODES
    region = name.region or vpc_region(snapshot, endpoint.vpc_id)
    listed = offered_codes(snapshot, region) if region else frozenset()
    if listed and (not known or is_whole(snapshot, region or "")):
        return non_compliant(
            f"{endpoint.service_name} is not offered as {endpoint.type} in {region}", evidence
        )
    if not known:
        return undetermined(
            f"{name.code} is not a code vpcproof knows, and the catalogue was not read", evidence
        )
    if wrong := _form_problem(endpoint, name):
        return non_compliant(wrong, evidence)
    if name.prefix == "cn.com.amazonaws" and name.code not in _SOLD_WITH_CN:
        return undetermined(f"{name.code} is not known to bear cn. in China Regions", evidence)
    return compliant(f"{name.code} is a service of AWS, of the right Region and type", evidence)


def _form_problem(endpoint: VpcEndpoint, name: ServiceName) -> str | None:
    """How the name departs from the form that its service has in its Region."""
    if name.region is None:
        is_global = name.code in GLOBAL_SERVICE_CODES
        return None if is_global else f"{endpoint.service_name} lacks the Region"
    home = PARTITION_PREFIXES.get(name.prefix)
    if home is not None and not name.region.startswith(home):
        return f"{endpoint.service_name}: the prefix {name.prefix} belongs to {home}* Regions"
    if not name.region.startswith("cn-"):
        return None
    if name.code == "s3":
        expected = "cn.com.amazonaws" if endpoint.is_interface else "com.amazonaws"
    elif name.code in CN_PREFIXED_SERVICE_CODES:
        expected = "cn.com.amazonaws"
    elif name.code in CN_PLAIN_SERVICE_CODES:
        expected = "com.amazonaws"
    else:
        return None
    if name.prefix == expected:
        return None
    return f"{name.code} is named {expected}.{name.region}.{name.code} in China Regions"
