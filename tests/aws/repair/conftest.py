"""An account in the lab's EC2 with a broken VPC, and runs in it that can be killed anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws
from vpcproof.aws.repair.order import Order
from vpcproof.aws.repair.record import Record, record_from_text, record_to_text
from vpcproof.aws.repair.repairing import Result, apply, propose, undo
from vpcproof.aws.repair.store import Hold
from vpcproof.aws.repair.world import World

import lab.ec2
from lab import broken_vpc
from tests.aws.events import ACCOUNT
from tests.aws.fake_config import silent

REGION = "ap-northeast-2"
START = datetime(2026, 11, 23, 5, tzinfo=UTC)
SSM = "vpc-ssm-endpoints-complete"
ONE_ATTEMPT = Config(retries={"total_max_attempts": 1})


@pytest.fixture(scope="session")
def session() -> boto3.Session:
    return boto3.Session("testing", "testing", region_name=REGION)


@dataclass
class Clock:
    """A clock that only sleeping moves."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Killed(BaseException):
    """The process is gone, at a moment that the program cannot know of."""


@dataclass
class Reaper:
    """Kills a run at one of its moments: after a call that changes something, or a record."""

    moments: int = 0
    kill_at: int | None = None

    def __call__(self, **_: Any) -> None:
        self.moments += 1
        if self.moments == self.kill_at:
            raise Killed

    def arm(self, kill_at: int | None) -> None:
        """Count from here, and kill at this moment; never, where it is None."""
        self.moments, self.kill_at = 0, kill_at


@dataclass
class Memory:
    """A store as the contract has it, that keeps texts as the real ones do."""

    records: dict[str, str] = field(default_factory=dict)
    holds: dict[str, Hold] = field(default_factory=dict)
    saved: Callable[[], object] = lambda: None
    met: Callable[[], object] = lambda: None

    def load(self, run_id: str) -> Record | None:
        text = self.records.get(run_id)
        return text and record_from_text(text, run_id)

    def save(self, record: Record) -> None:
        self.records[record.run_id] = record_to_text(record)
        self.saved()
        self.met()

    def hold_of(self, lock: str) -> Hold | None:
        self.met()
        return self.holds.get(lock)

    def swap(self, lock: str, before: Hold | None, after: Hold | None) -> bool:
        self.met()
        if self.holds.get(lock) != before:
            return False
        self.holds.pop(lock, None)
        if after:
            self.holds[lock] = after
        return True


def read_once(client: Any, operation: str) -> None:
    """Let an operation whose answer is always the same be answered by the lab once for all tests.

    The catalogue of services takes most of the time that reading an account takes in the lab.
    """

    def keep(parsed: dict[str, Any], **_: Any) -> None:
        _ANSWERS.setdefault(operation, parsed)

    def repeat(**_: Any) -> tuple[Any, dict[str, Any]] | None:
        return (Answered(), _ANSWERS[operation]) if operation in _ANSWERS else None

    client.meta.events.register(f"after-call.ec2.{operation}", keep)
    client.meta.events.register(f"before-call.ec2.{operation}", repeat)


class Answered:
    """An answer that did come over no wire."""

    status_code = 200


_ANSWERS: dict[str, dict[str, Any]] = {}


