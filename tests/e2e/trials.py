"""Faults of AWS between a change and its alert, tried with the application deployed.

Each fault gets a subnet and a network ACL of its own, which nobody else looks at: a change of the
ACL wakes one rule, for one event.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from lab import scenario
from lab.account import Account
from lab.process import control

CONFIG_RULE = "vpcproof-network-acl-permits-endpoint-traffic"
FOREVER = 1000

CLIENT, LAMBDA, REPLAY = "the client's retry", "Lambda's retry", "the replay"


@dataclass(frozen=True)
class Fault:
    """What goes wrong, and by what the verdict comes all the same."""

    what: str
    comes_by: str
    call: Mapping[str, Any]


FAULTS = (
    Fault(
        "EC2 throttles the second page of a listing",
        CLIENT,
        {"service": "ec2", "action": "DescribeNetworkAcls", "page": 2, "times": 2}
        | {"code": "RequestLimitExceeded"},
    ),
    Fault(
        "AWS Config answers PutEvaluations with an internal error",
        CLIENT,
        {"service": "config", "action": "PutEvaluations", "times": 2}
        | {"code": "InternalFailure", "status": 500},
    ),
    Fault(
        "EC2 denies an action for a moment",
        LAMBDA,
        {"service": "ec2", "action": "DescribeSubnets", "code": "UnauthorizedOperation"},
    ),
    Fault(
        "EC2 denies an action",
        REPLAY,
        {"service": "ec2", "action": "DescribeVpcEndpoints", "times": FOREVER}
        | {"code": "UnauthorizedOperation"},
    ),
    Fault(
        "AWS Config returns evaluations as failed",
        REPLAY,
        {"service": "config", "action": "PutEvaluations.FailedEvaluations", "times": FOREVER},
    ),
    Fault(
        "EC2 does not answer until the function is out of time",
        REPLAY,
        {"service": "ec2", "action": "DescribeNetworkAcls", "times": FOREVER, "code": "NoAnswer"},
    ),
)


@contextmanager
def nothing_else_judged(account: Account) -> Iterator[None]:
    """Have dependents of changes left to the schedule: what they are asked could meet a fault."""
    events = account.client("events")
    every = [each["Name"] for each in events.list_rules()["Rules"]]
    (collecting,) = [name for name in every if "NetworkChanged" in name]
    events.disable_rule(Name=collecting)
    scenario.judge_dependents(account)
    yield
    events.enable_rule(Name=collecting)


@dataclass
class Trials:
    """A VPC with a network ACL for each fault, all of which let endpoint traffic pass."""

    account: Account
    acls: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Everything is recorded at once, when it is complete."""
        self._ec2 = self.account.client("ec2")
        with self._unrecorded():
            vpc_id = self._ec2.create_vpc(CidrBlock="10.50.0.0/16")["Vpc"]["VpcId"]
            self._ec2.modify_vpc_attribute(VpcId=vpc_id, EnableDnsHostnames={"Value": True})
            self._create_endpoint(vpc_id)
            self.acls += [self._create_acl(vpc_id, number) for number in range(len(FAULTS) + 1)]
        scenario.settle(self.account)

    def shut(self, acl: str) -> None:
        """Let a network ACL deny everything, and have that judged."""
        self._ec2.create_network_acl_entry(NetworkAclId=acl, RuleNumber=10, **_every("deny"))
        scenario.settle(self.account)

    def open(self, acl: str) -> None:
        """Let the traffic pass again, and have that judged."""
        self._ec2.delete_network_acl_entry(NetworkAclId=acl, RuleNumber=10, Egress=True)
        scenario.settle(self.account)

    def meet(self, fault: Fault, acl: str) -> None:
        """Shut a network ACL while a fault lasts."""
        control(self.account.url, "ec2", "POST", items_per_page=1)
        control(self.account.url, "faults", "POST", **fault.call)
        try:
            with self._timing_out() if fault.call.get("code") == "NoAnswer" else nullcontext():
                self.shut(acl)
        finally:
            control(self.account.url, "faults", "DELETE")
            control(self.account.url, "ec2", "POST", items_per_page=None)

    def verdicts(self) -> dict[str, str]:
        """What AWS Config holds of the network ACLs."""
        found = {}
        for each in self.account.evaluations([CONFIG_RULE]):
            subject = each["EvaluationResultIdentifier"]["EvaluationResultQualifier"]
            found[subject["ResourceId"]] = each["ComplianceType"]
        return {acl: found[acl] for acl in self.acls}

    def executions(self, acl: str) -> list[dict[str, Any]]:
        """What the function was asked about a network ACL that had changed, and how that ended."""
        every = control(self.account.url, f"invocations?account={self.account.number}")
        mine = [each for each in every if "evaluate" in each["function"].lower()]
        return [each for each in mine if acl in json.dumps(each["event"])]

    def send(self, function: str, events: list[dict[str, Any]]) -> None:
        """Hand events over to the function once more, as AWS may do, one after the other."""
        functions = self.account.client("lambda")
        for event in events:
            functions.invoke(
                FunctionName=function, InvocationType="Event", Payload=json.dumps(event)
            )
            scenario.settle(self.account)

    @contextmanager
    def _unrecorded(self) -> Iterator[None]:
        config, named = self.account.client("config"), {"ConfigurationRecorderName": "default"}
        config.stop_configuration_recorder(**named)
        yield
        config.start_configuration_recorder(**named)

    @contextmanager
    def _timing_out(self) -> Iterator[None]:
        """The function gets a second instead of its minutes, by a version of its own."""
        functions = self.account.client("lambda")
        every = functions.list_functions()["Functions"]
        (name,) = [each["FunctionName"] for each in every if "Evaluate" in each["FunctionName"]]
        alias = {"FunctionName": name, "Name": "live"}
        before = functions.get_alias(**alias)["FunctionVersion"]
        usual = functions.get_function_configuration(FunctionName=name)["Timeout"]
        functions.update_function_configuration(FunctionName=name, Timeout=1)
        hurried = functions.publish_version(FunctionName=name)["Version"]
        functions.update_alias(**alias, FunctionVersion=hurried)
        yield
        functions.update_alias(**alias, FunctionVersion=before)
        functions.update_function_configuration(FunctionName=name, Timeout=usual)
        functions.delete_function(FunctionName=name, Qualifier=hurried)

    def _create_endpoint(self, vpc_id: str) -> None:
        subnet = self._ec2.create_subnet(VpcId=vpc_id, CidrBlock="10.50.100.0/24")["Subnet"]
        self._ec2.create_vpc_endpoint(
            VpcId=vpc_id,
            VpcEndpointType="Interface",
            ServiceName=f"com.amazonaws.{self.account.region}.ssm",
            SubnetIds=[subnet["SubnetId"]],
        )

    def _create_acl(self, vpc_id: str, number: int) -> str:
        """A subnet with an instance, and its network ACL."""
        ec2, cidr = self._ec2, f"10.50.{number}.0/24"
        subnet_id = ec2.create_subnet(VpcId=vpc_id, CidrBlock=cidr)["Subnet"]["SubnetId"]
        instance = {"ImageId": "ami-0abcdef1234567890", "InstanceType": "t3.micro"}
        ec2.run_instances(MinCount=1, MaxCount=1, SubnetId=subnet_id, **instance)
        acl: str = ec2.create_network_acl(VpcId=vpc_id)["NetworkAcl"]["NetworkAclId"]
        for egress in (True, False):
            passing = _every("allow") | {"Egress": egress}
            ec2.create_network_acl_entry(NetworkAclId=acl, RuleNumber=100, **passing)
        held = [{"Name": "association.subnet-id", "Values": [subnet_id]}]
        (default,) = ec2.describe_network_acls(Filters=held)["NetworkAcls"]
        (association,) = (
            each["NetworkAclAssociationId"]
            for each in default["Associations"]
            if each["SubnetId"] == subnet_id
        )
        ec2.replace_network_acl_association(AssociationId=association, NetworkAclId=acl)
        return acl


def _every(action: str) -> dict[str, Any]:
    return {"Protocol": "-1", "RuleAction": action, "Egress": True, "CidrBlock": "0.0.0.0/0"}
