"""The endpoint services a Region offers, as DescribeVpcEndpointServices tells them.

https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from lab.ec2 import dns_names, errors, filters
from lab.ec2.network import Answer, Network, Params, Zone

INTERFACE = "Interface"
GATEWAY = "Gateway"
GATEWAY_LOAD_BALANCER = "GatewayLoadBalancer"


def _codes(file_name: str) -> tuple[str, ...]:
    return tuple(files("lab.ec2").joinpath(file_name).read_text().split())


INTERFACE_CODES = _codes("service_codes.txt")

CROSS_REGION_CODES = frozenset(
    [
        "ecr.api",
        "ecr.dkr",
        "ecs",
        "iam",
        "kinesis-firehose",
        "kinesisanalytics",
        "kms",
        "kms-fips",
        "lambda",
        "route53",
        "s3",
    ]
)
"""Services an endpoint can reach in another Region, named by `ServiceRegion`.

https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-cross-region-privatelink-support.html
"""

WITHOUT_EC2MESSAGES = frozenset(
    [
        "ap-east-2",
        "ap-southeast-5",
        "ap-southeast-6",
        "ap-southeast-7",
        "eusc-de-east-1",
        "mx-central-1",
    ]
)
"""Regions launched in 2024 and later, where SSM Agent speaks `ssmmessages` alone.

https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-setting-up-messageAPIs.html
"""

S3_EXPRESS_REGIONS = frozenset(
    [
        "ap-northeast-1",
        "ap-south-1",
        "eu-north-1",
        "eu-west-1",
        "us-east-1",
        "us-east-2",
        "us-west-2",
    ]
)

CHINA_PREFIXED = frozenset(_codes("china_prefixed_codes.txt"))
"""Interface services that China names `cn.com.amazonaws.`; all others keep `com.amazonaws.`.

https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/aws-ec2/lib/vpc-endpoint.ts
"""

SOVEREIGN_PREFIXED = frozenset(("ecr.api", "ecr.dkr", "execute-api", "securityhub"))

IRREGULAR_NAMES = {
    "notebook": "aws.sagemaker.{region}.notebook",
    "studio": "aws.sagemaker.{region}.studio",
    "s3-global.accesspoint": "com.amazonaws.s3-global.accesspoint",
    "iam": "com.amazonaws.iam",
    "route53": "com.amazonaws.route53",
}

CONTROL_PLANE_CODES = {"us-east-1": ("iam", "route53")}
"""Global services, whose endpoints are made in the Region of their control plane."""


@dataclass(frozen=True)
class Service:
    """One endpoint service of one type; S3 and DynamoDB are two services of the same name."""

    name: str
    type: str
    region: str
    id: str
    base_names: tuple[str, ...]
    private_names: tuple[str, ...] = ()
    owner: str = "amazon"
    code: str = ""
    acceptance_required: bool = False
    policy_supported: bool = True
    ip_address_types: tuple[str, ...] = ("ipv4", "ipv6")
    zone_names: tuple[str, ...] = ()
    """The zones it is offered in; empty for all of the Region's."""


def find(network: Network, name: str, region: str | None = None) -> tuple[Service, ...]:
    """The services of that name, one per type, or AWS's refusal when there is none."""
    found = tuple(s for s in _offered(network, region) if s.name == name)
    if not found:
        raise errors.service_not_found(name)
    return found


def describe_vpc_endpoint_services(network: Network, params: Params) -> Answer:
    """Answer DescribeVpcEndpointServices: every service the asked Region offers."""
    regions = params.get("ServiceRegions") or [network.region]
    services = [service for region in regions for service in _offered(network, region)]
    wanted = params.get("ServiceNames") or []
    for name in wanted:
        if not any(service.name == name for service in services):
            raise errors.service_not_found(name)
    if wanted:
        services = [service for service in services if service.name in wanted]
    services = filters.select(services, params, _FILTERS)
    details = [_detail(service, network.zones) for service in services]
    return {
        "ServiceNames": [detail["ServiceName"] for detail in details],
        "ServiceDetails": details,
    }