class Account:
    """The lab's EC2, its clients, and all calls that were made through them."""

    def __init__(self, session: boto3.Session) -> None:
        self._session = session
        self._clients: dict[str, Any] = {}
        self.clock = Clock()
        self.reaper = Reaper()
        self.store = Memory(saved=self.reaper)
        self.told: list[str] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.ec2 = self.clients("ec2")
        self.ec2.meta.events.register("before-parameter-build.ec2.*", self._note)
        self.ec2.meta.events.register("after-call.ec2.*", self._after)
        read_once(self.ec2, "DescribeVpcEndpointServices")

    def clients(self, service: str) -> Any:
        if service not in self._clients:
            client = self._session.client(service, config=ONE_ATTEMPT)
            if service in {"route53profiles", "route53resolver"}:
                silent(client)
            if service == "ssm":
                silent(client, "DescribeInstanceInformation")
            self._clients[service] = client
        return self._clients[service]

    @property
    def changes(self) -> list[tuple[str, dict[str, Any]]]:
        """The calls that may have changed something."""
        return [
            (name, arguments)
            for name, arguments in self.calls
            if not name.startswith(("Describe", "Get")) and not arguments.get("DryRun")
        ]

    def world(self, minutes: float = 14, **others: Any) -> World:
        settings = {
            "clients": self.clients,
            "store": self.store,
            "clock": self.clock,
            "sleep": self.clock.sleep,
            "deadline": self.clock() + timedelta(minutes=minutes),
            "account": ACCOUNT,
            "tell": self.told.append,
        }
        return World(**(settings | others))

    def propose(self, order: Order) -> Result:
        return propose(order, self.world())

    def apply(self, order: Order, owner: str = "one", **others: Any) -> Result:
        return apply(order, self.world(**others), owner)

    def undo(self, run_id: str, owner: str = "one", **others: Any) -> Result:
        return undo(run_id, self.world(**others), owner)

    def record(self) -> Record:
        """The record of the last run."""
        run_id = list(self.store.records)[-1]
        return record_from_text(self.store.records[run_id], run_id)

    def endpoints(self, vpc_id: str) -> dict[str, str]:
        """The codes of the services that have an endpoint in a VPC, by the endpoint's id."""
        of_vpc = [{"Name": "vpc-id", "Values": [vpc_id]}]
        shown = self.ec2.describe_vpc_endpoints(Filters=of_vpc)["VpcEndpoints"]
        return {e["VpcEndpointId"]: e["ServiceName"].rpartition(".")[2] for e in shown}

    def described(self) -> dict[str, Any]:
        """All that the account holds, as it is described."""
        return {
            key: sorted(getattr(self.ec2, f"describe_{name}")()[key], key=repr)
            for name, key in (
                ("vpcs", "Vpcs"),
                ("subnets", "Subnets"),
                ("route_tables", "RouteTables"),
                ("security_groups", "SecurityGroups"),
                ("vpc_endpoints", "VpcEndpoints"),
                ("network_interfaces", "NetworkInterfaces"),
            )
        }

    def _note(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self.calls.append((model.name, dict(params)))

    def _after(self, model: Any, parsed: dict[str, Any], **_: Any) -> None:
        if not model.name.startswith(("Describe", "Get")) and "Error" not in parsed:
            self.reaper()


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch, session: boto3.Session) -> Iterator[Account]:
    monkeypatch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
    lab.ec2.install()
    with mock_aws():
        yield Account(session)
    lab.ec2.uninstall()
    lab.ec2.faults.clear()


@pytest.fixture
def payments(account: Account) -> broken_vpc.Network:
    """The broken VPC of the lab."""
    network = broken_vpc.create(account.ec2)
    broken_vpc.create_endpoints(network)
    broken_vpc.launch_instances(network)
    account.calls.clear()
    return network


@dataclass(frozen=True)
class Bare:
    """A VPC with one private subnet and an instance, and no endpoint."""

    vpc_id: str
    subnet_id: str

    @property
    def order(self) -> Order:
        return Order(vpc_id=self.vpc_id, rules=(SSM,))


def make_bare(account: Account) -> Bare:
    ec2 = account.ec2
    vpc_id = ec2.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc_id, EnableDnsHostnames={"Value": True})
    subnet_id = ec2.create_subnet(VpcId=vpc_id, CidrBlock="10.7.1.0/24")["Subnet"]["SubnetId"]
    ec2.run_instances(
        ImageId="ami-0abcdef1234567890",
        InstanceType="t3.micro",
        MinCount=1,
        MaxCount=1,
        SubnetId=subnet_id,
    )
    account.calls.clear()
    return Bare(vpc_id, subnet_id)


@pytest.fixture
def bare(account: Account) -> Bare:
    return make_bare(account)
