"""A VPC whose endpoints are broken in seven ways, made and repaired by ordinary EC2 calls.

Two private subnets in two zones hold an instance each. `FAULTS` says what is wrong and how it is
repaired, `VERDICTS` what every rule has to find before the repairs and after them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_ec2.literals import ResourceTypeType
    from mypy_boto3_ec2.type_defs import FilterTypeDef, IpPermissionTypeDef, TagSpecificationTypeDef

VPC_CIDR = "10.20.0.0/16"
SUBNET_CIDRS = {"app-a": "10.20.1.0/24", "app-b": "10.20.2.0/24"}
OFFICE_CIDR = "192.168.0.0/16"
EVERYWHERE = "0.0.0.0/0"


@dataclass(frozen=True)
class Network:
    """The VPC: a client of its Region, and the id of each of its parts by the part's name."""

    ec2: EC2Client
    ids: dict[str, str] = field(default_factory=dict)

    def name_of(self, resource_id: str) -> str:
        """The name of a part of the VPC; of anything else, its id."""
        return next((name for name, held in self.ids.items() if held == resource_id), resource_id)

    def service_name(self, code: str) -> str:
        """The name of an AWS service of the Region, as endpoints are made for it."""
        return f"com.amazonaws.{self.ec2.meta.region_name}.{code}"


def create(ec2: EC2Client) -> Network:
    """Make the VPC with its subnets, route tables and security groups."""
    network = Network(ec2)
    _create_vpc(network)
    _create_subnets(network)
    _create_route_tables(network)
    _lose_nat_gateway(network)
    _create_groups(network)
    return network


def create_endpoints(network: Network) -> None:
    """Give the VPC three endpoints; one is missing, and none is in order."""
    _create_interface_endpoint(network, "ssm", "ssm-endpoint-sg", ["app-a", "app-b"])
    _create_interface_endpoint(network, "logs", "logs-endpoint-sg", ["app-a"], private_dns=False)
    endpoint = network.ec2.create_vpc_endpoint(
        VpcId=network.ids["payments"],
        VpcEndpointType="Gateway",
        ServiceName=network.service_name("s3"),
        RouteTableIds=[network.ids["app-a-routes"]],
        TagSpecifications=_named("vpc-endpoint", "s3-endpoint"),
    )
    network.ids["s3-endpoint"] = endpoint["VpcEndpoint"]["VpcEndpointId"]


def launch_instances(network: Network) -> None:
    """Launch an instance in each subnet."""
    for subnet in SUBNET_CIDRS:
        network.ec2.run_instances(
            ImageId="ami-0abcdef1234567890",
            InstanceType="t3.micro",
            MinCount=1,
            MaxCount=1,
            SubnetId=network.ids[subnet],
            SecurityGroupIds=[network.ids["instances-sg"]],
        )


def _create_vpc(network: Network) -> None:
    ec2, ids = network.ec2, network.ids
    vpc = ec2.create_vpc(CidrBlock=VPC_CIDR, TagSpecifications=_named("vpc", "payments"))["Vpc"]
    ids["payments"] = vpc["VpcId"]
    ec2.modify_vpc_attribute(VpcId=ids["payments"], EnableDnsSupport={"Value": True})
    ec2.modify_vpc_attribute(VpcId=ids["payments"], EnableDnsHostnames={"Value": True})


def _create_subnets(network: Network) -> None:
    ec2, ids = network.ec2, network.ids
    zones = [zone["ZoneName"] for zone in ec2.describe_availability_zones()["AvailabilityZones"]]
    for (name, cidr), zone in zip(SUBNET_CIDRS.items(), zones, strict=False):
        subnet = ec2.create_subnet(
            VpcId=ids["payments"],
            CidrBlock=cidr,
            AvailabilityZone=zone,
            TagSpecifications=_named("subnet", name),
        )
        ids[name] = subnet["Subnet"]["SubnetId"]


def _create_route_tables(network: Network) -> None:
    """A table of its own for app-a; app-b uses the main one without being associated with it."""
    ec2, ids = network.ec2, network.ids
    of_vpc: list[FilterTypeDef] = [{"Name": "vpc-id", "Values": [ids["payments"]]}]
    (main,) = ec2.describe_route_tables(Filters=of_vpc)["RouteTables"]
    (acl,) = ec2.describe_network_acls(Filters=of_vpc)["NetworkAcls"]
    ids |= {"main-routes": main["RouteTableId"], "default-acl": acl["NetworkAclId"]}
    table = ec2.create_route_table(
        VpcId=ids["payments"], TagSpecifications=_named("route-table", "app-a-routes")
    )
    ids["app-a-routes"] = table["RouteTable"]["RouteTableId"]
    ec2.associate_route_table(RouteTableId=ids["app-a-routes"], SubnetId=ids["app-a"])