@cache
def aws_services(region: str) -> tuple[Service, ...]:
    """The services AWS itself offers in a Region, by name, interface before gateway."""
    codes = (*INTERFACE_CODES, "dynamodb", "s3", "s3-global.accesspoint", "notebook", "studio")
    interfaces = [
        _service(code, region, INTERFACE)
        for code in (*codes, *CONTROL_PLANE_CODES.get(region, ()))
        if code != "ec2messages" or region not in WITHOUT_EC2MESSAGES
    ]
    gateways = [_service(code, region, GATEWAY) for code in _gateway_codes(region)]
    return tuple(sorted((*interfaces, *gateways), key=lambda s: (s.name, s.type != INTERFACE)))


def service_name(code: str, region: str, service_type: str = INTERFACE) -> str:
    """The full name of a service, with the irregular names of each partition."""
    if code in IRREGULAR_NAMES:
        return IRREGULAR_NAMES[code].format(region=region)
    interface = service_type == INTERFACE
    if region.startswith("cn-") and interface and code in CHINA_PREFIXED:
        suffix = ".cn" if code == "transcribe" else ""
        return f"cn.com.amazonaws.{region}.{code}{suffix}"
    if region.startswith("eusc-") and interface and code in SOVEREIGN_PREFIXED:
        return f"eu.amazonaws.{region}.{code}"
    return f"com.amazonaws.{region}.{code}"


def _offered(network: Network, region: str | None) -> tuple[Service, ...]:
    if region is None or region == network.region:
        return (*aws_services(network.region), *network.own_services)
    return tuple(s for s in aws_services(region) if s.code in CROSS_REGION_CODES)


def _gateway_codes(region: str) -> Iterable[str]:
    return ("dynamodb", "s3", *(("s3express",) if region in S3_EXPRESS_REGIONS else ()))


def _service(code: str, region: str, service_type: str) -> Service:
    name = service_name(code, region, service_type)
    interface = service_type == INTERFACE
    gateway_name = f"{code}.{region}.{dns_names.dns_suffix(region)}"
    return Service(
        name=name,
        type=service_type,
        region=region,
        id="vpce-svc-" + sha256(f"{name} {service_type}".encode()).hexdigest()[:17],
        base_names=(dns_names.base_name(code, region) if interface else gateway_name,),
        private_names=dns_names.private_names(code, region) if interface else (),
        code=code,
    )


def _detail(service: Service, zones: tuple[Zone, ...]) -> dict[str, Any]:
    offered_in = [
        zone for zone in zones if not service.zone_names or zone.name in service.zone_names
    ]
    detail = {
        "ServiceName": service.name,
        "ServiceId": service.id,
        "ServiceType": [{"ServiceType": service.type}],
        "ServiceRegion": service.region,
        "AvailabilityZones": [zone.name for zone in offered_in],
        "AvailabilityZoneIds": [zone.id for zone in offered_in],
        "Owner": service.owner,
        "BaseEndpointDnsNames": list(service.base_names),
        "VpcEndpointPolicySupported": service.policy_supported,
        "AcceptanceRequired": service.acceptance_required,
        "ManagesVpcEndpoints": False,
        "SupportedIpAddressTypes": list(service.ip_address_types),
        "Tags": [],
    }
    if service.private_names:
        detail["PrivateDnsName"] = service.private_names[0]
        detail["PrivateDnsNames"] = [{"PrivateDnsName": n} for n in service.private_names]
        detail["PrivateDnsNameVerificationState"] = "verified"
    return detail


_FILTERS: filters.Filters[Service] = {
    "owner": lambda service: [service.owner],
    "service-name": lambda service: [service.name],
    "service-region": lambda service: [service.region],
    "service-type": lambda service: [service.type],
    "supported-ip-address-types": lambda service: service.ip_address_types,
}
