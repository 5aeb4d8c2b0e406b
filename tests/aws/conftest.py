"""A function's surroundings: EC2 by moto, AWS Config by a fake, a clock that is set by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from moto import mock_aws
from vpcproof.aws.evaluation import Tools, handle
from vpcproof.aws.member_accounts import MemberAccounts, Membership
from vpcproof.aws.outcome import Outcome
from vpcproof.aws.place import Place
from vpcproof.aws.readings import Readings

from tests.aws.events import ACCOUNT, FUNCTION_ARN, REGION
from tests.aws.fake_config import FakeConfig, client, silent


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, REGION)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("MOTO_ACCOUNT_ID", ACCOUNT)
    monkeypatch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")  # they take most of a test's time


@dataclass
class Told:
    """A telemetry that remembers."""

    outcomes: list[Outcome] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    about: dict[str, str] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)
    sweeps: list[dict[str, int]] = field(default_factory=list)

    def begin(self, **about: str) -> None:
        self.about |= about

    def judged(self, outcomes: Any, *, log_all: bool) -> None:
        self.outcomes += outcomes

    def swept(self, put: Any) -> None:
        self.sweeps.append(dict(put))

    def ignored(self, what: str, number: int = 1) -> None:
        self.reasons += [what] * number

    def unreadable(self, why: str) -> None:
        self.reasons.append(why)

    def reevaluated(self, started: Any, refused: Any) -> None:
        self.counts["ReevaluationsStarted"] += len(started)
        self.counts["ReevaluationsRefused"] += len(refused)

    def alerted(self, attributes: Any, resource_ids: Any, message_id: str) -> None:
        self.counts["AlertsSent"] += 1

    def untold(self, reason: str, messages: Any) -> None:
        self.reasons.append(reason)
        self.counts["AlertsFailed"] += len(messages)

    def count(self, metric: str, number: int = 1) -> None:
        self.counts[metric] += number


class Account:
    """An account with one function in it, and what the function asked of which service."""

    def __init__(self) -> None:
        self.config = FakeConfig()
        self.ec2 = client("ec2")
        self.told = Told()
        self.now = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
        self.described: list[str] = []
        self._clients = {
            "config": self.config.client,
            "ec2": silent(
                silent(self.ec2, "DescribeVpcEndpointServices"), "DescribeInstanceConnectEndpoints"
            ),
            "sts": client("sts"),
        }
        self.made: set[str] = set()
        self.tools = Tools(
            clients=self.clients,
            readings=Readings(self.clients, clock=lambda: self.now),
            telemetry=self.told,
            members=MemberAccounts(Membership(), self.clients, lambda: self.now),
        )
        self.ec2.meta.events.register("before-call.ec2.*", self._note)

    def clients(self, service: str) -> Any:
        self.made.add(service)
        if service not in self._clients:
            self._clients[service] = silent(client(service))
        return self._clients[service]

    def handle(self, event: dict[str, Any]) -> dict[str, int]:
        return dict(handle(event, Place.of_arn(FUNCTION_ARN), self.tools))

    def reset(self) -> None:
        """Forget the calls made so far."""
        self.described.clear()
        self.config.calls.clear()

    def _note(self, model: Any, **_: Any) -> None:
        self.described.append(model.name)


@pytest.fixture
def account() -> Iterator[Account]:
    with mock_aws():
        yield Account()


@dataclass
class Network:
    """A VPC with one interface endpoint, known by the ids that EC2 gave."""

    vpc: str
    subnet: str
    group: str
    endpoint: str
    table: str


@pytest.fixture
def network(account: Account) -> Network:
    built = build_network(account.ec2)
    account.reset()
    return built


def build_network(ec2: Any) -> Network:
    vpc = ec2.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.20.1.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(VpcId=vpc, GroupName="endpoints", Description="443")
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
    return Network(
        vpc=vpc,
        subnet=subnet,
        group=group["GroupId"],
        endpoint=create_endpoint(ec2, vpc, subnet, group["GroupId"]),
        table=table,
    )


def create_endpoint(ec2: Any, vpc: str, subnet: str, group: str, service: str = "ssm") -> str:
    created = ec2.create_vpc_endpoint(
        VpcId=vpc,
        ServiceName=f"com.amazonaws.{REGION}.{service}",
        VpcEndpointType="Interface",
        SubnetIds=[subnet],
        SecurityGroupIds=[group],
    )
    return created["VpcEndpoint"]["VpcEndpointId"]