def _lose_nat_gateway(network: Network) -> None:
    ec2, ids = network.ec2, network.ids
    nat = ec2.create_nat_gateway(SubnetId=ids["app-b"], ConnectivityType="private")["NatGateway"]
    ec2.create_route(
        RouteTableId=ids["main-routes"],
        DestinationCidrBlock=OFFICE_CIDR,
        NatGatewayId=nat["NatGatewayId"],
    )
    ec2.delete_nat_gateway(NatGatewayId=nat["NatGatewayId"])


def _create_groups(network: Network) -> None:
    admitted = {
        "instances-sg": None,
        "ssm-endpoint-sg": SUBNET_CIDRS["app-a"],
        "logs-endpoint-sg": EVERYWHERE,
    }
    ec2, ids = network.ec2, network.ids
    for name, source in admitted.items():
        group = ec2.create_security_group(
            VpcId=ids["payments"],
            GroupName=name,
            Description=name,
            TagSpecifications=_named("security-group", name),
        )
        ids[name] = group["GroupId"]
        if source:
            ec2.authorize_security_group_ingress(GroupId=ids[name], IpPermissions=_https(source))


def _create_interface_endpoint(
    network: Network, code: str, group: str, subnets: Sequence[str], *, private_dns: bool = True
) -> None:
    endpoint = network.ec2.create_vpc_endpoint(
        VpcId=network.ids["payments"],
        VpcEndpointType="Interface",
        ServiceName=network.service_name(code),
        SubnetIds=[network.ids[name] for name in subnets],
        SecurityGroupIds=[network.ids[group]],
        PrivateDnsEnabled=private_dns,
        TagSpecifications=_named("vpc-endpoint", f"{code}-endpoint"),
    )
    network.ids[f"{code}-endpoint"] = endpoint["VpcEndpoint"]["VpcEndpointId"]


def _admit_second_subnet(network: Network) -> None:
    network.ec2.authorize_security_group_ingress(
        GroupId=network.ids["ssm-endpoint-sg"], IpPermissions=_https(SUBNET_CIDRS["app-b"])
    )


def shut_out_second_subnet(network: Network) -> None:
    """Undo the first repair: app-b is no longer admitted to the ssm endpoint."""
    network.ec2.revoke_security_group_ingress(
        GroupId=network.ids["ssm-endpoint-sg"], IpPermissions=_https(SUBNET_CIDRS["app-b"])
    )


def _create_missing_endpoint(network: Network) -> None:
    _create_interface_endpoint(network, "ssmmessages", "ssm-endpoint-sg", ["app-a", "app-b"])


def _turn_on_private_dns(network: Network) -> None:
    network.ec2.modify_vpc_endpoint(
        VpcEndpointId=network.ids["logs-endpoint"], PrivateDnsEnabled=True
    )


def _add_second_zone(network: Network) -> None:
    network.ec2.modify_vpc_endpoint(
        VpcEndpointId=network.ids["logs-endpoint"], AddSubnetIds=[network.ids["app-b"]]
    )


def _narrow_source(network: Network) -> None:
    """The narrow rule comes first, so that nobody is cut off in between."""
    group = network.ids["logs-endpoint-sg"]
    network.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=_https(VPC_CIDR))
    network.ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=_https(EVERYWHERE))


def _add_main_table(network: Network) -> None:
    network.ec2.modify_vpc_endpoint(
        VpcEndpointId=network.ids["s3-endpoint"], AddRouteTableIds=[network.ids["main-routes"]]
    )


def _delete_dead_route(network: Network) -> None:
    network.ec2.delete_route(
        RouteTableId=network.ids["main-routes"], DestinationCidrBlock=OFFICE_CIDR
    )


