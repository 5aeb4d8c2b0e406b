from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto import mock_aws

import lab.ec2

REGION = "ap-northeast-2"
ONE_ATTEMPT = Config(retries={"total_max_attempts": 1})


@dataclass(frozen=True)
class Place:
    """A VPC with both DNS attributes on and one subnet in each of two zones."""

    ec2: Any
    vpc_id: str
    subnet_a: str
    subnet_c: str
    main_table: str
    default_group: str

    def interface(self, service: str = "ssm", **more: Any) -> dict[str, Any]:
        return self._create(service, VpcEndpointType="Interface", **more)

    def gateway(self, service: str = "s3", **more: Any) -> dict[str, Any]:
        return self._create(service, **more)

    def endpoint(self, endpoint_id: str) -> dict[str, Any]:
        shown = self.ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint_id])
        return shown["VpcEndpoints"][0]

    def routes(self, table_id: str | None = None) -> list[dict[str, Any]]:
        shown = self.ec2.describe_route_tables(RouteTableIds=[table_id or self.main_table])
        return [r for r in shown["RouteTables"][0]["Routes"] if "DestinationPrefixListId" in r]

    def interfaces(self, *subnet_ids: str) -> list[dict[str, Any]]:
        of_subnets = {"Name": "subnet-id", "Values": subnet_ids or [self.subnet_a, self.subnet_c]}
        return self.ec2.describe_network_interfaces(Filters=[of_subnets])["NetworkInterfaces"]

    def group(self, name: str = "clients") -> str:
        made = self.ec2.create_security_group(GroupName=name, Description=name, VpcId=self.vpc_id)
        return made["GroupId"]

    def _create(self, service: str, **params: Any) -> dict[str, Any]:
        params.setdefault("ServiceName", f"com.amazonaws.{REGION}.{service}")
        return self.ec2.create_vpc_endpoint(VpcId=self.vpc_id, **params)["VpcEndpoint"]


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
    lab.ec2.install()
    with mock_aws():
        yield
    lab.ec2.uninstall()
    lab.ec2.faults.clear()
    lab.ec2.pagination.limit_pages(None)


@pytest.fixture(scope="session")
def session() -> boto3.Session:
    """One session for all tests: it reads the service models once."""
    return boto3.Session("testing", "testing", region_name=REGION)


@pytest.fixture
def client(session: boto3.Session) -> Callable[..., Any]:
    def made(region: str = REGION, service: str = "ec2") -> Any:
        return session.client(service, region_name=region, config=ONE_ATTEMPT)

    return made


@pytest.fixture
def ec2(client: Callable[..., Any]) -> Any:
    return client()


@pytest.fixture
def place(ec2: Any) -> Place:
    vpc_id = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc_id, EnableDnsHostnames={"Value": True})
    in_vpc = [{"Name": "vpc-id", "Values": [vpc_id]}]
    groups = ec2.describe_security_groups(Filters=in_vpc)["SecurityGroups"]
    tables = ec2.describe_route_tables(Filters=in_vpc)["RouteTables"]
    return Place(
        ec2=ec2,
        vpc_id=vpc_id,
        subnet_a=_subnet(ec2, vpc_id, "10.0.1.0/24", f"{REGION}a"),
        subnet_c=_subnet(ec2, vpc_id, "10.0.2.0/24", f"{REGION}c"),
        main_table=tables[0]["RouteTableId"],
        default_group=groups[0]["GroupId"],
    )


@pytest.fixture
def refused() -> Callable[..., AbstractContextManager[None]]:
    @contextmanager
    def expected(code: str, text: str = "") -> Iterator[None]:
        with pytest.raises(ClientError) as caught:
            yield
        error = caught.value.response["Error"]
        assert error["Code"] == code
        assert text in error["Message"]

    return expected


def _subnet(ec2: Any, vpc_id: str, cidr: str, zone: str) -> str:
    made = ec2.create_subnet(VpcId=vpc_id, CidrBlock=cidr, AvailabilityZone=zone)
    return made["Subnet"]["SubnetId"]