def _https(source: str) -> list[IpPermissionTypeDef]:
    return [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": source}]}]


def _named(resource_type: ResourceTypeType, name: str) -> list[TagSpecificationTypeDef]:
    return [{"ResourceType": resource_type, "Tags": [{"Key": "Name", "Value": name}]}]


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with the VPC, and the calls that put it right."""

    what: str
    fix: str
    repair: Callable[[Network], None]


FAULTS: Sequence[Fault] = (
    Fault(
        "the group of the ssm endpoint admits app-a only",
        "admit app-b to the ssm endpoint",
        _admit_second_subnet,
    ),
    Fault(
        "ssmmessages has no endpoint",
        "create an endpoint for ssmmessages",
        _create_missing_endpoint,
    ),
    Fault(
        "private DNS of the logs endpoint is off",
        "turn on private DNS of the logs endpoint",
        _turn_on_private_dns,
    ),
    Fault(
        "the logs endpoint is missing from the zone of app-b",
        "add app-b to the logs endpoint",
        _add_second_zone,
    ),
    Fault(
        "the group of the logs endpoint admits everybody",
        "admit the VPC only to the logs endpoint",
        _narrow_source,
    ),
    Fault(
        "the S3 endpoint is not in the main route table",
        "add the main route table to the S3 endpoint",
        _add_main_table,
    ),
    Fault(
        "a route leads to a NAT gateway that was deleted",
        "delete the dead route",
        _delete_dead_route,
    ),
)

Compliance: TypeAlias = Literal["COMPLIANT", "NON_COMPLIANT"] | None
"""A verdict as AWS Config holds it; of what is not applicable or not there it holds none."""

Expectation: TypeAlias = tuple[Compliance, Compliance]
"""The verdicts before and after the repairs."""

_TURNS: Expectation = ("NON_COMPLIANT", "COMPLIANT")
_HOLDS: Expectation = ("COMPLIANT", "COMPLIANT")
_BEGINS: Expectation = (None, "COMPLIANT")

VERDICTS: Mapping[str, Mapping[str, Expectation]] = {
    "payments": {
        "vpc-dns-resolves-endpoints": _HOLDS,
        "vpc-endpoints-not-duplicated": _HOLDS,
        "vpc-required-endpoints-present": _TURNS,
        "vpc-ssm-endpoints-complete": _TURNS,
    },
    "app-a": {
        "subnet-reaches-ssm": _TURNS,
        "subnet-service-traffic-private": _HOLDS,
    },
    "app-b": {
        "subnet-reaches-ssm": _TURNS,
        "subnet-service-traffic-private": _HOLDS,
    },
    "ssm-endpoint": {
        "vpc-endpoint-admits-workloads": _TURNS,
        "vpc-endpoint-available": _HOLDS,
        "vpc-endpoint-policy-permits-required-access": _HOLDS,
        "vpc-endpoint-policy-restricted": _HOLDS,
        "vpc-endpoint-private-dns-effective": _HOLDS,
        "vpc-endpoint-service-name-valid": _HOLDS,
        "vpc-endpoint-spans-workload-zones": _HOLDS,
    },
    "ssmmessages-endpoint": {
        "vpc-endpoint-admits-workloads": _BEGINS,
        "vpc-endpoint-available": _BEGINS,
        "vpc-endpoint-policy-permits-required-access": _BEGINS,
        "vpc-endpoint-policy-restricted": _BEGINS,
        "vpc-endpoint-private-dns-effective": _BEGINS,
        "vpc-endpoint-service-name-valid": _BEGINS,
        "vpc-endpoint-spans-workload-zones": _BEGINS,
    },
    "logs-endpoint": {
        "vpc-endpoint-admits-workloads": _HOLDS,
        "vpc-endpoint-available": _HOLDS,
        "vpc-endpoint-policy-permits-required-access": _HOLDS,
        "vpc-endpoint-policy-restricted": _HOLDS,
        "vpc-endpoint-private-dns-effective": _TURNS,
        "vpc-endpoint-service-name-valid": _HOLDS,
        "vpc-endpoint-spans-workload-zones": _TURNS,
    },
    "s3-endpoint": {
        "vpc-endpoint-available": _HOLDS,
        "vpc-endpoint-gateway-routes-complete": _TURNS,
        "vpc-endpoint-policy-permits-required-access": _HOLDS,
        "vpc-endpoint-policy-restricted": _HOLDS,
        "vpc-endpoint-service-name-valid": _HOLDS,
    },
    "instances-sg": {
        "security-group-egress-reaches-endpoints": _HOLDS,
    },
    "ssm-endpoint-sg": {
        "security-group-admits-endpoint-clients": _TURNS,
        "security-group-endpoint-ingress-restricted": _HOLDS,
        "security-group-sources-live": _HOLDS,
    },
    "logs-endpoint-sg": {
        "security-group-admits-endpoint-clients": _HOLDS,
        "security-group-endpoint-ingress-restricted": _TURNS,
        "security-group-sources-live": _HOLDS,
    },
    "main-routes": {
        "route-table-endpoint-route-effective": _BEGINS,
        "route-table-has-gateway-endpoint-routes": _TURNS,
        "route-table-has-no-blackhole": _TURNS,
    },
    "app-a-routes": {
        "route-table-endpoint-route-effective": _HOLDS,
        "route-table-has-gateway-endpoint-routes": _HOLDS,
        "route-table-has-no-blackhole": _HOLDS,
    },
    "default-acl": {
        "network-acl-permits-endpoint-traffic": _HOLDS,
    },
}
"""What each rule has to find of each part of the VPC; rules that are not named find nothing."""
